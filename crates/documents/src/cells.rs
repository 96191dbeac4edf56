//! 工作簿的格子：文字与数字，从不写成公式；有表头、可筛选的表。

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, Worksheet, XlsxError};

use crate::html::is_unprintable;

/// 单元格的字数上限（格式规定 32,767）。
const CELL_CHARS_MAX: usize = 32_000;
/// 一张表的行数上限（格式规定 1,048,576，留出表头与说明）。
const SHEET_ROWS_MAX: usize = 1_048_000;

/// 各种格子的样子。
pub(crate) struct Styles {
    /// 表头。
    pub(crate) head: Format,
    /// 内容。
    pub(crate) cell: Format,
    /// 标题。
    pub(crate) title: Format,
}

impl Styles {
    /// 一套样子。
    pub(crate) fn new() -> Styles {
        let base = || {
            Format::new()
                .set_font_name("等线")
                .set_align(FormatAlign::Top)
        };
        Styles {
            head: base()
                .set_bold()
                .set_text_wrap()
                .set_background_color(Color::RGB(0x00ED_F1F5))
                .set_border(FormatBorder::Thin),
            cell: base().set_text_wrap(),
            title: base().set_bold().set_font_size(14),
        }
    }
}

/// 一格。
pub(crate) enum Cell {
    /// 文字
    Text(String),
    /// 数字
    Number(u64),
}

impl From<&str> for Cell {
    fn from(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }
}

impl From<&String> for Cell {
    fn from(text: &String) -> Cell {
        Cell::Text(text.clone())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Cell {
        Cell::Text(text)
    }
}

impl From<u64> for Cell {
    fn from(n: u64) -> Cell {
        Cell::Number(n)
    }
}

/// 去掉不能写进格子的字符，截到格式所限的长度。
pub(crate) fn clean(text: &str) -> String {
    text.chars()
        .filter(|c| !is_unprintable(*c))
        .take(CELL_CHARS_MAX)
        .collect()
}

/// 一张有表头的表：冻结首行、可筛选。
pub(crate) fn table(
    sheet: &mut Worksheet,
    styles: &Styles,
    columns: &[(&str, f64)],
    rows: impl Iterator<Item = Vec<Cell>>,
) -> Result<(), XlsxError> {
    for (at, (name, width)) in (0u16..).zip(columns) {
        sheet.write_string_with_format(0, at, *name, &styles.head)?;
        sheet.set_column_width(at, *width)?;
    }
    let mut last = 0;
    for (at, cells) in (1u32..).zip(rows.take(SHEET_ROWS_MAX)) {
        line(sheet, &styles.cell, at, cells)?;
        last = at;
    }
    sheet.set_freeze_panes(1, 0)?;
    let right = u16::try_from(columns.len()).unwrap_or(1).saturating_sub(1);
    sheet.autofilter(0, 0, last.max(1), right)?;
    sheet
        .set_landscape()
        .set_paper_size(9)
        .set_repeat_rows(0, 0)?;
    sheet.set_print_fit_to_pages(1, 0);
    Ok(())
}

/// 一行。
pub(crate) fn line(
    sheet: &mut Worksheet,
    format: &Format,
    row: u32,
    cells: Vec<Cell>,
) -> Result<(), XlsxError> {
    for (at, cell) in (0u16..).zip(cells) {
        match cell {
            Cell::Text(text) => sheet.write_string_with_format(row, at, clean(&text), format)?,
            #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
            Cell::Number(n) => sheet.write_number_with_format(row, at, n as f64, format)?,
        };
    }
    Ok(())
}
