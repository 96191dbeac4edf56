//! `GET /api/v1/accounts`：列出所管的账号。

use axum::Json;
use axum::extract::State as Of;
use mingjing_edge::extract::query::{Query, page_request};
use mingjing_edge::problem::Problem;
use mingjing_services::admin::listing::list_accounts as list;
use mingjing_services::model::AccountFilter;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::account::{AccountOut, org_in_query};
use crate::caller::Caller;
use crate::state::State;
use crate::wire::meta::ListMeta;

/// 要哪些账号。
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AccountQuery {
    /// 这个机构及其下的：组织树上的路径。
    #[param(max_length = 500)]
    org: Option<String>,
    /// 登录名以此开头。
    #[param(max_length = 100)]
    q: Option<String>,
    /// 停用了的，或没有停用的。
    is_disabled: Option<bool>,
    /// 一页的条数，1 至 200，默认 50。
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u16>,
    /// 上一页 `meta.next` 给出的值，原样带回。
    #[param(max_length = 512)]
    cursor: Option<String>,
}

/// 账号的列表。
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountList {
    /// 本页的账号，按建立的先后。
    accounts: Vec<AccountOut>,
    /// 列表的末尾。
    meta: ListMeta,
}

/// 列出账号
#[utoipa::path(get, path = "/api/v1/accounts", operation_id = "list_accounts", tag = "账号", params(AccountQuery),
    responses((status = 200, description = "一页账号", body = AccountList)))]
pub async fn list_accounts(
    Of(state): Of<State>,
    caller: Caller,
    Query(query): Query<AccountQuery>,
) -> Result<Json<AccountList>, Problem> {
    let request = page_request(query.limit, query.cursor.as_deref())?;
    let filter = AccountFilter {
        org: org_in_query("org", query.org.as_deref())?,
        login_prefix: query.q,
        is_disabled: query.is_disabled,
    };
    let page = list(&state.services, &caller.request, &filter, &request).await?;
    let now = caller.request.now;
    Ok(Json(AccountList {
        meta: ListMeta::of(&page),
        accounts: page
            .items
            .iter()
            .map(|record| AccountOut::of(record, now))
            .collect(),
    }))
}
