//! `POST /api/v1/sessions`：登录。

use axum::extract::State as Of;
use axum::http::HeaderMap;
use axum::response::Response;
use mingjing_edge::context::RequestContext;
use mingjing_edge::extract::body::JsonBody;
use mingjing_edge::problem::Problem;
use mingjing_kernel::sensitive::Sensitive;
use mingjing_services::admin::sign_in::{SignIn, sign_in};
use mingjing_services::admin::token::Token;
use serde::Deserialize;
use utoipa::ToSchema;

use super::opened::{SessionOpened, answer};
use crate::state::State;

/// 登录。
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignInBody {
    /// 登录名。
    #[schema(max_length = 100, example = "wang.fang")]
    login: String,
    /// 口令。
    #[schema(max_length = 200, format = Password)]
    password: String,
}

/// 登录
///
/// 会话令牌在 `Set-Cookie` 里，防伪令牌在正文里。没有这个人、口令不对、锁定、停用，答复都相同。
#[utoipa::path(
    post,
    path = "/api/v1/sessions",
    operation_id = "create_session",
    tag = "会话",
    request_body = SignInBody,
    responses(
        (status = 201, description = "开了会话；`stage` 说明还差哪一步", body = SessionOpened),
        (status = 401, description = "没有登录成功"),
    )
)]
pub async fn create_session(
    Of(state): Of<State>,
    context: RequestContext,
    headers: HeaderMap,
    JsonBody { value: body, .. }: JsonBody<SignInBody>,
) -> Result<Response, Problem> {
    let old = state.cookie.read(&headers);
    let command = SignIn {
        login: body.login,
        password: Sensitive::new(body.password),
        client: context.peer.to_string(),
        replacing: old.map(|token| Token::from_bytes(*token.as_bytes())),
    };
    let request = state.anonymous(&context);
    let outcome = sign_in(&state.services, &request, command).await?;
    answer(outcome, state.cookie)
}
