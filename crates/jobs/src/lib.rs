//! 后台：提交之后做的事——任务队列、到期扫描、重评、清理、编叶号。
//!
//! Level 4. A job is a name and ids; whatever it does may happen twice and has the same result. What is long is done in
//! parts: a part ends in one transaction with the part that follows it.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

pub mod clockwork;
mod handlers;
pub mod integrate;
pub mod kind;
pub mod law_watch;
pub mod observe;
pub mod runner;
pub mod stop;
