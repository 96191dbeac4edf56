//! 撤下：公众不再看得到内容，日志里的叶子不动；依法要公开说明理由的，留一份说明。

use mingjing_domain::event::{Event, Source};
use mingjing_domain::value::Value;
use mingjing_kernel::date::Date;
use mingjing_kernel::id::{Id, kind};
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_lawbook::publication::{GROUNDS, Publication, Withdrawal};
use mingjing_policy::permission::Action;
use mingjing_store::event::EventHeader;
use mingjing_store::public_record::{NewWithdrawal, PublicRecord};
use mingjing_store::tx::Tx;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::access::{note_refusal, require};
use crate::assessment::write::Ready;
use crate::casework::record_event::{check_reason, require_version};
use crate::casework::take::Taking;
use crate::context::{RequestContext, Services};
use crate::disclosure::access::{audit, load};
use crate::disclosure::draft::{decision_of, parties_of};
use crate::error::{FieldCode, Pointer, ServiceError};
use crate::idempotency::{Done, Once, earlier, keep};

/// 要撤下的。
#[derive(Debug, Clone)]
pub struct Withdraw {
    /// 公开记录。
    pub record: Id<kind::PublicRecord>,
    /// 案件所据的版本。
    pub expected_version: u64,
    /// 事由：样式列明的（法典 `withdrawal_ground` 的代码）。
    pub ground: String,
    /// 理由；要公开说明的，遮盖之后给公众看。
    pub reason: String,
    /// 已经看过、仍要撤下的发现。
    pub confirm: Vec<String>,
}

/// 撤下了。
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WithdrawalMade {
    /// 公开记录。
    pub record: Id<kind::PublicRecord>,
    /// 案件。
    pub case: Id<kind::Case>,
    /// 案件之后的版本。
    pub case_version: u64,
    /// 公众还看得到一份说明。
    pub has_notice: bool,
}

/// 撤下一条公开记录。
#[crate::boxed]
pub async fn withdraw(
    services: &Services,
    request: &RequestContext,
    command: Withdraw,
    once: Option<Once>,
) -> Result<Done<WithdrawalMade>, ServiceError> {
    check_reason("reason", &command.reason)?;
    let refused = audit("disclosure.withdraw", command.record, "/", json!({}));
    let (held, lawbook) = (request.clone(), services.lawbook());
    let write = async move |tx: &Tx| {
        let withdrawing = Withdrawing {
            tx,
            lawbook: &lawbook,
            request: &held,
            command: &command,
        };
        withdrawing.run(once.as_ref()).await
    };
    let result = services
        .store
        .write(&services.context(request), write)
        .await;
    note_refusal(services, request, refused, result).await
}

struct Withdrawing<'a> {
    tx: &'a Tx,
    lawbook: &'a Lawbook,
    request: &'a RequestContext,
    command: &'a Withdraw,
}

impl Withdrawing<'_> {
    async fn run(&self, once: Option<&Once>) -> Result<Done<WithdrawalMade>, ServiceError> {
        let (tx, command, today) = (self.tx, self.command, self.request.today());
        let record = tx.find_public_record(command.record).await?;
        let record = record.ok_or(ServiceError::NotFound)?;
        let (case, resource) = load(tx, record.timeline, None).await?;
        require(&self.request.actor, Action::Withdraw, &resource, today)?;
        let loaded = tx.load_for_append(record.timeline).await?;
        if let Some(done) = earlier(tx, self.request, once).await? {
            return Ok(done);
        }
        require_version(&loaded, command.expected_version)?;
        let withdrawal = withdrawal(self.lawbook, &record, &command.ground)?;
        let headers = loaded.events.clone();
        let ready = Ready::gather(tx, self.lawbook, loaded, today).await?;
        let (event, notice) = self.event(withdrawal, &record, &ready, &headers)?;
        let taking = Taking {
            tx,
            lawbook: self.lawbook,
            request: self.request,
            confirm: &command.confirm,
            override_reason: None,
            note: None,
        };
        let has_notice = withdrawal.has_notice;
        let taken = taking.take(ready, event).await?;
        let how = NewWithdrawal {
            ground: command.ground.clone(),
            notice: has_notice.then_some(notice),
            has_notice,
        };
        if !tx.withdraw(&record, &how).await? {
            return Err(ServiceError::refused("这一条已经撤下。"));
        }
        let detail = json!({
            "case": record.timeline.to_string(),
            "ground": command.ground,
            "event": taken.appended.id,
        });
        tx.audit(audit(
            "disclosure.withdraw",
            record.id,
            &case.org_path,
            detail,
        ))
        .await?;
        let made = WithdrawalMade {
            record: record.id,
            case: Id::try_from(record.timeline).map_err(ServiceError::internal)?,
            case_version: taken.version,
            has_notice,
        };
        keep(tx, self.request, once, made).await
    }

    /// The event of the case, and the reason as the public may read it.
    fn event(
        &self,
        withdrawal: &Withdrawal,
        record: &PublicRecord,
        ready: &Ready,
        headers: &[EventHeader],
    ) -> Result<(Event, String), ServiceError> {
        let style = style_of(self.lawbook, record)?;
        let (decision, _) = decision_of(ready, headers, record.decision)?;
        let parties = parties_of(&ready.timeline, decision);
        let reason = self.command.reason.as_str();
        let notice = style.mask_text(reason, decision, &parties);
        let on = self.request.today();
        let mut event = event_of(self.lawbook, withdrawal, record, decision, on);
        event.recorded_at = Some(self.tx.now().timestamp());
        event.fields.insert("reason".to_owned(), reason.into());
        Ok((event, notice))
    }
}

fn style_of<'l>(
    lawbook: &'l Lawbook,
    record: &PublicRecord,
) -> Result<&'l Publication, ServiceError> {
    let style = lawbook.publication(&record.style);
    style.ok_or_else(|| {
        ServiceError::refused("现行法典没有这种公示样式，不知道怎样撤下；请换上有它的法典。")
    })
}

fn withdrawal<'l>(
    lawbook: &'l Lawbook,
    record: &PublicRecord,
    ground: &str,
) -> Result<&'l Withdrawal, ServiceError> {
    let style = style_of(lawbook, record)?;
    style.withdrawal(ground).ok_or_else(|| {
        let names: Vec<&str> = style
            .withdrawals
            .iter()
            .map(|it| it.ground.as_ref())
            .collect();
        let message = format!(
            "不是这种公示可以撤下的事由（{GROUNDS}）；可以写：{}",
            names.join("、")
        );
        let pointer = Pointer::body().member("ground");
        ServiceError::invalid(pointer, FieldCode::NotAChoice, message)
    })
}

/// The event that a withdrawal leaves, with the fields that its kind declares.
pub(super) fn event_of(
    lawbook: &Lawbook,
    withdrawal: &Withdrawal,
    record: &PublicRecord,
    decision: &Event,
    on: Date,
) -> Event {
    let mut event = Event::new("", withdrawal.event.as_ref(), on);
    event.source = Source::FirstHand;
    event.keys = decision.keys.clone();
    let vocabulary = &lawbook.book.vocabulary;
    let declared = vocabulary
        .kind(&withdrawal.event)
        .map(|id| vocabulary.kind_of(id));
    let mut put = |name: &str, value: Value| {
        if declared.is_some_and(|kind| kind.fields.iter().any(|f| f.name.as_ref() == name)) {
            event.fields.insert(name.to_owned(), value);
        }
    };
    put("channel", "portal".into());
    put("record", Value::Text(record.id.to_string()));
    put("ground", withdrawal.ground.as_ref().into());
    put("reasons_public", Value::Bool(withdrawal.has_notice));
    event
}
