//! 前沿：追加叶子所需的全部状态，树有多大都只有几十个散列。

use super::tile::{TILE_HEIGHT, TILE_WIDTH, TileGrowth, TileId};
use super::{MAX_SIZE, TreeError};
use crate::digest::Digest;
use crate::suite::Suite;

/// 前沿：叶数，以及右缘各棵满子树的根，大的在前。
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frontier {
    size: u64,
    /// INVARIANT: one root per set bit of `size`, highest bit first.
    edge: Vec<Digest>,
}

/// 追加的结果：新的前沿，与新增或变宽的瓦片。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appended {
    /// 新的前沿。
    pub frontier: Frontier,
    /// 瓦片的增长；同层的按块号排列。
    pub growth: Vec<TileGrowth>,
}

impl Frontier {
    /// 空树。
    pub const fn new() -> Self {
        Self {
            size: 0,
            edge: Vec::new(),
        }
    }

    /// 由右缘的瓦片得 `size` 叶的前沿：`rows[L]` 是第 L 层右缘那块瓦片的散列，满了的一块不在内。
    pub fn of_edge(suite: Suite, size: u64, rows: &[Vec<Digest>]) -> Result<Self, TreeError> {
        let mut edge = Vec::new();
        for (level, row) in rows.iter().enumerate().rev() {
            let mut rest = &row[..];
            for bit in (0..TILE_HEIGHT).rev() {
                if rest.len() >> bit & 1 == 1 {
                    let (left, after) = rest.split_at(1 << bit);
                    edge.push(subtree(suite, left));
                    rest = after;
                }
            }
            let shift = u32::from(TILE_HEIGHT) * u32::try_from(level).unwrap_or(u32::MAX);
            let expected = size.checked_shr(shift).unwrap_or(0) % u64::from(TILE_WIDTH);
            if !rest.is_empty() || row.len() as u64 != expected {
                return Err(TreeError::BadFrontier {
                    size,
                    bytes: row.len() * Digest::LEN,
                });
            }
        }
        if edge.len() != size.count_ones() as usize || size > MAX_SIZE {
            return Err(TreeError::BadFrontier {
                size,
                bytes: edge.len() * Digest::LEN,
            });
        }
        Ok(Self { size, edge })
    }

    /// 叶数。
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// 现在的根。
    pub fn root(&self, suite: Suite) -> Digest {
        let mut from_the_right = self.edge.iter().rev();
        match from_the_right.next() {
            None => suite.empty_root(),
            Some(last) => from_the_right.fold(*last, |right, left| suite.node_hash(left, &right)),
        }
    }

    /// 追加叶散列。纯函数：要与瓦片的增长在同一个事务里存下新的前沿，存不下就当没有发生。
    pub fn append(&self, suite: Suite, leaves: &[Digest]) -> Result<Appended, TreeError> {
        let mut appended = Appended {
            frontier: self.clone(),
            growth: Vec::new(),
        };
        let mut open = Vec::new();
        for leaf in leaves {
            appended.push(suite, *leaf, &mut open)?;
        }
        Ok(appended)
    }

    /// 存储所用的字节：叶数（八字节，大端），然后是各个散列。
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.size.to_be_bytes().to_vec();
        for hash in &self.edge {
            bytes.extend_from_slice(hash.as_bytes());
        }
        bytes
    }

    /// 读存储的字节；散列的个数与叶数不符的不收。
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, TreeError> {
        let bad = |size| TreeError::BadFrontier {
            size,
            bytes: bytes.len(),
        };
        let (size, rest) = bytes.split_first_chunk::<8>().ok_or_else(|| bad(0))?;
        let size = u64::from_be_bytes(*size);
        let (hashes, remainder) = rest.as_chunks::<{ Digest::LEN }>();
        let fits = remainder.is_empty() && hashes.len() == size.count_ones() as usize;
        if !fits || size > MAX_SIZE {
            return Err(bad(size));
        }
        let edge = hashes.iter().copied().map(Digest::new).collect();
        Ok(Self { size, edge })
    }
}

/// The root of a full subtree: as many hashes as a power of two.
fn subtree(suite: Suite, hashes: &[Digest]) -> Digest {
    match hashes {
        [only] => *only,
        _ => {
            let (left, right) = hashes.split_at(hashes.len() / 2);
            suite.node_hash(&subtree(suite, left), &subtree(suite, right))
        }
    }
}

impl Appended {
    /// `open` holds, per tile level, where in `growth` the tile at the right edge stands.
    fn push(&mut self, suite: Suite, leaf: Digest, open: &mut Vec<usize>) -> Result<(), TreeError> {
        let Frontier { size, edge } = &mut self.frontier;
        if *size >= MAX_SIZE {
            return Err(TreeError::TooLarge { size: *size + 1 });
        }
        let (mut carry, mut level) = (leaf, 0_u8);
        loop {
            if level.is_multiple_of(TILE_HEIGHT) {
                record(&mut self.growth, open, level, *size >> level, carry);
            }
            if *size >> level & 1 == 0 {
                break;
            }
            let left = edge
                .pop()
                .expect("a root stands for every set bit of the size");
            carry = suite.node_hash(&left, &carry);
            level += 1;
        }
        edge.push(carry);
        *size += 1;
        Ok(())
    }
}

fn record(
    growth: &mut Vec<TileGrowth>,
    open: &mut Vec<usize>,
    tree_level: u8,
    node: u64,
    hash: Digest,
) {
    let level = tree_level / TILE_HEIGHT;
    let tile = TileId {
        level,
        index: node / u64::from(TILE_WIDTH),
    };
    let offset = (node % u64::from(TILE_WIDTH)) as u16;
    let slot = usize::from(level);
    match open.get(slot) {
        Some(&at) if growth[at].tile == tile => growth[at].hashes.push(hash),
        // Levels open in order: a node of level n is complete only when one of level n-1 is.
        known => {
            let at = growth.len();
            match known {
                Some(_) => open[slot] = at,
                None => open.push(at),
            }
            growth.push(TileGrowth {
                tile,
                from: offset,
                hashes: vec![hash],
            });
        }
    }
}
