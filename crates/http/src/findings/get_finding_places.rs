//! `GET /api/v1/findings/places`：发现在哪里，一级之下逐处汇总。

use axum::Json;
use axum::extract::State as Of;
use mingjing_edge::extract::query::Query;
use mingjing_edge::problem::Problem;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_services::casework::finding_places::{Place, finding_places};
use mingjing_services::model::FindingFilter;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::accounts::account::org_in_query;
use crate::caller::Caller;
use crate::registry::term::NodeOut;
use crate::state::State;
use crate::wire::meta::Watermark;
use crate::wire::severity::Severity;

/// 看哪一级、哪些发现。
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PlaceQuery {
    /// 看哪一级之下：组织树上的路径，`/` 是最上面。不写的，从容得下所见全部的最低一级看起。
    #[param(max_length = 500, example = "/410000/410100/")]
    org: Option<String>,
    /// 规则编码。
    #[param(max_length = 100)]
    code: Option<String>,
}

/// 各处的发现。
#[derive(Debug, Serialize, ToSchema)]
pub struct FindingPlaces {
    /// 看的是哪一级。
    org: String,
    /// 由最上一级直到这一级。
    trail: Vec<NodeOut>,
    /// 各处：下级区划在先，没有发现的也列出；再是直属这一级的机关。
    places: Vec<PlaceOut>,
    /// 计数折到了日志的哪里；日志还空的没有。
    watermark: Option<Watermark>,
}

/// 一处的发现。
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FindingPlace)]
pub struct PlaceOut {
    /// 在组织树上的路径；对不上任何下级的，就是这一级自己。
    org: String,
    /// 登记簿里今天的样子；没有的没有。
    node: Option<NodeOut>,
    /// 没有终结的，按程度与状态的个数。
    counts: Vec<PlaceCount>,
}

/// 一种程度、一种状态的个数。
#[derive(Debug, Serialize, ToSchema)]
pub struct PlaceCount {
    /// 严重程度。
    severity: Severity,
    /// 状态。
    #[schema(example = "violated")]
    status: String,
    /// 个数。
    count: u64,
}

/// 发现在哪里
#[utoipa::path(get, path = "/api/v1/findings/places", operation_id = "get_finding_places", tag = "义务与发现",
    params(PlaceQuery),
    responses((status = 200, description = "逐处的个数", body = FindingPlaces)))]
pub async fn get_finding_places(
    Of(state): Of<State>,
    caller: Caller,
    Query(query): Query<PlaceQuery>,
) -> Result<Json<FindingPlaces>, Problem> {
    let at = org_in_query("org", query.org.as_deref())?;
    let filter = FindingFilter {
        code: query.code,
        ..FindingFilter::default()
    };
    let found = finding_places(&state.services, &caller.request, &filter, at).await?;
    let lawbook = state.services.lawbook();
    let trail = found.trail.iter();
    Ok(Json(FindingPlaces {
        org: found.at.to_string(),
        trail: trail.map(|node| NodeOut::of(&lawbook, node)).collect(),
        places: found
            .places
            .into_iter()
            .map(|place| place_of(&lawbook, place))
            .collect(),
        watermark: found.watermark.map(Watermark::from),
    }))
}

fn place_of(lawbook: &Lawbook, place: Place) -> PlaceOut {
    let counts = place.sums.into_iter().map(|sum| PlaceCount {
        severity: sum.severity.into(),
        status: sum.status.code().to_owned(),
        count: sum.n,
    });
    PlaceOut {
        org: place.path,
        node: place.node.map(|node| NodeOut::of(lawbook, &node)),
        counts: counts.collect(),
    }
}
