//! 案件：建立与记录只做一次、版本旧了、被挡下与确认、遮盖与查看、翻页。

use std::collections::BTreeSet;

use mingjing_testkit::database::Database;
use mingjing_testkit::on_both_engines;
use serde_json::json;

use crate::world::{PLANTED, Who, World};

on_both_engines! {
    what_is_sent_twice_is_done_once,
    a_stale_version_changes_nothing,
    personal_data_shows_only_to_whoever_gave_a_reason,
    an_event_is_proved_by_the_log_and_the_page_by_its_cursor,
    linked_cases_are_told_on_both_sides_and_only_to_whoever_sees_them,
    cases_are_exported_as_lines_or_as_a_masked_table,
}

async fn cases_are_exported_as_lines_or_as_a_masked_table(db: Database) {
    let world = World::open(db).await;
    let case = world.new_case(Who::Lead, &world.body, "case-0001").await;
    let export =
        async |body: serde_json::Value| world.post(Who::Head, "/api/v1/exports/cases", &body).await;
    let lines = export(json!({})).await;
    assert_eq!(lines.status, 200, "{}", lines.text);
    assert!(
        lines
            .header("content-type")
            .starts_with("application/x-ndjson")
    );
    let table = export(json!({"format": "csv"})).await;
    assert_eq!(table.header("content-type"), "text/csv; charset=utf-8");
    assert!(
        table.text.starts_with("\u{feff}案件,案号"),
        "{}",
        table.text
    );
    assert!(table.text.contains(&case), "{}", table.text);
    let book = export(json!({"format": "xlsx"})).await;
    assert!(book.header("content-type").ends_with("spreadsheetml.sheet"));
    assert!(book.text.starts_with("PK"), "{}", book.status);
    // A table has no names that a reason could uncover.
    let revealing = export(json!({"format": "csv", "reveal": "专项监督"})).await;
    assert_eq!(revealing.status, 422, "{}", revealing.text);
    let odd = export(json!({"format": "pdf"})).await;
    assert_eq!(odd.status, 422, "{}", odd.text);
}

async fn what_is_sent_twice_is_done_once(db: Database) {
    let world = World::open(db).await;
    let wanted = json!({"procedure": "ordinary_penalty", "body": world.body});
    let once = [("idempotency-key", "case-0001")];
    let first = world
        .post_with(Who::Lead, "/api/v1/cases", &wanted, &once)
        .await;
    assert_eq!(first.status, 201, "{}", first.text);
    assert_eq!(first.header("idempotency-replayed"), "");
    let id = first.json["case"]["id"].as_str().unwrap();
    assert_eq!(first.header("location"), format!("/api/v1/cases/{id}"));
    let again = world
        .post_with(Who::Lead, "/api/v1/cases", &wanted, &once)
        .await;
    assert_eq!((again.status, &again.json), (201, &first.json));
    assert_eq!(again.header("idempotency-replayed"), "true");

    let other = json!({"procedure": "ordinary_penalty", "body": world.body, "number": "2号"});
    let reused = world
        .post_with(Who::Lead, "/api/v1/cases", &other, &once)
        .await;
    assert_eq!(
        (reused.status, &reused.json["code"]),
        (409, &"idempotency-key-reused".into())
    );
    let keyless = world.post(Who::Lead, "/api/v1/cases", &wanted).await;
    assert_eq!(keyless.json["code"], "idempotency-key-required");

    // Another case with the same key and body is another request.
    let second = world.new_case(Who::Lead, &world.body, "case-0002").await;
    let recorded = world.record(Who::Lead, id, "event-0001").await;
    assert_eq!(recorded.status, 201, "{}", recorded.text);
    let elsewhere = world.record(Who::Lead, &second, "event-0001").await;
    assert_eq!(elsewhere.json["code"], "idempotency-key-reused");
    let cases = world.get(Who::Lead, "/api/v1/cases").await;
    assert_eq!(cases.json["cases"].as_array().unwrap().len(), 2);
}

async fn a_stale_version_changes_nothing(db: Database) {
    let world = World::open(db).await;
    let case = world.new_case(Who::Lead, &world.body, "case-0001").await;
    let path = format!("/api/v1/cases/{case}/events");
    let event =
        json!({"kind": "clue_registered", "on": "2026-02-02", "fields": {"source": "inspection"}});
    let send = async |key: &str, version: &str| {
        let headers = [("idempotency-key", key), ("if-match", version)];
        world.post_with(Who::Lead, &path, &event, &headers).await
    };
    let before = world
        .get(Who::Lead, &format!("/api/v1/cases/{case}"))
        .await
        .etag();
    let good = send("event-0001", &before).await;
    assert_eq!(good.status, 201, "{}", good.text);
    assert_ne!(good.etag(), before);
    let stale = send("event-0002", &before).await;
    assert_eq!(
        (stale.status, &stale.json["code"]),
        (412, &"stale-version".into())
    );
    let versionless = world
        .post_with(
            Who::Lead,
            &path,
            &event,
            &[("idempotency-key", "event-0003")],
        )
        .await;
    assert_eq!(versionless.status, 428);
    let wrong = json!({"kind": "clue_registered", "on": "2026-02-02", "fields": {"sauce": "x"}, "colour": 1});
    let headers = [
        ("idempotency-key", "event-0004"),
        ("if-match", good.header("etag")),
    ];
    let unknown = world.post_with(Who::Lead, &path, &wrong, &headers).await;
    assert_eq!(unknown.json["errors"][0]["pointer"], "/colour");
    let after = world.get(Who::Lead, &path).await;
    let events = after.json["events"].as_array().unwrap();
    assert_eq!(events.last().unwrap()["kind"], "clue_registered");
    assert_eq!(
        good.json["event"]["seq"].as_u64(),
        Some(events.len() as u64)
    );
}

async fn personal_data_shows_only_to_whoever_gave_a_reason(db: Database) {
    let world = World::open(db).await;
    let case = world.new_case(Who::Lead, &world.body, "case-0001").await;
    for rest in [
        "",
        "/events",
        "/findings",
        "/duties",
        "/next_actions",
        "/log_proofs",
    ] {
        let answer = world
            .get(Who::Lead, &format!("/api/v1/cases/{case}{rest}"))
            .await;
        assert_eq!(answer.status, 200, "{rest}");
        assert!(!answer.text.contains(PLANTED), "{rest}: {}", answer.text);
    }
    let path = format!("/api/v1/cases/{case}/reveal");
    let without = world.post(Who::Lead, &path, &json!({"reason": " "})).await;
    assert_eq!(
        (without.status, &without.json["errors"][0]["pointer"]),
        (422, &"/reason".into())
    );
    let with = world
        .post(Who::Lead, &path, &json!({"reason": "核对送达地址"}))
        .await;
    assert!(with.text.contains(PLANTED), "{}", with.text);
    let audits = world.get(Who::Auditor, "/api/v1/audit_entries").await;
    let told = audits.json["audit_entries"].as_array().unwrap().iter();
    let revealed: Vec<_> = told
        .filter(|entry| entry["action"] == "case.reveal_personal_data")
        .collect();
    assert_eq!(revealed.len(), 1, "{}", audits.text);
    assert_eq!(revealed[0]["resource_id"], case);
    assert_eq!(revealed[0]["detail"]["reason"], "核对送达地址");
}

async fn an_event_is_proved_by_the_log_and_the_page_by_its_cursor(db: Database) {
    let world = World::open(db).await;
    let mut made = BTreeSet::new();
    for n in 0..5 {
        made.insert(
            world
                .new_case(Who::Lead, &world.body, &format!("case-000{n}"))
                .await,
        );
    }
    world.integrate().await;
    let mut seen = Vec::new();
    let mut path = "/api/v1/cases?limit=2".to_owned();
    loop {
        let page = world.get(Who::Lead, &path).await;
        let cases = page.json["cases"].as_array().unwrap();
        seen.extend(
            cases
                .iter()
                .map(|case| case["id"].as_str().unwrap().to_owned()),
        );
        let Some(next) = page.json["meta"]["next"].as_str() else {
            break;
        };
        path = format!("/api/v1/cases?limit=2&cursor={next}");
        let other = format!("/api/v1/cases?limit=2&sort=filed_on&cursor={next}");
        assert_eq!(world.get(Who::Lead, &other).await.status, 422);
    }
    assert_eq!(seen.len(), 5);
    assert_eq!(seen.iter().cloned().collect::<BTreeSet<_>>(), made);

    let path = format!("/api/v1/cases/{}/log_proofs", seen[0]);
    let proofs = world.get(Who::Lead, &path).await;
    let proof = &proofs.json["log_proofs"][0]["proof"];
    let index = proof["log_index"].as_u64().unwrap();
    let entry = world
        .get(Who::Lead, &format!("/api/v1/log/entries/{index}"))
        .await;
    assert_eq!(entry.json["log_entry"]["leaf"], proof["leaf"]);
    let alone = world
        .get(
            Who::Lead,
            &format!("/api/v1/log/proofs/inclusion?index={index}"),
        )
        .await;
    assert_eq!(&alone.json["proof"], proof);
    let checkpoint = world.get(Who::Lead, "/api/v1/log/checkpoint").await;
    assert_eq!(&checkpoint.json["checkpoint"], &proof["checkpoint"]);
    let size = proof["checkpoint"]["size"].as_u64().unwrap();
    let consistency = format!("/api/v1/log/proofs/consistency?from=1&to={size}");
    assert_eq!(world.get(Who::Lead, &consistency).await.status, 200);
    let beyond = format!("/api/v1/log/proofs/consistency?from=1&to={}", size + 1);
    assert_eq!(world.get(Who::Lead, &beyond).await.status, 422);
    assert_eq!(
        world.get(Who::Lead, "/api/v1/log/tiles/0/0").await.status,
        200
    );
    assert_eq!(
        world.get(Who::Lead, "/api/v1/log/tiles/9/9").await.status,
        404
    );
}

async fn linked_cases_are_told_on_both_sides_and_only_to_whoever_sees_them(db: Database) {
    let world = World::open(db).await;
    let one = world.new_case(Who::Lead, &world.body, "case-0001").await;
    let other = world.new_case(Who::Deputy, &world.body, "case-0002").await;
    let link = async |to: &str, is_ended: bool, key: &str| {
        let path = format!("/api/v1/cases/{one}");
        let version = world.get(Who::Lead, &path).await.etag();
        let headers = [("idempotency-key", key), ("if-match", &version)];
        let fields = json!({"to": to, "link": "originates_from", "is_ended": is_ended});
        let event = json!({"kind": "link", "on": "2026-02-02", "fields": fields});
        let path = format!("/api/v1/cases/{one}/events");
        world.post_with(Who::Lead, &path, &event, &headers).await
    };
    let by_number = link("甲市监案〔2026〕2号", false, "link-0001").await;
    assert_eq!(by_number.status, 422, "{}", by_number.text);
    assert_eq!(by_number.json["errors"][0]["pointer"], "/fields/to");
    let made = link(&other, false, "link-0002").await;
    assert_eq!(made.status, 201, "{}", made.text);

    let links = async |who: Who, case: &str| {
        let answer = world.get(who, &format!("/api/v1/cases/{case}/links")).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json["links"].as_array().unwrap().clone()
    };
    let out = links(Who::Head, &one).await;
    assert_eq!(out.len(), 1, "{out:?}");
    assert_eq!(out[0]["link"]["name"], "由其引起");
    assert_eq!(
        (&out[0]["case"]["id"], &out[0]["is_incoming"]),
        (&json!(other), &json!(false))
    );
    let into = links(Who::Head, &other).await;
    assert_eq!(
        (&into[0]["case"]["id"], &into[0]["is_incoming"]),
        (&json!(one), &json!(true))
    );
    // Each sees the other case only if it is his as well.
    assert_eq!(links(Who::Lead, &one).await[0]["case"], json!(null));
    assert_eq!(
        links(Who::Deputy, &other).await,
        Vec::<serde_json::Value>::new()
    );

    let ended = link(&other, true, "link-0003").await;
    assert_eq!(ended.status, 201, "{}", ended.text);
    assert_eq!(links(Who::Head, &one).await.len(), 0);
    assert_eq!(links(Who::Head, &other).await.len(), 0);
}
