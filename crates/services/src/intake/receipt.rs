//! 回执：一批的总数与每一行的结果，JSON 或 CSV；同一批的回执总是同样的字节。

use mingjing_kernel::id::{Id, kind};
use mingjing_policy::permission::Action;
use mingjing_store::import::{Batch, RowCounts};
use mingjing_store::import_row::{ImportRow, ROWS_MAX, RowOutcome};
use mingjing_store::tx::Read;
use serde_json::{Value as Json, json};

use crate::context::{RequestContext, Services};
use crate::error::ServiceError;
use crate::export::csv;
use crate::intake::accept::permitted_batch;
use crate::intake::expire_details::EXPIRED;
use crate::spool::hex;

/// 回执的写法。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReceiptFormat {
    /// JSON Lines：第一行是总数，其后一行一条。
    Json,
    /// CSV：带表头与字节序标记，表格软件可以直接打开。
    Csv,
}

/// 各行的一页：`from` 起至多 `limit` 行；只要某些结果的写在 `outcomes`。
#[crate::boxed]
pub async fn list_rows(
    services: &Services,
    request: &RequestContext,
    id: Id<kind::Batch>,
    outcomes: &[RowOutcome],
    (from, limit): (u64, u32),
) -> Result<Vec<ImportRow>, ServiceError> {
    permitted_batch(services, request, id, Action::Read).await?;
    let outcomes = outcomes.to_vec();
    let read =
        async move |read: &Read| Ok(read.list_import_rows(id, &outcomes, from, limit).await?);
    services.store.read(read).await
}

/// 写出回执，一段一段地交给 `write`；内存与行数无关。
pub async fn receipt(
    services: &Services,
    request: &RequestContext,
    id: Id<kind::Batch>,
    format: ReceiptFormat,
    mut write: impl FnMut(&str) -> std::io::Result<()>,
) -> Result<(), ServiceError> {
    let batch = permitted_batch(services, request, id, Action::Read).await?;
    let mut tell = |text: &str| write(text).map_err(ServiceError::internal);
    tell(&match format {
        ReceiptFormat::Json => format!("{}\n", head(&batch)),
        ReceiptFormat::Csv => csv::head(&COLUMNS),
    })?;
    let mut from = 0;
    loop {
        let page = async |read: &Read| {
            Ok::<_, ServiceError>(read.list_import_rows(id, &[], from, ROWS_MAX).await?)
        };
        let page = services.store.read(page).await?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        from = last.number + 1;
        let mut text = String::new();
        for row in &page {
            match format {
                ReceiptFormat::Json => text.push_str(&format!("{}\n", row_json(row))),
                ReceiptFormat::Csv => rows_csv(row).iter().for_each(|line| text.push_str(line)),
            }
        }
        tell(&text)?;
    }
}

/// 一批的总数，JSON。
pub fn head(batch: &Batch) -> Json {
    json!({
        "batch": batch.id.to_string(),
        "source": batch.of.source,
        "file_name": batch.of.file_name,
        "file_sm3": hex(&batch.of.file_digest),
        "file_bytes": batch.of.file_bytes,
        "is_dry_run": batch.is_dry_run,
        "state": batch.state.code(),
        "finished_at": batch.finished_at.map(|at| at.to_string()),
        "counts": counts_json(&batch.counts),
    })
}

/// 各种结果的行数，JSON。
pub fn counts_json(counts: &RowCounts) -> Json {
    json!({
        "rows": counts.rows,
        "created": counts.created,
        "changed": counts.changed,
        "same": counts.same,
        "refused": counts.refused,
        "waiting": counts.waiting,
        "repeated": counts.repeated,
    })
}

fn row_json(row: &ImportRow) -> Json {
    json!({
        "number": row.number,
        "outcome": row.outcome.code(),
        "case": row.timeline.map(|id| id.to_string()),
        "body_name": row.body_name,
        "detail": row.detail,
    })
}

const COLUMNS: [&str; 10] = [
    "行序",
    "结果",
    "案件",
    "文件",
    "工作表",
    "行号",
    "列",
    "原值",
    "说明",
    "怎么办",
];

/// One thing to say of a row.
#[derive(Default)]
struct Said {
    column: String,
    value: String,
    what: String,
    remedy: String,
}

/// One line for each thing there is to say of a row, at least one.
fn rows_csv(row: &ImportRow) -> Vec<String> {
    let line = |place: &Json, said: Said| {
        let cells = [
            row.number.to_string(),
            row.outcome.in_chinese().to_owned(),
            row.timeline.map(|id| id.to_string()).unwrap_or_default(),
            text(&place["file"]),
            text(&place["sheet"]),
            text(&place["row"]),
            said.column,
            said.value,
            said.what,
            said.remedy,
        ];
        csv::line(&cells)
    };
    let detail = &row.detail;
    let errors = detail["errors"].as_array().into_iter().flatten();
    let mut lines: Vec<String> = errors
        .map(|error| {
            let is_placed = !error["file"].is_null();
            let said = Said {
                column: text(&error["column"]),
                value: text(&error["value"]),
                what: text(&error["reason"]),
                remedy: text(&error["remedy"]),
            };
            line(if is_placed { error } else { detail }, said)
        })
        .collect();
    lines.extend(told_of(detail).into_iter().map(|said| line(detail, said)));
    if lines.is_empty() {
        lines.push(line(detail, Said::default()));
    }
    lines
}

/// What there is to say of a row that was taken.
fn told_of(detail: &Json) -> Vec<Said> {
    let list = |name: &str| detail[name].as_array().cloned().unwrap_or_default();
    let differences = list("differences").into_iter().map(|one| Said {
        column: format!("{} {}", text(&one["kind"]), text(&one["item"])),
        value: text(&one["new"]),
        what: format!("原为“{}”", text(&one["old"])),
        remedy: String::new(),
    });
    let gone = list("gone").into_iter().map(|event| Said {
        what: format!("新版里没有了：{}", text(&event)),
        remedy: "原来的记录保留，请核实。".to_owned(),
        ..Said::default()
    });
    let mismatches = list("mismatches").into_iter().map(|one| Said {
        what: text(&one),
        remedy: "照收，按未知处理。".to_owned(),
        ..Said::default()
    });
    let expired = (detail[EXPIRED] == true).then(|| Said {
        what: "细节保存期满，已抹去".to_owned(),
        ..Said::default()
    });
    differences
        .chain(gone)
        .chain(mismatches)
        .chain(expired)
        .collect()
}

fn text(json: &Json) -> String {
    match json {
        Json::String(text) => text.clone(),
        Json::Null => String::new(),
        other => other.to_string(),
    }
}
