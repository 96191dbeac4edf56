//! 公布：案件上的一条事件、公开记录、它自己的日志条目、审计、幂等键，一个事务。

use mingjing_domain::event::{Event, Source};
use mingjing_domain::value::Value;
use mingjing_kernel::id::{Id, kind};
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_policy::permission::Action;
use mingjing_store::disclosure::{DisclosureOutcome, DisclosureRow};
use mingjing_store::public_record::{NewPublicRecord, PublicRecord};
use mingjing_store::tx::Tx;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::access::{note_refusal, require};
use crate::assessment::write::Ready;
use crate::casework::record_event::require_version;
use crate::casework::take::{Taken, Taking};
use crate::context::{RequestContext, Services};
use crate::disclosure::access::{audit, load};
use crate::disclosure::approve::{find, require_open, require_same};
use crate::disclosure::draft::{Drafted, draft};
use crate::disclosure::prepare::standing;
use crate::disclosure::terms::{search_text, terms_of};
use crate::error::ServiceError;
use crate::idempotency::{Done, Once, earlier, keep};

/// The event that says that what was shown has been corrected.
const CORRECTED: &str = "corrected";

/// 要公布的。
#[derive(Debug, Clone)]
pub struct Publish {
    /// 公示稿，已批准。
    pub disclosure: Id<kind::Disclosure>,
    /// 案件所据的版本。
    pub expected_version: u64,
    /// 已经看过、仍要公布的发现（如已经逾期）。
    pub confirm: Vec<String>,
}

/// 公布了。
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicationMade {
    /// 公开记录。
    pub record: Id<kind::PublicRecord>,
    /// 第几版。
    pub version: u64,
    /// 案件。
    pub case: Id<kind::Case>,
    /// 案件之后的版本。
    pub case_version: u64,
    /// 公布的事件。
    pub event: Id<kind::Event>,
}

/// 公布一份批准了的公示稿。
#[crate::boxed]
pub async fn publish(
    services: &Services,
    request: &RequestContext,
    command: Publish,
    once: Option<Once>,
) -> Result<Done<PublicationMade>, ServiceError> {
    let refused = audit("disclosure.publish", command.disclosure, "/", json!({}));
    let (held, lawbook) = (request.clone(), services.lawbook());
    let write = async move |tx: &Tx| {
        let publishing = Publishing {
            tx,
            lawbook: &lawbook,
            request: &held,
            command: &command,
        };
        publishing.run(once.as_ref()).await
    };
    let result = services
        .store
        .write(&services.context(request), write)
        .await;
    note_refusal(services, request, refused, result).await
}

struct Publishing<'a> {
    tx: &'a Tx,
    lawbook: &'a Lawbook,
    request: &'a RequestContext,
    command: &'a Publish,
}

impl Publishing<'_> {
    async fn run(&self, once: Option<&Once>) -> Result<Done<PublicationMade>, ServiceError> {
        let (tx, today) = (self.tx, self.request.today());
        let row = find(tx, self.command.disclosure).await?;
        let (case, resource) = load(tx, row.timeline, row.prepared.by).await?;
        require(&self.request.actor, Action::Publish, &resource, today)?;
        let loaded = tx.load_for_append(row.timeline).await?;
        // Asked again under the lock: of two requests with one key the second finds the answer of the first.
        if let Some(done) = earlier(tx, self.request, once).await? {
            return Ok(done);
        }
        require_version(&loaded, self.command.expected_version)?;
        let row = find(tx, row.id).await?;
        let approved_by = approved_by(&row)?;
        let headers = loaded.events.clone();
        let ready = Ready::gather(tx, self.lawbook, loaded, today).await?;
        let records = tx.list_public_records_of(row.timeline).await?;
        let drafted = draft(
            self.lawbook,
            &ready,
            (&headers, &records),
            row.decision,
            today,
        )?;
        require_same(tx, &row, &drafted).await?;
        let ready = self.correct(&row, &drafted, ready).await?;
        let id = tx.new_id::<kind::PublicRecord>();
        let taken = self.take(&drafted, ready, id, approved_by).await?;
        let made = self.put(&row, &drafted, &taken, id, &case.org_path).await?;
        tx.end_disclosure(row.id, DisclosureOutcome::Published, Some(id))
            .await?;
        let detail = json!({
            "case": row.timeline.to_string(),
            "decision": row.decision,
            "record": id,
            "version": made.version,
            "prepared_by": row.prepared.by,
            "approved_by": approved_by,
            "confirmed": self.command.confirm.len(),
        });
        tx.audit(audit("disclosure.publish", row.id, &case.org_path, detail))
            .await?;
        let made = PublicationMade {
            record: id,
            version: made.version,
            case: Id::try_from(row.timeline).map_err(ServiceError::internal)?,
            case_version: taken.version,
            event: taken.appended.id,
        };
        keep(tx, self.request, once, made).await
    }

    fn taking(&self) -> Taking<'_> {
        Taking {
            tx: self.tx,
            lawbook: self.lawbook,
            request: self.request,
            confirm: &self.command.confirm,
            override_reason: None,
            note: None,
        }
    }

    /// When the public sees an earlier version now, the case says first that it has been corrected.
    async fn correct(
        &self,
        row: &DisclosureRow,
        drafted: &Drafted,
        ready: Ready,
    ) -> Result<Ready, ServiceError> {
        let (tx, today) = (self.tx, self.request.today());
        if standing(tx, row.timeline, row.decision).await?.is_none() {
            return Ok(ready);
        }
        let mut event = Event::new("", CORRECTED, today);
        event.source = Source::FirstHand;
        event.recorded_at = Some(tx.now().timestamp());
        event.keys = drafted.event.keys.clone();
        self.taking().take(ready, event).await?;
        let loaded = tx.load_timeline(row.timeline).await?;
        Ready::gather(tx, self.lawbook, loaded, today).await
    }

    async fn take(
        &self,
        drafted: &Drafted,
        ready: Ready,
        id: Id<kind::PublicRecord>,
        approved_by: Id<kind::Account>,
    ) -> Result<Taken, ServiceError> {
        let mut event = drafted.event.clone();
        event.id = String::new();
        event.recorded_at = Some(self.tx.now().timestamp());
        let mut put = |name: &str, text: String| {
            event.fields.insert(name.to_owned(), Value::Text(text));
        };
        put("record", id.to_string());
        put("approved_by", approved_by.to_string());
        self.taking().take(ready, event).await
    }

    async fn put(
        &self,
        row: &DisclosureRow,
        drafted: &Drafted,
        taken: &Taken,
        id: Id<kind::PublicRecord>,
        org_path: &str,
    ) -> Result<PublicRecord, ServiceError> {
        let body = row.body.clone();
        let body = body.ok_or_else(|| ServiceError::refused("这份公示稿的内容已依法清除。"))?;
        let new = NewPublicRecord {
            id,
            timeline: row.timeline,
            decision: row.decision,
            decision_seq: drafted.decision_seq,
            event: taken.appended.id,
            event_seq: taken.appended.seq,
            org_path: org_path.to_owned(),
            style: row.style.clone(),
            search_text: search_text(&body),
            terms: terms_of(&body),
            body,
            shown_until: row.shown_until,
        };
        Ok(self.tx.publish(&new).await?)
    }
}

/// Who approved; whoever prepared cannot have.
fn approved_by(row: &DisclosureRow) -> Result<Id<kind::Account>, ServiceError> {
    require_open(row)?;
    let approved = row.approved.and_then(|signed| signed.by);
    match approved {
        Some(by) if row.prepared.by != Some(by) => Ok(by),
        Some(_) | None => Err(ServiceError::refused(
            "还没有批准；请拟稿以外有批准权限的人逐件批准之后再公布。",
        )),
    }
}
