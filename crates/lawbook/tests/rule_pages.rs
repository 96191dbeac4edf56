//! 法典的目录：每条规则在它那一组的页上，每个程序有它的页与图，总目连得到。

mod support;

use std::fs;
use std::path::Path;

use mingjing_lawbook::catalogue::pages;
use mingjing_lawbook::explain::Explainer;
use support::SHIPPED;

#[test]
fn every_rule_stands_on_the_page_of_its_area_with_its_examples() {
    let explainer = Explainer::new(&SHIPPED);
    let pages = pages(&explainer);
    for rule in &SHIPPED.rules {
        let file = format!("rules/{}.md", rule.area());
        let page = pages.iter().find(|page| page.file == file);
        let page = page.unwrap_or_else(|| panic!("没有 {file}"));
        let head = format!("\n## {} {}\n", rule.code, rule.name);
        assert!(page.text.contains(&head), "{}", rule.code);
        let link = format!("[{0}]({1}.md#{0})", rule.code, rule.area());
        assert!(pages[0].text.contains(&link), "{}", rule.code);
    }
}

#[test]
fn every_procedure_has_a_page_with_its_steps_and_a_drawing_with_its_states() {
    let explainer = Explainer::new(&SHIPPED);
    let pages = pages(&explainer);
    let find = |file: String| {
        let page = pages.iter().find(|page| page.file == file);
        &page.unwrap_or_else(|| panic!("没有 {file}")).text
    };
    for procedure in &SHIPPED.procedures {
        let page = find(format!("procedures/{}.md", procedure.name));
        let rows = page.lines().filter(|line| line.starts_with("| ")).count();
        assert_eq!(rows, procedure.transitions.len() + 1, "{}", procedure.name);
        let drawing = find(format!("procedures/{}.svg", procedure.name));
        for state in procedure.states() {
            let name = format!(">{}</text>", procedure.state_name(&state));
            assert!(drawing.contains(&name), "{} {state}", procedure.name);
        }
        for foreign in ["<script", "href", "@import", "url(http"] {
            assert!(!drawing.contains(foreign), "{} {foreign}", procedure.name);
        }
    }
}

/// `docs/rules` 与 `docs/procedures`：`UPDATE_EXPECT=1` 重写，平时只比较。
#[test]
fn the_pages_in_the_documents_are_those_of_the_lawbook() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    let pages = pages(&Explainer::new(&SHIPPED));
    for folder in ["rules", "procedures"] {
        let to = docs.join(folder);
        let own = || {
            pages
                .iter()
                .filter(|page| page.file.starts_with(&format!("{folder}/")))
        };
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            if to.exists() {
                fs::remove_dir_all(&to).unwrap();
            }
            fs::create_dir(&to).unwrap();
            for page in own() {
                fs::write(docs.join(&page.file), &page.text).unwrap();
            }
        }
        let files = fs::read_dir(&to).unwrap();
        assert_eq!(files.count(), own().count(), "docs/{folder} 里多了或少了页");
    }
    for page in &pages {
        let kept = fs::read_to_string(docs.join(&page.file)).unwrap();
        assert!(
            kept == page.text,
            "docs/{} 已过时；请运行 UPDATE_EXPECT=1 cargo nextest run --workspace -E 'binary(rule_pages)'，差别看过再提交",
            page.file
        );
    }
}
