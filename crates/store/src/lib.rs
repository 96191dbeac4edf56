//! 存储：SQLite 与 PostgreSQL，一份代码；事件、日志、任务、审计同一个事务提交。
//!
//! Level 3 of the workspace, and the only crate that knows SQL. Reading is [`store::Store::read`], writing is
//! [`store::Store::write`] and nothing else; row types stay inside. What differs between the engines is in `dialect`.
#![forbid(unsafe_code)]

/// Boxes the future of what stands at the edge of the crate, so that callers do not compile it again.
pub(crate) use async_recursion::async_recursion as boxed;

pub mod account;
mod area;
pub mod assessment;
pub mod audit;
pub mod backup;
pub mod body_mapping;
pub mod bundle;
pub mod card;
pub mod case_account;
pub mod case_row;
mod checkpoint;
pub mod code;
mod command;
pub mod complaint;
pub mod complaint_receipt;
pub mod config;
pub mod context;
pub mod counter;
mod coverage;
pub mod delegation;
pub mod derivation;
pub mod derived;
mod dialect;
pub mod disclosure;
pub mod duty;
pub mod erasure;
pub mod erasure_request;
pub mod error;
pub mod event;
pub mod fact_use;
pub mod facts;
mod failure;
pub mod finding;
pub mod foresight;
pub mod fsck;
pub mod grant;
mod group_writer;
pub mod idempotency;
pub mod import;
pub mod import_row;
pub mod informant;
pub mod item;
pub mod job;
pub mod law_difference;
pub mod lease;
mod link;
mod listing;
pub mod log;
pub mod matter;
pub mod meter;
mod migration;
pub mod next_look;
pub mod officer;
pub mod org_node;
pub mod over_cases;
pub mod pace;
mod pool_writer;
mod postgres;
pub mod public_reading;
pub mod public_record;
mod pulse;
mod query;
pub mod registry_facts;
mod row;
mod scope;
pub mod session;
pub mod source_key;
mod sql;
mod sqlite;
pub mod store;
pub mod summary;
pub mod timeline;
pub mod totp;
pub mod trend;
pub mod trial;
pub mod tx;
pub mod undetermined;
mod value;
