//! 案卷包与规范值的互换；成员的名称只写在这里。

use super::{
    BUNDLE_FORMAT, BUNDLE_FORMAT_WITH_EXTENT, BUNDLE_FORMAT_WITH_HANDOVERS, BundleError,
    CaseBundle, Disclosure, Missing, Record,
};
use crate::canonical::{Canonical, Integer, Object};
use crate::checkpoint::SignedCheckpoint;
use crate::digest::{Digest, Salt};
use crate::entry::Entry;
use crate::extent::SignedExtent;
use crate::handover::{KeyChain, SignedHandover};

const SHOWN: &str = "shown";
const WITHHELD: &str = "withheld";
const ERASED: &str = "erased";
const NOTHING: &str = "nothing";

pub(super) fn to_canonical(bundle: &CaseBundle) -> Result<Canonical, BundleError> {
    let records = bundle.records.iter().map(record_to_canonical);
    let format = match (&bundle.extent, bundle.handovers.is_empty()) {
        (Some(_), _) => BUNDLE_FORMAT_WITH_EXTENT,
        (None, true) => BUNDLE_FORMAT,
        (None, false) => BUNDLE_FORMAT_WITH_HANDOVERS,
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
    if let Some(extent) = &bundle.extent {
        members.push(("extent", Canonical::Text(extent.to_text())));
        let missing = bundle.missing.iter().map(missing_to_canonical);
        members.push((
            "missing",
            Canonical::List(missing.collect::<Result<_, _>>()?),
        ));
    }
    if bundle.extent.is_some() || !bundle.handovers.is_empty() {
        let texts = bundle.handovers.iter().cloned().map(Canonical::Text);
        members.push(("handovers", Canonical::List(texts.collect())));
    }
    Ok(Canonical::Object(Object::new(members)?))
}

fn missing_to_canonical(missing: &Missing) -> Result<Canonical, BundleError> {
    let seq = i64::try_from(missing.seq).map_err(|_| BundleError::Member { member: "missing" })?;
    let members = vec![
        ("seq", Canonical::Integer(Integer::new(seq)?)),
        ("reason", Canonical::from(missing.reason.as_str())),
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
    let (mut handovers, mut extent, mut missing) = (Vec::new(), None, Vec::new());
    match members.text("format")? {
        BUNDLE_FORMAT => members.count(4, "records")?,
        BUNDLE_FORMAT_WITH_HANDOVERS => {
            members.count(5, "records")?;
            handovers = handovers_from_canonical(members.get("handovers")?)?;
            if handovers.is_empty() {
                let member = "handovers";
                return Err(BundleError::Member { member });
            }
        }
        BUNDLE_FORMAT_WITH_EXTENT => {
            members.count(7, "records")?;
            handovers = handovers_from_canonical(members.get("handovers")?)?;
            extent = Some(SignedExtent::parse(members.text("extent")?)?);
            missing = missing_from_canonical(members.get("missing")?)?;
        }
        _ => return Err(BundleError::Format),
    }
    let Canonical::List(records) = members.get("records")? else {
        return Err(BundleError::Member { member: "records" });
    };
    Ok(CaseBundle {
        checkpoint: SignedCheckpoint::parse(members.text("checkpoint")?)?,
        fingerprint: members.text("fingerprint")?.to_owned(),
        handovers,
        extent,
        missing,
        records: records
            .iter()
            .map(record_from_canonical)
            .collect::<Result<_, _>>()?,
    })
}

fn missing_from_canonical(value: &Canonical) -> Result<Vec<Missing>, BundleError> {
    let wrong = BundleError::Member { member: "missing" };
    let Canonical::List(list) = value else {
        return Err(wrong);
    };
    let read = |value| {
        let members = Members::of(value, "missing")?;
        members.count(2, "missing")?;
        let Canonical::Integer(seq) = members.get("seq")? else {
            return Err(BundleError::Member { member: "missing" });
        };
        Ok(Missing {
            seq: u64::try_from(seq.get()).map_err(|_| BundleError::Member { member: "missing" })?,
            reason: members.text("reason")?.to_owned(),
        })
    };
    list.iter().map(read).collect()
}

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
    KeyChain::of(&signed)?;
    Ok(texts)
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
