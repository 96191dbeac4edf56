//! `GET /healthz`：进程活着。

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use super::version::SOFTWARE;

/// 进程活着。
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// 总是 ok。
    status: &'static str,
    /// 程序的版本。
    version: &'static str,
}

/// 进程是否活着
#[utoipa::path(get, path = "/healthz", operation_id = "get_health", tag = "系统",
    responses((status = 200, description = "活着", body = Health)))]
pub async fn get_health() -> Json<Health> {
    Json(Health {
        status: "ok",
        version: SOFTWARE,
    })
}
