//! 执法事项：列出、登记、查看、变更。

pub mod create_item;
pub mod get_item;
pub mod item;
pub mod list_items;
pub mod record_item_event;
