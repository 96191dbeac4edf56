//! `GET /api/v1/imports/{id}/rows`：一批的逐行结果。

use axum::Json;
use axum::extract::State as Of;
use mingjing_edge::extract::query::{Commas, Query, page_request};
use mingjing_edge::problem::Problem;
use mingjing_kernel::id::kind;
use mingjing_services::intake::receipt::list_rows;
use mingjing_services::model::{ImportRow, RowOutcome};
use mingjing_services::page::Key;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::caller::Caller;
use crate::state::State;
use crate::wire::choice;
use crate::wire::id::PathId;
use crate::wire::meta::ListMeta;
use crate::wire::page::{after_number, cut, one_more};

const LIST: &str = "import_rows.number";
const OUTCOMES: &str = "created、changed、same、refused、waiting、repeated、note";

/// 要哪些行。
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RowQuery {
    /// 结果，可以写几个，逗号分隔。
    #[param(value_type = Option<String>, max_length = 100, example = "refused,waiting")]
    outcome: Option<Commas>,
    /// 一页的条数，1 至 200，默认 50。
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u16>,
    /// 上一页 `meta.next` 给出的值，原样带回。
    #[param(max_length = 512)]
    cursor: Option<String>,
}

/// 逐行的结果。
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportRowList {
    /// 本页的行，按行序。
    rows: Vec<ImportRowOut>,
    /// 列表的末尾。
    meta: ListMeta,
}

/// 一行的结果。
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ImportRow)]
pub struct ImportRowOut {
    /// 行序，从 0 起。
    number: u64,
    /// 结果：created、changed、same、refused、waiting、repeated、note。
    #[schema(example = "created")]
    outcome: String,
    /// 结果的中文名。
    outcome_name: String,
    /// 案件。
    case: Option<String>,
    /// 待认定的机关名称。
    body_name: Option<String>,
    /// 位置、原因、补救办法、与旧版的差别。
    #[schema(value_type = Object)]
    detail: serde_json::Value,
}

/// 列出逐行的结果
#[utoipa::path(get, path = "/api/v1/imports/{id}/rows", operation_id = "list_import_rows", tag = "导入与导出",
    params(("id" = String, Path, description = "一批"), RowQuery),
    responses((status = 200, description = "一页行", body = ImportRowList)))]
pub async fn list_import_rows(
    Of(state): Of<State>,
    caller: Caller,
    PathId(id): PathId<kind::Batch>,
    Query(query): Query<RowQuery>,
) -> Result<Json<ImportRowList>, Problem> {
    let request = page_request(query.limit, query.cursor.as_deref())?;
    let of_code = |code: &str| RowOutcome::ALL.into_iter().find(|it| it.code() == code);
    let outcomes = choice::in_query("outcome", query.outcome.as_ref(), of_code, OUTCOMES)?;
    let from = after_number(LIST, &request)?.map_or(0, |last| last.saturating_add(1));
    let place = (from, one_more(&request));
    let rows = list_rows(&state.services, &caller.request, id, &outcomes, place).await?;
    let page = cut(LIST, rows, &request, |row| {
        Key::Int(i64::try_from(row.number).unwrap_or(i64::MAX))
    });
    Ok(Json(ImportRowList {
        meta: ListMeta::of(&page),
        rows: page.items.into_iter().map(out).collect(),
    }))
}

fn out(row: ImportRow) -> ImportRowOut {
    ImportRowOut {
        number: row.number,
        outcome: row.outcome.code().to_owned(),
        outcome_name: row.outcome.in_chinese().to_owned(),
        case: row.timeline.map(|id| id.to_string()),
        body_name: row.body_name,
        detail: row.detail,
    }
}
