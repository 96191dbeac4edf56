//! 证监会处罚公告：公告日期是公布的日期，不是决定、告知或送达的日期。
//!
//! What becomes an event: a decision that the authority itself published gives `published` on the day of publication,
//! and, where its 文号 names a year, `decided` on an unknown day of that year not after the publication. A listed
//! company's announcement that it *received* a paper dates neither the paper nor its delivery, and gives no event.
//! Coverage is open: the list proves the absence of nothing.

use mingjing_domain::coverage::Coverage;
use mingjing_domain::event::{Event, Origin};
use mingjing_domain::timeline::{Facts, Timeline};
use mingjing_domain::value::Value;
use mingjing_kernel::date::Date;
use serde_json::{Map, Value as Json};

use crate::dates;
use crate::error::RowError;
use crate::mapping_rules::Mapped;

/// 标识所在的字段。
pub const KEY: &str = "event_id";

const TITLE: &str = "标题";
const PUBLISHED: &str = "公告日期";

/// 是不是这种名单。
pub fn fits(object: &Map<String, Json>) -> bool {
    [KEY, TITLE, PUBLISHED]
        .iter()
        .all(|key| object.contains_key(*key))
}

/// 读一条公告。
pub fn read(
    object: &Map<String, Json>,
    origin: &Origin,
    today: Date,
) -> Result<Mapped, Vec<RowError>> {
    let mut errors = Vec::new();
    let mut required = |key: &str| {
        let text = object
            .get(key)
            .and_then(Json::as_str)
            .map(str::trim)
            .filter(|t| !t.is_empty());
        if text.is_none() {
            errors.push(
                RowError::new("必须填写而空白", "请补填后再读。").in_column(format!("字段 {key}")),
            );
        }
        text.unwrap_or_default()
    };
    let (id, title, published) = (required(KEY), required(TITLE), required(PUBLISHED));
    let moment = if published.is_empty() {
        None
    } else {
        let read = dates::parse_event(published, today);
        read.map_err(|e| errors.push(e.in_column(format!("字段 {PUBLISHED}"))))
            .ok()
    };
    let Some(moment) = moment.filter(|_| errors.is_empty()) else {
        return Err(errors);
    };
    let mut notes = Vec::new();
    let mut events = Vec::new();
    if is_own_decision(title) {
        let mut event = Event::new("published", "published", moment.first());
        event.occurred_until = (moment.last() != moment.first()).then(|| moment.last());
        events.extend(decided(object, title, moment.last(), &mut notes));
        events.push(event);
    } else {
        notes.push(RowError::new(
            "没有可用的事件：公告说的是收到文书，公告日期不是作出或送达的日期",
            "只计入已读，不作判断。",
        ));
    }
    for event in &mut events {
        event.origin = Some(origin.clone());
    }
    let mut facts = Facts::default();
    if let Some(party) = object
        .get("涉及主体")
        .and_then(Json::as_str)
        .filter(|p| !p.contains('、'))
    {
        facts.set("party.name", party.into());
    }
    let timeline = Timeline {
        id: id.to_owned(),
        procedure: None,
        events,
        coverage: Coverage::Open,
        facts,
    };
    Ok(Mapped { timeline, notes })
}

/// 由机关自己公布的决定书：标题说的是决定书本身，不是“关于收到……的公告”。
fn is_own_decision(title: &str) -> bool {
    let is_announcement = ["收到", "公告", "关于"]
        .iter()
        .any(|word| title.contains(word));
    title.contains("处罚决定书") && !title.contains("告知书") && !is_announcement
}

/// 文号的年份说明决定在那一年作出，且不晚于公布之日。
fn decided(
    object: &Map<String, Json>,
    title: &str,
    published: Date,
    notes: &mut Vec<RowError>,
) -> Option<Event> {
    let year = number_year(title)?;
    let first = Date::new(year, 1, 1)?;
    let last = Date::new(year, 12, 31)?.min(published);
    if last < first {
        notes.push(
            RowError::new("文号的年份晚于公告日期，不采用", "请核对原文。")
                .in_column("字段 标题")
                .with_value(title),
        );
        return None;
    }
    let mut event = Event::new("decided", "decided", first);
    event.occurred_until = (last != first).then_some(last);
    event.fields.insert("outcome".into(), "penalty".into());
    if let Some(kinds) = object
        .get("处罚类型")
        .and_then(Json::as_str)
        .and_then(penalty_kinds)
    {
        event.fields.insert("kinds".into(), kinds);
    }
    Some(event)
}

/// “〔2024〕4号”里的年份。
fn number_year(title: &str) -> Option<i16> {
    title
        .char_indices()
        .filter(|(_, c)| matches!(c, '〔' | '[' | '【' | '［'))
        .find_map(|(at, c)| {
            let rest = &title[at + c.len_utf8()..];
            let digits = rest
                .get(..4)
                .filter(|d| d.bytes().all(|b| b.is_ascii_digit()))?;
            let is_closed = rest[4..].starts_with(['〕', ']', '】', '］']);
            let has_number = rest[4..]
                .chars()
                .skip(1)
                .take_while(|c| *c != '号')
                .all(|c| c.is_ascii_digit() || c == '第')
                && rest.contains('号');
            (is_closed && has_number)
                .then(|| digits.parse().ok())
                .flatten()
        })
}

/// 处罚种类；有一种没有对应代码（如市场禁入），整个字段不填，免得看似写全。
fn penalty_kinds(text: &str) -> Option<Value> {
    text.split('、')
        .map(|kind| match kind.trim() {
            "罚款" => Some("fine".into()),
            "警告" => Some("warning".into()),
            "没收非法所得" | "没收违法所得" => Some("confiscate_illegal_gains".into()),
            _ => None,
        })
        .collect::<Option<Vec<Value>>>()
        .map(Value::List)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_year_is_that_of_the_number() {
        assert_eq!(
            number_year("甲监管局行政处罚决定书〔2024〕4号（张某）"),
            Some(2024)
        );
        assert_eq!(number_year("行政处罚决定书[2022]37号"), Some(2022));
        assert_eq!(number_year("行政处罚决定书"), None);
        assert_eq!(number_year("根据〔2024〕甲乙"), None);
    }

    #[test]
    fn receiving_a_paper_is_not_publishing_it() {
        assert!(is_own_decision("甲监管局行政处罚决定书〔2024〕4号"));
        assert!(!is_own_decision("关于收到《行政处罚决定书》的公告"));
        assert!(!is_own_decision("行政处罚事先告知书"));
    }
}
