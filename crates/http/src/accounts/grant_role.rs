//! `POST /api/v1/accounts/{id}/grants`：授予角色。

use axum::extract::State as Of;
use axum::response::Response;
use mingjing_edge::extract::body::JsonBody;
use mingjing_edge::problem::Problem;
use mingjing_kernel::date::Date;
use mingjing_kernel::id::kind;
use mingjing_policy::grant::{Grant, Line, Term};
use mingjing_policy::role::Role;
use mingjing_services::admin::grant::grant_role as grant;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::account::org_in_body;
use crate::answer::Answer;
use crate::caller::Caller;
use crate::state::State;
use crate::wire::id::PathId;
use crate::wire::reason::because;

/// 要授予的角色。
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GrantBody {
    /// 角色。
    #[schema(value_type = String, example = "lead_officer")]
    role: Role,
    /// 机构，树上的路径。
    #[schema(max_length = 500, example = "/410000/410100/")]
    org: String,
    /// 条线：领域的代码；不限的不写。
    #[schema(value_type = Option<String>, max_length = 64)]
    line: Option<Line>,
    /// 首日。
    #[schema(value_type = String, format = Date)]
    from_on: Date,
    /// 止日，当日已无效；一直有效的不写。
    #[schema(value_type = Option<String>, format = Date)]
    to_on: Option<Date>,
    /// 理由，记入审计；审计不删，不要写进个人信息。
    #[schema(max_length = 500)]
    reason: String,
}

/// 授好的。
#[derive(Debug, Serialize, ToSchema)]
pub struct GrantCreated {
    /// 授权。
    grant: CreatedGrant,
}

/// 标识。
#[derive(Debug, Serialize, ToSchema)]
pub struct CreatedGrant {
    /// 标识：收回时用。
    id: String,
}

/// 授予角色
///
/// 账号所属的机构与所授的机构各问一次，两次都许才可以；三员不兼任。
#[utoipa::path(post, path = "/api/v1/accounts/{id}/grants", operation_id = "grant_role", tag = "账号",
    params(("id" = String, Path, description = "账号")),
    request_body = GrantBody,
    responses((status = 201, description = "授予了", body = GrantCreated)))]
pub async fn grant_role(
    Of(state): Of<State>,
    caller: Caller,
    PathId(account): PathId<kind::Account>,
    JsonBody { value: body, .. }: JsonBody<GrantBody>,
) -> Result<Response, Problem> {
    let wanted = Grant {
        role: body.role,
        org: org_in_body("org", &body.org)?,
        line: body.line,
        term: Term {
            from: body.from_on,
            to: body.to_on,
        },
    };
    let request = because(&caller.request, &body.reason)?;
    let id = grant(&state.services, &request, account, wanted).await?;
    let body = GrantCreated {
        grant: CreatedGrant { id: id.to_string() },
    };
    let at = format!("/api/v1/accounts/{account}/grants");
    Ok(Answer::created(&at, &body).into_response())
}
