//! 运行示例：所得与期望逐项对照。

use mingjing_domain::finding::{Outcome, RuleResult, Severity, Status};
use mingjing_kernel::due::DueAt;

use super::Example;
use crate::assess::{Options, assess};
use crate::diagnostic::{At, Code, Diagnostic, Sink};
use crate::forms::{Form, Part};
use crate::lawbook::Lawbook;
use crate::rule::{DecidedBy, Rule, RuleStatus};
use crate::sets::{SetOptions, SetResult, assess_set};

/// 运行全部规则的示例；不成立为 LB12，缺少为 LB13。
pub fn test(lawbook: &Lawbook) -> Vec<Diagnostic> {
    let mut sink = Sink::default();
    for rule in &lawbook.rules {
        missing_examples(rule, &mut sink);
        for example in &rule.examples {
            if let Err((at, reason)) = run(lawbook, rule, example) {
                let message = format!("{} 示例“{}”{reason}", rule.code, example.story.name);
                sink.error(&at, Code::Example, message, None);
            }
        }
    }
    sink.diagnostics
}

/// LB13：每条规则须有违反、恰好合规、无法判定各一例；只作指引的规则除外。
fn missing_examples(rule: &Rule, sink: &mut Sink) {
    let is_pointer = |p: &Part| matches!(p.form, Form::Refers);
    let only_refers = rule.parts.iter().all(is_pointer);
    if only_refers || rule.status != RuleStatus::Stable {
        return;
    }
    for wanted in ["violation", "pass", "undetermined"] {
        if !rule.examples.iter().any(|e| e.expect == wanted) {
            sink.error(
                &rule.at,
                Code::ExampleMissing,
                format!("{} 缺少期望为 {wanted} 的示例", rule.code),
                None,
            );
        }
    }
}

/// 运行一个跨案的示例。
fn run_set(lawbook: &Lawbook, rule: &Rule, example: &Example) -> Result<(), (At, String)> {
    let story = &example.story;
    let fail = |reason: String| Err((story.at.clone(), reason));
    let vocabulary = &lawbook.book.vocabulary;
    let timelines = example.timelines(vocabulary, rule)?;
    for timeline in &timelines {
        if let Err(reason) = story.check(vocabulary, timeline) {
            return fail(reason);
        }
    }
    let options = SetOptions {
        as_of: story.as_of,
        known_at: None,
        keep_all: true,
    };
    let assessment = assess_set(lawbook, &timelines, &options);
    let own = assessment
        .results
        .iter()
        .filter(|r| r.result.code == rule.code && example.is_about(rule, &r.result));
    let own: Vec<&SetResult> = own.collect();
    let results: Vec<&RuleResult> = own.iter().map(|r| &r.result).collect();
    let outcome = overall(&results);
    if outcome.name() != example.expect {
        let (wanted, got) = (&example.expect, outcome.name());
        return fail(format!(
            "期望 {wanted}，得到 {got}{}",
            trace(lawbook, &results)
        ));
    }
    let agreeing = own.iter().filter(|r| r.result.outcome == outcome);
    let reasons: Vec<String> = agreeing
        .map(|r| {
            let details = check_details(example, rule, &r.result);
            details
                .and_then(|()| example.check_set(r))
                .err()
                .unwrap_or_default()
        })
        .collect();
    if !reasons.is_empty() && reasons.iter().all(|r| !r.is_empty()) {
        return fail(format!("{}{}", reasons[0], trace(lawbook, &results)));
    }
    Ok(())
}

impl Example {
    /// 是不是所看的那个部分的结果。
    fn is_about(&self, rule: &Rule, result: &RuleResult) -> bool {
        self.part.as_ref().is_none_or(|id| {
            rule.parts[usize::from(result.part)].id.as_deref() == Some(id.as_str())
                || result.part.to_string() == *id
        })
    }

    fn check_set(&self, result: &SetResult) -> Result<(), String> {
        if let Some(wanted) = &self.counted {
            let mut wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
            wanted.sort_unstable();
            let got: Vec<&str> = result.counted.iter().map(AsRef::as_ref).collect();
            if got != wanted {
                let (wanted, got) = (wanted.join("、"), got.join("、"));
                return Err(format!("期望数了 {wanted}，实际数了 {got}"));
            }
        }
        match (&self.period, &result.period) {
            (Some(wanted), got) if got.as_ref() != Some(wanted) => {
                let got = got.as_deref().unwrap_or("无");
                Err(format!("期望期间 {wanted}，得到 {got}"))
            }
            _ => Ok(()),
        }
    }
}

/// 运行一个示例。
fn run(lawbook: &Lawbook, rule: &Rule, example: &Example) -> Result<(), (At, String)> {
    if !example.cases.is_empty() {
        return run_set(lawbook, rule, example);
    }
    let timeline = example.timeline(&lawbook.book.vocabulary, rule)?;
    let story = &example.story;
    let fail = |reason: String| Err((story.at.clone(), reason));
    if let Err(reason) = story.check(&lawbook.book.vocabulary, &timeline) {
        return fail(reason);
    }
    let options = Options {
        as_of: story.as_of,
        known_at: None,
        keep_all: true,
        skip_duties: false,
    };
    let assessment = assess(lawbook, &timeline, &options);
    let own: Vec<&RuleResult> = assessment
        .results
        .iter()
        .filter(|r| r.code == rule.code)
        .collect();
    let part = |r: &&&RuleResult| example.is_about(rule, r);
    let relevant: Vec<&RuleResult> = own.iter().filter(part).copied().collect();
    let outcome = overall(&relevant);
    if outcome.name() != example.expect {
        return fail(format!(
            "期望 {}，得到 {}{}",
            example.expect,
            outcome.name(),
            trace(lawbook, &relevant)
        ));
    }
    let reasons: Vec<String> = relevant
        .iter()
        .filter(|r| r.outcome == outcome)
        .map(|result| {
            check_details(example, rule, result)
                .err()
                .unwrap_or_default()
        })
        .collect();
    if !reasons.is_empty() && reasons.iter().all(|r| !r.is_empty()) {
        return fail(format!("{}{}", reasons[0], trace(lawbook, &relevant)));
    }
    for (code, expected) in &example.also {
        let others: Vec<&RuleResult> = assessment
            .results
            .iter()
            .filter(|r| r.code.as_ref() == code)
            .collect();
        let got = overall(&others);
        if got.name() != expected {
            return fail(format!(
                "期望 {code} 为 {expected}，得到 {}{}",
                got.name(),
                trace(lawbook, &others)
            ));
        }
    }
    Ok(())
}

/// 全部结果合成一个：有不合规即不合规，其次无法判定、合规、不适用。
pub fn overall(results: &[&RuleResult]) -> Outcome {
    [Outcome::Violation, Outcome::Undetermined, Outcome::Pass]
        .into_iter()
        .find(|o| results.iter().any(|r| r.outcome == *o))
        .unwrap_or(Outcome::NotApplicable)
}

fn check_details(example: &Example, rule: &Rule, result: &RuleResult) -> Result<(), String> {
    if let Some(expected) = &example.severity
        && Severity::parse(expected) != Some(result.severity)
    {
        return Err(format!("期望程度 {expected}，得到 {}", result.severity));
    }
    if let Some(expected) = &example.status {
        let got = result.status.map_or("", |s| s.name());
        if got != expected {
            return Err(format!("期望状态 {expected}，得到 {got}"));
        }
    }
    if let Some(expected) = &example.due {
        let got = match result.detail.due.as_ref().map(|d| d.at) {
            Some(DueAt::Day(day)) => day.to_string(),
            Some(DueAt::Minute(at)) => at.to_string(),
            Some(DueAt::Suspended { .. }) => "suspended".to_owned(),
            None => "无".to_owned(),
        };
        if got != *expected {
            return Err(format!("期望到期 {expected}，得到 {got}"));
        }
    }
    if let Some(expected) = example.late {
        let got = result.detail.late.map(|l| i64::from(l.amount()));
        if got != Some(expected) {
            return Err(format!("期望逾期 {expected}，得到 {got:?}"));
        }
    }
    if let Some(expected) = &example.missing {
        for what in expected {
            if !result.missing.iter().any(|m| m.what.as_ref() == what) {
                let got: Vec<&str> = result.missing.iter().map(|m| m.what.as_ref()).collect();
                return Err(format!("期望缺 {what}，实际缺 {}", got.join("、")));
            }
        }
    }
    if let Some(expected) = &example.marks {
        let mut got: Vec<&str> = result.marks.iter().map(|m| m.name()).collect();
        let mut wanted: Vec<&str> = expected.iter().map(String::as_str).collect();
        got.sort_unstable();
        wanted.sort_unstable();
        if got != wanted {
            return Err(format!(
                "期望标记 {}，得到 {}",
                wanted.join("、"),
                got.join("、")
            ));
        }
    }
    let expects_doubt = rule.decided_by == DecidedBy::Both && result.outcome == Outcome::Violation;
    if expects_doubt && result.status != Some(Status::Doubt) {
        return Err("［半］规则的不合规应为疑点".to_owned());
    }
    Ok(())
}

/// 附在错误之后的推算，帮助改示例或规则。
fn trace(lawbook: &Lawbook, results: &[&RuleResult]) -> String {
    let lines: Vec<String> = results
        .iter()
        .map(|r| {
            let missing: Vec<&str> = r.missing.iter().map(|m| m.what.as_ref()).collect();
            let due = r.detail.due.as_ref().map(|d| {
                let words = d
                    .derivation
                    .in_words(&lawbook.calendar, &|tag| format!("扣除{tag}"));
                words.join("")
            });
            format!(
                "［部分{} {} 缺：{} {}］",
                r.part,
                r.outcome.in_chinese(),
                missing.join("、"),
                due.unwrap_or_default()
            )
        })
        .collect();
    if lines.is_empty() {
        String::new()
    } else {
        format!("；推算：{}", lines.join(""))
    }
}
