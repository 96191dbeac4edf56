//! 参数：一个值，或一列值；类型由我们说定，数据库不必猜。

use tokio_postgres::types::{ToSql, Type};

use crate::value::Value;

/// A parameter of a statement.
#[derive(Debug)]
pub(crate) enum Column {
    One(Value),
    Texts(Vec<Option<String>>),
    Longs(Vec<Option<i64>>),
    Ints(Vec<Option<i32>>),
    Bools(Vec<Option<bool>>),
    Bytes(Vec<Option<Vec<u8>>>),
}

impl Column {
    /// An empty column of what this value is.
    pub(crate) fn like(value: &Value, rows: usize) -> Self {
        match value {
            Value::Text(_) => Column::Texts(Vec::with_capacity(rows)),
            Value::Long(_) => Column::Longs(Vec::with_capacity(rows)),
            Value::Int(_) => Column::Ints(Vec::with_capacity(rows)),
            Value::Bool(_) => Column::Bools(Vec::with_capacity(rows)),
            Value::Bytes(_) => Column::Bytes(Vec::with_capacity(rows)),
        }
    }

    /// One more row. INVARIANT: the rows of one insert have the same types, column by column.
    pub(crate) fn push(&mut self, value: Value) {
        match (self, value) {
            (Column::Texts(all), Value::Text(one)) => all.push(one),
            (Column::Longs(all), Value::Long(one)) => all.push(one),
            (Column::Ints(all), Value::Int(one)) => all.push(one),
            (Column::Bools(all), Value::Bool(one)) => all.push(one),
            (Column::Bytes(all), Value::Bytes(one)) => all.push(one),
            (column, value) => debug_assert!(false, "{value:?} in {column:?}"),
        }
    }

    /// What it is called in a statement.
    pub(crate) const fn type_name(&self) -> &'static str {
        match self {
            Column::One(Value::Text(_)) => "text",
            Column::One(Value::Long(_)) => "bigint",
            Column::One(Value::Int(_)) => "integer",
            Column::One(Value::Bool(_)) => "boolean",
            Column::One(Value::Bytes(_)) => "bytea",
            Column::Texts(_) => "text[]",
            Column::Longs(_) => "bigint[]",
            Column::Ints(_) => "integer[]",
            Column::Bools(_) => "boolean[]",
            Column::Bytes(_) => "bytea[]",
        }
    }

    pub(crate) const fn sql_type(&self) -> Type {
        match self {
            Column::One(Value::Text(_)) => Type::TEXT,
            Column::One(Value::Long(_)) => Type::INT8,
            Column::One(Value::Int(_)) => Type::INT4,
            Column::One(Value::Bool(_)) => Type::BOOL,
            Column::One(Value::Bytes(_)) => Type::BYTEA,
            Column::Texts(_) => Type::TEXT_ARRAY,
            Column::Longs(_) => Type::INT8_ARRAY,
            Column::Ints(_) => Type::INT4_ARRAY,
            Column::Bools(_) => Type::BOOL_ARRAY,
            Column::Bytes(_) => Type::BYTEA_ARRAY,
        }
    }

    pub(crate) fn inner(&self) -> &(dyn ToSql + Sync) {
        match self {
            Column::One(Value::Text(one)) => one,
            Column::One(Value::Long(one)) => one,
            Column::One(Value::Int(one)) => one,
            Column::One(Value::Bool(one)) => one,
            Column::One(Value::Bytes(one)) => one,
            Column::Texts(all) => all,
            Column::Longs(all) => all,
            Column::Ints(all) => all,
            Column::Bools(all) => all,
            Column::Bytes(all) => all,
        }
    }
}
