//! 问题编码的名单、说明页与服务错误的对应。

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use mingjing_domain::finding::Severity;
use mingjing_domain::procedure::{Refusal, RefusalCause, RefusalReason};
use mingjing_edge::problem::{Problem, ProblemCode};
use mingjing_services::error::{BlockingFinding, FieldCode, Pointer, ServiceError};
use serde_json::Value;

use crate::app;

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/problems"))
}

fn compare(file: &str, found: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&path, found).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        found, expected,
        "{file}：UPDATE_EXPECT=1 重写；编码只增不改"
    );
}

#[test]
fn the_list_of_codes_only_grows() {
    let lines = ProblemCode::ALL.iter().map(|code| {
        format!(
            "{} {} {}\n",
            code.name(),
            code.status().as_u16(),
            code.title()
        )
    });
    compare("tests/data/problems.txt", &lines.collect::<String>());
}

#[test]
fn every_code_has_its_page_and_no_page_is_left_over() {
    let mut pages: BTreeSet<String> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert!(pages.remove("README.md"));
    let names = ProblemCode::ALL
        .iter()
        .map(|code| format!("{}.md", code.name()));
    assert_eq!(pages, names.collect());
    let index = fs::read_to_string(folder().join("README.md")).unwrap();
    for code in ProblemCode::ALL {
        let (name, status, title) = (code.name(), code.status().as_u16(), code.title());
        let page = code.page();
        assert!(page.starts_with(&format!("# {title}\n")), "{name}");
        assert!(
            page.contains(&format!("编码 `{name}`，状态码 {status}。")),
            "{name}"
        );
        assert!(
            page.contains("## 何时出现") && page.contains("## 怎么办"),
            "{name}"
        );
        let row = format!("| [`{name}`]({name}.md) | {status} | {title} |");
        assert!(index.contains(&row), "{name}");
    }
}

async fn rendered(error: ServiceError) -> (u16, Option<String>, Value) {
    let response = Problem::from(error).render(None);
    let status = response.status().as_u16();
    assert_eq!(
        response.headers()["content-type"],
        "application/problem+json"
    );
    let retry = response.headers().get("retry-after");
    let retry = retry.map(|v| v.to_str().unwrap().to_owned());
    (status, retry, app::json(response).await)
}

#[tokio::test]
async fn each_service_error_has_one_status_and_code() {
    let blocking = BlockingFinding {
        id: None,
        code: "DEC-COLLECTIVE".to_owned(),
        severity: Severity::Grave,
        headline: "没有集体讨论".to_owned(),
        articles: vec!["《行政处罚法》第57条".to_owned()],
        remedy: "先提请集体讨论".to_owned(),
    };
    let refusal = Refusal {
        reasons: vec![RefusalReason {
            cause: RefusalCause::Requirement,
            code: None,
            text: "没有立案，不能决定".to_owned(),
            cite: vec!["处罚法54".into()],
        }],
        overridable: true,
    };
    let field = ServiceError::invalid(Pointer::body().member("on"), FieldCode::Missing, "必填");
    let table = [
        (ServiceError::NotFound, 404, "not-found"),
        (field, 422, "invalid-request"),
        (ServiceError::Refused(refusal), 409, "act-refused"),
        (
            ServiceError::Blocked(vec![blocking]),
            409,
            "decision-blocked",
        ),
        (
            ServiceError::Conflict {
                expected: 3,
                found: 5,
            },
            412,
            "stale-version",
        ),
        (ServiceError::Forbidden, 403, "forbidden"),
        (ServiceError::LimitExceeded, 429, "limit-exceeded"),
        (ServiceError::Unavailable, 503, "unavailable"),
        (ServiceError::internal("disk"), 500, "internal-error"),
    ];
    for (error, status, code) in table {
        let (found_status, retry, body) = rendered(error).await;
        assert_eq!(found_status, status, "{code}");
        assert_eq!(body["status"], status);
        assert_eq!(body["code"], code);
        assert_eq!(body["type"], format!("/problems/{code}"));
        assert_eq!(retry.is_some(), status == 429 || status == 503, "{code}");
        assert!(!body.to_string().contains("disk"));
        match code {
            "invalid-request" => assert_eq!(body["errors"][0]["pointer"], "/on"),
            "act-refused" => {
                assert!(body["detail"].as_str().unwrap().contains("处罚法54"));
                assert_eq!(body["refusal"]["reasons"][0]["cause"], "requirement");
                assert_eq!(body["refusal"]["is_overridable"], true);
            }
            "decision-blocked" => assert_eq!(body["findings"][0]["severity"], "grave"),
            "stale-version" => assert!(body["detail"].as_str().unwrap().contains('5')),
            _ => assert!(body.get("errors").is_none() && body.get("findings").is_none()),
        }
    }
}
