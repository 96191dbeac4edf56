//! `GET /api/v1/complaints/{id}`：一件投诉举报。

use axum::extract::State as Of;
use axum::response::Response;
use mingjing_edge::problem::Problem;
use mingjing_kernel::date::Date;
use mingjing_kernel::id::kind;
use mingjing_lawbook::explain::shown::event_fields;
use mingjing_services::complaint::get_complaint::{Asked, get_complaint as get};
use mingjing_services::model::{CaseRow, InformantRequest};
use serde::Serialize;
use utoipa::ToSchema;

use super::complaint::{ComplaintSummary, shown_of};
use crate::answer::Answer;
use crate::caller::Caller;
use crate::state::State;
use crate::wire::field::FieldShown;
use crate::wire::id::PathId;
use crate::wire::instant;
use crate::wire::label::Label;
use crate::wire::names;
use crate::wire::shown::Shown;

/// 一件投诉举报。
#[derive(Debug, Serialize, ToSchema)]
pub struct ComplaintAnswer {
    /// 投诉举报。
    complaint: ComplaintSummary,
    /// 收到时写的，写成人读的样子；个人信息遮盖，投诉举报人的身份不在里面。
    received: Vec<FieldShown>,
    /// 发生的地点。
    place: Option<String>,
    /// 实名。
    is_real_name: bool,
    /// 封存着身份：要看的申请，另一人批准。
    has_informant: bool,
    /// 退回过几次。
    returns: u64,
    /// 责任部门。
    responsible_unit: Option<String>,
    /// 分派时定的办结时限。
    #[schema(value_type = Option<String>, format = Date)]
    responsible_due_on: Option<Date>,
    /// 你可以申请查看身份。
    may_ask: bool,
    /// 查看身份的申请，先申请的在前。
    informant_requests: Vec<InformantRequestOut>,
    /// 可能是同一诉求的：九十日之内、同一机关或者同一处的，文字相同或者很像；并不并由人定。
    alike: Vec<AlikeComplaint>,
}

/// 可能是同一诉求的一件。
#[derive(Debug, Serialize, ToSchema)]
pub struct AlikeComplaint {
    /// 标识。
    id: String,
    /// 编号。
    number: Option<String>,
    /// 渠道。
    channel: Option<Label>,
    /// 收到之日。
    #[schema(value_type = Option<String>, format = Date)]
    received_on: Option<Date>,
    /// 状态。
    state: Option<Label>,
}

/// 查看身份的一份申请。
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InformantRequest)]
pub struct InformantRequestOut {
    /// 标识。
    id: String,
    /// 谁申请：账号。
    asked_by: String,
    /// 为什么要看。
    reason: String,
    /// 何时申请。
    #[schema(format = DateTime)]
    asked_at: String,
    /// 谁批准：账号。
    approved_by: Option<String>,
    /// 看到何时为止。
    #[schema(format = DateTime)]
    expires_at: Option<String>,
    /// 何时看了：只看一次。
    #[schema(format = DateTime)]
    opened_at: Option<String>,
    /// 你可以批准。
    may_approve: bool,
    /// 你现在可以看。
    may_open: bool,
}

impl InformantRequestOut {
    /// 一份申请，连同来者能拿它做什么。
    pub fn of(request: &InformantRequest, may_approve: bool, may_open: bool) -> Self {
        InformantRequestOut {
            id: request.id.to_string(),
            asked_by: request.asked_by.to_string(),
            reason: request.reason.clone(),
            asked_at: instant::of(request.asked_at),
            approved_by: request.approved_by.map(|by| by.to_string()),
            expires_at: request.expires_at.map(instant::of),
            opened_at: request.opened_at.map(instant::of),
            may_approve,
            may_open,
        }
    }
}

impl From<Asked> for InformantRequestOut {
    fn from(asked: Asked) -> Self {
        InformantRequestOut::of(&asked.request, asked.may_approve, asked.may_open)
    }
}

impl AlikeComplaint {
    fn of(shown: &Shown, row: &CaseRow) -> Self {
        let told = row.complaint.clone().unwrap_or_default();
        let lawbook = &shown.lawbook;
        let channel = told.channel.as_deref();
        let state = row.state.as_deref();
        AlikeComplaint {
            id: row.timeline.to_string(),
            number: row.number.clone(),
            channel: channel.map(|code| names::listed(lawbook, "complaint_channel", code)),
            received_on: told.received_on,
            state: state.map(|code| names::state(lawbook, row.procedure.as_deref(), code)),
        }
    }
}

/// 取一件投诉举报
#[utoipa::path(get, path = "/api/v1/complaints/{id}", operation_id = "get_complaint", tag = "投诉举报",
    params(("id" = String, Path, description = "投诉举报")),
    responses((status = 200, description = "投诉举报；ETag 是版本", body = ComplaintAnswer)))]
pub async fn get_complaint(
    Of(state): Of<State>,
    caller: Caller,
    PathId(complaint): PathId<kind::Case>,
) -> Result<Response, Problem> {
    let view = get(&state.services, &caller.request, complaint).await?;
    let shown = shown_of(&state, &caller.request, [&view.line.row].into_iter()).await?;
    let vocabulary = &shown.lawbook.book.vocabulary;
    let received = view.received.iter();
    let received = received.flat_map(|event| event_fields(vocabulary, &event.kind, &event.fields));
    let version = view.line.row.version;
    let answer = ComplaintAnswer {
        complaint: ComplaintSummary::of(&shown, &view.line),
        received: received.map(FieldShown::from).collect(),
        place: view.received.as_ref().and_then(|event| event.place.clone()),
        is_real_name: view.is_real_name,
        has_informant: view.has_informant,
        returns: view.returns,
        responsible_due_on: view.assigned.as_ref().and_then(|assigned| assigned.due_on),
        responsible_unit: view.assigned.and_then(|assigned| assigned.unit),
        may_ask: view.may_ask && view.has_informant,
        informant_requests: view.requests.into_iter().map(Into::into).collect(),
        alike: view
            .alike
            .iter()
            .map(|row| AlikeComplaint::of(&shown, row))
            .collect(),
    };
    Ok(Answer::ok(&answer).version(version).into_response())
}
