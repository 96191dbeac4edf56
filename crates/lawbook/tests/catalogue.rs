//! 规则代码总目：all 407 codes of the rule catalogue, each with the form of the lawbook that carries it.
//!
//! The tables stand in `lawbook/catalogue/`; this test holds them complete, holds the rule files in
//! `lawbook/rules/` to them, and keeps `docs/rule-forms.md` fresh (rewritten with `UPDATE_EXPECT=1`).

#[path = "catalogue/check.rs"]
mod check;
#[path = "catalogue/page.rs"]
mod page;
#[path = "catalogue/tables.rs"]
mod tables;

use std::collections::BTreeSet;
use std::fs;

use tables::{Entry, SECTIONS};

#[test]
fn every_section_holds_exactly_its_codes() {
    let on_disk = tables::catalogue_file_names();
    let expected: BTreeSet<String> = SECTIONS
        .iter()
        .map(|s| format!("{}.toml", s.file))
        .collect();
    assert_eq!(on_disk, expected, "lawbook/catalogue 的文件与各节不符");

    let entries = tables::load_catalogue();
    for section in SECTIONS {
        let found = entries
            .iter()
            .filter(|e| e.section == section.number)
            .count();
        assert_eq!(
            found, section.codes,
            "第 {} 节（{}）的代码数不符",
            section.number, section.title
        );
    }
    assert_eq!(entries.len(), 407, "总数应为 407");
    let distinct: BTreeSet<&str> = entries.iter().map(|e| e.code.as_str()).collect();
    assert_eq!(distinct.len(), entries.len(), "代码有重复");
}

#[test]
fn every_entry_is_well_formed() {
    let entries = tables::load_catalogue();
    let codes: BTreeSet<&str> = entries.iter().map(|e| e.code.as_str()).collect();
    let flaws: Vec<String> = entries
        .iter()
        .flat_map(|e| check::flaws(e, &codes))
        .collect();
    assert!(flaws.is_empty(), "总目有误：\n{}", flaws.join("\n"));
}

/// 把一条正确的条目改坏。
type Spoil = fn(&mut Entry);

fn forms(names: &[&str]) -> Vec<String> {
    names.iter().map(|n| (*n).to_owned()).collect()
}

#[test]
fn flawed_entries_are_found() {
    let sound = Entry {
        code: "P-TIME-90D".to_owned(),
        name: "九十日内决定".to_owned(),
        section: 7,
        decided_by: "机".to_owned(),
        severity: "违规".to_owned(),
        forms: vec!["deadline".to_owned()],
        subject: "timeline".to_owned(),
        needs: vec!["param:penalty_decision_limit".to_owned()],
        proposal: None,
        note: None,
    };
    let codes = BTreeSet::from(["P-TIME-90D"]);
    assert!(check::flaws(&sound, &codes).is_empty());

    let broken: [(Spoil, &str); 16] = [
        (|e| e.code = "p-time".to_owned(), "代码写法"),
        (|e| e.name = " ".to_owned(), "名称为空"),
        (|e| e.severity = "严重".to_owned(), "严重程度"),
        (|e| e.decided_by = "人".to_owned(), "checklist"),
        (|e| e.forms = forms(&["checklist"]), "checklist"),
        (|e| e.forms = forms(&[]), "没有形式"),
        (|e| e.forms = forms(&["dead_line"]), "不认识的形式"),
        (|e| e.forms = forms(&["must", "must"]), "形式重复"),
        (|e| e.forms = forms(&["refers", "must"]), "只能单独使用"),
        (|e| e.forms = forms(&["?"]), "建议"),
        (|e| e.forms = forms(&["count"]), "集合形式"),
        (|e| e.forms = forms(&["near_due"]), "所依的期限"),
        (|e| e.subject = "case".to_owned(), "主体"),
        (|e| e.needs = forms(&["limit"]), "所需"),
        (|e| e.needs = forms(&["code:P-NONE"]), "没有这个代码"),
        (|e| e.proposal = Some("deadline.x".to_owned()), "建议"),
    ];
    for (spoil, expected) in broken {
        let mut entry = sound.clone();
        spoil(&mut entry);
        let found = check::flaws(&entry, &codes);
        assert!(
            found.iter().any(|f| f.contains(expected)),
            "{expected} 未被发现：{found:?}"
        );
    }
}

#[test]
fn every_rule_file_agrees_with_the_catalogue() {
    let entries = tables::load_catalogue();
    let rules = tables::load_rules();
    let mut flaws: Vec<String> = rules
        .iter()
        .flat_map(|rule| check::rule_flaws(rule, &entries))
        .collect();
    let mut seen = BTreeSet::new();
    flaws.extend(
        rules
            .iter()
            .filter(|r| !seen.insert(r.code.as_str()))
            .map(|r| format!("{}：代码 {} 已有别的规则文件", r.path, r.code)),
    );
    assert!(
        flaws.is_empty(),
        "规则文件与总目不符：\n{}",
        flaws.join("\n")
    );
}

#[test]
fn disagreeing_rule_files_are_found() {
    let entries = tables::load_catalogue();
    let sound = r#"
        code = "OFF-TWO"
        name = "两人执法"
        severity = "违规"
        [[part]]
        form = "must"
    "#;
    let flaws_of = |text: &str| match tables::parse_rule("rules/x.toml", text) {
        Ok(rule) => check::rule_flaws(&rule, &entries),
        Err(message) => vec![message],
    };
    assert!(flaws_of(sound).is_empty());
    for (from, to, expected) in [
        ("OFF-TWO", "OFF-TWELVE", "总目没有"),
        ("两人执法", "双人执法", "名称"),
        ("违规", "预警", "严重程度"),
        ("severity =", "decided_by = \"半\"\nseverity =", "判定方式"),
        ("\"must\"", "\"count\"", "形式 count"),
        ("form =", "forms =", "form"),
        ("code =", "kode =", "code"),
    ] {
        let found = flaws_of(&sound.replace(from, to));
        assert!(
            found.iter().any(|f| f.contains(expected)),
            "{expected} 未被发现：{found:?}"
        );
    }
}

#[test]
fn the_page_is_fresh() {
    let path = tables::root().join("docs/rule-forms.md");
    let fresh = page::render(
        &tables::load_catalogue(),
        &tables::load_rules(),
        &tables::load_event_kinds(),
    );
    if std::env::var_os("UPDATE_EXPECT").is_some_and(|v| v == "1") {
        fs::write(&path, &fresh).expect("docs/rule-forms.md 应可写");
    }
    let present = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        present == fresh,
        "docs/rule-forms.md 已过时；请运行 UPDATE_EXPECT=1 cargo test -p mingjing-lawbook --test catalogue"
    );
}
