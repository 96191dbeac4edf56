//! 字段与事实写成人读的样子：名称与值，供页面照写，不必各自认得类型。

use mingjing_lawbook::explain::shown::{ShownField, ShownScope};
use serde::Serialize;
use utoipa::ToSchema;

/// 一项，写成人读的样子。
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ShownField)]
pub struct FieldShown {
    /// 标识。
    field: String,
    /// 名称。
    name: String,
    /// 值：日期、金额、代码、是否都已写成中文。
    text: String,
}

impl From<ShownField> for FieldShown {
    fn from(shown: ShownField) -> Self {
        FieldShown {
            field: shown.code,
            name: shown.name,
            text: shown.text,
        }
    }
}

/// 一个范围的事实，写成人读的样子。
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ShownScope)]
pub struct ScopeShown {
    /// 标识。
    scope: String,
    /// 名称。
    name: String,
    /// 按对象分写的，是哪一个。
    key: Option<String>,
    /// 各项。
    fields: Vec<FieldShown>,
}

impl From<ShownScope> for ScopeShown {
    fn from(shown: ShownScope) -> Self {
        ScopeShown {
            scope: shown.code,
            name: shown.name,
            key: shown.key,
            fields: shown.fields.into_iter().map(FieldShown::from).collect(),
        }
    }
}
