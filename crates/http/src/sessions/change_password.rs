//! `POST /api/v1/sessions/current/password`：改自己的口令。

use axum::extract::State as Of;
use axum::response::Response;
use mingjing_edge::extract::body::JsonBody;
use mingjing_edge::problem::{Problem, ProblemCode};
use mingjing_kernel::sensitive::Sensitive;
use mingjing_services::admin::password::{ChangePassword, change_password as change};
use serde::Deserialize;
use utoipa::ToSchema;

use super::opened::{SessionOpened, of};
use crate::caller::HalfCaller;
use crate::state::State;

/// 改口令。
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangePasswordBody {
    /// 现在的口令。
    #[schema(max_length = 200, format = Password)]
    current: String,
    /// 新的口令。
    #[schema(max_length = 200, format = Password)]
    new: String,
}

/// 修改口令
///
/// 别处的会话全部下线，本会话的令牌换新的。
#[utoipa::path(
    post,
    path = "/api/v1/sessions/current/password",
    operation_id = "change_password",
    tag = "会话",
    request_body = ChangePasswordBody,
    responses(
        (status = 201, description = "改好了，会话换了新的", body = SessionOpened),
        (status = 401, description = "现在的口令不对"),
    )
)]
pub async fn change_password(
    Of(state): Of<State>,
    caller: HalfCaller,
    JsonBody { value: body, .. }: JsonBody<ChangePasswordBody>,
) -> Result<Response, Problem> {
    let command = ChangePassword {
        current: Sensitive::new(body.current),
        new: Sensitive::new(body.new),
        client: caller.client,
    };
    let opened = change(&state.services, &caller.request, &caller.session, command).await?;
    let opened = opened.ok_or_else(|| Problem::new(ProblemCode::SignInRefused))?;
    Ok(of(&opened, state.cookie))
}
