//! 样张：内容全部虚构。

use mingjing_domain::finding::{DutyState, Severity, Status};
use mingjing_kernel::date::Date;
use mingjing_lawbook::explain::FindingText;
use mingjing_lawbook::explain::missing::{FoldedMissing, MissingText, RuleLacks};

use super::entry::{CaseEntry, DutyEntry, FindingEntry, FindingLine, UndeterminedEntry};
use super::{Heading, Input, RefusedRow, Report};

const BODY: &str = "云川省云安市市场监督管理局";

/// 样张的内容。
pub(super) fn report() -> Report {
    let mut report = Report::new(Heading {
        title: "行政执法案件核查报告（样张）".to_owned(),
        software: "明镜 0.1.0".to_owned(),
        lawbook: "2026.1".to_owned(),
        as_of: Date::new(2026, 3, 1),
        made_at: "2026年3月1日 9时30分".to_owned(),
    });
    report.add_input(Input {
        file: "案件清单.csv".to_owned(),
        format: "CSV（GB18030）".to_owned(),
        adapter: "双公示行政处罚".to_owned(),
        coverage: vec![
            "“作出决定”写全了：没有列出的，就是没有；带有决定书文号、罚款数额，其他各项不知道。"
                .to_owned(),
            "其余的事材料不含，一概按不知道处理。".to_owned(),
        ],
        rows: 3,
        cases: 2,
        refused: 1,
        repeated: 0,
    });
    report.add_entry(late_case());
    report.add_entry(CaseEntry {
        id: "云安市监罚〔2026〕2号".to_owned(),
        body: BODY.to_owned(),
        as_of: "2026年3月1日（周日）".to_owned(),
        findings: Vec::new(),
        undetermined: Some(lacking()),
        not_judged: 1,
        duties: Vec::new(),
    });
    report.add_refused(RefusedRow {
        file: "案件清单.csv".to_owned(),
        sheet: None,
        row: Some(4),
        column: Some("C 列 决定日期".to_owned()),
        value: Some("2026年2月30日".to_owned()),
        reason: "历法上没有这一天".to_owned(),
        remedy: "请核对决定书上的日期".to_owned(),
    });
    report
}

fn late_case() -> CaseEntry {
    let case = "云安市监罚〔2025〕1号";
    let (due, actual) = ("2025年10月5日（周日）", "2025年10月9日（周四）");
    let headline = format!("查封扣押三十日：最迟应于{due}完成，实际{actual}，逾期 4 日");
    CaseEntry {
        id: case.to_owned(),
        body: BODY.to_owned(),
        as_of: "2026年3月1日（周日）".to_owned(),
        findings: vec![FindingEntry {
            group: 0,
            line: FindingLine {
                case: case.to_owned(),
                body: BODY.to_owned(),
                party: "张**".to_owned(),
                origin: "案件清单.csv 第 2 行".to_owned(),
                code: "CM-30D".to_owned(),
                rule_name: "查封扣押三十日".to_owned(),
                severity: Severity::Breach,
                status: Status::Violated,
                due: Some(due.to_owned()),
                actual: Some(actual.to_owned()),
                late: Some("4 日".to_owned()),
                headline: headline.clone(),
                as_of: "2026年3月1日（周日）".to_owned(),
                cause: None,
            },
            text: FindingText {
                headline,
                sentences: vec![
                    "查封、扣押三十日内作出处理决定或解除，末日不因节假日顺延。".to_owned(),
                ],
                checks: Vec::new(),
                article: vec!["《中华人民共和国行政强制法》（2011年公布）第25条".to_owned()],
                reference: Vec::new(),
                facts: vec![
                    "2025年9月5日（周五）“实施强制措施”：措施种类 查封〔案件清单.csv 第 2 行〕"
                        .to_owned(),
                    format!("{actual}“解除强制措施”〔案件清单.csv 第 3 行〕"),
                ],
                derivation: vec![
                    "自2025年9月5日（周五）起算，当日不计；期限为三十日（末日不顺延）。".to_owned(),
                    format!("第三十日为{due}。"),
                ],
                parameters: vec!["查封扣押期限：三十日（末日不顺延）（一般取值）".to_owned()],
                advice: vec!["发出行政执法监督意见书，限期整改".to_owned()],
                marks: vec![
                    "〔口径〕法律没有写明，是为了能够计算而定的口径，可以由本机关另定".to_owned(),
                ],
                remedy: "请与案卷原件核对上列事实。".to_owned(),
                missing: Vec::new(),
                causes: Vec::new(),
            },
        }],
        undetermined: None,
        not_judged: 0,
        duties: vec![DutyEntry {
            case: case.to_owned(),
            body: BODY.to_owned(),
            code: "CM-30D".to_owned(),
            rule_name: "查封扣押三十日".to_owned(),
            state: DutyState::MetLate,
            start: "2025年9月5日（周五） 实施强制措施".to_owned(),
            due: Some(due.to_owned()),
            met: Some(actual.to_owned()),
        }],
    }
}

fn lacking() -> UndeterminedEntry {
    UndeterminedEntry {
        case: "云安市监罚〔2026〕2号".to_owned(),
        body: BODY.to_owned(),
        rules: 2,
        missing: vec![FoldedMissing {
            text: MissingText {
                what: "“立案批准”的记录".to_owned(),
                why: "这份材料不含这种事，没有记录不等于没有发生".to_owned(),
                supply: "请补充“立案批准”的记录；若材料对它是完整的，请在读入时声明".to_owned(),
            },
            rules: vec!["P-TIME-90D".to_owned(), "P-FILE-APPROVE".to_owned()],
            alone: 2,
        }],
        left_out: 0,
        by_rule: [
            ("P-TIME-90D", "九十日内决定"),
            ("P-FILE-APPROVE", "立案审批"),
        ]
        .map(|(code, name)| RuleLacks {
            code: code.to_owned(),
            name: name.to_owned(),
            lacks: vec!["“立案批准”的记录（这份材料不含这种事）".to_owned()],
        })
        .into(),
    }
}
