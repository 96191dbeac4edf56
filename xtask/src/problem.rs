//! What a check found: where, what is wrong, and what to do.

use std::fmt;

/// 一处问题。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The check that speaks, e.g. `layers`.
    pub check: &'static str,
    /// File, file and line, or package.
    pub place: String,
    pub what: String,
    pub remedy: String,
}

impl Problem {
    pub fn new(
        check: &'static str,
        place: impl Into<String>,
        what: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self {
            check,
            place: place.into(),
            what: what.into(),
            remedy: remedy.into(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "[{}] {}:{}。办法：{}",
            self.check, self.place, self.what, self.remedy
        )
    }
}
