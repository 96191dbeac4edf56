//! 案件在接口里的写法：列表里的一行，也是一案的头。

use mingjing_kernel::date::Date;
use mingjing_services::model::{CaseRow, Confidentiality};
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::label::Label;
use crate::wire::names;
use crate::wire::severity::Severity;
use crate::wire::shown::Shown;

/// 案件的概要。
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseSummary {
    /// 标识。
    id: String,
    /// 案号。
    number: Option<String>,
    /// 主程序。
    procedure: Option<Label>,
    /// 主程序的状态。
    state: Option<Label>,
    /// 办理机关。
    body: Option<String>,
    /// 办理机关的现名；登记簿里没有的没有。
    body_name: Option<String>,
    /// 在组织树上的位置。
    org: String,
    /// 领域。
    department: Option<Label>,
    /// 地区。
    region: Option<Label>,
    /// 当事人，自然人的已遮盖。
    party: Option<String>,
    /// 立案日。
    #[schema(value_type = Option<String>, format = Date)]
    filed_on: Option<Date>,
    /// 决定日。
    #[schema(value_type = Option<String>, format = Date)]
    decided_on: Option<Date>,
    /// 结案日。
    #[schema(value_type = Option<String>, format = Date)]
    closed_on: Option<Date>,
    /// 最后一件事之日。
    #[schema(value_type = String, format = Date)]
    last_on: Date,
    /// 罚款，分。
    fine_fen: Option<i64>,
    /// 未完成的义务里最早的到期日。
    #[schema(value_type = Option<String>, format = Date)]
    next_due_on: Option<Date>,
    /// 到那一天还有几个工作日，逾期为负；日历不知道的没有。
    next_due_in_working_days: Option<i32>,
    /// 最重的发现。
    worst: Option<Severity>,
    /// 事件数。
    event_count: u64,
    /// 违反数。
    violation_count: u64,
    /// 疑点数。
    doubt_count: u64,
    /// 临期数。
    near_count: u64,
    /// 无法判定数。
    undetermined_count: u64,
    /// 未完成的义务数。
    open_duty_count: u64,
    /// 密级件。
    is_restricted: bool,
    /// 版本。
    version: u64,
}

impl CaseSummary {
    /// 一案的概要。
    pub fn of(shown: &Shown, row: &CaseRow) -> Self {
        let lawbook = &shown.lawbook;
        let procedure = row.procedure.as_deref();
        CaseSummary {
            id: row.timeline.to_string(),
            number: row.number.clone(),
            procedure: procedure.map(|code| names::procedure(lawbook, code)),
            state: row
                .state
                .as_deref()
                .map(|code| names::state(lawbook, procedure, code)),
            body: row.body.clone(),
            body_name: shown.body(row.body.as_deref()),
            org: row.org_path.clone(),
            department: row
                .department
                .as_deref()
                .map(|code| names::department(lawbook, code)),
            region: row.region.as_deref().map(|code| shown.region(code)),
            party: row.party_masked.clone(),
            filed_on: row.filed_on,
            decided_on: row.decided_on,
            closed_on: row.closed_on,
            last_on: row.last_on,
            fine_fen: row.fine_fen,
            next_due_on: row.next_due_on,
            next_due_in_working_days: shown.remaining(row.next_due_on),
            worst: row.worst.map(Into::into),
            event_count: row.event_count,
            violation_count: row.violation_count,
            doubt_count: row.doubt_count,
            near_count: row.near_count,
            undetermined_count: row.undetermined_count,
            open_duty_count: row.open_duty_count,
            is_restricted: row.confidentiality != Confidentiality::Ordinary,
            version: row.version,
        }
    }
}
