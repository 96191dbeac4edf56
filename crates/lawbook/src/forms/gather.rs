//! 跨案的形式各数什么：从每条时间线上挑哪些事、按什么归组、取哪几个数；怎样下结论在 `sets`。

use std::sync::Arc;

use mingjing_kernel::date::Date;

use super::clock::PeriodOf;
use crate::cel::compile::Fun;
use crate::selector::Selector;

/// 一个跨案的部分。
pub struct Gather {
    /// 归组的名。
    pub names: Vec<Arc<str>>,
    /// 数哪些事：多数形式一边，对账、按期两边，作废登记另一边。
    pub sides: Vec<Side>,
    /// 限数：以行的案件求值，取最后一日的。
    pub limits: Vec<Fun>,
    /// 怎样判。
    pub how: How,
}

/// 一边：挑哪些事，取哪些值。
pub struct Side {
    /// 选择器；`None` 为每条时间线一行。
    pub on: Option<Selector>,
    /// 归组的值，与 `names` 相应；列表展开成几行。
    pub group: Vec<Fun>,
    /// 取的值。
    pub columns: Vec<Column>,
}

/// 取的一个值。
pub struct Column {
    /// 求值。
    pub run: Fun,
    /// 取不到的怎样算。
    pub lack: Lack,
}

/// 取不到的值怎样算。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lack {
    /// 这一行说不清。
    Doubtful,
    /// 空白也算一行（如还没有终了的一段），不知道的说不清。
    MayBeBlank,
    /// 照样算一行，到下结论时再看。
    Kept,
}

/// 怎样判；数字是 `limits` 里的序号。
pub enum How {
    /// 次数
    Count(CountLimits),
    /// 离群
    Outlier(OutlierLimits),
    /// 重叠：`gap` 为来不及往返的分钟
    Overlap {
        /// 相隔不足这些分钟也算。
        gap: Option<usize>,
    },
    /// 编号
    Sequence(SequenceJudge),
    /// 对账：容差为左边的万分之几
    Reconcile {
        /// 报哪一种。
        judge: ReconcileJudge,
        /// 容差。
        tolerance: Option<usize>,
    },
    /// 按期
    Periodic {
        /// 期间。
        every: Every,
        /// 期间终了之后的期限；没有写的，到期间终了。
        due: Option<PeriodOf>,
    },
}

/// 次数的限。
pub struct CountLimits {
    /// 数不同的值。
    pub is_distinct: bool,
    /// 按日历期间分开数。
    pub every: Option<Every>,
    /// 滚动的日数。
    pub window: Option<usize>,
    /// 上限。
    pub at_most: Option<usize>,
    /// 下限。
    pub at_least: Option<usize>,
    /// 临近。
    pub near: Option<usize>,
}

/// 离群的限。
pub struct OutlierLimits {
    /// 判断日以前多少日内的样本。
    pub window: Option<usize>,
    /// 最少的样本。
    pub min_n: usize,
    /// 界限（万分之一）。
    pub limit: usize,
    /// 办法。
    pub method: Method,
    /// 第二列是已经说明了理由的：照样算样本，不报。
    pub is_explained: bool,
}

/// 离群的算法。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// 修正 z 分：0.6745 ×（值 − 中位数）÷ 绝对离差的中位数；离差中位数为零时除以 1.253314 × 平均绝对离差
    ModifiedZ,
    /// 两方中位数之比
    MedianRatio,
}

/// 编号查什么。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SequenceJudge {
    /// 缺号
    Gap,
    /// 重号
    Dup,
    /// 号大而日早
    Order,
}

/// 对账报什么。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReconcileJudge {
    /// 左有右无
    LeftOnly,
    /// 右有左无
    RightOnly,
    /// 两边各自独有
    Both,
    /// 合计不等
    Amount,
}

/// 日历期间。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Every {
    /// 日
    Day,
    /// 周（周一起）
    Week,
    /// 月
    Month,
    /// 季
    Quarter,
    /// 半年
    Half,
    /// 年
    Year,
}

impl Every {
    /// 由法典里的写法。
    pub fn parse(name: &str) -> Option<Every> {
        Some(match name {
            "day" => Every::Day,
            "week" => Every::Week,
            "month" => Every::Month,
            "quarter" => Every::Quarter,
            "half" => Every::Half,
            "year" => Every::Year,
            _ => return None,
        })
    }

    /// 一期几个月；周、日为 `None`。
    fn months(self) -> Option<i32> {
        match self {
            Every::Day | Every::Week => None,
            Every::Month => Some(1),
            Every::Quarter => Some(3),
            Every::Half => Some(6),
            Every::Year => Some(12),
        }
    }

    /// 那一日在第几期。
    pub fn index(self, day: Date) -> i32 {
        match self.months() {
            Some(months) => {
                (i32::from(day.year()) * 12 + i32::from(day.month()) - 1).div_euclid(months)
            }
            // 1970-01-01, day 0, was a Thursday.
            None if self == Every::Week => (day.day_number() + 3).div_euclid(7),
            None => day.day_number(),
        }
    }

    /// 第几期的第一日；出了日历的范围为 `None`。
    pub fn start(self, index: i32) -> Option<Date> {
        match self.months() {
            Some(months) => {
                let month = index.checked_mul(months)?;
                let year = i16::try_from(month.div_euclid(12)).ok()?;
                Date::new(year, (month.rem_euclid(12) + 1) as i8, 1)
            }
            None if self == Every::Week => Date::from_day_number(index.checked_mul(7)? - 3),
            None => Date::from_day_number(index),
        }
    }

    /// 第几期的最后一日。
    pub fn end(self, index: i32) -> Option<Date> {
        self.start(index.checked_add(1)?)?.checked_add_days(-1)
    }

    /// 期间的名，用作身份：2026、2026H1、2026Q1、2026-03、2026-03-02。
    pub fn name(self, index: i32) -> String {
        let Some(start) = self.start(index) else {
            return index.to_string();
        };
        match self {
            Every::Year => format!("{:04}", start.year()),
            Every::Half => format!("{:04}H{}", start.year(), start.month() / 6 + 1),
            Every::Quarter => format!("{:04}Q{}", start.year(), start.month() / 3 + 1),
            Every::Month => format!("{:04}-{:02}", start.year(), start.month()),
            Every::Week | Every::Day => start.to_string(),
        }
    }
}
