//! 样例的判断：加载法典，评估时间线，对照期望。

use mingjing_domain::coverage::Coverage;
use mingjing_domain::finding::{Assessment, Outcome, RuleResult};
use mingjing_domain::timeline::Timeline;
use mingjing_kernel::date::Date;
use mingjing_kernel::due::DueAt;
use mingjing_lawbook::assess::{Options, assess};
use mingjing_lawbook::diagnostic::SourceFile;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_lawbook::{example, prepare};

use super::data::{Case, Example, Replace};

/// 换掉一个文件中的一段。
pub(crate) fn replaced(sources: &[SourceFile], replace: &Replace) -> Vec<SourceFile> {
    let mut sources = sources.to_vec();
    let file = sources
        .iter_mut()
        .find(|f| f.path.as_ref() == replace.file)
        .unwrap_or_else(|| panic!("法典没有 {}", replace.file));
    assert_eq!(
        file.text.matches(&replace.find).count(),
        1,
        "{} 中应恰有一处 {}",
        replace.file,
        replace.find
    );
    *file = SourceFile::new(
        replace.file.clone(),
        file.text.replace(&replace.find, &replace.with),
    );
    sources
}

/// 变体的时间线。
pub(crate) fn timeline(lawbook: &Lawbook, example: &Example, case: &Case) -> Timeline {
    let vocabulary = &lawbook.book.vocabulary;
    let parse = |(i, text): (usize, &String)| {
        example::parse_event(vocabulary, text, i)
            .unwrap_or_else(|e| panic!("{}{} “{text}”：{e}", example.origin, case.variant))
    };
    Timeline {
        id: format!("{}{}（{}）", example.origin, case.variant, case.name),
        procedure: case.procedure.clone(),
        events: case.events.iter().enumerate().map(parse).collect(),
        coverage: case.coverage.as_ref().map_or(Coverage::Closed, |kinds| {
            Coverage::of_kinds(kinds.iter().map(String::as_str))
        }),
        facts: example::facts_of(vocabulary, &case.facts()),
    }
}

/// 评估；数据与词汇不符即不通过。
pub(crate) fn judge<'l>(lawbook: &'l Lawbook, example: &Example, case: &Case) -> Judged<'l> {
    let timeline = timeline(lawbook, example, case);
    let as_of = case
        .as_of
        .as_ref()
        .map(|day| Date::parse_iso(day).expect("as_of is a date"));
    let mismatches =
        prepare::prepare(&lawbook.book.vocabulary, &timeline, as_of, None).mismatches();
    assert!(mismatches.is_empty(), "{}：{mismatches:?}", timeline.id);
    let options = Options {
        as_of,
        keep_all: true,
        ..Options::default()
    };
    Judged {
        lawbook,
        assessment: assess(lawbook, &timeline, &options),
    }
}

/// 评估的结果，与样例对照。
pub(crate) struct Judged<'l> {
    /// 法典。
    pub(crate) lawbook: &'l Lawbook,
    /// 评估。
    pub(crate) assessment: Assessment,
}

type Check = Result<(), String>;

impl Judged<'_> {
    /// 结果的键：`编码`，部分有标识的为 `编码/部分`。
    pub(crate) fn key(&self, result: &RuleResult) -> String {
        let part = &self.lawbook.rules[result.rule as usize].parts[usize::from(result.part)];
        part.id.as_ref().map_or_else(
            || result.code.to_string(),
            |id| format!("{}/{id}", result.code),
        )
    }

    /// 适用的结果。
    fn applicable<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a RuleResult> {
        self.assessment.results.iter().filter(move |r| {
            let named = r.code.as_ref() == key || self.key(r) == key;
            named && r.outcome != Outcome::NotApplicable
        })
    }

    fn violations<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a RuleResult> {
        self.applicable(key)
            .filter(|r| r.outcome == Outcome::Violation)
    }

    /// 各结果的到期日都是这一日，且至少有一个。
    pub(crate) fn check_due(&self, key: &str, expected: &str) -> Check {
        let got: Vec<String> = self
            .applicable(key)
            .filter_map(|r| r.detail.due.as_ref())
            .map(|d| due_text(&d.at))
            .collect();
        same(key, "到期日", got, expected.to_owned())
    }

    /// 至少有一个发现，且都是这个严重程度。
    pub(crate) fn check_finding(&self, key: &str, severity: &str) -> Check {
        let got = self
            .violations(key)
            .map(|r| r.severity.name().to_owned())
            .collect();
        same(key, "发现", got, severity.to_owned())
            .map_err(|e| format!("{e}；{}", self.outcomes(key)))
    }

    /// 没有发现，也没有无法判定。
    pub(crate) fn check_silent(&self, key: &str) -> Check {
        let is_silent = self.applicable(key).all(|r| r.outcome == Outcome::Pass);
        if is_silent {
            Ok(())
        } else {
            Err(format!("{key} 应无发现，得到 {}", self.outcomes(key)))
        }
    }

    /// 迟延。
    pub(crate) fn check_late(&self, key: &str, expected: i64) -> Check {
        let got = self
            .violations(key)
            .map(|r| r.detail.late.map(|l| i64::from(l.amount())))
            .collect();
        same(key, "迟延", got, Some(expected))
    }

    /// 剩余天数。
    pub(crate) fn check_remaining(&self, key: &str, expected: i32) -> Check {
        same(
            key,
            "剩余",
            self.violations(key).map(|r| r.detail.remaining).collect(),
            Some(expected),
        )
    }

    /// 金额限值。
    pub(crate) fn check_limit(&self, key: &str, expected: i64) -> Check {
        let got = self
            .applicable(key)
            .map(|r| r.detail.amount.map(|(_, limit)| limit))
            .collect();
        same(key, "限值", got, Some(expected))
    }

    /// 附有这些标记。
    pub(crate) fn check_marks(&self, key: &str, expected: &[String]) -> Check {
        let has_all = |r: &RuleResult| {
            expected
                .iter()
                .all(|m| r.marks.iter().any(|k| k.name() == m))
        };
        same(
            key,
            "带有标记",
            self.applicable(key).map(has_all).collect(),
            true,
        )
    }

    fn outcomes(&self, key: &str) -> String {
        let tell = |r: &RuleResult| {
            let missing: Vec<&str> = r.missing.iter().map(|m| m.what.as_ref()).collect();
            format!(
                "{} {} 缺[{}]",
                self.key(r),
                r.outcome.in_chinese(),
                missing.join("、")
            )
        };
        self.applicable(key)
            .map(tell)
            .collect::<Vec<_>>()
            .join("；")
    }
}

fn same<T: PartialEq + std::fmt::Debug>(key: &str, what: &str, got: Vec<T>, expected: T) -> Check {
    if !got.is_empty() && got.iter().all(|g| *g == expected) {
        return Ok(());
    }
    Err(format!("{key} 的{what}期望 {expected:?}，得到 {got:?}"))
}

fn due_text(at: &DueAt) -> String {
    match at {
        DueAt::Day(day) => day.to_string(),
        DueAt::Minute(at) => at.to_string(),
        DueAt::Suspended { .. } => "suspended".to_owned(),
    }
}
