//! 散列树：右缘的各层瓦片，与由路径算根。

use crate::hash::{Hash, Suite};

pub(crate) const WIDTH: usize = 256;

/// The tile at the right edge of each level, which is all that the root depends on.
pub(crate) struct Edge {
    suite: Suite,
    pub(crate) size: u64,
    pub(crate) levels: Vec<Vec<Hash>>,
}

impl Edge {
    pub(crate) const fn new(suite: Suite) -> Self {
        Self {
            suite,
            size: 0,
            levels: Vec::new(),
        }
    }

    /// The edge of a tree of so many leaves, a multiple of [`WIDTH`]: `row` gives so many first hashes of a tile, by its
    /// level and index. What it gives is proven by the root in the end.
    pub(crate) fn after<E>(
        suite: Suite,
        size: u64,
        mut row: impl FnMut(usize, u64, usize) -> Result<Vec<Hash>, E>,
    ) -> Result<Self, E> {
        let mut edge = Self::new(suite);
        edge.size = size;
        let mut above = size;
        while above > 0 {
            let (index, width) = (above / WIDTH as u64, (above % WIDTH as u64) as usize);
            let hashes = match width {
                0 => Vec::with_capacity(WIDTH),
                _ => row(edge.levels.len(), index, width)?,
            };
            edge.levels.push(hashes);
            above = index;
        }
        Ok(edge)
    }

    /// Adds a leaf; `full` is shown each tile that it fills, with its level and index.
    pub(crate) fn push<E>(
        &mut self,
        leaf: Hash,
        mut full: impl FnMut(usize, u64, &[Hash]) -> Result<(), E>,
    ) -> Result<(), E> {
        self.size += 1;
        let (mut hash, mut count) = (leaf, self.size);
        for level in 0.. {
            if level == self.levels.len() {
                self.levels.push(Vec::with_capacity(WIDTH));
            }
            let row = &mut self.levels[level];
            row.push(hash);
            if row.len() < WIDTH {
                break;
            }
            count /= WIDTH as u64;
            full(level, count - 1, row)?;
            hash = fold(self.suite, row);
            row.clear();
        }
        Ok(())
    }

    pub(crate) fn root(&self) -> Hash {
        let mut rest: Option<Hash> = None;
        for level in &self.levels {
            // What is left of the level below is a smaller last subtree of this one.
            let row: Vec<Hash> = level.iter().copied().chain(rest).collect();
            if !row.is_empty() {
                rest = Some(fold(self.suite, &row));
            }
        }
        rest.unwrap_or_else(|| self.suite.plain(&[]))
    }
}

/// RFC 6962, 2.1: the left part is the largest power of two below the number of hashes.
fn fold(suite: Suite, row: &[Hash]) -> Hash {
    match row {
        [only] => *only,
        _ => {
            let (left, right) = row.split_at(row.len().next_power_of_two() / 2);
            suite.node(&fold(suite, left), &fold(suite, right))
        }
    }
}

/// The root that follows from a leaf and its path; `None` if the path has the wrong length.
pub(crate) fn root_of(
    suite: Suite,
    leaf: Hash,
    index: u64,
    size: u64,
    path: &[Hash],
) -> Option<Hash> {
    if size <= 1 {
        return (index == 0 && size == 1 && path.is_empty()).then_some(leaf);
    }
    let (beside, below) = path.split_last()?;
    let middle = size.checked_next_power_of_two()? / 2;
    if index < middle {
        root_of(suite, leaf, index, middle, below).map(|left| suite.node(&left, beside))
    } else {
        let right = root_of(suite, leaf, index - middle, size - middle, below);
        right.map(|right| suite.node(beside, &right))
    }
}
