//! 规则目录：每条规则在它那一组的页上，总目连得到。

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
        let file = format!("{}.md", rule.area());
        let page = pages.iter().find(|page| page.file == file);
        let page = page.unwrap_or_else(|| panic!("没有 {file}"));
        let head = format!("\n## {} {}\n", rule.code, rule.name);
        assert!(page.text.contains(&head), "{}", rule.code);
        let link = format!("[{0}]({file}#{0})", rule.code);
        assert!(pages[0].text.contains(&link), "{}", rule.code);
    }
}

/// `docs/rules`：`UPDATE_EXPECT=1` 重写，平时只比较。
#[test]
fn the_pages_in_the_documents_are_those_of_the_lawbook() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/rules");
    let pages = pages(&Explainer::new(&SHIPPED));
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        if folder.exists() {
            fs::remove_dir_all(&folder).unwrap();
        }
        fs::create_dir(&folder).unwrap();
        for page in &pages {
            fs::write(folder.join(&page.file), &page.text).unwrap();
        }
    }
    let files = fs::read_dir(&folder).unwrap();
    assert_eq!(files.count(), pages.len(), "docs/rules 里多了或少了页");
    for page in &pages {
        let kept = fs::read_to_string(folder.join(&page.file)).unwrap();
        assert!(
            kept == page.text,
            "docs/rules/{} 已过时；请运行 UPDATE_EXPECT=1 cargo nextest run --workspace -E 'binary(rule_pages)'，差别看过再提交",
            page.file
        );
    }
}
