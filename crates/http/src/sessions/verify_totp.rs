//! `POST /api/v1/sessions/totp`：登录的第二步，动态口令。

use axum::extract::State as Of;
use axum::http::HeaderMap;
use axum::response::Response;
use mingjing_edge::extract::body::JsonBody;
use mingjing_edge::problem::{Problem, ProblemCode};
use mingjing_services::admin::sign_in::verify_second_factor;
use mingjing_services::admin::token::Token;
use serde::Deserialize;
use utoipa::ToSchema;

use super::opened::{SessionOpened, answer};
use crate::caller::HalfCaller;
use crate::state::State;

/// 动态口令。
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TotpCode {
    /// 验证器现在显示的六位数。
    #[schema(max_length = 20, example = "123456")]
    pub code: String,
}

/// 输入动态口令
///
/// 会话令牌与防伪令牌都换新的。
#[utoipa::path(
    post,
    path = "/api/v1/sessions/totp",
    operation_id = "verify_totp",
    tag = "会话",
    request_body = TotpCode,
    responses(
        (status = 201, description = "登录完成，或须先改口令", body = SessionOpened),
        (status = 401, description = "没有登录成功"),
    )
)]
pub async fn verify_totp(
    Of(state): Of<State>,
    caller: HalfCaller,
    headers: HeaderMap,
    JsonBody { value: body, .. }: JsonBody<TotpCode>,
) -> Result<Response, Problem> {
    let token = state.cookie.read(&headers);
    let token = token.ok_or_else(|| Problem::new(ProblemCode::NotSignedIn))?;
    let token = Token::from_bytes(*token.as_bytes());
    let (request, client) = (&caller.request, &caller.client);
    let outcome = verify_second_factor(&state.services, request, &token, &body.code, client);
    answer(outcome.await?, state.cookie)
}
