//! CSV 的写法：带字节序标记，逗号与引号照 RFC 4180，会被当成公式的前面加单引号。

/// Begins a file, so that spreadsheets take it for UTF-8.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// 表头，连同字节序标记。
pub fn head(columns: &[&str]) -> String {
    let cells: Vec<String> = columns.iter().map(|name| (*name).to_owned()).collect();
    format!("{BYTE_ORDER_MARK}{}", line(&cells))
}

/// 一行。
pub fn line(cells: &[String]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
    format!("{}\r\n", cells.join(","))
}

fn quoted(cell: &str) -> String {
    // Some programs pass over blanks and marks of direction before they look.
    let is_blank = |c: char| {
        c.is_whitespace()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{feff}')
    };
    let is_formula = cell.starts_with(['\t', '\r'])
        || cell
            .trim_start_matches(is_blank)
            .starts_with(['=', '+', '-', '@']);
    let cell = if is_formula {
        format!("'{cell}")
    } else {
        cell.to_owned()
    };
    if cell.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_would_compute_stays_text() {
        let cells = ["=1+1", "甲,乙", "说\"好\"", "平常"].map(str::to_owned);
        assert_eq!(line(&cells), "'=1+1,\"甲,乙\",\"说\"\"好\"\"\",平常\r\n");
        for hidden in [" =1+1", "\u{202e}=1+1", "\u{feff}\t@x"] {
            assert!(line(&[hidden.to_owned()]).starts_with('\''), "{hidden:?}");
        }
        assert!(head(&["列"]).starts_with('\u{feff}'));
    }
}
