//! 导入区划名录：CSV（code, name, parent），逐行核对，一行错的不妨碍别的行；再来一遍什么也不变。

use std::collections::HashMap;

use mingjing_domain::event::{Event, Origin, Source};
use mingjing_domain::value::Value;
use mingjing_kernel::codes::DivisionCode;
use mingjing_kernel::date::Date;
use mingjing_kernel::id::kind::TimelineKind;
use mingjing_policy::permission::ResourceKind;
use mingjing_store::timeline::{Confidentiality, NewTimeline};
use mingjing_store::tx::Tx;
use serde_json::json;

use crate::context::{RequestContext, Services};
use crate::error::{FieldCode, Pointer, ServiceError};
use crate::perform::{Act, Done, Stop, Subject, perform_afresh};
use crate::registry::event::{canonical_code, level_code};
use crate::registry::record::{RegistryEvent, write};

/// A list longer than this comes in parts; a province with its towns has about two thousand rows.
const ROWS_MAX: usize = 60_000;
/// Rows of one transaction: each lays a path, and the writer is not to be held for long.
const CHUNK_ROWS: usize = 100;
const NAME_CHARS_MAX: usize = 60;

/// 一行有错。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowError {
    /// 行号，表头是第 1 行。
    pub row: u64,
    /// 列。
    pub column: &'static str,
    /// 哪里不对、怎么办。
    pub message: String,
}

/// 导入的结果。
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// 新登记的。
    pub created: usize,
    /// 已经有、代码与名称都一样的。
    pub same: usize,
    /// 有错、没有导入的行。
    pub errors: Vec<RowError>,
}

#[derive(Debug, Clone)]
struct Row {
    number: u64,
    code: String,
    name: String,
    parent: Option<String>,
    level: &'static str,
}

/// 导入；`on` 是这份名录自何时起有效。上级没有写的，按代码推。
#[crate::boxed]
pub async fn import_divisions(
    services: &Services,
    request: &RequestContext,
    csv: &str,
    file: &str,
    on: Date,
) -> Result<ImportReport, ServiceError> {
    if on > request.today() {
        let pointer = Pointer::query("on");
        let message = "名录的日期晚于今天";
        return Err(ServiceError::invalid(
            pointer,
            FieldCode::OutOfRange,
            message,
        ));
    }
    let (mut rows, mut errors) = read(csv)?;
    // From above downwards: a parent has the shorter code, and is there before its children.
    rows.sort_by(|a, b| (depth(&a.code), &a.code).cmp(&(depth(&b.code), &b.code)));
    let mut report = ImportReport::default();
    for chunk in rows.chunks(CHUNK_ROWS) {
        let done = import_chunk(services, request, chunk.to_vec(), file, on).await?;
        report.created += done.created;
        report.same += done.same;
        errors.extend(done.errors);
    }
    errors.sort_by_key(|error| error.row);
    report.errors = errors;
    Ok(report)
}

async fn import_chunk(
    services: &Services,
    request: &RequestContext,
    rows: Vec<Row>,
    file: &str,
    on: Date,
) -> Result<ImportReport, ServiceError> {
    let lawbook = services.lawbook();
    let (request_of_closure, file) = (request.clone(), file.to_owned());
    let work = async move |tx: &Tx| {
        let mut report = ImportReport::default();
        for row in &rows {
            let mut note = |column, message: String| {
                report.errors.push(RowError {
                    row: row.number,
                    column,
                    message,
                });
            };
            if let Some(node) = tx.find_division(&row.code, on).await? {
                match node.name == row.name {
                    true => report.same += 1,
                    false => note(
                        "name",
                        format!(
                            "登记簿里 {} 叫“{}”；改名的请记更名，不要重新导入",
                            row.code, node.name
                        ),
                    ),
                }
                continue;
            }
            if let Some(parent) = &row.parent
                && tx.find_division(parent, on).await?.is_none()
            {
                note("parent", format!("{on} 没有代码为 {parent} 的上级区划"));
                continue;
            }
            let event = RegistryEvent::new(event_of(row, &file, on));
            let new = NewTimeline {
                kind: TimelineKind::Division,
                procedure: None,
                coverage: mingjing_domain::coverage::Coverage::Open,
                confidentiality: Confidentiality::Ordinary,
            };
            let id = tx.create_timeline(&new).await?;
            write(tx, &request_of_closure, &lawbook, id, 0, &[event]).await?;
            report.created += 1;
        }
        let subject = Subject::of_platform(ResourceKind::Organisation);
        let detail = json!({
            "created": report.created,
            "same": report.same,
            "errors": report.errors.len(),
        });
        Ok::<_, Stop>(Done::new(report, subject, detail))
    };
    perform_afresh(services, request, Act::ImportDivisions, work).await
}

fn event_of(row: &Row, file: &str, on: Date) -> Event {
    let mut event = Event::new("", "division_established", on);
    event.source = Source::File;
    event.origin = Some(Origin {
        file: file.to_owned(),
        sheet: None,
        row: row.number,
    });
    let mut put = |name: &str, value: &str| {
        let value = Value::Text(value.to_owned());
        event.fields.insert(name.to_owned(), value);
    };
    put("code", &row.code);
    put("name", &row.name);
    put("level", row.level);
    if let Some(parent) = &row.parent {
        put("parent", parent);
    }
    event
}

/// Zeros at the end stand for nothing: the depth of a code is the length of the rest.
fn depth(code: &str) -> usize {
    code.trim_end_matches("00").len()
}

fn read(csv: &str) -> Result<(Vec<Row>, Vec<RowError>), ServiceError> {
    let text = csv.strip_prefix('\u{feff}').unwrap_or(csv);
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let headers = reader.headers().map_err(of_csv)?.clone();
    let place = |name: &str| headers.iter().position(|header| header == name);
    let (Some(code), Some(name)) = (place("code"), place("name")) else {
        let message = "表头应有 code、name 两列，parent 一列可有可无";
        return Err(ServiceError::invalid(
            Pointer::body(),
            FieldCode::Missing,
            message,
        ));
    };
    let parent = place("parent");
    let (mut rows, mut errors) = (Vec::new(), Vec::new());
    let mut seen: HashMap<String, u64> = HashMap::new();
    for (record, number) in reader.records().zip(2..) {
        if rows.len() + errors.len() >= ROWS_MAX {
            return Err(ServiceError::LimitExceeded);
        }
        let record = record.map_err(of_csv)?;
        let cell = |at: Option<usize>| at.and_then(|at| record.get(at)).unwrap_or_default();
        match row(number, cell(Some(code)), cell(Some(name)), cell(parent)) {
            Err(error) => errors.push(error),
            Ok(row) => match seen.insert(row.code.clone(), number) {
                None => rows.push(row),
                Some(first) => errors.push(RowError {
                    row: number,
                    column: "code",
                    message: format!("{} 与第 {first} 行重复，请删去一行", row.code),
                }),
            },
        }
    }
    Ok((rows, errors))
}

fn row(number: u64, code: &str, name: &str, parent: &str) -> Result<Row, RowError> {
    let wrong = |column, message: String| RowError {
        row: number,
        column,
        message,
    };
    let parsed = DivisionCode::parse(code).map_err(|error| wrong("code", error.to_string()))?;
    let form = "应为六位行政区划代码，乡镇、街道九位";
    let canonical = canonical_code(code);
    let code = canonical.ok_or_else(|| wrong("code", format!("“{code}”{form}，村级不入树")))?;
    let length = name.chars().count();
    if length == 0 || length > NAME_CHARS_MAX {
        return Err(wrong(
            "name",
            format!("名称应为 1 至 {NAME_CHARS_MAX} 个字"),
        ));
    }
    let parent = match parent {
        "" => parsed
            .parent()
            .and_then(|parent| canonical_code(parent.as_str())),
        given => {
            let parent = canonical_code(given);
            Some(parent.ok_or_else(|| wrong("parent", format!("“{given}”{form}")))?)
        }
    };
    Ok(Row {
        number,
        code,
        name: name.to_owned(),
        parent,
        level: level_code(parsed.level()),
    })
}

fn of_csv(error: csv::Error) -> ServiceError {
    let message = format!("不是 UTF-8 的 CSV：{error}");
    ServiceError::invalid(Pointer::body(), FieldCode::Malformed, message)
}
