//! 页面要照写的：名称、剩余工作日、推算的逐日对照、为什么、可以做什么，都由接口给出。

use mingjing_testkit::database::Database;
use mingjing_testkit::on_both_engines;
use serde_json::{Value, json};

use crate::world::{Who, World};

on_both_engines! {
    what_a_page_shows_is_named,
    a_due_day_is_derived_day_by_day,
    a_rule_tells_why_it_finds_nothing,
    lists_of_ones_own_hold_no_others,
}

const BODY: &str = "甲市市场监督管理局";

async fn a_case(db: Database) -> (World, String) {
    let world = World::open(db).await;
    let case = world.new_case(Who::Lead, &world.body, "pages-case").await;
    let recorded = world.record(Who::Lead, &case, "pages-event").await;
    assert_eq!(recorded.status, 201, "{}", recorded.text);
    (world, case)
}

fn texts(event: &Value) -> Vec<(&str, &str)> {
    let shown = event["shown"].as_array().unwrap().iter();
    let pairs = shown.map(|it| (it["name"].as_str().unwrap(), it["text"].as_str().unwrap()));
    pairs.collect()
}

async fn what_a_page_shows_is_named(db: Database) {
    let (world, case) = a_case(db).await;
    let at = |rest: &str| format!("/api/v1/cases/{case}{rest}");
    let head = world.get(Who::Lead, &at("")).await.json["case"].clone();
    assert_eq!(head["body_name"], BODY);
    assert_eq!(head["region"], json!({"code": "410100", "name": "甲市"}));
    assert!(head["next_due_in_working_days"].is_i64(), "{head}");
    let scopes = head["shown_facts"].as_array().unwrap();
    assert!(
        scopes.iter().any(|scope| scope["name"] == "当事人"),
        "{head}"
    );

    let events = world.get(Who::Lead, &at("/events")).await;
    let events = events.json["events"].as_array().unwrap();
    let of = |kind: &str| events.iter().find(|event| event["kind"] == kind).unwrap();
    let clue = texts(of("clue_registered"));
    assert!(clue.contains(&("线索来源", "监督检查")), "{clue:?}");
    let registered = texts(of("case_registered"));
    assert!(registered.contains(&("办理机关", BODY)), "{registered:?}");
    // Neither an identifier nor a path is left for people to read.
    let is_raw = |text: &str| text.contains("account_") || text.starts_with('/');
    assert!(
        !registered.iter().any(|(_, text)| is_raw(text)),
        "{registered:?}"
    );

    let duties = world.get(Who::Head, "/api/v1/duties").await;
    let duty = &duties.json["duties"][0];
    assert_eq!(duty["case_number"], "甲市监案〔2026〕1号", "{duty}");
    assert_eq!(duty["body_name"], BODY);
    assert!(!duty["citations"].as_array().unwrap().is_empty(), "{duty}");

    let actions = world.get(Who::Lead, &at("/next_actions")).await;
    let roles = actions.json["roles"].as_array().unwrap();
    assert!(
        roles.iter().any(|role| role["name"] == "执法人员"),
        "{roles:?}"
    );

    let session = world.get(Who::Lead, "/api/v1/sessions/current").await;
    let session = &session.json["session"];
    let may = session["permissions"].as_array().unwrap();
    assert!(may.contains(&"case.record_event".into()), "{may:?}");
    assert!(!may.contains(&"account.create".into()), "{may:?}");
    assert_eq!(session["grants"][0]["org_name"], BODY);
}

async fn a_due_day_is_derived_day_by_day(db: Database) {
    let (world, case) = a_case(db).await;
    let duties = world
        .get(Who::Lead, &format!("/api/v1/cases/{case}/duties"))
        .await;
    let listed = duties.json["duties"].as_array().unwrap();
    let verify = listed
        .iter()
        .find(|it| it["rule"]["code"] == "P-FILE-VERIFY");
    let verify = verify.expect("a clue is to be verified in time");
    let id = verify["id"].as_str().unwrap();
    let told = world
        .get(Who::Lead, &format!("/api/v1/cases/{case}/duties/{id}"))
        .await;
    assert_eq!(told.status, 200, "{}", told.text);
    assert_eq!(&told.json["duty"], verify);
    let derivation = &told.json["derivation"];
    assert!(!derivation["sentences"].as_array().unwrap().is_empty());
    assert!(!derivation["articles"].as_array().unwrap().is_empty());
    let days = derivation["days"].as_array().unwrap();
    let (first, last) = (days.first().unwrap(), days.last().unwrap());
    assert_eq!(
        (&first["on"], &first["is_counted"]),
        (&"2026-02-02".into(), &false.into())
    );
    assert_eq!(last["on"], verify["due_on"]);
    // The new year of 2026 lies within: its days name the notice and do not count.
    let new_year = days.iter().find(|day| day["on"] == "2026-02-17").unwrap();
    assert_eq!(new_year["is_counted"], false);
    assert!(
        new_year["holiday"].as_str().unwrap().contains("春节"),
        "{new_year}"
    );
    assert!(new_year["notice"].is_string(), "{new_year}");
    let gone = world
        .get(Who::Lead, &format!("/api/v1/cases/{case}/duties/duty_none"))
        .await;
    assert_eq!(gone.status, 404);
}

async fn a_rule_tells_why_it_finds_nothing(db: Database) {
    let (world, case) = a_case(db).await;
    let ask = async |code: &str| {
        let path = format!("/api/v1/cases/{case}/rules/{code}");
        world.get(Who::Lead, &path).await
    };
    let why = ask("P-TIME-90D").await;
    assert_eq!(why.status, 200, "{}", why.text);
    let why = &why.json["explanation"];
    assert_eq!(why["rule"]["code"], "P-TIME-90D");
    assert!(!why["answer"].as_str().unwrap().is_empty());
    assert!(!why["sections"].as_array().unwrap().is_empty());
    assert_eq!(ask("NO-SUCH-RULE").await.status, 404);
}

async fn lists_of_ones_own_hold_no_others(db: Database) {
    let (world, _) = a_case(db).await;
    let count = async |who: Who, path: &str, noun: &str| {
        let answer = world.get(who, path).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json[noun].as_array().unwrap().len()
    };
    assert_eq!(
        count(Who::Lead, "/api/v1/cases?is_mine=true", "cases").await,
        1
    );
    assert_eq!(count(Who::Head, "/api/v1/cases", "cases").await, 1);
    assert_eq!(
        count(Who::Head, "/api/v1/cases?is_mine=true", "cases").await,
        0
    );
    assert!(count(Who::Lead, "/api/v1/duties?is_mine=true", "duties").await > 0);
    assert_eq!(
        count(Who::Head, "/api/v1/duties?is_mine=true", "duties").await,
        0
    );
}
