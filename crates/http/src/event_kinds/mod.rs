//! 事件种类：法典登记的事件与它们的字段。

pub mod list_event_kinds;
