//! 边缘层经真的路由器、真的套接字的行为。
#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod app;
mod guard;
mod layers;
mod logs;
mod problems;
mod serve;
