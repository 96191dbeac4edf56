//! 语句：占位符写 `$1`，两种数据库通用；值的来回转换只在这里。

use mingjing_kernel::date::{Date, Timestamp};
use mingjing_kernel::id::{Id, Kind, TimelineId};
use mingjing_kernel::moment::Moment;

use crate::error::{Result, StoreError};
use crate::postgres::Column;
use crate::value::Value;

/// 可以作参数的值；没有值时也要说清类型，PostgreSQL 才收。
pub(crate) trait Param {
    const NULL: Value;
    fn value(self) -> Value;
}

macro_rules! param {
    ($($type:ty => $null:ident, |$it:ident| $value:expr;)*) => {
        $(
            impl Param for $type {
                const NULL: Value = Value::$null(None);
                fn value(self) -> Value {
                    let $it = self;
                    Value::$null(Some($value))
                }
            }
        )*
    };
}

param! {
    String => Text, |it| it;
    &String => Text, |it| it.clone();
    &str => Text, |it| it.to_owned();
    bool => Bool, |it| it;
    i64 => Long, |it| it;
    i32 => Int, |it| it;
    // INVARIANT: sequence numbers, sizes and indexes of ours stay far below 2^63.
    u64 => Long, |it| i64::try_from(it).unwrap_or(i64::MAX);
    u32 => Long, |it| i64::from(it);
    Vec<u8> => Bytes, |it| it;
    &[u8] => Bytes, |it| it.to_vec();
    &Vec<u8> => Bytes, |it| it.clone();
    Moment => Long, |it| it.unix_micros();
    Date => Int, |it| it.day_number();
    Timestamp => Long, |it| it.unix_seconds() * 1_000_000;
    TimelineId => Text, |it| it.to_string();
}

impl<const N: usize> Param for &[u8; N] {
    const NULL: Value = Value::Bytes(None);
    fn value(self) -> Value {
        Value::Bytes(Some(self.to_vec()))
    }
}

impl<K: Kind> Param for Id<K> {
    const NULL: Value = Value::Text(None);
    fn value(self) -> Value {
        Value::Text(Some(self.to_string()))
    }
}

impl<T: Param> Param for Option<T> {
    const NULL: Value = T::NULL;
    fn value(self) -> Value {
        self.map_or(T::NULL, Param::value)
    }
}

/// 参数表：`values![a, b]`。
macro_rules! values {
    ($($value:expr),* $(,)?) => {
        vec![$($crate::sql::Param::value($value)),*]
    };
}
pub(crate) use values;

/// 多行插入：`head` 是 `INSERT INTO t (a, b) VALUES`，`tail` 是其后的 `ON CONFLICT …`、`RETURNING …`。
pub(crate) struct Rows {
    head: &'static str,
    tail: &'static str,
    columns: usize,
    values: Vec<Value>,
}

impl Rows {
    /// `columns` 必须等于 `head` 里列的个数。
    pub(crate) fn new(head: &'static str, columns: usize, tail: &'static str) -> Self {
        Rows {
            head,
            tail,
            columns,
            values: Vec::new(),
        }
    }

    pub(crate) fn push(&mut self, row: Vec<Value>) {
        debug_assert_eq!(row.len(), self.columns, "{}", self.head);
        self.values.extend(row);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The statement of one row, how many values it takes, and the values of all rows.
    pub(crate) fn into_single(self) -> (String, usize, Vec<Value>) {
        let marks = vec!["?"; self.columns].join(", ");
        let text = format!("{} ({marks}) {}", self.head, self.tail);
        (text, self.columns, self.values)
    }

    /// One statement for all rows, with a parameter for each column: its text does not depend on how many there are, so
    /// it stays prepared. `None` without rows.
    pub(crate) fn into_columns(self) -> Option<(String, Vec<Column>)> {
        let rows = self.values.len() / self.columns;
        let first = self.values.get(..self.columns)?;
        let mut columns: Vec<Column> = first.iter().map(|it| Column::like(it, rows)).collect();
        let mut text = String::with_capacity(self.head.len() + self.tail.len() + 128);
        text.push_str(self.head.trim_end_matches("VALUES"));
        text.push_str("SELECT * FROM unnest(");
        for (number, column) in columns.iter().enumerate() {
            let separator = if number == 0 { "" } else { ", " };
            let array = column.type_name();
            text.push_str(&format!("{separator}${}::{array}", number + 1));
        }
        text.push_str(") ");
        text.push_str(self.tail);
        for (number, value) in self.values.into_iter().enumerate() {
            columns[number % self.columns].push(value);
        }
        Some((text, columns))
    }
}

/// 读出的列变成值；不成其为值的是库中数据有误。
pub(crate) mod column {
    use super::*;

    pub(crate) fn moment(micros: i64) -> Result<Moment> {
        Moment::from_unix_micros(micros)
            .ok_or_else(|| StoreError::corrupt(format!("时刻 {micros} 超出范围")))
    }

    pub(crate) fn date(day: i32) -> Result<Date> {
        Date::from_day_number(day)
            .ok_or_else(|| StoreError::corrupt(format!("日序 {day} 超出范围")))
    }

    pub(crate) fn timestamp(micros: i64) -> Result<Timestamp> {
        Timestamp::from_unix_seconds(micros.div_euclid(1_000_000))
            .ok_or_else(|| StoreError::corrupt(format!("时刻 {micros} 超出范围")))
    }

    pub(crate) fn id<K: Kind>(text: &str) -> Result<Id<K>> {
        Id::parse(text).map_err(|error| StoreError::corrupt(error.to_string()))
    }

    pub(crate) fn timeline_id(text: &str) -> Result<TimelineId> {
        TimelineId::parse(text).map_err(|error| StoreError::corrupt(error.to_string()))
    }

    /// The number of a part of a rule.
    pub(crate) fn part(text: Option<&str>) -> Result<u16> {
        let text = text.unwrap_or_default();
        text.parse()
            .map_err(|_| StoreError::corrupt(format!("部分的序号“{text}”不是数")))
    }

    pub(crate) fn count(number: i64) -> Result<u64> {
        u64::try_from(number).map_err(|_| StoreError::corrupt(format!("计数 {number} 为负")))
    }
}
