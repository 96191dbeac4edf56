//! 登记投诉举报：编号不断号，身份另行封存，查询码只给一次；窗口的由有权登记的人，门户的由谁都可以。

use mingjing_domain::coverage::Coverage;
use mingjing_domain::event::{Event, Source};
use mingjing_domain::timeline::Facts;
use mingjing_domain::value::Value;
use mingjing_kernel::date::Date;
use mingjing_kernel::id::{Id, TimelineId, kind};
use mingjing_kernel::sensitive::Sensitive;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_policy::permission::{Action, ResourceKind};
use mingjing_policy::resource::Resource;
use mingjing_store::audit::NewAudit;
use mingjing_store::complaint_receipt::ComplaintReceipt;
use mingjing_store::error::StoreError;
use mingjing_store::event::{Nature, NewEvent};
use mingjing_store::finding::EndedBy;
use mingjing_store::timeline::{Confidentiality, NewTimeline};
use mingjing_store::tx::Tx;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::access::{note_refusal, require};
use crate::admin::seal::DataKey;
use crate::assessment::complained::{AGAINST, RECEIVED};
use crate::assessment::reassess::assess_within;
use crate::casework::opening::{Opening, opening_events};
use crate::complaint::code::{IssuedForm, QueryCode};
use crate::complaint::informant::{Informant, seal};
use crate::complaint::place::{Place, Said, against_path, require_outside};
use crate::context::{RequestContext, Services};
use crate::error::{FieldCode, FieldError, Pointer, ServiceError};
use crate::idempotency::{Done, Once, earlier, keep};
use crate::limit::{COMPLAINT_CHARS_MAX, COMPLAINT_LINE_CHARS_MAX};

/// 要登记的投诉举报。
#[derive(Debug, Clone, Default)]
pub struct RegisterComplaint {
    /// 类别：法典 `complaint_kind` 的代码。
    pub kind: String,
    /// 渠道：法典 `complaint_channel` 的代码。
    pub channel: String,
    /// 来源的编号：热线的工单号之类。
    pub source_no: Option<String>,
    /// 所反映的机关在登记簿里的标识。
    pub against_body: Option<String>,
    /// 所反映的机关、单位的原话。
    pub against_name: Option<String>,
    /// 请哪个机关查处：举报违法行为的写；登记簿里的标识。
    pub receiver: Option<String>,
    /// 地区：没有写机关的写，区划代码。
    pub region: Option<String>,
    /// 反映的问题种类。
    pub category: Option<String>,
    /// 反映的内容。
    pub content: String,
    /// 发生的时间，原话。
    pub happened: Option<String>,
    /// 发生的地点。
    pub place: Option<String>,
    /// 收到之日；没有写的是今天。
    pub received_on: Option<Date>,
    /// 事项可以申请复议或者提起诉讼。
    pub remedy_available: bool,
    /// 姓名；匿名的没有。
    pub name: Option<Sensitive<String>>,
    /// 联系方式；没有留的没有。
    pub contact: Option<Sensitive<String>>,
}

/// 登记好了的。
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComplaintRegistered {
    /// 标识。
    pub complaint: Id<kind::Case>,
    /// 版本。
    pub version: u64,
    /// 编号。
    pub number: String,
    /// 由谁办理。
    pub place: String,
}

/// 登记的结果，连同只给这一次的查询码。
#[derive(Debug, Clone)]
pub struct Receipt {
    /// 登记好了的。
    pub registered: ComplaintRegistered,
    /// 查询码，四个一组。
    pub code: Sensitive<String>,
    /// 早已登记好，这是原来的那一件。
    pub is_replayed: bool,
}

/// 窗口、电话、信函、热线的登记：由有权登记的人。
#[crate::boxed]
pub async fn register_complaint(
    services: &Services,
    request: &RequestContext,
    command: RegisterComplaint,
    once: Once,
) -> Result<Receipt, ServiceError> {
    let (lawbook, key) = (services.lawbook(), services.data_key()?.clone());
    let command = checked(&lawbook, command, request.today())?;
    let account = request.account.ok_or(ServiceError::Forbidden)?;
    // Whoever sends it again gets the same code, and nothing keeps it in between.
    let code = QueryCode::of(&key, format!("{account}\n{}", once.key.as_str()).as_bytes());
    let shown = Sensitive::new(code.in_groups());
    let refused = audit("/", None, json!({ "channel": command.channel }));
    let held = request.clone();
    let write = async move |tx: &Tx| {
        if let Some(done) = earlier(tx, &held, Some(&once)).await? {
            return Ok(done);
        }
        let registering = Registering {
            tx,
            lawbook: &lawbook,
            key: &key,
            request: &held,
            command: &command,
        };
        let registered = registering.register(&code, None).await?;
        keep(tx, &held, Some(&once), registered).await
    };
    let result = services
        .store
        .write(&services.context(request), write)
        .await;
    let done: Done<ComplaintRegistered> = note_refusal(services, request, refused, result).await?;
    Ok(Receipt {
        registered: done.value,
        code: shown,
        is_replayed: done.is_replayed,
    })
}

/// 门户的登记：谁都可以；同一份表单再交，得到的是同一件。
#[crate::boxed]
pub async fn register_publicly(
    services: &Services,
    request: &RequestContext,
    command: RegisterComplaint,
    form: &IssuedForm,
) -> Result<Receipt, ServiceError> {
    let (lawbook, key) = (services.lawbook(), services.data_key()?.clone());
    let command = checked(&lawbook, command, request.today())?;
    let code = QueryCode::of(&key, form.seed());
    let shown = Sensitive::new(code.in_groups());
    let (held, digest) = (request.clone(), form.digest());
    let write = async move |tx: &Tx| {
        if let Some(receipt) = tx.find_receipt_of_form(&digest).await? {
            return Ok((again(tx, receipt).await?, true));
        }
        let registering = Registering {
            tx,
            lawbook: &lawbook,
            key: &key,
            request: &held,
            command: &command,
        };
        Ok((registering.register(&code, Some(&digest)).await?, false))
    };
    let result = services
        .store
        .write(&services.context(request), write)
        .await;
    let (registered, is_replayed) = match result {
        // Two at the same moment: the other one stands.
        Err(ServiceError::Internal(error)) if is_duplicate(error.as_ref()) => {
            return Err(ServiceError::Unavailable);
        }
        other => other?,
    };
    Ok(Receipt {
        registered,
        code: shown,
        is_replayed,
    })
}

fn is_duplicate(error: &(dyn std::error::Error + Send + Sync + 'static)) -> bool {
    matches!(
        error.downcast_ref::<StoreError>(),
        Some(StoreError::Duplicate(_))
    )
}

/// What the form was registered as.
async fn again(tx: &Tx, receipt: ComplaintReceipt) -> Result<ComplaintRegistered, ServiceError> {
    let row = tx.find_case(receipt.timeline).await?;
    let row = row.ok_or(ServiceError::NotFound)?;
    let names = tx.list_org_names(&[row.org_path.as_str()].into()).await?;
    Ok(ComplaintRegistered {
        complaint: Id::try_from(receipt.timeline).map_err(ServiceError::internal)?,
        version: row.version,
        number: receipt.number,
        place: names.into_values().next().unwrap_or_default(),
    })
}

struct Registering<'a> {
    tx: &'a Tx,
    lawbook: &'a Lawbook,
    key: &'a DataKey,
    request: &'a RequestContext,
    command: &'a RegisterComplaint,
}

impl Registering<'_> {
    async fn register(
        &self,
        code: &QueryCode,
        form: Option<&[u8; 32]>,
    ) -> Result<ComplaintRegistered, ServiceError> {
        let (tx, today) = (self.tx, self.request.today());
        let said = Said {
            against: self.command.against_body.as_deref(),
            receiver: self.command.receiver.as_deref(),
            region: self.command.region.as_deref(),
        };
        let place = Place::find(tx, &said, today).await?;
        if self.request.account.is_some() {
            self.permit(&place, today).await?;
        }
        let procedure = self.procedure()?;
        let timeline = NewTimeline {
            kind: kind::TimelineKind::Case,
            procedure: Some(procedure),
            coverage: Coverage::Closed,
            confidentiality: Confidentiality::Ordinary,
        };
        let id = tx.create_timeline(&timeline).await?;
        // Taken when nothing but a fault can refuse it any more: no number is left out.
        let serial = tx
            .take_complaint_number(&place.id, today.year().into())
            .await?;
        let number = format!("{}-{}-{serial:05}", place.code, today.year());
        let events = self.events(&place, &number);
        let version = events.len() as u64;
        tx.append(id, 0, events).await?;
        if let Some(informant) = self.informant() {
            let sealed = seal(self.key, id, &informant, tx)?;
            tx.put_informant(id, &sealed).await?;
        }
        let receipt = ComplaintReceipt {
            timeline: id,
            number: number.clone(),
            code_digest: code.digest().to_vec(),
        };
        tx.put_receipt(&receipt, form).await?;
        assess_within(tx, self.lawbook, id, today, EndedBy::Met).await?;
        let detail = json!({ "channel": self.command.channel, "kind": self.command.kind });
        tx.audit(audit(place.path.as_str(), Some(id), detail))
            .await?;
        Ok(ComplaintRegistered {
            complaint: Id::try_from(id).map_err(ServiceError::internal)?,
            version,
            number,
            place: place.name,
        })
    }

    async fn permit(&self, place: &Place, today: Date) -> Result<(), ServiceError> {
        let actor = &self.request.actor;
        let against = against_path(self.tx, self.command.against_body.as_deref()).await?;
        require_outside(actor, against.as_ref(), today)?;
        let resource = Resource::new(ResourceKind::Complaint, place.path.clone());
        let permitted = require(actor, Action::Create, &resource, today);
        // There is nothing yet that could be hidden.
        permitted.map_err(|_| ServiceError::Forbidden)
    }

    fn procedure(&self) -> Result<String, ServiceError> {
        let mut procedures = self.lawbook.procedures.iter();
        let found = procedures.find(|procedure| procedure.is_complaint);
        let found = found.map(|procedure| procedure.name.to_string());
        found.ok_or_else(|| ServiceError::refused("法典没有投诉举报的程序，不能登记"))
    }

    fn informant(&self) -> Option<Informant> {
        let (name, contact) = (self.command.name.clone(), self.command.contact.clone());
        (name.is_some() || contact.is_some()).then_some(Informant { name, contact })
    }

    fn events(&self, place: &Place, number: &str) -> Vec<NewEvent> {
        let today = self.request.today();
        let mut facts = Facts::default();
        if let (None, Some(region)) = (&place.body, &place.region) {
            // Those who supervise are no body of the register: where they are tells the parameters.
            let record = [("region".to_owned(), Value::from(region.as_str()))].into();
            facts
                .values
                .insert("body".to_owned(), Value::Record(record));
        }
        let opening = Opening {
            number: Some(number.to_owned()),
            body: place.body.clone(),
            unit: place.unit.clone(),
            org_path: place.path.to_string(),
            handlers: self.request.account.into_iter().collect(),
            facts,
        };
        let mut events = opening_events(&opening, today, &Source::FirstHand);
        events.push(NewEvent::new(self.received(), Nature::Fact));
        events
    }

    /// What was received; who complains is not in it.
    fn received(&self) -> Event {
        let command = self.command;
        let on = command.received_on.unwrap_or(self.request.today());
        let mut event = Event::new("", RECEIVED, on);
        event.source = Source::FirstHand;
        event.place = command.place.clone();
        let mut put = |name: &str, value: Value| event.fields.insert(name.to_owned(), value);
        put("kind", command.kind.as_str().into());
        put("channel", command.channel.as_str().into());
        put("real_name", Value::Bool(command.name.is_some()));
        put("has_contact", Value::Bool(command.contact.is_some()));
        put("remedy_available", Value::Bool(command.remedy_available));
        put("content", command.content.as_str().into());
        for (name, text) in [
            ("category", &command.category),
            ("happened", &command.happened),
            ("source_no", &command.source_no),
            ("against_name", &command.against_name),
            (AGAINST, &command.against_body),
        ] {
            if let Some(text) = text {
                put(name, text.as_str().into());
            }
        }
        event
    }
}

pub(crate) fn audit(org: &str, id: Option<TimelineId>, detail: serde_json::Value) -> NewAudit {
    NewAudit {
        action: "complaint.register".to_owned(),
        resource_kind: "complaint".to_owned(),
        resource_id: id.map(|id| id.to_string()),
        org_path: org.to_owned(),
        is_allowed: true,
        detail,
    }
}

/// Trimmed, without what nobody can see, and within bounds; every fault is listed.
fn checked(
    lawbook: &Lawbook,
    command: RegisterComplaint,
    today: Date,
) -> Result<RegisterComplaint, ServiceError> {
    let mut check = Check(Vec::new());
    for (member, list, code) in [
        ("kind", "complaint_kind", &command.kind),
        ("channel", "complaint_channel", &command.channel),
    ] {
        check.code(lawbook, (member, list), code);
    }
    if command.received_on.is_some_and(|on| on > today) {
        check.note(
            "received_on",
            FieldCode::OutOfRange,
            "在今天之后；请核对日期".to_owned(),
        );
    }
    let content = check.text("content", Some(command.content), COMPLAINT_CHARS_MAX);
    let secret = |check: &mut Check, member, text: Option<Sensitive<String>>| {
        let plain = text.map(|text| text.reveal("登记前核对长短").clone());
        let kept = check.text(member, plain, COMPLAINT_LINE_CHARS_MAX);
        kept.map(Sensitive::new)
    };
    let name = secret(&mut check, "name", command.name);
    let contact = secret(&mut check, "contact", command.contact);
    let mut line = |member, text| check.text(member, text, COMPLAINT_LINE_CHARS_MAX);
    let done = RegisterComplaint {
        source_no: line("source_no", command.source_no),
        against_body: line("against_body", command.against_body),
        against_name: line("against_name", command.against_name),
        receiver: line("receiver", command.receiver),
        region: line("region", command.region),
        category: line("category", command.category),
        happened: line("happened", command.happened),
        place: line("place", command.place),
        content: content.clone().unwrap_or_default(),
        name,
        contact,
        ..command
    };
    if content.is_none() {
        let message = "没有写反映的内容；请写明什么时间、什么地点、什么事".to_owned();
        check.note("content", FieldCode::Missing, message);
    }
    match check.0.is_empty() {
        true => Ok(done),
        false => Err(ServiceError::Invalid(check.0)),
    }
}

struct Check(Vec<FieldError>);

impl Check {
    fn note(&mut self, member: &str, code: FieldCode, message: String) {
        let pointer = Pointer::body().member(member);
        self.0.push(FieldError::new(pointer, code, message));
    }

    fn code(&mut self, lawbook: &Lawbook, (member, list): (&str, &str), code: &str) {
        let vocabulary = &lawbook.book.vocabulary;
        let list = vocabulary.list(list).map(|id| vocabulary.list_of(id));
        if list.is_some_and(|list| list.find(code).is_some()) {
            return;
        }
        let codes = list.into_iter().flat_map(|list| &list.codes);
        let codes: Vec<&str> = codes.map(|(code, _)| code.as_ref()).collect();
        let message = format!("不是可以选的；可以写：{}", codes.join("、"));
        self.note(member, FieldCode::NotAChoice, message);
    }

    /// Control characters are nobody's words: they go; lines stay lines.
    fn text(&mut self, member: &str, text: Option<String>, most: usize) -> Option<String> {
        let text = text?.replace("\r\n", "\n").replace('\r', "\n");
        let is_kept = |c: &char| *c == '\n' || *c == '\t' || !c.is_control();
        let kept: String = text.chars().filter(is_kept).collect();
        let kept = kept.trim();
        if kept.chars().count() > most {
            let message = format!("不超过 {most} 字");
            self.note(member, FieldCode::OutOfRange, message);
        }
        (!kept.is_empty()).then(|| kept.to_owned())
    }
}
