//! 内容清除：申请、批准、列出。

pub mod approve_erasure;
pub mod erasure;
pub mod list_erasures;
pub mod request_erasure;
