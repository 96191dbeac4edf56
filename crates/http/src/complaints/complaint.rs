//! 投诉举报在接口里的写法：列表里的一行，也是一件的头。

use mingjing_edge::problem::Problem;
use mingjing_kernel::date::Date;
use mingjing_services::complaint::list_complaints::{ComplaintLine, Term};
use mingjing_services::context::RequestContext;
use mingjing_services::model::CaseRow;
use mingjing_services::naming::Named;
use serde::Serialize;
use utoipa::ToSchema;

use crate::state::State;
use crate::wire::label::Label;
use crate::wire::names;
use crate::wire::shown::Shown;

/// 投诉举报的概要。
#[derive(Debug, Serialize, ToSchema)]
pub struct ComplaintSummary {
    /// 标识，也是时间线的标识：各步以它在 `/cases/{id}` 之下记录。
    id: String,
    /// 编号。
    number: Option<String>,
    /// 程序。
    procedure: Option<Label>,
    /// 状态。
    state: Option<Label>,
    /// 类别。
    kind: Option<Label>,
    /// 渠道。
    channel: Option<Label>,
    /// 所反映的机关在登记簿里的标识。
    against: Option<String>,
    /// 所反映的机关的现名，或者投诉举报人的原话。
    against_name: Option<String>,
    /// 交由办理的机关；由监督机构办理的没有。
    body: Option<String>,
    /// 交由办理的机关的现名。
    body_name: Option<String>,
    /// 办理的机构在组织树上的路径。
    org: String,
    /// 收到之日。
    #[schema(value_type = Option<String>, format = Date)]
    received_on: Option<Date>,
    /// 程序性回复的期限；当地没有规定的没有。
    answer: Option<ComplaintTerm>,
    /// 办理结果的期限；当地没有规定的没有。
    result: Option<ComplaintTerm>,
    /// 最早的一个没有做到的期限。
    #[schema(value_type = Option<String>, format = Date)]
    due_on: Option<Date>,
    /// 到那一天还有几个工作日，逾期为负；日历不知道的没有。
    due_in_working_days: Option<i32>,
    /// 办结之日。
    #[schema(value_type = Option<String>, format = Date)]
    closed_on: Option<Date>,
    /// 按期答复：没有期限、还没有到的没有。
    is_timely: Option<bool>,
    /// 投诉举报人满意：没有评价的没有。
    is_satisfied: Option<bool>,
    /// 已经并入另一件。
    is_repeat: bool,
    /// 版本。
    version: u64,
}

/// 一个期限。
#[derive(Debug, Serialize, ToSchema)]
pub struct ComplaintTerm {
    /// 到期日；还算不出的没有。
    #[schema(value_type = Option<String>, format = Date)]
    due_on: Option<Date>,
    /// 到那一天还有几个工作日，逾期为负；做到了的没有。
    remaining_working_days: Option<i32>,
    /// 做到之日。
    #[schema(value_type = Option<String>, format = Date)]
    met_on: Option<Date>,
}

impl ComplaintTerm {
    fn of(shown: &Shown, term: Term) -> Self {
        let open = term.due_on.filter(|_| term.met_on.is_none());
        ComplaintTerm {
            due_on: term.due_on,
            remaining_working_days: shown.remaining(open),
            met_on: term.met_on,
        }
    }
}

impl ComplaintSummary {
    /// 一件的概要。
    pub fn of(shown: &Shown, line: &ComplaintLine) -> Self {
        let row = &line.row;
        let told = row.complaint.clone().unwrap_or_default();
        let lawbook = &shown.lawbook;
        let procedure = row.procedure.as_deref();
        let listed =
            |list: &str, code: Option<String>| code.map(|code| names::listed(lawbook, list, &code));
        let registered = shown.body(told.against.as_deref());
        ComplaintSummary {
            id: row.timeline.to_string(),
            number: row.number.clone(),
            procedure: procedure.map(|code| names::procedure(lawbook, code)),
            state: row
                .state
                .as_deref()
                .map(|code| names::state(lawbook, procedure, code)),
            kind: listed("complaint_kind", told.kind),
            channel: listed("complaint_channel", told.channel),
            against_name: registered.or(told.against_name),
            against: told.against,
            body_name: shown.body(row.body.as_deref()),
            body: row.body.clone(),
            org: row.org_path.clone(),
            received_on: told.received_on,
            answer: line.answer.map(|term| ComplaintTerm::of(shown, term)),
            result: line.result.map(|term| ComplaintTerm::of(shown, term)),
            due_on: row.next_due_on,
            due_in_working_days: shown.remaining(row.next_due_on),
            closed_on: row.closed_on,
            is_timely: told.is_timely,
            is_satisfied: told.is_satisfied,
            is_repeat: told.is_repeat,
            version: row.version,
        }
    }
}

/// 这些行里要称呼的机关。
pub async fn shown_of(
    state: &State,
    request: &RequestContext,
    rows: impl Iterator<Item = &CaseRow>,
) -> Result<Shown, Problem> {
    let mut named = Named::default();
    for row in rows {
        named.bodies.extend(row.body.as_deref());
        let told = row.complaint.as_ref();
        named
            .bodies
            .extend(told.and_then(|told| told.against.as_deref()));
    }
    Shown::gather(state, request, &named).await
}
