//! 程序目录：每个程序的状态图与各步的表。

use std::fmt::Write as _;

use super::{Page, cell};
use crate::explain::Explainer;
use crate::picture::to_svg;
use crate::procedure::{Procedure, Transition};

/// 总目在 `README.md`；一个程序一页、一张图。
pub(super) fn pages(explainer: &Explainer<'_>) -> Vec<Page> {
    let lawbook = explainer.lawbook();
    let mut procedures: Vec<&Procedure> = lawbook.procedures.iter().collect();
    procedures.sort_by(|a, b| a.name.cmp(&b.name));
    let mut pages = vec![Page {
        file: "procedures/README.md".to_owned(),
        text: index(explainer, &procedures),
    }];
    for procedure in procedures {
        let name = &procedure.name;
        pages.push(Page {
            file: format!("procedures/{name}.md"),
            text: page(explainer, procedure),
        });
        pages.push(Page {
            file: format!("procedures/{name}.svg"),
            text: to_svg(lawbook, procedure),
        });
    }
    pages
}

fn index(explainer: &Explainer<'_>, procedures: &[&Procedure]) -> String {
    let lawbook = explainer.lawbook();
    // Writing to a string does not fail.
    let mut text = format!(
        "# 程序目录\n\n法典 {}：{} 个程序。由 `mingjing lawbook catalogue` 从法典生成。\n",
        lawbook.version,
        procedures.len()
    );
    for (title, is_side) in [("案件由它开始的", false), ("在别的程序当中开启的", true)]
    {
        let _ = write!(
            text,
            "\n## {title}\n\n| 程序 | 标识 | 状态 | 步 | 图 |\n|---|---|---|---|---|\n"
        );
        for procedure in procedures.iter().filter(|p| lawbook.is_side(p) == is_side) {
            let name = &procedure.name;
            let _ = writeln!(
                text,
                "| [{}]({name}.md) | `{name}` | {} | {} | [SVG]({name}.svg) |",
                cell(&procedure.label),
                procedure.states().len(),
                procedure.transitions.len()
            );
        }
    }
    text
}

fn page(explainer: &Explainer<'_>, procedure: &Procedure) -> String {
    let name = &procedure.name;
    let basis = basis(procedure);
    let mut text = format!(
        "# {}\n\n[总目](README.md)　标识 `{name}`\n\n",
        procedure.label
    );
    if !basis.is_empty() {
        let _ = write!(text, "依据：{}\n\n", cell(&basis.join("、")));
    }
    let _ = write!(
        text,
        "![{}的状态图]({name}.svg)\n\n| 序 | 什么事 | 从哪个状态 | 到哪个状态 | 条件；缺了不许做的 | 谁可以做 | 把关的规则 | 依据 |\n\
         |---|---|---|---|---|---|---|---|\n",
        procedure.label
    );
    for (at, step) in procedure.transitions.iter().enumerate() {
        let cells = [
            (at + 1).to_string(),
            cell(&explainer.lawbook().book.vocabulary.kind_of(step.on).label),
            cell(&names(procedure, &step.from)),
            step.to
                .as_ref()
                .map_or("不变".to_owned(), |to| cell(&procedure.state_name(to))),
            cell(&needs(explainer, step)),
            cell(&who(explainer, step)),
            guards(explainer, step),
            cell(&texts(step, "basis").join("、")),
        ];
        let _ = writeln!(text, "| {} |", cells.join(" | "));
    }
    text
}

/// The articles of all steps, each once.
fn basis(procedure: &Procedure) -> Vec<&str> {
    let mut all: Vec<&str> = Vec::new();
    for article in procedure
        .transitions
        .iter()
        .flat_map(|step| texts(step, "basis"))
    {
        if !all.contains(&article) {
            all.push(article);
        }
    }
    all
}

fn texts<'a>(step: &'a Transition, what: &str) -> Vec<&'a str> {
    let list = step.wants.get(what).into_iter().flatten();
    list.map(AsRef::as_ref).collect()
}

fn names(procedure: &Procedure, states: &[std::sync::Arc<str>]) -> String {
    let names = states
        .iter()
        .map(|state| procedure.state_name(state).to_string());
    names.collect::<Vec<_>>().join("、")
}

fn needs(explainer: &Explainer<'_>, step: &Transition) -> String {
    let condition = step.when_text.as_ref();
    let condition = condition.map(|text| format!("条件：{}", explainer.condition(step.on, text)));
    let required = step.require.iter().map(|(_, text)| text.to_string());
    condition
        .into_iter()
        .chain(required)
        .collect::<Vec<_>>()
        .join("；")
}

fn who(explainer: &Explainer<'_>, step: &Transition) -> String {
    let vocabulary = &explainer.lawbook().book.vocabulary;
    let roles = vocabulary.list("role").map(|id| vocabulary.list_of(id));
    let name = |code: &std::sync::Arc<str>| {
        let label = roles.and_then(|list| list.label(code));
        label.map_or_else(|| code.to_string(), ToString::to_string)
    };
    step.who.iter().map(name).collect::<Vec<_>>().join("、")
}

/// The rules that stand guard, linked to their pages.
fn guards(explainer: &Explainer<'_>, step: &Transition) -> String {
    let linked = step
        .guards
        .iter()
        .map(|code| match explainer.lawbook().rule(code) {
            Some(rule) => format!("[{0}](../rules/{1}.md#{0})", rule.code, rule.area()),
            None => code.to_string(),
        });
    linked.collect::<Vec<_>>().join("、")
}
