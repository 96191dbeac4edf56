//! 自查日志：条目、叶散列、前沿、瓦片、检查点。

use std::collections::{BTreeMap, HashSet};

use mingjing_ledger::checkpoint::SignedCheckpoint;
use mingjing_ledger::digest::Digest;
use mingjing_ledger::entry::Entry;
use mingjing_ledger::handover::KeyChain;
use mingjing_ledger::key::VerifyingKey;
use mingjing_ledger::suite::Suite;
use mingjing_ledger::tree::frontier::Frontier;
use mingjing_ledger::tree::tile::{TILE_WIDTH, TileId};

use crate::error::{Result, StoreError};
use crate::fsck::{Discrepancy, FsckReport};
use crate::row::row;
use crate::sql::values;
use crate::tx::Read;

const PAGE: u64 = 5_000;

row! {
    struct Row {
        log_index: i64,
        bytes: Vec<u8>,
        leaf_hash: Vec<u8>,
    }
}

row! {
    struct NoteRow {
        size: i64,
        note: String,
    }
}

/// Which key signed when.
struct Keys {
    chain: Option<KeyChain>,
    checks_signatures: bool,
}

/// The tree as the entries give it, grown page by page.
struct Walk {
    suite: Suite,
    frontier: Frontier,
    /// Tiles at the right edge.
    open: BTreeMap<TileId, Vec<u8>>,
    /// Full tiles not compared yet.
    full: Vec<(TileId, Vec<u8>)>,
    tiles: u64,
}

impl Read {
    /// Gives the leaves whose content has been erased.
    pub(super) async fn fsck_log(
        &self,
        key: Option<&VerifyingKey>,
        report: &mut FsckReport,
        progress: &mut impl FnMut(u64),
    ) -> Result<HashSet<Digest>> {
        let keys = self.keys(key, report).await?;
        let mut checkpoints = self.notes().await?.into_iter().peekable();
        let mut walk = Walk {
            suite: self.identity().suite,
            frontier: Frontier::new(),
            open: BTreeMap::new(),
            full: Vec::new(),
            tiles: 0,
        };
        let mut erased = self.pending_erasures().await?;
        let mut covered = 0;
        loop {
            let from = walk.frontier.size();
            let limit = checkpoints
                .peek()
                .map_or(PAGE, |row| PAGE.min((row.size as u64).saturating_sub(from)));
            let rows = match limit {
                0 => Vec::new(),
                _ => self.log_rows(from, limit).await?,
            };
            let is_end = rows.is_empty() && limit > 0;
            if is_end {
                break;
            }
            let mut leaves = Vec::with_capacity(rows.len());
            for (expected, row) in (from..).zip(rows) {
                if row.log_index as u64 != expected {
                    report.found(Discrepancy::LogGap {
                        expected,
                        found: row.log_index as u64,
                    });
                    // Nothing beyond a gap can be placed in the tree.
                    return Ok(erased);
                }
                leaves.push(look_at(&row, walk.suite, &mut erased, report));
            }
            walk.grow(&leaves)?;
            report.entries = walk.frontier.size();
            progress(report.entries);
            self.compare_tiles(&mut walk.full, report).await?;
            while let Some(row) = checkpoints.next_if(|row| row.size as u64 == report.entries) {
                covered = report.entries;
                self.compare_checkpoint(&row, &walk, &keys, report);
            }
        }
        for row in checkpoints {
            report.found(Discrepancy::Checkpoint {
                size: row.size as u64,
                why: "日志没有这么多条".to_owned(),
            });
        }
        self.compare_end(walk, covered, report).await?;
        Ok(erased)
    }

    async fn compare_end(&self, walk: Walk, covered: u64, report: &mut FsckReport) -> Result<()> {
        let size = walk.frontier.size();
        match self.log_state().await {
            Ok(state) => {
                if state.size != size {
                    report.found(Discrepancy::LogSize {
                        said: state.size,
                        found: size,
                    });
                } else if state.frontier != walk.frontier {
                    report.found(Discrepancy::Frontier);
                }
            }
            Err(StoreError::Corrupt(_)) => report.found(Discrepancy::Frontier),
            Err(error) => return Err(error),
        }
        if covered < size {
            report.found(Discrepancy::Uncovered { size, covered });
        }
        let mut open: Vec<_> = walk.open.into_iter().collect();
        let expected = walk.tiles + open.len() as u64;
        self.compare_tiles(&mut open, report).await?;
        let stored = self.scalar::<i64>("SELECT COUNT(*) FROM log_tile", vec![]);
        let stored = stored.await?.unwrap_or_default() as u64;
        if stored > expected {
            let count = stored - expected;
            report.found(Discrepancy::ExtraTiles { count });
        }
        Ok(())
    }

    async fn compare_tiles(
        &self,
        tiles: &mut Vec<(TileId, Vec<u8>)>,
        report: &mut FsckReport,
    ) -> Result<()> {
        for (tile, bytes) in tiles.drain(..) {
            let stored = match self.tile(tile).await {
                Ok(stored) => stored,
                Err(StoreError::Corrupt(_)) => Vec::new(),
                Err(error) => return Err(error),
            };
            if stored != bytes {
                report.found(Discrepancy::Tile {
                    level: tile.level,
                    tile: tile.index,
                });
            }
        }
        Ok(())
    }

    fn compare_checkpoint(&self, row: &NoteRow, walk: &Walk, keys: &Keys, report: &mut FsckReport) {
        report.checkpoints += 1;
        if let Err(why) = self.why_not(row, walk, keys) {
            let size = row.size as u64;
            report.found(Discrepancy::Checkpoint { size, why });
        }
    }

    fn why_not(&self, row: &NoteRow, walk: &Walk, keys: &Keys) -> std::result::Result<(), String> {
        let signed = SignedCheckpoint::parse(&row.note).map_err(|error| error.to_string())?;
        let said = signed.checkpoint();
        let identity = self.identity();
        if said.origin != identity.node || said.suite != identity.suite {
            return Err("是别的日志的".to_owned());
        }
        if said.size != row.size as u64 || said.root != walk.frontier.root(walk.suite) {
            return Err("根与日志的条目不符".to_owned());
        }
        if let Some(chain) = keys.chain.as_ref().filter(|_| keys.checks_signatures) {
            let verified = signed.verify(&identity.node, chain.key_for(said.size));
            verified.map_err(|error| error.to_string())?;
        }
        let handovers = keys.chain.iter().flat_map(KeyChain::handovers);
        let mut here = handovers.filter(|it| it.at.size == said.size);
        match here.all(|it| it.at.root == said.root && it.at.origin == said.origin) {
            true => Ok(()),
            false => Err("在这里换钥的声明写的根不同".to_owned()),
        }
    }

    /// The keys in their order. A key that is given and none of them is told once, not at every checkpoint.
    async fn keys(&self, key: Option<&VerifyingKey>, report: &mut FsckReport) -> Result<Keys> {
        let mut found = |why: String| report.found(Discrepancy::Handover { why });
        let chain = match self.key_chain().await {
            Ok(chain) => chain,
            Err(StoreError::Corrupt(why)) => {
                found(why);
                None
            }
            Err(error) => return Err(error),
        };
        let Some(key) = key else {
            return Ok(Keys {
                chain,
                checks_signatures: false,
            });
        };
        let chain = chain.unwrap_or_else(|| KeyChain::new(key.clone()));
        let checks_signatures = chain.holds(key).map_err(StoreError::internal)?;
        if !checks_signatures {
            found("所给的公钥不是先后用过的任何一把".to_owned());
        }
        Ok(Keys {
            chain: Some(chain),
            checks_signatures,
        })
    }

    async fn notes(&self) -> Result<Vec<NoteRow>> {
        self.rows("SELECT size, note FROM checkpoint ORDER BY size", vec![])
            .await
    }

    async fn log_rows(&self, from: u64, limit: u64) -> Result<Vec<Row>> {
        let sql = "SELECT log_index, bytes, leaf_hash FROM log_entry WHERE log_index >= $1 ORDER BY log_index LIMIT $2";
        self.rows(sql, values![from, limit]).await
    }

    /// Leaves of which an erasure waits to be logged.
    async fn pending_erasures(&self) -> Result<HashSet<Digest>> {
        row! {
            struct Pending {
                bytes: Vec<u8>,
            }
        }
        let sql = "SELECT bytes FROM pending_entry WHERE type = 'erasure'";
        let rows: Vec<Pending> = self.rows(sql, vec![]).await?;
        Ok(rows
            .iter()
            .filter_map(|row| match Entry::parse(&row.bytes) {
                Ok(Entry::Erasure(erasure)) => Some(erasure.of),
                Ok(Entry::Event(_) | Entry::Public(_) | Entry::Audit(_)) | Err(_) => None,
            })
            .collect())
    }
}

/// The leaf hash of an entry, computed anew.
fn look_at(
    row: &Row,
    suite: Suite,
    erased: &mut HashSet<Digest>,
    report: &mut FsckReport,
) -> Digest {
    let index = row.log_index as u64;
    let leaf = suite.leaf_hash(&row.bytes);
    if leaf.as_bytes().as_slice() != row.leaf_hash {
        report.found(Discrepancy::LeafHash { index });
    }
    match Entry::parse(&row.bytes) {
        Ok(Entry::Erasure(erasure)) => {
            erased.insert(erasure.of);
        }
        Ok(Entry::Event(_) | Entry::Public(_) | Entry::Audit(_)) => {}
        Err(error) => report.found(Discrepancy::UnreadableEntry {
            index,
            why: error.to_string(),
        }),
    }
    leaf
}

impl Walk {
    fn grow(&mut self, leaves: &[Digest]) -> Result<()> {
        let appended = self.frontier.append(self.suite, leaves);
        let appended = appended.map_err(StoreError::internal)?;
        self.frontier = appended.frontier;
        for growth in appended.growth {
            let bytes = self.open.remove(&growth.tile).unwrap_or_default();
            let bytes = growth.apply(&bytes).map_err(StoreError::internal)?;
            if growth.width() == TILE_WIDTH {
                self.tiles += 1;
                self.full.push((growth.tile, bytes));
            } else {
                self.open.insert(growth.tile, bytes);
            }
        }
        Ok(())
    }
}
