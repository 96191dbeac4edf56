//! `POST /api/v1/accounts`：新建账号。

use axum::extract::State as Of;
use axum::response::Response;
use mingjing_edge::extract::body::JsonBody;
use mingjing_edge::problem::Problem;
use mingjing_services::admin::account::{CreateAccount, create_account as create};
use mingjing_services::error::Pointer;
use serde::Deserialize;
use utoipa::ToSchema;

use super::account::{CredentialsAnswer, org_in_body};
use crate::answer::Answer;
use crate::caller::Caller;
use crate::state::State;
use crate::wire::id;

/// 要新建的账号。
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateAccountBody {
    /// 登录名：3 至 32 个小写字母、数字、点、连字符、下划线，字母开头。
    #[schema(min_length = 3, max_length = 32, example = "wang.fang")]
    login: String,
    /// 姓名。
    #[schema(max_length = 50)]
    name: String,
    /// 所在机构，树上的路径；`/` 是全平台。
    #[schema(max_length = 500, example = "/410000/410100/")]
    org: String,
    /// 是哪位执法人员的。
    #[schema(max_length = 100)]
    officer: Option<String>,
}

/// 新建账号
///
/// 没有任何角色。口令随机生成，只在这个答复里出现一次，所以不收幂等键：重发的答“登录名已经有人用”。
#[utoipa::path(post, path = "/api/v1/accounts", operation_id = "create_account", tag = "账号",
    request_body = CreateAccountBody,
    responses((status = 201, description = "建好了；口令只见这一次", body = CredentialsAnswer)))]
pub async fn create_account(
    Of(state): Of<State>,
    caller: Caller,
    JsonBody { value: body, .. }: JsonBody<CreateAccountBody>,
) -> Result<Response, Problem> {
    let officer = body.officer.as_deref();
    let officer = officer.map(|text| id::in_body(Pointer::body().member("officer"), text));
    let command = CreateAccount {
        org: org_in_body("org", &body.org)?,
        officer: officer.transpose()?,
        login: body.login,
        name: body.name,
    };
    let made = create(&state.services, &caller.request, command).await?;
    let at = format!("/api/v1/accounts/{}", made.account);
    Ok(Answer::created(&at, &CredentialsAnswer::from(made)).into_response())
}
