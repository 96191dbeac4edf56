//! 条目与规范值的互换；成员的名称只写在这里。

use std::num::NonZeroU32;

use super::{AuditEntry, ENTRY_VERSION, Entry, EntryError, ErasureEntry, EventEntry, PublicEntry};
use crate::canonical::{Canonical, Integer, Object};
use crate::digest::Digest;
use crate::token::Token;
use mingjing_kernel::moment::Moment;

const EVENT: &str = "event";
const PUBLIC: &str = "public";
const AUDIT: &str = "audit";
const ERASURE: &str = "erasure";

pub(super) fn to_canonical(entry: &Entry) -> Canonical {
    let (kind, node, id, at) = match entry {
        Entry::Event(e) => (EVENT, &e.node, &e.id, e.recorded_at),
        Entry::Public(e) => (PUBLIC, &e.node, &e.id, e.recorded_at),
        Entry::Audit(e) => (AUDIT, &e.node, &e.id, e.recorded_at),
        Entry::Erasure(e) => (ERASURE, &e.node, &e.id, e.recorded_at),
    };
    let mut members = vec![
        ("type", Canonical::from(kind)),
        ("v", Canonical::Integer(Integer::from(ENTRY_VERSION))),
        ("node", Canonical::from(node.as_str())),
        ("id", Canonical::from(id.as_str())),
        ("recorded_at", Canonical::Text(at.to_string())),
    ];
    let digest = |d: &Digest| Canonical::Text(d.to_hex());
    match entry {
        Entry::Event(e) => members.extend([
            ("timeline", Canonical::from(e.timeline.as_str())),
            ("seq", Canonical::Integer(Integer::from(e.seq.get()))),
            ("kind", Canonical::from(e.kind.as_str())),
            ("payload", digest(&e.payload)),
        ]),
        Entry::Public(e) => {
            members.extend([("of", digest(&e.of)), ("content", digest(&e.content))]);
        }
        Entry::Audit(e) => members.extend([
            ("action", Canonical::from(e.action.as_str())),
            ("content", digest(&e.content)),
        ]),
        Entry::Erasure(e) => members.extend([
            ("of", digest(&e.of)),
            ("basis", Canonical::from(e.basis.as_str())),
        ]),
    }
    let object = Object::new(members).expect("the member names above are distinct");
    Canonical::Object(object)
}

pub(super) fn from_canonical(value: &Canonical) -> Result<Entry, EntryError> {
    let Canonical::Object(object) = value else {
        return Err(EntryError::NotObject);
    };
    let members = Members(object);
    let version = members.integer("v")?;
    if version != i64::from(ENTRY_VERSION) {
        return Err(EntryError::Version { found: version });
    }
    let node = members.token("node")?;
    let id = members.token("id")?;
    let recorded_at = Moment::parse(members.text("recorded_at")?)?;
    Ok(match members.text("type")? {
        EVENT => {
            members.count(EVENT, 9)?;
            let seq = u32::try_from(members.integer("seq")?).ok();
            Entry::Event(EventEntry {
                node,
                id,
                timeline: members.token("timeline")?,
                seq: seq
                    .and_then(NonZeroU32::new)
                    .ok_or(EntryError::Member { member: "seq" })?,
                kind: members.token("kind")?,
                recorded_at,
                payload: members.digest("payload")?,
            })
        }
        PUBLIC => {
            members.count(PUBLIC, 7)?;
            Entry::Public(PublicEntry {
                node,
                id,
                recorded_at,
                of: members.digest("of")?,
                content: members.digest("content")?,
            })
        }
        AUDIT => {
            members.count(AUDIT, 7)?;
            Entry::Audit(AuditEntry {
                node,
                id,
                recorded_at,
                action: members.token("action")?,
                content: members.digest("content")?,
            })
        }
        ERASURE => {
            members.count(ERASURE, 7)?;
            Entry::Erasure(ErasureEntry {
                node,
                id,
                recorded_at,
                of: members.digest("of")?,
                basis: members.token("basis")?,
            })
        }
        found => {
            let found = found.to_owned();
            return Err(EntryError::Kind { found });
        }
    })
}

struct Members<'a>(&'a Object);

impl<'a> Members<'a> {
    fn text(&self, member: &'static str) -> Result<&'a str, EntryError> {
        let Some(Canonical::Text(text)) = self.0.get(member) else {
            return Err(EntryError::Member { member });
        };
        Ok(text)
    }

    fn integer(&self, member: &'static str) -> Result<i64, EntryError> {
        let Some(Canonical::Integer(number)) = self.0.get(member) else {
            return Err(EntryError::Member { member });
        };
        Ok(number.get())
    }

    fn token(&self, member: &'static str) -> Result<Token, EntryError> {
        Ok(Token::new(self.text(member)?)?)
    }

    fn digest(&self, member: &'static str) -> Result<Digest, EntryError> {
        Ok(Digest::from_hex(self.text(member)?)?)
    }

    fn count(&self, kind: &'static str, expected: usize) -> Result<(), EntryError> {
        let found = self.0.members().len();
        if found == expected {
            return Ok(());
        }
        Err(EntryError::MemberCount {
            kind,
            expected,
            found,
        })
    }
}
