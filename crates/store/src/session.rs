//! 会话：只存令牌的摘要；闲置与绝对期限由服务判断，结束了的留着备查。

use mingjing_kernel::id::{Id, kind};
use mingjing_kernel::moment::Moment;
use mingjing_policy::scope::Scope;

use crate::account::AccountKey;
use crate::area::{Columns, and_in_scope};
use crate::error::{Result, StoreError};
use crate::query::Query;
use crate::row::row;
use crate::sql::{column, values};
use crate::timeline::PAGE_MAX;
use crate::tx::{Read, Tx};

/// 会话的标识。
pub type SessionKey = Id<kind::Session>;

/// 登录到了哪一步。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionStage {
    /// 口令对了，还差动态口令：什么也不能做。
    SecondFactor,
    /// 登录完成。
    Full,
}

impl SessionStage {
    const ALL: [SessionStage; 2] = [SessionStage::SecondFactor, SessionStage::Full];

    const fn code(self) -> &'static str {
        match self {
            SessionStage::SecondFactor => "second_factor",
            SessionStage::Full => "full",
        }
    }
}

/// 要建立的会话。
#[derive(Debug, Clone)]
pub struct NewSession {
    /// 令牌的摘要。
    pub token_digest: [u8; 32],
    /// 谁的。
    pub account: AccountKey,
    /// 从哪里来：地址，不是个人信息的那一部分。
    pub client: String,
    /// 登录到了哪一步。
    pub stage: SessionStage,
    /// 绝对期限。
    pub expires_at: Moment,
}

/// 会话。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRecord {
    /// 标识。
    pub id: SessionKey,
    /// 谁的。
    pub account: AccountKey,
    /// 从哪里来。
    pub client: String,
    /// 登录到了哪一步。
    pub stage: SessionStage,
    /// 何时建立的。
    pub created_at: Moment,
    /// 最近一次使用，误差不过一分钟。
    pub last_used_at: Moment,
    /// 绝对期限。
    pub expires_at: Moment,
    /// 何时结束的。
    pub ended_at: Option<Moment>,
}

/// 找哪些会话；没有写的条件不限。
#[derive(Debug, Clone, Default)]
pub struct SessionFilter {
    /// 谁的。
    pub account: Option<AccountKey>,
    /// 在这一刻还没有结束、没有过绝对期限的。
    pub open_at: Option<Moment>,
}

row! {
    struct Row {
        id: String,
        account_id: String,
        client: String,
        stage: String,
        created_at: i64,
        last_used_at: i64,
        expires_at: i64,
        ended_at: Option<i64>,
    }
}

const SELECT: &str = "SELECT s.id, s.account_id, s.client, s.stage, s.created_at, s.last_used_at, s.expires_at, \
     s.ended_at FROM session s";

impl Row {
    fn into_record(self) -> Result<SessionRecord> {
        let stage = SessionStage::ALL
            .into_iter()
            .find(|stage| stage.code() == self.stage)
            .ok_or_else(|| StoreError::corrupt(format!("会话 {} 的阶段不认识", self.id)))?;
        Ok(SessionRecord {
            id: column::id(&self.id)?,
            account: column::id(&self.account_id)?,
            client: self.client,
            stage,
            created_at: column::moment(self.created_at)?,
            last_used_at: column::moment(self.last_used_at)?,
            expires_at: column::moment(self.expires_at)?,
            ended_at: self.ended_at.map(column::moment).transpose()?,
        })
    }
}

impl Read {
    /// 由令牌的摘要找会话；结束了、过期了的也找得到。
    pub async fn find_session(&self, token_digest: &[u8; 32]) -> Result<Option<SessionRecord>> {
        let sql = format!("{SELECT} WHERE s.token_digest = $1");
        let row = self.row::<Row>(&sql, values![token_digest]).await?;
        row.map(Row::into_record).transpose()
    }

    /// 有没有绝对期限早于 `before` 的会话。
    pub async fn has_sessions_before(&self, before: Moment) -> Result<bool> {
        let sql = "SELECT COUNT(*) FROM (SELECT 1 FROM session WHERE expires_at < $1 LIMIT 1) s";
        let count = self.scalar::<i64>(sql, values![before]).await?;
        Ok(count.unwrap_or_default() > 0)
    }

    /// 由标识找会话。
    pub async fn find_session_by_id(&self, id: SessionKey) -> Result<Option<SessionRecord>> {
        let sql = format!("{SELECT} WHERE s.id = $1");
        let row = self.row::<Row>(&sql, values![id]).await?;
        row.map(Row::into_record).transpose()
    }

    /// 范围之内的会话，新的在前，列出 `before` 之前的至多 `limit` 个。
    pub async fn list_sessions(
        &self,
        scope: &Scope,
        filter: &SessionFilter,
        before: Option<SessionKey>,
        limit: u32,
    ) -> Result<Vec<SessionRecord>> {
        let mut query = Query::new(format!(
            "{SELECT} JOIN account a ON a.id = s.account_id WHERE 1 = 1"
        ));
        let columns = Columns {
            path: "a.reach_path",
            line: None,
            owner: Some("s.account_id"),
        };
        and_in_scope(&mut query, scope, columns);
        query.and_some("s.account_id = ?", filter.account);
        if let Some(at) = filter.open_at {
            query.and("s.ended_at IS NULL AND s.expires_at > ?", values![at]);
        }
        query.and_some("s.id < ?", before);
        query.push(" ORDER BY s.id DESC LIMIT ?", values![limit.min(PAGE_MAX)]);
        let (sql, values) = query.into_parts();
        let rows = self.rows::<Row>(&sql, values).await?;
        rows.into_iter().map(Row::into_record).collect()
    }
}

impl Tx {
    /// 建立会话。
    pub async fn create_session(&self, new: &NewSession) -> Result<SessionKey> {
        let id: SessionKey = self.new_id();
        self.execute(
            "INSERT INTO session (id, token_digest, account_id, client, stage, created_at, last_used_at, expires_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $6, $7)",
            values![
                id,
                &new.token_digest,
                new.account,
                &new.client,
                new.stage.code(),
                self.now(),
                new.expires_at,
            ],
        )
        .await?;
        Ok(id)
    }

    /// 记下此刻用过。
    pub async fn touch_session(&self, id: SessionKey) -> Result<()> {
        self.execute(
            "UPDATE session SET last_used_at = $1 WHERE id = $2 AND ended_at IS NULL",
            values![self.now(), id],
        )
        .await?;
        Ok(())
    }

    /// 结束一个会话；已经结束的为假。
    pub async fn end_session(&self, id: SessionKey) -> Result<bool> {
        let changed = self.execute(
            "UPDATE session SET ended_at = $1 WHERE id = $2 AND ended_at IS NULL",
            values![self.now(), id],
        );
        Ok(changed.await? == 1)
    }

    /// 删去绝对期限早于 `before` 的会话，至多 `limit` 个；返回删了几个。
    pub async fn purge_sessions(&self, before: Moment, limit: u32) -> Result<u64> {
        self.execute(
            "DELETE FROM session WHERE id IN \
             (SELECT id FROM session WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)",
            values![before, limit],
        )
        .await
    }

    /// 结束一个账号的全部会话，`except` 除外；返回结束了几个。
    pub async fn end_sessions(
        &self,
        account: AccountKey,
        except: Option<SessionKey>,
    ) -> Result<u64> {
        let except = except.map(|id| id.to_string()).unwrap_or_default();
        self.execute(
            "UPDATE session SET ended_at = $1 WHERE account_id = $2 AND ended_at IS NULL AND id <> $3",
            values![self.now(), account, except],
        )
        .await
    }
}
