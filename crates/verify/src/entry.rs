//! 条目：成员齐不齐、写法对不对。

use crate::hash::{Hash, unhex};
use crate::json::{Item, Value, parse};

/// The members of each type, in the order of canonical bytes.
const MEMBERS: [(&str, &[&str]); 4] = [
    (
        "event",
        &[
            "id",
            "kind",
            "node",
            "payload",
            "recorded_at",
            "seq",
            "timeline",
            "type",
            "v",
        ],
    ),
    (
        "public",
        &["content", "id", "node", "of", "recorded_at", "type", "v"],
    ),
    (
        "audit",
        &[
            "action",
            "content",
            "id",
            "node",
            "recorded_at",
            "type",
            "v",
        ],
    ),
    (
        "erasure",
        &["basis", "id", "node", "of", "recorded_at", "type", "v"],
    ),
];
const MAX_DEPTH: usize = 32;
const MAX_TOKEN_BYTES: usize = 128;

/// Whether the bytes are an entry; if not, why.
pub(crate) fn check_bytes(bytes: &[u8]) -> Result<(), String> {
    check(&parse(bytes, MAX_DEPTH)?).map(|_| ())
}

/// The type of a sound entry.
pub(crate) fn check<'a>(item: &'a Item) -> Result<&'a str, String> {
    let kind = item
        .member("type")
        .and_then(Item::text)
        .ok_or("条目没有种类（type）")?;
    let (_, expected) = MEMBERS
        .iter()
        .find(|(name, _)| *name == kind)
        .ok_or_else(|| format!("条目种类“{kind}”不认识"))?;
    let Value::Object(members) = &item.value else {
        return Err("条目不是对象".to_owned());
    };
    if !members
        .iter()
        .map(|(key, _)| key.as_ref())
        .eq(expected.iter().copied())
    {
        return Err(format!("{kind} 条目的成员应恰为 {}", expected.join("、")));
    }
    match members.iter().find(|(key, item)| !is_sound(key, item)) {
        Some((key, _)) => Err(format!("条目的成员 {key} 写法不对")),
        None => Ok(kind),
    }
}

pub(crate) fn digest(item: &Item, member: &str) -> Option<Hash> {
    item.member(member).and_then(Item::text).and_then(unhex)
}

fn is_sound(key: &str, item: &Item) -> bool {
    match key {
        "type" => true,
        "v" => item.integer() == Some(1),
        "seq" => item
            .integer()
            .is_some_and(|seq| (1..=i64::from(u32::MAX)).contains(&seq)),
        "recorded_at" => item.text().is_some_and(is_moment),
        "payload" | "of" | "content" => item.text().and_then(unhex).is_some(),
        _ => item.text().is_some_and(is_token),
    }
}

pub(crate) fn is_token(text: &str) -> bool {
    let allowed = |b: u8| matches!(b, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'_' | b':' | b'/' | b'-');
    (1..=MAX_TOKEN_BYTES).contains(&text.len()) && text.bytes().all(allowed)
}

/// `2026-03-01T08:00:00.000000Z`, on the calendar, 1900 to 2199.
pub(crate) fn is_moment(text: &str) -> bool {
    const SHAPE: &[u8] = b"0000-00-00T00:00:00.000000Z";
    let fits = |(b, shape): (u8, &u8)| b == *shape || (*shape == b'0' && b.is_ascii_digit());
    if text.len() != SHAPE.len() || !text.bytes().zip(SHAPE).all(fits) {
        return false;
    }
    let number = |at: usize, length: usize| text[at..at + length].parse().unwrap_or(u32::MAX);
    let (year, month, day) = (number(0, 4), number(5, 2), number(8, 2));
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        2 => 28 + u32::from(is_leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    (1900..=2199).contains(&year)
        && (1..=last).contains(&day)
        && number(11, 2) < 24
        && number(14, 2) < 60
        && number(17, 2) < 60
}
