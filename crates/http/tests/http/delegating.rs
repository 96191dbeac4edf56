//! 委托：受托的人代为审核，自己承办的案件除外（承办、审核、决定由不同的人）。

use mingjing_testkit::database::Database;
use mingjing_testkit::on_both_engines;
use serde_json::json;

use crate::world::{Answer, Who, World};

on_both_engines! {
    whoever_handles_a_case_does_not_review_it_for_another_either,
}

async fn whoever_handles_a_case_does_not_review_it_for_another_either(db: Database) {
    let world = World::open(db).await;
    let own = world.new_case(Who::Lead, &world.body, "case-own").await;
    let other = world.new_case(Who::Lead, &world.body, "case-other").await;
    // Standing in for the lead officer, he handles one of the two.
    let lead = delegate(&world, Who::Lead, "lead_officer").await;
    let recorded = world.record(Who::Deputy, &own, "handled-1").await;
    assert_eq!(recorded.status, 201, "{}", recorded.text);
    let path = format!("/api/v1/delegations/{lead}/end");
    let ended = world.post(Who::Lead, &path, &json!({})).await;
    assert_eq!(ended.status, 204, "{}", ended.text);
    let before = review(&world, Who::Deputy, &own, "before").await;
    assert_eq!(before.status, 403, "{}", before.text);

    delegate(&world, Who::Reviewer, "legal_reviewer").await;
    let refused = review(&world, Who::Deputy, &own, "own").await;
    assert_eq!(refused.status, 403, "{}", refused.text);
    // Of another's case the law objects to a review that comes too early, but not to him.
    let early = review(&world, Who::Deputy, &other, "other").await;
    assert_eq!(early.status, 409, "{}", early.text);
}

/// Gives Deputy a role for a week; the delegation.
async fn delegate(world: &World, from: Who, role: &str) -> String {
    let delegation = json!({"to": "deputy", "roles": [role], "org": world.body_path,
        "from_on": "2026-03-02", "to_on": "2026-03-09", "reason": "外出培训"});
    let given = world.post(from, "/api/v1/delegations", &delegation).await;
    assert_eq!(given.status, 201, "{}", given.text);
    given.json["delegation"]["id"].as_str().unwrap().to_owned()
}

async fn review(world: &World, who: Who, case: &str, key: &str) -> Answer {
    let path = format!("/api/v1/cases/{case}");
    let version = world.get(Who::Lead, &path).await.etag();
    let key = format!("review-{key}");
    let headers = [
        ("idempotency-key", key.as_str()),
        ("if-match", version.as_str()),
    ];
    let event = json!({"kind": "review_done", "on": "2026-03-02", "fields": {"kind": "legal", "written": true}});
    let path = format!("{path}/events");
    world.post_with(who, &path, &event, &headers).await
}
