//! 重建：由事件、事实与法典重新推出全部派生的表，与库里的逐行比较，或者写下。

use std::collections::{BTreeMap, BTreeSet};

use mingjing_kernel::id::TimelineId;
use mingjing_kernel::id::kind::TimelineKind;
use mingjing_store::finding::{EndedBy, NewFinding};
use mingjing_store::tx::{Read, Tx};

use crate::assessment::project::Projected;
use crate::assessment::reassess::reassess_one;
use crate::assessment::registry::RegistryFacts;
use crate::assessment::write::Ready;
use crate::context::{RequestContext, Services};
use crate::disclosure;
use crate::error::ServiceError;
use crate::limit::{CHUNK_TIMELINES, DIFFERENCES_MAX};

/// 一处不同：哪张表、哪一行、哪里。
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Difference {
    /// 表名。
    pub table: &'static str,
    /// 行：时间线或发现、义务的标识，或计数的键。
    pub row: String,
    /// 怎么不同，中文。
    pub what: String,
}

/// 重建或核对的报告。
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RebuildReport {
    /// 看了几条时间线。
    pub timelines: u64,
    /// 不同之处，至多列一千处。
    pub differences: Vec<Difference>,
    /// 不同之处的总数。
    pub difference_count: u64,
}

impl RebuildReport {
    pub(crate) fn add(
        &mut self,
        table: &'static str,
        row: impl Into<String>,
        what: impl Into<String>,
    ) {
        self.difference_count += 1;
        if self.differences.len() < DIFFERENCES_MAX {
            self.differences.push(Difference {
                table,
                row: row.into(),
                what: what.into(),
            });
        }
    }
}

/// 核对：重新推出，与库里的比较，什么也不写。
///
/// Each case is judged on the day of its stored assessment and with the facts of its stored snapshot; that the facts
/// have changed since, or the lawbook, is a difference of its own.
pub async fn verify(services: &Services) -> Result<RebuildReport, ServiceError> {
    let mut report = RebuildReport::default();
    let mut after = None;
    loop {
        let ids = list(services, after).await?;
        for id in &ids {
            verify_one(services, *id, &mut report).await?;
            report.timelines += 1;
        }
        match ids.last() {
            Some(last) if ids.len() >= CHUNK_TIMELINES as usize => after = Some(*last),
            Some(_) | None => break,
        }
    }
    verify_counters(services, &mut report).await?;
    disclosure::rebuild::verify(services, &mut report).await?;
    Ok(report)
}

/// 重建：逐案重新评估并写下，计数由发现重数。
pub async fn rebuild(
    services: &Services,
    request: &RequestContext,
) -> Result<RebuildReport, ServiceError> {
    let mut report = verify(services).await?;
    report.timelines = 0;
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

async fn verify_one(
    services: &Services,
    id: TimelineId,
    report: &mut RebuildReport,
) -> Result<(), ServiceError> {
    let lawbook = services.lawbook();
    let read = &services.store.reader().await?;
    let Some(stored) = read.find_assessment(id).await? else {
        report.add("assessment", id.to_string(), "没有评估过");
        return Ok(());
    };
    let loaded = read.load_timeline(id).await?;
    if stored.version != loaded.header.version {
        let (was, is) = (stored.version, loaded.header.version);
        let what = format!("评估时的版本是 {was}，时间线的版本是 {is}");
        report.add("assessment", id.to_string(), what);
    }
    if stored.lawbook_version != lawbook.version.as_ref() {
        let what = format!(
            "用法典 {} 判断的，现在是 {}；等着重评",
            stored.lawbook_version, lawbook.version
        );
        report.add("assessment", id.to_string(), what);
        return Ok(());
    }
    let ready = Ready::gather(read, &lawbook, loaded, stored.as_of).await?;
    if ready.digest != stored.facts_digest {
        let what = "登记的事实已经变了；等着重评";
        report.add("assessment", id.to_string(), what);
    }
    let uses = ready.registry.subjects.clone();
    let body = read.get_facts(&stored.facts_digest).await?;
    let (facts, org_path) = RegistryFacts::of_snapshot(&body)?;
    let ready = ready.with_facts(&facts, org_path);
    let (_, projected) = ready.judge(&lawbook, stored.as_of);
    for (name, stored, computed) in [
        ("不判的", &stored.not_judged, &projected.not_judged),
        ("无法判定的", &stored.undetermined, &projected.undetermined),
    ] {
        if stored != computed {
            report.add("assessment", id.to_string(), format!("{name}不同"));
        }
    }
    compare(read, id, &projected, &uses, report).await
}

async fn compare(
    read: &Read,
    id: TimelineId,
    projected: &Projected,
    uses: &BTreeSet<String>,
    report: &mut RebuildReport,
) -> Result<(), ServiceError> {
    let key = id.to_string();
    match read.find_case(id).await? {
        Some(row) if row == projected.case => {}
        Some(row) => {
            let what = format!("库里是 {row:?}，应为 {:?}", projected.case);
            report.add("case_row", &key, what);
        }
        None => report.add("case_row", &key, "没有这一行"),
    }
    if read.list_case_accounts(id).await? != projected.accounts {
        report.add("case_account", &key, "职责不同");
    }
    if read.find_next_look(id).await? != projected.next_look {
        report.add("next_look", &key, "下次看的日子不同");
    }
    if read.list_fact_uses(id).await? != *uses {
        report.add("fact_use", &key, "用到的主体不同");
    }
    let stored = read.list_case_duties(id).await?;
    let stored: BTreeMap<_, _> = stored.into_iter().map(|d| (d.id.clone(), d)).collect();
    let duties = projected.duties.iter().map(|d| (d.id.clone(), d.clone()));
    compare_rows("duty", &stored, &duties.collect(), report);
    let stored = read.list_case_findings(id).await?;
    let live = stored.into_iter().filter(|row| row.ended.is_none());
    let live: BTreeMap<String, NewFinding> = live
        .map(|row| (row.finding.id.clone(), row.finding))
        .collect();
    let findings = projected.findings.iter().map(|f| (f.id.clone(), f.clone()));
    compare_rows("finding", &live, &findings.collect(), report);
    Ok(())
}

fn compare_rows<T: PartialEq + std::fmt::Debug>(
    table: &'static str,
    stored: &BTreeMap<String, T>,
    computed: &BTreeMap<String, T>,
    report: &mut RebuildReport,
) {
    for (id, row) in computed {
        match stored.get(id) {
            Some(found) if found == row => {}
            Some(found) => report.add(table, id, format!("库里是 {found:?}，应为 {row:?}")),
            None => report.add(table, id, "库里没有"),
        }
    }
    for id in stored.keys().filter(|id| !computed.contains_key(*id)) {
        report.add(table, id, "库里多出");
    }
}

async fn verify_counters(
    services: &Services,
    report: &mut RebuildReport,
) -> Result<(), ServiceError> {
    let read = &services.store.reader().await?;
    let stored = read.list_counters().await?;
    let (stored, counted) = (stored, read.count_findings().await?);
    let keys: BTreeSet<_> = stored.keys().chain(counted.keys()).collect();
    for key in keys {
        let (has, should) = (stored.get(key), counted.get(key));
        if has != should {
            let what = format!(
                "库里是 {}，发现有 {}",
                has.copied().unwrap_or_default(),
                should.copied().unwrap_or_default()
            );
            report.add("counter", format!("{key:?}"), what);
        }
    }
    Ok(())
}
