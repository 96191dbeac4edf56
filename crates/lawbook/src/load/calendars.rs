//! 工作日历：各年放假通知，一年一个文件。

use mingjing_kernel::calendar::{CalendarError, CalendarYear, Holiday, WorkCalendar};
use mingjing_kernel::date::Date;

use super::Files;
use crate::diagnostic::{At, Code, Sink, SourceFile};
use crate::tree::Reader;

/// `起..止` 最多的天数：没有更长的假期，写错年份才会这么长。
const SPAN_DAYS_MAX: i32 = 60;

/// 读 `calendars/`；年份须逐年相连（LB16）。
pub(super) fn read(files: &Files, sink: &mut Sink) -> Option<WorkCalendar> {
    let mut years: Vec<CalendarYear> = Vec::new();
    let mut places: Vec<(i16, At)> = Vec::new();
    files.each("calendars/", sink, |reader, sink| {
        let year = reader
            .require("year", sink)
            .and_then(|_| reader.int("year", sink));
        let Some(year) = year.and_then(|y| i16::try_from(y).ok()) else {
            return;
        };
        places.push((year, reader.at_key("year")));
        years.push(CalendarYear {
            year,
            notice: reader
                .text_required("notice", sink)
                .unwrap_or("")
                .to_owned(),
            holidays: holidays(reader, sink),
        });
    });
    match WorkCalendar::from_years(years) {
        Ok(calendar) => Some(calendar),
        Err(error) => {
            let place = year_of(&error)
                .and_then(|year| places.iter().rev().find(|(y, _)| *y == year))
                .or(places.last());
            let at = place.map_or_else(
                || At {
                    file: SourceFile::new("calendars/", ""),
                    span: 0..0,
                },
                |(_, at)| at.clone(),
            );
            let hint = matches!(error, CalendarError::NotContiguous { .. })
                .then(|| "每年一个文件 calendars/年份.toml，中间不得缺年".into());
            sink.error(&at, Code::Calendar, error.to_string(), hint);
            None
        }
    }
}

/// 错误所说的年份。
fn year_of(error: &CalendarError) -> Option<i16> {
    match error {
        CalendarError::Empty => None,
        CalendarError::NotContiguous { found, .. } => Some(*found),
        CalendarError::YearOutOfRange { year }
        | CalendarError::FarFromYear { year, .. }
        | CalendarError::NoNotice { year } => Some(*year),
        CalendarError::NamedTwice { date, .. } | CalendarError::WorkOnWeekday { date, .. } => {
            Some(date.year())
        }
    }
}

fn holidays(reader: &Reader<'_>, sink: &mut Sink) -> Vec<Holiday> {
    let mut holidays = Vec::new();
    for holiday in reader.tables("holiday", sink) {
        holidays.push(Holiday {
            name: holiday.text_required("name", sink).unwrap_or("").to_owned(),
            off: days(&holiday, "off", sink),
            work: days(&holiday, "work", sink),
            notice: holiday.text("notice", sink).map(str::to_owned),
        });
        holiday.finish(sink);
    }
    holidays
}

/// 日期或 `起..止`（含两端）的列表。
fn days(reader: &Reader<'_>, key: &'static str, sink: &mut Sink) -> Vec<Date> {
    let mut list = Vec::new();
    for (text, node) in reader.texts(key, sink) {
        let (first, last) = text.split_once("..").unwrap_or((text, text));
        match (Date::parse_iso(first), Date::parse_iso(last)) {
            (Ok(a), Ok(b)) if a <= b && b.days_since(a) < SPAN_DAYS_MAX => {
                list.extend((0..=b.days_since(a)).map(|i| a.add_days(i)));
            }
            _ => sink.error(
                &reader.at(node),
                Code::Type,
                format!("不是日期或日期段：{text}"),
                Some("写作 \"2024-02-10..2024-02-17\"（含两端）".into()),
            ),
        }
    }
    list
}
