//! 一次追加的工夫：从会话到提交，几条语句、几个来回。数目钉在这里：多了一条，要么有理由，要么是退步。

use mingjing_store::meter::Work;
use mingjing_testkit::database::Database;
use mingjing_testkit::on_both_engines;
use serde_json::json;

use crate::world::{Who, World};

on_both_engines! {
    an_append_is_a_few_journeys,
}

/// Statements of one append at most: the session with its account and grants, then the command.
const STATEMENTS_MAX: u64 = 36;
/// Journeys of the same on PostgreSQL at most. The session: session and account; grants and the like; bodies that open
/// their cases. The command: whether it is permitted; timeline and earlier answer under the lock; what is registered;
/// the event, for its position; what is derived so far; all that is written, with the commit. One for an officer's own
/// facts, where people are named.
const JOURNEYS_MAX: u64 = 10;

async fn an_append_is_a_few_journeys(db: Database) {
    let world = World::open(db).await;
    let case = world.new_case(Who::Lead, &world.body, "case-0001").await;
    // The first one finds nothing prepared and gives the case its first duties.
    for number in 1..=2 {
        let key = format!("event-{number:04}");
        let recorded = world.record(Who::Lead, &case, &key).await;
        assert_eq!(recorded.status, 201, "{}", recorded.text);
    }
    let path = format!("/api/v1/cases/{case}");
    let version = world.get(Who::Lead, &path).await.etag();
    let headers = [
        ("idempotency-key", "event-0003"),
        ("if-match", version.as_str()),
    ];
    let event = json!({"kind": "clue_registered", "on": "2026-02-02",
        "fields": {"source": "inspection", "real_name_informant": false}});
    let path = format!("{path}/events");
    let before = world.db.store.work();
    let recorded = world.post_with(Who::Lead, &path, &event, &headers).await;
    assert_eq!(recorded.status, 201, "{}", recorded.text);
    let after = world.db.store.work();
    let done = Work {
        statements: after.statements - before.statements,
        journeys: after.journeys - before.journeys,
    };
    let journeys_max = if world.db.is_sqlite() {
        0
    } else {
        JOURNEYS_MAX
    };
    assert!(done.statements <= STATEMENTS_MAX, "{done:?}");
    assert!(done.journeys <= journeys_max, "{done:?}");
}
