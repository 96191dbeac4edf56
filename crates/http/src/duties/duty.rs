//! 义务在接口里的写法。

use std::collections::BTreeMap;

use mingjing_kernel::date::Date;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_services::model::{DutyRow, code};
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::label::Label;
use crate::wire::{instant, names};

/// 义务。
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Duty)]
pub struct DutyOut {
    /// 标识，重新评估之后不变。
    id: String,
    /// 案件。
    case: String,
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
    /// 放假安排还没有公布，到期日是暂定的。
    is_provisional: bool,
    /// 完成日。
    #[schema(value_type = Option<String>, format = Date)]
    met_on: Option<Date>,
    /// 办理机关。
    body: Option<String>,
    /// 在组织树上的位置。
    org: String,
}

impl DutyOut {
    /// 一项义务。
    pub fn of(lawbook: &Lawbook, row: &DutyRow) -> Self {
        DutyOut {
            id: row.id.clone(),
            case: row.timeline.to_string(),
            rule: names::rule(lawbook, &row.code),
            part: row.part,
            start_event: row.start_event.clone(),
            keys: row.keys.clone(),
            state: code::duty_state(row.state).to_owned(),
            state_name: row.state.name().to_owned(),
            due_on: row.due_on,
            due_at: row.due_at.map(instant::of_timestamp),
            is_provisional: row.is_provisional,
            met_on: row.met_on,
            body: row.body.clone(),
            org: row.org_path.clone(),
        }
    }
}
