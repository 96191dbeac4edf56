//! `GET /api/v1/lawbook_state`：施行中的法典是哪一版、叠加了什么，最近一次改动用上没有。

use axum::Json;
use axum::extract::State as Of;
use mingjing_edge::problem::Problem;
use mingjing_services::law_source::{LawState, get_law_state};
use serde::Serialize;
use utoipa::ToSchema;

use crate::caller::Caller;
use crate::state::State;
use crate::wire::instant;
use crate::wire::label::Label;

/// 法典的情形。
#[derive(Debug, Serialize, ToSchema)]
pub struct LawbookStateAnswer {
    /// 情形。
    lawbook_state: LawbookState,
}

/// 本节点施行中的法典。
#[derive(Debug, Serialize, ToSchema)]
pub struct LawbookState {
    /// 版本；叠加了文件的，加号之后是它们的摘要。
    #[schema(example = "2026.11+0123456789ab")]
    version: String,
    /// 何时换上。
    #[schema(format = DateTime)]
    in_force_at: String,
    /// 叠加的文件，相对法典根的路径。
    overlay: Vec<String>,
    /// 最近一次改动没有用上的，为什么；用上了的为 null。
    refused: Option<RefusedChange>,
    /// 还有案件是用别的版本判断的：后台正在重评。
    is_reassessing: bool,
    /// 换成这一版之后发现的变动，按规则；只有个数。
    differences: Vec<LawbookDifference>,
}

/// 没有用上的一次改动；施行中的照旧。
#[derive(Debug, Serialize, ToSchema)]
pub struct RefusedChange {
    /// 何时。
    #[schema(format = DateTime)]
    refused_at: String,
    /// 为什么，一处一行：文件、行、列、编码、说明。
    faults: Vec<String>,
}

/// 一条规则的变动。
#[derive(Debug, Serialize, ToSchema)]
pub struct LawbookDifference {
    /// 规则。
    rule: Label,
    /// 新出现的发现。
    appeared_count: u64,
    /// 终结的发现。
    ended_count: u64,
    /// 状态、程度变了的发现。
    changed_count: u64,
}

/// 查看法典的情形
///
/// 给管理的人看：叠加的目录改了之后用上没有，没有用上的为什么；换上之后案件重评完了没有，各条规则的发现变了多少。
#[utoipa::path(get, path = "/api/v1/lawbook_state", operation_id = "get_lawbook_state", tag = "运行",
    responses((status = 200, description = "情形", body = LawbookStateAnswer)))]
pub async fn get_lawbook_state(
    Of(state): Of<State>,
    caller: Caller,
) -> Result<Json<LawbookStateAnswer>, Problem> {
    let held = get_law_state(&state.services, &caller.request).await?;
    Ok(Json(LawbookStateAnswer {
        lawbook_state: held.into(),
    }))
}

impl From<LawState> for LawbookState {
    fn from(held: LawState) -> Self {
        let differences = held.differences.into_iter();
        LawbookState {
            version: held.version,
            in_force_at: instant::of(held.since),
            overlay: held.overlay,
            refused: held.refused.map(|refused| RefusedChange {
                refused_at: instant::of(refused.at),
                faults: refused.faults,
            }),
            is_reassessing: held.is_reassessing,
            differences: differences
                .map(|(name, sum)| LawbookDifference {
                    rule: Label::new(&sum.code, Some(&name)),
                    appeared_count: sum.appeared,
                    ended_count: sum.ended,
                    changed_count: sum.changed,
                })
                .collect(),
        }
    }
}
