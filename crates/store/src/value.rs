//! 值：语句的参数，没有值时也带着类型。

/// A parameter of a statement. PostgreSQL takes no value without a type, so an absent one has one too.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Text(Option<String>),
    Long(Option<i64>),
    Int(Option<i32>),
    Bool(Option<bool>),
    Bytes(Option<Vec<u8>>),
}
