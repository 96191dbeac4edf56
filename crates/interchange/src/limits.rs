//! 界限：读入时一个值不能越过的界限，由调用者按时钟和法典给出。

use std::fmt;

use mingjing_domain::value::Value;
use mingjing_kernel::date::Date;

use crate::error::RowError;

/// 读入的界限。
#[derive(Clone, Copy)]
pub struct Limits<'a> {
    /// 今天：之后的事件日期拒绝。
    pub today: Date,
    /// 某种事件（或某个范围的事实）的某个字段是不是不得为负的数：金额、费率、人数、年龄等。
    pub is_unsigned: &'a dyn Fn(&str, &str) -> bool,
}

impl fmt::Debug for Limits<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Limits {{ today: {} }}", self.today)
    }
}

impl Limits<'_> {
    /// 查一个值；`owner` 是事件种类或事实范围。
    pub fn check(&self, owner: &str, field: &str, value: &Value) -> Result<(), RowError> {
        match negative_in(value) {
            Some(number) if (self.is_unsigned)(owner, field) => Err(negative(&number)),
            _ => Ok(()),
        }
    }
}

/// 负数的错误。
pub fn negative(value: &str) -> RowError {
    RowError::new(
        "不能是负数：金额、数量、比率都不小于零",
        "请核对；退回、冲销的款项请另记，不写成负数。",
    )
    .with_value(value)
}

/// The first negative number in a value: in a list, or in a value told span by span, as well.
fn negative_in(value: &Value) -> Option<String> {
    match value {
        Value::Int(n) => (*n < 0).then(|| n.to_string()),
        // Some systems export numbers as text; the rules read such a text as the number.
        Value::Text(text) => {
            let digits = text.trim().strip_prefix('-')?;
            let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
            (is_number && digits.bytes().any(|b| b != b'0')).then(|| text.clone())
        }
        Value::List(items) => items.iter().find_map(negative_in),
        Value::Record(fields) => fields.values().find_map(negative_in),
        Value::Bool(_) | Value::Date(_) | Value::Timestamp(_) | Value::Period(_) => None,
    }
}
