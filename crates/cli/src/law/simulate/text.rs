//! 试算的结果写成文字与 JSON。

use std::fmt::Write as _;

use mingjing_lawbook::simulate::Turn;
use mingjing_lawbook::simulate::tally::{
    Changed, Instance, Tally, Totals, Turns, Words, turns_in_chinese as counts,
};
use serde_json::{Value as Json, json};

use crate::law::simulate::Trying;
use crate::table::plain;

/// 表里列出的机关数，变得多的在前；全部在工作簿与 JSON 里。
const BODIES_SHOWN: usize = 20;

/// 给人看的。
pub(super) fn table(tally: &Tally, trial: &Trying<'_>) -> String {
    let (comparison, totals) = (trial.comparison, &tally.totals);
    // Writing to a string does not fail.
    let mut text = format!(
        "法典 {} → {}：{}\n试算 {} 案：会变的 {} 案，{} 处\n",
        comparison.before,
        comparison.after,
        comparison.in_chinese(),
        totals.cases,
        totals.changed,
        totals.turns()
    );
    if totals.refused > 0 {
        let _ = writeln!(text, "读不了的 {} 行，没有试算", totals.refused);
    }
    by_rule(&mut text, tally);
    by_body(&mut text, totals);
    on_trial(&mut text, totals);
    if trial.has_over_cases() {
        text.push_str("\n变化里有跨案的规则，它们不在试算之内\n");
    }
    text
}

fn by_rule(text: &mut String, tally: &Tally) {
    if tally.totals.by_rule.is_empty() {
        return;
    }
    text.push_str("\n按规则：\n");
    for (code, rule) in &tally.totals.by_rule {
        let _ = writeln!(text, "  {code} {}：{}", rule.name, counts(&rule.turns));
        for turn in Turn::ALL {
            let examples = tally.examples.get(&(code.clone(), turn));
            for instance in examples.into_iter().flatten() {
                let _ = writeln!(text, "    {}", plain(&example(instance)));
            }
        }
    }
}

fn by_body(text: &mut String, totals: &Totals) {
    let bodies = totals.by_body.iter();
    let mut bodies: Vec<_> = bodies.filter(|(_, b)| b.changed > 0).collect();
    if bodies.is_empty() {
        return;
    }
    bodies.sort_by_key(|(name, b)| (std::cmp::Reverse(b.changed), *name));
    text.push_str("\n按机关：\n");
    for (name, body) in bodies.iter().take(BODIES_SHOWN) {
        let _ = writeln!(
            text,
            "  {}：{} 案中 {} 案，{}",
            plain(name),
            body.cases,
            body.changed,
            counts(&body.turns)
        );
    }
    let rest = bodies.len().saturating_sub(BODIES_SHOWN);
    if rest > 0 {
        let _ = writeln!(
            text,
            "  ……另有 {rest} 个机关，见工作簿（--report）或 --format json"
        );
    }
}

fn on_trial(text: &mut String, totals: &Totals) {
    if totals.on_trial.is_empty() {
        return;
    }
    text.push_str("\n新的一份里试行的规则会说的（不算变化）：\n");
    for (code, trial) in &totals.on_trial {
        let told = trial.counts().into_iter().filter(|(_, n)| *n > 0);
        let told = told.map(|(status, n)| format!("{} {n}", status.name()));
        let told = told.collect::<Vec<_>>().join("、");
        let _ = writeln!(text, "  {code} {}：{told}", trial.name);
    }
}

fn example(instance: &Instance) -> String {
    let told = &instance.told;
    let mut text = format!("{}：{}", told.turn.name(), instance.case);
    if let Some(body) = &instance.body {
        text.push_str(&format!("（{body}）"));
    }
    text.push_str(&format!(" {}", told.moved()));
    text
}

/// 会变的一案一行；含义见 `docs/cli.md`。
pub(super) fn line(changed: &Changed) -> Json {
    json!({
        "type": "case",
        "case_id": changed.case,
        "org_id": changed.body,
        "as_of": changed.as_of.to_string(),
        "changes": changed.turned.iter().map(|told| json!({
            "rule_id": told.code,
            "part": told.part,
            "change": told.turn.code(),
            "event": told.event.as_ref().map(|(name, day)| json!({
                "name": name,
                "on": day.to_string(),
            })),
            "keys": told.keys,
            "before": told.before.as_ref().map(words),
            "after": told.after.as_ref().map(words),
        })).collect::<Vec<_>>(),
    })
}

fn words(words: &Words) -> Json {
    json!({
        "status": words.status,
        "severity": words.severity,
        "due_at": words.due,
    })
}

/// 合计，总是最后一行。
pub(super) fn summary(tally: &Tally, trial: &Trying<'_>) -> Json {
    let totals = &tally.totals;
    let rules = totals.by_rule.iter().map(|(code, rule)| {
        json!({ "rule_id": code, "rule_name": rule.name, "changes": turns_json(&rule.turns) })
    });
    let bodies = totals.by_body.iter().map(|(name, body)| {
        json!({
            "org_id": name,
            "cases": body.cases,
            "changed_cases": body.changed,
            "changes": turns_json(&body.turns),
        })
    });
    let trials = totals.on_trial.iter().map(|(code, trial)| {
        json!({
            "rule_id": code,
            "violated": trial.violated,
            "doubt": trial.doubt,
            "near": trial.near,
            "undetermined": trial.undetermined,
        })
    });
    json!({
        "type": "summary",
        "before": trial.comparison.before.as_ref(),
        "after": trial.comparison.after.as_ref(),
        "cases": totals.cases,
        "changed_cases": totals.changed,
        "changes": totals.turns(),
        "refused": totals.refused,
        "by_rule": rules.collect::<Vec<_>>(),
        "by_body": bodies.collect::<Vec<_>>(),
        "trial": trials.collect::<Vec<_>>(),
        "over_cases_left_out": trial.has_over_cases(),
    })
}

fn turns_json(turns: &Turns) -> Json {
    let told = Turn::ALL.iter().zip(turns);
    Json::Object(
        told.map(|(turn, n)| (turn.code().to_owned(), json!(n)))
            .collect(),
    )
}
