//! 导出表格：案件、发现、义务的列表，CSV；当事人是遮盖过的，别的列没有个人信息。

use mingjing_kernel::date::Date;
use mingjing_policy::permission::{Action, ResourceKind};
use mingjing_policy::scope::{Scope, scope};
use mingjing_store::case_row::{CaseFilter, CaseOrder, CaseRow};
use mingjing_store::code;
use mingjing_store::duty::{DutyFilter, DutyRow};
use mingjing_store::finding::{FindingFilter, FindingRow};
use mingjing_store::tx::{Read, Tx};
use serde_json::json;

use crate::access::note_refusal;
use crate::context::{RequestContext, Services};
use crate::error::ServiceError;
use crate::export::csv;
use crate::limit::EXPORT_PAGE;
use mingjing_store::audit::NewAudit;

/// 要导出的列表。
#[derive(Debug, Clone)]
pub enum Table {
    /// 案件。
    Cases(CaseFilter),
    /// 发现。
    Findings(FindingFilter),
    /// 有到期日的义务。
    Duties(DutyFilter),
}

impl Table {
    const fn kind(&self) -> ResourceKind {
        match self {
            Table::Cases(_) => ResourceKind::Case,
            Table::Findings(_) | Table::Duties(_) => ResourceKind::Finding,
        }
    }

    const fn code(&self) -> &'static str {
        match self {
            Table::Cases(_) => "case",
            Table::Findings(_) => "finding",
            Table::Duties(_) => "duty",
        }
    }

    /// 表头。
    pub fn columns(&self) -> &'static [&'static str] {
        match self {
            Table::Cases(_) => &[
                "案件",
                "案号",
                "程序",
                "状态",
                "机关",
                "组织",
                "领域",
                "区划",
                "当事人",
                "立案日",
                "决定日",
                "结案日",
                "罚款（元）",
                "最早到期日",
                "最重",
                "违反",
                "疑点",
                "临期",
                "无法判定",
                "未完成义务",
            ],
            Table::Findings(_) => &[
                "发现",
                "案件",
                "规则",
                "状态",
                "轻重",
                "机关",
                "组织",
                "发现时间",
                "变动时间",
                "消除时间",
            ],
            Table::Duties(_) => &[
                "义务",
                "案件",
                "规则",
                "状态",
                "到期日",
                "暂计",
                "完成日",
                "机关",
                "组织",
            ],
        }
    }
}

/// 导出为 CSV，一页一页地交给 `write`；返回行数。
pub async fn export_table(
    services: &Services,
    request: &RequestContext,
    table: Table,
    mut write: impl FnMut(&str) -> std::io::Result<()>,
) -> Result<u64, ServiceError> {
    let within = scope(
        &request.actor,
        Action::Export,
        table.kind(),
        request.today(),
    );
    let audit = NewAudit {
        action: format!("{}.export_table", table.code()),
        resource_kind: table.code().to_owned(),
        resource_id: None,
        org_path: "/".to_owned(),
        is_allowed: true,
        detail: json!({}),
    };
    if within.is_empty() {
        return note_refusal(services, request, audit, Err(ServiceError::Forbidden)).await;
    }
    let noted = async move |tx: &Tx| {
        tx.audit(audit.clone()).await?;
        Ok::<_, ServiceError>(())
    };
    services
        .store
        .write(&services.context(request), noted)
        .await?;
    write(&csv::head(table.columns())).map_err(ServiceError::internal)?;
    let mut count = 0;
    let mut cursor = Cursor::Start;
    loop {
        let page = async |read: &Read| page(read, &table, &within, &cursor).await;
        let (rows, next) = services.store.read(page).await?;
        let text: String = rows.iter().map(|cells| csv::line(cells)).collect();
        write(&text).map_err(ServiceError::internal)?;
        count += rows.len() as u64;
        match next {
            Some(next) => cursor = next,
            None => return Ok(count),
        }
    }
}

/// The cells of one page, and where the next begins.
async fn page(
    read: &Read,
    table: &Table,
    within: &Scope,
    cursor: &Cursor,
) -> Result<(Vec<Vec<String>>, Option<Cursor>), ServiceError> {
    Ok(match table {
        Table::Cases(filter) => {
            let (after, order) = (cursor.day_and_case(), CaseOrder::LastOn);
            let rows = read
                .list_cases(within, filter, order, after, EXPORT_PAGE)
                .await?;
            let next = rows
                .last()
                .map(|row| Cursor::Case(row.last_on, row.timeline));
            (rows.iter().map(case_cells).collect(), next)
        }
        Table::Findings(filter) => {
            let rows = read
                .list_findings(within, filter, cursor.moment(), EXPORT_PAGE)
                .await?;
            let last = rows.last();
            let next = last.map(|row| Cursor::Moment(row.found_at, row.finding.id.clone()));
            (rows.iter().map(finding_cells).collect(), next)
        }
        Table::Duties(filter) => {
            let rows = read
                .list_duties(within, filter, cursor.day(), EXPORT_PAGE)
                .await?;
            let last = rows
                .last()
                .and_then(|row| Some((row.due_on?, row.id.clone())));
            let next = last.map(|(day, id)| Cursor::Day(day, id));
            (rows.iter().map(duty_cells).collect(), next)
        }
    })
}

enum Cursor {
    Start,
    Case(Date, mingjing_kernel::id::TimelineId),
    Moment(mingjing_kernel::moment::Moment, String),
    Day(Date, String),
}

impl Cursor {
    const fn day_and_case(&self) -> Option<(Date, mingjing_kernel::id::TimelineId)> {
        match self {
            Cursor::Case(day, id) => Some((*day, *id)),
            Cursor::Start | Cursor::Moment(..) | Cursor::Day(..) => None,
        }
    }

    fn moment(&self) -> Option<(mingjing_kernel::moment::Moment, String)> {
        match self {
            Cursor::Moment(at, id) => Some((*at, id.clone())),
            Cursor::Start | Cursor::Case(..) | Cursor::Day(..) => None,
        }
    }

    fn day(&self) -> Option<(Date, String)> {
        match self {
            Cursor::Day(day, id) => Some((*day, id.clone())),
            Cursor::Start | Cursor::Case(..) | Cursor::Moment(..) => None,
        }
    }
}

fn day(day: Option<Date>) -> String {
    day.map(|day| day.to_string()).unwrap_or_default()
}

fn case_cells(row: &CaseRow) -> Vec<String> {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let fine = row
        .fine_fen
        .map(|fen| format!("{}.{:02}", fen / 100, fen % 100));
    vec![
        row.timeline.to_string(),
        text(&row.number),
        text(&row.procedure),
        text(&row.state),
        text(&row.body),
        row.org_path.clone(),
        text(&row.department),
        text(&row.region),
        text(&row.party_masked),
        day(row.filed_on),
        day(row.decided_on),
        day(row.closed_on),
        fine.unwrap_or_default(),
        day(row.next_due_on),
        row.worst
            .map(|worst| worst.code().to_owned())
            .unwrap_or_default(),
        row.violation_count.to_string(),
        row.doubt_count.to_string(),
        row.near_count.to_string(),
        row.undetermined_count.to_string(),
        row.open_duty_count.to_string(),
    ]
}

fn finding_cells(row: &FindingRow) -> Vec<String> {
    let finding = &row.finding;
    vec![
        finding.id.clone(),
        row.timeline.to_string(),
        finding.code.clone(),
        code::status(finding.status).to_owned(),
        finding.severity.code().to_owned(),
        finding.body.clone().unwrap_or_default(),
        finding.org_path.clone(),
        row.found_at.to_string(),
        row.changed_at.to_string(),
        row.ended.map(|(at, _)| at.to_string()).unwrap_or_default(),
    ]
}

fn duty_cells(row: &DutyRow) -> Vec<String> {
    vec![
        row.id.clone(),
        row.timeline.to_string(),
        row.code.clone(),
        code::duty_state(row.state).to_owned(),
        day(row.due_on),
        if row.is_provisional { "是" } else { "" }.to_owned(),
        day(row.met_on),
        row.body.clone().unwrap_or_default(),
        row.org_path.clone(),
    ]
}
