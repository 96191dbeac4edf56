//! 给页面查名称与挑选用的：角色、事实的声明、公钥、登记簿的查找、适配器与回执；列表里没有只给标识的。

use mingjing_testkit::database::Database;
use mingjing_testkit::on_both_engines;
use serde_json::{Value, json};

use crate::app;
use crate::scene::Scene;
use crate::world::{Who, World};

on_both_engines! {
    roles_are_told_as_the_table_has_them,
    whoever_looks_for_a_name_finds_it,
    the_key_of_the_log_is_for_everybody,
    lists_of_administrators_have_names,
    a_receipt_is_the_same_whenever_asked,
}

fn list<'j>(json: &'j Value, noun: &str) -> &'j [Value] {
    json[noun].as_array().unwrap()
}

/// As a browser writes an address.
fn encoded(path: &str) -> String {
    let byte = |it: u8| match it.is_ascii() {
        true => char::from(it).to_string(),
        false => format!("%{it:02X}"),
    };
    path.bytes().map(byte).collect()
}

async fn roles_are_told_as_the_table_has_them(db: Database) {
    let world = World::open(db).await;
    let told = world.get(Who::Lead, "/api/v1/roles").await.json;
    let roles = list(&told, "roles");
    let of = |code: &str| roles.iter().find(|role| role["code"] == code).unwrap();
    let system = of("system_admin");
    assert_eq!(
        (&system["name"], &system["class"]["name"]),
        (&"系统管理员".into(), &"三员".into())
    );
    let others = list(system, "incompatible_with");
    assert!(others.contains(&"security_admin".into()) && others.contains(&"officer".into()));
    let may = |role: &Value| -> Vec<String> {
        let may = list(role, "may").iter();
        may.map(|it| it["permission"].as_str().unwrap().to_owned())
            .collect()
    };
    assert!(may(system).contains(&"account.create".to_owned()));
    assert!(!may(system).contains(&"account.grant_role".to_owned()));
    assert!(!may(system).iter().any(|it| it.starts_with("case.")));
    // What a session may is what its role may.
    let session = world.get(Who::Lead, "/api/v1/sessions/current").await.json;
    let held = list(&session["session"], "permissions");
    let lead = may(of("lead_officer"));
    assert!(
        lead.iter().all(|it| held.contains(&it.as_str().into())),
        "{lead:?} {held:?}"
    );
    assert!(roles.iter().all(|role| role["code"] != "public"));
    assert!(list(&told, "separation").len() > 2);
}

async fn whoever_looks_for_a_name_finds_it(db: Database) {
    let scene = Scene::set(db).await;
    let count = async |path: &str, noun: &str| {
        let found = scene.world.get(Who::Head, &encoded(path)).await;
        assert_eq!(found.status, 200, "{path}: {}", found.text);
        list(&found.json, noun).len()
    };
    for (path, noun, expected) in [
        ("/api/v1/bodies?q=甲市", "bodies", 1),
        ("/api/v1/bodies?q=没有", "bodies", 0),
        ("/api/v1/organisations?q=4101", "organisations", 1),
        ("/api/v1/organisations?q=101", "organisations", 0),
        ("/api/v1/items?q=处罚", "items", 1),
        ("/api/v1/items?q=甲-", "items", 1),
        ("/api/v1/items?q=-1", "items", 0),
        ("/api/v1/officers?q=诸", "officers", 1),
        ("/api/v1/officers?q=葛", "officers", 0),
    ] {
        assert_eq!(count(path, noun).await, expected, "{path}");
    }
    with_a_card(&scene, "41-0007").await;
    let officers = scene.world.get(Who::Head, "/api/v1/officers?q=41-0007");
    let officers = officers.await.json;
    let cards = list(&list(&officers, "officers")[0], "cards");
    assert_eq!(cards.len(), 1, "{officers}");
    let (number, state) = (&cards[0]["number"], &cards[0]["state"]);
    assert_eq!((number, state), (&json!("41-0007"), &json!("valid")));
    let adapters = scene.world.get(Who::Clerk, "/api/v1/adapters").await.json;
    let case = json!({"code": "case", "name": "案件格式"});
    assert!(list(&adapters, "adapters").contains(&case), "{adapters}");
}

async fn with_a_card(scene: &Scene, number: &str) {
    let mut events = scene.officer_events();
    let more = json!([
        {"kind": "apply", "on": "2021-01-04"},
        {"kind": "train_exam", "on": "2021-01-04", "fields": {"passed": true}},
        {"kind": "cert_issued", "on": "2021-01-04", "fields": {"card_no": number, "valid_until": "2027-01-01"}},
    ]);
    let all = events["events"].as_array_mut().unwrap();
    all.extend(more.as_array().unwrap().iter().cloned());
    let made = scene.world.post(Who::Clerk, "/api/v1/officers", &events);
    let made = made.await;
    assert_eq!(made.status, 201, "{}", made.text);
}

async fn the_key_of_the_log_is_for_everybody(db: Database) {
    let world = World::open(db).await;
    let request = app::request("/api/v1/log/key");
    let answer = world.ask(request).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let key = &answer.json["log_key"];
    let known = mingjing_testkit::database::signing_key().verifying_key();
    assert_eq!(key["fingerprint"], known.fingerprint().unwrap().to_string());
    assert_eq!(key["public_key"], known.to_pem().unwrap());
    assert_eq!(key["handovers"], json!([]));
}

async fn lists_of_administrators_have_names(db: Database) {
    let world = World::open(db).await;
    let deputy = world.account(Who::Deputy);
    let path = format!("/api/v1/accounts/{deputy}/grants");
    let grant = json!({"role": "officer", "org": world.body_path, "from_on": "2026-03-01"});
    let refused = world.post(Who::Security, &path, &grant).await;
    assert_eq!(refused.status, 422, "{}", refused.text);
    assert_eq!(
        refused.json["errors"][0]["pointer"], "/reason",
        "{}",
        refused.text
    );
    let mut grant = grant;
    grant["reason"] = "调入办案".into();
    let given = world.post(Who::Security, &path, &grant).await;
    assert_eq!(given.status, 201, "{}", given.text);
    let grants = world.get(Who::Security, &path).await.json;
    let given = list(&grants, "grants").last().unwrap();
    let told = (&given["org_name"], &given["granted_by_name"]);
    assert_eq!(told, (&"甲市市场监督管理局".into(), &"试用人员".into()));

    let trail = world
        .get(Who::Auditor, "/api/v1/audit_entries?limit=200")
        .await
        .json;
    let entries = list(&trail, "audit_entries");
    let entry = entries
        .iter()
        .find(|it| it["action"] == "account.grant_role")
        .unwrap();
    assert_eq!(entry["detail"]["reason"], "调入办案");
    let told = (
        &entry["account_name"],
        &entry["resource_name"],
        &entry["resource_id_name"],
    );
    assert_eq!(
        told,
        (&"试用人员".into(), &"账号".into(), &"试用人员".into())
    );

    // One's own sessions end without a reason, those of others do not.
    let end = async |who: Who, body: Value| {
        let path = format!("/api/v1/accounts/{deputy}/revoke_sessions");
        world.post(who, &path, &body).await.status
    };
    assert_eq!(end(Who::Security, json!({})).await, 422);
    assert_eq!(end(Who::Security, json!({"reason": " "})).await, 422);
    assert_eq!(end(Who::Deputy, json!({})).await, 204);

    // By the name that one signs in with; nobody has to know identifiers.
    let mut delegation = json!({"to": "deputy", "roles": ["lead_officer"], "org": world.body_path,
        "from_on": "2026-03-02", "to_on": "2026-03-09", "reason": "出差"});
    let given = world
        .post(Who::Lead, "/api/v1/delegations", &delegation)
        .await;
    assert_eq!(given.status, 201, "{}", given.text);
    let own = world.get(Who::Lead, "/api/v1/delegations").await.json;
    assert_eq!(own["given"][0]["to_name"], "试用人员", "{own}");
    delegation["to"] = "nobody.at.all".into();
    let refused = world
        .post(Who::Lead, "/api/v1/delegations", &delegation)
        .await;
    assert_eq!(refused.status, 422, "{}", refused.text);
}

async fn a_receipt_is_the_same_whenever_asked(db: Database) {
    let scene = Scene::set(db).await;
    let path = format!("/api/v1/imports/{}/receipt", scene.import);
    let first = scene.world.get(Who::Clerk, &path).await;
    assert_eq!(first.status, 200, "{}", first.text);
    assert_eq!(first.header("content-type"), "text/csv; charset=utf-8");
    assert!(first.text.contains("甲案1"), "{}", first.text);
    assert_eq!(scene.world.get(Who::Clerk, &path).await.text, first.text);
    let lines = scene
        .world
        .get(Who::Clerk, &format!("{path}?format=json_lines"))
        .await;
    let head: Value = serde_json::from_str(lines.text.lines().next().unwrap()).unwrap();
    assert!(head.is_object(), "{}", lines.text);
}

#[tokio::test]
async fn facts_are_declared_by_scope() {
    let (status, told) = app::get("/api/v1/fact_scopes").await;
    assert_eq!(status, 200);
    let scopes = list(&told, "fact_scopes");
    let of = |name: &str| scopes.iter().find(|scope| scope["scope"] == name).unwrap();
    assert_eq!(of("party")["is_registered"], false);
    assert_eq!(of("body")["is_registered"], true);
    let kind = list(of("party"), "fields")
        .iter()
        .find(|field| field["field"] == "kind");
    assert!(!list(kind.unwrap(), "choices").is_empty());
}

#[tokio::test]
async fn rules_are_found_by_their_mark() {
    let all = app::all_pages("/api/v1/rules?limit=200", "rules").await;
    let marked = |rule: &&Value| {
        list(rule, "marks")
            .iter()
            .any(|it| it["code"] == "convention")
    };
    let expected = all.iter().filter(marked).count();
    let found = app::all_pages("/api/v1/rules?limit=200&mark=convention", "rules").await;
    assert_eq!(found.len(), expected);
    assert!(expected > 0 && expected < all.len());
    assert_eq!(app::get("/api/v1/rules?mark=wrong").await.0, 422);
}
