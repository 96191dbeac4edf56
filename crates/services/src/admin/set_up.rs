//! 首次设置：系统、安全保密、审计三员各一个账号，口令随机，只见这一次；没有缺省口令。

use mingjing_kernel::sensitive::Sensitive;
use mingjing_policy::grant::{Grant, Term};
use mingjing_policy::org::OrgPath;
use mingjing_policy::permission::ResourceKind;
use mingjing_policy::role::Role;
use mingjing_store::account::{NewAccount, PasswordHash};
use mingjing_store::tx::Tx;
use serde_json::json;

use crate::admin::account::{NewCredentials, check_names, of_duplicate};
use crate::admin::password::generate_password;
use crate::context::{RequestContext, Services};
use crate::error::{FieldCode, Pointer, ServiceError};
use crate::perform::{Act, Done, Stop, Subject, perform_afresh};

/// 三员之一的登录名与姓名。
#[derive(Debug, Clone)]
pub struct Administrator {
    /// 登录名。
    pub login: String,
    /// 姓名。
    pub name: String,
}

/// 三员；三个人。
#[derive(Debug, Clone)]
pub struct SetUp {
    /// 系统管理员。
    pub system: Administrator,
    /// 安全保密管理员。
    pub security: Administrator,
    /// 安全审计员。
    pub audit: Administrator,
}

/// 首次设置：只在一个账号也没有的库上做，由命令行在服务启动之前做。
///
/// MUST NOT be reachable over the network: nobody is asked who he is. Two at once are kept apart by the command line
/// holding the database alone.
#[crate::boxed]
pub async fn set_up(
    services: &Services,
    request: &RequestContext,
    command: SetUp,
) -> Result<[NewCredentials; 3], ServiceError> {
    let prepared = prepare(services, command).await?;
    let passwords: Vec<_> = prepared
        .iter()
        .map(|one| (one.who.login.clone(), one.password.clone()))
        .collect();
    let from = request.today();
    let work = async move |tx: &Tx| {
        if tx.has_accounts().await? {
            let message = "库里已经有账号，不能再做首次设置；忘了口令的，请另一管理员重置";
            return Err(
                ServiceError::invalid(Pointer::body(), FieldCode::NotAllowed, message).into(),
            );
        }
        let mut ids = Vec::new();
        for Prepared {
            role, who, hash, ..
        } in &prepared
        {
            let new = NewAccount {
                login: who.login.clone(),
                name: who.name.clone(),
                officer: None,
                org: OrgPath::root(),
                password_hash: hash.clone(),
                must_change_password: true,
            };
            let id = tx.create_account(&new).await.map_err(of_duplicate)?;
            let grant = Grant {
                role: *role,
                org: OrgPath::root(),
                line: None,
                term: Term { from, to: None },
            };
            tx.add_grant(id, &grant).await?;
            ids.push(id);
        }
        let subject = Subject::of_platform(ResourceKind::Account);
        let detail: Vec<String> = ids.iter().map(ToString::to_string).collect();
        Ok::<_, Stop>(Done::new(ids, subject, json!({ "accounts": detail })))
    };
    let ids = perform_afresh(services, request, Act::SetUp, work).await?;
    let made: Vec<NewCredentials> = ids
        .into_iter()
        .zip(passwords)
        .map(|(account, (login, password))| NewCredentials {
            account,
            login,
            password,
        })
        .collect();
    made.try_into()
        .map_err(|_| ServiceError::internal("three accounts were to be made"))
}

/// One of the three, ready to be written down.
struct Prepared {
    role: Role,
    who: Administrator,
    password: Sensitive<String>,
    hash: PasswordHash,
}

async fn prepare(services: &Services, command: SetUp) -> Result<Vec<Prepared>, ServiceError> {
    let chosen = [
        (Role::SystemAdmin, "system", command.system),
        (Role::SecurityAdmin, "security", command.security),
        (Role::AuditAdmin, "audit", command.audit),
    ];
    let mut prepared = Vec::new();
    let mut errors = Vec::new();
    for (role, member, who) in chosen {
        let found = check_names(&who.login, &who.name).into_iter();
        errors.extend(found.map(|mut error| {
            error.message = format!("{role}：{}", error.message);
            error.pointer = Pointer::body().member(member);
            error
        }));
        let password = generate_password(services.rng());
        let hash = services.passwords().hash(&password, services.rng()).await?;
        prepared.push(Prepared {
            role,
            who,
            password,
            hash,
        });
    }
    match errors.is_empty() {
        true => Ok(prepared),
        false => Err(ServiceError::Invalid(errors)),
    }
}
