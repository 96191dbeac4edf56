//! 边缘：HTTP 一侧共用的东西——问题答复、会话与防伪令牌、请求上下文、限额、事件流、指标与日志；没有路由。
//!
//! Level 5. `http`, `portal` and `exchange` stand on it. It knows HTTP and [`mingjing_services::error`],
//! and neither the law nor the database.
#![deny(missing_docs)]

pub mod access;
pub mod context;
mod count;
pub mod etag;
pub mod extract;
pub mod layers;
pub mod limit;
pub mod measure;
pub mod network;
pub mod openapi;
pub mod problem;
pub mod rate;
pub mod security;
pub mod serve;
pub mod session;
pub mod stream;
pub mod telemetry;
mod unread;
