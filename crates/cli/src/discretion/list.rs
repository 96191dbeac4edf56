//! 列出裁量事项：名称、领域、依据、幅度，与要问的事实。

use std::path::Path;

use mingjing_lawbook::discretion::Item;
use mingjing_lawbook::discretion::words::written;
use mingjing_lawbook::lawbook::Lawbook;
use serde_json::json;

use crate::args::Format;
use crate::discretion_args::DiscretionListArgs;
use crate::table::{self, Column, plain};
use crate::{Answer, lawbook_files, output};

pub(super) fn run(args: &DiscretionListArgs, folder: Option<&Path>) -> anyhow::Result<Answer> {
    let lawbook = lawbook_files::open(folder)?;
    let items: Vec<&Item> = lawbook
        .discretion
        .iter()
        .filter(|item| {
            let wanted = args.department.as_deref();
            wanted.is_none_or(|wanted| item.departments.iter().any(|d| d.as_ref() == wanted))
        })
        .collect();
    anyhow::ensure!(
        !items.is_empty(),
        "没有{}的裁量事项",
        args.department
            .as_deref()
            .map_or("登记".to_owned(), |d| format!("领域“{}”", plain(d)))
    );
    match args.output.format {
        Format::Json => items
            .iter()
            .try_for_each(|item| output::line(in_json(&lawbook, item)))?,
        Format::Table => print(&lawbook, &items)?,
    }
    Ok(Answer::Clean)
}

const fn column(title: &'static str, min: usize, max: Option<usize>) -> Column {
    Column { title, min, max }
}

fn print(lawbook: &Lawbook, items: &[&Item]) -> anyhow::Result<()> {
    let columns = [
        column("标识", 8, Some(32)),
        column("领域", 4, Some(12)),
        column("施行", 8, Some(16)),
        column("名称", 12, None),
        column("依据", 8, Some(24)),
        column("罚款", 12, None),
        column("阶次", 4, Some(4)),
    ];
    let rows: Vec<Vec<String>> = items
        .iter()
        .map(|item| {
            let fines: Vec<String> = item
                .ranges
                .iter()
                .filter(|range| range.has_amount())
                .map(written)
                .collect();
            vec![
                item.code.to_string(),
                departments(lawbook, item).join("、"),
                span(item),
                format!("{}{}", item.name, regions(lawbook, item)),
                item.cite.join("、"),
                fines.join("；"),
                item.tiers.len().to_string(),
            ]
        })
        .collect();
    output::text(table::render(&columns, &rows, table::output_width()))?;
    output::line(format_args!("共 {} 个事项", items.len()))?;
    Ok(())
}

fn span(item: &Item) -> String {
    match item.to {
        Some(to) => format!("{} 至 {to} 前", item.from),
        None => format!("{} 起", item.from),
    }
}

fn departments(lawbook: &Lawbook, item: &Item) -> Vec<String> {
    let name = |code: &str| lawbook.book.vocabulary.department_name(code).to_owned();
    item.departments.iter().map(|code| name(code)).collect()
}

fn regions(lawbook: &Lawbook, item: &Item) -> String {
    let name = |code: &str| lawbook.book.vocabulary.region_name(code).to_owned();
    let names: Vec<String> = item.regions.iter().map(|code| name(code)).collect();
    if names.is_empty() {
        String::new()
    } else {
        format!("（{}）", names.join("、"))
    }
}

fn in_json(lawbook: &Lawbook, item: &Item) -> serde_json::Value {
    let ranges: Vec<_> = item
        .ranges
        .iter()
        .map(|range| {
            json!({
                "id": range.id.as_ref(),
                "kind": range.kind.as_ref(),
                "name": range.name.as_ref(),
                "may": range.may,
                "written": written(range),
            })
        })
        .collect();
    let facts: Vec<_> = item
        .asks(&lawbook.book)
        .into_iter()
        .map(|ask| {
            let (label, ty) = (&ask.field.label, &ask.field.type_text);
            json!({ "path": ask.path(), "label": label.as_ref(), "type": ty.as_ref() })
        })
        .collect();
    json!({
        "item": item.code.as_ref(),
        "name": item.name.as_ref(),
        "departments": item.departments.iter().map(AsRef::as_ref).collect::<Vec<&str>>(),
        "regions": item.regions.iter().map(AsRef::as_ref).collect::<Vec<&str>>(),
        "from": item.from.to_string(),
        "to": item.to.map(|to| to.to_string()),
        "citation": item.cite.iter().map(AsRef::as_ref).collect::<Vec<&str>>(),
        "ranges": ranges,
        "tiers": item.tiers.iter().map(|t| t.name.as_ref()).collect::<Vec<&str>>(),
        "asks": facts,
        "note": item.note.as_ref(),
    })
}
