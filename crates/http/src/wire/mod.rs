//! 各端点共用的写法：标识与名称、列表的末尾、严重程度。

pub mod label;
pub mod meta;
pub mod severity;
