//! 这一步可不可以：每例拟作一件事，说出放行还是拒绝、因为什么。

use mingjing_domain::event::Source;
use mingjing_domain::procedure::{RefusalCause, RefusalReason};
use mingjing_kernel::date::Date;
use mingjing_lawbook::example;
use mingjing_lawbook::proceed::decide::{DecideOptions, Grounds, Override, decide};
use serde::Deserialize;

use super::data::{self, LAWBOOK};

#[derive(Deserialize)]
struct Case {
    #[serde(flatten)]
    case: data::Case,
    /// 拟作的事，短写；`ex26:种类` 取正例里的那一件，`@日期` 换一个日子。
    propose: String,
    /// 从哪里来：`platform`（缺省）、`file`、`system`。
    source: Option<String>,
    /// 判断日。
    as_of: Option<String>,
    /// 说明理由后仍然办理的理由；空的也算写了。
    overriding: Option<String>,
    /// `cleared`、`refused`、`overridden`。
    expect: String,
    /// 拒绝（搁置）的原因：`violation 编码`、`requirement`、`step`、`data`。
    #[serde(default)]
    reasons: Vec<String>,
    /// 每条原因的说明里都要有的话，逐条。
    #[serde(default)]
    says: Vec<String>,
    /// 新带来的须有：`编码 状态`。
    #[serde(default)]
    newly: Vec<String>,
    /// 新带来的里不得有这些编码。
    #[serde(default)]
    not_newly: Vec<String>,
    /// 走到的状态：`程序 状态`。
    steps: Option<Vec<String>>,
}

fn reason(reason: &RefusalReason) -> String {
    let cause = match reason.cause {
        RefusalCause::Violation => "violation",
        RefusalCause::Requirement => "requirement",
        RefusalCause::Step => "step",
        RefusalCause::Data => "data",
    };
    match &reason.code {
        Some(code) => format!("{cause} {code}"),
        None => cause.to_owned(),
    }
}

#[test]
fn proposed_events_are_cleared_or_refused_as_the_table_says() {
    for case in data::read::<Case>("decide.toml") {
        check(&case);
    }
}

/// 换一个日子，不写时刻。
fn moved(line: &str, day: &str) -> String {
    let (_, rest) = line.split_once(' ').expect("a date and the rest");
    format!("{day} {rest}")
}

fn check(case: &Case) {
    let name = &case.case.name;
    let timeline = case.case.timeline();
    let line = match case.propose.strip_prefix("ex26:") {
        Some(kind) => match kind.split_once('@') {
            Some((kind, day)) => moved(&data::ex26_event(kind), day),
            None => data::ex26_event(kind),
        },
        None => case.propose.clone(),
    };
    let mut proposed = example::parse_event(&LAWBOOK.book.vocabulary, &line, 998)
        .unwrap_or_else(|e| panic!("{name}“{line}”：{e}"));
    proposed.source = match case.source.as_deref() {
        None | Some("platform") => Source::FirstHand,
        Some("file") => Source::File,
        Some(system) => Source::System(system.to_owned()),
    };
    let options = DecideOptions {
        as_of: case
            .as_of
            .as_ref()
            .map(|day| Date::parse_iso(day).expect("as_of is a date")),
        overriding: case.overriding.as_ref().map(|reason| Override {
            by: "H1".to_owned(),
            reason: reason.clone(),
        }),
    };
    let (got, reasons, newly, steps) = match decide(&LAWBOOK, &timeline, &proposed, &options) {
        Ok(ruling) => {
            assert_eq!(ruling.clearance.timeline(), timeline.id, "{name}");
            let (got, reasons) = match ruling.clearance.grounds() {
                Grounds::Free => ("cleared", Vec::new()),
                Grounds::Overridden { set_aside, .. } => ("overridden", set_aside.clone()),
            };
            let steps = ruling
                .steps
                .iter()
                .map(|(at, step)| format!("{} {}", at.procedure, step.to));
            let steps: Vec<String> = steps.collect();
            (got, reasons, ruling.newly, steps)
        }
        Err(refusal) => ("refused", refusal.reasons, Vec::new(), Vec::new()),
    };
    let texts: Vec<&str> = reasons.iter().map(|r| r.text.as_str()).collect();
    assert_eq!(got, case.expect, "{name}：{texts:?}");
    let mut listed: Vec<String> = reasons.iter().map(reason).collect();
    listed.sort();
    assert_eq!(listed, case.reasons, "{name}：{texts:?}");
    for words in &case.says {
        let is_said = texts.iter().any(|t| t.contains(words.as_str()));
        assert!(is_said, "{name}：{texts:?} 没有说“{words}”");
    }
    let found: Vec<String> = newly
        .iter()
        .map(|r| format!("{} {}", r.code, r.status.map_or("", |s| s.name())))
        .collect();
    for wanted in &case.newly {
        assert!(found.contains(wanted), "{name}：{found:?} 没有 {wanted}");
    }
    for unwanted in &case.not_newly {
        let is_there = newly.iter().any(|r| r.code.as_ref() == unwanted);
        assert!(!is_there, "{name}：{found:?} 有 {unwanted}");
    }
    if let Some(wanted) = &case.steps {
        assert_eq!(&steps, wanted, "{name}");
    }
}
