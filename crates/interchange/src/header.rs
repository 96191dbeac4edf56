//! 表头：在开头若干行里找表头行，填合并格，并两行表头。

use std::sync::Arc;

use crate::record::{Cell, Columns};

/// 在开头多少行里找表头：标题、单位、填表说明一般不过十来行。
pub const HEADER_SEARCH_ROWS: usize = 30;

/// 合并区域（行、列从 0 起，含两端）。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Merge {
    /// 首行。
    pub top: u64,
    /// 首列。
    pub left: usize,
    /// 末行。
    pub bottom: u64,
    /// 末列。
    pub right: usize,
}

/// 找到的表头。
#[derive(Debug, Clone, PartialEq)]
pub struct Header<T> {
    /// 列名。
    pub columns: Arc<Columns>,
    /// 表头末行（从 0 起，指所给各行中的次序）。
    pub last: usize,
    /// 认表头者给出的东西（用哪个适配器）。
    pub matched: T,
}

/// 在开头各行里找表头：自上而下，第一个被 `recognise` 认出的行（或相邻两行）。
///
/// `rows` are (sheet row, cells) with merged cells already filled; `merges` only help to tell how many lines it has.
pub fn find<T>(
    rows: &[(u64, Vec<Cell>)],
    merges: &[Merge],
    recognise: &dyn Fn(&Columns) -> Option<T>,
) -> Option<Header<T>> {
    for (at, (number, cells)) in rows.iter().enumerate() {
        let below = rows.get(at + 1).filter(|(next, _)| *next == number + 1);
        // A cell merged over both lines, or a group heading over several columns, says that the header has two lines.
        let is_double = merges.iter().any(|m| {
            (m.top == *number && m.bottom == number + 1)
                || (m.top == *number
                    && m.bottom == *number
                    && m.right > m.left
                    && below.is_some()
                    && distinct(cells) > 1)
        });
        let single = || (Arc::new(single_line(cells)), at);
        let double = || below.map(|(_, lower)| (Arc::new(double_line(cells, lower)), at + 1));
        let candidates = if is_double {
            [double(), Some(single())]
        } else {
            [Some(single()), double()]
        };
        for (columns, last) in candidates.into_iter().flatten() {
            if let Some(matched) = recognise(&columns) {
                return Some(Header {
                    columns,
                    last,
                    matched,
                });
            }
        }
    }
    None
}

/// 像表头的一行：文字格最多的那一行，认不出时用来告诉人看到了什么。
pub fn fullest(rows: &[(u64, Vec<Cell>)]) -> Option<&(u64, Vec<Cell>)> {
    rows.iter()
        .rev()
        .max_by_key(|(_, cells)| cells.iter().filter(|c| matches!(c, Cell::Text(_))).count())
}

fn distinct(cells: &[Cell]) -> usize {
    let mut texts: Vec<String> = cells
        .iter()
        .filter(|c| !c.is_blank())
        .map(Cell::shown)
        .collect();
    texts.sort();
    texts.dedup();
    texts.len()
}

fn single_line(cells: &[Cell]) -> Columns {
    let mut names: Vec<String> = cells.iter().map(Cell::shown).collect();
    while names.last().is_some_and(String::is_empty) {
        names.pop();
    }
    Columns::of_table(names, &[])
}

fn double_line(upper: &[Cell], lower: &[Cell]) -> Columns {
    let width = upper.len().max(lower.len());
    let text = |cells: &[Cell], at: usize| cells.get(at).map(Cell::shown).unwrap_or_default();
    let (mut names, mut alternatives) = (Vec::new(), Vec::new());
    let mut group = String::new();
    for at in 0..width {
        let (mut above, below) = (text(upper, at), text(lower, at));
        // Without merge information (CSV) the group heading stands over its first column only.
        if above.is_empty() && !below.is_empty() {
            above.clone_from(&group);
        }
        group.clone_from(&above);
        let name = match (above.is_empty(), below.is_empty() || above == below) {
            (_, true) => above.clone(),
            (true, false) => below.clone(),
            (false, false) => format!("{above}/{below}"),
        };
        names.push(name);
        alternatives.push(if below.is_empty() {
            vec![above]
        } else {
            vec![below]
        });
    }
    while names.last().is_some_and(String::is_empty) {
        names.pop();
        alternatives.pop();
    }
    Columns::of_table(names, &alternatives)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(number: u64, texts: &[&str]) -> (u64, Vec<Cell>) {
        (number, texts.iter().map(|t| Cell::of_text(t)).collect())
    }

    fn wants<'a>(names: &'a [&'a str]) -> impl Fn(&Columns) -> Option<()> + 'a {
        move |columns| {
            names
                .iter()
                .all(|n| columns.find(n).len() == 1)
                .then_some(())
        }
    }

    #[test]
    fn header_below_titles_is_found() {
        let rows = [
            row(0, &["某县处罚台账"]),
            row(1, &["单位：元"]),
            row(3, &["案号", "决定日期"]),
            row(4, &["1", "2024-01-01"]),
        ];
        let header = find(&rows, &[], &wants(&["案号", "决定日期"])).unwrap();
        assert_eq!(header.last, 2);
    }

    #[test]
    fn two_lines_with_merges_are_joined() {
        let rows = [
            row(0, &["案号", "处罚结果", "处罚结果", "日期"]),
            row(1, &["案号", "罚款", "没收", "日期"]),
            row(2, &["1", "5", "6", "2024-01-01"]),
        ];
        let merges = [
            Merge {
                top: 0,
                left: 0,
                bottom: 1,
                right: 0,
            },
            Merge {
                top: 0,
                left: 1,
                bottom: 0,
                right: 2,
            },
            Merge {
                top: 0,
                left: 3,
                bottom: 1,
                right: 3,
            },
        ];
        let header = find(&rows, &merges, &wants(&["案号", "日期"])).unwrap();
        assert_eq!(header.last, 1);
        assert_eq!(
            header.columns.names(),
            ["案号", "处罚结果/罚款", "处罚结果/没收", "日期"]
        );
        assert_eq!(header.columns.find("没收"), [2]);
    }

    #[test]
    fn two_lines_without_merges_are_joined_when_one_line_says_nothing() {
        let rows = [
            row(0, &["案号", "处罚", ""]),
            row(1, &["", "罚款", "没收"]),
            row(2, &["1", "5", "6"]),
        ];
        let header = find(&rows, &[], &wants(&["案号", "罚款", "处罚/没收"])).unwrap();
        assert_eq!(header.last, 1);
    }
}
