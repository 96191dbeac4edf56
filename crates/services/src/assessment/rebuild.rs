//! 重建：由事件、事实与法典重新推出全部派生的表，与库里的逐行比较，或者写下。

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Debug;

use mingjing_domain::timeline::Facts;
use mingjing_kernel::date::Date;
use mingjing_kernel::id::TimelineId;
use mingjing_kernel::id::kind::TimelineKind;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_store::assessment::AssessmentRow;
use mingjing_store::case_account::CaseAccounts;
use mingjing_store::case_row::CaseRow;
use mingjing_store::derived::DERIVED;
use mingjing_store::duty::DutyRow;
use mingjing_store::error::StoreError;
use mingjing_store::finding::{EndedBy, FindingRow, NewFinding};
use mingjing_store::trial::Trials;
use mingjing_store::tx::{Read, Tx};

use crate::assessment::asked::Asked;
use crate::assessment::project::Projected;
use crate::assessment::reassess::reassess_one;
use crate::assessment::registry::RegistryFacts;
use crate::assessment::report::{RebuildReport, unreadable};
use crate::assessment::write::Ready;
use crate::context::{RequestContext, Services};
use crate::disclosure;
use crate::error::ServiceError;
use crate::limit::{CHUNK_TIMELINES, DIFFERENCES_MAX};
use crate::registry::rebuild::{rebuild_registry, verify_registry};
use crate::share::on_all_processors;

/// 核对：重新推出，与库里的比较，什么也不写。
///
/// Each case is judged on the day of its stored assessment and with the facts of its stored snapshot; that the facts
/// have changed since, or the lawbook, is a difference of its own.
#[crate::boxed]
pub async fn verify(services: &Services) -> Result<RebuildReport, ServiceError> {
    let mut report = RebuildReport::default();
    verify_orphans(services, &mut report).await?;
    verify_registry(services, &mut report).await?;
    let mut after = None;
    loop {
        let ids = list(services, after).await?;
        report = verify_page(services, &ids, report).await?;
        match ids.last() {
            Some(last) if ids.len() >= CHUNK_TIMELINES as usize => after = Some(*last),
            Some(_) | None => break,
        }
    }
    verify_counters(services, &mut report).await?;
    disclosure::rebuild::verify(services, &mut report).await?;
    Ok(report)
}

/// 重建：登记簿在先，再逐案重新评估并写下，计数由发现重数；返回改正之前的不同之处。
#[crate::boxed]
pub async fn rebuild(
    services: &Services,
    request: &RequestContext,
) -> Result<RebuildReport, ServiceError> {
    let mut report = verify(services).await?;
    discard(services, request, &report).await?;
    report.timelines = rebuild_registry(services, request).await? as u64;
    let mut after = None;
    loop {
        let ids = list(services, after).await?;
        for id in &ids {
            reassess_one(services, request, *id, EndedBy::FactsChanged).await?;
            report.timelines += 1;
        }
        match ids.last() {
            Some(last) if ids.len() >= CHUNK_TIMELINES as usize => after = Some(*last),
            Some(_) | None => break,
        }
    }
    let recount = async |tx: &Tx| {
        tx.recount_findings().await?;
        Ok::<_, ServiceError>(())
    };
    services
        .store
        .write(&services.context(request), recount)
        .await?;
    disclosure::rebuild::rebuild(services, request).await?;
    Ok(report)
}

async fn list(
    services: &Services,
    after: Option<TimelineId>,
) -> Result<Vec<TimelineId>, ServiceError> {
    // The reader is given back at once: what follows writes.
    let headers = services
        .store
        .reader()
        .await?
        .list_timelines(TimelineKind::Case, after, CHUNK_TIMELINES)
        .await?;
    Ok(headers.into_iter().map(|header| header.id).collect())
}

/// Rows of a timeline that is not there follow from nothing.
async fn verify_orphans(
    services: &Services,
    report: &mut RebuildReport,
) -> Result<(), ServiceError> {
    let read = &services.store.reader().await?;
    for table in &DERIVED {
        for key in read.list_orphans(table, DIFFERENCES_MAX as u32).await? {
            report.add(table.name, &key, "没有这条时间线");
            report.in_the_way.insert((table.name, key));
        }
    }
    Ok(())
}

/// Takes away what cannot be read and what belongs to nobody. A finding that could not be read is found anew.
async fn discard(
    services: &Services,
    request: &RequestContext,
    report: &RebuildReport,
) -> Result<(), ServiceError> {
    let in_the_way = report.in_the_way.clone();
    let work = async move |tx: &Tx| {
        for (name, key) in &in_the_way {
            for table in DERIVED.iter().filter(|table| table.name == *name) {
                tx.discard_derived(table, key).await?;
            }
        }
        Ok::<_, ServiceError>(())
    };
    services.store.write(&services.context(request), work).await
}

/// A case as it stands in the store, ready to be judged anew.
struct Standing {
    assessment: AssessmentRow,
    ready: Ready,
    uses: BTreeSet<String>,
    rows: Rows,
}

/// What is derived of a case so far; what cannot be read is `None`, and has been told.
struct Rows {
    case: Option<Option<CaseRow>>,
    accounts: Option<CaseAccounts>,
    next: Option<Option<Date>>,
    uses: BTreeSet<String>,
    duties: Option<Vec<DutyRow>>,
    findings: Option<Vec<FindingRow>>,
    trials: Option<Trials>,
}

/// What many cases share is read once a page.
#[derive(Default)]
struct Shared {
    asked: Asked,
    snapshots: HashMap<[u8; 32], (Facts, Option<String>)>,
}

/// A page of cases: read in one go, judged on all processors, then compared.
async fn verify_page(
    services: &Services,
    ids: &[TimelineId],
    mut report: RebuildReport,
) -> Result<RebuildReport, ServiceError> {
    let (lawbook, page) = (services.lawbook(), ids.to_vec());
    let read = async move |read: &Read| {
        let (mut shared, mut standing) = (Shared::default(), Vec::with_capacity(page.len()));
        for id in page {
            standing.extend(read_one(read, &lawbook, id, &mut shared, &mut report).await?);
            report.timelines += 1;
        }
        Ok::<_, ServiceError>((standing, report))
    };
    let (standing, mut report) = services.store.read_whole(read).await?;
    let lawbook = services.lawbook();
    let judge = move |one: Standing| {
        let (_, projected) = one.ready.judge(&lawbook, one.assessment.as_of);
        Ok::<_, ServiceError>((one, projected))
    };
    for (one, projected) in on_all_processors(standing, judge).await? {
        compare(one, &projected, &mut report);
    }
    Ok(report)
}

/// Reads a case; `None` when it cannot be judged, which has been told then.
async fn read_one(
    read: &Read,
    lawbook: &Lawbook,
    id: TimelineId,
    shared: &mut Shared,
    report: &mut RebuildReport,
) -> Result<Option<Standing>, ServiceError> {
    let key = id.to_string();
    let stored = report.readable("assessment", &key, read.find_assessment(id).await)?;
    let Some(assessment) = stored.flatten() else {
        report.add("assessment", key, "没有评估过，或者读不出");
        return Ok(None);
    };
    let loaded = read.load_timeline(id).await?;
    if assessment.version != loaded.header.version {
        let (was, is) = (assessment.version, loaded.header.version);
        let what = format!("评估时的版本是 {was}，时间线的版本是 {is}");
        report.add("assessment", &key, what);
    }
    if assessment.lawbook_version != lawbook.version.as_ref() {
        let what = format!(
            "用法典 {} 判断的，现在是 {}；等着重评",
            assessment.lawbook_version, lawbook.version
        );
        report.add("assessment", key, what);
        return Ok(None);
    }
    let of = (assessment.as_of, &mut shared.asked);
    let ready = match Ready::gather_asking(read, lawbook, loaded, of).await {
        Ok(ready) => ready,
        Err(error) => match unreadable(&error) {
            Some(what) => {
                report.add("assessment", key, format!("登记的事实读不出：{what}"));
                return Ok(None);
            }
            None => return Err(error),
        },
    };
    if ready.digest != assessment.facts_digest {
        let what = "登记的事实已经变了；等着重评";
        report.add("assessment", &key, what);
    }
    let uses = ready.registry.subjects.clone();
    let Some((facts, org_path)) = shared.snapshot(read, &assessment.facts_digest).await? else {
        report.add("assessment", key, "评估所据的事实快照不在");
        return Ok(None);
    };
    Ok(Some(Standing {
        ready: ready.with_facts(facts, org_path.clone()),
        assessment,
        uses,
        rows: read_rows(read, id, report).await?,
    }))
}

impl Shared {
    /// The facts of a kept snapshot; `None` when it is not there.
    async fn snapshot(
        &mut self,
        read: &Read,
        digest: &[u8; 32],
    ) -> Result<Option<&(Facts, Option<String>)>, ServiceError> {
        if !self.snapshots.contains_key(digest) {
            let body = match read.get_facts(digest).await {
                Ok(body) => body,
                Err(StoreError::NotFound(_)) => return Ok(None),
                Err(error) => return Err(error.into()),
            };
            let snapshot = RegistryFacts::of_snapshot(&body)?;
            self.snapshots.insert(*digest, snapshot);
        }
        Ok(self.snapshots.get(digest))
    }
}

async fn read_rows(
    read: &Read,
    id: TimelineId,
    report: &mut RebuildReport,
) -> Result<Rows, ServiceError> {
    let key = id.to_string();
    let accounts = read.list_case_accounts(id).await;
    Ok(Rows {
        case: report.readable("case_row", &key, read.find_case(id).await)?,
        accounts: report.readable("case_account", &key, accounts)?,
        next: report.readable("next_look", &key, read.find_next_look(id).await)?,
        uses: read.list_fact_uses(id).await?,
        duties: report.readable("duty", &key, read.list_case_duties(id).await)?,
        findings: report.readable("finding", &key, read.list_case_findings(id).await)?,
        trials: report.readable("trial", &key, read.list_case_trials(id).await)?,
    })
}

fn compare(one: Standing, projected: &Projected, report: &mut RebuildReport) {
    let (stored, rows) = (one.assessment, one.rows);
    let key = stored.timeline.to_string();
    for (name, is_same) in [
        ("不判的", stored.not_judged == projected.not_judged),
        ("无法判定的", stored.undetermined == projected.undetermined),
    ] {
        if !is_same {
            report.add("assessment", &key, format!("{name}不同"));
        }
    }
    match rows.case {
        Some(Some(row)) if row == projected.case => {}
        Some(Some(row)) => {
            let what = format!("库里是 {row:?}，应为 {:?}", projected.case);
            report.add("case_row", &key, what);
        }
        Some(None) => report.add("case_row", &key, "没有这一行"),
        None => {}
    }
    let accounts = rows.accounts;
    if accounts.is_some_and(|accounts| accounts != projected.accounts) {
        report.add("case_account", &key, "职责不同");
    }
    if rows.next.is_some_and(|next| next != projected.next_look) {
        report.add("next_look", &key, "下次看的日子不同");
    }
    if rows.trials.is_some_and(|trials| trials != projected.trials) {
        report.add("trial", &key, "试行的规则会说的不同");
    }
    if rows.uses != one.uses {
        report.add("fact_use", &key, "用到的主体不同");
    }
    if let Some(stored) = rows.duties {
        let stored = stored.into_iter().map(|d| (d.id.clone(), d)).collect();
        let duties = projected.duties.iter().map(|d| (d.id.clone(), d.clone()));
        report.compare_rows("duty", &stored, &duties.collect());
    }
    if let Some(stored) = rows.findings {
        let live = stored.into_iter().filter(|row| row.ended.is_none());
        let live: BTreeMap<String, NewFinding> = live
            .map(|row| (row.finding.id.clone(), row.finding))
            .collect();
        let findings = projected.findings.iter().map(|f| (f.id.clone(), f.clone()));
        report.compare_rows("finding", &live, &findings.collect());
    }
}

async fn verify_counters(
    services: &Services,
    report: &mut RebuildReport,
) -> Result<(), ServiceError> {
    let read = &services.store.reader().await?;
    let stored = report.readable("counter", "", read.list_counters().await)?;
    compare_counts(report, "counter", stored, read.count_findings().await)?;
    let stored = report.readable("trend", "", read.list_trend_counts().await)?;
    compare_counts(report, "trend", stored, read.count_trend().await)
}

fn compare_counts<K: Ord + Debug, N: PartialEq + Debug>(
    report: &mut RebuildReport,
    table: &'static str,
    stored: Option<BTreeMap<K, N>>,
    counted: Result<BTreeMap<K, N>, StoreError>,
) -> Result<(), ServiceError> {
    let counted = match counted {
        Ok(counted) => counted,
        // The finding that cannot be read has been told with its case.
        Err(StoreError::Corrupt(_)) => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    let Some(stored) = stored else {
        return Ok(());
    };
    let keys: BTreeSet<_> = stored.keys().chain(counted.keys()).collect();
    for key in keys {
        let (has, should) = (stored.get(key), counted.get(key));
        if has != should {
            let what = format!("库里是 {has:?}，发现有 {should:?}");
            report.add(table, format!("{key:?}"), what);
        }
    }
    Ok(())
}
