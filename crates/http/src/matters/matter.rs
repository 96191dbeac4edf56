//! 监督事项在接口里的写法：列表里的一行，也是一件的头。

use mingjing_kernel::date::Date;
use mingjing_services::model::{CaseRow, Supervision};
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::label::Label;
use crate::wire::names;
use crate::wire::shown::Shown;

/// 监督事项的概要。
#[derive(Debug, Serialize, ToSchema)]
pub struct MatterSummary {
    /// 标识，也是时间线的标识：各步以它在 `/cases/{id}` 之下记录。
    id: String,
    /// 编号。
    number: Option<String>,
    /// 程序。
    procedure: Option<Label>,
    /// 状态。
    state: Option<Label>,
    /// 线索来源。
    source: Option<Label>,
    /// 被监督机关。
    body: Option<String>,
    /// 被监督机关的现名；登记簿里没有的没有。
    body_name: Option<String>,
    /// 办理它的监督机构所在的区划：组织树上的路径。
    org: String,
    /// 已经送达被监督机关。
    is_served: bool,
    /// 你看全部的；否则只看得到送达的与本机关要办的。
    is_whole: bool,
    /// 最早到期日：监督机构看全部的，被监督机关看自己的。
    #[schema(value_type = Option<String>, format = Date)]
    due_on: Option<Date>,
    /// 到那一天还有几个工作日，逾期为负；日历不知道的没有。
    due_in_working_days: Option<i32>,
    /// 最后一件事之日。
    #[schema(value_type = String, format = Date)]
    last_on: Date,
    /// 办结之日。
    #[schema(value_type = Option<String>, format = Date)]
    closed_on: Option<Date>,
    /// 版本。
    version: u64,
}

impl MatterSummary {
    /// 一件的概要。
    pub fn of(shown: &Shown, row: &CaseRow, (due_on, is_whole): (Option<Date>, bool)) -> Self {
        let lawbook = &shown.lawbook;
        let procedure = row.procedure.as_deref();
        // Where a lead came from is of the inside: who has complained is nobody's business who was complained of.
        let source = row.lead_source.as_deref().filter(|_| is_whole);
        MatterSummary {
            id: row.timeline.to_string(),
            number: row.number.clone(),
            procedure: procedure.map(|code| names::procedure(lawbook, code)),
            state: row
                .state
                .as_deref()
                .map(|code| names::state(lawbook, procedure, code)),
            source: source.map(|code| names::listed(lawbook, "supervision_source", code)),
            body_name: shown.body(row.body.as_deref()),
            body: row.body.clone(),
            org: row.org_path.clone(),
            is_served: row.supervision == Some(Supervision::Served),
            is_whole,
            due_on,
            due_in_working_days: shown.remaining(due_on),
            last_on: row.last_on,
            closed_on: row.closed_on,
            version: row.version,
        }
    }
}
