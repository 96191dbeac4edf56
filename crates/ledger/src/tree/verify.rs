//! 核对包含证明与一致性证明（RFC 9162 的 2.1.3.2 与 2.1.4.2）。

use super::TreeError;
use crate::digest::Digest;
use crate::suite::Suite;

/// 核对：叶散列是 `size` 叶、根为 `root` 的树的第 `index` 叶。
pub fn inclusion(
    suite: Suite,
    leaf: &Digest,
    (index, size): (u64, u64),
    proof: &[Digest],
    root: &Digest,
) -> Result<(), TreeError> {
    if index >= size {
        return Err(TreeError::NoSuchLeaf { index, size });
    }
    let (mut at, mut last, mut hash) = (index, size - 1, *leaf);
    for step in proof {
        if last == 0 {
            return Err(TreeError::NotProven {
                why: "证明比路径长",
            });
        }
        if at & 1 == 1 || at == last {
            hash = suite.node_hash(step, &hash);
            while at & 1 == 0 && at != 0 {
                (at, last) = (at >> 1, last >> 1);
            }
        } else {
            hash = suite.node_hash(&hash, step);
        }
        (at, last) = (at >> 1, last >> 1);
    }
    if last != 0 {
        return Err(TreeError::NotProven {
            why: "证明比路径短",
        });
    }
    same(&hash, root, "由叶算出的根与检查点的根不同")
}

/// 核对：`new` 树的开头就是 `old` 树，没有改过、没有插过。两边各给叶数与根。
pub fn consistency(
    suite: Suite,
    (old_size, old_root): (u64, &Digest),
    (new_size, new_root): (u64, &Digest),
    proof: &[Digest],
) -> Result<(), TreeError> {
    if old_size > new_size {
        return Err(TreeError::Shrunk {
            old: old_size,
            new: new_size,
        });
    }
    if old_size == 0 || old_size == new_size {
        if !proof.is_empty() {
            return Err(TreeError::NotProven {
                why: "不需要证明时证明应为空",
            });
        }
        let same_as = if old_size == 0 {
            suite.empty_root()
        } else {
            *new_root
        };
        return same(old_root, &same_as, "同样大小的两棵树，根不同");
    }
    // A complete old tree is a node of the new one, and is not repeated in the proof.
    let seeded = old_size.is_power_of_two().then_some(old_root);
    let mut steps = seeded.into_iter().chain(proof);
    let first = steps.next().ok_or(TreeError::NotProven {
        why: "证明比路径短",
    })?;
    let (mut at, mut last) = (old_size - 1, new_size - 1);
    while at & 1 == 1 {
        (at, last) = (at >> 1, last >> 1);
    }
    let (mut old, mut new) = (*first, *first);
    for step in steps {
        if last == 0 {
            return Err(TreeError::NotProven {
                why: "证明比路径长",
            });
        }
        if at & 1 == 1 || at == last {
            old = suite.node_hash(step, &old);
            new = suite.node_hash(step, &new);
            while at & 1 == 0 && at != 0 {
                (at, last) = (at >> 1, last >> 1);
            }
        } else {
            new = suite.node_hash(&new, step);
        }
        (at, last) = (at >> 1, last >> 1);
    }
    if last != 0 {
        return Err(TreeError::NotProven {
            why: "证明比路径短",
        });
    }
    same(&old, old_root, "由证明算出的旧根不同")?;
    same(&new, new_root, "由证明算出的新根不同")
}

fn same(found: &Digest, expected: &Digest, why: &'static str) -> Result<(), TreeError> {
    if found == expected {
        Ok(())
    } else {
        Err(TreeError::NotProven { why })
    }
}
