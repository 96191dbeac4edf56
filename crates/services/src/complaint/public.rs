//! 给投诉举报人看的：凭编号与查询码，看办到哪一步、何时到期、答复了什么；答复之后评价一次。

use mingjing_domain::event::{Event, Source};
use mingjing_domain::finding::DutyState;
use mingjing_domain::timeline::Timeline;
use mingjing_domain::value::Value;
use mingjing_kernel::date::Date;
use mingjing_kernel::id::TimelineId;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_lawbook::procedure::Transition;
use mingjing_lawbook::vocabulary::Audience;
use mingjing_store::case_row::CaseRow;
use mingjing_store::complaint_receipt::ComplaintReceipt;
use mingjing_store::duty::DutyRow;
use mingjing_store::tx::{Read, Tx};
use serde_json::json;

use crate::assessment::complained::{RATED, REPLIED, is_met_by};
use crate::assessment::facts::{effective, text};
use crate::assessment::write::Ready;
use crate::casework::list_events::views;
use crate::casework::mask::Sight;
use crate::casework::take::Taking;
use crate::complaint::code::{IssuedForm, QueryCode};
use crate::complaint::register::audit;
use crate::context::{RequestContext, Services};
use crate::error::{FieldCode, Pointer, ServiceError};
use crate::limit::{FORM_SECONDS_MAX, FORM_SECONDS_MIN, REASON_CHARS_MAX};

/// What an event tells whoever complained, in its own words.
const TOLD: [&str; 3] = ["answer", "reason", "comment"];

/// 发一份表单：写在页里的记号。
pub fn issue_form(services: &Services, request: &RequestContext) -> Result<String, ServiceError> {
    let form = IssuedForm::new(services.nonce(), seconds(request));
    Ok(form.token(services.data_key()?))
}

/// 认一份交回来的表单：这里发的，人来得及填，也没有放得太久；别的没有。
pub fn take_form(
    services: &Services,
    request: &RequestContext,
    token: &str,
) -> Result<Option<IssuedForm>, ServiceError> {
    let form = IssuedForm::parse(services.data_key()?, token);
    let is_timely = |form: &IssuedForm| {
        let age = seconds(request) - form.issued_at;
        (FORM_SECONDS_MIN..=FORM_SECONDS_MAX).contains(&age)
    };
    Ok(form.filter(is_timely))
}

const fn seconds(request: &RequestContext) -> i64 {
    request.now.unix_micros() / 1_000_000
}

/// 门户上可选的类别：代码与中文名。
pub fn kinds(services: &Services) -> Vec<(String, String)> {
    let lawbook = services.lawbook();
    let vocabulary = &lawbook.book.vocabulary;
    let list = vocabulary.list("complaint_kind");
    let codes = list.map(|id| vocabulary.list_of(id).codes.clone());
    let codes = codes.unwrap_or_default().into_iter();
    codes
        .map(|(code, label)| (code.to_string(), label.to_string()))
        .collect()
}

/// 给投诉举报人看的一件。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicComplaint {
    /// 编号。
    pub number: String,
    /// 由谁办理。
    pub place: String,
    /// 收到之日。
    pub received_on: Option<Date>,
    /// 现在的状态，中文。
    pub state: String,
    /// 办结之日。
    pub settled_on: Option<Date>,
    /// 告知过的各步，按先后。
    pub steps: Vec<PublicStep>,
    /// 期限。
    pub terms: Vec<PublicTerm>,
    /// 现在可以评价。
    pub may_rate: bool,
}

/// 告知过的一步。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicStep {
    /// 哪一天。
    pub on: Date,
    /// 做了什么。
    pub label: String,
    /// 原话：答复、理由。
    pub text: Option<String>,
}

/// 一个期限。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicTerm {
    /// 什么的期限。
    pub what: String,
    /// 到期日。
    pub due_on: Date,
    /// 做到之日。
    pub met_on: Option<Date>,
    /// 已经逾期。
    pub is_late: bool,
    /// 依据。
    pub articles: Vec<String>,
}

/// 凭编号与查询码看一件；两样有一样不对的，一样地没有。
#[crate::boxed]
pub async fn look_up(
    services: &Services,
    request: &RequestContext,
    (number, code): (&str, &str),
) -> Result<PublicComplaint, ServiceError> {
    let lawbook = services.lawbook();
    let read = &services.store.reader().await?;
    let receipt = found(read, number, code).await?;
    let row = read.find_case(receipt.timeline).await?;
    let row = row.ok_or(ServiceError::NotFound)?;
    let loaded = read.load_timeline(receipt.timeline).await?;
    let may_rate = may_rate(&lawbook, &row, &loaded.timeline);
    let duties = read.list_case_duties(receipt.timeline).await?;
    let names = read.list_org_names(&[row.org_path.as_str()].into()).await?;
    let procedure = row.procedure.as_deref();
    let procedure = procedure.and_then(|name| lawbook.procedure(name));
    let state = row.state.as_deref().unwrap_or_default();
    let state = procedure.and_then(|procedure| procedure.state_names.get(state));
    let today = request.today();
    Ok(PublicComplaint {
        number: receipt.number,
        place: names.into_values().next().unwrap_or_default(),
        received_on: row.complaint.as_ref().and_then(|told| told.received_on),
        state: state.map_or_else(|| "办理中".to_owned(), ToString::to_string),
        settled_on: row.closed_on,
        steps: steps(&lawbook, loaded),
        terms: terms(&lawbook, &duties, today),
        may_rate,
    })
}

/// The receipt of that number, for whoever has its code. A number that is none takes as long as one that is.
async fn found(read: &Read, number: &str, code: &str) -> Result<ComplaintReceipt, ServiceError> {
    /// Longer than any of ours: it is none.
    const NUMBER_MAX: usize = 60;
    let number = number.trim().to_ascii_uppercase();
    let code = QueryCode::parse(code).ok_or(ServiceError::NotFound)?;
    if number.len() > NUMBER_MAX {
        return Err(ServiceError::NotFound);
    }
    let receipt = read.find_receipt(&number).await?;
    let nothing = [0; 32];
    let digest = receipt.as_ref().map(|it| it.code_digest.as_slice());
    let is_its = code.is_of(digest.unwrap_or(&nothing));
    receipt.filter(|_| is_its).ok_or(ServiceError::NotFound)
}

/// What whoever complained has been told, as corrected.
fn steps(lawbook: &Lawbook, loaded: mingjing_store::timeline::LoadedTimeline) -> Vec<PublicStep> {
    let vocabulary = &lawbook.book.vocabulary;
    let kept: Vec<String> = effective(&loaded.timeline)
        .into_iter()
        .map(|(_, event)| event.id.clone())
        .collect();
    let views = views(vocabulary, loaded, Sight::Masked).into_iter();
    let told = views.filter(|view| {
        let kind = vocabulary.kind(&view.event.kind);
        let audience = kind.map(|id| vocabulary.kind_of(id).audience);
        audience == Some(Audience::Served) && kept.contains(&view.event.id)
    });
    told.map(|view| PublicStep {
        on: view.event.occurred_on,
        text: TOLD.iter().find_map(|field| text(&view.event, field)),
        label: view.label,
    })
    .collect()
}

/// The times that an answer ends; what is only between offices is not in it.
fn terms(lawbook: &Lawbook, duties: &[DutyRow], today: Date) -> Vec<PublicTerm> {
    let vocabulary = &lawbook.book.vocabulary;
    let kinds = vocabulary.kinds.iter();
    let told: Vec<&str> = kinds
        .filter(|kind| kind.audience == Audience::Served)
        .map(|kind| kind.name.as_ref())
        .collect();
    let of_answers = duties.iter().filter(|duty| {
        told.iter()
            .any(|kind| is_met_by(lawbook, (&duty.code, duty.part), kind))
    });
    let terms = of_answers.filter_map(|duty| {
        if [DutyState::Waived, DutyState::Ended].contains(&duty.state) {
            return None;
        }
        let rule = lawbook.rule(&duty.code)?;
        let due_on = duty.due_on?;
        Some(PublicTerm {
            what: rule.name.to_string(),
            due_on,
            met_on: duty.met_on,
            is_late: duty.met_on.unwrap_or(today) > due_on,
            articles: rule.citations.iter().map(ToString::to_string).collect(),
        })
    });
    terms.collect()
}

/// Whether the state table lists it here, and nobody has said so since the last answer.
fn may_rate(lawbook: &Lawbook, row: &CaseRow, timeline: &Timeline) -> bool {
    let procedure = row.procedure.as_deref();
    let procedure = procedure.and_then(|name| lawbook.procedure(name));
    let (Some(procedure), Some(kind)) = (procedure, lawbook.book.vocabulary.kind(RATED)) else {
        return false;
    };
    let state = row.state.as_deref().unwrap_or_default();
    let is_here = |step: &Transition| step.from.iter().any(|from| from.as_ref() == state);
    let mut steps = procedure.transitions.iter();
    let is_listed = steps.any(|step| step.on == kind && is_here(step));
    let events = effective(timeline).into_iter().map(|(_, event)| event);
    let mut kinds = events.map(|event| event.kind.as_str());
    let last = kinds.rfind(|kind| [REPLIED, RATED].contains(kind));
    is_listed && last == Some(REPLIED)
}

/// 投诉举报人的评价。
#[derive(Debug, Clone)]
pub struct Rating {
    /// 满意。
    pub is_satisfied: bool,
    /// 不满意，并且有新的事实，要求复查。
    pub has_new_facts: bool,
    /// 想说的话、新的事实。
    pub comment: String,
}

/// 答复之后评价一次；不满意并且有新的事实的，转为复查。
#[crate::boxed]
pub async fn rate(
    services: &Services,
    request: &RequestContext,
    (number, code): (String, String),
    rating: Rating,
) -> Result<(), ServiceError> {
    check(&rating)?;
    let (lawbook, held) = (services.lawbook(), request.clone());
    let write = async move |tx: &Tx| {
        let receipt = found(tx, &number, &code).await?;
        let id: TimelineId = receipt.timeline;
        let row = tx.find_case(id).await?.ok_or(ServiceError::NotFound)?;
        let loaded = tx.load_for_append(id).await?;
        if !may_rate(&lawbook, &row, &loaded.timeline) {
            let message = "还没有答复，或者已经评价过了；每次答复之后评价一次";
            return Err(ServiceError::refused(message));
        }
        let taking = Taking {
            tx,
            lawbook: &lawbook,
            request: &held,
            confirm: &[],
            override_reason: None,
            note: None,
        };
        let ready = Ready::gather(tx, &lawbook, loaded, held.today()).await?;
        taking.take(ready, rated(&rating, held.today())).await?;
        let detail =
            json!({ "is_satisfied": rating.is_satisfied, "reopens": rating.has_new_facts });
        let audit = audit(&row.org_path, Some(id), detail);
        tx.audit(mingjing_store::audit::NewAudit {
            action: "complaint.rate".to_owned(),
            ..audit
        })
        .await?;
        Ok(())
    };
    services
        .store
        .write(&services.context(request), write)
        .await
}

fn check(rating: &Rating) -> Result<(), ServiceError> {
    let pointer = Pointer::body().member("comment");
    if rating.comment.chars().count() > REASON_CHARS_MAX {
        let message = format!("不超过 {REASON_CHARS_MAX} 字");
        return Err(ServiceError::invalid(
            pointer,
            FieldCode::OutOfRange,
            message,
        ));
    }
    if rating.has_new_facts && rating.is_satisfied {
        let message = "满意的不用复查；要求复查的请选“不满意”";
        return Err(ServiceError::invalid(
            pointer,
            FieldCode::NotAllowed,
            message,
        ));
    }
    if rating.has_new_facts && rating.comment.trim().is_empty() {
        let message = "要求复查的，请写明新的事实";
        return Err(ServiceError::invalid(pointer, FieldCode::Missing, message));
    }
    Ok(())
}

fn rated(rating: &Rating, today: Date) -> Event {
    let mut event = Event::new("", RATED, today);
    event.source = Source::FirstHand;
    let mut put = |name: &str, value: Value| event.fields.insert(name.to_owned(), value);
    put("satisfied", Value::Bool(rating.is_satisfied));
    put("reopens", Value::Bool(rating.has_new_facts));
    let is_kept = |c: &char| *c == '\n' || !c.is_control();
    let comment: String = rating.comment.trim().chars().filter(is_kept).collect();
    if !comment.is_empty() {
        put("comment", comment.as_str().into());
    }
    event
}
