//! 规则目录：每条规则在它那一组的页上，总目连得到。

mod support;

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
