//! 核查报告：内容完整、转义、遮盖、限量；xlsx 里没有公式。

use std::io::{Cursor, Read as _};
use std::path::{Path, PathBuf};

use mingjing_documents::check_report::{
    Heading, Input, RefusedRow, Report, coverage_in_words, to_html, to_xlsx,
};
use mingjing_domain::coverage::Coverage;
use mingjing_domain::event::Origin;
use mingjing_domain::finding::Status;
use mingjing_domain::value::Value;
use mingjing_lawbook::assess::{Options, assess};
use mingjing_lawbook::diagnostic::SourceFile;
use mingjing_lawbook::explain::Explainer;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_lawbook::load;

const HOSTILE: &str =
    "=HYPERLINK(\"http://x\")<script>alert('1')</script>&\u{202e}云安市好味餐饮有限公司";

fn files(root: &Path, folder: &Path, found: &mut Vec<SourceFile>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("lawbook folder")
        .map(|e| e.expect("entry").path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(root, &path, found);
        } else if path.extension().is_some_and(|e| e == "toml") {
            let relative = path
                .strip_prefix(root)
                .expect("below the root")
                .to_string_lossy()
                .into_owned();
            found.push(SourceFile::new(
                relative,
                std::fs::read_to_string(&path).expect("text"),
            ));
        }
    }
}

fn loaded() -> Lawbook {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../lawbook");
    let mut sources = Vec::new();
    files(&root, &root, &mut sources);
    load::load(&sources)
        .lawbook
        .expect("a lawbook without errors")
}

fn heading() -> Heading {
    Heading {
        title: "行政执法案件核查报告".to_owned(),
        software: "明镜 0.1.0".to_owned(),
        lawbook: "2026.1".to_owned(),
        as_of: None,
        made_at: "2026年3月1日 9时30分".to_owned(),
    }
}

/// 一条规则的全部示例成为一份报告，当事人的名称由调用者定。
fn report(lawbook: &Lawbook, codes: &[&str], party: &str, kind: &str) -> Report {
    let explainer = Explainer::new(lawbook);
    let mut report = Report::new(heading());
    for code in codes {
        let rule = lawbook.rule(code).expect("a known code");
        for (number, example) in (1..).zip(&rule.examples) {
            let mut timeline = example
                .timeline(&lawbook.book.vocabulary, rule)
                .expect("readable");
            timeline.id = format!("{code}-{number}");
            timeline
                .facts
                .set("party.name", Value::Text(party.to_owned()));
            timeline
                .facts
                .set("party.kind", Value::Text(kind.to_owned()));
            for (row, event) in (2..).zip(&mut timeline.events) {
                event.origin = Some(Origin {
                    file: "清单.csv".to_owned(),
                    sheet: None,
                    row,
                });
            }
            let options = Options {
                as_of: example.story.as_of,
                ..Options::default()
            };
            let mut assessment = assess(lawbook, &timeline, &options);
            assessment.results.retain(|r| r.code.as_ref() == *code);
            report.add_case(&explainer, &timeline, &assessment);
        }
    }
    report
}

/// 工作簿里的一个文件。
fn inside(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("a workbook");
    let mut text = String::new();
    archive
        .by_name(name)
        .expect("a part of it")
        .read_to_string(&mut text)
        .expect("text");
    text
}

#[test]
fn a_report_tells_what_a_jurist_needs() {
    let lawbook = loaded();
    let mut report = report(&lawbook, &["CM-30D"], "张三丰", "natural");
    report.add_input(Input {
        file: "清单.csv".to_owned(),
        format: "CSV（GB18030）".to_owned(),
        adapter: "案件清单".to_owned(),
        coverage: coverage_in_words(&lawbook, &Coverage::of_kinds(["decided"])),
        rows: 12,
        cases: 11,
        refused: 1,
        repeated: 0,
    });
    report.add_refused(RefusedRow {
        file: "清单.csv".to_owned(),
        row: Some(9),
        column: Some("决定日期".to_owned()),
        value: Some("2月30日".to_owned()),
        reason: "历法上没有这一天".to_owned(),
        remedy: "请核对".to_owned(),
        ..RefusedRow::default()
    });
    let html = to_html(&report);
    for wanted in [
        "<html lang=\"zh-CN\">",
        "最迟应于2025年10月5日（周日）完成，实际2025年10月9日（周四），逾期 4 日",
        "《中华人民共和国行政强制法》（2011年公布）第25条",
        "清单.csv 第 3 行",
        "第三十日为2025年10月5日（周日）",
        "张**",
        "“作出决定”写全了",
        "不会因为没有记录而认定违法",
        "历法上没有这一天",
        "没有发现不等于合法",
        "核对意见",
        "<caption>",
    ] {
        assert!(html.contains(wanted), "报告里没有：{wanted}");
    }
    assert!(!html.contains("张三丰"), "姓名没有遮盖");
    assert!(!html.contains("<script"), "有脚本");
    assert!(
        !html.contains("http://") && !html.contains("https://"),
        "引用了外部的东西"
    );
}

#[test]
fn totals_agree_with_the_cases() {
    let lawbook = loaded();
    let rule = lawbook.rule("CM-30D").expect("a known code");
    let expected = |what: &str| rule.examples.iter().filter(|e| e.expect == what).count() as u64;
    let totals = report(&lawbook, &["CM-30D"], "某公司", "legal").totals();
    assert_eq!(totals.cases, rule.examples.len() as u64);
    assert_eq!(totals.of_status(Status::Violated), expected("violation"));
    assert_eq!(totals.clean_cases, totals.cases - expected("violation"));
    assert!(totals.undetermined_cases >= 1);
}

#[test]
fn hostile_names_stay_text() {
    let lawbook = loaded();
    let mut report = report(&lawbook, &["CM-30D"], HOSTILE, "legal");
    report.add_note(RefusedRow {
        file: HOSTILE.to_owned(),
        reason: "@SUM(A1)".to_owned(),
        ..RefusedRow::default()
    });
    let html = to_html(&report);
    assert!(!html.contains("<script"), "名称成了标签");
    assert!(html.contains("&lt;script&gt;"), "名称没有照写");
    assert!(!html.contains('\u{202e}'), "方向符没有去掉");
    let book = to_xlsx(&report).expect("a workbook");
    for number in 1..=8 {
        let sheet = inside(&book, &format!("xl/worksheets/sheet{number}.xml"));
        assert!(
            !sheet.contains("<f>") && !sheet.contains("<hyperlink"),
            "第 {number} 张表有公式或链接"
        );
    }
    assert!(
        inside(&book, "xl/sharedStrings.xml").contains("=HYPERLINK("),
        "名称没有照写"
    );
}

#[test]
fn the_workbook_has_its_eight_sheets() {
    let book = to_xlsx(&Report::sample()).expect("a workbook");
    let names = inside(&book, "xl/workbook.xml");
    for name in [
        "总览",
        "案件",
        "发现",
        "无法判定",
        "判不了的规则",
        "未判",
        "读入问题",
        "义务",
    ] {
        assert!(
            names.contains(&format!("name=\"{name}\"")),
            "没有“{name}”表"
        );
    }
    let strings = inside(&book, "xl/sharedStrings.xml");
    for wanted in [
        "查封扣押三十日",
        "张**",
        "历法上没有这一天",
        "逾期完成",
        "“立案批准”的记录（2 条）",
    ] {
        assert!(strings.contains(wanted), "工作簿里没有：{wanted}");
    }
    assert_eq!(
        book,
        to_xlsx(&Report::sample()).expect("again"),
        "同样的内容应得同样的文件"
    );
}

/// 几条规则对一条规则的第一个不合规的示例一起报。
fn one_case(lawbook: &Lawbook, code: &str, kept: &[&str], department: &str) -> Report {
    let rule = lawbook.rule(code).expect("a known code");
    let example = rule
        .examples
        .iter()
        .find(|e| e.expect == "violation")
        .expect("a violation");
    let mut timeline = example
        .timeline(&lawbook.book.vocabulary, rule)
        .expect("readable");
    timeline.id = "云安案〔2025〕1号".to_owned();
    timeline
        .facts
        .set("body.department", Value::Text(department.to_owned()));
    let mut assessment = assess(lawbook, &timeline, &Options::default());
    assessment
        .results
        .retain(|r| kept.contains(&r.code.as_ref()));
    let mut report = Report::new(heading());
    report.add_case(&Explainer::new(lawbook), &timeline, &assessment);
    report
}

#[test]
fn findings_of_one_cause_fold_under_one_heading() {
    let lawbook = loaded();
    let kept = ["OFF-CERT", "OFF-TWO"];
    let html = to_html(&one_case(&lawbook, "OFF-CERT", &kept, "market_regulation"));
    assert_eq!(html.matches("<article").count(), 2, "{html}");
    assert_eq!(
        html.matches("同一原因：人员 B 的“证件状态”不合要求")
            .count(),
        1
    );
    // The first stands open, the other one is folded.
    assert_eq!(html.matches("<details><summary>").count(), 1);
    let alone = to_html(&one_case(
        &lawbook,
        "OFF-CERT",
        &kept[..1],
        "market_regulation",
    ));
    assert!(!alone.contains("同一原因：人员"));
    let book = to_xlsx(&one_case(&lawbook, "OFF-CERT", &kept, "transport")).expect("a workbook");
    assert!(inside(&book, "xl/sharedStrings.xml").contains("人员 B 的“证件状态”不合要求"));
}

#[test]
fn other_departments_rules_are_folded_as_reference() {
    let lawbook = loaded();
    let kept = ["OFF-TWO"];
    let html = to_html(&one_case(&lawbook, "OFF-TWO", &kept, "market_regulation"));
    let (basis, reference) = html
        .split_once("<details class=\"reference\">")
        .expect("a folded reference");
    assert!(basis.contains("市场监督管理行政处罚程序规定"));
    assert!(!basis.contains("交通运输行政执法程序规定"));
    assert!(reference.contains("交通运输行政执法程序规定"));
    // Nothing that binds: said, not passed over.
    let kept = ["P-ARCH-ORDER"];
    let html = to_html(&one_case(&lawbook, "P-ARCH-ORDER", &kept, "customs"));
    assert!(html.contains("都不直接约束本机关"), "{html}");
}

#[test]
fn the_index_leads_to_every_case_and_names_come_before_codes() {
    let lawbook = loaded();
    let html = to_html(&report(&lawbook, &["CM-30D", "OFF-TWO"], "某公司", "legal"));
    let anchors: Vec<&str> = html
        .match_indices("<a href=\"#case-")
        .map(|(at, _)| html[at + 10..].split('"').next().expect("an anchor"))
        .collect();
    assert!(anchors.len() > 3, "{anchors:?}");
    for anchor in &anchors {
        assert!(html.contains(&format!("id=\"{anchor}\"")), "没有 {anchor}");
    }
    assert!(html.contains("截至") && html.contains("一律为北京时间"));
    for heading in html.split("<h4 class=\"headline\">").skip(1) {
        let words = heading.split("<small").next().expect("a heading");
        assert!(
            !words.contains("CM-30D") && !words.contains("OFF-TWO"),
            "{words}"
        );
    }
    // Each undetermined rule is named with what it lacks.
    assert!(html.contains("<h3>逐案逐条</h3>") && html.contains("条规则判不了"));
}

#[test]
fn a_large_report_is_capped_and_says_so() {
    let lawbook = loaded();
    let explainer = Explainer::new(&lawbook);
    let rule = lawbook.rule("CM-30D").expect("a known code");
    let example = rule
        .examples
        .iter()
        .find(|e| e.expect == "violation")
        .expect("a violation");
    let timeline = example
        .timeline(&lawbook.book.vocabulary, rule)
        .expect("readable");
    let mut assessment = assess(&lawbook, &timeline, &Options::default());
    assessment.results.retain(|r| r.code.as_ref() == "CM-30D");
    let entry =
        mingjing_documents::check_report::CaseEntry::new(&explainer, &timeline, &assessment);
    let mut report = Report::new(heading());
    let all = Report::HTML_DETAILS_MAX + 5;
    for _ in 0..all {
        report.add_entry(entry.clone());
    }
    let html = to_html(&report);
    assert_eq!(html.matches("<article").count(), Report::HTML_DETAILS_MAX);
    assert!(html.contains(&format!(
        "发现共 {all} 处，本页只写出其中 {} 处",
        Report::HTML_DETAILS_MAX
    )));
    assert!(html.contains("其余 5 处"), "没有说明略去多少");
}

#[test]
fn an_empty_report_is_still_whole() {
    let html = to_html(&Report::new(heading()));
    assert!(html.contains("核查了 0 案。没有发现。") && html.ends_with("</html>\n"));
    to_xlsx(&Report::new(heading())).expect("an empty workbook");
}
