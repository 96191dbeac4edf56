//! 账号、会话、登记簿：经过服务，在两种数据库上。
#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod accounts;
mod agreement;
mod cases;
#[path = "../support/clock.rs"]
mod clock;
mod derived;
mod desk;
mod effects;
#[path = "../support/jobs.rs"]
mod jobs;
mod leaping;
mod lists;
#[path = "../support/register.rs"]
mod register;
mod registry;
mod rows;
mod second_factor;
mod sign_in;
mod traces;
