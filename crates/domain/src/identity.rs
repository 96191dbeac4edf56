//! 发现的身份：重新评估之后认得出是不是同一个发现。
//!
//! What people did with a finding (taken, dismissed, answered) hangs on this string, so it rests only on what a
//! re-assessment keeps: no severity, no text, no dates, no place in a list.

use crate::finding::RuleResult;
use crate::timeline::Timeline;

/// 发现在一条时间线（或一个主体）里的身份：编码、部分、触发事件、键、期间，写成一串。
///
/// `编码/部分/触发事件/键=值&键=值/期间`; an absent piece is empty. `/ & = %` inside a piece are written `%2F %26 %3D %25`,
/// so two different identities never give one string. The trigger is named by the id that corrections keep. `period` is
/// for results of a set over a year, quarter or month; results of one timeline have none.
pub fn finding_identity(timeline: &Timeline, result: &RuleResult, period: Option<&str>) -> String {
    let mut text = escaped(&result.code);
    text.push('/');
    text.push_str(&result.part.to_string());
    text.push('/');
    let trigger = result
        .trigger
        .and_then(|index| timeline.events.get(index.0 as usize));
    if let Some(event) = trigger {
        text.push_str(&escaped(event.corrects.as_deref().unwrap_or(&event.id)));
    }
    text.push('/');
    for (i, (key, value)) in result.keys.iter().enumerate() {
        if i > 0 {
            text.push('&');
        }
        text.push_str(&escaped(key));
        text.push('=');
        text.push_str(&escaped(value));
    }
    text.push('/');
    text.push_str(&escaped(period.unwrap_or("")));
    text
}

fn escaped(piece: &str) -> String {
    let mut out = String::with_capacity(piece.len());
    for c in piece.chars() {
        match c {
            '%' => out.push_str("%25"),
            '/' => out.push_str("%2F"),
            '&' => out.push_str("%26"),
            '=' => out.push_str("%3D"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use mingjing_kernel::date::Date;

    use super::*;
    use crate::coverage::Coverage;
    use crate::event::Event;
    use crate::finding::{Detail, EventIndex, Force, Marks, Outcome, Severity};
    use crate::timeline::Facts;

    fn day() -> Date {
        Date::parse_iso("2025-03-03").expect("a date")
    }

    fn timeline(events: Vec<Event>) -> Timeline {
        Timeline {
            id: "案一".to_owned(),
            procedure: None,
            events,
            coverage: Coverage::Closed,
            facts: Facts::default(),
        }
    }

    fn result(trigger: Option<u32>, keys: &[(&str, &str)]) -> RuleResult {
        RuleResult {
            code: "P-TIME-90D".into(),
            rule: 7,
            part: 1,
            trigger: trigger.map(EventIndex),
            day: day(),
            keys: keys
                .iter()
                .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
                .collect::<BTreeMap<_, _>>(),
            outcome: Outcome::Violation,
            severity: Severity::Breach,
            status: None,
            marks: Marks::NONE,
            force: Force::Binding,
            evidence: Vec::new(),
            missing: Vec::new(),
            is_before_law: false,
            detail: Detail::default(),
        }
    }

    #[test]
    fn the_identity_names_code_part_trigger_and_keys() {
        let case = timeline(vec![Event::new("e1", "case_filed", day())]);
        let found = result(Some(0), &[("instance", "m1"), ("party", "甲")]);
        assert_eq!(
            finding_identity(&case, &found, None),
            "P-TIME-90D/1/e1/instance=m1&party=甲/"
        );
        assert_eq!(
            finding_identity(&case, &result(None, &[]), Some("2026Q1")),
            "P-TIME-90D/1///2026Q1"
        );
    }

    #[test]
    fn a_correction_of_the_trigger_keeps_the_identity() {
        let mut corrected = Event::new("e9", "case_filed", day());
        corrected.corrects = Some("e1".to_owned());
        let before = timeline(vec![Event::new("e1", "case_filed", day())]);
        let after = timeline(vec![Event::new("e1", "case_filed", day()), corrected]);
        assert_eq!(
            finding_identity(&before, &result(Some(0), &[]), None),
            finding_identity(&after, &result(Some(1), &[]), None)
        );
    }

    #[test]
    fn signs_of_the_notation_inside_a_key_do_not_confuse_two_findings() {
        let case = timeline(Vec::new());
        let one = result(None, &[("party", "a&goods=b")]);
        let two = result(None, &[("goods", "b"), ("party", "a")]);
        assert_ne!(
            finding_identity(&case, &one, None),
            finding_identity(&case, &two, None)
        );
        assert_eq!(
            finding_identity(&case, &one, None),
            "P-TIME-90D/1//party=a%26goods%3Db/"
        );
    }
}
