//! 条件可多可少的查询：文字与参数一起长，条件里的 `?` 依次成为 `$1`、`$2` …。

use crate::value::Value;

use crate::audit::successor;
use crate::dialect::Engine;
use crate::sql::{Param, values};

/// A statement under construction. Text of ours holds no `?` but placeholders.
pub(crate) struct Query {
    text: String,
    values: Vec<Value>,
}

impl Query {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Query {
            text: text.into(),
            values: Vec::new(),
        }
    }

    /// Appends text; each `?` takes the next of the values.
    pub(crate) fn push(&mut self, text: &str, values: Vec<Value>) {
        let mut pieces = text.split('?');
        self.text.push_str(pieces.next().unwrap_or_default());
        let mut count = 0;
        for (piece, value) in pieces.zip(values) {
            self.values.push(value);
            self.text.push('$');
            self.text.push_str(&self.values.len().to_string());
            self.text.push_str(piece);
            count += 1;
        }
        debug_assert_eq!(count, text.matches('?').count(), "{text}");
    }

    /// One more condition, after a `WHERE` that has one already.
    pub(crate) fn and(&mut self, condition: &str, values: Vec<Value>) {
        self.text.push_str(" AND ");
        self.push(condition, values);
    }

    /// The condition, when there is a value.
    pub(crate) fn and_some<T: Param>(&mut self, condition: &str, value: Option<T>) {
        if let Some(value) = value {
            self.and(condition, vec![value.value()]);
        }
    }

    /// Texts of the column that begin with the prefix; the root of paths begins everything.
    pub(crate) fn and_prefix(&mut self, column: &str, prefix: Option<&str>) {
        if let Some(prefix) = prefix.filter(|prefix| *prefix != "/") {
            self.and(
                &format!("{column} >= ? AND {column} < ?"),
                vec![prefix.value(), successor(prefix).value()],
            );
        }
    }

    /// The column is one of the texts; none given is no condition.
    pub(crate) fn and_any(&mut self, column: &str, texts: &[&str]) {
        if texts.is_empty() {
            return;
        }
        let marks = vec!["?"; texts.len()].join(", ");
        let values = texts.iter().map(|text| text.value()).collect();
        self.and(&format!("{column} IN ({marks})"), values);
    }

    /// The text stands in the name, or the code begins with it.
    pub(crate) fn and_named(&mut self, engine: Engine, name: &str, code: &str, text: Option<&str>) {
        if let Some(text) = text {
            let position = engine.position();
            let condition = format!("({position}({name}, ?) > 0 OR ({code} >= ? AND {code} < ?))");
            self.and(&condition, values![text, text, successor(text)]);
        }
    }

    pub(crate) fn into_parts(self) -> (String, Vec<Value>) {
        (self.text, self.values)
    }
}
