//! 计量：做了多少条语句，为它们走了多少个来回。

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// 做过的工作，从打开库起累计。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Work {
    /// 语句；开始、提交、退回事务不算，许多行的一次插入算一条。
    pub statements: u64,
    /// 与数据库的来回：一起送出的几条语句只算一个。SQLite 的语句就在手边，没有来回。
    pub journeys: u64,
}

/// Counts for one store.
#[derive(Debug, Default)]
pub(crate) struct Meter {
    statements: AtomicU64,
    journeys: AtomicU64,
}

impl Meter {
    pub(crate) fn statement(&self) {
        self.statements.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn work(&self) -> Work {
        Work {
            statements: self.statements.load(Ordering::Relaxed),
            journeys: self.journeys.load(Ordering::Relaxed),
        }
    }

    pub(crate) fn journeys(self: &Arc<Self>) -> Journeys {
        Journeys {
            meter: self.clone(),
            waiting: AtomicU64::new(0),
        }
    }
}

/// Who waits for the answers of one connection.
#[derive(Debug)]
pub(crate) struct Journeys {
    meter: Arc<Meter>,
    waiting: AtomicU64,
}

impl Journeys {
    /// Somebody waits, until the guard is dropped. Where somebody waits already, it is the same journey.
    pub(crate) fn wait(&self) -> OnTheWay<'_> {
        if self.waiting.fetch_add(1, Ordering::Relaxed) == 0 {
            self.meter.journeys.fetch_add(1, Ordering::Relaxed);
        }
        OnTheWay(&self.waiting)
    }
}

pub(crate) struct OnTheWay<'a>(&'a AtomicU64);

impl Drop for OnTheWay<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
