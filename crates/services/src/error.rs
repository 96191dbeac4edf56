//! 服务的错误：一张枚举，边缘层据此对应为状态码与问题编码。

use mingjing_domain::procedure::{Refusal, RefusalCause, RefusalReason};
use mingjing_store::error::StoreError;
use thiserror::Error;

/// 服务没有做成的原因。
///
/// What the law finds is a value (`Refused`, `Blocked` carry it); the other variants are failures.
/// Knows no HTTP: `edge::problem` maps each variant in one place.
#[derive(Debug, Error)]
pub enum ServiceError {
    /// 没有，或者不能让来者知道有。
    #[error("not found")]
    NotFound,
    /// 写法齐全而内容不合要求：逐处列出。
    #[error("{} fields are invalid", .0.len())]
    Invalid(Vec<FieldError>),
    /// 程序走到这一步不许这样做。
    #[error("refused by the procedure")]
    Refused(Refusal),
    /// 有挡住这一决定的发现。
    #[error("blocked by {} findings", .0.len())]
    Blocked(Vec<BlockingFinding>),
    /// 所据的版本已不是现在的版本。
    #[error("expected version {expected}, found {found}")]
    Conflict {
        /// 来者所据的版本。
        expected: u64,
        /// 现在的版本。
        found: u64,
    },
    /// 知道有，但不许做。
    #[error("forbidden")]
    Forbidden,
    /// 幂等键已用于别的请求。
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// 超出限额。
    #[error("a limit is exceeded")]
    LimitExceeded,
    /// 暂时做不了，过一会儿再试。
    #[error("temporarily unavailable")]
    Unavailable,
    /// 内部故障，原因在来源里。
    #[error("internal failure")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl ServiceError {
    /// 把内部的错误包成“内部故障”。
    pub fn internal(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        ServiceError::Internal(source.into())
    }

    /// 现在不可以，一句话说明原因与怎么办。
    pub fn refused(text: impl Into<String>) -> Self {
        ServiceError::Refused(Refusal {
            reasons: vec![RefusalReason {
                cause: RefusalCause::Requirement,
                code: None,
                text: text.into(),
                cite: Vec::new(),
            }],
            overridable: false,
        })
    }

    /// 只有一处不合要求。
    pub fn invalid(pointer: Pointer, code: FieldCode, message: impl Into<String>) -> Self {
        ServiceError::Invalid(vec![FieldError::new(pointer, code, message)])
    }
}

impl From<StoreError> for ServiceError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound(_) => ServiceError::NotFound,
            StoreError::Conflict { expected, found } => ServiceError::Conflict { expected, found },
            StoreError::LimitExceeded(_) => ServiceError::LimitExceeded,
            StoreError::OutOfTime(_) | StoreError::Unavailable(_) => ServiceError::Unavailable,
            StoreError::Duplicate(_)
            | StoreError::SchemaBehind { .. }
            | StoreError::SchemaAhead { .. }
            | StoreError::Fenced { .. }
            | StoreError::OtherLog { .. }
            | StoreError::Corrupt(_)
            | StoreError::Internal(_) => ServiceError::internal(error),
        }
    }
}

/// 一处不合要求：在哪里、哪一类、怎么办。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// 位置。
    pub pointer: Pointer,
    /// 类别。
    pub code: FieldCode,
    /// 给人看的话：哪里不对、应当怎样。
    pub message: String,
}

impl FieldError {
    /// 一处错误。
    pub fn new(pointer: Pointer, code: FieldCode, message: impl Into<String>) -> Self {
        FieldError {
            pointer,
            code,
            message: message.into(),
        }
    }
}

/// 位置：正文内是 JSON 指针（`/fields/on`），正文以外是 `query:名`、`path:名`、`header:名`。
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Pointer(String);

impl Pointer {
    /// 正文整体。
    pub fn body() -> Self {
        Pointer(String::new())
    }

    /// 查询参数。
    pub fn query(name: &str) -> Self {
        Pointer(format!("query:{name}"))
    }

    /// 路径参数。
    pub fn path(name: &str) -> Self {
        Pointer(format!("path:{name}"))
    }

    /// 请求头。
    pub fn header(name: &str) -> Self {
        Pointer(format!("header:{name}"))
    }

    /// 其中的一个成员；`~` 与 `/` 按 RFC 6901 转写。
    #[must_use]
    pub fn member(mut self, name: &str) -> Self {
        self.0.push('/');
        self.0.push_str(&name.replace('~', "~0").replace('/', "~1"));
        self
    }

    /// 其中的第几项，从 0 起。
    #[must_use]
    pub fn index(mut self, index: usize) -> Self {
        self.0.push('/');
        self.0.push_str(&index.to_string());
        self
    }

    /// 正文里的一处，从 `root` 起数。
    #[must_use]
    pub fn under(&self, root: &Pointer) -> Self {
        Pointer(format!("{}{}", root.0, self.0))
    }

    /// 文字。
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// 一处错误的类别，只增不改。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FieldCode {
    /// 必填而没有填。
    Missing,
    /// 不认识的成员或参数。
    Unknown,
    /// 重复。
    Duplicate,
    /// 类型不对。
    WrongType,
    /// 写法不对。
    Malformed,
    /// 超出范围。
    OutOfRange,
    /// 不在可选的值里。
    NotAChoice,
    /// 所指的东西没有。
    NoSuchTarget,
    /// 不合其他要求。
    NotAllowed,
}

impl FieldCode {
    /// 全部类别。
    pub const ALL: [FieldCode; 9] = [
        FieldCode::Missing,
        FieldCode::Unknown,
        FieldCode::Duplicate,
        FieldCode::WrongType,
        FieldCode::Malformed,
        FieldCode::OutOfRange,
        FieldCode::NotAChoice,
        FieldCode::NoSuchTarget,
        FieldCode::NotAllowed,
    ];

    /// 编码文字。
    pub fn name(self) -> &'static str {
        match self {
            FieldCode::Missing => "missing",
            FieldCode::Unknown => "unknown",
            FieldCode::Duplicate => "duplicate",
            FieldCode::WrongType => "wrong-type",
            FieldCode::Malformed => "malformed",
            FieldCode::OutOfRange => "out-of-range",
            FieldCode::NotAChoice => "not-a-choice",
            FieldCode::NoSuchTarget => "no-such-target",
            FieldCode::NotAllowed => "not-allowed",
        }
    }
}

/// 挡住决定的一个发现，文字已写好。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockingFinding {
    /// 发现的标识；还没有记录下来的为 `None`。
    pub id: Option<String>,
    /// 规则编码。
    pub code: String,
    /// 严重程度。
    pub severity: mingjing_domain::finding::Severity,
    /// 一句话。
    pub headline: String,
    /// 依据：法规全称与条号。
    pub articles: Vec<String>,
    /// 怎么办。
    pub remedy: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_escapes_what_rfc_6901_reserves() {
        let pointer = Pointer::body().member("a/b").member("c~d").index(3);
        assert_eq!(pointer.as_str(), "/a~1b/c~0d/3");
    }

    #[test]
    fn field_codes_are_distinct_kebab_case() {
        let mut names = FieldCode::ALL.map(FieldCode::name).to_vec();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), FieldCode::ALL.len());
        let is_kebab = |name: &&str| name.chars().all(|c| c.is_ascii_lowercase() || c == '-');
        assert!(names.iter().all(is_kebab));
    }
}
