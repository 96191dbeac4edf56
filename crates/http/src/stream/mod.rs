//! 事件流：案件与发现的变动，实时送到看得到的人。

mod follow;
pub mod stream_changes;
