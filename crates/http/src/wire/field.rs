//! 字段与事实写成人读的样子：名称与值，供页面照写，不必各自认得类型。

use std::collections::BTreeMap;

use mingjing_lawbook::explain::shown::{ShownField, ShownScope};
use mingjing_lawbook::lawbook::Lawbook;
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

impl FieldShown {
    /// 值里的标识：几个并列的逐个看。
    pub fn tokens(&self) -> impl Iterator<Item = &str> {
        self.text.split('、')
    }

    /// 值里的标识换成名称；不是标识的照旧。
    pub fn name_ids(&mut self, names: &BTreeMap<String, String>) {
        if self.tokens().any(|token| names.contains_key(token)) {
            let words = self
                .tokens()
                .map(|token| names.get(token).map_or(token, String::as_str));
            self.text = words.collect::<Vec<_>>().join("、");
        }
    }

    /// 填报的事实是一份 JSON：只说填了哪些范围，各项另在案件的事实里。
    pub fn fold_facts(&mut self, lawbook: &Lawbook) {
        let vocabulary = &lawbook.book.vocabulary;
        let parsed = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(&self.text);
        let Ok(scopes) = parsed else {
            return;
        };
        let words = scopes.keys().map(|code| {
            let scope = vocabulary.scope(code).map(|id| vocabulary.scope_of(id));
            scope.map_or_else(|| code.clone(), |scope| scope.label.to_string())
        });
        self.text = words.collect::<Vec<_>>().join("、");
    }
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
