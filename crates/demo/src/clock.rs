//! 可拨的时钟：按次序走过各个月份，只许往前拨。

use std::sync::atomic::{AtomicI64, Ordering};

use mingjing_kernel::date::Timestamp;
use mingjing_kernel::moment::Moment;
use mingjing_store::context::Clock;

const MICROS_PER_SECOND: i64 = 1_000_000;

/// 拨到哪里，就是哪一刻。
#[derive(Debug)]
pub(crate) struct SetClock(AtomicI64);

impl SetClock {
    /// 停在一刻。
    pub(crate) fn at(at: Timestamp) -> SetClock {
        SetClock(AtomicI64::new(micros(at)))
    }

    /// 往前拨到一刻；已经过了的不往回拨。
    pub(crate) fn turn_to(&self, at: Timestamp) {
        self.0.fetch_max(micros(at), Ordering::SeqCst);
    }
}

impl Clock for SetClock {
    fn now(&self) -> Moment {
        // A tick at each look: two things of one slot do not happen at the very same moment.
        let micros = self.0.fetch_add(1, Ordering::SeqCst);
        Moment::from_unix_micros(micros).expect("set to timestamps, which lie within the range")
    }
}

fn micros(at: Timestamp) -> i64 {
    at.unix_seconds() * MICROS_PER_SECOND
}
