//! `POST /api/v1/cases/{id}/bundle`：一案的案卷包，谁都能离线核对。

use axum::extract::State as Of;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use mingjing_edge::extract::body::JsonBody;
use mingjing_edge::problem::{Problem, ProblemCode};
use mingjing_kernel::id::kind;
use mingjing_services::bundle::bundle;

use super::reveal_personal_data::RevealBody;
use crate::caller::Caller;
use crate::state::State;
use crate::wire::id::PathId;

/// 取得案卷包
///
/// 里面有个人信息的原文，所以写明理由、留审计。还没有入日志的答 503，过一秒再来。
#[utoipa::path(post, path = "/api/v1/cases/{id}/bundle", operation_id = "bundle_case", tag = "案件",
    params(("id" = String, Path, description = "案件")),
    request_body = RevealBody,
    responses((status = 200, description = "案卷包，写法见 docs/log-format.md", body = Vec<u8>, content_type = "application/octet-stream")))]
pub async fn bundle_case(
    Of(state): Of<State>,
    caller: Caller,
    PathId(id): PathId<kind::Case>,
    JsonBody { value: body, .. }: JsonBody<RevealBody>,
) -> Result<Response, Problem> {
    let Some(key) = &state.log_key else {
        let detail = "本节点没有日志的签名密钥，不能给案卷包；请管理员配置后再来。";
        return Err(Problem::new(ProblemCode::Unavailable).detail(detail));
    };
    let bytes = bundle(&state.services, &caller.request, id, &body.reason, key).await?;
    let headers = [
        (CONTENT_TYPE, "application/octet-stream".to_owned()),
        (
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"{id}.bundle\""),
        ),
    ];
    Ok((headers, bytes).into_response())
}
