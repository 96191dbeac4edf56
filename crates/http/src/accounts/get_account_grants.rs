//! `GET /api/v1/accounts/{id}/grants`：一个账号的授权。

use axum::Json;
use axum::extract::State as Of;
use mingjing_edge::problem::Problem;
use mingjing_kernel::id::kind;
use mingjing_services::admin::grant::list_grants;
use serde::Serialize;
use utoipa::ToSchema;

use super::grant::GrantOut;
use crate::caller::Caller;
use crate::state::State;
use crate::wire::id::PathId;

/// 一个账号的授权。
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountGrants {
    /// 没有收回的授权。
    grants: Vec<GrantOut>,
}

/// 查看一个账号的授权
#[utoipa::path(get, path = "/api/v1/accounts/{id}/grants", operation_id = "get_account_grants", tag = "账号",
    params(("id" = String, Path, description = "账号")),
    responses((status = 200, description = "授权", body = AccountGrants)))]
pub async fn get_account_grants(
    Of(state): Of<State>,
    caller: Caller,
    PathId(id): PathId<kind::Account>,
) -> Result<Json<AccountGrants>, Problem> {
    let records = list_grants(&state.services, &caller.request, id).await?;
    Ok(Json(AccountGrants {
        grants: GrantOut::all(&state, &records).await?,
    }))
}
