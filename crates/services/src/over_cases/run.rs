//! 一次跨案评估：接手、数、把结果一次写下；断了的从头再来，写下的只有一次。

use std::collections::BTreeMap;
use std::sync::Arc;

use mingjing_kernel::date::Date;
use mingjing_kernel::id::{Id, kind};
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_lawbook::sets::is_of_a_window;
use mingjing_store::finding::EndedBy;
use mingjing_store::over_cases::run::OverCasesState;
use mingjing_store::over_cases::{NewOverCases, OpenOverCases};
use mingjing_store::tx::{Read, Tx};

use crate::context::{RequestContext, Services};
use crate::error::ServiceError;
use crate::over_cases::gather::{Taken, gather};
use crate::over_cases::{counted_cases, kept};

/// 做一次；法典中途换了，要再做一遍的为真。结束了的、别人接手了的什么也不写。
#[crate::boxed]
pub async fn run(
    services: &Services,
    request: &RequestContext,
    id: Id<kind::OverCasesRun>,
) -> Result<bool, ServiceError> {
    let (lawbook, as_of) = (services.lawbook(), request.today());
    let version = lawbook.version.to_string();
    let take = async move |tx: &Tx| {
        let total = tx.count_cases_within(&counted_cases()).await?;
        let taken = tx.take_over_cases_run(id, as_of, &version, total).await?;
        Ok::<_, ServiceError>(taken)
    };
    let context = services.context(request);
    let Some(attempt) = services.store.write(&context, take).await? else {
        return Ok(false);
    };
    let taken = Taken { id, attempt };
    let gathered = gather(services, request, &taken, Arc::clone(&lawbook), as_of).await?;
    let Some(gathered) = gathered else {
        return Ok(false);
    };
    if services.lawbook().version != lawbook.version {
        // Facts may have been read by the one and judged by the other.
        return Ok(true);
    }
    let findings = kept::findings(&gathered.assessment, &gathered.places)?;
    let settled = Arc::new(Settled {
        findings,
        lawbook,
        as_of,
    });
    let write = async move |tx: &Tx| {
        if tx.end_over_cases_run(id, attempt, None).await? {
            settled.write(tx).await?;
        }
        Ok::<_, ServiceError>(())
    };
    services.store.write_bulk(&context, write).await?;
    Ok(false)
}

/// 没有做成，不再试：写明原因。
#[crate::boxed]
pub async fn give_up(
    services: &Services,
    request: &RequestContext,
    id: Id<kind::OverCasesRun>,
    why: String,
) -> Result<(), ServiceError> {
    let find = async move |read: &Read| read.find_over_cases_run(id).await;
    let Some(run) = services.store.read(find).await? else {
        return Ok(());
    };
    if run.state != OverCasesState::Running {
        return Ok(());
    }
    let write = async move |tx: &Tx| {
        tx.end_over_cases_run(id, run.attempt, Some(&why)).await?;
        Ok::<_, ServiceError>(())
    };
    services
        .store
        .write(&services.context(request), write)
        .await
}

/// 这一次得出的。
struct Settled {
    findings: Vec<(NewOverCases, String)>,
    lawbook: Arc<Lawbook>,
    as_of: Date,
}

impl Settled {
    /// 新的插入，变的改，没有了的终结，再现的恢复。
    async fn write(&self, tx: &Tx) -> Result<(), ServiceError> {
        let open = tx.list_open_over_cases().await?;
        let mut open: BTreeMap<&str, &OpenOverCases> =
            open.iter().map(|one| (one.id.as_str(), one)).collect();
        let changed: Vec<(NewOverCases, String)> = self
            .findings
            .iter()
            .filter(|(new, digest)| {
                let before = open.remove(new.id.as_str());
                before.is_none_or(|before| before.digest != *digest)
            })
            .cloned()
            .collect();
        for gone in open.into_values() {
            let by = self.ended_by(tx, gone).await?;
            tx.end_over_cases(&gone.id, by).await?;
        }
        tx.put_over_cases(&changed).await?;
        tx.see_over_cases(self.as_of, &self.lawbook.version).await?;
        Ok(())
    }

    /// Why one is no longer there. Another lawbook is told first: nobody can say any more what the old one would have
    /// said. What has been recorded in the cases it lists comes next, then the window that has moved on.
    async fn ended_by(&self, tx: &Tx, gone: &OpenOverCases) -> Result<EndedBy, ServiceError> {
        if *gone.lawbook != *self.lawbook.version {
            return Ok(EndedBy::LawChanged);
        }
        let (has_news, is_corrected) = tx.find_news_of_over_cases(&gone.id, gone.seen_at).await?;
        let rule = self.lawbook.rule(&gone.code);
        let part = rule.and_then(|rule| rule.parts.get(usize::from(gone.part)));
        let may_lapse = part.is_some_and(is_of_a_window) && gone.as_of < self.as_of;
        Ok(match (is_corrected, has_news, may_lapse) {
            (true, _, _) => EndedBy::Corrected,
            (false, false, true) => EndedBy::TimePassed,
            (false, true, _) | (false, false, false) => EndedBy::Met,
        })
    }
}
