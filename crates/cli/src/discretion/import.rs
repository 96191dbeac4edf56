//! 由公布的裁量基准表起草：读 CSV、JSON，逐行说出看不懂的；写明 `--out` 才写文件。

use std::fs::{self, File};
use std::io::Read as _;
use std::path::Path;

use anyhow::Context as _;
use mingjing_interchange::text::{TextStream, clean, normal_header};
use mingjing_lawbook::diagnostic::nearest;
use mingjing_lawbook::discretion::draft::{Draft, Frame, TableRow, draft};
use serde_json::Value as Json;

use crate::discretion_args::DiscretionImportArgs;
use crate::files;
use crate::table::plain;
use crate::{Answer, lawbook_files, output};

/// 一张表最多的字节数：再大的不是给人看的基准表。
const TABLE_BYTES_MAX: u64 = 32 * 1024 * 1024;

pub(super) fn run(args: &DiscretionImportArgs, folder: Option<&Path>) -> anyhow::Result<Answer> {
    let lawbook = lawbook_files::open(folder)?;
    if let Some(department) = &args.department {
        let known = &lawbook.book.vocabulary.departments;
        anyhow::ensure!(
            known.contains_key(department),
            "没有领域“{}”。{}",
            plain(department),
            nearest(department, known.keys().map(String::as_str)).unwrap_or_default()
        );
    }
    let text = read(&args.table)?;
    let rows = if text.trim_start().starts_with(['{', '[']) {
        of_json(&text)?
    } else {
        of_csv(&text)?
    };
    let frame = Frame {
        from: args.from.map(|from| from.to_string()),
        department: args.department.clone(),
        region: args.region.clone(),
        cite: args.law.clone(),
    };
    let draft = draft(&rows, &frame);
    for trouble in &draft.troubles {
        output::aside(format_args!(
            "{} {}：{}",
            trouble.place, trouble.act, trouble.message
        ));
    }
    if let Some(out) = &args.out {
        write(out, &draft)?;
    }
    tell(&draft, args.out.as_deref())?;
    Ok(match (draft.items.is_empty(), draft.troubles.is_empty()) {
        (true, _) => Answer::Unreadable,
        (false, true) => Answer::Clean,
        (false, false) => Answer::Found,
    })
}

fn tell(draft: &Draft, out: Option<&Path>) -> anyhow::Result<()> {
    output::line(format_args!(
        "{} 行，起草 {} 个事项；数额读懂 {} 行，数额与情形都读懂 {} 行；要补的 {} 处",
        draft.rows,
        draft.items.len(),
        draft.amounts,
        draft.complete,
        draft.troubles.len()
    ))?;
    match out {
        Some(out) => output::line(format_args!(
            "草稿在 {}。补全“待填”，写例子，核对条文，再放进法典的 discretion/",
            out.display()
        ))?,
        None => output::line("只是试读，没有写文件；以 --out 写明目录才写")?,
    }
    Ok(())
}

fn write(out: &Path, draft: &Draft) -> anyhow::Result<()> {
    let failed = |error: std::io::Error| files::in_chinese(&error);
    fs::create_dir_all(out)
        .map_err(failed)
        .with_context(|| format!("建不了目录 {}", out.display()))?;
    for item in &draft.items {
        let path = out.join(format!("{}.toml", item.code));
        anyhow::ensure!(
            !path.exists(),
            "{} 已经有了，不覆盖。换一个目录",
            path.display()
        );
        fs::write(&path, &item.text)
            .map_err(failed)
            .with_context(|| format!("写不了 {}", path.display()))?;
    }
    Ok(())
}

fn read(path: &Path) -> anyhow::Result<String> {
    let open = || -> std::io::Result<String> {
        let file = File::open(path)?;
        let mut text = String::new();
        TextStream::new(file.take(TABLE_BYTES_MAX))?.read_to_string(&mut text)?;
        Ok(text)
    };
    open()
        .map_err(|error| files::in_chinese(&error))
        .with_context(|| format!("读不了 {}", path.display()))
}

/// 列名的各种写法（归一之后）与它们是什么。
const COLUMNS: [(&str, &[&str]); 8] = [
    ("code", &["编号", "编码", "事项编码", "ID"]),
    (
        "act",
        &[
            "违法行为",
            "事项",
            "事项名称",
            "处罚事项",
            "ACT",
            "ITEM_NAME",
        ],
    ),
    (
        "law",
        &["法律法规", "法规", "处罚依据", "依据", "LAW", "BASIS"],
    ),
    ("article", &["条款", "条文", "ARTICLE"]),
    ("range", &["法定幅度", "处罚幅度", "RANGE"]),
    ("level", &["阶次", "裁量阶次", "违法程度", "LEVEL"]),
    ("condition", &["适用情形", "适用条件", "情节", "CONDITION"]),
    ("penalty", &["裁量幅度", "裁量标准", "处罚标准", "PENALTY"]),
];

fn of_csv(text: &str) -> anyhow::Result<Vec<TableRow>> {
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .from_reader(text.as_bytes());
    let headers = reader.headers().context("表头读不出")?.clone();
    let place = |names: &[&str]| {
        headers
            .iter()
            .position(|header| names.contains(&normal_header(header).as_str()))
    };
    let places = COLUMNS.map(|(_, names)| place(names));
    anyhow::ensure!(
        places[1].is_some(),
        "没有“违法行为”（事项名称）一列。认得的列：{}",
        COLUMNS.map(|(_, names)| names[0]).join("、")
    );
    let mut rows: Vec<TableRow> = Vec::new();
    for record in reader.records() {
        let record = record.context("这一行读不成表格，请检查引号是否成对")?;
        let line = record.position().map_or(0, csv::Position::line);
        let cell = |at: usize| {
            let cell = places[at].and_then(|place| record.get(place));
            cell.map(clean).unwrap_or_default()
        };
        let mut row = TableRow {
            place: format!("第 {line} 行"),
            code: cell(0),
            act: cell(1),
            law: cell(2),
            article: cell(3),
            range: cell(4),
            level: cell(5),
            condition: cell(6),
            penalty: cell(7),
        };
        // The cells of one act are merged in print and blank below the first.
        if let (true, Some(above)) = (row.act.is_empty(), rows.last()) {
            row.code.clone_from(&above.code);
            row.act.clone_from(&above.act);
            row.law.clone_from(&above.law);
            row.article.clone_from(&above.article);
            row.range.clone_from(&above.range);
        }
        rows.push(row);
    }
    Ok(rows)
}

/// `{ items: [{ id, law, act, article, range, tiers: [{ level, condition, penalty }] }] }`，或者事项的列表。
fn of_json(text: &str) -> anyhow::Result<Vec<TableRow>> {
    let json: Json = serde_json::from_str(text).context("JSON 读不出")?;
    let items = json
        .get("items")
        .unwrap_or(&json)
        .as_array()
        .context("JSON 里没有 items，也不是事项的列表")?;
    let word = |value: &Json, key: &str| {
        let text = value.get(key).and_then(Json::as_str).unwrap_or_default();
        clean(text)
    };
    let mut rows = Vec::new();
    for (number, item) in (1..).zip(items) {
        let row = TableRow {
            place: format!("第 {number} 项"),
            code: word(item, "id"),
            act: word(item, "act"),
            law: word(item, "law"),
            article: word(item, "article"),
            range: word(item, "range"),
            ..TableRow::default()
        };
        let tiers = item.get("tiers").and_then(Json::as_array);
        let tiers = tiers.map_or(&[][..], Vec::as_slice);
        if tiers.is_empty() {
            rows.push(row.clone());
        }
        for (tier, at) in tiers.iter().zip(1..) {
            rows.push(TableRow {
                place: format!("第 {number} 项第 {at} 档"),
                level: word(tier, "level"),
                condition: word(tier, "condition"),
                penalty: word(tier, "penalty"),
                ..row.clone()
            });
        }
    }
    Ok(rows)
}
