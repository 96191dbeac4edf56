//! 服务：一件事一个用例，做什么、谁能做、记下什么在这里编排。
//!
//! Level 4. One module per part of the mission, one file per use case; knows neither HTTP nor SQL.
//! Every operation answers with a value or a [`error::ServiceError`]; only the edges turn it into a status.
#![deny(missing_docs)]

/// Boxes the future of a use case. Without it every crate that awaits one compiles the whole state machine behind it again,
/// down to the statements; the price is one allocation for each use case.
pub(crate) use async_recursion::async_recursion as boxed;

pub(crate) mod access;
pub mod admin;
pub mod assessment;
pub mod audit;
pub mod backup;
pub mod bundle;
pub mod casework;
pub(crate) mod clock_guard;
pub mod complaint;
pub mod context;
pub mod disclosure;
pub mod discretion;
pub mod erasure;
pub mod error;
pub mod export;
pub mod foresight;
pub mod idempotency;
pub mod intake;
pub mod job;
pub mod law_source;
pub mod limit;
pub mod live;
pub mod log;
pub mod log_key;
pub mod metric;
pub mod model;
pub mod naming;
pub mod over_cases;
pub mod page;
pub mod perform;
pub mod registry;
pub mod retention;
pub mod rulebook;
pub mod scrub;
mod share;
pub mod spool;
pub mod supervision;
