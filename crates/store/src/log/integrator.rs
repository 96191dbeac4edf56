//! 整合者：取待入日志的条目，编连续的叶号，入树，签检查点；全节点同时只有一个。

use std::sync::Arc;
use std::time::Duration;

use mingjing_ledger::checkpoint::{Checkpoint, SignedCheckpoint};
use mingjing_ledger::digest::Digest;
use mingjing_ledger::key::SigningKey;
use mingjing_ledger::suite::Suite;
use mingjing_ledger::tree::tile::TileGrowth;

use crate::context::Context;
use crate::error::{Result, StoreError};
use crate::lease::Lease;
use crate::pace::Pace;
use crate::row::row;
use crate::sql::{Rows, values};
use crate::store::Store;
use crate::timeline::PAGE_MAX;
use crate::tx::{Read, Tx};

/// 租约的名称。
pub const INTEGRATOR_LEASE: &str = "integrator";
/// Entries of one round; the pace keeps rounds shorter where the database is slow.
const ROUND_MAX: usize = 5_000;
/// How long an integrator that has died keeps others waiting.
const LEASE_DURATION: Duration = Duration::from_secs(10);
/// The longest pause between two looks: committed entries are told of by this process, but not by another.
const PAUSE_MAX: Duration = Duration::from_millis(200);
/// After a round, the next one waits for so long: a round costs the same for one entry as for a hundred, and under load
/// it would otherwise begin anew with each append. Far below the second within which an entry must be in the log.
const GATHERING: Duration = Duration::from_millis(100);

/// 整合者。
pub struct Integrator {
    store: Store,
    context: Context,
    key: Arc<SigningKey>,
    holder: String,
    lease: Option<Lease>,
    pace: Pace,
    /// The last round took as many as it may: more are waiting.
    is_behind: bool,
}

/// 一轮的结果。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Round {
    /// 别的进程是整合者。
    NotHolder,
    /// 没有待入日志的条目。
    Idle,
    /// 编了叶号 `from..to`。
    Integrated {
        /// 第一个叶号。
        from: u64,
        /// 最后一个叶号之后。
        to: u64,
    },
}

row! {
    struct NoteRow {
        note: String,
    }
}

row! {
    struct PendingRow {
        id: i64,
        entry_type: String,
        bytes: Vec<u8>,
        leaf_hash: Vec<u8>,
        event_position: Option<i64>,
        audit_position: Option<i64>,
    }
}

impl Integrator {
    /// 新的整合者，还没有取得租约。`holder` 在各进程中唯一；密钥的套件 MUST 与日志的相同。
    pub fn new(store: Store, context: Context, key: SigningKey, holder: String) -> Result<Self> {
        if key.suite() != store.identity().suite {
            return Err(StoreError::internal(
                "the key is of another suite than the log",
            ));
        }
        Ok(Integrator {
            store,
            context,
            key: Arc::new(key),
            holder,
            lease: None,
            pace: Pace::new(),
            is_behind: false,
        })
    }

    /// 做一轮。返回 [`Round::Integrated`] 时，条目、瓦片、前沿与签名的检查点已经一起落盘。
    #[crate::boxed]
    pub async fn round(&mut self) -> Result<Round> {
        let Some(lease) = self.hold().await? else {
            return Ok(Round::NotHolder);
        };
        let limit = self.pace.length().min(ROUND_MAX);
        let key = self.key.clone();
        let fence = lease.fence;
        let done = self
            .store
            .write_bulk(&self.context, async move |tx: &Tx| {
                tx.integrate(fence, limit, &key).await
            })
            .await;
        match done {
            Ok((Round::Integrated { from, to }, took)) => {
                let count = usize::try_from(to - from).unwrap_or(limit);
                self.is_behind = count == limit;
                if self.is_behind {
                    self.pace.took(count, took);
                }
                Ok(Round::Integrated { from, to })
            }
            Ok((round, _)) => Ok(round),
            Err(StoreError::Fenced { .. }) => {
                // Slept through the lease: somebody else goes on from where the log is.
                self.lease = None;
                Ok(Round::NotHolder)
            }
            Err(error) => Err(error),
        }
    }

    /// 一直做到没有待入日志的条目；返回编了多少条。
    #[crate::boxed]
    pub async fn drain(&mut self) -> Result<u64> {
        let mut count = 0;
        while let Round::Integrated { from, to } = self.round().await? {
            count += to - from;
        }
        Ok(count)
    }

    /// 一直做，直到 `stop` 完成；那时已经提交的做完，再放下租约。错误交给 `failed`，下一轮再试。
    pub async fn run(mut self, stop: impl Future<Output = ()>, failed: impl Fn(&StoreError)) {
        let mut stop = std::pin::pin!(stop);
        loop {
            let round = self.round().await;
            let wait = async {
                match round {
                    Ok(Round::Integrated { .. }) if self.is_behind => {}
                    Ok(Round::Integrated { .. }) => tokio::time::sleep(GATHERING).await,
                    Ok(Round::Idle) => self.store.entries_or(PAUSE_MAX).await,
                    Ok(Round::NotHolder) => self.store.entries_or(LEASE_DURATION / 4).await,
                    Err(error) => {
                        failed(&error);
                        self.store.entries_or(PAUSE_MAX * 5).await;
                    }
                }
            };
            tokio::select! {
                biased;
                () = &mut stop => break,
                () = wait => {}
            }
        }
        if self.lease.is_some()
            && let Err(error) = self.drain().await
        {
            failed(&error);
        }
        if let Some(lease) = self.lease.take() {
            let release = async move |tx: &Tx| tx.release_lease(&lease).await;
            if let Err(error) = self.store.write(&self.context, release).await {
                failed(&error);
            }
        }
    }

    /// The lease, taken or renewed if need be.
    async fn hold(&mut self) -> Result<Option<Lease>> {
        let now = self.context.clock.now();
        if let Some(lease) = &self.lease {
            let half = i64::try_from(LEASE_DURATION.as_micros() / 2).unwrap_or(i64::MAX);
            if now.add_micros(half) < lease.expires_at {
                return Ok(Some(lease.clone()));
            }
            let lease = lease.clone();
            let renew = async move |tx: &Tx| {
                let mut lease = lease.clone();
                let is_mine = tx.renew_lease(&mut lease, LEASE_DURATION).await?;
                Ok::<_, StoreError>(is_mine.then_some(lease))
            };
            self.lease = self.store.write(&self.context, renew).await?;
        }
        if self.lease.is_none() {
            let holder = self.holder.clone();
            let key = self.key.verifying_key();
            let acquire = async move |tx: &Tx| {
                let lease = tx.become_integrator(&holder).await?;
                if lease.is_some() {
                    // Asked under the lease: whoever hands the key over takes it, too.
                    tx.require_current_key(&key).await?;
                }
                Ok::<_, StoreError>(lease)
            };
            self.lease = self.store.write(&self.context, acquire).await?;
        }
        Ok(self.lease.clone())
    }
}

impl Tx {
    /// Takes the lease and moves the fence of the log on in the same transaction: from then on an older holder fails.
    pub(super) async fn become_integrator(&self, holder: &str) -> Result<Option<Lease>> {
        let lease = self.acquire_lease(INTEGRATOR_LEASE, holder, LEASE_DURATION);
        let Some(lease) = lease.await? else {
            return Ok(None);
        };
        self.execute(
            "UPDATE log_state SET fence = $1 WHERE id = 1 AND fence < $1",
            values![lease.fence],
        )
        .await?;
        Ok(Some(lease))
    }

    /// One round under `fence`.
    pub(crate) async fn integrate(
        &self,
        fence: u64,
        limit: usize,
        key: &SigningKey,
    ) -> Result<Round> {
        let state = self.log_state_with(self.engine().for_update()).await?;
        if state.fence != fence {
            return Err(StoreError::Fenced {
                mine: fence,
                found: state.fence,
            });
        }
        let pending = self.rows::<PendingRow>(
            "SELECT id, type AS entry_type, bytes, leaf_hash, event_position, audit_position \
             FROM pending_entry ORDER BY id LIMIT $1",
            values![limit as u64],
        );
        let pending = pending.await?;
        if pending.is_empty() {
            return Ok(Round::Idle);
        }
        let suite = self.identity().suite;
        let leaves = leaves(&pending, suite)?;
        let appended = state.frontier.append(suite, &leaves);
        let appended = appended.map_err(StoreError::internal)?;
        self.store_tiles(&appended.growth).await?;
        let (from, to) = (state.size, appended.frontier.size());
        let root = appended.frontier.root(suite);
        let moved = self.execute(
            "UPDATE log_state SET size = $1, frontier = $2 WHERE id = 1 AND fence = $3",
            values![to, appended.frontier.to_bytes(), fence],
        );
        if moved.await? != 1 {
            return Err(StoreError::internal("log_state was not moved"));
        }
        self.store_entries(from, &pending).await?;
        self.sign_checkpoint(to, root, key).await?;
        self.wrote_log();
        Ok(Round::Integrated { from, to })
    }

    async fn store_entries(&self, from: u64, pending: &[PendingRow]) -> Result<()> {
        let head = "INSERT INTO log_entry (log_index, type, bytes, leaf_hash, event_position, audit_position, \
                    integrated_at) VALUES";
        let mut rows = Rows::new(head, 7, "");
        // Exactly the rows that were read: on PostgreSQL a smaller id may have become visible since.
        let mut gone = Rows::new("DELETE FROM pending_entry WHERE id IN (VALUES", 1, ")");
        for (index, row) in (from..).zip(pending) {
            rows.push(values![
                index,
                &row.entry_type,
                &row.bytes,
                &row.leaf_hash,
                row.event_position,
                row.audit_position,
                self.now()
            ]);
            gone.push(values![row.id]);
        }
        self.insert(rows).await?;
        let deleted = self.insert(gone).await?;
        if deleted != pending.len() as u64 {
            return Err(StoreError::internal("pending entries vanished"));
        }
        Ok(())
    }

    async fn store_tiles(&self, growth: &[TileGrowth]) -> Result<()> {
        let tail = "ON CONFLICT (level, tile) DO UPDATE SET hashes = excluded.hashes";
        let mut rows = Rows::new("INSERT INTO log_tile (level, tile, hashes) VALUES", 3, tail);
        for grown in growth {
            let stored = match grown.from {
                0 => Vec::new(),
                _ => self.tile(grown.tile).await?,
            };
            let bytes = grown.apply(&stored);
            let bytes = bytes.map_err(|error| StoreError::corrupt(error.to_string()))?;
            let (level, tile) = (i64::from(grown.tile.level), grown.tile.index);
            rows.push(values![level, tile, bytes]);
        }
        self.insert(rows).await?;
        Ok(())
    }

    async fn sign_checkpoint(&self, size: u64, root: Digest, key: &SigningKey) -> Result<()> {
        let identity = self.identity();
        let checkpoint = Checkpoint {
            origin: identity.node.clone(),
            size,
            root,
            suite: identity.suite,
            time: self.now(),
        };
        let signed = SignedCheckpoint::sign(checkpoint, key).map_err(StoreError::internal)?;
        self.execute(
            "INSERT INTO checkpoint (size, note, at) VALUES ($1, $2, $3)",
            values![size, signed.to_text(), self.now()],
        )
        .await?;
        Ok(())
    }
}

/// The leaf hashes, computed anew: what was changed while it waited does not enter the log.
fn leaves(pending: &[PendingRow], suite: Suite) -> Result<Vec<Digest>> {
    pending
        .iter()
        .map(|row| {
            let leaf = suite.leaf_hash(&row.bytes);
            if leaf.as_bytes().as_slice() != row.leaf_hash {
                return Err(StoreError::corrupt(format!(
                    "待入日志的条目 {} 的字节与叶散列不符",
                    row.id
                )));
            }
            Ok(leaf)
        })
        .collect()
}

impl Read {
    /// 最新的检查点；还没有入过日志的为 `None`。
    pub async fn latest_checkpoint(&self) -> Result<Option<SignedCheckpoint>> {
        let note = self.scalar::<String>(
            "SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1",
            vec![],
        );
        note.await?.as_deref().map(parse_checkpoint).transpose()
    }

    /// 检查点，新的在前；`before` 是上一页末尾的条数。
    pub async fn list_checkpoints(
        &self,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<SignedCheckpoint>> {
        let before = before.unwrap_or(i64::MAX.unsigned_abs());
        let rows = self.rows::<NoteRow>(
            "SELECT note FROM checkpoint WHERE size < $1 ORDER BY size DESC LIMIT $2",
            values![before, limit.min(PAGE_MAX)],
        );
        let rows = rows.await?;
        rows.iter().map(|row| parse_checkpoint(&row.note)).collect()
    }

    /// 某一条数的检查点；没有在那一刻签过的为 `None`。
    pub async fn find_checkpoint(&self, size: u64) -> Result<Option<SignedCheckpoint>> {
        let sql = "SELECT note FROM checkpoint WHERE size = $1";
        let note = self.scalar::<String>(sql, values![size]).await?;
        note.as_deref().map(parse_checkpoint).transpose()
    }

    /// 条数不小于 `size` 的第一个检查点：能证明第 `size - 1` 条在日志里的最早的一个。
    pub async fn checkpoint_covering(&self, size: u64) -> Result<Option<SignedCheckpoint>> {
        let sql = "SELECT note FROM checkpoint WHERE size >= $1 ORDER BY size LIMIT 1";
        let note = self.scalar::<String>(sql, values![size]).await?;
        note.as_deref().map(parse_checkpoint).transpose()
    }
}

pub(crate) fn parse_checkpoint(note: &str) -> Result<SignedCheckpoint> {
    SignedCheckpoint::parse(note).map_err(|error| StoreError::corrupt(error.to_string()))
}
