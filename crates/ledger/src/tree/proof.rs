//! 证明：先说要哪些瓦片，再由瓦片算出包含证明、一致性证明或根。
//!
//! Two steps, because a store fetches asynchronously and this crate does not: `plan.tiles()`, fetch, `plan.compute()`.

use std::collections::BTreeMap;

use super::tile::{TILE_HEIGHT, TILE_WIDTH, TileId, TileNeed};
use super::{MAX_SIZE, TreeError};
use crate::digest::Digest;
use crate::suite::Suite;

/// 证明的计划：证明由哪几段叶子的散列组成，从叶到根排列。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProofPlan {
    spans: Vec<Span>,
}

/// Leaves `start..end`; aligned, so that every part of it is a node of the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Span {
    start: u64,
    end: u64,
}

impl ProofPlan {
    /// 包含证明：第 `index` 叶在 `size` 叶的树里。
    pub fn inclusion(index: u64, size: u64) -> Result<Self, TreeError> {
        check_size(size)?;
        if index >= size {
            return Err(TreeError::NoSuchLeaf { index, size });
        }
        let mut spans = Vec::new();
        let mut within = Span {
            start: 0,
            end: size,
        };
        while within.end - within.start > 1 {
            let (left, right) = within.split();
            let (mine, other) = if index < left.end {
                (left, right)
            } else {
                (right, left)
            };
            spans.push(other);
            within = mine;
        }
        spans.reverse();
        Ok(Self { spans })
    }

    /// 一致性证明：`new` 叶的树的前 `old` 叶就是旧树。
    pub fn consistency(old: u64, new: u64) -> Result<Self, TreeError> {
        check_size(new)?;
        if old > new {
            return Err(TreeError::Shrunk { old, new });
        }
        let mut spans = Vec::new();
        if old == 0 || old == new {
            return Ok(Self { spans });
        }
        let mut within = Span { start: 0, end: new };
        // RFC 6962, 2.1.2: the old root itself is left out while the path has only gone left.
        while within.end != old {
            let (left, right) = within.split();
            let (mine, other) = if old <= left.end {
                (left, right)
            } else {
                (right, left)
            };
            spans.push(other);
            within = mine;
        }
        if within.start > 0 {
            spans.push(within);
        }
        spans.reverse();
        Ok(Self { spans })
    }

    /// 根：由瓦片算出 `size` 叶的树的根。空树没有瓦片，用 [`Suite::empty_root`]。
    pub fn root(size: u64) -> Result<Self, TreeError> {
        check_size(size)?;
        if size == 0 {
            return Err(TreeError::NoSuchLeaf { index: 0, size });
        }
        let all = Span {
            start: 0,
            end: size,
        };
        Ok(Self { spans: vec![all] })
    }

    /// 要哪些瓦片，各至少多宽；每块只列一次。
    pub fn tiles(&self) -> Vec<TileNeed> {
        let mut needs: BTreeMap<TileId, u16> = BTreeMap::new();
        for node in self.spans.iter().flat_map(|span| span.nodes()) {
            let width = needs.entry(node.tile).or_default();
            *width = (*width).max(node.from + node.count);
        }
        let needs = needs.into_iter();
        needs
            .map(|(tile, width)| TileNeed { tile, width })
            .collect()
    }

    /// 由瓦片算出证明。`read` 给出一块瓦片的字节，可以比所要的宽；每块只问一次。
    pub fn compute<E: From<TreeError>>(
        &self,
        suite: Suite,
        mut read: impl FnMut(TileNeed) -> Result<Vec<u8>, E>,
    ) -> Result<Vec<Digest>, E> {
        let mut tiles = BTreeMap::new();
        for need in self.tiles() {
            let bytes = read(need)?;
            let (hashes, _) = bytes.as_chunks::<{ Digest::LEN }>();
            if hashes.len() < usize::from(need.width) {
                return Err(E::from(TreeError::ShortTile {
                    level: need.tile.level,
                    index: need.tile.index,
                    needed: usize::from(need.width),
                    found: hashes.len(),
                }));
            }
            let hashes: Vec<Digest> = hashes.iter().copied().map(Digest::new).collect();
            tiles.insert(need.tile, hashes);
        }
        let hash_of = |node: Node| {
            let from = usize::from(node.from);
            let row = &tiles[&node.tile][from..from + usize::from(node.count)];
            fold(suite, row)
        };
        let spans = self.spans.iter().map(|span| {
            // Right to left: each smaller subtree is the right child of what stands before it.
            let mut roots = span.nodes().into_iter().map(hash_of).rev();
            let last = roots.next().expect("a span holds at least one leaf");
            roots.fold(last, |right, left| suite.node_hash(&left, &right))
        });
        Ok(spans.collect())
    }
}

/// A perfect subtree, read from one tile: `count` hashes (a power of two) from `from` on.
#[derive(Debug, Clone, Copy)]
struct Node {
    tile: TileId,
    from: u16,
    count: u16,
}

impl Span {
    /// At the largest power of two below the number of leaves.
    fn split(self) -> (Span, Span) {
        let count = self.end - self.start;
        let middle = self.start + (1 << (count - 1).ilog2());
        let left = Span {
            start: self.start,
            end: middle,
        };
        let right = Span {
            start: middle,
            end: self.end,
        };
        (left, right)
    }

    /// The perfect subtrees it consists of, left to right.
    fn nodes(self) -> Vec<Node> {
        let mut nodes = Vec::new();
        let mut rest = self;
        while !(rest.end - rest.start).is_power_of_two() {
            let (left, right) = rest.split();
            nodes.push(left.perfect());
            rest = right;
        }
        nodes.push(rest.perfect());
        nodes
    }

    fn perfect(self) -> Node {
        let height = (self.end - self.start).ilog2() as u8;
        let level = height / TILE_HEIGHT;
        let first = self.start >> (level * TILE_HEIGHT);
        Node {
            tile: TileId {
                level,
                index: first / u64::from(TILE_WIDTH),
            },
            from: (first % u64::from(TILE_WIDTH)) as u16,
            count: 1 << (height % TILE_HEIGHT),
        }
    }
}

fn fold(suite: Suite, row: &[Digest]) -> Digest {
    match row {
        [only] => *only,
        _ => {
            let (left, right) = row.split_at(row.len() / 2);
            suite.node_hash(&fold(suite, left), &fold(suite, right))
        }
    }
}

fn check_size(size: u64) -> Result<(), TreeError> {
    if size > MAX_SIZE {
        return Err(TreeError::TooLarge { size });
    }
    Ok(())
}
