//! `POST /api/v1/discretion_items/{code}/reckon`：按说出来的事实算一个裁量事项的区间；什么也不写。

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State as Of;
use mingjing_domain::timeline::Facts;
use mingjing_domain::value::Value;
use mingjing_edge::extract::body::JsonBody;
use mingjing_edge::extract::path::Path;
use mingjing_edge::problem::Problem;
use mingjing_kernel::date::Date;
use mingjing_services::discretion::Stated;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::reckoning::Reckoning;
use crate::caller::Caller;
use crate::state::State;

/// 说出来的事实；没有说的是不知道。
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReckonBody {
    /// 违法行为之日；没有写的看事实里的 `case.act_on`，再没有是今天。
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    on: Option<Date>,
    /// 机关所在地的行政区划代码或其前缀。
    #[serde(default)]
    #[schema(max_length = 12, example = "440306")]
    region: Option<String>,
    /// 机关的部门代码。
    #[serde(default)]
    #[schema(max_length = 100, example = "market_regulation")]
    department: Option<String>,
    /// 事实，按范围分写，如 `{"discretion": {"goods_value": 500000}}`。
    #[serde(default)]
    #[schema(value_type = Object, additional_properties)]
    facts: BTreeMap<String, Value>,
}

/// 算出的区间。
#[derive(Debug, Serialize, ToSchema)]
pub struct ReckoningAnswer {
    /// 计算。
    reckoning: Reckoning,
}

/// 按说出来的事实算裁量的区间
///
/// 法定幅度、阶次、情节逐项符合与否与为什么、建议的区间、还缺什么。给区间，不给数额：数额由承办人裁量。什么也不写，也不留下所说的事实。
#[utoipa::path(post, path = "/api/v1/discretion_items/{code}/reckon", operation_id = "reckon_stated_facts", tag = "法典",
    params(("code" = String, Path, description = "裁量事项")),
    request_body = ReckonBody,
    responses((status = 200, description = "区间与理由", body = ReckoningAnswer)))]
pub async fn reckon_stated_facts(
    Of(state): Of<State>,
    caller: Caller,
    Path(code): Path<String>,
    JsonBody { value: body, .. }: JsonBody<ReckonBody>,
) -> Result<Json<ReckoningAnswer>, Problem> {
    let stated = Stated {
        on: body.on,
        region: body.region,
        department: body.department,
        facts: Facts { values: body.facts },
    };
    let today = caller.request.today();
    let told = state.rulebook().reckon_stated(&code, &stated, today)?;
    Ok(Json(ReckoningAnswer {
        reckoning: told.into(),
    }))
}
