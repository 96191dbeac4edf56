//! 一段数额。

use mingjing_kernel::money::{Fen, Rounding};

/// 一段数额；不知道的一头没有。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval {
    /// 最低。
    pub least: Option<Fen>,
    /// 最高。
    pub most: Option<Fen>,
}

impl Interval {
    /// 两头都知道。
    pub fn known(self) -> Option<(Fen, Fen)> {
        Some((self.least?, self.most?))
    }

    /// 舍入之后低的高过高的，取低的一头：有利于当事人。
    pub(super) fn new(least: Option<Fen>, most: Option<Fen>) -> Interval {
        match (least, most) {
            (Some(least), Some(most)) if least > most => Interval {
                least: Some(most),
                most: Some(most),
            },
            _ => Interval { least, most },
        }
    }

    pub(super) fn hull(self, other: Interval) -> Interval {
        let both = |a: Option<Fen>, b: Option<Fen>, pick: fn(Fen, Fen) -> Fen| Some(pick(a?, b?));
        Interval {
            least: both(self.least, other.least, Fen::min),
            most: both(self.most, other.most, Fen::max),
        }
    }

    /// 重合的部分；不重合、不知道的没有。
    pub(super) fn meet(self, other: Interval) -> Option<Interval> {
        let ((a, b), (c, d)) = (self.known()?, other.known()?);
        let (least, most) = (a.max(c), b.min(d));
        (least <= most).then_some(Interval {
            least: Some(least),
            most: Some(most),
        })
    }

    /// 限在条款的幅度以内；不知道的照旧。
    pub(super) fn clipped(self, bounds: Interval) -> Interval {
        self.meet(bounds).unwrap_or(self)
    }
}

/// 幅度里的一段；两头往里舍入。
pub(super) fn part_of(statutory: Interval, (from, to): (u32, u32)) -> Interval {
    let at = |share: u32, rounding| {
        let (least, most) = statutory.known()?;
        let part = most.checked_sub(least)?.mul_rate(share, rounding)?;
        least.checked_add(part)
    };
    Interval::new(at(from, Rounding::Up), at(to, Rounding::Down))
}
