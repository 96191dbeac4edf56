//! 规则：翻页、筛选、讲解、没有的编码、标签。

use axum::http::header::{ETAG, IF_NONE_MATCH};
use mingjing_lawbook::explain::Explainer;
use serde_json::Value;

use crate::app::{self, all_pages, ask, get, lawbook, request, router};

fn codes(rules: &[Value]) -> Vec<&str> {
    rules
        .iter()
        .map(|rule| rule["code"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn pages_hold_every_rule_once_in_the_order_of_codes() {
    let rules = all_pages("/api/v1/rules?limit=37", "rules").await;
    let mut expected: Vec<&str> = lawbook().rules.iter().map(|r| r.code.as_ref()).collect();
    expected.sort_unstable();
    assert_eq!(codes(&rules), expected);
    let (_, first) = get("/api/v1/rules").await;
    assert_eq!(first["rules"].as_array().unwrap().len(), 50);
    assert_eq!(first["meta"]["total"], expected.len());
}

#[tokio::test]
async fn filters_choose_and_combine() {
    let all = all_pages("/api/v1/rules?limit=200", "rules").await;
    for rule in &all {
        let forms = rule["forms"].as_array().unwrap().iter();
        for label in forms.chain([&rule["area"]]) {
            assert_ne!(label["name"], label["code"], "{}：没有中文名", rule["code"]);
        }
    }
    let by = |path: &str, keep: &dyn Fn(&Value) -> bool| {
        let expected: Vec<Value> = all.iter().filter(|r| keep(r)).cloned().collect();
        let path = format!("{path}&limit=200");
        async move {
            assert!(!expected.is_empty(), "{path}");
            assert_eq!(all_pages(&path, "rules").await, expected, "{path}");
        }
    };
    by("/api/v1/rules?area=hearing", &|r| {
        r["area"]["code"] == "hearing"
    })
    .await;
    by("/api/v1/rules?severity=grave", &|r| {
        r["severity"] == "grave"
    })
    .await;
    by("/api/v1/rules?severity=breach&area=hearing", &|r| {
        r["severity"] == "breach" && r["area"]["code"] == "hearing"
    })
    .await;
    by("/api/v1/rules?q=hear", &|r| {
        let fields = [&r["code"], &r["name"], &r["what"], &r["citations"]];
        fields
            .iter()
            .any(|f| f.to_string().to_lowercase().contains("hear"))
    })
    .await;
    let limited = |r: &Value, field: &str, code: &str| {
        let list = r[field].as_array().unwrap();
        list.is_empty()
            || list
                .iter()
                .any(|l| code.starts_with(l["code"].as_str().unwrap()))
    };
    by("/api/v1/rules?region=330106", &|r| {
        limited(r, "regions", "330106")
    })
    .await;
    by("/api/v1/rules?department=customs", &|r| {
        limited(r, "departments", "customs")
    })
    .await;
    let elsewhere = all_pages("/api/v1/rules?region=9900&limit=200", "rules").await;
    assert!(
        elsewhere
            .iter()
            .all(|r| r["regions"].as_array().unwrap().is_empty())
    );
}

#[tokio::test]
async fn what_is_not_registered_is_told_and_not_taken_for_nothing() {
    let cases = [
        ("department=custom", "query:department", "not-a-choice"),
        ("area=hearings", "query:area", "not-a-choice"),
        ("severity=bad", "query:severity", "not-a-choice"),
        ("region=abc", "query:region", "malformed"),
        ("limit=500", "query:limit", "out-of-range"),
        ("cursor=abc", "query:cursor", "malformed"),
        ("regoin=33", "query:regoin", "unknown"),
    ];
    for (query, pointer, code) in cases {
        let (status, body) = get(&format!("/api/v1/rules?{query}")).await;
        assert_eq!(status, 422, "{query}");
        assert_eq!(body["errors"][0]["pointer"], pointer, "{body}");
        assert_eq!(body["errors"][0]["code"], code, "{body}");
    }
    let (_, body) = get("/api/v1/rules?department=custom").await;
    assert!(
        body["errors"][0]["message"]
            .as_str()
            .unwrap()
            .contains("customs")
    );
    let kinds = get("/api/v1/event_kinds?limit=1").await.1;
    let foreign = kinds["meta"]["next"].as_str().unwrap();
    let (status, body) = get(&format!("/api/v1/rules?cursor={foreign}")).await;
    assert_eq!(
        (status, &body["errors"][0]["pointer"]),
        (422, &"query:cursor".into())
    );
}

#[tokio::test]
async fn a_rule_explains_itself_as_the_command_line_does() {
    let router = router().await;
    for rule in &lawbook().rules {
        let path = format!("/api/v1/rules/{}", rule.code);
        let response = ask(&router, request(&path)).await;
        assert_eq!(response.status(), 200, "{}", rule.code);
        let body: Value = serde_json::from_str(&app::text(response).await).unwrap();
        let found = &body["rule"];
        let expected = Explainer::new(lawbook()).rule(&rule.code).unwrap();
        assert_eq!(found["explanation"]["text"], expected.to_string());
        let sections = found["explanation"]["sections"].as_array().unwrap();
        assert_eq!(sections.len(), expected.sections.len());
        assert_eq!(found["parts"].as_array().unwrap().len(), rule.parts.len());
        assert_eq!(
            found["examples"].as_array().unwrap().len(),
            rule.examples.len()
        );
        assert_eq!(
            found["articles"].as_array().unwrap().len(),
            rule.citations.len()
        );
    }
}

#[tokio::test]
async fn parameters_are_given_by_region_and_department() {
    let settings = |body: &Value| -> Vec<Value> {
        let parameters = body["rule"]["parameters"].as_array().unwrap().clone();
        let settings = parameters
            .iter()
            .map(|p| p["settings"].as_array().unwrap().clone());
        settings.flatten().collect()
    };
    let mut with_region = None;
    for rule in &lawbook().rules {
        let (_, body) = get(&format!("/api/v1/rules/{}", rule.code)).await;
        if settings(&body).iter().any(|s| s["region"].is_object()) {
            with_region = Some((rule.code.to_string(), settings(&body)));
            break;
        }
    }
    let (code, all) = with_region.expect("some parameter differs by region");
    for setting in &all {
        assert!(!setting["value_text"].as_str().unwrap().is_empty());
        assert!(setting["effective_on"].as_str().unwrap().len() == 10);
    }
    let (_, body) = get(&format!(
        "/api/v1/rules/{code}?region=9901&department=customs"
    ))
    .await;
    let narrowed = settings(&body);
    assert!(narrowed.len() < all.len() && !narrowed.is_empty());
    assert!(narrowed.iter().all(|s| s["region"].is_null()));
}

#[tokio::test]
async fn an_unknown_code_is_not_found() {
    for code in ["NO-SUCH-RULE", "%20", "..%2F..%2Fetc"] {
        let (status, body) = get(&format!("/api/v1/rules/{code}")).await;
        assert_eq!(
            (status, &body["code"]),
            (404, &"not-found".into()),
            "{code}"
        );
    }
}

#[tokio::test]
async fn who_has_the_same_version_gets_nothing_again() {
    for path in [
        "/api/v1/rules",
        "/api/v1/rules?limit=3",
        "/api/v1/event_kinds",
        "/api/v1/procedures",
    ] {
        let response = ask(&router().await, request(path)).await;
        let tag = response.headers()[ETAG].clone();
        assert!(tag.to_str().unwrap().contains(lawbook().version.as_ref()));
        assert_eq!(response.headers()["cache-control"], "no-cache");
        let mut again = request(path);
        again.headers_mut().insert(IF_NONE_MATCH, tag.clone());
        let response = ask(&router().await, again).await;
        assert_eq!(response.status(), 304, "{path}");
        assert_eq!(response.headers()[ETAG], tag);
        assert_eq!(app::text(response).await, "");
    }
}
