//! 实时变动：按日志的叶号往下读，只给看得到的人；从哪里断了就从哪里接着读，不漏也不重。

use std::collections::HashMap;
use std::collections::hash_map::Entry as Place;
use std::time::Duration;

use mingjing_kernel::id::TimelineId;
use mingjing_kernel::id::kind::TimelineKind;
use mingjing_kernel::moment::Moment;
use mingjing_ledger::entry::{Entry, EventEntry};
use mingjing_policy::permission::{Action, ResourceKind};
use mingjing_policy::resource::Resource;
use mingjing_policy::scope::{Scope, scope};
use mingjing_store::finding::FindingRow;
use mingjing_store::store::Growth as StoreGrowth;
use mingjing_store::tx::Read;

use crate::access::load_case;
use crate::context::{RequestContext, Services};
use crate::error::ServiceError;

/// Entries looked at in one read: one short transaction, whatever the reader has missed.
const ENTRIES_PER_READ: u32 = 200;

/// 一处变动：日志里的一条。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// 日志的叶号。
    pub log_index: u64,
    /// 事件种类；只看得到发现、看不到案件的人没有。
    pub kind: Option<String>,
    /// 哪一案。
    pub timeline: TimelineId,
    /// 随之变了的发现。
    pub findings: Vec<String>,
}

/// 读到的一段。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch {
    /// 看得到的变动，按叶号。
    pub changes: Vec<Change>,
    /// 接着从这个叶号读。
    pub next: u64,
    /// 读到头了，下一段要等。
    pub is_at_end: bool,
}

/// 日志的增长。
#[derive(Debug, Clone)]
pub struct Growth(StoreGrowth);

impl Growth {
    /// 自上次问起日志长过，或到了时限。
    #[crate::boxed]
    pub async fn next_or(&mut self, limit: Duration) {
        self.0.next_or(limit).await;
    }
}

/// 等日志增长用的；MUST 在第一次读之前取得，读与等之间的增长才不会漏。
pub fn growth(services: &Services) -> Growth {
    Growth(services.store.growth())
}

/// 日志现有多少条：没有说从哪里接的，从这里起。
#[crate::boxed]
pub async fn log_size(services: &Services) -> Result<u64, ServiceError> {
    let read = services.store.reader().await?;
    Ok(read.log_state().await?.size)
}

/// 从叶号 `from` 起的一段变动，只有行为人看得到的。
#[crate::boxed]
pub async fn read_changes(
    services: &Services,
    request: &RequestContext,
    from: u64,
) -> Result<Stretch, ServiceError> {
    let sight = Sight::of(request);
    let read = services.store.reader().await?;
    let entries = read.log_entries(from, ENTRIES_PER_READ).await?;
    let next = entries.last().map_or(from, |last| last.index + 1);
    let is_at_end = entries.len() < ENTRIES_PER_READ as usize;
    let mut cases: HashMap<TimelineId, Option<Seen>> = HashMap::new();
    let mut changes = Vec::new();
    for entry in entries {
        let Entry::Event(event) = &entry.entry else {
            continue;
        };
        let timeline = TimelineId::parse(event.timeline.as_str());
        let timeline = timeline.map_err(ServiceError::internal)?;
        if timeline.kind() != TimelineKind::Case {
            continue;
        }
        let seen = match cases.entry(timeline) {
            Place::Occupied(held) => held.into_mut(),
            Place::Vacant(free) => free.insert(sight.look(&read, timeline).await?),
        };
        if let Some(seen) = seen {
            changes.push(seen.change(entry.index, timeline, event));
        }
    }
    Ok(Stretch {
        changes,
        next,
        is_at_end,
    })
}

/// What the actor may know of: cases, findings, or both.
struct Sight {
    cases: Scope,
    findings: Scope,
}

impl Sight {
    fn of(request: &RequestContext) -> Self {
        // To read, not to list: what happens in a restricted case is its content.
        let of = |kind| scope(&request.actor, Action::Read, kind, request.today());
        Sight {
            cases: of(ResourceKind::Case),
            findings: of(ResourceKind::Finding),
        }
    }

    async fn look(&self, read: &Read, id: TimelineId) -> Result<Option<Seen>, ServiceError> {
        if self.cases.is_empty() && self.findings.is_empty() {
            return Ok(None);
        }
        let case = match load_case(read, id).await {
            Ok((_, case)) => case,
            Err(ServiceError::NotFound) => return Ok(None),
            Err(error) => return Err(error),
        };
        let finding = Resource {
            kind: ResourceKind::Finding,
            ..case.clone()
        };
        let sees_case = self.cases.contains(&case);
        let findings = if self.findings.contains(&finding) {
            read.list_case_findings(id).await?
        } else {
            Vec::new()
        };
        Ok((sees_case || !findings.is_empty()).then_some(Seen {
            sees_case,
            findings,
        }))
    }
}

/// A case that the actor may know of.
struct Seen {
    sees_case: bool,
    findings: Vec<FindingRow>,
}

impl Seen {
    /// What one command changes, it changes at one moment: findings belong to the event recorded then.
    fn change(&self, log_index: u64, timeline: TimelineId, event: &EventEntry) -> Change {
        let at: Moment = event.recorded_at;
        let findings = self.findings.iter().filter(|row| row.changed_at == at);
        Change {
            log_index,
            kind: self.sees_case.then(|| event.kind.to_string()),
            timeline,
            findings: findings.map(|row| row.finding.id.clone()).collect(),
        }
    }
}
