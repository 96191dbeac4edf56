//! 登记的事实：机关、人员、证件、事项按日期有效的行，供判断取用；写入由登记的用例负责。

use mingjing_kernel::date::Date;

use crate::code::read_json;
use crate::error::Result;
use crate::query::Query;
use crate::row::row;
use crate::sql::column;
use crate::tx::Read;

/// 一段时间里的事实：自首日（含）至止日（不含）。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatedFacts {
    /// 首日。
    pub from: Date,
    /// 止日；没有的一直有效。
    pub until: Option<Date>,
    /// 字段到值的 JSON 对象，字段名同法典的 `facts/`。
    pub facts: serde_json::Value,
}

/// 一段时间里在组织树上的位置。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatedPlace {
    /// 首日。
    pub from: Date,
    /// 止日；没有的一直有效。
    pub until: Option<Date>,
    /// 组织路径。
    pub path: String,
    /// 名称。
    pub name: String,
    /// 领域。
    pub department: Option<String>,
}

/// 一个人的证件在一段时间里的状态与事实。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatedCard {
    /// 证号。
    pub number: String,
    /// 人员。
    pub officer: String,
    /// 状态（法典 `card_state` 的代码）。
    pub state: String,
    /// 期间与其余事实。
    pub span: DatedFacts,
}

row! {
    struct PlaceRow {
        id: String,
        from_on: i32,
        to_on: Option<i32>,
        path: String,
        name: String,
        department: Option<String>,
    }
}

row! {
    struct CardRow {
        number: String,
        officer_id: String,
        state: String,
        from_on: i32,
        to_on: Option<i32>,
        facts: String,
    }
}

row! {
    struct ItemRow {
        code: String,
        id: String,
        from_on: i32,
        to_on: Option<i32>,
        facts: String,
    }
}

row! {
    struct OwnedRow {
        id: String,
        from_on: i32,
        to_on: Option<i32>,
        facts: String,
    }
}

fn span(from: i32, until: Option<i32>, facts: &str) -> Result<DatedFacts> {
    Ok(DatedFacts {
        from: column::date(from)?,
        until: until.map(column::date).transpose()?,
        facts: read_json(facts, "登记的事实")?,
    })
}

impl Read {
    /// 组织树上一个节点的历次位置，先后为序。
    pub async fn list_places(&self, id: &str) -> Result<Vec<DatedPlace>> {
        let places = self.list_places_of(&[id]).await?.into_iter();
        Ok(places.map(|(_, place)| place).collect())
    }

    /// 组织树上这些节点的历次位置，连同节点，各自先后为序。
    pub async fn list_places_of(&self, ids: &[&str]) -> Result<Vec<(String, DatedPlace)>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut query = Query::new(
            "SELECT id, from_on, to_on, path, name, department FROM org_node WHERE 1 = 1",
        );
        query.and_any("id", ids);
        query.push(" ORDER BY id, from_on", Vec::new());
        let (sql, values) = query.into_parts();
        let read = |row: PlaceRow| {
            let place = DatedPlace {
                from: column::date(row.from_on)?,
                until: row.to_on.map(column::date).transpose()?,
                path: row.path,
                name: row.name,
                department: row.department,
            };
            Ok((row.id, place))
        };
        let rows = self.rows::<PlaceRow>(&sql, values).await?.into_iter();
        rows.map(read).collect()
    }

    /// 一个机关的历次事实，先后为序。
    pub async fn list_body_facts(&self, id: &str) -> Result<Vec<DatedFacts>> {
        let spans = self.list_facts_of_bodies(&[id]).await?.into_iter();
        Ok(spans.map(|(_, span)| span).collect())
    }

    /// 这些机关的历次事实，连同机关，各自先后为序。
    pub async fn list_facts_of_bodies(&self, ids: &[&str]) -> Result<Vec<(String, DatedFacts)>> {
        self.list_owned(
            "SELECT id, from_on, to_on, facts FROM body WHERE 1 = 1",
            ids,
        )
        .await
    }

    /// 这些事项（按编码）的历次事实，连同编码与标识，各自先后为序。
    pub async fn list_facts_of_items(
        &self,
        codes: &[&str],
    ) -> Result<Vec<(String, String, DatedFacts)>> {
        if codes.is_empty() {
            return Ok(Vec::new());
        }
        let mut query = Query::new("SELECT code, id, from_on, to_on, facts FROM item WHERE 1 = 1");
        query.and_any("code", codes);
        query.push(" ORDER BY code, from_on, id", Vec::new());
        let (sql, values) = query.into_parts();
        let rows = self.rows::<ItemRow>(&sql, values).await?.into_iter();
        rows.map(|row| {
            let span = span(row.from_on, row.to_on, &row.facts)?;
            Ok((row.code, row.id, span))
        })
        .collect()
    }

    async fn list_owned(&self, select: &str, ids: &[&str]) -> Result<Vec<(String, DatedFacts)>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut query = Query::new(select);
        query.and_any("id", ids);
        query.push(" ORDER BY id, from_on", Vec::new());
        let (sql, values) = query.into_parts();
        let rows = self.rows::<OwnedRow>(&sql, values).await?.into_iter();
        rows.map(|row| Ok((row.id, span(row.from_on, row.to_on, &row.facts)?)))
            .collect()
    }

    /// 这些证号、这些人员的证件，各自先后为序。
    pub async fn list_cards_of(&self, whos: &[&str]) -> Result<Vec<DatedCard>> {
        if whos.is_empty() {
            return Ok(Vec::new());
        }
        let mut query = Query::new(
            "SELECT number, officer_id, state, from_on, to_on, facts FROM card WHERE 1 = 1",
        );
        let marks = vec!["?"; whos.len()].join(", ");
        let condition = format!("(number IN ({marks}) OR officer_id IN ({marks}))");
        let twice = whos.iter().chain(whos);
        query.and(
            &condition,
            twice.map(|who| crate::sql::Param::value(*who)).collect(),
        );
        query.push(" ORDER BY officer_id, number, from_on", Vec::new());
        let (sql, values) = query.into_parts();
        let rows = self.rows::<CardRow>(&sql, values).await?;
        let read = |row: CardRow| {
            Ok(DatedCard {
                span: span(row.from_on, row.to_on, &row.facts)?,
                number: row.number,
                officer: row.officer_id,
                state: row.state,
            })
        };
        rows.into_iter().map(read).collect()
    }

    /// 这些人员的历次事实，连同各人的标识。
    pub async fn list_officer_facts(&self, officers: &[&str]) -> Result<Vec<(String, DatedFacts)>> {
        let select = "SELECT id, from_on, to_on, facts FROM officer WHERE 1 = 1";
        self.list_owned(select, officers).await
    }
}
