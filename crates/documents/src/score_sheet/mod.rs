//! 评分表：案卷评查的评分表写成可以打印、签名的 HTML 与 xlsx。
//!
//! Every sheet is bounded by its own items; only the number of sheets is limited here.

mod page;
mod xlsx;

use mingjing_lawbook::sheet::words::SheetText;
use rust_xlsxwriter::XlsxError;
use thiserror::Error;

/// 一份文件的抬头。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// 标题。
    pub title: String,
    /// 软件的名称与版本。
    pub software: String,
    /// 制作的时间，照印；空白不印。
    pub made_at: String,
}

/// 一批案卷的评分表。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScoreSheets {
    heading: Heading,
    sheets: Vec<SheetText>,
    count: usize,
}

/// 评分表写不出来的原因。
#[derive(Debug, Error)]
pub enum ScoreSheetError {
    /// 工作簿写不出来。
    #[error("xlsx 评分表写不出来，请改用 HTML")]
    Workbook(#[source] XlsxError),
}

impl ScoreSheets {
    /// 保留的张数：一张约三万字节，合计不超过一百兆字节；再多的只计数，请分开评。
    pub const SHEETS_MAX: usize = 3_000;
    /// HTML 里写出的张数：再多的一页，浏览器打不开。
    pub const HTML_SHEETS_MAX: usize = 500;

    /// 空的一批。
    pub fn new(heading: Heading) -> ScoreSheets {
        ScoreSheets {
            heading,
            sheets: Vec::new(),
            count: 0,
        }
    }

    /// 加一张。
    pub fn add(&mut self, sheet: SheetText) {
        self.count += 1;
        if self.sheets.len() < Self::SHEETS_MAX {
            self.sheets.push(sheet);
        }
    }
}

/// 写成一个自足的 HTML 文件：一案一页，没有脚本，A4 可印。
pub fn to_html(sheets: &ScoreSheets) -> String {
    page::write(sheets)
}

/// 写成 xlsx 工作簿：总览、评分项、否决项、理由各一张表。
pub fn to_xlsx(sheets: &ScoreSheets) -> Result<Vec<u8>, ScoreSheetError> {
    xlsx::write(sheets).map_err(ScoreSheetError::Workbook)
}
