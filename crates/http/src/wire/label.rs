//! 标识与名称：法典登记的代码，连同它的中文名。

use serde::Serialize;
use utoipa::ToSchema;

/// 一个代码与它的中文名。
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Label {
    /// 代码，稳定。
    #[schema(example = "market_regulation")]
    pub code: String,
    /// 中文名。
    #[schema(example = "市场监管")]
    pub name: String,
}

impl Label {
    /// 代码与名称；没有登记名称的以代码代之。
    pub fn new(code: &str, name: Option<&str>) -> Self {
        Label {
            code: code.to_owned(),
            name: name.unwrap_or(code).to_owned(),
        }
    }
}
