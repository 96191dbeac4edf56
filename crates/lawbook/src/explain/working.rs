//! 算法：结论由哪些数算出来，逐项列出——音像的覆盖、通知与活动之间的日子、按日累计、分子分母，以及凭什么说没有。

use mingjing_domain::event::Event;
use mingjing_domain::finding::{Outcome, Status};
use mingjing_domain::value::Value;
use mingjing_kernel::date::{Date, Timestamp};

use super::CaseWords;
use super::form;
use super::observed::View;
use super::value::Sense;

/// 逐日列出的日数：应隔的日数都在此以内。
const BETWEEN_MAX: usize = 40;

impl CaseWords<'_> {
    /// 该有而没有的事：写明要的是什么，凭什么说没有。
    pub(super) fn absent_line(&self, view: &View<'_>) -> Option<String> {
        if view.result.outcome != Outcome::Violation || view.result.status == Some(Status::Near) {
            return None;
        }
        let source = view.source;
        let (words, selectors) = match view.part.form_name.as_ref() {
            "requires" if !form::needed(&view.phrases, source).is_empty() => {
                let mut selectors = source.texts("any");
                selectors.extend(source.text("needs"));
                (form::needed(&view.phrases, source), selectors)
            }
            "deadline" if view.result.detail.actual.is_none() => {
                let selector = source.text("met_by")?;
                (view.phrases.selector_bare(selector), vec![selector])
            }
            "covers" => {
                let selector = source.text("by_media")?;
                let kinds = view.phrases.selector_kinds(selector);
                if !self.events_of(&kinds).is_empty() {
                    return None;
                }
                (view.phrases.selector_bare(selector), vec![selector])
            }
            _ => return None,
        };
        let kinds: Vec<_> = selectors
            .iter()
            .flat_map(|s| view.phrases.selector_kinds(s))
            .collect();
        let lacks_all = self.events_of(&kinds).is_empty();
        let none = if lacks_all {
            "没有"
        } else {
            "没有合乎要求的"
        };
        let closed = matches!(
            self.case().timeline.coverage,
            mingjing_domain::coverage::Coverage::Closed
        );
        let ground = if closed {
            "材料声明为完整的案卷，按没有发生判断"
        } else {
            "材料对这种事声明为完整，按没有发生判断"
        };
        Some(format!("材料里{none}{words}的记录（{ground}）。"))
    }

    /// 音像覆盖的算法：行为多久，各段音像各覆盖哪里，余下多少。
    pub(super) fn coverage_lines(&self, view: &View<'_>) -> Vec<String> {
        if view.part.form_name.as_ref() != "covers" {
            return Vec::new();
        }
        let Some((uncovered, allowed)) = view.result.detail.amount else {
            return Vec::new();
        };
        let events = &self.case().timeline.events;
        let Some(act) = view.result.trigger.and_then(|t| events.get(t.0 as usize)) else {
            return Vec::new();
        };
        let Some((from, to)) = span_of(act) else {
            return Vec::new();
        };
        let seconds = to.unix_seconds() - from.unix_seconds();
        let mut lines = vec![format!(
            "行为自{}至{}，共 {seconds} 秒（{} 分钟）。",
            from.in_chinese(),
            to.in_chinese(),
            seconds / 60
        )];
        let media = view
            .result
            .evidence
            .iter()
            .filter(|e| Some(**e) != view.result.trigger)
            .filter_map(|e| events.get(e.0 as usize));
        lines.extend(media.filter_map(span_of).map(|(a, b)| {
            let inside = (b.unix_seconds().min(to.unix_seconds())
                - a.unix_seconds().max(from.unix_seconds()))
            .max(0);
            format!(
                "音像自{}至{}，落在行为之内的 {inside} 秒。",
                a.in_chinese(),
                b.in_chinese()
            )
        }));
        if lines.len() == 1 {
            lines.push("没有任何一段音像。".to_owned());
        }
        lines.push(format!(
            "减去音像的并集，合计 {uncovered} 秒没有音像；允许 {allowed} 秒。"
        ));
        lines
    }

    /// 通知与活动之间的工作日，逐日列出。
    pub(super) fn between_lines(&self, view: &View<'_>) -> Vec<String> {
        let (Some((actual, wanted)), "notice") =
            (view.result.detail.amount, view.part.form_name.as_ref())
        else {
            return Vec::new();
        };
        let events = &self.case().timeline.events;
        let act = view.result.trigger.and_then(|t| events.get(t.0 as usize));
        let notice = view
            .result
            .evidence
            .iter()
            .filter(|e| Some(**e) != view.result.trigger)
            .filter_map(|e| events.get(e.0 as usize))
            .next_back();
        let (Some(act), Some(notice)) = (act, notice) else {
            return Vec::new();
        };
        let is_counted = |day: &Date| {
            self.counts_calendar_days(view) || self.lawbook().calendar.is_working(*day)
        };
        let days: Vec<String> = (1..act.occurred_on.days_since(notice.occurred_on))
            .filter_map(|n| notice.occurred_on.checked_add_days(n))
            .filter(is_counted)
            .take(BETWEEN_MAX)
            .map(|day| format!("{}月{}日", day.month(), day.day()))
            .collect();
        let unit = if self.counts_calendar_days(view) {
            "日"
        } else {
            "个工作日"
        };
        vec![format!(
            "通知之日与活动之日都不算，其间的{}为{}，共 {actual} {unit}；应有 {wanted} {unit}。",
            unit.trim_start_matches('个'),
            if days.is_empty() {
                "零".to_owned()
            } else {
                days.join("、")
            },
        )]
    }

    /// 按日累计的算法：本金、起止、日数、比例、上限，逐项列出。
    pub(super) fn accrual_lines(&self, view: &View<'_>) -> Vec<String> {
        if view.part.form_name.as_ref() != "accrues" {
            return Vec::new();
        }
        let place = self.place(view.result);
        let value = |key: &str| {
            let text = view.text(key);
            let text = match text.strip_prefix("param:") {
                Some(name) => format!("param('{name}')"),
                None => text.to_owned(),
            };
            let sense = view.phrases.value(&text).1;
            self.values()
                .val(&self.value_at(&text, &view.part.triggers, &place)?, &sense)
        };
        let mut lines = Vec::new();
        for (key, label) in [
            ("principal", "本金"),
            ("rate", "每日加收的比例"),
            ("cap", "累计的上限占本金的"),
        ] {
            if key == "rate" && view.text("judge") == "cap" {
                continue;
            }
            lines.extend(value(key).map(|v| format!("{label} {v}。")));
        }
        if view.text("judge") != "cap" {
            lines.extend(value("from").map(|v| format!("自{v}的次日起计算。")));
        }
        let days = view.result.detail.remaining.filter(|n| *n > 0);
        lines.extend(days.map(|n| format!("扣去不计的期间，到加收之日应计 {n} 日。")));
        lines
    }

    /// 集合形式所数的东西。
    pub(super) fn counted_lines(&self, view: &View<'_>) -> Vec<String> {
        let facts = &self.case().timeline.facts.values;
        match view.part.form_name.as_ref() {
            "ratio" => [("numerator", "分子"), ("denominator", "分母")]
                .into_iter()
                .map(|(key, label)| {
                    let value = facts
                        .get(key)
                        .map(|v| self.values().value(v, &Sense::Count));
                    format!(
                        "比例的{label}：{}",
                        value.unwrap_or_else(|| "材料没有给出".to_owned())
                    )
                })
                .collect(),
            "count" => match facts.get("rows") {
                Some(Value::List(rows)) => {
                    let days: Vec<String> = rows
                        .iter()
                        .filter_map(|row| row.at("on"))
                        .map(|day| self.values().value(day, &Sense::Date))
                        .collect();
                    vec![format!(
                        "给出的行 {} 行，日期为 {}",
                        rows.len(),
                        days.join("、")
                    )]
                }
                _ => Vec::new(),
            },
            _ => Vec::new(),
        }
    }
}

/// 一件事的起止时刻。
fn span_of(event: &Event) -> Option<(Timestamp, Timestamp)> {
    let at = |field: &str| match event.fields.get(field)? {
        Value::Timestamp(at) => Some(*at),
        Value::Text(text) => Timestamp::parse(text).ok(),
        _ => None,
    };
    Some((at("started_at")?, at("ended_at")?))
}
