//! 法典的目录：规则一组一页，程序一个一页连同状态图；给读的人，不给程序。

mod procedures;
mod rules;

use crate::explain::Explainer;

/// 一页。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// 文件名，连同所在的目录：`rules` 或 `procedures`。
    pub file: String,
    /// Markdown，或者 SVG。
    pub text: String,
}

/// 全部各页，两个目录各有总目 `README.md`。
pub fn pages(explainer: &Explainer<'_>) -> Vec<Page> {
    let mut pages = rules::pages(explainer);
    pages.extend(procedures::pages(explainer));
    pages
}

/// 表格的格子里不能有竖线、换行。
fn cell(text: &str) -> String {
    escaped(text).replace('|', "\\|").replace('\n', " ")
}

/// Markdown 的记号照字面。
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '*' | '_' | '`' | '<' | '[' | ']') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
