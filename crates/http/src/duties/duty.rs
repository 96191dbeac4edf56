//! 义务在接口里的写法。

use std::collections::BTreeMap;

use mingjing_domain::finding::DutyState;
use mingjing_kernel::date::Date;
use mingjing_services::model::{DutyRow, code};
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::label::Label;
use crate::wire::shown::Shown;
use crate::wire::{instant, names};

/// 义务。
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Duty)]
pub struct DutyOut {
    /// 标识，重新评估之后不变。
    id: String,
    /// 案件，或者监督事项。
    case: String,
    /// 是监督事项里的：到 `/matters/{id}` 去看。
    is_matter: bool,
    /// 那一件是投诉举报。
    is_complaint: bool,
    /// 案号；没有的、看不到案件的没有。
    case_number: Option<String>,
    /// 当事人，自然人的已遮盖；看不到案件的没有。
    party: Option<String>,
    /// 规则。
    rule: Label,
    /// 规则的第几部分，从 0 起。
    part: u16,
    /// 起算事件。
    start_event: String,
    /// 键。
    keys: BTreeMap<String, String>,
    /// 状态：open、near、met、met_late、breached、suspended、waived、ended、provisional、undetermined。
    #[schema(example = "open")]
    state: String,
    /// 状态的中文名。
    state_name: String,
    /// 到期日；算不出、停着的没有。
    #[schema(value_type = Option<String>, format = Date)]
    due_on: Option<Date>,
    /// 到期的时刻，按时刻计的才有。
    #[schema(format = DateTime)]
    due_at: Option<String>,
    /// 到期日前还有几个工作日，逾期为负；已经终了的、无法判定的、日历不知道的没有。
    remaining_working_days: Option<i32>,
    /// 放假安排还没有公布，到期日是暂定的。
    is_provisional: bool,
    /// 完成日。
    #[schema(value_type = Option<String>, format = Date)]
    met_on: Option<Date>,
    /// 规则的依据，简称。
    citations: Vec<String>,
    /// 办理机关。
    body: Option<String>,
    /// 办理机关的现名；登记簿里没有的没有。
    body_name: Option<String>,
    /// 在组织树上的位置。
    org: String,
}

impl DutyOut {
    /// 一项义务。
    pub fn of(shown: &Shown, row: &DutyRow) -> Self {
        let lawbook = &shown.lawbook;
        let head = shown.names.case(row.timeline);
        let due = row.due_on.filter(|_| is_pending(row.state));
        let rule = lawbook.rule(&row.code);
        let citations = rule.into_iter().flat_map(|rule| &rule.citations);
        DutyOut {
            id: row.id.clone(),
            case: row.timeline.to_string(),
            is_matter: head.is_some_and(|head| head.is_matter),
            is_complaint: head.is_some_and(|head| head.is_complaint),
            case_number: head.and_then(|head| head.number.clone()),
            party: head.and_then(|head| head.party_masked.clone()),
            rule: names::rule(lawbook, &row.code),
            part: row.part,
            start_event: row.start_event.clone(),
            keys: row.keys.clone(),
            state: code::duty_state(row.state).to_owned(),
            state_name: row.state.name().to_owned(),
            due_on: row.due_on,
            due_at: row.due_at.map(instant::of_timestamp),
            remaining_working_days: shown.remaining(due),
            is_provisional: row.is_provisional,
            met_on: row.met_on,
            citations: citations.map(ToString::to_string).collect(),
            body: row.body.clone(),
            body_name: shown.body(row.body.as_deref()),
            org: row.org_path.clone(),
        }
    }
}

/// What is over has no days left, nor has what cannot be judged.
fn is_pending(state: DutyState) -> bool {
    match state {
        DutyState::Open
        | DutyState::Near
        | DutyState::Breached
        | DutyState::Provisional
        | DutyState::Suspended => true,
        // It may be done long ago: “overdue” would accuse.
        DutyState::Undetermined => false,
        DutyState::Met | DutyState::MetLate | DutyState::Waived | DutyState::Ended => false,
    }
}
