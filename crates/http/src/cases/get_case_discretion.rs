//! `GET /api/v1/cases/{id}/discretion`：一案按裁量基准算出的区间。

use axum::Json;
use axum::extract::State as Of;
use mingjing_edge::extract::query::Query;
use mingjing_edge::problem::Problem;
use mingjing_kernel::id::kind;
use mingjing_services::casework::reckon_discretion::reckon_discretion;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::caller::Caller;
use crate::discretion_items::reckoning::Reckoning;
use crate::state::State;
use crate::wire::id::PathId;
use crate::wire::label::Label;

/// 看哪一项。
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CaseDiscretionQuery {
    /// 裁量事项：由人按违法行为选，程序不替人认定。没有选的只答用得上的各项。
    #[param(max_length = 100, example = "food_without_licence")]
    item: Option<String>,
}

/// 一案的裁量。
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseDiscretionAnswer {
    /// 用得上的事项：领域、地区、违法行为之日合得上的，按标识排列。
    discretion_items: Vec<Label>,
    /// 所选的一项的计算；没有选的为 null。
    reckoning: Option<Reckoning>,
}

/// 查看一案的裁量区间
///
/// 照最近一次评估所据的事实现算，不存：法定幅度、阶次、情节逐项符合与否与为什么、建议的区间、还缺什么。给区间，不给数额：数额由承办人裁量。
#[utoipa::path(get, path = "/api/v1/cases/{id}/discretion", operation_id = "get_case_discretion", tag = "案件",
    params(("id" = String, Path, description = "案件"), CaseDiscretionQuery),
    responses((status = 200, description = "用得上的事项，与所选的一项的计算", body = CaseDiscretionAnswer)))]
pub async fn get_case_discretion(
    Of(state): Of<State>,
    caller: Caller,
    PathId(id): PathId<kind::Case>,
    Query(query): Query<CaseDiscretionQuery>,
) -> Result<Json<CaseDiscretionAnswer>, Problem> {
    let item = query.item.as_deref();
    let found = reckon_discretion(&state.services, &caller.request, id, item).await?;
    let items = found.items.into_iter();
    Ok(Json(CaseDiscretionAnswer {
        discretion_items: items.map(|(code, name)| Label { code, name }).collect(),
        reckoning: found.reckoning.map(Reckoning::from),
    }))
}
