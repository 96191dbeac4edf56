//! 规则目录：每条规则的依据、期间、参数与例子，一组一页；给读的人，不给程序。

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{Page, cell, escaped};
use crate::explain::Explainer;
use crate::rule::{Rule, RuleStatus};

/// 总目在 `README.md`，各组在自己的文件里。
pub(super) fn pages(explainer: &Explainer<'_>) -> Vec<Page> {
    let mut pages = vec![Page {
        file: "rules/README.md".to_owned(),
        text: index(explainer),
    }];
    for (area, rules) in areas(explainer) {
        let mut text = format!("# {}\n\n[总目](README.md)\n", name(explainer, area));
        for rule in rules {
            write_rule(explainer, rule, &mut text);
        }
        pages.push(Page {
            file: format!("rules/{area}.md"),
            text,
        });
    }
    pages
}

/// 总目：每条规则一行，连到各组的页。
fn index(explainer: &Explainer<'_>) -> String {
    let lawbook = explainer.lawbook();
    let examples: usize = lawbook.rules.iter().map(|r| r.examples.len()).sum();
    // Writing to a string does not fail.
    let mut text = format!(
        "# 规则目录\n\n法典 {}：{} 条规则，{} 个例子。由 `mingjing lawbook catalogue` 从法典生成。\n",
        lawbook.version,
        lawbook.rules.len(),
        examples
    );
    for (area, rules) in areas(explainer) {
        let _ = write!(
            text,
            "\n## {}\n\n| 编码 | 名称 | 程度 | 判断 | 依据 | 施行 | 参数 | 例子 |\n|---|---|---|---|---|---|---|---|\n",
            name(explainer, area)
        );
        for rule in rules {
            let code = format!("[{0}]({area}.md#{0})", rule.code);
            let _ = writeln!(
                text,
                "| {code} | {}{} | {} | {} | {} | {} | {} | {} |",
                cell(&rule.name),
                remark(rule.status),
                rule.severity,
                rule.decided_by.name(),
                cell(&rule.citations.join("、")),
                term(rule),
                rule.parameter_names().len(),
                rule.examples.len()
            );
        }
    }
    text
}

/// 各组的规则，按编码排列。
fn areas<'a>(explainer: &Explainer<'a>) -> BTreeMap<&'a str, Vec<&'a Rule>> {
    let mut areas: BTreeMap<&str, Vec<&Rule>> = BTreeMap::new();
    for rule in &explainer.lawbook().rules {
        areas.entry(rule.area()).or_default().push(rule);
    }
    for rules in areas.values_mut() {
        rules.sort_by(|a, b| a.code.cmp(&b.code));
    }
    areas
}

fn name<'a>(explainer: &Explainer<'a>, area: &'a str) -> &'a str {
    let areas = &explainer.lawbook().book.vocabulary.areas;
    areas.get(area).map_or(area, String::as_str)
}

fn write_rule(explainer: &Explainer<'_>, rule: &Rule, text: &mut String) {
    let Ok(told) = explainer.rule(&rule.code) else {
        return;
    };
    let _ = write!(
        text,
        "\n<a id=\"{0}\"></a>\n## {0} {1}\n",
        told.code, told.name
    );
    for (title, lines) in &told.sections {
        let _ = write!(text, "\n**{title}**\n\n");
        for line in lines {
            // Lines are indented where they go on from the one above.
            let depth = line.chars().take_while(|c| *c == ' ').count();
            let _ = writeln!(text, "{}- {}", " ".repeat(depth), escaped(line.trim()));
        }
    }
}

fn term(rule: &Rule) -> String {
    match rule.to {
        Some(to) => format!("{} 至 {to}（不含）", rule.from),
        None => format!("{} 起", rule.from),
    }
}

fn remark(status: RuleStatus) -> &'static str {
    match status {
        RuleStatus::Trial => "（试行）",
        RuleStatus::Stable => "",
        RuleStatus::Deprecated => "（将废）",
        RuleStatus::Removed => "（已废）",
    }
}
