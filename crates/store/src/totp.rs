//! 动态口令的密钥（封存的）与用过的最后一个时段；恢复码的摘要。

use mingjing_kernel::moment::Moment;
use mingjing_kernel::sensitive::Sensitive;
use mingjing_policy::totp::TotpStep;

use crate::account::AccountKey;
use crate::error::{Result, StoreError};
use crate::row::row;
use crate::sql::{Rows, column, values};
use crate::tx::{Read, Tx};

/// 一个账号的动态口令。
#[derive(Debug, Clone)]
pub struct TotpRecord {
    /// 封存的密钥；存储不知道里面是什么。
    pub sealed: Vec<u8>,
    /// 何时由本人验证过；没有的还不算数。
    pub confirmed_at: Option<Moment>,
    /// 用过的最后一个时段，此前的都不再算数。
    pub last_step: TotpStep,
}

row! {
    struct Row {
        secret: Vec<u8>,
        is_sealed: bool,
        confirmed_at: Option<i64>,
        last_step: i64,
    }
}

row! {
    struct SecretRow {
        account_id: String,
        secret: Vec<u8>,
    }
}

impl Read {
    /// 动态口令；没有设的为 `None`。
    ///
    /// A secret that is not sealed is corrupt: none is written so, and those of before were sealed at the start.
    pub async fn find_totp(&self, account: AccountKey) -> Result<Option<TotpRecord>> {
        let row = self.row::<Row>(
            "SELECT secret, is_sealed, confirmed_at, last_step FROM totp WHERE account_id = $1",
            values![account],
        );
        let Some(row) = row.await? else {
            return Ok(None);
        };
        if !row.is_sealed {
            return Err(StoreError::corrupt(format!(
                "账号 {account} 的动态口令密钥没有封存"
            )));
        }
        Ok(Some(TotpRecord {
            sealed: row.secret,
            confirmed_at: row.confirmed_at.map(column::moment).transpose()?,
            last_step: TotpStep::from_number(row.last_step),
        }))
    }

    /// 还没有封存的密钥，至多 `limit` 个：旧版程序写下的。
    pub async fn list_clear_totp(
        &self,
        limit: u32,
    ) -> Result<Vec<(AccountKey, Sensitive<Vec<u8>>)>> {
        let rows = self.rows::<SecretRow>(
            "SELECT account_id, secret FROM totp WHERE is_sealed = $1 ORDER BY account_id LIMIT $2",
            values![false, limit],
        );
        let read = |row: SecretRow| Ok((column::id(&row.account_id)?, Sensitive::new(row.secret)));
        rows.await?.into_iter().map(read).collect()
    }

    /// 随便一个封存的密钥：用来核对数据密钥是不是原来的那一把。
    pub async fn any_sealed_totp(&self) -> Result<Option<(AccountKey, Vec<u8>)>> {
        let row = self.row::<SecretRow>(
            "SELECT account_id, secret FROM totp WHERE is_sealed = $1 ORDER BY account_id LIMIT 1",
            values![true],
        );
        let read = |row: SecretRow| Ok((column::id(&row.account_id)?, row.secret));
        row.await?.map(read).transpose()
    }

    /// 还有几个没有用过的恢复码。
    pub async fn count_recovery_codes(&self, account: AccountKey) -> Result<u64> {
        let sql = "SELECT COUNT(*) FROM recovery_code WHERE account_id = $1 AND used_at IS NULL";
        let count = self.scalar::<i64>(sql, values![account]).await?;
        column::count(count.unwrap_or_default())
    }
}

impl Tx {
    /// 写下新的密钥（封存的），未验证；旧的作废，旧的恢复码也作废。
    pub async fn put_totp(&self, account: AccountKey, sealed: &[u8]) -> Result<()> {
        self.delete_recovery_codes(account).await?;
        self.execute(
            "INSERT INTO totp (account_id, secret, is_sealed, last_step) VALUES ($1, $2, $3, 0) \
             ON CONFLICT (account_id) DO UPDATE SET secret = excluded.secret, is_sealed = excluded.is_sealed, \
             confirmed_at = NULL, last_step = 0",
            values![account, sealed, true],
        )
        .await?;
        Ok(())
    }

    /// 把没有封存的换成封存的；已经封存、或已经没有的为假。
    pub async fn seal_totp(&self, account: AccountKey, sealed: &[u8]) -> Result<bool> {
        let changed = self.execute(
            "UPDATE totp SET secret = $1, is_sealed = $2 WHERE account_id = $3 AND is_sealed = $4",
            values![sealed, true, account, false],
        );
        Ok(changed.await? == 1)
    }

    /// 用掉一个时段：已经用到这里或更后的为假，两个请求同用一个口令时只有一个成。
    pub async fn use_totp_step(&self, account: AccountKey, step: TotpStep) -> Result<bool> {
        let changed = self.execute(
            "UPDATE totp SET last_step = $1, confirmed_at = coalesce(confirmed_at, $2) \
             WHERE account_id = $3 AND last_step < $1",
            values![step.number(), self.now(), account],
        );
        Ok(changed.await? == 1)
    }

    /// 去掉，连同恢复码；没有的为假。
    pub async fn delete_totp(&self, account: AccountKey) -> Result<bool> {
        self.delete_recovery_codes(account).await?;
        let changed = self.execute("DELETE FROM totp WHERE account_id = $1", values![account]);
        Ok(changed.await? == 1)
    }

    /// 换上一套新的恢复码（摘要）；原来的都作废。
    pub async fn put_recovery_codes(
        &self,
        account: AccountKey,
        digests: &[[u8; 32]],
    ) -> Result<()> {
        self.delete_recovery_codes(account).await?;
        let head = "INSERT INTO recovery_code (account_id, digest, created_at) VALUES";
        let mut rows = Rows::new(head, 3, "");
        for digest in digests {
            rows.push(values![account, digest, self.now()]);
        }
        self.insert(rows).await?;
        Ok(())
    }

    /// 用掉一个恢复码：没有这个、或已经用过的为假，两个请求同用一个时只有一个成。
    pub async fn use_recovery_code(&self, account: AccountKey, digest: &[u8; 32]) -> Result<bool> {
        let changed = self.execute(
            "UPDATE recovery_code SET used_at = $1 WHERE account_id = $2 AND digest = $3 AND used_at IS NULL",
            values![self.now(), account, digest],
        );
        Ok(changed.await? == 1)
    }

    async fn delete_recovery_codes(&self, account: AccountKey) -> Result<()> {
        let sql = "DELETE FROM recovery_code WHERE account_id = $1";
        self.execute(sql, values![account]).await?;
        Ok(())
    }
}
