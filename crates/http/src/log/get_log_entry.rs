//! `GET /api/v1/log/entries/{index}`：一条日志条目。

use axum::Json;
use axum::extract::State as Of;
use mingjing_edge::extract::path::Path;
use mingjing_edge::problem::{Problem, ProblemCode};
use mingjing_services::log::get_entry;
use serde::Serialize;
use utoipa::ToSchema;

use crate::caller::Caller;
use crate::state::State;
use crate::wire::instant;

/// 一条日志条目。
#[derive(Debug, Serialize, ToSchema)]
pub struct LogEntryAnswer {
    /// 条目。
    log_entry: LogEntryOut,
}

/// 日志条目。
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LogEntry)]
pub struct LogEntryOut {
    /// 叶号，从 0 起。
    log_index: u64,
    /// 叶散列，十六进制。
    leaf: String,
    /// 入日志的时刻。
    #[schema(format = DateTime)]
    integrated_at: String,
    /// 条目的规范字节，是一段 JSON 文本；求散列以它为准，写法见 docs/log-format.md。
    entry: String,
}

/// 查看一条日志条目
///
/// 条目里有案件的标识与事件的种类，所以只给看得到那一案的人与安全审计员。
#[utoipa::path(get, path = "/api/v1/log/entries/{index}", operation_id = "get_log_entry", tag = "存证",
    params(("index" = u64, Path, description = "叶号，从 0 起")),
    responses((status = 200, description = "条目", body = LogEntryAnswer)))]
pub async fn get_log_entry(
    Of(state): Of<State>,
    caller: Caller,
    Path(index): Path<u64>,
) -> Result<Json<LogEntryAnswer>, Problem> {
    let found = get_entry(&state.services, &caller.request, in_range(index)?).await?;
    let entry = String::from_utf8(found.entry.to_bytes());
    Ok(Json(LogEntryAnswer {
        log_entry: LogEntryOut {
            log_index: found.index,
            leaf: found.leaf.to_hex(),
            integrated_at: instant::of(found.integrated_at),
            entry: entry.map_err(|error| Problem::internal(error.into()))?,
        },
    }))
}

/// Beyond what the database counts to there is nothing.
pub(super) fn in_range(index: u64) -> Result<u64, Problem> {
    match i64::try_from(index) {
        Ok(_) => Ok(index),
        Err(_) => Err(Problem::new(ProblemCode::NotFound)),
    }
}
