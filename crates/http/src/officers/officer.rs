//! 执法人员在接口里的写法，姓名遮盖。

use mingjing_lawbook::lawbook::Lawbook;
use mingjing_services::model::{CardRow, OfficerRow};
use serde::Serialize;
use utoipa::ToSchema;

use crate::registry::term::TermOut;
use crate::wire::label::Label;
use crate::wire::names;

/// 执法人员在一段时间里的样子。
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Officer)]
pub struct OfficerOut {
    /// 标识。
    id: String,
    /// 所在的执法主体。
    body: Option<String>,
    /// 在组织树上的位置。
    org: String,
    /// 领域。
    department: Option<Label>,
    /// 姓名，遮盖了的。
    name_masked: String,
    /// 状态。
    #[schema(example = "active")]
    state: String,
    /// 其余事实。
    #[schema(value_type = Object)]
    facts: serde_json::Value,
    /// 期间。
    term: TermOut,
}

impl OfficerOut {
    /// 一位人员。
    pub fn of(lawbook: &Lawbook, row: &OfficerRow) -> Self {
        OfficerOut {
            id: row.id.to_string(),
            body: row.body.map(|id| id.to_string()),
            org: row.org.to_string(),
            department: row
                .department
                .as_deref()
                .map(|code| names::department(lawbook, code)),
            name_masked: row.name_masked.clone(),
            state: row.state.code().to_owned(),
            facts: row.facts.clone(),
            term: row.term.into(),
        }
    }
}

/// 证件在一段时间里的样子。
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Card)]
pub struct CardOut {
    /// 证号。
    number: String,
    /// 状态，法典 `card_state` 的代码。
    #[schema(example = "valid")]
    state: String,
    /// 其余事实。
    #[schema(value_type = Object)]
    facts: serde_json::Value,
    /// 期间。
    term: TermOut,
}

impl From<CardRow> for CardOut {
    fn from(row: CardRow) -> Self {
        CardOut {
            number: row.number,
            state: row.state,
            facts: row.facts,
            term: row.term.into(),
        }
    }
}
