//! 期间与按日期分段的事实在接口里的写法；机构树的节点。

use mingjing_kernel::date::Date;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_policy::grant::Term;
use mingjing_services::model::{DatedFacts, OrgNode};
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::label::Label;
use crate::wire::names;

/// 期间：含首日，不含止日。
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Term)]
pub struct TermOut {
    /// 首日。
    #[schema(value_type = String, format = Date)]
    from_on: Date,
    /// 止日，当日已无效；没有的一直有效。
    #[schema(value_type = Option<String>, format = Date)]
    to_on: Option<Date>,
}

impl From<Term> for TermOut {
    fn from(term: Term) -> Self {
        TermOut {
            from_on: term.from,
            to_on: term.to,
        }
    }
}

/// 一段时间里的事实。
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DatedFacts)]
pub struct FactsOut {
    /// 期间。
    term: TermOut,
    /// 字段到值，字段名同法典。
    #[schema(value_type = Object)]
    facts: serde_json::Value,
}

impl From<DatedFacts> for FactsOut {
    fn from(dated: DatedFacts) -> Self {
        FactsOut {
            term: TermOut {
                from_on: dated.from,
                to_on: dated.until,
            },
            facts: dated.facts,
        }
    }
}

/// 机构树的一个节点在一段时间里的样子。
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OrgNode)]
pub struct NodeOut {
    /// 标识。
    id: String,
    /// 种类：division 区划、body 执法主体。
    kind: String,
    /// 区划代码；主体是统一社会信用代码，没有的为空。
    code: String,
    /// 名称。
    name: String,
    /// 层级，法典 `division_level` 的代码。
    level: String,
    /// 上级区划；主体所在的区划。
    parent: Option<String>,
    /// 没有了之后由谁承继。
    successor: Option<String>,
    /// 到这一天承继了谁；只在区划与主体的列表里写。
    #[serde(skip_serializing_if = "Vec::is_empty")]
    predecessors: Vec<PredecessorOut>,
    /// 在组织树上的路径。
    org: String,
    /// 领域；区划没有。
    department: Option<Label>,
    /// 期间。
    term: TermOut,
}

/// 承继了的一个节点。
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OrgPredecessor)]
pub struct PredecessorOut {
    /// 标识。
    id: String,
    /// 终了时的名称。
    name: String,
    /// 止日：自这一天起没有了。
    #[schema(value_type = String, format = Date)]
    ended_on: Date,
}

impl NodeOut {
    /// 连同承继了谁。
    pub fn succeeding(self, predecessors: &[OrgNode]) -> Self {
        let of = |node: &OrgNode| {
            Some(PredecessorOut {
                id: node.id.to_string(),
                name: node.name.clone(),
                ended_on: node.term.to?,
            })
        };
        NodeOut {
            predecessors: predecessors.iter().filter_map(of).collect(),
            ..self
        }
    }

    /// 一个节点。
    pub fn of(lawbook: &Lawbook, node: &OrgNode) -> Self {
        NodeOut {
            id: node.id.to_string(),
            kind: node.kind.code().to_owned(),
            code: node.code.clone(),
            name: node.name.clone(),
            level: node.level.clone(),
            parent: node.parent.map(|id| id.to_string()),
            successor: node.successor.map(|id| id.to_string()),
            predecessors: Vec::new(),
            org: node.path.to_string(),
            department: node
                .department
                .as_deref()
                .map(|code| names::department(lawbook, code)),
            term: node.term.into(),
        }
    }
}
