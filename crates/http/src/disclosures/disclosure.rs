//! 公示稿在接口里的写法。

use mingjing_services::model::DisclosureRow;
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::instant;

/// 一份公示稿的答复。
#[derive(Debug, Serialize, ToSchema)]
pub struct DisclosureAnswer {
    /// 公示稿。
    pub disclosure: DisclosureOut,
}

/// 公示稿。
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Disclosure)]
pub struct DisclosureOut {
    /// 标识。
    id: String,
    /// 案件。
    case: String,
    /// 决定事件的标识。
    decision: String,
    /// 公示样式，法典里的标识。
    style: String,
    /// 给公众看的内容，已遮盖；依法清除了的没有。
    #[schema(value_type = Option<Object>)]
    content: Option<serde_json::Value>,
    /// 公开到哪一日（含）；没有期限的没有。
    #[schema(format = Date)]
    shown_until: Option<String>,
    /// 谁拟的。
    prepared_by: Option<String>,
    /// 何时拟的。
    #[schema(format = DateTime)]
    prepared_at: String,
    /// 谁批准的；还没有批准的没有。
    approved_by: Option<String>,
    /// 何时批准的。
    #[schema(format = DateTime)]
    approved_at: Option<String>,
    /// 何时了结的；没有了结的没有。
    #[schema(format = DateTime)]
    ended_at: Option<String>,
    /// 怎样了结的：published 公布了，cancelled 作废了。
    outcome: Option<&'static str>,
    /// 公布成的公开记录。
    public_record: Option<String>,
}

impl From<&DisclosureRow> for DisclosureOut {
    fn from(row: &DisclosureRow) -> Self {
        let by = |by: Option<mingjing_kernel::id::Id<mingjing_kernel::id::kind::Account>>| {
            by.map(|id| id.to_string())
        };
        DisclosureOut {
            id: row.id.to_string(),
            case: row.timeline.to_string(),
            decision: row.decision.to_string(),
            style: row.style.clone(),
            content: row.body.clone(),
            shown_until: row.shown_until.map(|day| day.to_string()),
            prepared_by: by(row.prepared.by),
            prepared_at: instant::of(row.prepared.at),
            approved_by: row.approved.and_then(|signed| by(signed.by)),
            approved_at: row.approved.map(|signed| instant::of(signed.at)),
            ended_at: row.ended.map(|(signed, _)| instant::of(signed.at)),
            outcome: row.ended.map(|(_, outcome)| outcome.code()),
            public_record: row.record.map(|id| id.to_string()),
        }
    }
}
