//! 重建：由事件、事实与法典重新推出全部派生的表，与库里的逐行比较，或者写下。

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use mingjing_kernel::id::TimelineId;
use mingjing_kernel::id::kind::TimelineKind;
use mingjing_store::derived::DERIVED;
use mingjing_store::error::StoreError;
use mingjing_store::finding::{EndedBy, NewFinding};
use mingjing_store::tx::{Read, Tx};

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

/// 核对：重新推出，与库里的比较，什么也不写。
///
/// Each case is judged on the day of its stored assessment and with the facts of its stored snapshot; that the facts
/// have changed since, or the lawbook, is a difference of its own.
pub async fn verify(services: &Services) -> Result<RebuildReport, ServiceError> {
    let mut report = RebuildReport::default();
    verify_orphans(services, &mut report).await?;
    verify_registry(services, &mut report).await?;
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

/// 重建：登记簿在先，再逐案重新评估并写下，计数由发现重数；返回改正之前的不同之处。
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

async fn verify_one(
    services: &Services,
    id: TimelineId,
    report: &mut RebuildReport,
) -> Result<(), ServiceError> {
    let lawbook = services.lawbook();
    let read = &services.store.reader().await?;
    let key = id.to_string();
    let stored = report.readable("assessment", &key, read.find_assessment(id).await)?;
    let Some(stored) = stored.flatten() else {
        report.add("assessment", key, "没有评估过，或者读不出");
        return Ok(());
    };
    let loaded = read.load_timeline(id).await?;
    if stored.version != loaded.header.version {
        let (was, is) = (stored.version, loaded.header.version);
        let what = format!("评估时的版本是 {was}，时间线的版本是 {is}");
        report.add("assessment", &key, what);
    }
    if stored.lawbook_version != lawbook.version.as_ref() {
        let what = format!(
            "用法典 {} 判断的，现在是 {}；等着重评",
            stored.lawbook_version, lawbook.version
        );
        report.add("assessment", key, what);
        return Ok(());
    }
    let ready = match Ready::gather(read, &lawbook, loaded, stored.as_of).await {
        Ok(ready) => ready,
        Err(error) => match unreadable(&error) {
            Some(what) => {
                report.add("assessment", key, format!("登记的事实读不出：{what}"));
                return Ok(());
            }
            None => return Err(error),
        },
    };
    if ready.digest != stored.facts_digest {
        let what = "登记的事实已经变了；等着重评";
        report.add("assessment", &key, what);
    }
    let uses = ready.registry.subjects.clone();
    let snapshot = match read.get_facts(&stored.facts_digest).await {
        Ok(body) => RegistryFacts::of_snapshot(&body)?,
        Err(StoreError::NotFound(_)) => {
            report.add("assessment", key, "评估所据的事实快照不在");
            return Ok(());
        }
        Err(error) => return Err(error.into()),
    };
    let ready = ready.with_facts(&snapshot.0, snapshot.1);
    let (_, projected) = ready.judge(&lawbook, stored.as_of);
    for (name, is_same) in [
        ("不判的", stored.not_judged == projected.not_judged),
        ("无法判定的", stored.undetermined == projected.undetermined),
    ] {
        if !is_same {
            report.add("assessment", &key, format!("{name}不同"));
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
    match report.readable("case_row", &key, read.find_case(id).await)? {
        Some(Some(row)) if row == projected.case => {}
        Some(Some(row)) => {
            let what = format!("库里是 {row:?}，应为 {:?}", projected.case);
            report.add("case_row", &key, what);
        }
        Some(None) => report.add("case_row", &key, "没有这一行"),
        None => {}
    }
    let accounts = read.list_case_accounts(id).await;
    let accounts = report.readable("case_account", &key, accounts)?;
    if accounts.is_some_and(|accounts| accounts != projected.accounts) {
        report.add("case_account", &key, "职责不同");
    }
    let next = report.readable("next_look", &key, read.find_next_look(id).await)?;
    if next.is_some_and(|next| next != projected.next_look) {
        report.add("next_look", &key, "下次看的日子不同");
    }
    if read.list_fact_uses(id).await? != *uses {
        report.add("fact_use", &key, "用到的主体不同");
    }
    if let Some(stored) = report.readable("duty", &key, read.list_case_duties(id).await)? {
        let stored = stored.into_iter().map(|d| (d.id.clone(), d)).collect();
        let duties = projected.duties.iter().map(|d| (d.id.clone(), d.clone()));
        report.compare_rows("duty", &stored, &duties.collect());
    }
    if let Some(stored) = report.readable("finding", &key, read.list_case_findings(id).await)? {
        let live = stored.into_iter().filter(|row| row.ended.is_none());
        let live: BTreeMap<String, NewFinding> = live
            .map(|row| (row.finding.id.clone(), row.finding))
            .collect();
        let findings = projected.findings.iter().map(|f| (f.id.clone(), f.clone()));
        report.compare_rows("finding", &live, &findings.collect());
    }
    Ok(())
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
