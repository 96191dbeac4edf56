//! 列表：范围之内的账号与会话。

use mingjing_policy::decision::decide;
use mingjing_policy::permission::{Action, ResourceKind};
use mingjing_policy::scope::scope;
use mingjing_store::account::{AccountFilter, AccountKey, AccountRecord};
use mingjing_store::session::{SessionFilter, SessionRecord};
use mingjing_store::tx::Tx;
use serde_json::json;

use crate::admin::account::resource;
use crate::context::{RequestContext, Services};
use crate::error::{FieldCode, Pointer, ServiceError};
use crate::page::{Cursor, CursorError, Key, Page, PageRequest};
use crate::perform::{Act, Done, Stop, Subject, authorise, perform_afresh};

/// 账号，按建立的先后。
#[crate::boxed]
pub async fn list_accounts(
    services: &Services,
    request: &RequestContext,
    filter: &AccountFilter,
    page: &PageRequest,
) -> Result<Page<AccountRecord>, ServiceError> {
    let kind = ResourceKind::Account;
    let scope = scope(&request.actor, Action::List, kind, request.today());
    if scope.is_empty() {
        return Err(ServiceError::Forbidden);
    }
    let after = after(page, ACCOUNTS)?;
    let read = services.store.reader().await?;
    let found = read.list_accounts(&scope, filter, after, one_more(page));
    Ok(cut(found.await?, page, ACCOUNTS, |it| it.id.to_string()))
}

/// 会话，新的在前。
#[crate::boxed]
pub async fn list_sessions(
    services: &Services,
    request: &RequestContext,
    filter: &SessionFilter,
    page: &PageRequest,
) -> Result<Page<SessionRecord>, ServiceError> {
    let kind = ResourceKind::Session;
    let scope = scope(&request.actor, Action::List, kind, request.today());
    if scope.is_empty() {
        return Err(ServiceError::Forbidden);
    }
    let before = after(page, SESSIONS)?;
    let read = services.store.reader().await?;
    let found = read.list_sessions(&scope, filter, before, one_more(page));
    Ok(cut(found.await?, page, SESSIONS, |it| it.id.to_string()))
}

/// 一个账号。看别人的留审计：里面有姓名。
#[crate::boxed]
pub async fn get_account(
    services: &Services,
    request: &RequestContext,
    id: AccountKey,
) -> Result<AccountRecord, ServiceError> {
    let read = services.store.reader().await?;
    let account = read.find_account(id).await?.ok_or(ServiceError::NotFound)?;
    drop(read);
    let resource = resource(&account)?;
    let is_own = request.account == Some(id);
    if is_own && decide(&request.actor, Action::Read, &resource, request.today()).allowed {
        return Ok(account);
    }
    let request_of_closure = request.clone();
    let work = async move |_: &Tx| {
        authorise(&request_of_closure, Action::Read, &resource, id)?;
        let subject = Subject::new(&resource, id);
        Ok::<_, Stop>(Done::new(account.clone(), subject, json!({})))
    };
    perform_afresh(services, request, Act::ReadAccount, work).await
}

const ACCOUNTS: &str = "accounts.id";
const SESSIONS: &str = "sessions.id";

/// One row more than the page tells whether there is a next one.
pub(crate) fn one_more(page: &PageRequest) -> u32 {
    u32::try_from(page.size.items())
        .unwrap_or(u32::MAX)
        .saturating_add(1)
}

/// Cuts the page off, with the cursor of the next.
pub(crate) fn cut<T>(
    mut items: Vec<T>,
    page: &PageRequest,
    list: &str,
    key: impl Fn(&T) -> String,
) -> Page<T> {
    let has_more = items.len() > page.size.items();
    items.truncate(page.size.items());
    let last = items.last().filter(|_| has_more);
    let next = last.map(|last| Cursor::new(list, vec![Key::Text(key(last))]));
    Page {
        items,
        next,
        total: None,
        watermark: None,
    }
}

/// The identifier after which the page begins.
pub(crate) fn after<T: std::str::FromStr>(
    page: &PageRequest,
    list: &str,
) -> Result<Option<T>, ServiceError> {
    let keys = page.after(list, 1).map_err(of_cursor)?;
    match keys {
        None => Ok(None),
        Some([Key::Text(text)]) => match text.parse() {
            Ok(id) => Ok(Some(id)),
            Err(_) => Err(of_cursor(CursorError::Malformed)),
        },
        Some(_) => Err(of_cursor(CursorError::Malformed)),
    }
}

pub(crate) fn of_cursor(error: CursorError) -> ServiceError {
    let pointer = Pointer::query("cursor");
    ServiceError::invalid(pointer, FieldCode::Malformed, error.to_string())
}

/// 一个账号的标识，读不成的答“没有”。
pub fn parse_account(text: &str) -> Result<AccountKey, ServiceError> {
    text.parse().map_err(|_| ServiceError::NotFound)
}
