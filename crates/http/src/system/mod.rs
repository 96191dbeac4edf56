//! 系统：探测、指标、接口文档、问题说明。

pub mod healthz;
pub mod metrics;
pub mod openapi;
pub mod problem;
pub mod readyz;
pub mod version;
