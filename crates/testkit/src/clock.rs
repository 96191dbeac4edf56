//! 可拨的时钟：停在一刻，由测试用手拨。

use std::sync::atomic::{AtomicI64, Ordering};

use mingjing_kernel::moment::Moment;
use mingjing_store::context::Clock;

/// 停住的时钟。
#[derive(Debug)]
pub struct HeldClock(AtomicI64);

impl HeldClock {
    /// 停在某一刻，写法如 `2026-03-01T08:00:00.000000Z`。
    ///
    /// # Panics
    /// When the text is no moment.
    pub fn at(text: &str) -> Self {
        let moment = Moment::parse(text).expect("a test writes a moment");
        HeldClock(AtomicI64::new(moment.unix_micros()))
    }

    /// 往前拨若干毫秒。
    pub fn advance_millis(&self, millis: i64) {
        self.0.fetch_add(millis * 1_000, Ordering::SeqCst);
    }
}

impl Clock for HeldClock {
    fn now(&self) -> Moment {
        Moment::from_unix_micros(self.0.load(Ordering::SeqCst)).expect("set within the range")
    }
}
