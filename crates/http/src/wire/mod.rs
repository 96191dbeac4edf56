//! 各端点共用的写法：标识、时刻、名称、事件、列表的末尾、严重程度。

pub mod called;
pub mod choice;
pub mod event;
pub mod field;
pub mod id;
pub mod instant;
pub mod json;
pub mod label;
pub mod meta;
pub mod names;
pub mod page;
pub mod permission;
pub mod reason;
pub mod severity;
pub mod shown;
