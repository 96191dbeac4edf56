//! 执法事项在接口里的写法。

use mingjing_lawbook::lawbook::Lawbook;
use mingjing_services::model::ItemRow;
use serde::Serialize;
use utoipa::ToSchema;

use crate::registry::term::TermOut;
use crate::wire::label::Label;
use crate::wire::names;

/// 执法事项在一段时间里的样子。
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Item)]
pub struct ItemOut {
    /// 标识。
    id: String,
    /// 事项编码。
    code: String,
    /// 名称。
    name: String,
    /// 执法主体。
    body: Option<String>,
    /// 在组织树上的位置。
    org: String,
    /// 领域。
    department: Option<Label>,
    /// 在清单上。
    is_listed: bool,
    /// 其余事实。
    #[schema(value_type = Object)]
    facts: serde_json::Value,
    /// 期间。
    term: TermOut,
}

impl ItemOut {
    /// 一个事项。
    pub fn of(lawbook: &Lawbook, row: &ItemRow) -> Self {
        ItemOut {
            id: row.id.to_string(),
            code: row.code.clone(),
            name: row.name.clone(),
            body: row.body.map(|id| id.to_string()),
            org: row.org.to_string(),
            department: row
                .department
                .as_deref()
                .map(|code| names::department(lawbook, code)),
            is_listed: row.is_listed,
            facts: row.facts.clone(),
            term: row.term.into(),
        }
    }
}
