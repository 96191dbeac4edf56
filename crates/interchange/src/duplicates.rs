//! 查重：同一案件标识出现多次的，内容相同算一案，内容不同都不读；所占内存有上限。

use std::collections::HashMap;

use mingjing_domain::event::Origin;

use crate::error::{RowError, shown};
use crate::names::comparable;

/// 一遍里最多记的行数；再多就分几遍看（每行二十四字节）。
const ENTRIES_MAX: usize = 2_000_000;
/// 留着首次出现的内容以便说出差别的，最多这么多案。
const DIFFERENCES_MAX: usize = 10_000;

/// 普查：记下每行标识与内容的散列，找出重复的标识。
#[derive(Debug)]
pub(crate) struct Census {
    entries_max: usize,
    parts: u64,
    part: u64,
    entries: Vec<(u64, u64, u64)>,
    found: Vec<Repeated>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Repeated {
    key: u128,
    is_conflict: bool,
}

impl Census {
    pub(crate) fn new() -> Self {
        Self::with_limit(ENTRIES_MAX)
    }

    pub(crate) fn with_limit(entries_max: usize) -> Self {
        Census {
            entries_max,
            parts: 1,
            part: 0,
            entries: Vec::new(),
            found: Vec::new(),
        }
    }

    /// 记一行：标识与内容的散列。
    pub(crate) fn record(&mut self, key: u128, content: u64) {
        let (high, low) = ((key >> 64) as u64, key as u64);
        if low % self.parts != self.part {
            return;
        }
        // Only the first pass learns how many rows there are; keys spread evenly, so later parts hold no more.
        if self.part == 0 && self.entries.len() >= self.entries_max {
            self.parts *= 2;
            let parts = self.parts;
            self.entries.retain(|(_, low, _)| low % parts == 0);
            if low % parts != 0 {
                return;
            }
        }
        self.entries.push((high, low, content));
    }

    /// 一遍看完；还要再看一遍的为真。
    pub(crate) fn end_pass(&mut self) -> bool {
        self.entries.sort_unstable();
        for group in self
            .entries
            .chunk_by(|a, b| (a.0, a.1) == (b.0, b.1))
            .filter(|g| g.len() > 1)
        {
            let (high, low, content) = group[0];
            let is_conflict = group.iter().any(|(_, _, other)| *other != content);
            self.found.push(Repeated {
                key: u128::from(high) << 64 | u128::from(low),
                is_conflict,
            });
        }
        self.entries.clear();
        self.part += 1;
        self.part < self.parts
    }

    /// 普查的结果。
    pub(crate) fn finish(mut self) -> Duplicates {
        self.found.sort_unstable();
        let seen = vec![false; self.found.len()];
        Duplicates {
            repeated: self.found,
            seen,
            first: HashMap::new(),
        }
    }
}

/// 首次出现的位置与内容。
#[derive(Debug)]
struct First {
    origin: Origin,
    contents: Vec<(String, String)>,
    is_told: bool,
}

/// 重复的标识；读的时候逐行问它。
#[derive(Debug)]
pub(crate) struct Duplicates {
    repeated: Vec<Repeated>,
    seen: Vec<bool>,
    first: HashMap<u128, First>,
}

/// 一行该怎么办。
#[derive(Debug, PartialEq)]
pub(crate) enum Verdict {
    /// 读
    Read,
    /// 内容相同的又一份，略去，附说明
    Same(RowError),
    /// 内容不同，拒绝：本行（及首次出现的那行）的错误；首次出现时还没有差别可说，为空
    Conflict(Vec<RowError>),
}

impl Duplicates {
    /// 有没有重复。
    pub(crate) fn is_empty(&self) -> bool {
        self.repeated.is_empty()
    }

    /// 问一行；`contents` 只在有冲突时取。
    pub(crate) fn judge(
        &mut self,
        key: u128,
        id: &str,
        origin: &Origin,
        contents: &dyn Fn() -> Vec<(String, String)>,
    ) -> Verdict {
        let Ok(at) = self.repeated.binary_search_by_key(&key, |r| r.key) else {
            return Verdict::Read;
        };
        let was_seen = std::mem::replace(&mut self.seen[at], true);
        match (self.repeated[at].is_conflict, was_seen) {
            (false, false) => Verdict::Read,
            (false, true) => Verdict::Same(located(
                RowError::new(format!("“{}”已经读过，内容相同", shown(id)), "只算一案。"),
                origin,
            )),
            (true, false) if self.first.len() < DIFFERENCES_MAX => {
                let first = First {
                    origin: origin.clone(),
                    contents: contents(),
                    is_told: false,
                };
                self.first.insert(key, first);
                Verdict::Conflict(Vec::new())
            }
            (true, _) => Verdict::Conflict(self.conflict(key, id, origin, contents)),
        }
    }

    fn conflict(
        &mut self,
        key: u128,
        id: &str,
        origin: &Origin,
        contents: &dyn Fn() -> Vec<(String, String)>,
    ) -> Vec<RowError> {
        const REMEDY: &str = "请核对哪一份是对的，删去另一份；若是两个案件，请改正标识。";
        let id = shown(id);
        let Some(first) = self.first.get_mut(&key) else {
            let reason = format!("“{id}”出现多次，内容不同，都没有读");
            return vec![located(RowError::new(reason, REMEDY), origin)];
        };
        let other = contents();
        let told = |here: &Origin,
                    there: &Origin,
                    left: &[(String, String)],
                    right: &[(String, String)]| {
            let difference = difference(left, right);
            let reason = format!(
                "“{id}”与{}重复而内容不同，两份都没有读：{difference}",
                place(there)
            );
            located(RowError::new(reason, REMEDY), here)
        };
        let mut errors = Vec::new();
        if !std::mem::replace(&mut first.is_told, true) {
            errors.push(told(&first.origin, origin, &first.contents, &other));
        }
        errors.push(told(origin, &first.origin, &other, &first.contents));
        errors
    }

    /// 首次出现而没有等到第二份的（同一标识的另一份在读的时候没有出现）。
    pub(crate) fn leftovers(self) -> Vec<RowError> {
        let reason = "案件标识出现多次，内容不同，都没有读";
        self.first
            .into_values()
            .filter(|first| !first.is_told)
            .map(|first| located(RowError::new(reason, "请核对后只留一份。"), &first.origin))
            .collect()
    }
}

fn located(error: RowError, origin: &Origin) -> RowError {
    error.at(&origin.file, origin.sheet.as_deref(), Some(origin.row))
}

fn place(origin: &Origin) -> String {
    match &origin.sheet {
        Some(sheet) => format!("{}工作表“{sheet}”第 {} 行", origin.file, origin.row),
        None => format!("{}第 {} 行", origin.file, origin.row),
    }
}

/// 头三处不同的列：本行的值与那行的值。
fn difference(left: &[(String, String)], right: &[(String, String)]) -> String {
    let find = |list: &[(String, String)], name: &str| {
        list.iter()
            .find(|(n, _)| n == name)
            .map(|(_, value)| value.clone())
    };
    let mut names: Vec<&str> = left
        .iter()
        .chain(right)
        .map(|(name, _)| name.as_str())
        .collect();
    names.sort_unstable();
    names.dedup();
    let shown_or_blank =
        |value: Option<String>| value.map_or("空白".to_owned(), |v| format!("“{}”", shown(&v)));
    let different: Vec<String> = names
        .into_iter()
        .filter(|name| {
            let (here, there) = (find(left, name), find(right, name));
            here.as_deref().map(comparable) != there.as_deref().map(comparable)
        })
        .map(|name| {
            let (here, there) = (
                shown_or_blank(find(left, name)),
                shown_or_blank(find(right, name)),
            );
            format!("{name} 此处为{here}，彼处为{there}")
        })
        .collect();
    let more = if different.len() > 3 {
        format!("；另有 {} 处不同", different.len() - 3)
    } else {
        String::new()
    };
    format!(
        "{}{more}",
        different
            .iter()
            .take(3)
            .cloned()
            .collect::<Vec<_>>()
            .join("；")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_rows_are_counted_in_several_passes() {
        let rows: Vec<(u128, u64)> = (0..1_000_u64)
            .map(|n| {
                (
                    crate::record::hash128(&(n % 900)),
                    if n == 905 { 1 } else { 0 },
                )
            })
            .collect();
        let mut census = Census::with_limit(100);
        let mut passes = 0;
        loop {
            passes += 1;
            for (key, content) in &rows {
                census.record(*key, *content);
            }
            if !census.end_pass() {
                break;
            }
        }
        assert!(passes > 4, "{passes} passes");
        let found = census.finish();
        assert_eq!(found.repeated.len(), 100);
        assert_eq!(found.repeated.iter().filter(|r| r.is_conflict).count(), 1);
    }
}
