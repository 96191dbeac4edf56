//! 公示经接口：拟、批、公布，公众不登录看得到、核对得了，撤下之后没有。

use axum::body::Body;
use axum::http::Request;
use mingjing_testkit::database::{Database, signing_key};
use mingjing_testkit::on_both_engines;
use mingjing_verify::bundle::verify_bundle;
use mingjing_verify::key::TrustedKey;
use serde_json::{Value, json};

use crate::scene::Scene;
use crate::world::{Answer, Who, World};

on_both_engines! {
    what_is_published_is_seen_and_verified_by_anybody_and_gone_when_withdrawn,
    a_double_submission_publishes_once_and_a_stale_version_does_not,
}

const COMPANY: &str = "甲商贸有限公司";

impl Scene {
    /// 一份导入而来的、可以公示的决定：案件与决定事件。
    pub(crate) async fn publishable(&self, number: &str) -> (String, String) {
        let fields = json!({"outcome": "penalty", "doc_no": "甲市监罚〔2026〕1号", "party_name": COMPANY,
            "party_code": "91410100MA0000000T", "cause": "违法有奖销售", "kinds": ["fine"], "fine": 100_000});
        let line = json!({"case": number, "procedure": "ordinary_penalty",
        "body": {"name": "甲局"}, "party": {"kind": "legal", "name": COMPANY},
        "coverage": "closed", "events": [
            {"kind": "case_filed", "on": "2026-02-02", "fields": {"party_name": COMPANY}},
            {"kind": "decided", "on": "2026-03-01", "decision": "d1", "fields": fields},
        ]});
        self.bring_in(number, &line).await;
        let world = &self.world;
        let found = world
            .get(Who::Head, &format!("/api/v1/cases?q={number}"))
            .await;
        let case = found.json["cases"][0]["id"].as_str();
        let case = case.unwrap_or_else(|| panic!("{}", found.text)).to_owned();
        let events = world
            .get(Who::Head, &format!("/api/v1/cases/{case}/events"))
            .await;
        let events = events.json["events"].as_array().unwrap().iter();
        let decided = events.clone().find(|event| event["kind"] == "decided");
        let decided = decided.unwrap_or_else(|| panic!("{:?}", events.collect::<Vec<_>>()));
        (case, decided["id"].as_str().unwrap().to_owned())
    }

    pub(crate) async fn case_version(&self, case: &str) -> String {
        let path = format!("/api/v1/cases/{case}");
        self.world.get(Who::Head, &path).await.etag()
    }

    /// 拟好的一份：公示稿与案件。
    pub(crate) async fn prepared(&self, number: &str) -> (String, String) {
        let (case, decision) = self.publishable(number).await;
        let version = self.case_version(&case).await;
        let body = json!({"case": case, "decision": decision});
        let headers = [("idempotency-key", number), ("if-match", version.as_str())];
        let made = self
            .world
            .post_with(Who::Clerk, "/api/v1/disclosures", &body, &headers)
            .await;
        assert_eq!(made.status, 201, "{}", made.text);
        (
            made.json["disclosure"]["id"].as_str().unwrap().to_owned(),
            case,
        )
    }

    /// 批准了的一份：公示稿与案件。
    pub(crate) async fn approved(&self, number: &str) -> (String, String) {
        let (id, case) = self.prepared(number).await;
        let path = format!("/api/v1/disclosures/{id}/approve");
        let done = self.world.post(Who::Head, &path, &Value::Null).await;
        assert_eq!(done.status, 200, "{}", done.text);
        (id, case)
    }

    async fn publish(&self, id: &str, key: &str, version: &str) -> Answer {
        let path = format!("/api/v1/disclosures/{id}/publish");
        let headers = [("idempotency-key", key), ("if-match", version)];
        self.world
            .post_with(Who::Clerk, &path, &json!({}), &headers)
            .await
    }

    /// 公布了的一条：公开记录与案件。
    pub(crate) async fn published(&self, number: &str) -> (String, String) {
        let (id, case) = self.approved(number).await;
        let version = self.case_version(&case).await;
        let key = format!("{number}-publish");
        let made = self.publish(&id, &key, &version).await;
        assert_eq!(made.status, 201, "{}", made.text);
        (
            made.json["public_record"]["id"]
                .as_str()
                .unwrap()
                .to_owned(),
            case,
        )
    }
}

/// Somebody who has not signed in.
async fn anybody(world: &World, path: &str) -> Answer {
    world
        .ask(Request::get(path).body(Body::empty()).unwrap())
        .await
}

/// Somebody of elsewhere may have proved what was published, and learns of nothing else in the case.
async fn only_what_is_published_is_proved_elsewhere(world: &World, case: &str) {
    let proofs_of = async |who: Who| {
        let proofs = world
            .get(who, &format!("/api/v1/cases/{case}/log_proofs"))
            .await;
        assert_eq!(proofs.status, 200, "{}", proofs.text);
        proofs.json["log_proofs"].as_array().unwrap().clone()
    };
    let (own, far) = (proofs_of(Who::Head).await, proofs_of(Who::Stranger).await);
    assert!(own.len() > 1 && far.len() == 1, "{own:?} {far:?}");
    let is_seen = |proof: &Value| far.iter().any(|it| it["seq"] == proof["seq"]);
    for proof in &own {
        let index = &proof["proof"]["log_index"];
        let entry = world
            .get(Who::Stranger, &format!("/api/v1/log/entries/{index}"))
            .await;
        let expected = if is_seen(proof) { 200 } else { 404 };
        assert_eq!(entry.status, expected, "{}", entry.text);
    }
}

async fn what_is_published_is_seen_and_verified_by_anybody_and_gone_when_withdrawn(db: Database) {
    let scene = Scene::set(db).await;
    let world = &scene.world;
    let (record, case) = scene.published("pub-case-1").await;
    let path = format!("/api/v1/public_records/{record}");
    let early = anybody(world, &path).await;
    assert_eq!(early.status, 200, "{}", early.text);
    assert_eq!(early.json["public_record"]["proof"], Value::Null);
    world.integrate().await;
    let seen = anybody(world, &path).await;
    let shown = &seen.json["public_record"];
    assert!(shown["proof"]["log_index"].is_u64(), "{}", seen.text);
    assert_eq!(shown["content"]["format"], "mingjing-public-record/1");
    assert!(
        !seen.text.contains(&case),
        "a citizen learns no id of the case"
    );
    for query in [
        "",
        "?q=%E6%9C%89%E5%A5%96",
        "?region=4101&department=market_regulation",
    ] {
        let listed = anybody(world, &format!("/api/v1/public_records{query}")).await;
        assert_eq!(
            listed.json["public_records"][0]["id"],
            record.as_str(),
            "{}",
            listed.text
        );
    }
    let none = anybody(world, "/api/v1/public_records?region=4102").await;
    assert_eq!(none.json["public_records"], json!([]), "{}", none.text);
    let file = anybody(world, &format!("{path}/file")).await;
    let pem = signing_key().verifying_key().to_pem().unwrap();
    let trusted = [TrustedKey::from_pem("test.node", &pem).unwrap()];
    let report = verify_bundle(file.text.as_bytes(), &trusted);
    assert!(report.is_accepted(), "{report}");
    let forged = file.text.replace("1,000.00", "9,000.00");
    assert!(forged != file.text && !verify_bundle(forged.as_bytes(), &trusted).is_accepted());

    only_what_is_published_is_proved_elsewhere(world, &case).await;

    let version = scene.case_version(&case).await;
    let body = json!({"ground": "forbidden", "reason": "涉及商业秘密"});
    let headers = [
        ("idempotency-key", "withdraw-1"),
        ("if-match", version.as_str()),
    ];
    let done = world
        .post_with(Who::Head, &format!("{path}/withdraw"), &body, &headers)
        .await;
    assert_eq!(done.status, 200, "{}", done.text);
    for path in [path.clone(), format!("{path}/file")] {
        let gone = anybody(world, &path).await;
        assert_eq!(
            (gone.status, &gone.json["code"]),
            (404, &json!("not-found"))
        );
    }
    let listed = anybody(world, "/api/v1/public_records").await;
    assert_eq!(listed.json["public_records"], json!([]));
}

async fn a_double_submission_publishes_once_and_a_stale_version_does_not(db: Database) {
    let scene = Scene::set(db).await;
    let (id, case) = scene.approved("pub-case-2").await;
    let version = scene.case_version(&case).await;
    let stale = scene.publish(&id, "publish-0", "\"1\"").await;
    assert_eq!(
        (stale.status, &stale.json["code"]),
        (412, &json!("stale-version"))
    );
    let first = scene.publish(&id, "publish-1", &version).await;
    let again = scene.publish(&id, "publish-1", &version).await;
    assert_eq!((first.status, again.status), (201, 201), "{}", again.text);
    assert_eq!(first.json, again.json);
    assert_eq!(again.header("idempotency-replayed"), "true");
    let listed = anybody(&scene.world, "/api/v1/public_records").await;
    assert_eq!(
        listed.json["public_records"].as_array().map(Vec::len),
        Some(1)
    );
}
