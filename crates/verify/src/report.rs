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
    /// 核对的是不是整案；日志、只有公开记录的包没有这一说。
    pub extent: Option<Extent>,
}

/// 案卷包是不是整案。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// 整案：到检查点为止的事件与公开记录都在包内，内容都附着或已依法清除。
    Whole,
    /// 节选：写明缺几条，或有几条没有附内容。
    Excerpt {
        /// 缺几条事件。
        missing: usize,
        /// 几条没有附内容。
        withheld: usize,
    },
    /// 包里没有声明（旧格式），或声明没有受信的公钥可以核对：末尾有没有被删去，不知道。
    Undeclared,
}

impl Extent {
    /// 代号：`whole`、`excerpt`、`undeclared`。
    pub const fn code(self) -> &'static str {
        match self {
            Extent::Whole => "whole",
            Extent::Excerpt { .. } => "excerpt",
            Extent::Undeclared => "undeclared",
        }
    }
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
            extent: findings.extent,
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.failure {
            None => match self.extent {
                None => writeln!(f, "核对通过")?,
                Some(Extent::Whole) => writeln!(f, "核对通过：整案")?,
                Some(Extent::Excerpt { missing, withheld }) => writeln!(
                    f,
                    "核对通过，但这是节选，不是整案：{missing} 条事件不在包内，{withheld} 条没有附内容"
                )?,
                Some(Extent::Undeclared) => writeln!(
                    f,
                    "核对通过，但不知道是不是整案：没有核对得了的声明，末尾的事件可能被删去"
                )?,
            },
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
    extent: Option<Extent>,
}

impl Findings {
    pub(crate) fn extent(&mut self, extent: Extent) {
        self.extent = Some(extent);
    }

    pub(crate) fn proven(&mut self, what: impl Into<String>) {
        self.proven.push(what.into());
    }

    pub(crate) fn not_proven(&mut self, what: impl Into<String>) {
        self.not_proven.push(what.into());
    }
}
