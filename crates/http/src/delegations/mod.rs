//! 委托：作出、查看、提前结束。

pub mod create_delegation;
pub mod end_delegation;
pub mod get_delegations;
