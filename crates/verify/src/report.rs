//! 核对的结果：证明了什么、没有证明什么、第一处不符在哪里。

use std::fmt;

/// 核对的结果，打印出来是给人看的中文。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// 不符之处；没有就是通过。
    pub failure: Option<Failure>,
    /// 证明了什么；不符之前的也列出。
    pub proven: Vec<String>,
    /// 没有证明什么。
    pub not_proven: Vec<String>,
}

/// 第一处不符。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// 叶号，从零起；与某一条无关的没有。
    pub index: Option<u64>,
    /// 为何不符。
    pub why: String,
}

impl Report {
    /// 是否通过。
    pub const fn is_accepted(&self) -> bool {
        self.failure.is_none()
    }

    pub(crate) fn new(findings: Findings, failure: Option<Failure>) -> Self {
        Self {
            failure,
            proven: findings.proven,
            not_proven: findings.not_proven,
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.failure {
            None => writeln!(f, "核对通过")?,
            Some(Failure {
                index: Some(index),
                why,
            }) => writeln!(f, "核对未通过：叶号 {index}：{why}")?,
            Some(Failure { index: None, why }) => writeln!(f, "核对未通过：{why}")?,
        }
        for (heading, lines) in [("已证明", &self.proven), ("没有证明", &self.not_proven)] {
            if !lines.is_empty() {
                writeln!(f, "{heading}：")?;
            }
            for line in lines {
                writeln!(f, "  · {line}")?;
            }
        }
        Ok(())
    }
}

impl Failure {
    pub(crate) fn at(index: u64, why: impl Into<String>) -> Self {
        Self {
            index: Some(index),
            why: why.into(),
        }
    }
}

impl<T: Into<String>> From<T> for Failure {
    fn from(why: T) -> Self {
        Self {
            index: None,
            why: why.into(),
        }
    }
}

#[derive(Default)]
pub(crate) struct Findings {
    proven: Vec<String>,
    not_proven: Vec<String>,
}

impl Findings {
    pub(crate) fn proven(&mut self, what: impl Into<String>) {
        self.proven.push(what.into());
    }

    pub(crate) fn not_proven(&mut self, what: impl Into<String>) {
        self.not_proven.push(what.into());
    }
}
