//! 门户：经真的路由器、真的库，像不登录的人那样看；两种数据库。
#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod complaining;
mod looking_up;
mod publishing;
mod routes;
mod town;
