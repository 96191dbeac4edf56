//! `GET /api/v1/cases/{id}/links`：一案的关联。

use axum::Json;
use axum::extract::State as Of;
use mingjing_edge::problem::Problem;
use mingjing_kernel::date::Date;
use mingjing_kernel::id::kind;
use mingjing_services::casework::list_links::list_links;
use serde::Serialize;
use utoipa::ToSchema;

use crate::caller::Caller;
use crate::cases::case::CaseSummary;
use crate::state::State;
use crate::wire::id::PathId;
use crate::wire::label::Label;
use crate::wire::names;
use crate::wire::shown::Shown;

/// 一案的关联。
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseLinks {
    /// 关联，由这一案写下的在前，各按日子。
    links: Vec<CaseLinkOut>,
}

/// 一项关联。
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CaseLink)]
pub struct CaseLinkOut {
    /// 关联的种类。
    link: Label,
    /// 由那一案写下，关联到这一案的。
    is_incoming: bool,
    /// 自哪一天。
    #[schema(value_type = String, format = Date)]
    since: Date,
    /// 那一案；看不到的没有。
    case: Option<CaseSummary>,
}

/// 查看一案的关联
#[utoipa::path(get, path = "/api/v1/cases/{id}/links", operation_id = "get_case_links", tag = "案件",
    params(("id" = String, Path, description = "案件")),
    responses((status = 200, description = "全部关联；关联过来而看不到的不在内", body = CaseLinks)))]
pub async fn get_case_links(
    Of(state): Of<State>,
    caller: Caller,
    PathId(id): PathId<kind::Case>,
) -> Result<Json<CaseLinks>, Problem> {
    let links = list_links(&state.services, &caller.request, id).await?;
    let rows: Vec<_> = links.iter().filter_map(|link| link.other.clone()).collect();
    let shown = Shown::of_cases(&state, &caller.request, &rows).await?;
    let lawbook = state.services.lawbook();
    let links = links.iter().map(|link| CaseLinkOut {
        link: names::listed(&lawbook, "link_kind", &link.how),
        is_incoming: link.is_incoming,
        since: link.since,
        case: link.other.as_ref().map(|row| CaseSummary::of(&shown, row)),
    });
    Ok(Json(CaseLinks {
        links: links.collect(),
    }))
}
