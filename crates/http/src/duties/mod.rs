//! 义务：由时间线推出的、有期限的事。

pub mod duty;
pub mod list_duties;
