//! `GET /api/v1/cases/{id}/public_records`：一案的公示：公布过的各版（撤下的也在内），没有了结的稿，可以公示的决定。

use axum::Json;
use axum::extract::State as Of;
use mingjing_edge::problem::Problem;
use mingjing_kernel::id::kind;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_lawbook::publication::{GROUNDS, Withdrawal};
use mingjing_services::disclosure::list::{PublishableDecision, get_case_publications as get};
use mingjing_services::model::PublicRecord;
use serde::Serialize;
use utoipa::ToSchema;

use crate::caller::Caller;
use crate::disclosures::disclosure::DisclosureOut;
use crate::state::State;
use crate::wire::id::PathId;
use crate::wire::instant;
use crate::wire::label::Label;
use crate::wire::names;

/// 一案的公示。
#[derive(Debug, Serialize, ToSchema)]
pub struct CasePublicRecords {
    /// 公布过的各版，先公布的在前。
    public_records: Vec<CasePublicRecord>,
    /// 没有了结的公示稿。
    disclosures: Vec<DisclosureOut>,
    /// 法典定有公示样式的决定，先后为序。
    decisions: Vec<PublishableOut>,
}

/// 法典定有公示样式的一份决定。
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PublishableDecision)]
pub struct PublishableOut {
    /// 决定事件的标识。
    decision: String,
    /// 序号；更正过的是最后一条的。
    seq: u64,
    /// 决定日。
    #[schema(format = Date)]
    on: String,
    /// 公示样式的中文名。
    title: String,
}

/// 可以据以撤下的一种事由。
#[derive(Debug, Serialize, ToSchema)]
pub struct WithdrawalGround {
    /// 代码，撤下时写的。
    code: String,
    /// 中文名。
    name: String,
    /// 撤下之后给公众留一份说明，理由遮盖之后写在里面。
    leaves_notice: bool,
}

/// 公布过的一版。
#[derive(Debug, Serialize, ToSchema)]
pub struct CasePublicRecord {
    /// 标识。
    id: String,
    /// 决定事件的标识。
    decision: String,
    /// 第几版，从 1 起。
    version: u64,
    /// 公布的事件。
    event: String,
    /// 公布的时刻。
    #[schema(format = DateTime)]
    published_at: String,
    /// 公开到哪一日（含）；没有期限的没有。
    #[schema(format = Date)]
    shown_until: Option<String>,
    /// 撤下的时刻；公开着的没有。
    #[schema(format = DateTime)]
    withdrawn_at: Option<String>,
    /// 撤下的事由。
    ground: Option<Label>,
    /// 可以据以撤下的事由；已经撤下的为空。
    grounds: Vec<WithdrawalGround>,
    /// 由哪一版取代。
    superseded_by: Option<String>,
    /// 内容何时依法清除；没有清除的没有。
    #[schema(format = DateTime)]
    erased_at: Option<String>,
}

/// 一案的公示
#[utoipa::path(get, path = "/api/v1/cases/{id}/public_records", operation_id = "get_case_public_records", tag = "公示",
    params(("id" = String, Path, description = "案件")),
    responses((status = 200, description = "各版、没有了结的稿与可以公示的决定", body = CasePublicRecords)))]
pub async fn get_case_public_records(
    Of(state): Of<State>,
    caller: Caller,
    PathId(case): PathId<kind::Case>,
) -> Result<Json<CasePublicRecords>, Problem> {
    let lawbook = state.services.lawbook();
    let found = get(&state.services, &caller.request, case).await?;
    let records = found.records.iter();
    Ok(Json(CasePublicRecords {
        public_records: records.map(|record| shown(&lawbook, record)).collect(),
        disclosures: found.drafts.iter().map(DisclosureOut::from).collect(),
        decisions: found.decisions.iter().map(PublishableOut::from).collect(),
    }))
}

impl From<&PublishableDecision> for PublishableOut {
    fn from(it: &PublishableDecision) -> Self {
        PublishableOut {
            decision: it.decision.to_string(),
            seq: it.seq,
            on: it.on.to_string(),
            title: it.title.clone(),
        }
    }
}

fn shown(lawbook: &Lawbook, record: &PublicRecord) -> CasePublicRecord {
    let withdrawn = record.withdrawn.as_ref();
    let style = lawbook
        .publication(&record.style)
        .filter(|_| withdrawn.is_none());
    let offered = style.into_iter().flat_map(|style| &style.withdrawals);
    let offered = offered.map(|it: &Withdrawal| {
        let Label { code, name } = names::listed(lawbook, GROUNDS, &it.ground);
        WithdrawalGround {
            code,
            name,
            leaves_notice: it.has_notice,
        }
    });
    CasePublicRecord {
        id: record.id.to_string(),
        decision: record.decision.to_string(),
        version: record.version,
        event: record.event.to_string(),
        published_at: instant::of(record.published_at),
        shown_until: record.shown_until.map(|day| day.to_string()),
        withdrawn_at: withdrawn.map(|withdrawn| instant::of(withdrawn.at)),
        ground: withdrawn.map(|it| names::listed(lawbook, GROUNDS, &it.ground)),
        grounds: offered.collect(),
        superseded_by: withdrawn.and_then(|it| it.superseded_by.map(|id| id.to_string())),
        erased_at: record.erased_at.map(instant::of),
    }
}
