//! 案卷包与规范值的互换；成员的名称只写在这里。

use super::{BUNDLE_FORMAT, BundleError, CaseBundle, Disclosure, Record};
use crate::canonical::{Canonical, Integer, Object};
use crate::checkpoint::SignedCheckpoint;
use crate::digest::{Digest, Salt};
use crate::entry::Entry;

const SHOWN: &str = "shown";
const WITHHELD: &str = "withheld";
const ERASED: &str = "erased";
const NOTHING: &str = "nothing";

pub(super) fn to_canonical(bundle: &CaseBundle) -> Result<Canonical, BundleError> {
    let records = bundle.records.iter().map(record_to_canonical);
    let members = [
        ("format", Canonical::from(BUNDLE_FORMAT)),
        ("checkpoint", Canonical::Text(bundle.checkpoint.to_text())),
        ("fingerprint", Canonical::from(bundle.fingerprint.as_str())),
        (
            "records",
            Canonical::List(records.collect::<Result<_, _>>()?),
        ),
    ];
    Ok(Canonical::Object(Object::new(members)?))
}

fn record_to_canonical(record: &Record) -> Result<Canonical, BundleError> {
    let index = i64::try_from(record.index).map_err(|_| BundleError::Member { member: "index" })?;
    let proof = record.proof.iter().map(|h| Canonical::Text(h.to_hex()));
    let mut members = vec![
        ("index", Canonical::Integer(Integer::new(index)?)),
        ("entry", record.entry.to_canonical()),
        ("proof", Canonical::List(proof.collect())),
    ];
    let state = match &record.disclosure {
        Disclosure::Salted { content, salt } => {
            members.push(("content", content.clone()));
            members.push(("salt", Canonical::Text(salt.to_hex())));
            SHOWN
        }
        Disclosure::Public { content } => {
            members.push(("content", content.clone()));
            SHOWN
        }
        Disclosure::Withheld => WITHHELD,
        Disclosure::Erased => ERASED,
        Disclosure::Nothing => NOTHING,
    };
    members.push(("state", Canonical::from(state)));
    Ok(Canonical::Object(Object::new(members)?))
}

pub(super) fn from_canonical(value: &Canonical) -> Result<CaseBundle, BundleError> {
    let members = Members::of(value, "records")?;
    if members.text("format")? != BUNDLE_FORMAT {
        return Err(BundleError::Format);
    }
    members.count(4, "records")?;
    let Canonical::List(records) = members.get("records")? else {
        return Err(BundleError::Member { member: "records" });
    };
    Ok(CaseBundle {
        checkpoint: SignedCheckpoint::parse(members.text("checkpoint")?)?,
        fingerprint: members.text("fingerprint")?.to_owned(),
        records: records
            .iter()
            .map(record_from_canonical)
            .collect::<Result<_, _>>()?,
    })
}

fn record_from_canonical(value: &Canonical) -> Result<Record, BundleError> {
    let members = Members::of(value, "records")?;
    let Canonical::Integer(index) = members.get("index")? else {
        return Err(BundleError::Member { member: "index" });
    };
    let Canonical::List(steps) = members.get("proof")? else {
        return Err(BundleError::Member { member: "proof" });
    };
    let proof = steps.iter().map(|step| match step {
        Canonical::Text(hex) => Ok(Digest::from_hex(hex)?),
        _ => Err(BundleError::Member { member: "proof" }),
    });
    let has_salt = members.0.get("salt").is_some();
    let (disclosure, count) = match members.text("state")? {
        SHOWN if has_salt => {
            let content = members.get("content")?.clone();
            let salt = Salt::from_hex(members.text("salt")?)?;
            (Disclosure::Salted { content, salt }, 6)
        }
        SHOWN => {
            let content = members.get("content")?.clone();
            (Disclosure::Public { content }, 5)
        }
        WITHHELD => (Disclosure::Withheld, 4),
        ERASED => (Disclosure::Erased, 4),
        NOTHING => (Disclosure::Nothing, 4),
        _ => return Err(BundleError::Member { member: "state" }),
    };
    members.count(count, "state")?;
    Ok(Record {
        index: u64::try_from(index.get()).map_err(|_| BundleError::Member { member: "index" })?,
        entry: Entry::from_canonical(members.get("entry")?)?,
        disclosure,
        proof: proof.collect::<Result<_, _>>()?,
    })
}

struct Members<'a>(&'a Object);

impl<'a> Members<'a> {
    fn of(value: &'a Canonical, member: &'static str) -> Result<Self, BundleError> {
        let Canonical::Object(object) = value else {
            return Err(BundleError::Member { member });
        };
        Ok(Self(object))
    }

    fn get(&self, member: &'static str) -> Result<&'a Canonical, BundleError> {
        self.0.get(member).ok_or(BundleError::Member { member })
    }

    fn text(&self, member: &'static str) -> Result<&'a str, BundleError> {
        let Canonical::Text(text) = self.get(member)? else {
            return Err(BundleError::Member { member });
        };
        Ok(text)
    }

    fn count(&self, expected: usize, member: &'static str) -> Result<(), BundleError> {
        if self.0.members().len() == expected {
            Ok(())
        } else {
            Err(BundleError::Member { member })
        }
    }
}
