//! 一案里谁担什么职责：由事件推出，范围查询与办、审、定分离据此。

use std::collections::BTreeSet;

use mingjing_kernel::id::{Id, TimelineId, kind};

use crate::error::{Result, StoreError};
use crate::row::row;
use crate::sql::{Rows, column, values};
use crate::tx::{Read, Tx};

/// 一案里的职责。
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CaseDuty {
    /// 承办。
    Handling,
    /// 审核。
    Reviewing,
    /// 决定。
    Deciding,
}

impl CaseDuty {
    const ALL: [CaseDuty; 3] = [CaseDuty::Handling, CaseDuty::Reviewing, CaseDuty::Deciding];

    const fn code(self) -> &'static str {
        match self {
            CaseDuty::Handling => "handling",
            CaseDuty::Reviewing => "reviewing",
            CaseDuty::Deciding => "deciding",
        }
    }
}

/// 职责与账号。
pub type CaseAccounts = BTreeSet<(CaseDuty, Id<kind::Account>)>;

row! {
    struct Row {
        account_id: String,
        duty: String,
    }
}

impl Read {
    /// 一案里的全部职责。
    pub async fn list_case_accounts(&self, id: TimelineId) -> Result<CaseAccounts> {
        let rows = self.rows::<Row>(
            "SELECT account_id, duty FROM case_account WHERE timeline_id = $1",
            values![id],
        );
        let read = |row: Row| {
            let duty = CaseDuty::ALL
                .into_iter()
                .find(|duty| duty.code() == row.duty)
                .ok_or_else(|| StoreError::corrupt(format!("职责“{}”不认识", row.duty)))?;
            Ok((duty, column::id(&row.account_id)?))
        };
        rows.await?.into_iter().map(read).collect()
    }
}

impl Tx {
    /// 换成这些职责。
    pub async fn put_case_accounts(&self, id: TimelineId, accounts: &CaseAccounts) -> Result<()> {
        let stored = self.list_case_accounts(id).await?;
        for (duty, account) in stored.difference(accounts) {
            self.execute_later(
                "DELETE FROM case_account WHERE timeline_id = $1 AND account_id = $2 AND duty = $3",
                values![id, *account, duty.code()],
            )
            .await?;
        }
        let new = accounts.difference(&stored);
        self.insert_case_accounts(new.map(|new| (id, new))).await
    }

    pub(crate) async fn insert_case_accounts(
        &self,
        new: impl IntoIterator<Item = (TimelineId, &(CaseDuty, Id<kind::Account>))>,
    ) -> Result<()> {
        let mut rows = Rows::new(
            "INSERT INTO case_account (timeline_id, account_id, duty) VALUES",
            3,
            "",
        );
        for (id, (duty, account)) in new {
            rows.push(values![id, *account, duty.code()]);
        }
        self.insert_later(rows).await
    }
}
