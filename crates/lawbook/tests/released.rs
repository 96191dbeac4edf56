//! `released.toml`：已发布的编码、事件与字段。`UPDATE_EXPECT=1` 把现有的加进去，从不删改。

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use mingjing_lawbook::lawbook::Lawbook;
use mingjing_lawbook::rule::RuleStatus;
use serde::Deserialize;
use support::{SHIPPED, shipped_folder};

#[derive(Deserialize, Default, Clone, PartialEq, Eq, Debug)]
#[serde(deny_unknown_fields)]
struct Released {
    #[serde(default)]
    codes: BTreeSet<String>,
    /// 事件到字段到类型。
    #[serde(default)]
    event: BTreeMap<String, BTreeMap<String, String>>,
}

const HEAD: &str = "# 已发布的编码、事件与字段：只增不改，旧案卷才永远读得懂（LB14）。\n\
# 发布时运行 UPDATE_EXPECT=1 cargo test -p mingjing-lawbook --test released，只会加进新的。\n";

/// 现有的：正式与将废、已废的规则，全部事件。
fn present(lawbook: &Lawbook) -> Released {
    let rules = lawbook.rules.iter();
    let kinds = lawbook.book.vocabulary.kinds.iter();
    Released {
        codes: rules
            .filter(|r| r.status != RuleStatus::Trial)
            .map(|r| r.code.to_string())
            .collect(),
        event: kinds
            .map(|kind| {
                let fields = kind.fields.iter();
                let fields = fields.map(|f| (f.name.to_string(), f.type_text.to_string()));
                (kind.name.to_string(), fields.collect())
            })
            .collect(),
    }
}

/// 旧的照旧，新的加进去。
fn add(old: &Released, new: &Released) -> Released {
    let mut all = old.clone();
    all.codes.extend(new.codes.iter().cloned());
    for (kind, fields) in &new.event {
        let known = all.event.entry(kind.clone()).or_default();
        for (field, ty) in fields {
            known.entry(field.clone()).or_insert_with(|| ty.clone());
        }
    }
    all
}

fn render(released: &Released) -> String {
    let mut text = format!("{HEAD}codes = [\n");
    for code in &released.codes {
        writeln!(text, "  \"{code}\",").expect("write to a string");
    }
    text.push_str("]\n");
    for (kind, fields) in &released.event {
        write!(text, "\n[event.{kind}]\n").expect("write to a string");
        for (field, ty) in fields {
            writeln!(text, "{field} = \"{ty}\"").expect("write to a string");
        }
    }
    text
}

#[test]
fn what_is_released_stays() {
    let path = shipped_folder().join("released.toml");
    let text = std::fs::read_to_string(&path).unwrap_or_default();
    let old: Released = toml::from_str(&text).expect("released.toml");
    // With its list the loader itself refuses what vanished or was retyped.
    let all = add(&old, &present(&SHIPPED));
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, render(&all)).expect("write released.toml");
    } else {
        assert!(!old.codes.is_empty(), "没有 released.toml");
        assert_eq!(
            text,
            render(&old),
            "released.toml 的写法须由 UPDATE_EXPECT=1 生成"
        );
    }
}

#[test]
fn updating_only_adds() {
    let released = |codes: &[&str], ty: &str| Released {
        codes: codes.iter().map(|c| (*c).to_owned()).collect(),
        event: BTreeMap::from([(
            "decided".to_owned(),
            BTreeMap::from([("fine".to_owned(), ty.to_owned())]),
        )]),
    };
    let both = add(&released(&["A"], "fen"), &released(&["B"], "int"));
    assert_eq!(both, released(&["A", "B"], "fen"));
    let read: Released = toml::from_str(&render(&both)).expect("readable");
    assert_eq!(read, both);
}
