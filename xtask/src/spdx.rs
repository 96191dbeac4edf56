//! SPDX licence expressions: parsed, then asked whether an allow list satisfies them.

/// 许可表达式。
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expression {
    /// One licence, perhaps `WITH` an exception; `+` (or later) is part of the name.
    Licence {
        id: String,
        exception: Option<String>,
    },
    And(Box<Expression>, Box<Expression>),
    Or(Box<Expression>, Box<Expression>),
}

/// Nesting above this is refused; real expressions have two or three levels.
const MAX_DEPTH: u32 = 32;

impl Expression {
    /// Parses an expression; the old `MIT/Apache-2.0` form of the registry means `OR`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let spaced = text
            .replace('/', " OR ")
            .replace('(', " ( ")
            .replace(')', " ) ");
        let mut words: Vec<&str> = spaced.split_whitespace().rev().collect();
        let expression = parse_or(&mut words, 0)?;
        match words.pop() {
            None => Ok(expression),
            Some(word) => Err(format!("`{text}` 里 `{word}` 多余")),
        }
    }

    /// Whether the lists permit it: all sides of `AND`, one side of `OR`.
    pub fn allowed_by(&self, licences: &[String], exceptions: &[String]) -> bool {
        match self {
            Self::Licence { id, exception } => {
                licences.contains(id) && exception.as_ref().is_none_or(|e| exceptions.contains(e))
            }
            Self::And(left, right) => {
                left.allowed_by(licences, exceptions) && right.allowed_by(licences, exceptions)
            }
            Self::Or(left, right) => {
                left.allowed_by(licences, exceptions) || right.allowed_by(licences, exceptions)
            }
        }
    }
}

// The words are held in reverse, so that `pop` takes the next one. AND binds tighter than OR.
fn parse_or(words: &mut Vec<&str>, depth: u32) -> Result<Expression, String> {
    let mut left = parse_and(words, depth)?;
    while words.last() == Some(&"OR") {
        words.pop();
        left = Expression::Or(Box::new(left), Box::new(parse_and(words, depth)?));
    }
    Ok(left)
}

fn parse_and(words: &mut Vec<&str>, depth: u32) -> Result<Expression, String> {
    let mut left = parse_one(words, depth)?;
    while words.last() == Some(&"AND") {
        words.pop();
        left = Expression::And(Box::new(left), Box::new(parse_one(words, depth)?));
    }
    Ok(left)
}

fn parse_one(words: &mut Vec<&str>, depth: u32) -> Result<Expression, String> {
    if depth > MAX_DEPTH {
        return Err(format!("括号超过 {MAX_DEPTH} 层"));
    }
    match words.pop() {
        None => Err("表达式到此中断".to_owned()),
        Some("(") => {
            let inner = parse_or(words, depth + 1)?;
            match words.pop() {
                Some(")") => Ok(inner),
                _ => Err("缺右括号".to_owned()),
            }
        }
        Some(word @ (")" | "AND" | "OR" | "WITH")) => Err(format!("`{word}` 位置不对")),
        Some(id) => {
            let exception = if words.last() == Some(&"WITH") {
                words.pop();
                Some(words.pop().ok_or("WITH 之后缺例外名")?.to_owned())
            } else {
                None
            };
            Ok(Expression::Licence {
                id: id.to_owned(),
                exception,
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, allowed: bool) {
        let licences = ["MIT", "Apache-2.0", "Unicode-3.0"].map(str::to_owned);
        let exceptions = ["LLVM-exception".to_owned()];
        let expression = Expression::parse(text).unwrap();
        assert_eq!(
            expression.allowed_by(&licences, &exceptions),
            allowed,
            "{text}"
        );
    }

    #[test]
    fn or_needs_one_side_and_and_needs_both() {
        check("MIT", true);
        check("GPL-3.0-only", false);
        check("MIT OR GPL-3.0-only", true);
        check("MIT AND GPL-3.0-only", false);
        check("MIT/Apache-2.0", true);
        check("(MIT OR Apache-2.0) AND Unicode-3.0", true);
        check("(MIT OR Apache-2.0) AND GPL-2.0-only", false);
    }

    #[test]
    fn and_binds_tighter_than_or() {
        check("GPL-3.0-only OR MIT AND Unicode-3.0", true);
        check("MIT OR GPL-3.0-only AND GPL-2.0-only", true);
        check("GPL-3.0-only AND MIT OR GPL-2.0-only", false);
    }

    #[test]
    fn an_exception_must_be_allowed_too() {
        check("Apache-2.0 WITH LLVM-exception", true);
        check("Apache-2.0 WITH Classpath-exception-2.0", false);
        check("Apache-2.0 WITH LLVM-exception OR GPL-3.0-only", true);
    }

    #[test]
    fn broken_expressions_are_refused() {
        for text in [
            "",
            "MIT OR",
            "(MIT",
            "MIT)",
            "AND MIT",
            "MIT Apache-2.0",
            "MIT WITH",
        ] {
            assert!(Expression::parse(text).is_err(), "{text}");
        }
        assert!(Expression::parse(&"(".repeat(10_000)).is_err());
    }
}
