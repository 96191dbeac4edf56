//! 一次请求里画页要用的：地址、时期、追踪号。

use axum::body::Bytes;
use axum::http::Uri;
use mingjing_edge::extract::query::{parse, parse_pairs};
use mingjing_edge::problem::{Problem, ProblemCode};
use serde::de::DeserializeOwned;

use crate::epoch::Epoch;

/// 一次请求。
#[derive(Debug, Clone)]
pub(crate) struct Ask {
    /// 地址。
    pub(crate) uri: Uri,
    /// 时期。
    pub(crate) epoch: Epoch,
    /// 追踪号。
    pub(crate) trace: String,
    /// 交来的表单；打开一页的为空。
    pub(crate) form: Bytes,
}

impl Ask {
    /// 路径的第几段，从 0 起。标识与编码只有字母、数字、下划线与连字符，不用转写。
    pub(crate) fn segment(&self, at: usize) -> Result<&str, Problem> {
        let found = self.uri.path().split('/').skip(1).nth(at);
        let found = found.filter(|segment| !segment.is_empty());
        found.ok_or_else(|| Problem::new(ProblemCode::NotFound))
    }

    /// 查询参数；不认识的、重复的不收。
    pub(crate) fn query<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        parse(&self.uri)
    }

    /// 交来的表单；不认识的、重复的不收。
    pub(crate) fn form<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        parse_pairs(&self.form)
    }
}
