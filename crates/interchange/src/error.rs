//! 错误：哪个文件、哪张表、哪一行、哪一列、什么值，为什么不行，怎么办。

use std::fmt;
use std::ops::{Deref, DerefMut};

use mingjing_kernel::personal_number::replace_numbers;

use crate::text::visible;

/// 行错误：一行（一条、一格）不能读入的原因和补救办法；读表不因它停止。
///
/// Boxed, because every fallible function of this crate returns it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RowError(Box<RowErrorParts>);

/// 行错误的各部分。
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RowErrorParts {
    /// 文件名。
    pub file: String,
    /// 工作表名。
    pub sheet: Option<String>,
    /// 行号，从 1 起；整个文件的错误为 `None`。
    pub row: Option<u64>,
    /// 列：表头文字，表格文件另带列标（如“C 列 决定日期”）。
    pub column: Option<String>,
    /// 原值：过长的截短，身份证号、电话遮蔽。
    pub value: Option<String>,
    /// 原因。
    pub reason: String,
    /// 补救办法。
    pub remedy: String,
}

/// 原值在错误里最多显示的字数。
const SHOWN_CHARS: usize = 40;

impl RowError {
    /// 只有原因和补救办法的错误，位置由读取者补上。
    pub fn new(reason: impl Into<String>, remedy: impl Into<String>) -> Self {
        let (reason, remedy) = (reason.into(), remedy.into());
        RowError(Box::new(RowErrorParts {
            reason,
            remedy,
            ..RowErrorParts::default()
        }))
    }

    /// 补上列名。
    #[must_use]
    pub fn in_column(mut self, column: impl Into<String>) -> Self {
        self.column = Some(column.into());
        self
    }

    /// 补上原值（截短、遮蔽）。
    #[must_use]
    pub fn with_value(mut self, value: &str) -> Self {
        self.value = Some(shown(value));
        self
    }

    /// 补上文件、工作表、行号；已有的不改。
    #[must_use]
    pub fn at(mut self, file: &str, sheet: Option<&str>, row: Option<u64>) -> Self {
        if self.file.is_empty() {
            self.file = file.to_owned();
        }
        if self.sheet.is_none() {
            self.sheet = sheet.map(str::to_owned);
        }
        if self.row.is_none() {
            self.row = row;
        }
        self
    }
}

impl Deref for RowError {
    type Target = RowErrorParts;

    fn deref(&self) -> &RowErrorParts {
        &self.0
    }
}

impl DerefMut for RowError {
    fn deref_mut(&mut self) -> &mut RowErrorParts {
        &mut self.0
    }
}

impl fmt::Display for RowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // File names, sheet names and headings come from outside as well as values do.
        let file = if self.file.is_empty() {
            "（未命名）"
        } else {
            &self.file
        };
        write!(f, "{}", visible(file))?;
        if let Some(sheet) = &self.sheet {
            write!(f, "，工作表“{}”", visible(sheet))?;
        }
        if let Some(row) = self.row {
            write!(f, "，第 {row} 行")?;
        }
        if let Some(column) = &self.column {
            write!(f, "，{}", visible(column))?;
        }
        if let Some(value) = &self.value {
            write!(f, "，值“{value}”")?;
        }
        write!(
            f,
            "：{}。{}",
            visible(self.reason.trim_end_matches('。')),
            visible(&self.remedy)
        )
    }
}

impl std::error::Error for RowError {}

/// 供显示的原值：控制字符和看不见的字符写明，遮蔽号码，过长截短。
pub fn shown(value: &str) -> String {
    let head: String = value.chars().take(SHOWN_CHARS + 20).collect();
    let flat = visible(&head);
    let masked = mask_numbers(&flat);
    if masked.chars().count() > SHOWN_CHARS || value.chars().count() > SHOWN_CHARS + 20 {
        let head: String = masked.chars().take(SHOWN_CHARS).collect();
        format!("{head}…")
    } else {
        masked
    }
}

/// 遮蔽像身份证号、手机号、银行卡号的数字串，隔开写、全角写的也在内：留头三位和末两位。
///
/// A run of digits of another length (a 文号, an amount, a date) is left as it stands.
pub fn mask_numbers(text: &str) -> String {
    replace_numbers(text, |digits, _| {
        let (head, rest) = digits.split_at(3);
        let (middle, tail) = rest.split_at(rest.len() - 2);
        format!("{head}{}{tail}", "*".repeat(middle.len()))
    })
}

/// 文件错误：整个文件不能读的原因。
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// 打不开或读到一半失败。
    #[error("{file}：读取失败（{source}）。请确认文件存在、未被占用、可以读取")]
    Read {
        /// 文件名。
        file: String,
        /// 原因。
        #[source]
        source: std::io::Error,
    },
    /// 内容不可用。
    #[error("{0}")]
    Content(RowError),
}

impl SourceError {
    /// 同一内容的行错误，便于一并列出。
    pub fn to_row_error(&self) -> RowError {
        match self {
            SourceError::Content(error) => error.clone(),
            SourceError::Read { file, source } => RowError::new(
                format!("读取失败（{source}）"),
                "请确认文件存在、未被占用、可以读取。",
            )
            .at(file, None, None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_people_are_masked_and_other_numbers_left() {
        assert_eq!(mask_numbers("电话13800000000。"), "电话138******00。");
        assert_eq!(mask_numbers("11010119000101001X"), "110*************1X");
        assert_eq!(
            mask_numbers("京监〔2024〕123号，罚款20000元，2024-01-01"),
            "京监〔2024〕123号，罚款20000元，2024-01-01"
        );
    }

    #[test]
    fn error_names_place_reason_and_remedy() {
        let error = RowError::new("不是日期", "请写成 2024-03-01。")
            .in_column("C 列 决定日期")
            .with_value("二月\u{0}三十")
            .at("a.xlsx", Some("案件"), Some(7));
        assert_eq!(
            error.to_string(),
            "a.xlsx，工作表“案件”，第 7 行，C 列 决定日期，值“二月\\u{0}三十”：不是日期。请写成 2024-03-01。"
        );
    }
}
