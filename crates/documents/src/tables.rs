//! 几张表写成一个工作簿：一张表一页，有表头、可筛选；格子只写文字与数字。

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

use crate::cells::{Cell, Styles, table};

/// 一格。
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// 文字
    Text(String),
    /// 个数
    Count(u64),
}

/// 一张表。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// 页名。
    pub name: &'static str,
    /// 各列的名称与宽度（字）。
    pub columns: Vec<(&'static str, u16)>,
    /// 各行。
    pub rows: Vec<Vec<Value>>,
}

/// 写成工作簿；同样的内容写出同样的字节。
pub fn to_xlsx(title: &str, tables: &[Table]) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let styles = Styles::new();
    // A file time would make equal workbooks differ.
    let created = ExcelDateTime::from_ymd(2000, 1, 1)?;
    let properties = DocProperties::new()
        .set_title(title)
        .set_creation_datetime(&created);
    workbook.set_properties(&properties);
    for one in tables {
        let sheet = workbook.add_worksheet();
        sheet.set_name(one.name)?;
        let columns: Vec<(&str, f64)> = one
            .columns
            .iter()
            .map(|(name, width)| (*name, f64::from(*width)))
            .collect();
        let rows = one.rows.iter().map(|row| row.iter().map(cell).collect());
        table(sheet, &styles, &columns, rows)?;
    }
    workbook.save_to_buffer()
}

fn cell(value: &Value) -> Cell {
    match value {
        Value::Text(text) => Cell::from(text),
        Value::Count(number) => Cell::from(*number),
    }
}
