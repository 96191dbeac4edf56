//! 案卷包与规范值的互换；成员的名称只写在这里。

use super::{
    BUNDLE_FORMAT, BUNDLE_FORMAT_WITH_HANDOVERS, BundleError, CaseBundle, Disclosure, Record,
};
use crate::canonical::{Canonical, Integer, Object};
use crate::checkpoint::SignedCheckpoint;
use crate::digest::{Digest, Salt};
use crate::entry::Entry;
use crate::handover::{KeyChain, SignedHandover};

const SHOWN: &str = "shown";
const WITHHELD: &str = "withheld";
const ERASED: &str = "erased";
const NOTHING: &str = "nothing";

pub(super) fn to_canonical(bundle: &CaseBundle) -> Result<Canonical, BundleError> {
    let records = bundle.records.iter().map(record_to_canonical);
    let format = match bundle.handovers.is_empty() {
        true => BUNDLE_FORMAT,
        false => BUNDLE_FORMAT_WITH_HANDOVERS,
    };
    let mut members = vec![
        ("format", Canonical::from(format)),
        ("checkpoint", Canonical::Text(bundle.checkpoint.to_text())),
        ("fingerprint", Canonical::from(bundle.fingerprint.as_str())),
        (
            "records",
            Canonical::List(records.collect::<Result<_, _>>()?),
        ),
    ];
    if !bundle.handovers.is_empty() {
        let texts = bundle.handovers.iter().cloned().map(Canonical::Text);
        members.push(("handovers", Canonical::List(texts.collect())));
    }
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
    let handovers = match members.text("format")? {
        BUNDLE_FORMAT => {
            members.count(4, "records")?;
            Vec::new()
        }
        BUNDLE_FORMAT_WITH_HANDOVERS => {
            members.count(5, "records")?;
            handovers_from_canonical(members.get("handovers")?)?
        }
        _ => return Err(BundleError::Format),
    };
    let Canonical::List(records) = members.get("records")? else {
        return Err(BundleError::Member { member: "records" });
    };
    Ok(CaseBundle {
        checkpoint: SignedCheckpoint::parse(members.text("checkpoint")?)?,
        fingerprint: members.text("fingerprint")?.to_owned(),
        handovers,
        records: records
            .iter()
            .map(record_from_canonical)
            .collect::<Result<_, _>>()?,
    })
}

/// At least one: a log whose key never changed is written in the other format.
fn handovers_from_canonical(value: &Canonical) -> Result<Vec<String>, BundleError> {
    let wrong = BundleError::Member {
        member: "handovers",
    };
    let Canonical::List(texts) = value else {
        return Err(wrong);
    };
    let mut signed = Vec::new();
    for text in texts {
        let Canonical::Text(text) = text else {
            return Err(wrong);
        };
        signed.push((text.clone(), SignedHandover::parse(text)?));
    }
    let (texts, signed): (Vec<String>, Vec<SignedHandover>) = signed.into_iter().unzip();
    match KeyChain::of(&signed)? {
        Some(_) => Ok(texts),
        None => Err(wrong),
    }
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
