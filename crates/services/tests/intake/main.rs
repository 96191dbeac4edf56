//! 汇入、导出、案卷包、清除、备份：经过服务，在两种数据库上。
#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod backing_up;
mod bundling;
#[path = "../support/clock.rs"]
mod clock;
mod erasing;
mod exporting;
mod importing;
#[path = "../support/jobs.rs"]
mod jobs;
mod office;
#[path = "../support/register.rs"]
mod register;
mod resuming;
mod walker;
mod walking;
