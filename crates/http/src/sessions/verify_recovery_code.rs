//! `POST /api/v1/sessions/recovery_code`：登录的第二步，验证器不在手边的，用一个恢复码。

use axum::extract::State as Of;
use axum::http::HeaderMap;
use axum::response::Response;
use mingjing_edge::extract::body::JsonBody;
use mingjing_edge::problem::{Problem, ProblemCode};
use mingjing_services::admin::sign_in::verify_recovery_code as verify;
use mingjing_services::admin::token::Token;
use serde::Deserialize;
use utoipa::ToSchema;

use super::opened::{SessionOpened, answer};
use crate::caller::HalfCaller;
use crate::state::State;

/// 恢复码。
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecoveryCodeBody {
    /// 一个没有用过的恢复码；大小写、空格、连字符都不论。
    #[schema(max_length = 40, example = "ABCD-EFGH-IJKL-MNOP")]
    code: String,
}

/// 输入恢复码
///
/// 用过即废。会话令牌与防伪令牌都换新的。
#[utoipa::path(
    post,
    path = "/api/v1/sessions/recovery_code",
    operation_id = "verify_recovery_code",
    tag = "会话",
    request_body = RecoveryCodeBody,
    responses(
        (status = 201, description = "登录完成，或须先改口令", body = SessionOpened),
        (status = 401, description = "没有登录成功"),
    )
)]
pub async fn verify_recovery_code(
    Of(state): Of<State>,
    caller: HalfCaller,
    headers: HeaderMap,
    JsonBody { value: body, .. }: JsonBody<RecoveryCodeBody>,
) -> Result<Response, Problem> {
    let token = state.cookie.read(&headers);
    let token = token.ok_or_else(|| Problem::new(ProblemCode::NotSignedIn))?;
    let token = Token::from_bytes(*token.as_bytes());
    let (request, client) = (&caller.request, &caller.client);
    let outcome = verify(&state.services, request, &token, &body.code, client);
    answer(outcome.await?, state.cookie)
}
