//! What the signed page says, read as text: the reference knows the table of the program only through it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Cells of one line of the page, by the role's Chinese name, and its condition.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) cells: BTreeMap<String, String>,
    pub(crate) condition: String,
}

/// All lines by (object, action), in Chinese as printed.
#[derive(Debug)]
pub(crate) struct SignedPage {
    pub(crate) lines: BTreeMap<(String, String), Line>,
}

pub(crate) fn load() -> SignedPage {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/permission-matrix.md");
    let text = fs::read_to_string(path).expect("docs/permission-matrix.md 应存在");
    let part = text
        .split("\n## ")
        .find(|part| part.starts_with("按对象看"))
        .expect("应有“按对象看”一节");
    let mut lines = BTreeMap::new();
    for section in part.split("\n### ").skip(1) {
        let (object, table) = section.split_once('\n').expect("标题之后有表");
        let mut rows = table.lines().filter(|row| row.starts_with('|')).map(cells);
        let head = rows.next().expect("表有表头");
        for row in rows.skip(1) {
            let (first, last) = (row[0].clone(), row[row.len() - 1].clone());
            let named = head.iter().zip(&row).skip(1).take(row.len() - 2);
            let cells = named.map(|(role, cell)| (role.clone(), cell.clone()));
            let line = Line {
                cells: cells.filter(|(_, cell)| cell != "—").collect(),
                condition: last,
            };
            lines.insert((object.trim().to_owned(), first), line);
        }
    }
    assert!(lines.len() > 50, "只读出 {} 行", lines.len());
    SignedPage { lines }
}

fn cells(row: &str) -> Vec<String> {
    let inner = row.trim().trim_start_matches('|').trim_end_matches('|');
    inner
        .split('|')
        .map(|cell| cell.trim().to_owned())
        .collect()
}
