//! 存储：SQLite 与 PostgreSQL，一份代码；事件、日志、任务、审计同一个事务提交。
//!
//! Level 3 of the workspace, and the only crate that knows SQL. Reading is [`store::Store::read`], writing is
//! [`store::Store::write`] and nothing else; row types stay inside. What differs between the engines is in `dialect`.
#![forbid(unsafe_code)]

pub mod audit;
pub mod backup;
pub mod bundle;
mod command;
pub mod config;
pub mod context;
mod coverage;
mod dialect;
pub mod erasure;
pub mod error;
pub mod event;
pub mod facts;
pub mod fsck;
mod group_writer;
pub mod idempotency;
pub mod job;
pub mod lease;
pub mod log;
mod migration;
mod pool_writer;
mod sql;
pub mod store;
pub mod timeline;
pub mod tx;
