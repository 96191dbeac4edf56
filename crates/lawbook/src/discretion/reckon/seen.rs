//! 逐项看过的情形、阶次、情节、程序与处罚，各连同它的结论。

use mingjing_kernel::money::Fen;

use super::interval::Interval;
use crate::basis::Footing;
use crate::cel::value::{Miss, Tri};
use crate::discretion::{Factor, Match, Need, Range, Test, Tier};

/// 一种情形与它的结论。
pub struct SeenTest<'l> {
    /// 情形。
    pub test: &'l Test,
    /// 成立、不成立、不知道（缺什么）。
    pub state: Tri,
}

/// 各种情形与合成的结论。
pub struct Seen<'l> {
    /// 怎样合成。
    pub how: Match,
    /// 情形。
    pub tests: Vec<SeenTest<'l>>,
    /// 结论。
    pub state: Tri,
    /// 看的时候读到的取值、定义立在哪里。
    pub(super) footing: Footing,
}

impl Seen<'_> {
    /// 成立。
    pub fn is_met(&self) -> bool {
        matches!(self.state, Tri::True)
    }

    /// 不知道。
    pub fn is_unknown(&self) -> bool {
        matches!(self.state, Tri::Unknown(_))
    }
}

/// 一档与它的结论。
pub struct SeenTier<'l> {
    /// 阶次。
    pub tier: &'l Tier,
    /// 情形。
    pub seen: Seen<'l>,
    /// 可能就是这一档：所定的一档，或者还不能排除的各档。
    pub is_candidate: bool,
}

/// 一个情节与它的结论。
pub struct SeenFactor<'l> {
    /// 情节。
    pub factor: &'l Factor,
    /// 情形。
    pub seen: Seen<'l>,
}

/// 采用一种后果须有的程序与它的结论。
pub struct SeenNeed<'l> {
    /// 程序。
    pub need: &'l Need,
    /// 情形。
    pub seen: Seen<'l>,
}

/// 一种处罚在本案的情形。
pub struct SeenRange<'l> {
    /// 条款的幅度。
    pub range: &'l Range,
    /// 适用与否。
    pub applies: Tri,
    /// 基数在本案的数额；没有基数的为空，不知道的里层为空。
    pub base: Option<Option<i64>>,
    /// 个数在本案的数目。
    pub count: Option<Option<i64>>,
    /// 条款的幅度；不是罚款的没有。
    pub statutory: Option<Interval>,
    /// 各档在本案的区间，只有可能的各档。
    pub tiers: Vec<(usize, Interval)>,
    /// 建议的区间，总在条款的幅度以内；不是罚款的没有。
    pub proposal: Option<Interval>,
    /// 规定的从轻、从重的一段；没有规定、用不到的没有。
    pub band: Option<Interval>,
    /// 规定的一段与可能的一档没有重合：区间不离开那一档，取那一段须办理调整适用。
    pub is_off_tier: bool,
    /// 减轻情节允许低于这个数额；没有减轻情节、没有下限的没有。
    pub below: Option<Fen>,
    /// 算不出的缺什么。
    pub missing: Option<Miss>,
}
