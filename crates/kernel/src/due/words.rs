//! 推算过程的文字：一句说一步，读的人可以拿日历逐句核对。

use crate::calendar::{DayKind, WorkCalendar};
use crate::date::Date;
use crate::numeral::{chinese_count, chinese_number};
use crate::period::{Period, PeriodUnit};

use super::derivation::{Derivation, ExtensionOutcome, ExtensionStep, Roll, Segment, UnitedSpan};
use super::{DueAt, Start};

impl Derivation {
    /// 写成句子；`label` 给出扣除期间和延期的编号各叫什么，如“鉴定”“负责人批准延期”。
    pub fn in_words(&self, calendar: &WorkCalendar, label: &dyn Fn(u16) -> String) -> Vec<String> {
        let mut lines = vec![self.start_in_words()];
        lines.extend(
            self.spans
                .iter()
                .filter_map(|span| self.span_in_words(span, label)),
        );
        lines.extend(
            self.extensions
                .iter()
                .map(|step| extension_in_words(step, label)),
        );
        for (at, segment) in self.segments.iter().enumerate() {
            if segment.period.unit() == PeriodUnit::WorkingDays {
                lines.extend(self.calendar_in_words(segment, calendar));
            }
            lines.extend(self.count_in_words(segment, at));
        }
        lines.extend(self.end_in_words(calendar));
        lines.push(match self.due {
            DueAt::Day(date) => format!("于{}24时届满。", date.in_chinese()),
            DueAt::Minute(instant) => format!("于{}届满。", instant.in_chinese()),
            DueAt::Suspended { since } => {
                format!("{}之后停止计算，到期日未定。", since.in_chinese())
            }
        });
        if self.provisional {
            let (_, last) = calendar.coverage();
            lines.push(format!(
                "放假安排只公布到{}，此后的日子暂按周末和固定日期的法定节假日推算〔放假安排未公布〕。",
                plain(last)
            ));
        }
        lines
    }

    fn start_in_words(&self) -> String {
        let period = self.base.in_chinese();
        match (self.start, self.base.unit()) {
            (Start::Minute(from), PeriodUnit::Hours) => {
                format!(
                    "自{}起连续计算，节假日不扣除；期限为{period}。",
                    from.in_chinese()
                )
            }
            (start, PeriodUnit::FixedDate) => {
                format!(
                    "自{}之后，以最近的{}为限，不顺延。",
                    start.date().in_chinese(),
                    period.trim_end_matches('前')
                )
            }
            (start, _) => {
                format!(
                    "自{}起算，当日不计；期限为{period}。",
                    start.date().in_chinese()
                )
            }
        }
    }

    fn span_in_words(&self, span: &UnitedSpan, label: &dyn Fn(u16) -> String) -> Option<String> {
        let after = span.after.in_chinese();
        let names = names(&span.tags, label);
        let Some(through) = span.through else {
            return Some(format!("{after}之后的{names}期间尚未终了，不计入。"));
        };
        if span.days == 0 {
            return None;
        }
        let first_left_out = span.after.max(self.start.date());
        let is_whole = through.days_since(first_left_out).cast_unsigned() == span.days
            && first_left_out == span.after;
        let scope = if is_whole {
            "计"
        } else {
            "其中落在本期限内的"
        };
        let days = chinese_number(span.days);
        let amount = if self.counts_working_days() {
            format!("{days}日（{}个工作日）", chinese_count(span.working_days))
        } else {
            format!("{days}日")
        };
        Some(format!(
            "{after}之后至{}为{names}期间，{scope}{amount}，不计入。",
            through.in_chinese()
        ))
    }

    fn counts_working_days(&self) -> bool {
        self.segments
            .iter()
            .any(|s| s.period.unit() == PeriodUnit::WorkingDays)
    }

    fn is_left_out(&self, date: Date) -> bool {
        self.spans
            .iter()
            .any(|span| date > span.after && span.through.is_some_and(|through| date <= through))
    }

    /// Which days the holiday notices moved, for a count of working days.
    fn calendar_in_words(&self, segment: &Segment, calendar: &WorkCalendar) -> Option<String> {
        let mut clauses = Vec::new();
        let mut has_weekend = false;
        let mut cursor = segment.from.add_days(1);
        while cursor <= segment.last {
            let kind = calendar.day(cursor);
            let first = cursor;
            let mut last = cursor;
            if !self.is_left_out(first) {
                while last < segment.last
                    && is_same_holiday(calendar, kind, last.add_days(1))
                    && !self.is_left_out(last.add_days(1))
                {
                    last = last.add_days(1);
                }
                match kind {
                    DayKind::Weekend => has_weekend = true,
                    DayKind::Workday | DayKind::Before => {}
                    named => clauses.push(format!(
                        "{}{}，{}",
                        range(first, last),
                        kind_in_words(named),
                        if calendar.is_working(first) {
                            "计入"
                        } else {
                            "不计"
                        }
                    )),
                }
            }
            cursor = last.add_days(1);
            if last == Date::MAX {
                break;
            }
        }
        if has_weekend {
            let weekend = if clauses.is_empty() {
                "周六、周日不计"
            } else {
                "其余周六、周日不计"
            };
            clauses.push(weekend.to_owned());
        }
        (!clauses.is_empty()).then(|| format!("{}。", clauses.join("；")))
    }

    fn count_in_words(&self, segment: &Segment, at: usize) -> Option<String> {
        let last = segment.last.in_chinese();
        let length = chinese_number(segment.period.length().unwrap_or(0).into());
        let mut lead = String::new();
        if at > 0 {
            lead = format!("自{}起接着计算，当日不计，", segment.from.in_chinese());
        }
        let months =
            |n: u16, factor: i32| self.months_in_words(&lead, segment, i32::from(n) * factor);
        Some(match segment.period {
            Period::WorkingDays { .. } => format!("{lead}第{length}个工作日为{last}。"),
            Period::CalendarDays { .. } => format!("{lead}第{length}日为{last}。"),
            Period::Months { n, .. } => months(n, 1),
            Period::Years { n, .. } => months(n, 12),
            // The instant itself is said once, at the end.
            period if period != self.base => format!("合计{}。", period.in_chinese()),
            _ => return None,
        })
    }

    fn months_in_words(&self, lead: &str, segment: &Segment, months: i32) -> String {
        let length = segment.period.with_roll(true).in_chinese();
        let (day, is_clamped) = segment.from.add_months(months);
        let corresponding = if is_clamped {
            format!(
                "{lead}满{length}的当月没有{}日，取月末{}",
                segment.from.day(),
                day.in_chinese()
            )
        } else {
            format!("{lead}满{length}的对应日为{}", day.in_chinese())
        };
        match segment.last.days_since(day) {
            0 => format!("{corresponding}。"),
            days => format!(
                "{corresponding}；其间不计入的日子后补{}日，末日为{}。",
                chinese_number(days.unsigned_abs()),
                segment.last.in_chinese()
            ),
        }
    }

    /// The roll, or why there is none although the last day is a day of rest.
    fn end_in_words(&self, calendar: &WorkCalendar) -> Option<String> {
        if let Some(Roll { from, to }) = self.roll {
            let why = kind_in_words(calendar.day(from));
            let make_up = match calendar.day(to) {
                named @ DayKind::MakeUpWorkday { .. } => format!("，该日{}", kind_in_words(named)),
                _ => String::new(),
            };
            return Some(format!(
                "{}{why}，不是工作日，顺延至其后第一个工作日{}{make_up}。",
                from.in_chinese(),
                to.in_chinese()
            ));
        }
        let last = self.unrolled()?;
        let is_day_count = matches!(self.due, DueAt::Day(_)) && !self.counts_working_days();
        let is_rest = is_day_count && calendar.knows(last) && !calendar.is_working(last);
        is_rest.then(|| {
            format!(
                "{}{}，不是工作日，但这一期限的末日不顺延。",
                last.in_chinese(),
                kind_in_words(calendar.day(last))
            )
        })
    }
}

fn extension_in_words(step: &ExtensionStep, label: &dyn Fn(u16) -> String) -> String {
    let approved = step.approved.in_chinese();
    let head = format!(
        "{}：{approved}批准增加{}",
        label(step.tag),
        step.add.with_roll(true).in_chinese()
    );
    let how = if step.is_chained {
        "单位与原期限不同，自原期限未顺延的末日起接着计算〔口径〕"
    } else {
        "并入总期限，自原起算日连续计算"
    };
    match (step.outcome, step.due_then) {
        (ExtensionOutcome::Valid, Some(due)) => {
            format!(
                "{head}，不晚于当时的到期日{}，有效；{how}。",
                due.in_chinese()
            )
        }
        (ExtensionOutcome::Valid, None) => {
            format!("{head}，当时期限尚未届满，有效；{how}。")
        }
        (ExtensionOutcome::Early { start }, _) => format!(
            "{head}，早于期限的起算日{}，当时还没有期限可以延长，无效，不增加期限。",
            start.in_chinese()
        ),
        (ExtensionOutcome::Late { due_then }, _) => format!(
            "{head}，比当时的到期日{}晚{}日，无效，不增加期限。",
            due_then.in_chinese(),
            chinese_number(step.approved.days_since(due_then).unsigned_abs())
        ),
        (ExtensionOutcome::Refused, _) => format!("{head}，所需条件不成立，无效，不增加期限。"),
    }
}

/// Names of the spans of a run, each once.
fn names(tags: &[u16], label: &dyn Fn(u16) -> String) -> String {
    let mut names: Vec<String> = Vec::new();
    for name in tags.iter().map(|tag| label(*tag)) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.join("、")
}

/// Whether the next day goes on with the same holiday of the same notice.
fn is_same_holiday(calendar: &WorkCalendar, kind: DayKind<'_>, next: Date) -> bool {
    matches!(kind, DayKind::Holiday { .. } | DayKind::FixedHoliday { .. })
        && calendar.day(next) == kind
}

fn kind_in_words(kind: DayKind<'_>) -> String {
    match kind {
        DayKind::Workday => "是工作日".to_owned(),
        DayKind::Weekend => "是周末".to_owned(),
        DayKind::Before => "早于日历".to_owned(),
        DayKind::MakeUpWorkday { name, notice } => format!("因{name}调休上班（{notice}）"),
        DayKind::Holiday { name, notice } => format!("{name}放假（{notice}）"),
        DayKind::FixedHoliday { name } => format!("{name}放假（放假安排未公布，按固定日期）"),
    }
}

fn plain(date: Date) -> String {
    format!("{}年{}月{}日", date.year(), date.month(), date.day())
}

/// `2025年10月1日至10月8日`, or one day with its weekday.
fn range(first: Date, last: Date) -> String {
    if first == last {
        return first.in_chinese();
    }
    if first.year() == last.year() {
        format!("{}至{}月{}日", plain(first), last.month(), last.day())
    } else {
        format!("{}至{}", plain(first), plain(last))
    }
}
