//! `POST /api/v1/public_records/{id}/withdraw`：撤下一条公开记录。

use axum::extract::State as Of;
use axum::response::Response;
use mingjing_edge::extract::body::JsonBody;
use mingjing_edge::extract::header::IfMatch;
use mingjing_edge::problem::Problem;
use mingjing_kernel::id::kind;
use mingjing_services::disclosure::withdraw::{Withdraw, withdraw};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::answer::Answer;
use crate::caller::Caller;
use crate::state::State;
use crate::wire::id::PathId;

/// 撤下。
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WithdrawBody {
    /// 事由，法典 `withdrawal_ground` 的代码，须是公示样式列明的。
    #[schema(max_length = 100, example = "annulled")]
    ground: String,
    /// 理由；要公开说明的，遮盖之后给公众看。
    #[schema(max_length = 500)]
    reason: String,
    /// 已经看过、仍要撤下的发现：上一次被挡下时 `findings[].id` 给出的。
    #[serde(default)]
    #[schema(max_items = 500)]
    confirm: Vec<String>,
}

/// 撤下了。
#[derive(Debug, Serialize, ToSchema)]
pub struct WithdrawnAnswer {
    /// 公开记录。
    public_record: WithdrawnOut,
}

/// 撤下了的公开记录。
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WithdrawnPublicRecord)]
pub struct WithdrawnOut {
    /// 标识。
    id: String,
    /// 案件。
    case: String,
    /// 公众还看得到一份说明。
    has_notice: bool,
}

/// 撤下一条公开记录
///
/// 公众立即看不到内容；日志里的叶子不动，内部可以查到。
#[utoipa::path(post, path = "/api/v1/public_records/{id}/withdraw", operation_id = "withdraw_public_record", tag = "公示",
    params(
        ("id" = String, Path, description = "公开记录"),
        ("If-Match" = String, Header, description = "案件所据的版本，带引号", example = "\"7\""),
    ),
    request_body = WithdrawBody,
    responses(
        (status = 200, description = "撤下了；ETag 是案件之后的版本", body = WithdrawnAnswer),
        (status = 409, description = "已经撤下、有未消除的问题，或幂等键已用于别的请求"),
        (status = 412, description = "版本旧了"),
        (status = 428, description = "没有写版本"),
    ))]
pub async fn withdraw_public_record(
    Of(state): Of<State>,
    caller: Caller,
    PathId(id): PathId<kind::PublicRecord>,
    IfMatch(expected_version): IfMatch,
    JsonBody { value: body, .. }: JsonBody<WithdrawBody>,
) -> Result<Response, Problem> {
    let once = caller.request.once.clone();
    let command = Withdraw {
        record: id,
        expected_version,
        ground: body.ground,
        reason: body.reason,
        confirm: body.confirm,
    };
    let done = withdraw(&state.services, &caller.request, command, once).await?;
    let made = done.value;
    let body = WithdrawnAnswer {
        public_record: WithdrawnOut {
            id: made.record.to_string(),
            case: made.case.to_string(),
            has_notice: made.has_notice,
        },
    };
    Ok(Answer::ok(&body)
        .version(made.case_version)
        .replayed(done.is_replayed)
        .into_response())
}
