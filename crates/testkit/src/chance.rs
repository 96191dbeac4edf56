//! 可重复的随机数：同一个种子，同一串字节；绝不用于产品。

use std::sync::atomic::{AtomicU64, Ordering};

use mingjing_store::context::Rng;

/// 有种子的随机数。
#[derive(Debug)]
pub struct SeededRng(AtomicU64);

impl SeededRng {
    /// 从种子起。
    pub const fn new(seed: u64) -> Self {
        SeededRng(AtomicU64::new(seed))
    }

    /// 下一个数（SplitMix64）。
    pub fn next(&self) -> u64 {
        const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
        let state = self.0.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

impl Rng for SeededRng {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&self.next().to_le_bytes()[..chunk.len()]);
        }
    }
}
