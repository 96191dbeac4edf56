//! 账号：登录名、所在机构、口令的摘要、锁定、停用；口令原文从不到这里。

use std::collections::{BTreeMap, BTreeSet};

use mingjing_kernel::id::{Id, kind};
use mingjing_kernel::moment::Moment;
use mingjing_policy::lockout::Lockout;
use mingjing_policy::org::OrgPath;
use mingjing_policy::scope::Scope;

use crate::area::{Columns, and_in_scope};
use crate::error::{Result, StoreError};
use crate::query::Query;
use crate::row::row;
use crate::sql::{column, values};
use crate::timeline::PAGE_MAX;
use crate::tx::{Read, Tx};

/// 账号的标识。
pub type AccountKey = Id<kind::Account>;

/// 要建立的账号。
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// 登录名，全平台唯一。
    pub login: String,
    /// 姓名，给管理员看。
    pub name: String,
    /// 是哪位执法人员的；其他人员没有。
    pub officer: Option<Id<kind::Officer>>,
    /// 所在机构。
    pub org: OrgPath,
    /// 口令的摘要。
    pub password_hash: PasswordHash,
    /// 下次登录须改口令。
    pub must_change_password: bool,
}

/// 口令的摘要；打印时不见内容。
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// 由摘要的文字构成。
    pub const fn new(text: String) -> Self {
        PasswordHash(text)
    }

    /// 摘要的文字。
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordHash(***)")
    }
}

/// 账号。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountRecord {
    /// 标识。
    pub id: AccountKey,
    /// 登录名。
    pub login: String,
    /// 姓名。
    pub name: String,
    /// 是哪位执法人员的。
    pub officer: Option<Id<kind::Officer>>,
    /// 所在机构。
    pub org: OrgPath,
    /// 所能及的一切的共同上级：作为对象时属于这里。
    pub reach: OrgPath,
    /// 口令何时改的。
    pub password_changed_at: Moment,
    /// 下次登录须改口令。
    pub must_change_password: bool,
    /// 登录失败与锁定。
    pub lockout: Lockout,
    /// 何时停用的。
    pub disabled_at: Option<Moment>,
    /// 何时建立的。
    pub created_at: Moment,
    /// 版本：改一次加一。
    pub version: u64,
}

/// 找哪些账号；没有写的条件不限。
#[derive(Debug, Clone, Default)]
pub struct AccountFilter {
    /// 所在机构在此之下。
    pub org: Option<OrgPath>,
    /// 登录名以此开头。
    pub login_prefix: Option<String>,
    /// 停用了的，或没有停用的。
    pub is_disabled: Option<bool>,
}

row! {
    struct Row {
        id: String,
        login: String,
        name: String,
        officer_id: Option<String>,
        org_path: String,
        reach_path: String,
        password_changed_at: i64,
        must_change_password: bool,
        lockout: String,
        disabled_at: Option<i64>,
        created_at: i64,
        version: i64,
    }
}

const SELECT: &str = "SELECT id, login, name, officer_id, org_path, reach_path, password_changed_at, \
     must_change_password, lockout, disabled_at, created_at, version FROM account";

pub(crate) fn org_path(text: &str) -> Result<OrgPath> {
    OrgPath::parse(text).map_err(|error| StoreError::corrupt(error.to_string()))
}

impl Row {
    fn into_record(self) -> Result<AccountRecord> {
        let lockout = serde_json::from_str(&self.lockout);
        Ok(AccountRecord {
            id: column::id(&self.id)?,
            officer: self.officer_id.as_deref().map(column::id).transpose()?,
            org: org_path(&self.org_path)?,
            reach: org_path(&self.reach_path)?,
            password_changed_at: column::moment(self.password_changed_at)?,
            must_change_password: self.must_change_password,
            lockout: lockout
                .map_err(|_| StoreError::corrupt(format!("账号 {} 的锁定状态读不出", self.id)))?,
            disabled_at: self.disabled_at.map(column::moment).transpose()?,
            created_at: column::moment(self.created_at)?,
            version: column::count(self.version)?,
            login: self.login,
            name: self.name,
        })
    }
}

impl Read {
    /// 账号；没有为 `None`。
    pub async fn find_account(&self, id: AccountKey) -> Result<Option<AccountRecord>> {
        let sql = format!("{SELECT} WHERE id = $1");
        let row = self.row::<Row>(&sql, values![id]).await?;
        row.map(Row::into_record).transpose()
    }

    /// 一个会话的账号，由令牌的摘要找；结束了的会话也算。
    pub async fn find_account_of_session(
        &self,
        token_digest: &[u8; 32],
    ) -> Result<Option<AccountRecord>> {
        let of = "(SELECT s.account_id FROM session s WHERE s.token_digest = $1)";
        let sql = format!("{SELECT} WHERE id = {of}");
        let row = self.row::<Row>(&sql, values![token_digest]).await?;
        row.map(Row::into_record).transpose()
    }

    /// 这些账号的姓名；没有的不在内。
    pub async fn list_account_names(
        &self,
        ids: &BTreeSet<AccountKey>,
    ) -> Result<BTreeMap<AccountKey, String>> {
        row! {
            struct Found {
                id: String,
                name: String,
            }
        }
        if ids.is_empty() {
            return Ok(BTreeMap::new());
        }
        let mut query = Query::new("SELECT id, name FROM account WHERE 1 = 1");
        let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        query.and_any("id", &ids);
        let (sql, values) = query.into_parts();
        let rows = self.rows::<Found>(&sql, values).await?;
        let named = rows
            .into_iter()
            .map(|row| Ok((column::id(&row.id)?, row.name)));
        named.collect()
    }

    /// 由登录名找账号。
    pub async fn find_account_by_login(&self, login: &str) -> Result<Option<AccountRecord>> {
        let sql = format!("{SELECT} WHERE login = $1");
        let row = self.row::<Row>(&sql, values![login]).await?;
        row.map(Row::into_record).transpose()
    }

    /// 一位执法人员的各个账号，停用的也在内。
    pub async fn list_accounts_of(&self, officer: Id<kind::Officer>) -> Result<Vec<AccountRecord>> {
        let sql = format!("{SELECT} WHERE officer_id = $1 ORDER BY id");
        let rows = self.rows::<Row>(&sql, values![officer]).await?;
        rows.into_iter().map(Row::into_record).collect()
    }

    /// 现在的口令的摘要。
    pub async fn get_password_hash(&self, id: AccountKey) -> Result<PasswordHash> {
        let found = self.scalar::<String>(
            "SELECT password_hash FROM account WHERE id = $1",
            values![id],
        );
        let found = found.await?;
        found
            .map(PasswordHash)
            .ok_or_else(|| StoreError::NotFound(format!("账号 {id}")))
    }

    /// 用过的口令的摘要，新的在前，至多 `limit` 个，不含现在的。
    pub async fn list_former_passwords(
        &self,
        id: AccountKey,
        limit: u32,
    ) -> Result<Vec<PasswordHash>> {
        row! {
            struct Former {
                password_hash: String,
            }
        }
        let rows = self.rows::<Former>(
            "SELECT password_hash FROM account_password WHERE account_id = $1 \
             ORDER BY changed_at DESC LIMIT $2",
            values![id, limit.min(PAGE_MAX)],
        );
        let rows = rows.await?.into_iter();
        Ok(rows.map(|row| PasswordHash(row.password_hash)).collect())
    }

    /// 范围之内的账号，按标识（即建立的先后）列出 `after` 之后的至多 `limit` 个。
    pub async fn list_accounts(
        &self,
        scope: &Scope,
        filter: &AccountFilter,
        after: Option<AccountKey>,
        limit: u32,
    ) -> Result<Vec<AccountRecord>> {
        let mut query = Query::new(format!("{SELECT} WHERE 1 = 1"));
        let columns = Columns {
            path: "reach_path",
            line: None,
            owner: Some("id"),
        };
        and_in_scope(&mut query, scope, columns);
        query.and_prefix("org_path", filter.org.as_ref().map(OrgPath::as_str));
        query.and_prefix("login", filter.login_prefix.as_deref());
        match filter.is_disabled {
            Some(true) => query.and("disabled_at IS NOT NULL", Vec::new()),
            Some(false) => query.and("disabled_at IS NULL", Vec::new()),
            None => {}
        }
        query.and_some("id > ?", after);
        query.push(" ORDER BY id LIMIT ?", values![limit.min(PAGE_MAX)]);
        let (sql, values) = query.into_parts();
        let rows = self.rows::<Row>(&sql, values).await?;
        rows.into_iter().map(Row::into_record).collect()
    }

    /// 有没有任何账号：首次设置只做一次。
    pub async fn has_accounts(&self) -> Result<bool> {
        let found = self.scalar::<String>("SELECT id FROM account LIMIT 1", Vec::new());
        Ok(found.await?.is_some())
    }
}

impl Tx {
    /// 建立账号；登录名已有的为 [`StoreError::Duplicate`]。
    pub async fn create_account(&self, new: &NewAccount) -> Result<AccountKey> {
        let id: AccountKey = self.new_id();
        self.execute(
            "INSERT INTO account (id, login, name, officer_id, org_path, reach_path, password_hash, \
             password_changed_at, must_change_password, lockout, created_at, version) \
             VALUES ($1, $2, $3, $4, $5, $5, $6, $7, $8, $9, $7, 1)",
            values![
                id,
                &new.login,
                &new.name,
                new.officer,
                new.org.as_str(),
                new.password_hash.as_str(),
                self.now(),
                new.must_change_password,
                lockout_json(&Lockout::cleared())?,
            ],
        )
        .await?;
        Ok(id)
    }

    /// 账号，并锁住它直到提交：先看后改所用。
    pub async fn lock_account(&self, id: AccountKey) -> Result<Option<AccountRecord>> {
        let sql = format!("{SELECT} WHERE id = $1{}", self.engine().for_update());
        let row = self.row::<Row>(&sql, values![id]).await?;
        row.map(Row::into_record).transpose()
    }

    /// 一位执法人员的各个账号，并锁住此人直到提交：同时给一个人建两个的，后一个看得见前一个。
    pub async fn lock_accounts_of(&self, officer: Id<kind::Officer>) -> Result<Vec<AccountRecord>> {
        let lock = self.engine().for_update();
        let sql = format!("SELECT version FROM timeline WHERE id = $1{lock}");
        self.scalar::<i64>(&sql, values![officer]).await?;
        self.list_accounts_of(officer).await
    }

    /// 换口令；旧的摘要留作历史，锁定一并解除。
    pub async fn set_password(
        &self,
        id: AccountKey,
        hash: &PasswordHash,
        must_change: bool,
    ) -> Result<()> {
        self.execute(
            "INSERT INTO account_password (account_id, changed_at, password_hash) \
             SELECT id, password_changed_at, password_hash FROM account WHERE id = $1 \
             ON CONFLICT (account_id, changed_at) DO NOTHING",
            values![id],
        )
        .await?;
        let changed = self.execute(
            // Each password has an instant of its own, even when the clock stands or was set back: it is the key of the
            // history.
            "UPDATE account SET password_hash = $1, password_changed_at = CASE WHEN password_changed_at >= $2 \
             THEN password_changed_at + 1 ELSE $2 END, must_change_password = $3, lockout = $4, \
             locked_until = NULL, version = version + 1 WHERE id = $5",
            values![
                hash.as_str(),
                self.now(),
                must_change,
                lockout_json(&Lockout::cleared())?,
                id
            ],
        );
        self.one(changed.await?, id)
    }

    /// 记下登录失败之后、或解锁之后的状态。
    pub async fn set_lockout(&self, id: AccountKey, lockout: &Lockout) -> Result<()> {
        let changed = self.execute(
            "UPDATE account SET lockout = $1, locked_until = $2 WHERE id = $3",
            values![lockout_json(lockout)?, lockout.until, id],
        );
        self.one(changed.await?, id)
    }

    /// 停用或重新启用。
    pub async fn set_disabled(&self, id: AccountKey, is_disabled: bool) -> Result<()> {
        let at = is_disabled.then(|| self.now());
        let changed = self.execute(
            "UPDATE account SET disabled_at = $1, version = version + 1 WHERE id = $2",
            values![at, id],
        );
        self.one(changed.await?, id)
    }

    /// 写下所能及的一切的共同上级。
    pub async fn set_reach(&self, id: AccountKey, reach: &OrgPath) -> Result<()> {
        let changed = self.execute(
            "UPDATE account SET reach_path = $1, version = version + 1 WHERE id = $2",
            values![reach.as_str(), id],
        );
        self.one(changed.await?, id)
    }

    fn one(&self, changed: u64, id: AccountKey) -> Result<()> {
        match changed {
            0 => Err(StoreError::NotFound(format!("账号 {id}"))),
            _ => Ok(()),
        }
    }
}

fn lockout_json(lockout: &Lockout) -> Result<String> {
    serde_json::to_string(lockout).map_err(StoreError::internal)
}
