//! 整案还是节选：节点签名说共有几条，包里少了的须是写明的。

use std::collections::BTreeSet;

use base64ct::{Base64, Encoding as _};

use crate::entry::is_token;
use crate::hash::{Hash, Suite};
use crate::json::{Item, Value};
use crate::key::TrustedKey;
use crate::note::{Note, signature_of};

const MAX_BYTES: usize = 16 * 1024;
const MAX_REASON_CHARS: usize = 200;

/// What a node signed: how much there is of a timeline in the log of that size.
#[derive(Debug)]
pub(crate) struct Extent<'a> {
    pub(crate) timeline: &'a str,
    pub(crate) events: u64,
    pub(crate) publics: u64,
    /// A trusted key of the node has signed it.
    pub(crate) is_signed: bool,
}

struct Read<'a> {
    origin: &'a str,
    size: u64,
    root: Hash,
    suite: Suite,
    extent: Extent<'a>,
}

/// The declaration, once it speaks of this checkpoint and its signature holds; unsigned only where the node's own key
/// was not given.
pub(crate) fn open<'a>(
    text: &'a str,
    note: &Note<'_>,
    trusted: &[TrustedKey],
) -> Result<Extent<'a>, String> {
    let wrong = || "整案的声明写法不对：应是七行正文、一个空行、节点的一行签名".to_owned();
    let (body, line) = text
        .split_once("\n\n")
        .filter(|_| text.len() <= MAX_BYTES)
        .ok_or_else(wrong)?;
    let body = &text[..=body.len()];
    let mut read = read(body).ok_or_else(wrong)?;
    let signature = line.strip_suffix('\n').and_then(signature_of);
    let (name, id, signature) = signature.ok_or_else(wrong)?;
    if name != read.origin {
        return Err(wrong());
    }
    if (read.origin, read.size, read.root, read.suite)
        != (note.origin, note.size, note.root, note.suite)
    {
        return Err("整案的声明说的不是包里的检查点".to_owned());
    }
    let mut own = trusted.iter().filter(|key| key.name() == name).peekable();
    if own.peek().is_none() {
        return Ok(read.extent);
    }
    let Some(key) = own.find(|key| key.id() == id) else {
        return Err("整案的声明不是受信的公钥签的".to_owned());
    };
    if !key.has_signed(body.as_bytes(), &signature) {
        return Err("整案的声明：签名与正文不符".to_owned());
    }
    if !key.may_vouch(note.size) {
        let print = key.fingerprint();
        return Err(format!("整案的声明：这把密钥（{print}）此时不是它签"));
    }
    read.extent.is_signed = true;
    Ok(read.extent)
}

fn read(body: &str) -> Option<Read<'_>> {
    let lines: Vec<&str> = body.strip_suffix('\n')?.split('\n').collect();
    let [origin, timeline, size, root, suite, events, publics] =
        <[&str; 7]>::try_from(lines).ok()?;
    let timeline = timeline.strip_prefix("extent: ")?;
    let root = Base64::decode_vec(root.strip_prefix("root: ")?).ok()?;
    let is_sound = is_token(origin) && is_token(timeline);
    is_sound.then_some(Read {
        origin,
        size: decimal(size.strip_prefix("size: ")?)?,
        root: root.try_into().ok()?,
        suite: Suite::from_name(suite.strip_prefix("suite: ")?)?,
        extent: Extent {
            timeline,
            events: decimal(events.strip_prefix("events: ")?)?,
            publics: decimal(publics.strip_prefix("publics: ")?)?,
            is_signed: false,
        },
    })
}

/// One way to write each number.
fn decimal(text: &str) -> Option<u64> {
    let number: u64 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}

/// An event that whoever made an excerpt says is not in it.
#[derive(Debug)]
pub(crate) struct Missing {
    pub(crate) seq: i64,
    pub(crate) reason: String,
}

/// In the order of their numbers, each with a reason that can be printed.
pub(crate) fn missing(list: &[Item]) -> Result<Vec<Missing>, String> {
    let wrong = || "写明的缺（missing）写法不对：应是序号递增的 reason、seq".to_owned();
    let mut found: Vec<Missing> = Vec::new();
    for item in list {
        let is_exact = match &item.value {
            Value::Object(members) => {
                let keys = members.iter().map(|(key, _)| key.as_ref());
                keys.eq(["reason", "seq"])
            }
            Value::Literal | Value::Integer(_) | Value::Text(_) | Value::List(_) => false,
        };
        let seq = item.member("seq").and_then(Item::integer);
        let reason = item.member("reason").and_then(Item::text);
        let (Some(seq), Some(reason), true) = (seq, reason, is_exact) else {
            return Err(wrong());
        };
        let is_sound = (1..=MAX_REASON_CHARS).contains(&reason.chars().count())
            && !reason.chars().any(char::is_control)
            && found.last().is_none_or(|last| last.seq < seq);
        if !is_sound {
            return Err(wrong());
        }
        let reason = reason.to_owned();
        found.push(Missing { seq, reason });
    }
    Ok(found)
}

impl Extent<'_> {
    /// Whether the events here, with those said to be missing, are all that there are.
    pub(crate) fn compare(
        &self,
        events: &BTreeSet<(String, i64)>,
        missing: &[Missing],
        publics: usize,
    ) -> Result<(), String> {
        if let Some((other, _)) = events.iter().find(|(it, _)| it != self.timeline) {
            return Err(format!(
                "有时间线 {other} 的事件，声明的是 {}",
                self.timeline
            ));
        }
        let mut seqs: BTreeSet<i64> = events.iter().map(|(_, seq)| *seq).collect();
        for Missing { seq, .. } in missing {
            if !seqs.insert(*seq) {
                return Err(format!("序号 {seq} 的事件写明没有，包里却有"));
            }
        }
        let all = i64::try_from(self.events).unwrap_or(i64::MAX);
        let (timeline, events) = (self.timeline, self.events);
        // The first number that is not there; numbers start at one.
        let gap = (1..).zip(&seqs).find(|(expected, seq)| *expected != **seq);
        let absent = gap.map_or(i64::try_from(seqs.len()).unwrap_or(i64::MAX) + 1, |it| it.0);
        if absent <= all {
            return Err(format!(
                "时间线 {timeline} 共 {events} 条事件，序号 {absent} 的不在包内，也没有写明为何：有人删去了它"
            ));
        }
        if seqs.len() as u64 != events {
            return Err(format!("时间线 {timeline} 的事件多于声明的 {events} 条"));
        }
        if publics as u64 != self.publics {
            let declared = self.publics;
            return Err(format!("声明有 {declared} 条公开记录，包里有 {publics} 条"));
        }
        Ok(())
    }
}
