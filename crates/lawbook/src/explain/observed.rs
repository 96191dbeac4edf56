//! 看到的情形：每种形式的结果怎样说，一句要点与若干细节。

use mingjing_domain::finding::{Outcome, RuleResult, Status};
use mingjing_kernel::due::DueAt;
use mingjing_kernel::period::PeriodUnit;

use crate::forms::Part;

use super::CaseWords;
use super::form;
use super::phrase::Phrases;
use super::source::Source;
use super::value::Sense;

/// 一个结果所在的部分与读法。
pub(super) struct View<'v> {
    /// 结果。
    pub(super) result: &'v RuleResult,
    /// 部分。
    pub(super) part: &'v Part,
    /// 原文。
    pub(super) source: Source<'v>,
    /// 读法，具名事件已备好。
    pub(super) phrases: Phrases<'v>,
}

impl View<'_> {
    pub(super) fn text(&self, key: &str) -> &str {
        self.source.text(key).unwrap_or_default()
    }
}

impl CaseWords<'_> {
    /// 要点：接在规则名之后的一句短话。
    pub(super) fn brief(&self, view: &View<'_>) -> String {
        match (view.result.outcome, view.result.status) {
            (Outcome::Violation, Some(Status::Near)) => self.near(view),
            (Outcome::Violation, _) => self.violation(view),
            (Outcome::Pass, _) => self.passed(view),
            (Outcome::NotApplicable, _) if view.result.is_before_law => {
                "事情在这一条施行之前，不判".to_owned()
            }
            (Outcome::NotApplicable, _) => "不适用".to_owned(),
            (Outcome::Undetermined, _) => "无法判定".to_owned(),
        }
    }

    fn near(&self, view: &View<'_>) -> String {
        let detail = &view.result.detail;
        let due = detail
            .due
            .as_ref()
            .map(|d| due_in_words(d.at))
            .unwrap_or_default();
        let left = match detail.remaining {
            Some(0) => "今日到期".to_owned(),
            Some(n) => format!("尚余 {n} 日"),
            None => String::new(),
        };
        if due.is_empty() {
            let amounts = self.amounts(view, Sense::Count);
            return match detail.remaining {
                Some(0) => format!("已到限值{amounts}，不能再有"),
                _ => format!("将近限值{amounts}"),
            };
        }
        format!("最迟应于{due}办结，{left}，材料里还没有完成的记录")
    }

    fn passed(&self, view: &View<'_>) -> String {
        let detail = &view.result.detail;
        match (&detail.due, detail.actual) {
            (Some(due), Some(actual)) => {
                format!(
                    "到期日{}，实际{}，合规",
                    due_in_words(due.at),
                    due_in_words(actual)
                )
            }
            (Some(due), None) => format!("到期日{}，到判断之日没有违反", due_in_words(due.at)),
            (None, _) => "合规".to_owned(),
        }
    }

    fn violation(&self, view: &View<'_>) -> String {
        if let Some(said) = self.over_cases(view) {
            return said;
        }
        match view.part.form_name.as_ref() {
            "deadline" => self.late(view),
            "extension" | "exclusion" => self.unfounded(view),
            "wait" => self.too_early(view),
            "notice" => self.too_short(view),
            "requires" => self.lacking_event(view),
            "precedes" => self.reversed(view),
            "forbids" => format!("出现了不得有的{}", form::on(&view.phrases, view.source)),
            "elements" => format!("缺少{}", self.lacking(view).join("、")),
            "agrees" => format!("不一致：{}", self.lacking(view).join("、")),
            "accrues" => self.accrued(view),
            "covers" => view.result.detail.amount.map_or_else(
                || "音像没有覆盖全过程".to_owned(),
                |(actual, limit)| format!("合计 {actual} 秒没有音像，允许 {limit} 秒"),
            ),
            "matches" => format!("文本中检出{}", self.lacking(view).join("、")),
            "checklist" => format!("“{}”答为否", view.text("question").trim_end_matches('？')),
            "ratio" | "count" => self.counted(view),
            _ => self.not_so(view),
        }
    }

    fn late(&self, view: &View<'_>) -> String {
        let detail = &view.result.detail;
        let Some(due) = &detail.due else {
            return "无论取可能的哪一日，都已逾期".to_owned();
        };
        let late = detail
            .late
            .map(|l| format!("，逾期 {l}"))
            .unwrap_or_default();
        let due = due_in_words(due.at);
        match detail.actual {
            Some(actual) => format!("最迟应于{due}完成，实际{}{late}", due_in_words(actual)),
            None => format!(
                "最迟应于{due}完成，截至{}没有完成的记录{late}",
                self.case().as_of.in_chinese()
            ),
        }
    }

    fn too_early(&self, view: &View<'_>) -> String {
        let detail = &view.result.detail;
        let due = detail.due.as_ref().map(|d| due_in_words(d.at));
        let actual = detail.actual.map(due_in_words);
        match (due, actual) {
            (Some(due), Some(actual)) => format!("应等到{due}届满之后，实际{actual}就作出"),
            _ => "没有等满规定的期间".to_owned(),
        }
    }

    fn too_short(&self, view: &View<'_>) -> String {
        match view.result.detail.amount {
            None => "没有在先的通知".to_owned(),
            Some((actual, wanted)) => {
                let unit = if self.counts_calendar_days(view) {
                    "日"
                } else {
                    "个工作日"
                };
                format!("通知与活动之间只隔 {actual} {unit}，应隔足 {wanted} {unit}")
            }
        }
    }

    pub(super) fn counts_calendar_days(&self, view: &View<'_>) -> bool {
        let text = view.text("period");
        let literal = text
            .parse::<mingjing_kernel::period::Period>()
            .ok()
            .map(|p| p.unit());
        let unit = literal.or_else(|| {
            let value = self.parameter_period(text.strip_prefix("param:")?, view.result.day)?;
            Some(value.unit())
        });
        unit == Some(PeriodUnit::CalendarDaysBefore)
    }

    fn lacking_event(&self, view: &View<'_>) -> String {
        let needed = form::needed(&view.phrases, view.source);
        if !needed.is_empty() {
            let due = view
                .result
                .detail
                .due
                .as_ref()
                .map(|d| format!("（最迟应于{}）", due_in_words(d.at)));
            let place = match view.source.text("position") {
                Some("same_day") => "当日",
                Some("after") => "之后",
                Some("any") => "",
                _ => "之前",
            };
            let fit = if view.source.text("that").is_some() {
                "符合条件的"
            } else {
                ""
            };
            return format!("{place}没有{fit}{needed}的记录{}", due.unwrap_or_default());
        }
        if view.source.flag("media") {
            "没有附音像记录"
        } else {
            "没有附文书"
        }
        .to_owned()
    }

    fn reversed(&self, view: &View<'_>) -> String {
        let events = &self.case().timeline.events;
        let trigger = view.result.trigger.and_then(|t| events.get(t.0 as usize));
        let other = view
            .result
            .evidence
            .iter()
            .find(|e| Some(**e) != view.result.trigger);
        let other = other.and_then(|e| events.get(e.0 as usize));
        match (trigger, other) {
            (Some(trigger), Some(other)) => {
                format!(
                    "{}在前，{}在后，次序颠倒",
                    self.event_brief(trigger),
                    self.event_brief(other)
                )
            }
            _ => "先后次序颠倒".to_owned(),
        }
    }

    fn accrued(&self, view: &View<'_>) -> String {
        let detail = &view.result.detail;
        if let (None, Some(actual)) = (detail.amount, detail.actual) {
            return format!("自{}就开始加收，早于规定", due_in_words(actual));
        }
        let days = detail
            .remaining
            .filter(|n| *n > 0)
            .map(|n| format!("（应计 {n} 日）"));
        let days = days.unwrap_or_default();
        detail.amount.map_or_else(
            || "加收的数额超过规定".to_owned(),
            |(actual, limit)| {
                let (actual, limit) = (
                    self.values().number(actual, &Sense::Fen),
                    self.values().number(limit, &Sense::Fen),
                );
                format!("实际加收 {actual}，至多 {limit}{days}")
            },
        )
    }

    fn counted(&self, view: &View<'_>) -> String {
        view.result.detail.amount.map_or_else(
            || "数目不合规定".to_owned(),
            |(actual, limit)| {
                let least = view.source.keys().contains(&"at_least");
                format!(
                    "实际 {actual}，应{} {limit}",
                    if least { "不少于" } else { "不多于" }
                )
            },
        )
    }

    /// `must`：不成立的各项。
    fn not_so(&self, view: &View<'_>) -> String {
        let place = self.place(view.result);
        let clauses = self.clauses(view.text("that"), &view.part.triggers, &place);
        let failed: Vec<&str> = clauses
            .iter()
            .filter(|c| c.fails())
            .map(|c| c.denied.as_str())
            .collect();
        let amounts = self.amounts(view, self.amount_sense(view));
        if failed.is_empty() {
            return format!(
                "不符合“{}”{amounts}",
                view.phrases.sentence(view.text("that"))
            );
        }
        format!("{}{amounts}", failed.join("；"))
    }

    fn amount_sense(&self, view: &View<'_>) -> Sense {
        view.source
            .text("actual")
            .map_or(Sense::Count, |text| view.phrases.value(text).1)
    }

    fn amounts(&self, view: &View<'_>, sense: Sense) -> String {
        let Some((actual, limit)) = view.result.detail.amount else {
            return String::new();
        };
        let number = |n: i64| self.values().number(n, &sense);
        let bounds = view.source.keys();
        let limit = match (bounds.contains(&"high"), bounds.contains(&"low")) {
            (true, _) => format!("，上限 {}", number(limit)),
            (false, true) => format!("，下限 {}", number(limit)),
            (false, false) => String::new(),
        };
        format!("（实际 {}{limit}）", number(actual))
    }

    /// 缺少的要素、不一致的项目、检出的种类，写成中文。
    pub(super) fn lacking(&self, view: &View<'_>) -> Vec<String> {
        let lacking = &view.result.detail.lacking;
        match view.part.form_name.as_ref() {
            "matches" => lacking.iter().map(ToString::to_string).collect(),
            "agrees" => lacking
                .iter()
                .map(|name| self.disagreement(view, name))
                .collect(),
            _ => lacking
                .iter()
                .map(|name| form::element(view.part, name, &view.phrases))
                .collect(),
        }
    }

    /// 不一致的一项：两边各是什么。
    fn disagreement(&self, view: &View<'_>, name: &str) -> String {
        let (left, right) = name.split_once('=').unwrap_or((name, name));
        let events = &self.case().timeline.events;
        let right_event = view.result.trigger.and_then(|t| events.get(t.0 as usize));
        let left_event = view
            .result
            .evidence
            .iter()
            .find(|e| Some(**e) != view.result.trigger);
        let left_event = left_event.and_then(|e| events.get(e.0 as usize));
        let value = |event: Option<&mingjing_domain::event::Event>, field: &str| {
            let event = event?;
            let vocabulary = &self.lawbook().book.vocabulary;
            let declared = vocabulary.kind_of(vocabulary.kind(&event.kind)?);
            let field = declared.fields.iter().find(|f| f.name.as_ref() == field)?;
            let value = event.fields.get(field.name.as_ref())?;
            Some(self.field_value(value, field, "", event.key("party")))
        };
        let say = |v: Option<String>| v.unwrap_or_else(|| "空白".to_owned());
        // The label is the one of the event at hand: another kind may have a field of the same name.
        let label = right_event.and_then(|event| {
            let vocabulary = &self.lawbook().book.vocabulary;
            let declared = vocabulary.kind_of(vocabulary.kind(&event.kind)?);
            let field = declared.fields.iter().find(|f| f.name.as_ref() == right)?;
            Some(field.label.to_string())
        });
        format!(
            "{}（前者 {}，后者 {}）",
            label.unwrap_or_else(|| view.phrases.any_field_label(right)),
            say(value(left_event, left)),
            say(value(right_event, right))
        )
    }

    /// 延期、扣除为何不成立。
    fn unfounded(&self, view: &View<'_>) -> String {
        let what = if view.part.form_name.as_ref() == "extension" {
            "延期不成立"
        } else {
            "不计入期限的期间没有依据"
        };
        let own = view.result.trigger;
        let refused = &view.result.detail.refused;
        let why = refused
            .iter()
            .find(|r| Some(r.event) == own)
            .or(refused.first())
            .map(|r| self.refusal(view.result, r));
        why.map_or_else(
            || what.to_owned(),
            |why| format!("{what}：{}", why.trim_end_matches('。')),
        )
    }

    /// 换入 `say` 模板中的各项。
    pub(super) fn said(&self, view: &View<'_>, template: &str) -> String {
        let detail = &view.result.detail;
        let sense = self.amount_sense(view);
        let number = |n: Option<i64>| {
            n.map(|n| self.values().number(n, &sense))
                .unwrap_or_default()
        };
        let due = detail
            .due
            .as_ref()
            .map(|d| due_in_words(d.at))
            .unwrap_or_default();
        template
            .replace("{due}", &due)
            .replace(
                "{actual}",
                &detail
                    .actual
                    .map(due_in_words)
                    .unwrap_or_else(|| number(detail.amount.map(|a| a.0))),
            )
            .replace(
                "{late}",
                &detail.late.map(|l| l.to_string()).unwrap_or_default(),
            )
            .replace("{limit}", &number(detail.amount.map(|a| a.1)))
            .replace("{value}", &number(detail.amount.map(|a| a.0)))
            .replace("{lacking}", &self.lacking(view).join("、"))
    }
}

/// 到期或实际的时点。
pub(super) fn due_in_words(at: DueAt) -> String {
    match at {
        DueAt::Day(day) => day.in_chinese(),
        DueAt::Minute(at) => at.in_chinese(),
        DueAt::Suspended { since } => format!("（自{}起中止计算，未定）", since.in_chinese()),
    }
}
