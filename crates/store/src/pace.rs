//! 步速：成批写入每批多少条，使实时的写不必等它太久；别的程序占着处理器，不使它变小。

use std::time::{Duration, Instant};

use crate::dialect::Engine;

/// How many times as long as its own work a command may hold the writer before that counts: the rest is other programs
/// on a busy machine, or a slow disk.
const HINDERED: u32 = 8;

/// How long a command holds the writer.
///
/// The clock on the wall would say how busy the machine is: a chunk would be made smaller by what other programs do, and
/// then what each chunk costs by itself (a sync, an audit, the counters) is paid for a handful of rows, which makes
/// everybody wait longer. On SQLite a command is worked off on the thread of the writer, so the time of that thread is
/// its measure. On PostgreSQL the work is done elsewhere and holds up only who waits for the same rows: there the clock
/// is all there is.
pub(crate) struct Held {
    since: Instant,
    worked: Option<Duration>,
}

impl Held {
    pub(crate) fn begin(engine: Engine) -> Self {
        Held {
            since: Instant::now(),
            worked: match engine {
                Engine::Sqlite => time_of_thread(),
                Engine::Postgres => None,
            },
        }
    }

    pub(crate) fn end(self) -> Duration {
        let wall = self.since.elapsed();
        let worked = self
            .worked
            .and_then(|begun| time_of_thread()?.checked_sub(begun));
        counted(wall, worked)
    }
}

fn counted(wall: Duration, worked: Option<Duration>) -> Duration {
    worked.map_or(wall, |worked| worked.max(wall / HINDERED))
}

/// The processor's time of this thread, where the system tells it.
#[cfg(unix)]
fn time_of_thread() -> Option<Duration> {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::try_from(time).ok()
}

#[cfg(not(unix))]
fn time_of_thread() -> Option<Duration> {
    None
}

/// 步速：成批写入每批多少条，使每批占用写者不超过 50 毫秒，但不少于 64 条。
#[derive(Debug, Clone)]
pub struct Pace {
    length: usize,
}

impl Pace {
    /// What a chunk aims at, leaving room below the 50 ms that a live request may have to wait.
    const TARGET: Duration = Duration::from_millis(35);
    /// Below this, what a chunk costs by itself is most of what it costs: smaller ones help nobody.
    const LENGTH_MIN: usize = 64;
    const LENGTH_MAX: usize = 5_000;

    /// 从小处起步。
    pub const fn new() -> Self {
        Pace {
            length: Self::LENGTH_MIN,
        }
    }

    /// 下一批多少条。
    pub const fn length(&self) -> usize {
        self.length
    }

    /// 这一批 `length` 条用了 `took`。
    pub fn took(&mut self, length: usize, took: Duration) {
        let per_item = took.as_nanos().max(1) / length.max(1) as u128;
        let fitting = Self::TARGET.as_nanos() / per_item.max(1);
        // Half-way to the measured length, at most doubling: one slow disk sync is no trend.
        let fitting = usize::try_from(fitting).unwrap_or(Self::LENGTH_MAX);
        let next = (self.length + fitting.min(self.length * 4)) / 2;
        self.length = next.clamp(Self::LENGTH_MIN, Self::LENGTH_MAX);
    }
}

impl Default for Pace {
    fn default() -> Self {
        Pace::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_stays_within_its_bounds() {
        let mut pace = Pace::new();
        for _ in 0..20 {
            pace.took(pace.length(), Duration::from_micros(10));
        }
        let fast = pace.length();
        assert!(fast > 1_000, "{fast}");
        for _ in 0..20 {
            pace.took(pace.length(), Duration::from_secs(5));
        }
        assert_eq!(pace.length(), Pace::LENGTH_MIN);
    }

    #[test]
    fn what_others_do_with_the_processor_is_not_held_against_a_chunk() {
        let of = Duration::from_millis;
        assert_eq!(counted(of(36), Some(of(35))), of(35));
        assert_eq!(counted(of(250), Some(of(35))), of(35));
        // Yet who holds the writer for very long is told so, whatever kept it.
        assert_eq!(counted(of(800), Some(of(35))), of(100));
        assert_eq!(counted(of(250), None), of(250));
    }

    #[cfg(unix)]
    #[test]
    fn the_system_tells_the_time_of_a_thread() {
        assert!(time_of_thread().is_some());
    }
}
