//! 一致性测试：同一组测试在两种数据库上各跑一遍。
#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod audit;
mod backup;
mod bundle;
mod erasure;
mod events;
mod fsck;
mod guards;
mod handover;
mod idempotency;
mod integrator;
mod jobs;
mod leases;
mod lists;
mod migrations;
mod proofs;
mod samples;
mod schema;
mod text;
mod writing;
