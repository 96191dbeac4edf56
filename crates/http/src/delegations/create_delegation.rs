//! `POST /api/v1/delegations`：把自己的角色暂时交给别人。

use axum::extract::State as Of;
use axum::response::Response;
use mingjing_edge::extract::body::JsonBody;
use mingjing_edge::problem::Problem;
use mingjing_kernel::date::Date;
use mingjing_policy::role::Role;
use mingjing_services::admin::delegation::{
    CreateDelegation, create_delegation as create, find_receiver,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::accounts::account::org_in_body;
use crate::answer::Answer;
use crate::caller::Caller;
use crate::state::State;

/// 要作的委托；委托人是登录的人自己。
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateDelegationBody {
    /// 受托人：登录名，或账号的标识。
    #[schema(max_length = 100)]
    to: String,
    /// 哪些角色。
    #[schema(value_type = Vec<String>, max_items = 20, example = json!(["lead_officer"]))]
    roles: Vec<Role>,
    /// 在哪个机构范围之内，树上的路径。
    #[schema(max_length = 500)]
    org: String,
    /// 首日。
    #[schema(value_type = String, format = Date)]
    from_on: Date,
    /// 止日，当日已无效。
    #[schema(value_type = String, format = Date)]
    to_on: Date,
    /// 理由。
    #[schema(max_length = 500)]
    reason: String,
}

/// 作好的委托。
#[derive(Debug, Serialize, ToSchema)]
pub struct DelegationCreated {
    /// 委托。
    delegation: CreatedDelegation,
}

/// 标识。
#[derive(Debug, Serialize, ToSchema)]
pub struct CreatedDelegation {
    /// 标识：提前结束时用。
    id: String,
}

/// 委托
///
/// 只能委托自己当时所有的；受托人得到的从不更多。
#[utoipa::path(post, path = "/api/v1/delegations", operation_id = "create_delegation", tag = "账号",
    request_body = CreateDelegationBody,
    responses((status = 201, description = "委托了", body = DelegationCreated)))]
pub async fn create_delegation(
    Of(state): Of<State>,
    caller: Caller,
    JsonBody { value: body, .. }: JsonBody<CreateDelegationBody>,
) -> Result<Response, Problem> {
    let command = CreateDelegation {
        to: find_receiver(&state.services, &body.to).await?,
        roles: body.roles,
        org: org_in_body("org", &body.org)?,
        from_on: body.from_on,
        to_on: body.to_on,
        reason: body.reason,
    };
    let id = create(&state.services, &caller.request, command).await?;
    let body = DelegationCreated {
        delegation: CreatedDelegation { id: id.to_string() },
    };
    Ok(Answer::created("/api/v1/delegations", &body).into_response())
}
