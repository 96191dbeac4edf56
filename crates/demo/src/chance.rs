//! 有种子的取舍：同一个种子、同一个名目，同一串数；只用来编故事，不用来生成标识、盐与口令。

/// 一串数。
#[derive(Debug, Clone)]
pub(crate) struct Chance(u64);

impl Chance {
    /// 从种子与名目起：每个名目自成一串，多编一案不会改动别的案。
    pub(crate) fn of(seed: u64, label: &str, number: usize) -> Chance {
        // FNV-1a over the label, so that neighbouring numbers begin far apart.
        let bytes = label.bytes().chain((number as u64).to_le_bytes());
        let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Chance(hash ^ seed.rotate_left(17))
    }

    /// SplitMix64.
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// 零到 `n` 之前的一个；`n` 为零时得零。
    pub(crate) fn below(&mut self, n: usize) -> usize {
        let n = n.max(1) as u64;
        usize::try_from(self.next() % n).unwrap_or_default()
    }

    /// 两端之间的一个，含两端。
    pub(crate) fn between(&mut self, from: i64, to: i64) -> i64 {
        let width = to.saturating_sub(from).max(0).unsigned_abs() + 1;
        from + i64::try_from(self.next() % width).unwrap_or_default()
    }

    /// 取一个；空的没有。
    pub(crate) fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        items.get(self.below(items.len()))
    }

    /// 按分量取一个的序号；分量都是零的没有。
    pub(crate) fn weighted(&mut self, weights: impl Iterator<Item = u32> + Clone) -> Option<usize> {
        let total: u64 = weights.clone().map(u64::from).sum();
        if total == 0 {
            return None;
        }
        let mut left = self.next() % total;
        for (index, weight) in weights.enumerate() {
            let weight = u64::from(weight);
            if left < weight {
                return Some(index);
            }
            left -= weight;
        }
        None
    }
}
