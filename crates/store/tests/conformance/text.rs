//! 文字、日期、金额的次序与相加：两种数据库相同。

use mingjing_testkit::database::Database;
use mingjing_testkit::on_both_engines;

on_both_engines! {
    text_is_ordered_and_compared_byte_by_byte,
    days_and_instants_are_ordered_as_numbers_before_the_epoch_too,
    money_is_summed_without_a_fraction,
    instants_keep_their_microseconds,
}

async fn names(db: &Database, sql: &str) -> Vec<String> {
    db.raw_texts(sql).await.unwrap()
}

/// A table of ours with a text key and room for a number.
async fn insert(db: &Database, names: &[&str]) {
    for (number, name) in names.iter().enumerate() {
        let sql = format!(
            "INSERT INTO lease (name, holder, fence, expires_at) VALUES ('{name}', '', {number}, 0)"
        );
        db.raw_execute(&sql).await.unwrap();
    }
}

async fn text_is_ordered_and_compared_byte_by_byte(db: Database) {
    insert(
        &db,
        &[
            "b", "B", "a", "A", "_", "中", "啊", "é", "z", "10", "9", "a b", "ab",
        ],
    )
    .await;
    let sorted = names(&db, "SELECT name FROM lease ORDER BY name").await;
    let mut expected = sorted.clone();
    expected.sort_by(|a, b| a.as_bytes().cmp(b.as_bytes()));
    assert_eq!(sorted, expected);
    assert_eq!(
        names(&db, "SELECT name FROM lease WHERE name = 'A'").await,
        ["A"]
    );
    let upper = names(
        &db,
        "SELECT name FROM lease WHERE name >= 'A' AND name < 'a' ORDER BY name",
    );
    assert_eq!(upper.await, ["A", "B", "_"]);
}

async fn days_and_instants_are_ordered_as_numbers_before_the_epoch_too(db: Database) {
    for (timeline, day) in [("a", -25_567), ("b", -1), ("c", 0), ("d", 20_000)] {
        let sql =
            format!("INSERT INTO next_look (timeline_id, on_day) VALUES ('{timeline}', {day})");
        db.raw_execute(&sql).await.unwrap();
    }
    let sorted = names(
        &db,
        "SELECT timeline_id FROM next_look ORDER BY on_day DESC",
    )
    .await;
    assert_eq!(sorted, ["d", "c", "b", "a"]);
}

async fn money_is_summed_without_a_fraction(db: Database) {
    let fens = [9_007_199_254_740_993_i64, 1, 1, -3];
    for (number, fen) in fens.iter().enumerate() {
        let sql = format!(
            "INSERT INTO case_row (timeline_id, org_path, fine_fen, worst_rank, event_count, violation_count, \
             doubt_count, near_count, undetermined_count, open_duty_count, version) \
             VALUES ('t{number}', '/', {fen}, 0, 0, 0, 0, 0, 0, 0, 0)"
        );
        db.raw_execute(&sql).await.unwrap();
    }
    let sum = db
        .raw_number("SELECT CAST(SUM(fine_fen) AS BIGINT) FROM case_row")
        .await;
    assert_eq!(sum.unwrap(), fens.iter().sum::<i64>());
}

async fn instants_keep_their_microseconds(db: Database) {
    let sql =
        "INSERT INTO lease (name, holder, fence, expires_at) VALUES ('x', '', 0, 1772413200123457)";
    db.raw_execute(sql).await.unwrap();
    let kept = db
        .raw_number("SELECT expires_at FROM lease WHERE name = 'x'")
        .await;
    assert_eq!(kept.unwrap(), 1_772_413_200_123_457);
}
