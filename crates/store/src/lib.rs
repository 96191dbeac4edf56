//! 存储：SQLite 与 PostgreSQL，一份代码；事件、日志、任务、审计同一个事务提交。
//!
//! Level 3 of the workspace, and the only crate that knows SQL. Reading is [`store::Store::read`], writing is
//! [`store::Store::write`] and nothing else; row types stay inside. What differs between the engines is in `dialect`.
#![forbid(unsafe_code)]

pub mod config;
pub mod context;
mod dialect;
pub mod error;
pub mod facts;
mod migration;
mod sql;
pub mod store;
pub mod tx;
mod writer;
