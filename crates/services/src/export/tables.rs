//! 导出表格：案件、发现、义务的列表，CSV 或 xlsx，列相同；当事人是遮盖过的，别的列没有个人信息。

use std::io::{self, Write};
use std::sync::Arc;

use mingjing_kernel::date::Date;
use mingjing_kernel::moment::Moment;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_policy::actor::Actor;
use mingjing_policy::permission::{Action, ResourceKind};
use mingjing_policy::scope::{Scope, scope};
use mingjing_store::case_row::{CaseFilter, CaseHead, CaseOrder, CaseRow};
use mingjing_store::code;
use mingjing_store::complaint::{ComplaintFilter, ComplaintPlace};
use mingjing_store::duty::{DutyFilter, DutyRow};
use mingjing_store::finding::{FindingFilter, FindingRow};
use mingjing_store::matter::MatterFilter;
use mingjing_store::over_cases::{OverCasesFilter, OverCasesPlace};
use mingjing_store::tx::{Read, Tx};
use serde_json::json;

use crate::access::note_refusal;
use crate::casework::list_cases::only_cases;
use crate::context::{RequestContext, Services};
use crate::error::ServiceError;
use crate::export::complaints;
use crate::export::csv;
use crate::export::matters;
use crate::export::over_cases;
use crate::export::xlsx::Workbook;
use crate::limit::EXPORT_PAGE;
use mingjing_store::audit::NewAudit;

/// 写成什么。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TableFormat {
    /// CSV，带字节序标记。
    #[default]
    Csv,
    /// Excel 工作簿：日期是日期，金额是数。
    Xlsx,
}

/// 一格。
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cell {
    /// 没有。
    Empty,
    /// 表头。
    Heading(String),
    /// 文字。
    Text(String),
    /// 个数。
    Count(u64),
    /// 日期。
    Day(Date),
    /// 时刻。
    Instant(Moment),
    /// 金额，以分计。
    Money(i64),
}

impl Cell {
    pub(crate) fn of<T>(value: Option<T>, cell: impl FnOnce(T) -> Cell) -> Cell {
        value.map_or(Cell::Empty, cell)
    }

    pub(crate) fn text(value: Option<&str>) -> Cell {
        Cell::of(value, |text| Cell::Text(text.to_owned()))
    }

    /// 元，两位小数。
    pub(crate) fn yuan(fen: i64) -> String {
        let sign = if fen < 0 { "-" } else { "" };
        let fen = fen.unsigned_abs();
        format!("{sign}{}.{:02}", fen / 100, fen % 100)
    }

    fn in_csv(&self) -> String {
        match self {
            Cell::Empty => String::new(),
            Cell::Heading(text) | Cell::Text(text) => text.clone(),
            Cell::Count(count) => count.to_string(),
            Cell::Day(day) => day.to_string(),
            Cell::Instant(at) => at.to_string(),
            Cell::Money(fen) => Cell::yuan(*fen),
        }
    }
}

/// Where the rows go.
enum Sheet<W: Write> {
    Csv(W),
    Xlsx(Box<Workbook<W>>),
}

impl<W: Write> Sheet<W> {
    fn begin(format: TableFormat, table: &Table, mut out: W) -> io::Result<Self> {
        match format {
            TableFormat::Csv => {
                out.write_all(csv::head(table.columns()).as_bytes())?;
                Ok(Sheet::Csv(out))
            }
            TableFormat::Xlsx => {
                let book = Workbook::new(out, table.title(), table.columns())?;
                Ok(Sheet::Xlsx(Box::new(book)))
            }
        }
    }

    fn row(&mut self, cells: &[Cell]) -> io::Result<()> {
        match self {
            Sheet::Csv(out) => {
                let cells: Vec<String> = cells.iter().map(Cell::in_csv).collect();
                out.write_all(csv::line(&cells).as_bytes())
            }
            Sheet::Xlsx(book) => book.row(cells),
        }
    }

    fn finish(self) -> io::Result<()> {
        match self {
            Sheet::Csv(mut out) => out.flush(),
            Sheet::Xlsx(book) => book.finish(),
        }
    }
}

/// 要导出的列表。
#[derive(Debug, Clone)]
pub enum Table {
    /// 案件。
    Cases(CaseFilter),
    /// 发现。
    Findings(FindingFilter),
    /// 有到期日的义务。
    Duties(DutyFilter),
    /// 监督事项的台账。
    Matters(MatterFilter),
    /// 跨案发现。
    OverCases(OverCasesFilter),
    /// 投诉举报的台账。
    Complaints(ComplaintFilter),
}

impl Table {
    const fn kind(&self) -> ResourceKind {
        match self {
            Table::Cases(_) => ResourceKind::Case,
            Table::Findings(_) | Table::Duties(_) | Table::OverCases(_) => ResourceKind::Finding,
            Table::Matters(_) => ResourceKind::Supervision,
            Table::Complaints(_) => ResourceKind::Complaint,
        }
    }

    const fn code(&self) -> &'static str {
        match self {
            Table::Cases(_) => "case",
            Table::Findings(_) => "finding",
            Table::Duties(_) => "duty",
            Table::Matters(_) => "supervision",
            Table::OverCases(_) => "over_cases",
            Table::Complaints(_) => "complaint",
        }
    }

    const fn title(&self) -> &'static str {
        match self {
            Table::Cases(_) => "案件",
            Table::Findings(_) => "发现",
            Table::Duties(_) => "义务",
            Table::Matters(_) => "监督事项台账",
            Table::OverCases(_) => "跨案发现",
            Table::Complaints(_) => "投诉举报台账",
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
                "案号",
                "当事人",
                "规则编码",
                "规则",
                "状态",
                "轻重",
                "机关",
                "组织",
                "发现时间",
                "变动时间",
                "消除时间",
                "因何消除",
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
            Table::Matters(_) => matters::COLUMNS,
            Table::OverCases(_) => over_cases::COLUMNS,
            Table::Complaints(_) => complaints::COLUMNS,
        }
    }
}

/// 导出，一页一页地写给 `out`，占用的内存与行数无关；返回行数。
pub async fn export_table(
    services: &Services,
    request: &RequestContext,
    table: Table,
    format: TableFormat,
    out: impl Write,
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
    let mut sheet = Sheet::begin(format, &table, out).map_err(ServiceError::internal)?;
    let words = Words {
        lawbook: services.lawbook(),
        reader: (&request.actor, request.today()),
        // Whoever sees a finding need not see its case: what the case is called belongs to the case.
        cases: scope(
            &request.actor,
            Action::List,
            ResourceKind::Case,
            request.today(),
        ),
    };
    let mut count = 0;
    let mut cursor = Cursor::Start;
    loop {
        let page = async |read: &Read| page(read, &words, &table, &within, &cursor).await;
        let (rows, next) = services.store.read(page).await?;
        for cells in &rows {
            sheet.row(cells).map_err(ServiceError::internal)?;
        }
        count += rows.len() as u64;
        match next {
            Some(next) => cursor = next,
            None => break,
        }
    }
    sheet.finish().map_err(ServiceError::internal)?;
    Ok(count)
}

/// What identifiers are called by.
struct Words<'a> {
    lawbook: Arc<Lawbook>,
    /// Who reads, and on which day.
    reader: (&'a Actor, Date),
    /// The cases that the reader may see.
    cases: Scope,
}

impl Words<'_> {
    async fn findings(
        &self,
        read: &Read,
        rows: &[FindingRow],
    ) -> Result<Vec<Vec<Cell>>, ServiceError> {
        let bodies = rows.iter().filter_map(|row| row.finding.body.as_deref());
        let bodies = read.list_body_names(&bodies.collect()).await?;
        let cases = rows.iter().map(|row| row.timeline).collect();
        let cases = read.list_case_heads(&self.cases, &cases).await?;
        let cells = rows.iter().map(|row| {
            let body = row.finding.body.as_ref();
            let named = body.map(|id| bodies.get(id).unwrap_or(id).as_str());
            let rule = self.lawbook.rule(&row.finding.code);
            let rule = rule.map(|rule| rule.name.as_ref());
            finding_cells(row, cases.get(&row.timeline), named, rule)
        });
        Ok(cells.collect())
    }
}

/// The cells of one page, and where the next begins.
async fn page(
    read: &Read,
    words: &Words<'_>,
    table: &Table,
    within: &Scope,
    cursor: &Cursor,
) -> Result<Page, ServiceError> {
    Ok(match table {
        Table::Cases(filter) => {
            let (after, order) = (cursor.day_and_case(), CaseOrder::LastOn);
            let rows = read
                .list_cases(
                    within,
                    &only_cases(&words.lawbook, filter),
                    order,
                    after,
                    EXPORT_PAGE,
                )
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
            (words.findings(read, &rows).await?, next)
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
        Table::Matters(filter) => matter_page(read, words, filter, (within, cursor)).await?,
        Table::OverCases(filter) => over_cases_page(read, words, filter, (within, cursor)).await?,
        Table::Complaints(filter) => complaint_page(read, words, filter, (within, cursor)).await?,
    })
}

/// The cells of one page, and where the next begins.
type Page = (Vec<Vec<Cell>>, Option<Cursor>);

async fn matter_page(
    read: &Read,
    words: &Words<'_>,
    filter: &MatterFilter,
    (within, cursor): (&Scope, &Cursor),
) -> Result<Page, ServiceError> {
    let (after, written) = cursor.matter();
    let rows = read
        .list_matters(within, filter, after, EXPORT_PAGE)
        .await?;
    let done = written + rows.len() as u64;
    let next = rows
        .last()
        .map(|row| Cursor::Matter(row.last_on, row.timeline, done));
    Ok((
        matters::cells(read, &words.lawbook, words.reader, &rows, written).await?,
        next,
    ))
}

async fn over_cases_page(
    read: &Read,
    words: &Words<'_>,
    filter: &OverCasesFilter,
    (within, cursor): (&Scope, &Cursor),
) -> Result<Page, ServiceError> {
    let rows = read
        .list_over_cases(within, filter, cursor.weight(), EXPORT_PAGE)
        .await?;
    let next = rows.last().map(|row| {
        let id = row.finding.id.clone();
        Cursor::Weight((row.finding.weight(), row.found_at, id))
    });
    let cells = over_cases::cells(read, &words.lawbook, &words.cases, rows).await?;
    Ok((cells, next))
}

async fn complaint_page(
    read: &Read,
    words: &Words<'_>,
    filter: &ComplaintFilter,
    (within, cursor): (&Scope, &Cursor),
) -> Result<Page, ServiceError> {
    let (after, written) = cursor.complaint();
    let rows = read
        .list_complaints(within, filter, after, EXPORT_PAGE)
        .await?;
    let done = written + rows.len() as u64;
    let last = rows.last().map(ComplaintPlace::of);
    let next = last.map(|place| Cursor::Complaint(place, done));
    Ok((
        complaints::cells(read, &words.lawbook, &rows, written).await?,
        next,
    ))
}

enum Cursor {
    Start,
    Case(Date, mingjing_kernel::id::TimelineId),
    Moment(Moment, String),
    Day(Date, String),
    Weight(OverCasesPlace),
    /// And how many rows were written before: the register numbers them.
    Matter(Date, mingjing_kernel::id::TimelineId, u64),
    Complaint(ComplaintPlace, u64),
}

impl Cursor {
    const fn day_and_case(&self) -> Option<(Date, mingjing_kernel::id::TimelineId)> {
        match self {
            Cursor::Case(day, id) => Some((*day, *id)),
            _ => None,
        }
    }

    const fn matter(&self) -> (Option<(Date, mingjing_kernel::id::TimelineId)>, u64) {
        match self {
            Cursor::Matter(day, id, written) => (Some((*day, *id)), *written),
            _ => (None, 0),
        }
    }

    const fn complaint(&self) -> (Option<&ComplaintPlace>, u64) {
        match self {
            Cursor::Complaint(place, written) => (Some(place), *written),
            _ => (None, 0),
        }
    }

    fn moment(&self) -> Option<(Moment, String)> {
        match self {
            Cursor::Moment(at, id) => Some((*at, id.clone())),
            _ => None,
        }
    }

    fn day(&self) -> Option<(Date, String)> {
        match self {
            Cursor::Day(day, id) => Some((*day, id.clone())),
            _ => None,
        }
    }

    fn weight(&self) -> Option<OverCasesPlace> {
        match self {
            Cursor::Weight(place) => Some(place.clone()),
            _ => None,
        }
    }
}

fn case_cells(row: &CaseRow) -> Vec<Cell> {
    let text = |value: &Option<String>| Cell::text(value.as_deref());
    vec![
        Cell::Text(row.timeline.to_string()),
        text(&row.number),
        text(&row.procedure),
        text(&row.state),
        text(&row.body),
        Cell::Text(row.org_path.clone()),
        text(&row.department),
        text(&row.region),
        text(&row.party_masked),
        Cell::of(row.filed_on, Cell::Day),
        Cell::of(row.decided_on, Cell::Day),
        Cell::of(row.closed_on, Cell::Day),
        Cell::of(row.fine_fen, Cell::Money),
        Cell::of(row.next_due_on, Cell::Day),
        Cell::text(row.worst.map(|worst| worst.code())),
        Cell::Count(row.violation_count),
        Cell::Count(row.doubt_count),
        Cell::Count(row.near_count),
        Cell::Count(row.undetermined_count),
        Cell::Count(row.open_duty_count),
    ]
}

fn finding_cells(
    row: &FindingRow,
    case: Option<&CaseHead>,
    body: Option<&str>,
    rule: Option<&str>,
) -> Vec<Cell> {
    let finding = &row.finding;
    vec![
        Cell::Text(finding.id.clone()),
        Cell::Text(row.timeline.to_string()),
        Cell::text(case.and_then(|case| case.number.as_deref())),
        Cell::text(case.and_then(|case| case.party_masked.as_deref())),
        Cell::Text(finding.code.clone()),
        Cell::text(rule),
        Cell::Text(finding.status.name().to_owned()),
        Cell::Text(finding.severity.name().to_owned()),
        Cell::text(body),
        Cell::Text(finding.org_path.clone()),
        Cell::Instant(row.found_at),
        Cell::Instant(row.changed_at),
        Cell::of(row.ended, |(at, _)| Cell::Instant(at)),
        Cell::text(row.ended.map(|(_, by)| by.in_chinese())),
    ]
}

fn duty_cells(row: &DutyRow) -> Vec<Cell> {
    let provisional = row.is_provisional.then_some("是");
    vec![
        Cell::Text(row.id.clone()),
        Cell::Text(row.timeline.to_string()),
        Cell::Text(row.code.clone()),
        Cell::Text(code::duty_state(row.state).to_owned()),
        Cell::of(row.due_on, Cell::Day),
        Cell::text(provisional),
        Cell::of(row.met_on, Cell::Day),
        Cell::text(row.body.as_deref()),
        Cell::Text(row.org_path.clone()),
    ]
}
