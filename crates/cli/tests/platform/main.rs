//! 平台的命令，经真的程序：从空目录到运行着的服务，到备份与恢复。
#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod commands;
mod configuration;
mod lists_again;
#[path = "../support/office.rs"]
mod office;
mod over_http;
mod overlay;
#[path = "../support/place.rs"]
mod place;
mod ranges;
mod stopping;
mod walk;
