//! 登记簿：区划、执法主体、执法人员、事项各是一条时间线，按日期有效的行由事件推出。
//!
//! [`fold`] turns the events of one timeline into dated states, [`tree`] lays paths over them; both are pure, so that
//! the tables can be made again from the events alone ([`rebuild`]).

mod derive;
pub mod event;
pub mod fold;
pub mod import;
pub mod listing;
pub mod opening;
mod project;
pub mod public;
pub mod rebuild;
pub mod record;
pub mod reveal;
pub mod scopes;
pub mod tree;
