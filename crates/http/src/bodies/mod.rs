//! 执法主体：列出、登记、查看、变更、案件的开放程度。

pub mod create_body;
pub mod get_body;
pub mod list_bodies;
pub mod record_body_event;
pub mod set_body_opening;
