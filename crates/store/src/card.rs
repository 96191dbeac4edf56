//! 执法证件：一证一行或几行，状态按日期分段；读取在 `registry_facts`。

use mingjing_kernel::date::Date;
use mingjing_policy::grant::Term;

use crate::code::{read_json, write_json};
use crate::error::Result;
use crate::officer::{OfficerKey, term};
use crate::query::Query;
use crate::row::row;
use crate::sql::{Rows, column, values};
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
        officer_id: String,
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
            "SELECT officer_id, number, from_on, to_on, state, facts FROM card WHERE officer_id = $1 ORDER BY number, from_on",
            values![officer],
        );
        rows.await?.into_iter().map(card).collect()
    }

    /// 几位人员在这一天的证件，按证号。
    pub async fn list_cards_on(
        &self,
        officers: &[OfficerKey],
        on: Date,
    ) -> Result<Vec<(OfficerKey, CardRow)>> {
        if officers.is_empty() {
            return Ok(Vec::new());
        }
        let mut query =
            Query::new("SELECT officer_id, number, from_on, to_on, state, facts FROM card");
        query.push(
            " WHERE from_on <= ? AND (to_on IS NULL OR to_on > ?)",
            values![on, on],
        );
        let texts: Vec<String> = officers.iter().map(ToString::to_string).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        query.and_any("officer_id", &texts);
        query.push(" ORDER BY number", Vec::new());
        let (sql, values) = query.into_parts();
        let rows = self.rows::<Row>(&sql, values).await?;
        let read = |row: Row| Ok((column::id(&row.officer_id)?, card(row)?));
        rows.into_iter().map(read).collect()
    }
}

fn card(row: Row) -> Result<CardRow> {
    Ok(CardRow {
        term: term(row.from_on, row.to_on)?,
        facts: read_json(&row.facts, "证件的事实")?,
        number: row.number,
        state: row.state,
    })
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
