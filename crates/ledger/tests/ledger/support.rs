//! 造一个小日志：条目、瓦片与检查点。

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use mingjing_kernel::moment::Moment;
use mingjing_ledger::bundle::{CaseBundle, Disclosure, Record};
use mingjing_ledger::canonical::Canonical;
use mingjing_ledger::checkpoint::{Checkpoint, SignedCheckpoint};
use mingjing_ledger::digest::{Digest, Salt};
use mingjing_ledger::entry::{AuditEntry, Entry, ErasureEntry, EventEntry, PublicEntry};
use mingjing_ledger::extent::{Extent, SignedExtent};
use mingjing_ledger::key::SigningKey;
use mingjing_ledger::suite::Suite;
use mingjing_ledger::token::Token;
use mingjing_ledger::tree::TreeError;
use mingjing_ledger::tree::frontier::Frontier;
use mingjing_ledger::tree::proof::ProofPlan;
use mingjing_ledger::tree::tile::{TileId, TileNeed};

pub(crate) const SUITES: [Suite; 2] = [Suite::Sm, Suite::International];

pub(crate) fn token(text: &str) -> Token {
    Token::new(text).unwrap()
}

pub(crate) fn moment(seconds: i64) -> Moment {
    Moment::from_unix_micros(1_772_415_000_000_000 + seconds * 1_000_000).unwrap()
}

pub(crate) fn json(text: &str) -> Canonical {
    Canonical::from_json(&serde_json::from_str(text).unwrap()).unwrap()
}

pub(crate) fn key(suite: Suite) -> SigningKey {
    SigningKey::generate(suite, &[7; 32]).unwrap()
}

pub(crate) fn event(seq: u32, payload: Digest) -> Entry {
    Entry::Event(EventEntry {
        node: token("demo.mingjing/county"),
        id: token(&format!("evt:{seq:04}")),
        timeline: token("case:0001"),
        seq: NonZeroU32::new(seq).unwrap(),
        kind: token("case_filed"),
        recorded_at: moment(i64::from(seq)),
        payload,
    })
}

/// A log in memory: what the store keeps.
pub(crate) struct Log {
    pub(crate) suite: Suite,
    pub(crate) entries: Vec<Entry>,
    pub(crate) frontier: Frontier,
    pub(crate) tiles: BTreeMap<TileId, Vec<u8>>,
}

impl Log {
    pub(crate) fn new(suite: Suite) -> Self {
        Self {
            suite,
            entries: Vec::new(),
            frontier: Frontier::new(),
            tiles: BTreeMap::new(),
        }
    }

    pub(crate) fn append(&mut self, entries: impl IntoIterator<Item = Entry>) {
        let entries: Vec<Entry> = entries.into_iter().collect();
        let leaves: Vec<Digest> = entries.iter().map(|e| e.leaf_hash(self.suite)).collect();
        self.entries.extend(entries);
        self.grow(&leaves);
    }

    pub(crate) fn grow(&mut self, leaves: &[Digest]) {
        let appended = self.frontier.append(self.suite, leaves).unwrap();
        for growth in appended.growth {
            let tile = self.tiles.entry(growth.tile).or_default();
            *tile = growth.apply(tile).unwrap();
        }
        self.frontier = appended.frontier;
    }

    pub(crate) fn compute(&self, plan: &ProofPlan) -> Vec<Digest> {
        let read = |need: TileNeed| Ok::<_, TreeError>(self.tiles[&need.tile].clone());
        plan.compute(self.suite, read).unwrap()
    }

    pub(crate) fn checkpoint(&self) -> SignedCheckpoint {
        let checkpoint = Checkpoint {
            origin: token("demo.mingjing/county"),
            size: self.frontier.size(),
            root: self.frontier.root(self.suite),
            suite: self.suite,
            time: moment(600),
        };
        SignedCheckpoint::sign(checkpoint, &key(self.suite)).unwrap()
    }

    pub(crate) fn record(&self, index: u64, disclosure: Disclosure) -> Record {
        let plan = ProofPlan::inclusion(index, self.frontier.size()).unwrap();
        Record {
            index,
            entry: self.entries[usize::try_from(index).unwrap()].clone(),
            disclosure,
            proof: self.compute(&plan),
        }
    }
}

/// A case of every kind of entry among those of others: what the bundle tests take apart.
pub(crate) fn case(suite: Suite) -> (Log, CaseBundle) {
    let content = |n: u32| json(&format!(r#"{{"party":"某某商贸有限公司","step":{n}}}"#));
    let salt = |n: u8| Salt::new([n; 32]);
    let decision = json(r#"{"decision":"罚款","fine_fen":500000}"#);
    let mut log = Log::new(suite);
    log.append((100..370).map(|n| event(n, Digest::new([9; 32]))));
    let first = event(1, suite.commit(&salt(1), &content(1)).unwrap());
    let second = event(2, suite.commit(&salt(2), &content(2)).unwrap());
    let public = Entry::Public(PublicEntry {
        node: token("demo.mingjing/county"),
        id: token("pub:0001"),
        recorded_at: moment(3),
        of: second.leaf_hash(suite),
        content: suite.public_digest(&decision).unwrap(),
    });
    let audit = Entry::Audit(AuditEntry {
        node: token("demo.mingjing/county"),
        id: token("aud:0001"),
        recorded_at: moment(4),
        action: token("case.read"),
        content: suite.commit(&salt(4), &content(4)).unwrap(),
    });
    let erasure = Entry::Erasure(ErasureEntry {
        node: token("demo.mingjing/county"),
        id: token("era:0001"),
        recorded_at: moment(5),
        of: first.leaf_hash(suite),
        basis: token("personal_information_protection_law/47"),
    });
    log.append([first, second, public, audit, erasure]);
    log.append((400..403).map(|n| event(n, Digest::new([9; 32]))));
    let salted = |n: u8| Disclosure::Salted {
        content: content(u32::from(n)),
        salt: salt(n),
    };
    let records = vec![
        log.record(270, Disclosure::Erased),
        log.record(271, salted(2)),
        log.record(272, Disclosure::Public { content: decision }),
        log.record(273, Disclosure::Withheld),
        log.record(274, Disclosure::Nothing),
    ];
    let fingerprint = key(suite)
        .verifying_key()
        .fingerprint()
        .unwrap()
        .to_string();
    let bundle = CaseBundle::new(log.checkpoint(), fingerprint, records).unwrap();
    (log, bundle)
}

/// The same, with what the node says of how much there is.
pub(crate) fn whole_case(suite: Suite) -> CaseBundle {
    let (log, bundle) = case(suite);
    let said = log.checkpoint();
    let extent = Extent::at(said.checkpoint(), token("case:0001"), 2, 1);
    let extent = SignedExtent::sign(extent, &key(suite)).unwrap();
    bundle.with_extent(extent).unwrap()
}
