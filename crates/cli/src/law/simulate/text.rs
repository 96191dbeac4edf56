//! 试算的结果写成文字与 JSON。

use std::fmt::Write as _;

use mingjing_domain::finding::Status;
use mingjing_lawbook::simulate::Turn;
use serde_json::{Value as Json, json};

use crate::law::diff;
use crate::law::simulate::Trying;
use crate::law::simulate::tally::{Changed, Instance, Tally, Told, Words};
use crate::table::plain;

/// 表里列出的机关数，变得多的在前；全部在工作簿与 JSON 里。
const BODIES_SHOWN: usize = 20;

/// 给人看的。
pub(super) fn table(tally: &Tally, trial: &Trying<'_>) -> String {
    let comparison = trial.comparison;
    // Writing to a string does not fail.
    let mut text = format!("法典 {} → {}：", comparison.before, comparison.after);
    if comparison.differences.is_empty() {
        text.push_str("写的一样");
    } else {
        text.push_str(&diff::counts(comparison));
    }
    let _ = writeln!(
        text,
        "\n试算 {} 案：会变的 {} 案，{} 处",
        tally.cases,
        tally.changed,
        tally.turns()
    );
    if tally.refused > 0 {
        let _ = writeln!(text, "读不了的 {} 行，没有试算", tally.refused);
    }
    by_rule(&mut text, tally);
    by_body(&mut text, tally);
    on_trial(&mut text, tally);
    if trial.has_over_cases() {
        text.push_str("\n变化里有跨案的规则，它们不在试算之内\n");
    }
    text
}

fn by_rule(text: &mut String, tally: &Tally) {
    if tally.by_rule.is_empty() {
        return;
    }
    text.push_str("\n按规则：\n");
    for (code, turns) in &tally.by_rule {
        let _ = writeln!(text, "  {code} {}：{}", tally.name(code), counts(turns));
        for turn in Turn::ALL {
            let examples = tally.examples.get(&(code.clone(), turn));
            for instance in examples.into_iter().flatten() {
                let _ = writeln!(text, "    {}", plain(&example(instance)));
            }
        }
    }
}

fn by_body(text: &mut String, tally: &Tally) {
    let mut bodies: Vec<_> = tally
        .by_body
        .iter()
        .filter(|(_, b)| b.changed > 0)
        .collect();
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

fn on_trial(text: &mut String, tally: &Tally) {
    if tally.on_trial.is_empty() {
        return;
    }
    text.push_str("\n新的一份里试行的规则会说的（不算变化）：\n");
    for (code, counts) in &tally.on_trial {
        let counts = counts
            .iter()
            .map(|(status, n)| format!("{} {n}", status.name()));
        let counts = counts.collect::<Vec<_>>().join("、");
        let _ = writeln!(text, "  {code} {}：{counts}", tally.name(code));
    }
}

/// `新出现 3、到期日不同 12`。
fn counts(turns: &[u64]) -> String {
    let told = Turn::ALL.iter().zip(turns).filter(|(_, n)| **n > 0);
    told.map(|(turn, n)| format!("{} {n}", turn.name()))
        .collect::<Vec<_>>()
        .join("、")
}

fn example(instance: &Instance) -> String {
    let told = &instance.told;
    let mut text = format!("{}：{}", told.turn.name(), instance.case);
    if let Some(body) = &instance.body {
        text.push_str(&format!("（{body}）"));
    }
    text.push_str(&format!(" {}", moved(told)));
    text
}

/// `立案 2025-03-01：没有发现 → 违反，违规，应于 2025-05-30`。
pub(super) fn moved(told: &Told) -> String {
    let mut text = place(told);
    if !text.is_empty() {
        text.push('：');
    }
    let (before, after) = (
        in_words(told.before.as_ref()),
        in_words(told.after.as_ref()),
    );
    text.push_str(&format!("{before} → {after}"));
    text
}

/// 哪一件事、哪一个当事人。
pub(super) fn place(told: &Told) -> String {
    let mut pieces = Vec::new();
    if let Some((name, day)) = &told.event {
        pieces.push(format!("{name} {day}"));
    }
    pieces.extend(told.keys.values().cloned());
    pieces.join("，")
}

/// 一份法典说的。
pub(super) fn in_words(words: Option<&Words>) -> String {
    let Some(words) = words else {
        return "没有发现".to_owned();
    };
    let mut pieces: Vec<String> = vec![words.status.unwrap_or("没有发现").to_owned()];
    pieces.extend(words.severity.map(str::to_owned));
    pieces.extend(words.due.as_ref().map(|due| format!("应于 {due}")));
    pieces.join("，")
}

/// 会变的一案一行；含义见 `docs/cli.md`。
pub(super) fn line(changed: &Changed) -> Json {
    json!({
        "type": "case",
        "case_id": changed.case,
        "org_id": changed.body,
        "as_of": changed.as_of.to_string(),
        "changes": changed.turned.iter().map(|told| json!({
            "rule_id": told.code.as_ref(),
            "part": told.part.as_ref(),
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
    let rules = tally.by_rule.iter().map(|(code, turns)| {
        json!({ "rule_id": code.as_ref(), "rule_name": tally.name(code), "changes": turns_json(turns) })
    });
    let bodies = tally.by_body.iter().map(|(name, body)| {
        json!({
            "org_id": name,
            "cases": body.cases,
            "changed_cases": body.changed,
            "changes": turns_json(&body.turns),
        })
    });
    let trials = tally.on_trial.iter().map(|(code, counts)| {
        let of = |status| counts.get(&status).copied().unwrap_or(0);
        json!({
            "rule_id": code.as_ref(),
            "violated": of(Status::Violated),
            "doubt": of(Status::Doubt),
            "near": of(Status::Near),
            "undetermined": of(Status::Undetermined),
        })
    });
    json!({
        "type": "summary",
        "before": trial.comparison.before.as_ref(),
        "after": trial.comparison.after.as_ref(),
        "cases": tally.cases,
        "changed_cases": tally.changed,
        "changes": tally.turns(),
        "refused": tally.refused,
        "by_rule": rules.collect::<Vec<_>>(),
        "by_body": bodies.collect::<Vec<_>>(),
        "trial": trials.collect::<Vec<_>>(),
        "over_cases_left_out": trial.has_over_cases(),
    })
}

fn turns_json(turns: &[u64]) -> Json {
    let told = Turn::ALL.iter().zip(turns);
    Json::Object(
        told.map(|(turn, n)| (turn.code().to_owned(), json!(n)))
            .collect(),
    )
}
