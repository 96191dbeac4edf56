//! 办案与评估：经过服务，在两种数据库上。
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on stops with the line it stood on"
)]

mod changes;
#[path = "../support/clock.rs"]
mod clock;
mod disclosing;
mod foresight;
mod guards;
mod office;
mod over_cases;
#[path = "../support/register.rs"]
mod register;
mod scope;
mod searching;
mod walk;
