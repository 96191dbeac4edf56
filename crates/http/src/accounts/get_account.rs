//! `GET /api/v1/accounts/{id}`：一个账号；看别人的留审计。

use axum::Json;
use axum::extract::State as Of;
use mingjing_edge::problem::Problem;
use mingjing_kernel::id::kind;
use mingjing_services::admin::listing::get_account as get;
use serde::Serialize;
use utoipa::ToSchema;

use super::account::AccountOut;
use crate::caller::Caller;
use crate::state::State;
use crate::wire::id::PathId;

/// 一个账号。
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountAnswer {
    /// 账号。
    account: AccountOut,
}

/// 查看一个账号
#[utoipa::path(get, path = "/api/v1/accounts/{id}", operation_id = "get_account", tag = "账号",
    params(("id" = String, Path, description = "账号")),
    responses((status = 200, description = "账号", body = AccountAnswer)))]
pub async fn get_account(
    Of(state): Of<State>,
    caller: Caller,
    PathId(id): PathId<kind::Account>,
) -> Result<Json<AccountAnswer>, Problem> {
    let record = get(&state.services, &caller.request, id).await?;
    Ok(Json(AccountAnswer {
        account: AccountOut::of(&record, caller.request.now),
    }))
}
