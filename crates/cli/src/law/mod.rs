//! `mingjing lawbook`：检查、运行例子、列出、讲解、比较两份、试算、写出目录与模式。

mod diff;
mod schema;
mod simulate;

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use anyhow::Context as _;
use mingjing_lawbook::catalogue;
use mingjing_lawbook::diagnostic::Diagnostic;
use mingjing_lawbook::discretion;
use mingjing_lawbook::example;
use mingjing_lawbook::explain::Explainer;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_lawbook::rule::{Rule, RuleStatus};
use mingjing_lawbook::sheet;
use serde_json::json;

use crate::Answer;
use crate::args::{Format, LawbookCommand, ListArgs};
use crate::lawbook_files;
use crate::output;
use crate::server::open::Common;
use crate::table::{self, Column};

pub(crate) fn run(command: &LawbookCommand, common: &Common<'_>) -> anyhow::Result<Answer> {
    let folder = common.lawbook;
    match command {
        LawbookCommand::Check => check(folder),
        LawbookCommand::Test { code } => test(code.as_deref(), folder),
        LawbookCommand::List(args) => list(args, folder),
        LawbookCommand::Explain { code } => explain(code, folder),
        LawbookCommand::Diff(args) => diff::run(args, folder),
        LawbookCommand::Simulate(args) => simulate::run(args, common),
        LawbookCommand::Schema { folder: to } => schema::run(to, folder),
        LawbookCommand::Catalogue { folder: to } => write_catalogue(to, folder),
    }
}

fn check(folder: Option<&Path>) -> anyhow::Result<Answer> {
    let files = lawbook_files::sources(folder)?;
    let loaded = lawbook_files::load(&files);
    print(&loaded.diagnostics, folder)?;
    let Some(lawbook) = loaded.lawbook else {
        output::line(format_args!(
            "{} 个文件，{} 处错误，法典不能用",
            files.len(),
            loaded.diagnostics.len()
        ))?;
        return Ok(Answer::Unreadable);
    };
    let vocabulary = &lawbook.book.vocabulary;
    let (first, last) = lawbook.calendar.coverage();
    output::line(format_args!(
        "法典 {}：{} 个文件，{} 种事件，{} 个程序，{} 部法规，{} 条规则，{} 个例子，工作日历 {first} 至 {last}",
        lawbook.version,
        files.len(),
        vocabulary.kinds.len(),
        lawbook.procedures.len(),
        lawbook.book.statutes.iter().count(),
        lawbook.rules.len(),
        lawbook
            .rules
            .iter()
            .map(|rule| rule.examples.len())
            .sum::<usize>(),
    ))?;
    if loaded.diagnostics.is_empty() {
        output::line("没有错误")?;
        Ok(Answer::Clean)
    } else {
        output::line(format_args!(
            "{} 处错误，改正之前不能用来判断",
            loaded.diagnostics.len()
        ))?;
        Ok(Answer::Unreadable)
    }
}

fn print(diagnostics: &[Diagnostic], folder: Option<&Path>) -> io::Result<()> {
    let place = lawbook_files::place(folder);
    for diagnostic in diagnostics {
        output::line(format_args!("{place}{diagnostic}"))?;
    }
    Ok(())
}

fn test(code: Option<&str>, folder: Option<&Path>) -> anyhow::Result<Answer> {
    let lawbook = lawbook_files::open(folder)?;
    let rules = match code {
        Some(code) => vec![find(&lawbook, code)?],
        None => lawbook.rules.iter().collect(),
    };
    let examples: usize = rules.iter().map(|rule| rule.examples.len()).sum();
    let files: Vec<_> = rules.iter().map(|rule| rule.at.file.path.clone()).collect();
    let mut failures: Vec<Diagnostic> = example::test(&lawbook)
        .into_iter()
        .filter(|diagnostic| files.contains(&diagnostic.file))
        .collect();
    let sheets: &[_] = if code.is_none() { &lawbook.sheets } else { &[] };
    if code.is_none() {
        failures.extend(sheet::example::test(&lawbook));
        failures.extend(discretion::example::test(&lawbook));
    }
    print(&failures, folder)?;
    let of_sheets = match sheets {
        [] => String::new(),
        _ => format!(
            "，{} 张评分表，{} 个例子",
            sheets.len(),
            sheets.iter().map(|s| s.examples.len()).sum::<usize>()
        ),
    };
    let items: &[_] = if code.is_none() {
        &lawbook.discretion
    } else {
        &[]
    };
    let of_items = match items {
        [] => String::new(),
        _ => format!(
            "，{} 个裁量事项，{} 个例子",
            items.len(),
            items.iter().map(|i| i.examples.len()).sum::<usize>()
        ),
    };
    output::line(format_args!(
        "{} 条规则，{examples} 个例子{of_sheets}{of_items}，{} 处不符",
        rules.len(),
        failures.len()
    ))?;
    Ok(if failures.is_empty() {
        Answer::Clean
    } else {
        Answer::Found
    })
}

/// 按编码找规则；没有的说出最接近的。
pub(crate) fn find<'a>(lawbook: &'a Lawbook, code: &str) -> anyhow::Result<&'a Rule> {
    lawbook.rule(code).ok_or_else(|| {
        let known = lawbook.rules.iter().map(|rule| rule.code.as_ref());
        let near = mingjing_lawbook::diagnostic::nearest(code, known).unwrap_or_default();
        anyhow::anyhow!(
            "没有规则 {}。{near}全部规则见 mingjing lawbook list",
            table::plain(code)
        )
    })
}

fn list(args: &ListArgs, folder: Option<&Path>) -> anyhow::Result<Answer> {
    let lawbook = lawbook_files::open(folder)?;
    let rules: Vec<&Rule> = lawbook
        .rules
        .iter()
        .filter(|rule| {
            args.section
                .as_deref()
                .is_none_or(|wanted| rule.area() == wanted)
        })
        .filter(|rule| {
            args.form
                .as_deref()
                .is_none_or(|wanted| forms(rule).contains(&wanted))
        })
        .filter(|rule| {
            args.status
                .as_deref()
                .is_none_or(|wanted| rule.status.name() == wanted)
        })
        .collect();
    if rules.is_empty() {
        anyhow::bail!("没有这样的规则；{}", choices(&lawbook));
    }
    match args.format {
        Format::Json => rules
            .iter()
            .try_for_each(|rule| output::line(in_json(rule)))?,
        Format::Table => print_table(&rules)?,
    }
    Ok(Answer::Clean)
}

fn choices(lawbook: &Lawbook) -> String {
    let mut sections: Vec<&str> = lawbook.rules.iter().map(Rule::area).collect();
    sections.sort_unstable();
    sections.dedup();
    let mut shapes: Vec<&str> = lawbook.rules.iter().flat_map(forms).collect();
    shapes.sort_unstable();
    shapes.dedup();
    format!(
        "组有：{}；形式有：{}",
        sections.join("、"),
        shapes.join("、")
    )
}

fn print_table(rules: &[&Rule]) -> io::Result<()> {
    let columns = [
        Column {
            title: "编码",
            min: 8,
            max: Some(20),
        },
        Column {
            title: "程度",
            min: 8,
            max: Some(8),
        },
        Column {
            title: "判断",
            min: 4,
            max: Some(4),
        },
        Column {
            title: "名称",
            min: 12,
            max: Some(36),
        },
        Column {
            title: "形式",
            min: 8,
            max: Some(18),
        },
        Column {
            title: "依据",
            min: 16,
            max: None,
        },
    ];
    let rows: Vec<Vec<String>> = rules
        .iter()
        .map(|rule| {
            vec![
                rule.code.to_string(),
                rule.severity.name().to_owned(),
                rule.decided_by.name().to_owned(),
                format!("{}{}", rule.name, remark(rule.status)),
                forms(rule).join(" "),
                rule.citations.join("、"),
            ]
        })
        .collect();
    output::text(table::render(&columns, &rows, table::output_width()))?;
    let mut counts: BTreeMap<_, usize> = BTreeMap::new();
    for rule in rules {
        *counts.entry(rule.severity).or_default() += 1;
    }
    let counts: Vec<String> = counts
        .iter()
        .rev()
        .map(|(severity, n)| format!("{} {n}", severity.name()))
        .collect();
    output::line(format_args!("共 {} 条：{}", rules.len(), counts.join("，")))
}

fn in_json(rule: &Rule) -> serde_json::Value {
    json!({
        "rule_id": rule.code.as_ref(),
        "name": rule.name.as_ref(),
        "section": rule.area(),
        "severity": rule.severity.name(),
        "status": rule.status.name(),
        "decided_by": rule.decided_by.name(),
        "forms": forms(rule),
        "citation": rule.citations.iter().map(AsRef::as_ref).collect::<Vec<&str>>(),
        "from": rule.from.to_string(),
        "to": rule.to.map(|to| to.to_string()),
        "what": rule.what.as_ref(),
    })
}

/// 附在名称后面的状态说明。
fn remark(status: RuleStatus) -> &'static str {
    match status {
        RuleStatus::Trial => "（试行，不出结论）",
        RuleStatus::Stable => "",
        RuleStatus::Deprecated => "（将废）",
        RuleStatus::Removed => "（已废）",
    }
}

/// 各部分的形式，去重，按出现的次序。
fn forms(rule: &Rule) -> Vec<&str> {
    let mut list = Vec::new();
    for part in &rule.parts {
        let name = part.form_name.as_ref();
        if !list.contains(&name) {
            list.push(name);
        }
    }
    list
}

fn write_catalogue(to: &Path, folder: Option<&Path>) -> anyhow::Result<Answer> {
    let lawbook = lawbook_files::open(folder)?;
    let pages = catalogue::pages(&Explainer::new(&lawbook));
    for page in &pages {
        let path = to.join(&page.file);
        let parent = path.parent().unwrap_or(to);
        fs::create_dir_all(parent)
            .map_err(|error| crate::files::in_chinese(&error))
            .with_context(|| format!("建不了目录 {}", parent.display()))?;
        fs::write(&path, &page.text)
            .map_err(|error| crate::files::in_chinese(&error))
            .with_context(|| format!("写不了 {}", path.display()))?;
    }
    let (rules, procedures) = (lawbook.rules.len(), lawbook.procedures.len());
    output::line(format_args!(
        "{rules} 条规则在 rules，{procedures} 个程序连同图在 procedures，共 {} 个文件，总目各在 README.md",
        pages.len()
    ))?;
    Ok(Answer::Clean)
}

fn explain(code: &str, folder: Option<&Path>) -> anyhow::Result<Answer> {
    let lawbook = lawbook_files::open(folder)?;
    find(&lawbook, code)?;
    let explainer = Explainer::new(&lawbook);
    let text = explainer
        .rule(code)
        .map_err(|error| anyhow::anyhow!("{error}"))?;
    output::text(text)?;
    Ok(Answer::Clean)
}
