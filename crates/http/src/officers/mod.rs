//! 执法人员：列出、登记、查看、变更、查看个人信息。

pub mod create_officer;
pub mod get_officer;
pub mod list_officers;
pub mod officer;
pub mod record_officer_event;
pub mod reveal_officer;
