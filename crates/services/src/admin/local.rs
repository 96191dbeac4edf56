//! 本机：能直接动库的人在命令行上管账号；不问是谁，只记下是在命令行上做的。
//!
//! Nothing in here may be reachable over the network. Whoever can open the database can do all of it anyway; this way it
//! leaves an audit record.

use mingjing_kernel::date::Date;
use mingjing_policy::grant::Grant;
use mingjing_policy::org::OrgPath;
use mingjing_policy::scope::{Area, Release, Scope};
use mingjing_store::account::{AccountFilter, AccountRecord};
use mingjing_store::tx::{Read, Tx};
use serde_json::json;

use crate::admin::account::{NewCredentials, locked, resource};
use crate::admin::password::generate_password;
use crate::context::{RequestContext, Services};
use crate::error::ServiceError;
use crate::perform::{Act, Done, Stop, Subject, perform, perform_afresh};

/// One look at the database lists so many accounts.
const PAGE: u32 = 200;

/// 账号与他今天的授权。
#[derive(Debug, Clone)]
pub struct Listed {
    /// 账号。
    pub account: AccountRecord,
    /// 今天有效的授权。
    pub grants: Vec<Grant>,
}

/// 全部账号，按建立的先后。
#[crate::boxed]
pub async fn list_all(services: &Services, on: Date) -> Result<Vec<Listed>, ServiceError> {
    let everywhere = Scope {
        areas: vec![Area {
            within: OrgPath::root(),
            line: None,
            related_to: None,
            as_supervised: false,
            is_published_only: false,
            release: Release::Never,
        }],
        account: None,
    };
    services
        .store
        .read(async |read: &Read| {
            let mut listed = Vec::new();
            let mut after = None;
            loop {
                let filter = AccountFilter::default();
                let page = read.list_accounts(&everywhere, &filter, after, PAGE);
                let page = page.await?;
                after = page.last().map(|account| account.id);
                for account in page {
                    let grants = read.list_grants(account.id).await?.into_iter();
                    let grants = grants.map(|it| it.grant).filter(|it| it.holds_on(on));
                    listed.push(Listed {
                        grants: grants.collect(),
                        account,
                    });
                }
                if after.is_none() {
                    return Ok(listed);
                }
            }
        })
        .await
}

/// 重置口令：随机生成，只见这一次；全部下线，首次登录须改。
#[crate::boxed]
pub async fn reset_password(
    services: &Services,
    request: &RequestContext,
    login: &str,
) -> Result<NewCredentials, ServiceError> {
    let password = generate_password(services.rng());
    let hash = services.passwords().hash(&password, services.rng()).await?;
    let wanted = login.to_owned();
    let work = async move |tx: &Tx| {
        let account = by_login(tx, &wanted).await?;
        tx.set_password(account.id, &hash, true).await?;
        let ended = tx.end_sessions(account.id, None).await?;
        let subject = Subject::new(&resource(&account)?, account.id);
        let detail = json!({ "by": BY, "ended_sessions": ended });
        Ok::<_, Stop>(Done::new(account.id, subject, detail))
    };
    let account = perform_afresh(services, request, Act::ResetPassword, work).await?;
    Ok(NewCredentials {
        account,
        login: login.to_owned(),
        password,
    })
}

/// 去掉二次验证，连同恢复码：本人丢了验证器，或数据密钥没有了时用；全部下线。
#[crate::boxed]
pub async fn reset_second_factor(
    services: &Services,
    request: &RequestContext,
    login: &str,
) -> Result<(), ServiceError> {
    let wanted = login.to_owned();
    let work = async move |tx: &Tx| {
        let account = by_login(tx, &wanted).await?;
        tx.delete_totp(account.id).await?;
        let ended = tx.end_sessions(account.id, None).await?;
        let subject = Subject::new(&resource(&account)?, account.id);
        let detail = json!({ "by": BY, "ended_sessions": ended });
        Ok::<_, Stop>(Done::new((), subject, detail))
    };
    perform(services, request, Act::ResetSecondFactor, work).await
}

/// 停用：当即下线。
#[crate::boxed]
pub async fn disable(
    services: &Services,
    request: &RequestContext,
    login: &str,
) -> Result<(), ServiceError> {
    let wanted = login.to_owned();
    let work = async move |tx: &Tx| {
        let account = by_login(tx, &wanted).await?;
        tx.set_disabled(account.id, true).await?;
        let ended = tx.end_sessions(account.id, None).await?;
        let subject = Subject::new(&resource(&account)?, account.id);
        let detail = json!({ "by": BY, "ended_sessions": ended });
        Ok::<_, Stop>(Done::new((), subject, detail))
    };
    perform(services, request, Act::DisableAccount, work).await
}

/// What the audit record says where there is no account.
const BY: &str = "command_line";

async fn by_login(tx: &Tx, login: &str) -> Result<AccountRecord, ServiceError> {
    let found = tx.find_account_by_login(login).await?;
    locked(tx, found.ok_or(ServiceError::NotFound)?.id).await
}
