//! 发现的几种看法：一案的、各处的、走势、导出；各种看法说的是同样的个数。

use mingjing_testkit::database::Database;
use mingjing_testkit::on_both_engines;
use serde_json::{Value, json};

use crate::scene::Scene;
use crate::world::{PLANTED, Who};

on_both_engines! {
    every_view_of_findings_counts_the_same,
    the_supervised_are_the_own_level_and_what_lies_below,
    a_trend_is_of_whole_weeks_and_has_no_gaps,
    findings_are_exported_with_names_and_within_the_scope,
    a_case_is_scored_by_the_sheet_of_its_procedure,
}

fn list<'j>(json: &'j Value, noun: &str) -> &'j [Value] {
    json[noun].as_array().unwrap()
}

fn sum(rows: &[Value], field: &str) -> u64 {
    rows.iter().map(|row| row[field].as_u64().unwrap()).sum()
}

async fn every_view_of_findings_counts_the_same(db: Database) {
    let scene = Scene::set(db).await;
    let world = &scene.world;
    let ask = async |path: &str| {
        let answer = world.get(Who::Supervisor, path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        answer.json
    };
    let all = ask("/api/v1/findings?with_ended=true&limit=200").await;
    let all = list(&all, "findings");
    let live = all.iter().filter(|it| it["ended_at"].is_null()).count() as u64;
    assert!(live > 0);

    let case = all[0]["case"].as_str().unwrap();
    let of_case = ask(&format!("/api/v1/findings?case={case}&with_ended=true")).await;
    let expected = all.iter().filter(|it| it["case"] == case).count();
    assert_eq!(list(&of_case, "findings").len(), expected);
    let none = ask("/api/v1/findings?case=case_0190a6f47b6e7c119d3a1f2e3d4c5b6a").await;
    assert_eq!(none["findings"], json!([]));

    let summary = ask("/api/v1/findings/summary").await;
    assert_eq!(sum(list(&summary, "summary"), "count"), live);

    let trend = ask("/api/v1/findings/trend").await;
    assert_eq!(sum(list(&trend, "trend"), "found"), all.len() as u64);
    assert_eq!(sum(list(&trend, "trend"), "ended"), all.len() as u64 - live);
    let by_rule = ask("/api/v1/findings/trend?by=code&unit=week").await;
    let by_rule = list(&by_rule, "trend");
    assert_eq!(sum(by_rule, "found"), all.len() as u64);
    assert!(
        by_rule.iter().all(|it| it["group_name"].is_string()),
        "{by_rule:?}"
    );

    // The supervisor of one city begins there; the body stands directly below.
    let places = ask("/api/v1/findings/places").await;
    let names = |json: &Value| -> Vec<String> {
        let trail = list(json, "trail").iter();
        trail
            .map(|node| node["name"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(names(&places), ["某省", "甲市"]);
    let here = list(&places, "places");
    let counted = |rows: &[Value]| -> u64 {
        rows.iter()
            .map(|row| sum(list(row, "counts"), "count"))
            .sum()
    };
    assert_eq!(counted(here), live, "{places}");
    assert_eq!(here[0]["node"]["name"], "甲市市场监督管理局");
    let province = ask("/api/v1/findings/places?org=/410000/").await;
    let below = list(&province, "places");
    // What lies beyond the reach is no row of zeros.
    assert_eq!(below.len(), 1, "{province}");
    assert_eq!(
        (&below[0]["node"]["name"], counted(below)),
        (&"甲市".into(), live)
    );
}

/// the bodies of one's own level and the governments below it, with findings or without; nobody above, nobody beside.
async fn the_supervised_are_the_own_level_and_what_lies_below(db: Database) {
    let scene = Scene::set(db).await;
    let world = &scene.world;
    for (name, region) in [
        ("某省市场监督管理局", "410000"),
        ("甲市城市管理局", "410100"),
        ("甲市某县公安局", "410102"),
    ] {
        if region == "410102" {
            let city = Some("410100");
            world.new_division("甲市某县", region, "county", city).await;
        }
        world.new_body(name, region).await;
    }
    let names = |json: &Value| -> Vec<String> {
        let rows = list(json, "places").iter();
        let name = |row: &Value| row["node"]["name"].as_str().unwrap().to_owned();
        rows.map(name).collect()
    };
    let city = world.get(Who::Supervisor, "/api/v1/findings/places").await;
    let mut found = names(&city.json);
    found.sort();
    let expected = ["甲市城市管理局", "甲市市场监督管理局", "甲市某县"];
    let mut expected = expected.map(str::to_owned).to_vec();
    expected.sort();
    assert_eq!(found, expected);
    let county = "/api/v1/findings/places?org=/410000/410100/410102/";
    let county = world.get(Who::Supervisor, county).await;
    assert_eq!(names(&county.json), ["甲市某县公安局"]);
    let province = "/api/v1/findings/places?org=/410000/";
    let province = world.get(Who::Supervisor, province).await;
    assert_eq!(names(&province.json), ["甲市"]);
}

async fn a_trend_is_of_whole_weeks_and_has_no_gaps(db: Database) {
    let scene = Scene::set(db).await;
    let ask = async |query: &str| {
        let path = format!("/api/v1/findings/trend?{query}");
        scene.world.get(Who::Head, &path).await
    };
    let weeks = ask("unit=week&from_on=2026-02-04&to_on=2026-03-04").await;
    let days = |json: &Value| -> Vec<String> {
        let points = list(json, "trend").iter();
        points
            .map(|it| it["on"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(weeks.json["from_on"], "2026-02-02");
    let expected = [
        "2026-02-02",
        "2026-02-09",
        "2026-02-16",
        "2026-02-23",
        "2026-03-02",
    ];
    assert_eq!(days(&weeks.json), expected);
    let one = ask("from_on=2026-03-04&to_on=2026-03-04").await;
    assert_eq!(days(&one.json), ["2026-03-04"]);
    for query in ["from_on=2026-03-05&to_on=2026-03-04", "from_on=2020-01-01"] {
        let refused = ask(query).await;
        assert_eq!(refused.status, 422, "{query}: {}", refused.text);
    }
}

async fn findings_are_exported_with_names_and_within_the_scope(db: Database) {
    let scene = Scene::set(db).await;
    let world = &scene.world;
    let path = "/api/v1/exports/findings";
    let csv = world.post(Who::Head, path, &json!({})).await;
    assert_eq!(csv.status, 200, "{}", csv.text);
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    let row = csv
        .text
        .lines()
        .find(|line| line.contains(&scene.finding))
        .unwrap();
    let path_of_one = format!("/api/v1/findings/{}", scene.finding);
    let one = world.get(Who::Head, &path_of_one).await.json["finding"].clone();
    for told in [&one["rule"]["name"], &one["body_name"], &one["case_number"]] {
        let word = told.as_str().unwrap();
        assert!(row.contains(word), "{word}: {row}");
    }
    assert!(!csv.text.contains(PLANTED), "{}", csv.text);
    let none = world
        .post(
            Who::Head,
            path,
            &json!({"code": "NO-SUCH", "format": "xlsx"}),
        )
        .await;
    assert_eq!(none.status, 200);
    let wrong = world
        .post(Who::Head, path, &json!({"status": ["bad"]}))
        .await;
    assert_eq!(wrong.status, 422, "{}", wrong.text);
    let sql = "SELECT COUNT(*) FROM audit WHERE action = 'finding.export_table'";
    assert_eq!(world.db.raw_number(sql).await.unwrap(), 2);
}

async fn a_case_is_scored_by_the_sheet_of_its_procedure(db: Database) {
    let scene = Scene::set(db).await;
    let path = format!("/api/v1/cases/{}/score_sheets", scene.case);
    let answer = scene.world.get(Who::Supervisor, &path).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let sheets = list(&answer.json, "score_sheets");
    assert_eq!(sheets.len(), 1, "{}", answer.text);
    let sheet = &sheets[0];
    assert_eq!(sheet["sheet"]["code"], "penalty_ordinary");
    // The clue was to be looked into by the end of February: what the finding says costs points here.
    let items = list(sheet, "items");
    let steps = items.iter().flat_map(|item| list(item, "steps"));
    let reasons: Vec<&Value> = steps.flat_map(|step| list(step, "reasons")).collect();
    let is_late = |reason: &&Value| reason["rule"] == "P-FILE-VERIFY";
    let late = reasons.into_iter().find(is_late);
    let late = late.expect("the step for a late decision names its rule");
    assert!(!list(late, "evidence").is_empty(), "{late}");
    assert!(!list(sheet, "left_to_person").is_empty());
    assert!(!answer.text.contains(PLANTED), "{}", answer.text);
}
