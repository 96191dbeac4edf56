//! 导出案件：一行一案的案件格式，导入之后是同样的事件；个人信息默认遮盖，有权的写明理由才给原文。

use std::collections::{BTreeMap, HashMap};

use mingjing_domain::timeline::Timeline;
use mingjing_interchange::case_writer::to_line;
use mingjing_kernel::date::Date;
use mingjing_kernel::id::TimelineId;
use mingjing_lawbook::vocabulary::Vocabulary;
use mingjing_policy::permission::{Action, ResourceKind};
use mingjing_policy::scope::{Scope, scope};
use mingjing_store::audit::NewAudit;
use mingjing_store::body_mapping::RegisteredBody;
use mingjing_store::case_row::{CaseFilter, CaseOrder};
use mingjing_store::timeline::LoadedTimeline;
use mingjing_store::tx::{Read, Tx};
use serde_json::json;

use crate::access::note_refusal;
use crate::assessment::facts::{ASSIGNED, REGISTERED, STATED, stated};
use crate::casework::free_text::Names;
use crate::casework::list_cases::only_cases;
use crate::casework::mask::{self, Sight};
use crate::casework::record_event::check_reason;
use crate::context::{RequestContext, Services};
use crate::error::ServiceError;
use crate::limit::EXPORT_PAGE;

/// 要导出的案件。
#[derive(Debug, Clone, Default)]
pub struct ExportCases {
    /// 找哪些案件。
    pub filter: CaseFilter,
    /// 要原文的理由；不写的遮盖。
    pub reveal: Option<String>,
}

/// 导出了多少。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Exported {
    /// 案件数。
    pub cases: u64,
    /// 其中个人信息没有遮盖的。
    pub revealed: u64,
}

/// One page of cases as they are written, and which of them are shown as they are.
struct CasePage {
    lines: Vec<(TimelineId, Timeline, Sight)>,
    last: Option<(Date, TimelineId)>,
}

/// 导出，一行一行地交给 `write`；内存与案件数无关。审计先于交出，写不下审计的不交。
pub async fn export_cases(
    services: &Services,
    request: &RequestContext,
    command: ExportCases,
    mut write: impl FnMut(&str) -> std::io::Result<()>,
) -> Result<Exported, ServiceError> {
    if let Some(reason) = &command.reveal {
        check_reason("reveal", reason)?;
    }
    let of = |action| scope(&request.actor, action, ResourceKind::Case, request.today());
    let (within, revealing) = (of(Action::Export), of(Action::RevealPersonal));
    let must_reveal = command.reveal.is_some();
    if within.is_empty() || (must_reveal && revealing.is_empty()) {
        let refused = export_audit(json!({ "reveal": must_reveal }));
        return note_refusal(services, request, refused, Err(ServiceError::Forbidden)).await;
    }
    let lawbook = services.lawbook();
    let of_cases = only_cases(&lawbook, &command.filter);
    let mut done = Exported::default();
    let mut after = None;
    loop {
        let (within, filter) = (within.clone(), of_cases.clone());
        let revealing = must_reveal.then(|| revealing.clone());
        let page = async move |read: &Read| {
            read_page(read, &within, revealing.as_ref(), &filter, after).await
        };
        let page = services.store.read_whole(page).await?;
        if page.lines.is_empty() {
            return Ok(done);
        }
        note(services, request, &page, command.reveal.as_deref()).await?;
        for (_, mut timeline, sight) in page.lines {
            let is_revealed = sight == Sight::Revealed;
            masked(&lawbook.book.vocabulary, &mut timeline, sight);
            write(&to_line(&timeline))
                .and_then(|()| write("\n"))
                .map_err(ServiceError::internal)?;
            done.cases += 1;
            done.revealed += u64::from(is_revealed);
        }
        after = page.last;
    }
}

/// 一条时间线写成案件格式所要的样子：登记与填报还原成事实，每条更正有自己的标识。
pub(crate) fn as_case(
    loaded: LoadedTimeline,
    bodies: &BTreeMap<String, RegisteredBody>,
) -> Timeline {
    let told = stated(&loaded.timeline);
    let mut timeline = loaded.timeline;
    timeline.facts = told.facts;
    let body = told.body.as_deref().and_then(|id| bodies.get(id));
    if let Some(body) = body.filter(|_| timeline.facts.at("body.name").is_none()) {
        timeline.facts.set("body.name", body.name.as_str().into());
    }
    let mut counts: HashMap<String, u32> = HashMap::new();
    for (event, header) in timeline.events.iter_mut().zip(&loaded.events) {
        let count = counts.entry(event.id.clone()).or_default();
        *count += 1;
        if *count > 1 {
            event.id = format!("{}-{count}", event.id);
        }
        if event.recorded_at.is_none() {
            event.recorded_at = header.source_recorded_at.map(|at| at.timestamp());
        }
        // Where a list stood on the disk of whoever sent it is nobody else's business.
        event.origin = None;
    }
    let is_of_the_list = |kind: &str| kind != REGISTERED && kind != STATED && kind != ASSIGNED;
    timeline.events.retain(|event| is_of_the_list(&event.kind));
    timeline
}

async fn read_page(
    read: &Read,
    within: &Scope,
    revealing: Option<&Scope>,
    filter: &CaseFilter,
    after: Option<(Date, TimelineId)>,
) -> Result<CasePage, ServiceError> {
    let rows = read
        .list_cases(within, filter, CaseOrder::LastOn, after, EXPORT_PAGE)
        .await?;
    let last = rows.last().map(|row| (row.last_on, row.timeline));
    let ids: Vec<&str> = rows.iter().filter_map(|row| row.body.as_deref()).collect();
    let bodies = read.list_bodies_by_id(&ids).await?;
    let of_page = rows.iter().map(|row| row.timeline);
    // A few statements for the page, none for each case: each is a journey, or a thread to be woken.
    let revealed = match revealing {
        Some(scope) => {
            read.list_case_heads(scope, &of_page.clone().collect())
                .await?
        }
        None => BTreeMap::new(),
    };
    let loaded = read.load_timelines(&of_page.collect::<Vec<_>>()).await?;
    let lines = loaded.into_iter().map(|loaded| {
        let id = loaded.header.id;
        let sight = if revealed.contains_key(&id) {
            Sight::Revealed
        } else {
            Sight::Withheld
        };
        (id, as_case(loaded, &bodies), sight)
    });
    Ok(CasePage {
        lines: lines.collect(),
        last,
    })
}

fn masked(vocabulary: &Vocabulary, timeline: &mut Timeline, sight: Sight) {
    if sight == Sight::Revealed {
        return;
    }
    let names = Names::of(vocabulary, timeline);
    for event in &mut timeline.events {
        mask::event(vocabulary, &names, event, sight);
    }
    mask::facts(vocabulary, &names, &mut timeline.facts);
}

async fn note(
    services: &Services,
    request: &RequestContext,
    page: &CasePage,
    reason: Option<&str>,
) -> Result<(), ServiceError> {
    let of = |wanted: Sight| {
        let lines = page
            .lines
            .iter()
            .filter(move |(_, _, sight)| *sight == wanted);
        lines.map(|(id, _, _)| id.to_string()).collect::<Vec<_>>()
    };
    let detail = json!({
        "reason": reason,
        "revealed": of(Sight::Revealed),
        "masked_count": of(Sight::Withheld).len(),
    });
    let audit = export_audit(detail);
    let write = async move |tx: &Tx| {
        tx.audit(audit.clone()).await?;
        Ok::<_, ServiceError>(())
    };
    services
        .store
        .write(&services.context(request), write)
        .await
}

fn export_audit(detail: serde_json::Value) -> NewAudit {
    NewAudit {
        action: "case.export".to_owned(),
        resource_kind: "case".to_owned(),
        resource_id: None,
        org_path: "/".to_owned(),
        is_allowed: true,
        detail,
    }
}
