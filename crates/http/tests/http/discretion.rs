//! 裁量：列出事项与要问的事实；按说出来的事实算；按一案的事实算，说出符合与否与为什么，不给一个数。

use mingjing_testkit::database::Database;
use mingjing_testkit::on_both_engines;
use serde_json::{Value, json};

use crate::app::{all_pages, get, lawbook};
use crate::scene::Scene;
use crate::world::{PLANTED, Who, World};

on_both_engines! {
    what_is_stated_is_reckoned_and_nothing_is_written,
    a_case_is_reckoned_by_its_own_facts,
}

const RECKON: &str = "/api/v1/discretion_items/food_without_licence/reckon";

fn list<'j>(json: &'j Value, noun: &str) -> &'j [Value] {
    json[noun].as_array().unwrap()
}

fn factor<'j>(reckoning: &'j Value, code: &str) -> &'j Value {
    let mut factors = list(reckoning, "factors").iter();
    factors.find(|it| it["code"] == code).unwrap()
}

#[tokio::test]
async fn every_item_is_listed_with_what_it_asks() {
    let items = all_pages("/api/v1/discretion_items?limit=5", "discretion_items").await;
    assert_eq!(items.len(), lawbook().discretion.len());
    let found = items.iter().find(|it| it["item"] == "food_without_licence");
    let found = found.unwrap();
    assert_eq!(found["departments"][0]["code"], "market_regulation");
    let asks = list(found, "asks");
    assert_eq!(asks[0]["scope"]["code"], "discretion");
    assert_eq!(asks[0]["field"]["field"], "goods_value");
    assert_eq!(asks[0]["field"]["type"], "fen");
    assert_eq!(found["ranges"][1]["written"], "涉案货值的10倍以上20倍以下");
    let (_, of_ecology) = get("/api/v1/discretion_items?department=ecology").await;
    let all = list(&of_ecology, "discretion_items");
    assert!(!all.is_empty() && all.len() < items.len());
    let shared = list(&of_ecology, "shared_asks");
    assert!(shared.iter().any(|it| it["field"]["field"] == "is_minor"));
    let (status, refused) = get("/api/v1/discretion_items?department=nothing").await;
    assert_eq!(
        (status, &refused["errors"][0]["pointer"]),
        (422, &"query:department".into())
    );
}

async fn what_is_stated_is_reckoned_and_nothing_is_written(db: Database) {
    let world = World::open(db).await;
    let ask = async |body: &Value| world.post(Who::Lead, RECKON, body).await;
    let audits = world.audits().await;
    let facts =
        json!({"goods_value": 500_000, "factors": ["removed_harm"], "factors_evidenced": true});
    let done = ask(&json!({"on": "2025-03-03", "facts": {"discretion": facts}})).await;
    assert_eq!(done.status, 200, "{}", done.text);
    let told = &done.json["reckoning"];
    let small = &list(told, "ranges")[0];
    assert_eq!(
        (&small["state"], &small["statutory"]["least_fen"]),
        (&"met".into(), &5_000_000.into())
    );
    assert_eq!(small["proposal"]["text"], "5万元至6.5万元");
    assert_eq!(small["mitigated_below_fen"], 5_000_000);
    assert_eq!(list(told, "ranges")[1]["state"], "not_met");
    let removed = factor(told, "removed_harm");
    assert_eq!(removed["state"], "met", "{removed}");
    assert!(!list(removed, "citations").is_empty(), "{removed}");
    // Nothing is stated of its conditions: what is not said is not known, and never taken for a no.
    assert_eq!(factor(told, "minor_violation")["state"], "unknown");

    let nothing = ask(&json!({"on": "2025-03-03"})).await;
    let missing = list(&nothing.json["reckoning"], "missing");
    assert_eq!(missing[0]["path"], "discretion.goods_value");

    for (body, pointer) in [
        (
            json!({"facts": {"discretion": {"goods_vale": 1}}}),
            "/facts/discretion/goods_vale",
        ),
        (
            json!({"facts": {"discretion": {"goods_value": "五千"}}}),
            "/facts/discretion/goods_value",
        ),
        (
            json!({"facts": {"discretion": {"goods_value": -1}}}),
            "/facts/discretion/goods_value",
        ),
        (json!({"facts": {"discrection": {}}}), "/facts/discrection"),
        (json!({"department": "nothing"}), "/department"),
        (
            json!({"department": "ecology", "on": "2025-03-03"}),
            "/department",
        ),
        (json!({"on": "2021-04-28"}), "/on"),
    ] {
        let refused = ask(&body).await;
        assert_eq!(refused.status, 422, "{body}: {}", refused.text);
        assert_eq!(refused.json["errors"][0]["pointer"], pointer, "{body}");
    }
    let unknown = "/api/v1/discretion_items/nothing/reckon";
    let refused = world.post(Who::Lead, unknown, &json!({})).await;
    assert_eq!(refused.status, 404, "{}", refused.text);
    assert_eq!(world.audits().await, audits);
}

async fn a_case_is_reckoned_by_its_own_facts(db: Database) {
    let scene = Scene::set(db).await;
    let world = &scene.world;
    let line = json!({"case": "甲案77", "procedure": "ordinary_penalty",
        "body": {"name": "甲局", "department": "market_regulation", "region": "410100"},
        "party": {"kind": "natural", "name": PLANTED, "birth_on": "2009-06-01"},
        "facts": {"case": {"act_on": "2025-03-03"}, "discretion": {"goods_value": 500_000}},
        "coverage": "closed", "events": [{"kind": "case_filed", "on": "2025-03-10"}]});
    scene.bring_in("甲案77", &line).await;
    let sql = "SELECT timeline_id FROM case_row WHERE number = '甲案77'";
    let ids = world.db.raw_texts(sql).await.unwrap();
    let path = format!("/api/v1/cases/{}/discretion", ids[0]);
    let answer = world.get(Who::Supervisor, &path).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.json["reckoning"], Value::Null);
    let items = list(&answer.json, "discretion_items");
    assert!(
        items.iter().any(|it| it["code"] == "food_without_licence"),
        "{items:?}"
    );
    assert!(items.iter().all(|it| it["code"] != "sz_outdoor_vending"));

    let answer = world
        .get(
            Who::Supervisor,
            &format!("{path}?item=food_without_licence"),
        )
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let told = &answer.json["reckoning"];
    assert_eq!(told["law_on"], "2025-03-03");
    // Fifteen on the day: to be lighter or mitigated, by his birth, which is not shown.
    let young = factor(told, "minor_age");
    assert_eq!(young["state"], "met", "{young}");
    assert!(young["effect"].as_str().unwrap().starts_with("应当"));
    let reads = list(&list(young, "tests")[0], "reads").iter();
    let born = reads
        .clone()
        .find(|it| it["path"] == "party.birth_on")
        .unwrap();
    assert!(!born.to_string().contains("2009"), "{born}");
    assert_eq!(
        list(told, "ranges")[0]["proposal"]["text"],
        "5万元至6.5万元"
    );
    assert!(!answer.text.contains(PLANTED), "{}", answer.text);

    let refused = world
        .get(Who::Supervisor, &format!("{path}?item=sz_outdoor_vending"))
        .await;
    assert_eq!(refused.status, 422, "{}", refused.text);
    assert_eq!(refused.json["errors"][0]["pointer"], "query:item");
    let told = refused.json["errors"][0]["message"].as_str().unwrap();
    assert!(told.contains("深圳"), "{told}");
    let hidden = world.get(Who::Stranger, &path).await;
    assert_eq!(hidden.status, 404, "{}", hidden.text);
}
