//! 表：按显示宽度（汉字占两格）折行、对齐，写到终端或文件。

use std::fmt::Write as _;

use console::measure_text_width;

/// 输出不是终端时的宽度。
const DEFAULT_WIDTH: usize = 132;
/// 列与列之间的空。
const GAP: usize = 2;

/// 一列：标题与宽度。
#[derive(Debug, Clone, Copy)]
pub(crate) struct Column {
    /// 标题
    pub(crate) title: &'static str,
    /// 最窄
    pub(crate) min: usize,
    /// 最宽；`None` 为把余下的宽度都给它
    pub(crate) max: Option<usize>,
}

/// 标准输出的宽度。
pub(crate) fn output_width() -> usize {
    console::Term::stdout()
        .size_checked()
        .map_or(DEFAULT_WIDTH, |(_, columns)| usize::from(columns).max(72))
}

/// 清单里来的文字：去掉控制字符和改变书写方向的字符，免得在终端上作怪。
pub(crate) fn plain(text: &str) -> String {
    text.chars()
        .map(|c| if is_hostile(c) { '\u{FFFD}' } else { c })
        .collect()
}

fn is_hostile(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

/// 写成一张表，末尾有换行。
pub(crate) fn render(columns: &[Column], rows: &[Vec<String>], width: usize) -> String {
    let rows: Vec<Vec<String>> = rows
        .iter()
        .map(|row| row.iter().map(|cell| plain(cell)).collect())
        .collect();
    let widths = widths(columns, &rows, width);
    let mut out = String::new();
    let titles: Vec<Vec<String>> = columns.iter().map(|c| vec![c.title.to_owned()]).collect();
    write_row(&mut out, &titles, &widths);
    let rule: Vec<Vec<String>> = widths.iter().map(|w| vec!["─".repeat(*w)]).collect();
    write_row(&mut out, &rule, &widths);
    for row in &rows {
        let cells: Vec<Vec<String>> = row
            .iter()
            .zip(&widths)
            .map(|(cell, width)| wrap(cell, *width))
            .collect();
        write_row(&mut out, &cells, &widths);
    }
    out
}

fn widths(columns: &[Column], rows: &[Vec<String>], width: usize) -> Vec<usize> {
    let wanted: Vec<usize> = columns
        .iter()
        .enumerate()
        .map(|(at, column)| {
            let cells = rows.iter().map(|row| measure_text_width(&row[at]));
            let widest = cells
                .max()
                .unwrap_or(0)
                .max(measure_text_width(column.title));
            widest.max(column.min).min(column.max.unwrap_or(usize::MAX))
        })
        .collect();
    let is_flexible = |at: usize| columns[at].max.is_none();
    let gaps = GAP * columns.len().saturating_sub(1);
    let fixed: usize = wanted
        .iter()
        .enumerate()
        .filter(|(at, _)| !is_flexible(*at))
        .map(|(_, w)| w)
        .sum();
    let flexible = (0..columns.len())
        .filter(|at| is_flexible(*at))
        .count()
        .max(1);
    let share = width.saturating_sub(gaps + fixed) / flexible;
    wanted
        .iter()
        .enumerate()
        .map(|(at, w)| {
            if is_flexible(at) {
                share.clamp(columns[at].min, (*w).max(columns[at].min))
            } else {
                *w
            }
        })
        .collect()
}

fn write_row(out: &mut String, cells: &[Vec<String>], widths: &[usize]) {
    let height = cells.iter().map(Vec::len).max().unwrap_or(0);
    for line in 0..height {
        let mut text = String::new();
        for (at, (cell, width)) in cells.iter().zip(widths).enumerate() {
            if at > 0 {
                text.push_str(&" ".repeat(GAP));
            }
            let part = cell.get(line).map_or("", String::as_str);
            text.push_str(part);
            text.push_str(&" ".repeat(width.saturating_sub(measure_text_width(part))));
        }
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{}", text.trim_end());
    }
}

/// 不放在行首的标点。
const NOT_FIRST: &str = "，。、；：？！）》〉」』】〕”’％·…";

/// 按显示宽度折行：汉字之间可以折，连着的西文和数字尽量不拆，标点不放在行首。
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(4);
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    for piece in pieces(text) {
        let size = measure_text_width(piece);
        let hangs = NOT_FIRST.contains(piece) && used <= width;
        if used + size > width && !line.is_empty() && !hangs {
            lines.push(std::mem::take(&mut line).trim_end().to_owned());
            used = 0;
            if piece.trim().is_empty() {
                continue;
            }
        }
        if size > width {
            for c in piece.chars() {
                let size = measure_text_width(c.encode_utf8(&mut [0; 4]));
                if used + size > width && !line.is_empty() {
                    lines.push(std::mem::take(&mut line));
                    used = 0;
                }
                line.push(c);
                used += size;
            }
        } else {
            line.push_str(piece);
            used += size;
        }
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line.trim_end().to_owned());
    }
    lines
}

/// 可以在其间折行的小段：一串西文数字，或单独一个字。
fn pieces(text: &str) -> Vec<&str> {
    let is_word = |c: char| c.is_ascii() && !c.is_ascii_whitespace();
    let mut list = Vec::new();
    let mut start = 0;
    let mut in_word = false;
    for (at, c) in text.char_indices() {
        if at > start && !(in_word && is_word(c)) {
            list.push(&text[start..at]);
            start = at;
        }
        in_word = is_word(c);
    }
    if start < text.len() {
        list.push(&text[start..]);
    }
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrapping_counts_a_han_character_as_two_and_keeps_words_whole() {
        assert_eq!(wrap("立案之日起九十日", 8), ["立案之日", "起九十日"]);
        assert_eq!(
            wrap("规则 P-TIME-90D 逾期", 12),
            ["规则", "P-TIME-90D", "逾期"]
        );
        assert_eq!(wrap("一二三四。五", 8), ["一二三四。", "五"]);
        assert_eq!(wrap("", 8), [""]);
        assert_eq!(wrap("abcdefghijkl", 5), ["abcde", "fghij", "kl"]);
    }

    #[test]
    fn columns_align_whatever_their_script() {
        let columns = [
            Column {
                title: "案件",
                min: 4,
                max: Some(10),
            },
            Column {
                title: "发现",
                min: 8,
                max: None,
            },
        ];
        let rows = [
            vec!["甲1".to_owned(), "逾期".to_owned()],
            vec!["ab".to_owned(), "很长很长很长的一句".to_owned()],
        ];
        let text = render(&columns, &rows, 18);
        assert_eq!(
            text,
            "案件  发现\n────  ────────────\n甲1   逾期\nab    很长很长很长\n      的一句\n"
        );
    }

    #[test]
    fn hostile_characters_do_not_reach_the_terminal() {
        assert_eq!(
            plain("a\u{1b}[31m\u{202e}b\r\n"),
            "a\u{FFFD}[31m\u{FFFD}b\u{FFFD}\u{FFFD}"
        );
    }
}
