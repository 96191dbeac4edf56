//! 在门口拒绝的：正文收不了的、不是文字的、指错了人的、没有依据的；每处说得出在哪里、怎么改。

use axum::body::Body;
use axum::http::Request;
use mingjing_testkit::database::Database;
use mingjing_testkit::on_both_engines;
use serde_json::{Value, json};

use crate::scene::Scene;
use crate::world::{Answer, Who, World, signed, token};

on_both_engines! {
    a_form_has_no_null_characters_as_json_has_none,
    a_body_is_refused_by_its_headers_before_it_is_read,
    a_search_of_punctuation_is_no_search,
    a_case_is_handled_by_somebody_who_can_handle_it,
    what_is_delegated_stays_among_those_who_do_the_same_work,
    a_content_is_erased_for_an_article_that_there_is,
    a_fault_of_a_change_is_told_where_it_stands,
}

fn pointers(answer: &Answer) -> Vec<&str> {
    assert_eq!(answer.status, 422, "{}", answer.text);
    let errors = answer.json["errors"].as_array().unwrap().iter();
    errors.map(|it| it["pointer"].as_str().unwrap()).collect()
}

async fn a_form_has_no_null_characters_as_json_has_none(db: Database) {
    let scene = Scene::set(db).await;
    let form = scene.import_form("甲案9");
    for (from, to, at) in [
        ("甲局台账", "甲局\0台账", "/source"),
        ("filename=\"甲案9", "filename=\"甲\0案9", "/file_name"),
    ] {
        let form = form.replacen(from, to, 1);
        assert!(form.contains('\0'));
        let request = signed(Request::post("/api/v1/imports"), token(Who::Clerk))
            .header("content-type", "multipart/form-data; boundary=xx")
            .body(Body::from(form));
        let refused = scene.world.ask(request.unwrap()).await;
        // A name of a file with such a character may be no form altogether.
        if refused.status != 400 {
            assert_eq!(pointers(&refused), [at]);
        }
    }
}

async fn a_body_is_refused_by_its_headers_before_it_is_read(db: Database) {
    let world = World::open(db).await;
    for (name, value, status, code) in [
        ("content-length", "99999999", 413, "body-too-large"),
        ("content-encoding", "gzip", 415, "unsupported-media-type"),
        (
            "content-type",
            "application/json; charset=gbk",
            415,
            "unsupported-media-type",
        ),
    ] {
        let mut request = signed(Request::post("/api/v1/cases"), token(Who::Lead));
        if name != "content-type" {
            request = request.header("content-type", "application/json");
        }
        let request = request.header(name, value).body(Body::from("{}"));
        let refused = world.ask(request.unwrap()).await;
        assert_eq!(refused.status, status, "{name}: {}", refused.text);
        assert_eq!(refused.json["code"], code, "{}", refused.text);
    }
    let request = signed(Request::post("/api/v1/cases"), token(Who::Lead))
        .header("content-type", "application/json; charset=\"UTF-8\"")
        .header("content-encoding", "identity")
        .body(Body::from("{}"));
    // Read, and found to lack its key.
    assert_eq!(world.ask(request.unwrap()).await.status, 400);
}

async fn a_search_of_punctuation_is_no_search(db: Database) {
    let world = World::open(db).await;
    let path = |q: &str| format!("/api/v1/public_records?q={q}");
    let found = world.get(Who::Lead, &path("%EF%BC%8C%E3%80%82")).await;
    assert_eq!(pointers(&found), ["query:q"]);
    for q in ["", "%20", "%E6%9C%89%E5%A5%96"] {
        assert_eq!(world.get(Who::Lead, &path(q)).await.status, 200, "{q}");
    }
}

async fn a_case_is_handled_by_somebody_who_can_handle_it(db: Database) {
    let world = World::open(db).await;
    let create = async |who: Who| {
        let wanted = json!({"procedure": "ordinary_penalty", "body": world.body,
            "handlers": [world.account(who)]});
        let key = format!("create-{who:?}");
        let headers = [("idempotency-key", key.as_str())];
        world
            .post_with(Who::Lead, "/api/v1/cases", &wanted, &headers)
            .await
    };
    for who in [Who::System, Who::Auditor, Who::Supervisor] {
        let refused = create(who).await;
        assert_eq!(pointers(&refused), ["/handlers/0"], "{who:?}");
        assert!(refused.text.contains("请指定执法人员"), "{}", refused.text);
    }
    assert_eq!(create(Who::Deputy).await.status, 201);
    // Later on, too.
    let case = world.new_case(Who::Lead, &world.body, "assign-later").await;
    let assign = async |who: Who, key: &str| {
        let path = format!("/api/v1/cases/{case}");
        let version = world.get(Who::Lead, &path).await.etag();
        let event = json!({"kind": "handlers_assigned", "on": "2026-02-02",
            "fields": {"accounts": [world.account(who)]}});
        let headers = [("idempotency-key", key), ("if-match", version.as_str())];
        let path = format!("{path}/events");
        world.post_with(Who::Lead, &path, &event, &headers).await
    };
    let refused = assign(Who::System, "to-system-1").await;
    assert_eq!(pointers(&refused), ["/fields/accounts/0"]);
    let taken = assign(Who::Lead, "to-lead-1").await;
    assert_eq!(taken.status, 201, "{}", taken.text);
    // And when what was recorded is corrected.
    let assigned = taken.json["event"]["id"].clone();
    let correct = async |kind: &str, who: Who, key: &str| {
        let path = format!("/api/v1/cases/{case}");
        let version = world.get(Who::Lead, &path).await.etag();
        let event = json!({"kind": kind, "on": "2026-02-02",
            "fields": {"accounts": [world.account(who)]}});
        let wanted = json!({"corrects": assigned, "event": event, "reason": "指定错了人"});
        let headers = [("idempotency-key", key), ("if-match", version.as_str())];
        let path = format!("{path}/corrections");
        world.post_with(Who::Lead, &path, &wanted, &headers).await
    };
    let refused = correct("handlers_assigned", Who::System, "correct-system-1").await;
    assert_eq!(pointers(&refused), ["/event/fields/accounts/0"]);
    let refused = correct("clue_registered", Who::Lead, "correct-kind-1").await;
    assert_eq!(pointers(&refused), ["/event/kind"]);
    let taken = correct("handlers_assigned", Who::Lead, "correct-lead-1").await;
    assert_eq!(taken.status, 201, "{}", taken.text);
    // Who is handed the case sees it; who hands it over sees it no more.
    let taken = assign(Who::Deputy, "to-deputy-1").await;
    assert_eq!(taken.status, 201, "{}", taken.text);
}

async fn what_is_delegated_stays_among_those_who_do_the_same_work(db: Database) {
    let world = World::open(db).await;
    let give = async |to: Who| {
        let wanted = json!({"to": world.account(to), "roles": ["lead_officer"],
            "org": world.body_path, "from_on": "2026-03-02", "to_on": "2026-03-09", "reason": "出差"});
        world.post(Who::Lead, "/api/v1/delegations", &wanted).await
    };
    // The one is of another body, the other supervises.
    for (to, says) in [(Who::Stranger, "不是本单位的"), (Who::Supervisor, "不")] {
        let refused = give(to).await;
        assert_eq!(pointers(&refused), ["/to"], "{to:?}");
        assert!(refused.text.contains(says), "{}", refused.text);
    }
    assert_eq!(give(Who::Deputy).await.status, 201);
}

async fn a_content_is_erased_for_an_article_that_there_is(db: Database) {
    let scene = Scene::set(db).await;
    let ask = async |basis: &str| {
        let mut wanted = scene.erasure();
        wanted["basis"] = basis.into();
        let headers = [("idempotency-key", basis)];
        scene
            .world
            .post_with(Who::Head, "/api/v1/erasures", &wanted, &headers)
            .await
    };
    for (basis, says) in [
        ("no_such_law/47", "没有代号为"),
        ("personal_information_protection_law", "没有写"),
        ("personal_information_protection_law/999", "没有列出"),
    ] {
        let refused = ask(basis).await;
        assert_eq!(pointers(&refused), ["/basis"], "{basis}");
        assert!(refused.text.contains(says), "{}", refused.text);
    }
    let taken = ask("personal_information_protection_law/47").await;
    assert!((200..300).contains(&taken.status), "{}", taken.text);
}

async fn a_fault_of_a_change_is_told_where_it_stands(db: Database) {
    let world = World::open(db).await;
    let change = async |event: Value| {
        let path = format!("/api/v1/bodies/{}/events", world.body);
        let wanted = json!({"event": event});
        let headers = [("if-match", "\"1\"")];
        world
            .post_with(Who::Registrar, &path, &wanted, &headers)
            .await
    };
    let refused = change(json!({"kind": "item_listed", "on": "2026-02-02"})).await;
    assert_eq!(pointers(&refused), ["/event/kind"]);
    let wrong = json!({"kind": "body_changed", "on": "2026-02-02", "fields": {"colour": "red"}});
    assert_eq!(pointers(&change(wrong).await), ["/event/fields/colour"]);
    // What only the register knows is told in the same place.
    let gone = json!({"kind": "body_changed", "on": "2026-02-02", "fields": {"region": "419999"}});
    assert_eq!(pointers(&change(gone).await), ["/event/fields/region"]);
    let wanted = json!({"events": [{"kind": "item_listed", "on": "2026-02-02"}]});
    let refused = world.post(Who::Registrar, "/api/v1/bodies", &wanted).await;
    assert_eq!(pointers(&refused), ["/events/0/kind"]);
}
