//! 结构：两种数据库的意思相同，各有一份提交的快照（`UPDATE_EXPECT=1` 重写，差异要看过）。

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::PathBuf;

use mingjing_store::derived::{
    BY_CONTENT, DERIVED, OF_PUBLIC_RECORDS, OVER_CASES, RECORDED, WORKING,
};
use mingjing_testkit::database::Database;
use mingjing_testkit::on_both_engines;

on_both_engines! {
    the_schema_is_the_committed_one_and_means_the_same_on_both,
    unique_indexes_are_named_after_their_columns,
    every_table_is_said_to_be_derived_recorded_or_working,
}

/// Table → column → what it holds; index → what it says.
#[derive(Debug, PartialEq, Eq)]
struct Meaning {
    columns: BTreeMap<String, BTreeMap<String, String>>,
    indexes: BTreeMap<String, String>,
}

async fn rows(db: &Database, sql: &str) -> Vec<Vec<String>> {
    let rows = db.raw().await.unwrap().rows(sql).await.unwrap();
    let texts = |row: Vec<Option<String>>| row.into_iter().map(Option::unwrap_or_default);
    rows.into_iter().map(|row| texts(row).collect()).collect()
}

async fn meaning(db: &Database) -> Meaning {
    let columns = if db.is_sqlite() {
        "SELECT m.name, c.name, c.type, CASE WHEN c.\"notnull\" = 1 OR c.pk > 0 THEN 'NO' ELSE 'YES' END, '' \
         FROM sqlite_schema m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%'"
    } else {
        "SELECT table_name::text, column_name::text, data_type::text, is_nullable::text, coalesce(collation_name::text, '') \
         FROM information_schema.columns WHERE table_schema = 'public'"
    };
    let indexes = if db.is_sqlite() {
        "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL"
    } else {
        "SELECT indexname::text, indexdef FROM pg_indexes WHERE schemaname = 'public' AND indexname NOT LIKE '%_pkey'"
    };
    let mut meaning = Meaning {
        columns: BTreeMap::new(),
        indexes: BTreeMap::new(),
    };
    for row in rows(db, columns).await {
        let holds = match row[2].as_str() {
            // Days are 32 bits and the rest 64 on PostgreSQL, flags have a type of their own: SQLite has one integer.
            "INTEGER" | "integer" | "bigint" | "boolean" => "integer",
            "TEXT" | "text" => "text",
            "BLOB" | "bytea" => "bytes",
            other => panic!("{}.{}: {other}", row[0], row[1]),
        };
        if row[2] == "text" {
            assert_eq!(
                row[4], "C",
                "{}.{} is not ordered byte by byte",
                row[0], row[1]
            );
        }
        let null = if row[3] == "NO" { " NOT NULL" } else { "" };
        let table = meaning.columns.entry(row[0].clone()).or_default();
        table.insert(row[1].clone(), format!("{holds}{null}"));
    }
    for row in rows(db, indexes).await {
        meaning.indexes.insert(row[0].clone(), plain(&row[1]));
    }
    meaning
}

/// An index as both engines would write it.
fn plain(sql: &str) -> String {
    let sql = sql
        .replace(" USING btree", "")
        .replace("public.", "")
        .replace('"', "")
        .replace("::text", "");
    let (head, condition) = sql.split_once(" WHERE ").unwrap_or((&sql, ""));
    let condition: String = condition.chars().filter(|c| !"()".contains(*c)).collect();
    format!("{head} {condition}").trim().to_owned()
}

async fn the_schema_is_the_committed_one_and_means_the_same_on_both(db: Database) {
    let meaning = meaning(&db).await;
    let mut text = String::new();
    for (table, columns) in &meaning.columns {
        writeln!(text, "{table}").unwrap();
        for (column, holds) in columns {
            writeln!(text, "    {column} {holds}").unwrap();
        }
    }
    for (name, says) in &meaning.indexes {
        writeln!(text, "{name}: {says}").unwrap();
    }
    // One file for both: that they mean the same is that they are both it.
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/conformance/schema.txt");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        text == expected,
        "结构与 {} 不符，实为：\n{text}",
        path.display()
    );
}

async fn unique_indexes_are_named_after_their_columns(db: Database) {
    // SQLite tells a violated index by its columns only; `Duplicate` carries the name made of them.
    let mut seen = BTreeSet::new();
    for (name, says) in meaning(&db).await.indexes {
        let Some(rest) = says.strip_prefix("CREATE UNIQUE INDEX ") else {
            continue;
        };
        let (head, columns) = rest.split_once(" (").unwrap();
        let table = head.rsplit(' ').next().unwrap();
        let columns = columns.split(')').next().unwrap().replace(", ", "_");
        assert_eq!(name, format!("{table}_{columns}_key"));
        seen.insert(name);
    }
    assert!(seen.contains("event_timeline_id_seq_key"), "{seen:?}");
}

async fn every_table_is_said_to_be_derived_recorded_or_working(db: Database) {
    let there: Vec<String> = meaning(&db).await.columns.into_keys().collect();
    let derived = DERIVED.iter().map(|table| table.name);
    let mut said: Vec<&str> = derived
        .chain(OF_PUBLIC_RECORDS)
        .chain(RECORDED)
        .chain(BY_CONTENT)
        .chain(OVER_CASES)
        .chain(WORKING)
        .collect();
    said.sort_unstable();
    // A new derived table must be listed there, and then `rebuild --verify` must find what is planted in it.
    assert_eq!(there, said, "mingjing_store::derived");
}
