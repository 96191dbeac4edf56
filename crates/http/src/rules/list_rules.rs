//! `GET /api/v1/rules`：列出规则。

use axum::Json;
use axum::extract::State as Of;
use axum::http::HeaderMap;
use axum::response::Response;
use mingjing_edge::extract::query::{Query, page_request};
use mingjing_edge::problem::Problem;
use mingjing_services::error::Pointer;
use mingjing_services::model::code;
use mingjing_services::rulebook::RuleFilter;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::summary::{RuleSummary, WireStatus};
use crate::state::State;
use crate::system::version;
use crate::wire::choice;
use crate::wire::meta::ListMeta;
use crate::wire::severity::Severity;

const MARKS: &str = "unverified、second_hand、convention、local";

/// 要哪些规则。
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RuleQuery {
    /// 在这个地区适用的：行政区划代码或其前缀。
    #[param(example = "3301")]
    region: Option<String>,
    /// 在这个部门适用的：部门代码。
    #[param(example = "market_regulation")]
    department: Option<String>,
    /// 组。
    #[param(example = "penalty")]
    area: Option<String>,
    /// 严重程度。
    severity: Option<Severity>,
    /// 状态。
    status: Option<WireStatus>,
    /// 标记：unverified 待核、second_hand 二手、convention 口径、local 地方。
    #[param(max_length = 100, example = "unverified")]
    mark: Option<String>,
    /// 编码、名称、检查什么、依据中含有这些字的；拉丁字母不分大小写。
    #[param(max_length = 100, example = "听证")]
    q: Option<String>,
    /// 一页的条数，1 至 200，默认 50。
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u16>,
    /// 上一页 `meta.next` 给出的值，原样带回。
    #[param(max_length = 512)]
    cursor: Option<String>,
}

/// 规则的列表。
#[derive(Debug, Serialize, ToSchema)]
pub struct RuleList {
    /// 本页的规则，按编码排列。
    rules: Vec<RuleSummary>,
    /// 列表的末尾。
    meta: ListMeta,
}

/// 列出规则
///
/// 施行中的法典里的规则，按编码排列；ETag 随法典与程序的版本变。
#[utoipa::path(
    get,
    path = "/api/v1/rules",
    operation_id = "list_rules",
    tag = "法典",
    params(RuleQuery),
    responses(
        (status = 200, description = "一页规则", body = RuleList),
        (status = 304, description = "与来者已有的相同"),
    )
)]
pub async fn list_rules(
    Of(state): Of<State>,
    Query(query): Query<RuleQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let request = page_request(query.limit, query.cursor.as_deref())?;
    let mark = query.mark.as_slice();
    let marks = choice::among(&Pointer::query("mark"), mark, code::mark_of, MARKS)?;
    let filter = RuleFilter {
        mark: marks.first().copied(),
        region: query.region,
        department: query.department,
        area: query.area,
        severity: query.severity.map(Into::into),
        status: query.status.map(Into::into),
        text: query.q,
    };
    let rulebook = state.rulebook();
    let lawbook = rulebook.lawbook();
    let page = rulebook.list_rules(&filter, &request)?;
    let answer = || {
        let meta = ListMeta::of(&page);
        let rules = page.items.iter().map(|rule| RuleSummary::of(lawbook, rule));
        Ok(Json(RuleList {
            rules: rules.collect(),
            meta,
        }))
    };
    Ok(version::of_lawbook(lawbook).answer(&headers, answer))
}
