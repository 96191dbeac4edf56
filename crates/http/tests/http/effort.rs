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
/// facts, where people are named. And one that sets out before or after the answer to another has been read: as the
/// answers come.
const JOURNEYS_MAX: u64 = 11;

async fn an_append_is_a_few_journeys(db: Database) {
    let world = World::open(db).await;
    let case = world.new_case(Who::Lead, &world.body, "case-0001").await;
    // The first one finds nothing prepared and gives the case its first duties.
    for number in 1..=2 {
        let key = format!("event-{number:04}");
        let recorded = world.record(Who::Lead, &case, &key).await;
        assert_eq!(recorded.status, 201, "{}", recorded.text);
    }
    // Answers that come while the thread is kept from asking on make one journey two: the least of several is the
    // work itself.
    let mut done = append(&world, &case, 3).await;
    for number in 4..=6 {
        let again = append(&world, &case, number).await;
        done.statements = done.statements.min(again.statements);
        done.journeys = done.journeys.min(again.journeys);
    }
    let journeys_max = if world.db.is_sqlite() {
        0
    } else {
        JOURNEYS_MAX
    };
    assert!(done.statements <= STATEMENTS_MAX, "{done:?}");
    assert!(done.journeys <= journeys_max, "{done:?}");
}

/// What one more append of the case takes.
async fn append(world: &World, case: &str, number: u32) -> Work {
    let path = format!("/api/v1/cases/{case}");
    let version = world.get(Who::Lead, &path).await.etag();
    let key = format!("event-{number:04}");
    let headers = [
        ("idempotency-key", key.as_str()),
        ("if-match", version.as_str()),
    ];
    let event = json!({"kind": "clue_registered", "on": "2026-02-02",
        "fields": {"source": "inspection", "real_name_informant": false}});
    let before = world.db.store.work();
    let recorded = world
        .post_with(Who::Lead, &format!("{path}/events"), &event, &headers)
        .await;
    assert_eq!(recorded.status, 201, "{}", recorded.text);
    let after = world.db.store.work();
    Work {
        statements: after.statements - before.statements,
        journeys: after.journeys - before.journeys,
    }
}
