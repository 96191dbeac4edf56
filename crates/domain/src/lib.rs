//! 领域模型：时间线、事件、事实、覆盖范围、义务与发现。
//!
//! Pure values only: no state table, no law, no I/O. What an event kind means is declared in the lawbook.
#![deny(missing_docs)]

pub mod coverage;
pub mod event;
pub mod finding;
pub mod identity;
pub mod procedure;
pub mod timeline;
pub mod value;
