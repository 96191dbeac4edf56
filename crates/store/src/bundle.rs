//! 案卷包的材料：一条时间线在日志里的各条，连同内容、盐与包含证明。

use std::collections::HashSet;

use mingjing_kernel::id::TimelineId;
use mingjing_ledger::bundle::{BundleError, CaseBundle, Disclosure, Record};
use mingjing_ledger::canonical::Canonical;
use mingjing_ledger::digest::{Digest, Salt};
use mingjing_ledger::entry::Entry;
use mingjing_ledger::extent::{Extent, SignedExtent};
use mingjing_ledger::handover::KeyChain;
use mingjing_ledger::key::{SigningKey, VerifyingKey};
use mingjing_ledger::token::Token;

use crate::error::{Result, StoreError};
use crate::log::digest;
use crate::public_record::PublicRecord;
use crate::row::row;
use crate::sql::{column, values};
use crate::tx::Read;

/// 内容附不附。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Contents {
    /// 附内容与盐：收到的人能核对内容，也看得见其中的个人信息。
    Disclosed,
    /// 不附：只证明何时记下、没有改动。
    Withheld,
}

row! {
    struct EventRow {
        log_index: i64,
        bytes: Vec<u8>,
        leaf_hash: Vec<u8>,
        salt: Option<Vec<u8>>,
        body: Option<Vec<u8>>,
    }
}

row! {
    struct ErasureRow {
        log_index: i64,
        bytes: Vec<u8>,
    }
}

impl Read {
    /// 一条时间线的案卷包，按最新的检查点，连同 `key` 签名的整案的声明；还没有入日志的事件不在其中。一条也没有入日志的为
    /// [`StoreError::NotFound`]。
    ///
    /// Whether the contents may be shown is for the caller to decide, and to record.
    pub async fn case_bundle(
        &self,
        timeline: TimelineId,
        contents: Contents,
        key: &SigningKey,
    ) -> Result<CaseBundle> {
        let checkpoint = self.latest_checkpoint().await?;
        let checkpoint = checkpoint.ok_or_else(|| StoreError::NotFound("检查点".to_owned()))?;
        let size = checkpoint.checkpoint().size;
        let rows = self.rows::<EventRow>(
            "SELECT l.log_index, l.bytes, l.leaf_hash, p.salt, p.body FROM event e \
             JOIN log_entry l ON l.event_position = e.position \
             JOIN event_payload p ON p.position = e.position \
             WHERE e.timeline_id = $1 AND l.log_index < $2 ORDER BY l.log_index",
            values![timeline, size],
        );
        let mut records = Vec::new();
        let mut erased = HashSet::new();
        for row in rows.await? {
            let index = column::count(row.log_index)?;
            let disclosure = match (&row.salt, &row.body) {
                (Some(salt), Some(body)) => disclosure(contents, salt, body)?,
                _ => {
                    erased.insert(digest(&row.leaf_hash)?);
                    Disclosure::Erased
                }
            };
            records.push(self.record(index, &row.bytes, disclosure, size).await?);
        }
        if records.is_empty() {
            return Err(StoreError::NotFound(format!("{timeline} 在日志里的条目")));
        }
        self.add_publics(timeline, contents, size, &mut erased, &mut records)
            .await?;
        self.add_erasures(&erased, size, &mut records).await?;
        let count = |wanted: fn(&Entry) -> bool| {
            records.iter().filter(|it| wanted(&it.entry)).count() as u64
        };
        let events = count(|entry| matches!(entry, Entry::Event(_)));
        let publics = count(|entry| matches!(entry, Entry::Public(_)));
        let name = Token::new(timeline.to_string()).map_err(StoreError::internal)?;
        let extent = Extent::at(checkpoint.checkpoint(), name, events, publics);
        let corrupt = |error: BundleError| StoreError::corrupt(error.to_string());
        let handovers = self.list_key_handovers().await?;
        let chain = KeyChain::of(&handovers).map_err(|error| corrupt(error.into()))?;
        let own = key.verifying_key();
        require_last(chain.as_ref(), &own)?;
        // The last checkpoint before a handover is still signed by the key that was handed over.
        let signer = chain.as_ref().map_or(&own, |chain| chain.key_for(size));
        let fingerprint = signer.fingerprint().map_err(StoreError::internal)?;
        let extent = SignedExtent::sign(extent, key).map_err(StoreError::internal)?;
        CaseBundle::new(checkpoint, fingerprint.to_string(), records)
            .and_then(|bundle| bundle.with_handovers(&handovers))
            .and_then(|bundle| bundle.with_extent(extent))
            .map_err(corrupt)
    }

    /// 一条公开记录的核对文件：只有它自己的一条，按最新的检查点。还没有入日志的为 `None`。
    pub async fn public_bundle(
        &self,
        record: &PublicRecord,
        key: &VerifyingKey,
    ) -> Result<Option<CaseBundle>> {
        let (Some(checkpoint), Some(body)) = (self.latest_checkpoint().await?, &record.body) else {
            return Ok(None);
        };
        let size = checkpoint.checkpoint().size;
        let index = self.find_public_index(record).await?;
        let Some(index) = index.filter(|index| *index < size) else {
            return Ok(None);
        };
        let entry = self.log_entries(index, 1).await?.pop();
        let entry = entry.ok_or_else(|| StoreError::corrupt("日志里没有公开记录的条目"))?;
        let content = Canonical::from_json(body);
        let content = content.map_err(|error| StoreError::corrupt(error.to_string()))?;
        let shown = Disclosure::Public { content };
        let bytes = entry.entry.to_bytes();
        let records = vec![self.record(index, &bytes, shown, size).await?];
        let fingerprint = key.fingerprint().map_err(StoreError::internal)?.to_string();
        let bundle = CaseBundle::new(checkpoint, fingerprint, records);
        bundle
            .map(Some)
            .map_err(|error| StoreError::corrupt(error.to_string()))
    }

    /// What has been published of the case goes with it, the versions that were withdrawn too.
    async fn add_publics(
        &self,
        timeline: TimelineId,
        contents: Contents,
        size: u64,
        erased: &mut HashSet<Digest>,
        records: &mut Vec<Record>,
    ) -> Result<()> {
        for public in self.list_public_records_of(timeline).await? {
            let index = self.find_public_index(&public).await?;
            let Some(index) = index.filter(|index| *index < size) else {
                continue;
            };
            let disclosure = match (contents, &public.body) {
                (_, None) => {
                    erased.insert(public.leaf);
                    Disclosure::Erased
                }
                (Contents::Withheld, Some(_)) => Disclosure::Withheld,
                (Contents::Disclosed, Some(body)) => {
                    let content = Canonical::from_json(body);
                    let content =
                        content.map_err(|error| StoreError::corrupt(error.to_string()))?;
                    Disclosure::Public { content }
                }
            };
            let entry = self.log_entries(index, 1).await?.pop();
            let entry = entry.ok_or_else(|| StoreError::corrupt("日志里没有公开记录的条目"))?;
            let bytes = entry.entry.to_bytes();
            records.push(self.record(index, &bytes, disclosure, size).await?);
        }
        Ok(())
    }

    /// The entries that say that a content was erased go with what they speak of.
    async fn add_erasures(
        &self,
        erased: &HashSet<Digest>,
        size: u64,
        records: &mut Vec<Record>,
    ) -> Result<()> {
        if erased.is_empty() {
            return Ok(());
        }
        let rows = self.rows::<ErasureRow>(
            "SELECT log_index, bytes FROM log_entry WHERE type = 'erasure' AND log_index < $1 ORDER BY log_index",
            values![size],
        );
        let mut found = 0;
        for row in rows.await? {
            let is_ours = match parse(&row.bytes)? {
                Entry::Erasure(erasure) => erased.contains(&erasure.of),
                Entry::Event(_) | Entry::Public(_) | Entry::Audit(_) => false,
            };
            if is_ours {
                found += 1;
                let index = column::count(row.log_index)?;
                let record = self.record(index, &row.bytes, Disclosure::Nothing, size);
                records.push(record.await?);
            }
        }
        if found < erased.len() {
            return Err(StoreError::unavailable(
                "an erasure has not been integrated yet",
            ));
        }
        Ok(())
    }

    async fn record(
        &self,
        index: u64,
        bytes: &[u8],
        disclosure: Disclosure,
        size: u64,
    ) -> Result<Record> {
        Ok(Record {
            index,
            entry: parse(bytes)?,
            disclosure,
            proof: self.inclusion_proof(index, size).await?,
        })
    }
}

/// A key that was handed over says nothing more of the log.
fn require_last(chain: Option<&KeyChain>, own: &VerifyingKey) -> Result<()> {
    let Some(chain) = chain else {
        return Ok(());
    };
    let last = chain.last().fingerprint().map_err(StoreError::internal)?;
    match own.fingerprint().map_err(StoreError::internal)? == last {
        true => Ok(()),
        false => Err(StoreError::unavailable(
            "the signing key of this process was handed over",
        )),
    }
}

fn disclosure(contents: Contents, salt: &[u8], body: &[u8]) -> Result<Disclosure> {
    match contents {
        Contents::Withheld => Ok(Disclosure::Withheld),
        Contents::Disclosed => {
            let salt = salt
                .try_into()
                .map_err(|_| StoreError::corrupt("盐不是三十二字节"))?;
            let content =
                Canonical::parse(body).map_err(|error| StoreError::corrupt(error.to_string()))?;
            Ok(Disclosure::Salted {
                content,
                salt: Salt::new(salt),
            })
        }
    }
}

fn parse(bytes: &[u8]) -> Result<Entry> {
    Entry::parse(bytes).map_err(|error| StoreError::corrupt(error.to_string()))
}
