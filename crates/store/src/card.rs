//! 执法证件：一证一行或几行，状态按日期分段；读取在 `registry_facts`。

use mingjing_policy::grant::Term;

use crate::code::{read_json, write_json};
use crate::error::Result;
use crate::officer::{OfficerKey, term};
use crate::row::row;
use crate::sql::{Rows, values};
use crate::tx::{Read, Tx};

/// 一个证件在一段时间里的状态。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardRow {
    /// 证号。
    pub number: String,
    /// 期间。
    pub term: Term,
    /// 状态：法典 `card_state` 的代码。
    pub state: String,
    /// 其余事实，字段名同法典的 `facts/officers`。
    pub facts: serde_json::Value,
}

row! {
    struct Row {
        number: String,
        from_on: i32,
        to_on: Option<i32>,
        state: String,
        facts: String,
    }
}

impl Read {
    /// 一位人员的证件，按证号与先后。
    pub async fn list_cards(&self, officer: OfficerKey) -> Result<Vec<CardRow>> {
        let rows = self.rows::<Row>(
            "SELECT number, from_on, to_on, state, facts FROM card WHERE officer_id = $1 ORDER BY number, from_on",
            values![officer],
        );
        let read = |row: Row| {
            Ok(CardRow {
                term: term(row.from_on, row.to_on)?,
                facts: read_json(&row.facts, "证件的事实")?,
                number: row.number,
                state: row.state,
            })
        };
        rows.await?.into_iter().map(read).collect()
    }
}

impl Tx {
    /// 换成这些行；证号已属于别人的为 [`crate::error::StoreError::Duplicate`]。
    pub async fn put_cards(&self, officer: OfficerKey, rows: &[CardRow]) -> Result<()> {
        self.execute("DELETE FROM card WHERE officer_id = $1", values![officer])
            .await?;
        let mut insert = Rows::new(
            "INSERT INTO card (number, officer_id, from_on, to_on, state, facts) VALUES",
            6,
            "",
        );
        for row in rows {
            insert.push(values![
                &row.number,
                officer,
                row.term.from,
                row.term.to,
                &row.state,
                write_json(&row.facts)?,
            ]);
        }
        self.insert(insert).await?;
        Ok(())
    }

    /// 证号是不是别人的。
    pub async fn is_card_of_other(&self, number: &str, officer: OfficerKey) -> Result<bool> {
        let found = self.scalar::<String>(
            "SELECT number FROM card WHERE number = $1 AND officer_id <> $2 LIMIT 1",
            values![number, officer],
        );
        Ok(found.await?.is_some())
    }
}
