//! 账号在接口里的写法。

use mingjing_edge::problem::Problem;
use mingjing_kernel::moment::Moment;
use mingjing_policy::org::OrgPath;
use mingjing_services::admin::account::NewCredentials;
use mingjing_services::error::{FieldCode, FieldError, Pointer};
use mingjing_services::model::AccountRecord;
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::instant;

/// 账号。
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Account)]
pub struct AccountOut {
    /// 标识。
    id: String,
    /// 登录名。
    login: String,
    /// 姓名。
    name: String,
    /// 是哪位执法人员的。
    officer: Option<String>,
    /// 所在机构，树上的路径。
    org: String,
    /// 首次登录须改口令。
    must_change_password: bool,
    /// 改口令的时刻。
    #[schema(format = DateTime)]
    password_changed_at: String,
    /// 现在锁着。
    is_locked: bool,
    /// 停用的时刻；没有停用的没有。
    #[schema(format = DateTime)]
    disabled_at: Option<String>,
    /// 建立的时刻。
    #[schema(format = DateTime)]
    created_at: String,
}

impl AccountOut {
    /// 此刻的账号。
    pub fn of(record: &AccountRecord, now: Moment) -> Self {
        AccountOut {
            id: record.id.to_string(),
            login: record.login.clone(),
            name: record.name.clone(),
            officer: record.officer.map(|id| id.to_string()),
            org: record.org.to_string(),
            must_change_password: record.must_change_password,
            password_changed_at: instant::of(record.password_changed_at),
            is_locked: record.lockout.is_locked(now.timestamp()),
            disabled_at: record.disabled_at.map(instant::of),
            created_at: instant::of(record.created_at),
        }
    }
}

/// 只见这一次的口令。
#[derive(Serialize, ToSchema)]
pub struct CredentialsAnswer {
    /// 账号与口令。
    credentials: Credentials,
}

/// 账号与口令：交给本人，首次登录须改；哪里都不存。
#[derive(Serialize, ToSchema)]
pub struct Credentials {
    /// 账号。
    account: String,
    /// 登录名。
    login: String,
    /// 口令。
    password: String,
}

impl From<NewCredentials> for CredentialsAnswer {
    fn from(made: NewCredentials) -> Self {
        CredentialsAnswer {
            credentials: Credentials {
                account: made.account.to_string(),
                login: made.login,
                password: made.password.reveal("交给本人，只见这一次").clone(),
            },
        }
    }
}

/// 正文里的组织路径。
pub fn org_in_body(member: &str, text: &str) -> Result<OrgPath, Problem> {
    org(Pointer::body().member(member), text)
}

/// 查询参数里的组织路径。
pub fn org_in_query(name: &str, text: Option<&str>) -> Result<Option<OrgPath>, Problem> {
    text.map(|text| org(Pointer::query(name), text)).transpose()
}

fn org(pointer: Pointer, text: &str) -> Result<OrgPath, Problem> {
    OrgPath::parse(text).map_err(|error| {
        let error = FieldError::new(pointer, FieldCode::Malformed, error.to_string());
        Problem::invalid(vec![error])
    })
}
