//! 扣除期间的并集：重叠、相接的先并为一段，再数日子。

use crate::date::Date;

use super::Span;

/// Disjoint runs of removed days in order, as inclusive `(from, through)`; none adjoins the next.
pub(super) struct Removed<'a> {
    runs: &'a [(Date, Date)],
}

impl Removed<'_> {
    /// Nothing is removed.
    pub(super) const NONE: Removed<'static> = Removed { runs: &[] };

    /// The runs after a day, the first cut to begin after it.
    pub(super) fn after(&self, day: Date) -> impl Iterator<Item = (Date, Date)> {
        self.runs
            .iter()
            .filter(move |(_, through)| *through > day)
            .map(move |&(from, through)| (from.max(day.add_days(1)), through))
    }

    /// The number of removed days in `(after, through]`.
    pub(super) fn days_in(&self, after: Date, through: Date) -> u32 {
        self.after(after)
            .take_while(|(from, _)| *from <= through)
            .map(|(from, end)| end.min(through).days_since(from) + 1)
            .map(i32::cast_unsigned)
            .sum()
    }

    /// The n-th day after `start` that is not removed; `start` itself for 0; `None` beyond 2199.
    pub(super) fn nth_day_left(&self, start: Date, n: u32) -> Option<Date> {
        let n = i32::try_from(n).ok()?;
        if n == 0 {
            return Some(start);
        }
        let mut last = start.checked_add_days(n)?;
        for (from, through) in self.after(start) {
            if from > last {
                break;
            }
            last = last.checked_add_days(through.days_since(from) + 1)?;
        }
        Some(last)
    }
}

impl<'a> From<&'a [(Date, Date)]> for Removed<'a> {
    fn from(runs: &'a [(Date, Date)]) -> Self {
        Removed { runs }
    }
}

/// A united run with the spans that make it up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Run {
    /// The last day that still counts.
    pub(super) after: Date,
    /// The last removed day; `None` while a span of the run is open.
    pub(super) through: Option<Date>,
    /// Tags of the spans, ascending, each once.
    pub(super) tags: Vec<u16>,
}

/// Unites spans that overlap or adjoin; empty and reversed spans remove nothing.
pub(super) fn unite(spans: &[Span]) -> Vec<Run> {
    let mut sorted: Vec<Span> = spans
        .iter()
        .copied()
        .filter(|s| s.through.is_none_or(|end| end > s.after))
        .collect();
    sorted.sort_by_key(|span| (span.after, span.through, span.tag));
    let mut runs: Vec<Run> = Vec::new();
    for span in sorted {
        match runs.last_mut() {
            Some(run) if run.through.is_none_or(|end| span.after <= end) => {
                run.through = run.through.zip(span.through).map(|(a, b)| a.max(b));
                run.tags.push(span.tag);
            }
            _ => runs.push(Run {
                after: span.after,
                through: span.through,
                tags: vec![span.tag],
            }),
        }
    }
    for run in &mut runs {
        run.tags.sort_unstable();
        run.tags.dedup();
    }
    runs
}
