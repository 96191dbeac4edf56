//! 评估：事件、事实与法典推出案件的现状、义务与发现，与引起它的改动同一事务写下。
//!
//! What is derived is a pure function of the timeline, the facts, the lawbook and the day; so it can be made again at
//! any time, and `rebuild` says whether what is stored is what follows.

pub mod acting;
pub(crate) mod asked;
pub(crate) mod complained;
pub(crate) mod facts;
pub(crate) mod project;
pub mod reassess;
pub mod rebuild;
pub mod registry;
pub mod report;
mod schedule;
pub mod stored;
pub(crate) mod supervised;
pub mod sweep;
pub(crate) mod write;
