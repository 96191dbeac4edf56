//! The page `docs/rule-forms.md`, made from the catalogue and the rule files.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use crate::check::{FUNCTIONS, SET_FORMS, TIMELINE_FORMS};
use crate::tables::{Entry, RuleFile, SECTIONS};

/// 状态：how far a code has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Done,
    Partly,
    Planned,
    Open,
}

impl State {
    fn of(entry: &Entry, rules: &BTreeMap<&str, &RuleFile>) -> Self {
        match rules.get(entry.code.as_str()) {
            Some(rule) if entry.forms.iter().all(|f| rule.forms.contains(f)) => Self::Done,
            Some(_) => Self::Partly,
            None if entry.is_open() => Self::Open,
            None => Self::Planned,
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Done => "已入库",
            Self::Partly => "部分入库",
            Self::Planned => "规划",
            Self::Open => "尚无形式",
        }
    }
}

const PREFACE: &str = "\
# 规则代码与形式对照

本页由 `crates/lawbook/tests/catalogue.rs` 生成，勿手改；改 `lawbook/catalogue/` 或规则文件后运行
`UPDATE_EXPECT=1 cargo test -p mingjing-lawbook --test catalogue`。

每个代码一行：打算由哪几种形式承载（一种形式可有几个 `[[part]]`）、进到哪一步。状态：**已入库**，规则文件在
`lawbook/rules/`，总目所列形式都用上了；**部分入库**，有规则文件，还缺所列的某种形式；**规划**，还没有规则文件；
**尚无形式**，现有形式都说不出这条要求，须先扩充。

总目（`lawbook/catalogue/*.toml`）的键：`code name section` 代码、名称、节；`decided_by` 机、半、人；`severity` 基本严重程度
（只作定义或指引的记“提示”）；`forms` 形式；`subject` 在哪种时间线上判，集合形式按谁汇总；`needs` 所需的参数
（`param:`）、名词（`term:`）、派生值（`derived:`）、事实（`fact:`）、登记（`register:`）、事件（`event:`）、函数（`fn:`）、
联查（`link:`）和别的代码（`code:`）；`proposal` 只在没有形式时写，为建议的最小扩充；`note` 怎样说、难在哪里。
";

/// The whole page; `events` are the kinds declared in the lawbook.
pub(crate) fn render(entries: &[Entry], rules: &[RuleFile], events: &BTreeSet<String>) -> String {
    let rules: BTreeMap<&str, &RuleFile> = rules.iter().map(|r| (r.code.as_str(), r)).collect();
    let mut page = PREFACE.to_owned();
    section_totals(&mut page, entries, &rules);
    form_totals(&mut page, entries, &rules);
    open_codes(&mut page, entries);
    line(&mut page, "\n## 条件语言还缺的函数\n");
    missing(&mut page, entries, "fn:", |name| FUNCTIONS.contains(&name));
    line(&mut page, "\n## 事件词表还缺的种类\n");
    missing(&mut page, entries, "event:", |name| events.contains(name));
    for section in SECTIONS {
        line(
            &mut page,
            &format!("\n## {} {}\n", section.number, section.title),
        );
        line(
            &mut page,
            "| 代码 | 名称 | 形式 | 状态 | 备注 |\n|---|---|---|---|---|",
        );
        for entry in entries.iter().filter(|e| e.section == section.number) {
            let state = State::of(entry, &rules).label();
            let forms = shown_forms(entry);
            let note = entry.note.as_deref().unwrap_or("");
            line(
                &mut page,
                &format!(
                    "| {} | {} | {forms} | {state} | {note} |",
                    entry.code, entry.name
                ),
            );
        }
    }
    page
}

fn section_totals(page: &mut String, entries: &[Entry], rules: &BTreeMap<&str, &RuleFile>) {
    line(
        page,
        "\n## 合计\n\n| 节 | 代码 | 已入库 | 部分入库 | 规划 | 尚无形式 |\n|---|---|---|---|---|---|",
    );
    let row = |title: &str, chosen: &[&Entry]| {
        let count = |s: State| chosen.iter().filter(|e| State::of(e, rules) == s).count();
        format!(
            "| {title} | {} | {} | {} | {} | {} |",
            chosen.len(),
            count(State::Done),
            count(State::Partly),
            count(State::Planned),
            count(State::Open)
        )
    };
    for section in SECTIONS {
        let chosen: Vec<&Entry> = entries
            .iter()
            .filter(|e| e.section == section.number)
            .collect();
        line(
            page,
            &row(&format!("{} {}", section.number, section.title), &chosen),
        );
    }
    line(page, &row("**合计**", &entries.iter().collect::<Vec<_>>()));
}

fn form_totals(page: &mut String, entries: &[Entry], rules: &BTreeMap<&str, &RuleFile>) {
    line(
        page,
        "\n## 各形式承载的代码\n\n| 形式 | 总目所列 | 规则文件已用 |\n|---|---|---|",
    );
    for form in TIMELINE_FORMS.iter().chain(SET_FORMS) {
        let planned = entries
            .iter()
            .filter(|e| e.forms.iter().any(|f| f == form))
            .count();
        let used = rules.values().filter(|r| r.forms.contains(*form)).count();
        line(page, &format!("| `{form}` | {planned} | {used} |"));
    }
}

fn open_codes(page: &mut String, entries: &[Entry]) {
    line(page, "\n## 尚无形式的代码\n");
    let open: Vec<&Entry> = entries.iter().filter(|e| e.is_open()).collect();
    if open.is_empty() {
        line(page, "没有。");
        return;
    }
    line(
        page,
        "| 代码 | 名称 | 缺什么 | 建议的最小扩充 |\n|---|---|---|---|",
    );
    for entry in open {
        let note = entry.note.as_deref().unwrap_or("");
        let proposal = entry.proposal.as_deref().unwrap_or("");
        line(
            page,
            &format!(
                "| {} | {} | {note} | `{proposal}` |",
                entry.code, entry.name
            ),
        );
    }
}

/// What the entries need of one kind (`prefix`) that `present` does not hold, with the codes waiting.
fn missing(page: &mut String, entries: &[Entry], prefix: &str, present: impl Fn(&str) -> bool) {
    let mut wanted: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for entry in entries {
        for name in entry.needs.iter().filter_map(|n| n.strip_prefix(prefix)) {
            if !present(name) {
                wanted.entry(name).or_default().insert(&entry.code);
            }
        }
    }
    if wanted.is_empty() {
        line(page, "没有。");
        return;
    }
    line(page, "| 名称 | 等着它的代码 |\n|---|---|");
    for (name, codes) in wanted {
        let codes: Vec<&str> = codes.into_iter().collect();
        line(page, &format!("| `{name}` | {} |", codes.join("、")));
    }
}

fn shown_forms(entry: &Entry) -> String {
    match &entry.proposal {
        Some(proposal) => format!("？（拟 `{proposal}`）"),
        None => entry
            .forms
            .iter()
            .map(|f| format!("`{f}`"))
            .collect::<Vec<_>>()
            .join(" "),
    }
}

fn line(page: &mut String, text: &str) {
    writeln!(page, "{text}").expect("写入 String 不会失败");
}
