//! 程序：状态表照法典给出。

use crate::app::{all_pages, lawbook};

#[tokio::test]
async fn every_procedure_is_given_as_its_state_table() {
    let found = all_pages("/api/v1/procedures?limit=1", "procedures").await;
    assert_eq!(found.len(), lawbook().procedures.len());
    for table in &found {
        let mut all = lawbook().procedures.iter();
        let declared = all
            .find(|p| *p.name == *table["procedure"].as_str().unwrap())
            .unwrap();
        let steps = table["transitions"].as_array().unwrap();
        assert_eq!(steps.len(), declared.transitions.len());
        let states = table["states"].as_array().unwrap();
        assert!(states.contains(&table["start"]));
        let is_named = |s: &serde_json::Value| s["name"] != s["code"];
        assert!(states.iter().all(is_named), "{states:?}");
        let picture = &table["picture"];
        let boxes = picture["boxes"].as_array().unwrap();
        assert_eq!(boxes.len(), states.len());
        assert!(boxes.iter().all(|one| states.contains(&one["state"])));
        let codes: Vec<_> = states.iter().map(|s| &s["code"]).collect();
        for line in picture["lines"].as_array().unwrap() {
            assert!(
                codes.contains(&&line["from"]) && codes.contains(&&line["to"]),
                "{line}"
            );
            assert!(line["path"].as_str().unwrap().starts_with('M'), "{line}");
        }
        for step in steps {
            assert!(
                step["from"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .all(|s| states.contains(s))
            );
            assert!(step["to"].is_null() || states.contains(&step["to"]));
            let condition = step["condition"].as_str().unwrap_or("");
            assert!(!condition.contains("e."), "not read: {condition}");
            assert!(
                step["who"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .all(|w| w["name"] != w["code"]),
                "{step}"
            );
        }
    }
}
