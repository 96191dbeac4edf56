//! 集合形式：对折叠好的行判断比例与次数；行或分子分母作为事实给出。

use mingjing_domain::finding::MissingWhy;
use mingjing_domain::timeline::Timeline;
use mingjing_domain::value::Value;

use super::Verdict;
use crate::cel::compile::Fun;
use crate::cel::value::{Tri, Val, miss};
use crate::context::{Ctx, Keys};

/// 取整。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Round {
    /// 进一
    Up,
    /// 舍去
    Down,
}

/// `ratio`：分子与分母之比。
pub struct Ratio {
    /// 下限（万分之一）。
    pub at_least: Option<Fun>,
    /// 上限（万分之一）。
    pub at_most: Option<Fun>,
    /// 取整。
    pub round: Round,
    /// 最小的应有数。
    pub floor: i64,
}

fn given(ctx: &Ctx<'_>, name: &str) -> Result<i64, Tri> {
    match ctx.run.case.timeline.facts.values.get(name) {
        Some(Value::Int(n)) => Ok(*n),
        _ => Err(Tri::Unknown(miss(name, MissingWhy::NotCovered))),
    }
}

/// 时间线的事实里给出了折叠好的行、分子或者分母。
pub(crate) fn has_any_rows(timeline: &Timeline) -> bool {
    let facts = &timeline.facts.values;
    let mut names = ["numerator", "denominator", "rows"].into_iter();
    names.any(|name| facts.contains_key(name))
}

/// 集合形式只在给出折叠的行时运行：一个案件、一个机关的时间线不因为没有事件就回答比例。
fn has_rows(ctx: &Ctx<'_>, names: &[&str]) -> bool {
    let facts = &ctx.run.case.timeline.facts.values;
    names.iter().any(|n| facts.contains_key(*n))
}

impl Ratio {
    /// 判断：应有数 = 分母 × 比例取整，不小于最小数；分子不少于（不多于）应有数。
    pub fn judge(&self, ctx: &Ctx<'_>) -> Vec<Verdict> {
        if !has_rows(ctx, &["numerator", "denominator"]) {
            return Vec::new();
        }
        let facts = given(ctx, "denominator").and_then(|d| Ok((given(ctx, "numerator")?, d)));
        let mut result = Verdict::new(None, Keys::none(), ctx.day, Tri::True, Tri::True);
        match facts {
            Err(unknown) => result.holds = unknown,
            Ok((numerator, denominator)) => {
                for (limit, is_least) in [(&self.at_least, true), (&self.at_most, false)] {
                    let Some(limit) = limit else { continue };
                    match limit(ctx) {
                        Val::Int(share) => {
                            self.compare(numerator, denominator, share, is_least, &mut result)
                        }
                        Val::Unknown(m) => result.holds = Tri::Unknown(m),
                        _ => result.holds = Tri::Unknown(miss("share", MissingWhy::Error)),
                    }
                }
            }
        }
        vec![result]
    }

    fn compare(
        &self,
        numerator: i64,
        denominator: i64,
        share: i64,
        is_least: bool,
        result: &mut Verdict,
    ) {
        let Some(product) = denominator.checked_mul(share) else {
            result.holds = Tri::Unknown(miss("溢出", MissingWhy::Error));
            return;
        };
        let rounded = product.div_euclid(10_000)
            + i64::from(self.round == Round::Up && product.rem_euclid(10_000) != 0);
        let wanted = rounded.max(self.floor);
        let holds = if is_least {
            numerator >= wanted
        } else {
            numerator <= wanted
        };
        result.holds = std::mem::replace(&mut result.holds, Tri::True).and(|| Tri::of(holds));
        result.detail.amount = Some((numerator, wanted));
        result.scope.actual = Some(numerator);
        result.scope.limit = Some(wanted);
    }
}

/// `count`：窗口内的次数。
pub struct Count {
    /// 行的条件：行的字段与期望值。
    pub of: String,
    /// 滚动窗口（日）；`None` 为给出的全部行。
    pub window: Option<Fun>,
    /// 数这个字段的不同取值；`None` 为数行。
    pub distinct: Option<String>,
    /// 上限。
    pub at_most: Option<Fun>,
    /// 下限。
    pub at_least: Option<Fun>,
    /// 达到此数为临近（预警）。
    pub near: Option<Fun>,
    /// 按哪些字段归组。
    pub group_by: Vec<String>,
}

impl Count {
    /// 判断：行由 `rows` 给出，每行有 `on`（日期）与归组字段；每组一个结果。
    pub fn judge(&self, ctx: &Ctx<'_>) -> Vec<Verdict> {
        if !has_rows(ctx, &["rows"]) {
            return Vec::new();
        }
        let Some(Value::List(rows)) = ctx.run.case.timeline.facts.values.get("rows") else {
            let unknown = Tri::Unknown(miss("rows", MissingWhy::NotCovered));
            return vec![Verdict::new(
                None,
                Keys::none(),
                ctx.day,
                Tri::True,
                unknown,
            )];
        };
        let mut groups: Vec<(Vec<Option<&Value>>, Vec<&Value>)> = Vec::new();
        for row in rows {
            let kind = row.at("kind");
            if !matches!(kind, Some(Value::Text(k)) if *k == self.of) && kind.is_some() {
                continue;
            }
            let key: Vec<Option<&Value>> = self.group_by.iter().map(|f| row.at(f)).collect();
            match groups.iter_mut().find(|(k, _)| *k == key) {
                Some((_, list)) => list.push(row),
                None => groups.push((key, vec![row])),
            }
        }
        groups
            .iter()
            .map(|(key, rows)| self.group(ctx, key, rows))
            .collect()
    }

    fn group(&self, ctx: &Ctx<'_>, key: &[Option<&Value>], rows: &[&Value]) -> Verdict {
        let mut result = Verdict::new(None, Keys::none(), ctx.day, Tri::True, Tri::True);
        if key.iter().any(Option::is_none) {
            result.holds = Tri::Unknown(miss(
                format!("rows.{}", self.group_by.join("、")),
                MissingWhy::Blank,
            ));
            return result;
        }
        let count = match self.largest(ctx, rows) {
            Ok(count) => count,
            Err(m) => {
                result.holds = m;
                return result;
            }
        };
        result.scope.actual = Some(count);
        let limit = |fun: &Option<Fun>| fun.as_ref().map(|f| f(ctx));
        for (bound, is_most) in [(limit(&self.at_most), true), (limit(&self.at_least), false)] {
            match bound {
                None => {}
                Some(Val::Int(n)) => {
                    let holds = if is_most { count <= n } else { count >= n };
                    result.holds =
                        std::mem::replace(&mut result.holds, Tri::True).and(|| Tri::of(holds));
                    result.detail.amount = Some((count, n));
                    result.scope.limit = Some(n);
                }
                Some(Val::Unknown(m)) => result.holds = Tri::Unknown(m),
                Some(_) => result.holds = Tri::Unknown(miss("limit", MissingWhy::Error)),
            }
        }
        if let (Tri::True, Some(Val::Int(near))) = (&result.holds, limit(&self.near))
            && count >= near
        {
            result.holds = Tri::False;
            // How many are left before the cap; at the cap none.
            let left = result.scope.limit.map(|cap| cap.saturating_sub(count));
            result.detail.remaining = left.and_then(|n| i32::try_from(n).ok());
            result.status = Some(mingjing_domain::finding::Status::Near);
            result.severity = Some(mingjing_domain::finding::Severity::Warning);
        }
        result
    }

    /// 任一窗口内最多的行数，或不同取值的个数。
    fn largest(&self, ctx: &Ctx<'_>, rows: &[&Value]) -> Result<i64, Tri> {
        let window = match self.window.as_ref().map(|w| w(ctx)) {
            None => None,
            Some(Val::Int(n)) => Some(n),
            Some(Val::Unknown(m)) => return Err(Tri::Unknown(m)),
            Some(_) => return Err(Tri::Unknown(miss("window", MissingWhy::Error))),
        };
        let mut dated = Vec::with_capacity(rows.len());
        for row in rows {
            let value = match &self.distinct {
                None => None,
                Some(field) => Some(self.text_of(row, field)?),
            };
            let day = match window {
                None => 0,
                Some(_) => day_of(row)?,
            };
            dated.push((day, value));
        }
        dated.sort_unstable();
        Ok(most(&dated, window) as i64)
    }

    fn text_of(&self, row: &Value, field: &str) -> Result<String, Tri> {
        match row.at(field) {
            Some(Value::Text(text)) => Ok(text.clone()),
            Some(Value::Int(n)) => Ok(n.to_string()),
            _ => Err(Tri::Unknown(miss(
                format!("rows.{field}"),
                MissingWhy::Blank,
            ))),
        }
    }
}

fn day_of(row: &Value) -> Result<i32, Tri> {
    match row.at("on") {
        Some(Value::Date(day)) => Ok(day.day_number()),
        Some(Value::Text(text)) => match mingjing_kernel::date::Date::parse_iso(text) {
            Ok(day) => Ok(day.day_number()),
            Err(_) => Err(Tri::Unknown(miss("rows.on", MissingWhy::Error))),
        },
        _ => Err(Tri::Unknown(miss("rows.on", MissingWhy::Blank))),
    }
}

/// 排好的（日，值）里，任一滚动窗口内最多有几行（几个不同的值）；没有窗口的看全部。
pub(crate) fn most<T: Ord + Clone>(dated: &[(i32, Option<T>)], window: Option<i64>) -> usize {
    let mut inside: std::collections::BTreeMap<Option<T>, usize> =
        std::collections::BTreeMap::new();
    let (mut best, mut first) = (0, 0);
    for (last, (day, value)) in dated.iter().enumerate() {
        while window.is_some_and(|w| i64::from(day - dated[first].0) >= w.max(1)) {
            let leaving = &dated[first].1;
            if let Some(n) = inside.get_mut(leaving) {
                *n -= 1;
                if *n == 0 {
                    inside.remove(leaving);
                }
            }
            first += 1;
        }
        *inside.entry(value.clone()).or_default() += 1;
        let is_distinct = value.is_some();
        let count = if is_distinct {
            inside.len()
        } else {
            last + 1 - first
        };
        best = best.max(count);
    }
    best
}
