//! 义务的文字：要求什么、依据哪一条、到期日怎样推得，以及日历上逐日计不计入、为什么。

use mingjing_domain::finding::Duty;
use mingjing_kernel::calendar::DayKind;
use mingjing_kernel::date::Date;
use mingjing_kernel::due::{CountedDay, Counting};

use super::CaseWords;
use super::form;
use super::missing;
use super::source::Source;

/// 逐日列出的日数：再长的（追责时效一类）只给文字，不画日历。
const DAYS_MAX: usize = 400;

/// 一项义务的文字。
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DutyText {
    /// 要求什么。
    pub requirement: Vec<String>,
    /// 依据：约束本机关而当日有效的条文。
    pub article: Vec<String>,
    /// 参照的条文。
    pub reference: Vec<String>,
    /// 到期日的推算，一句一步；说不清的，缺什么。
    pub derivation: Vec<String>,
    /// 起算日到到期日的每一天；以时刻计的、算不出的为空。
    pub days: Vec<DayText>,
    /// 日子太多，没有列全。
    pub is_cut: bool,
}

/// 日历上的一天。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayText {
    /// 日期。
    pub date: Date,
    /// 是不是工作日。
    pub is_working: bool,
    /// 调休上班的周末。
    pub is_make_up: bool,
    /// 节日；不是放假、调休的没有。
    pub holiday: Option<String>,
    /// 安排它的通知。
    pub notice: Option<String>,
    /// 计入期限。
    pub is_counted: bool,
    /// 计入、不计入的缘由。
    pub reason: String,
}

pub(super) fn text(words: &CaseWords<'_>, duty: &Duty) -> DutyText {
    let lawbook = words.lawbook();
    let (rule, part) = (duty.rule as usize, usize::from(duty.part));
    let (declared, source) = words.part(rule, part);
    let events = &words.case().timeline.events;
    let start = events.get(duty.start.0 as usize);
    let day = start.map_or(words.case().as_of, |event| event.occurred_on);
    let values = |name: &str| words.parameter_value(name, day);
    let requirement = form::requirement(&words.phrases(&values), declared, source);
    let (article, reference) = words.articles(&lawbook.rules[rule], day);
    let mut text = DutyText {
        requirement: requirement.into_iter().collect(),
        article,
        reference,
        ..DutyText::default()
    };
    if let Some(due) = &duty.due {
        let days = due.derivation.days(&lawbook.calendar, DAYS_MAX + 1);
        text.is_cut = days.len() > DAYS_MAX;
        let days = days.iter().take(DAYS_MAX);
        text.days = days.map(|day| of_day(words, source, day)).collect();
        text.derivation = words.due_lines(due, source);
    }
    let lacks = duty.missing.iter().map(|m| missing::sentence(lawbook, m));
    text.derivation.extend(lacks);
    text
}

fn of_day(words: &CaseWords<'_>, source: Source<'_>, day: &CountedDay<'_>) -> DayText {
    let (holiday, notice, is_make_up) = match day.kind {
        DayKind::Holiday { name, notice } => (Some(name), Some(notice), false),
        DayKind::MakeUpWorkday { name, notice } => (Some(name), Some(notice), true),
        DayKind::FixedHoliday { name } => (Some(name), None, false),
        DayKind::Workday | DayKind::Weekend | DayKind::Before => (None, None, false),
    };
    DayText {
        date: day.date,
        is_working: words.lawbook().calendar.is_working(day.date),
        is_make_up,
        holiday: holiday.map(str::to_owned),
        notice: notice.map(str::to_owned),
        is_counted: day.counting == Counting::Counted,
        reason: reason(words, source, day),
    }
}

fn reason(words: &CaseWords<'_>, source: Source<'_>, day: &CountedDay<'_>) -> String {
    let of_calendar = match day.kind {
        DayKind::Holiday { name, .. } | DayKind::FixedHoliday { name } => format!("{name}放假"),
        DayKind::MakeUpWorkday { name, .. } => format!("因{name}调休上班"),
        DayKind::Weekend => "周末".to_owned(),
        DayKind::Workday => "工作日".to_owned(),
        DayKind::Before => "早于日历".to_owned(),
    };
    match &day.counting {
        Counting::Start => "起算之日，当日不计".to_owned(),
        Counting::Counted => format!("{of_calendar}，计入"),
        Counting::DayOff => format!("{of_calendar}，不计"),
        Counting::Excluded(tags) => {
            let names: Vec<String> = tags
                .iter()
                .map(|tag| words.tag_name(source, *tag))
                .collect();
            format!("{}期间，不计", names.join("、"))
        }
        Counting::Rolled => format!("末日不是工作日，顺延；{of_calendar}"),
    }
}
