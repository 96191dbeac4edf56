//! 给编辑器的模式：与加载时问的键一致，写错的键不在其中。

mod support;

use mingjing_lawbook::load::schema::{FileShape, shapes};
use support::{SHIPPED_FILES, minimal_files, minimal_with};

fn find<'a>(shapes: &'a [FileShape], name: &str) -> &'a FileShape {
    let found = shapes.iter().find(|s| s.name == name);
    found.unwrap_or_else(|| panic!("没有 {name} 的模式"))
}

#[test]
fn a_rule_may_have_the_keys_that_the_loader_reads_and_no_others() {
    let shapes = shapes(&SHIPPED_FILES).expect("a sound lawbook");
    let rule = &find(&shapes, "rules").shape;
    for key in [
        "code", "name", "severity", "from", "to", "cite", "trial", "status", "part", "escalate",
    ] {
        assert!(rule.keys.contains_key(key), "{key}：{:?}", rule.keys.keys());
    }
    assert!(!rule.keys.contains_key("serverity"));
    assert!(rule.others.is_none(), "{:?}", rule.others);
    for key in ["code", "name", "severity", "from", "what", "why"] {
        assert!(rule.required.contains(key), "{key}：{:?}", rule.required);
    }
    let part = rule.keys["part"].items.as_ref().expect("a list of parts");
    assert!(part.keys.contains_key("met_by") && part.keys.contains_key("during"));
    // One form requires it, another has no such key.
    assert!(!part.required.contains("start"), "{:?}", part.required);
    assert!(part.required.contains("form"), "{:?}", part.required);
}

#[test]
fn a_table_whose_keys_are_names_says_what_stands_under_each() {
    let shapes = shapes(&SHIPPED_FILES).expect("a sound lawbook");
    let parameters = &find(&shapes, "parameters").shape.keys["parameter"];
    let one = parameters.others.as_ref().expect("parameters by name");
    assert!(one.keys.contains_key("values"), "{:?}", one.keys.keys());
    assert!(!parameters.keys.contains_key("values"));
    for name in ["lawbook", "codes", "events", "factors", "vetoes", "sheets"] {
        find(&shapes, name);
    }
}

#[test]
fn a_lawbook_with_errors_has_no_schema() {
    assert!(shapes(&minimal_files()).is_ok());
    let broken = minimal_with(&[("rules/bad.toml", "code = 'X'\n")]);
    assert!(shapes(&broken).is_err());
}
