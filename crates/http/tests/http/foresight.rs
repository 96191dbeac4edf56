//! 试算经接口：只有法规人员，别县的不存在，同一部只试一次，个数与案件分开，导出是工作簿。

use std::sync::{Arc, LazyLock};

use mingjing_kernel::id::Id;
use mingjing_lawbook::diagnostic::SourceFile;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_lawbook::load::load;
use mingjing_services::foresight::candidates::{CandidateSource, Law, LawPair};
use mingjing_services::foresight::run::run_part;
use mingjing_testkit::database::Database;
use mingjing_testkit::on_both_engines;
use serde_json::{Value, json};

use crate::app::{FILES, LAWBOOK};
use crate::scene::Scene;
use crate::world::{Who, World};

on_both_engines! {
    a_candidate_is_shown_tried_and_exported,
    only_a_jurist_may_try_a_lawbook,
}

const RUNS: &str = "/api/v1/foresight_runs";

/// The lawbook without the period for looking into a clue.
static NEXT_FILES: LazyLock<Vec<SourceFile>> = LazyLock::new(|| {
    let edit = |file: &SourceFile| {
        let text = match file.path.as_ref() {
            "lawbook.toml" => file.text.replacen("version = \"", "version = \"9.", 1),
            _ if file.text.starts_with("code = \"P-FILE-VERIFY\"") => file.text.replacen(
                "code = \"P-FILE-VERIFY\"\n",
                "code = \"P-FILE-VERIFY\"\nto = \"2025-01-01\"\n",
                1,
            ),
            _ => file.text.to_string(),
        };
        SourceFile::new(file.path.to_string(), text)
    };
    FILES.iter().map(edit).collect()
});
static NEXT: LazyLock<Arc<Lawbook>> =
    LazyLock::new(|| Arc::new(load(&NEXT_FILES).lawbook.unwrap()));

/// 候选的法典：写坏的、改了一条的、一样的。
pub(crate) struct Candidates;

impl CandidateSource for Candidates {
    fn names(&self) -> Vec<String> {
        ["broken", "next", "same"].map(str::to_owned).to_vec()
    }

    fn glance(&self, _name: &str) -> String {
        String::new()
    }

    fn open(&self, name: &str) -> Result<LawPair, Vec<String>> {
        let law = |lawbook: &Arc<Lawbook>, files: &[SourceFile]| Law {
            lawbook: Arc::clone(lawbook),
            files: files.to_vec(),
        };
        let after = match name {
            "next" => law(&NEXT, &NEXT_FILES),
            "same" => law(&LAWBOOK, &FILES),
            _ => return Err(vec!["broken/rules/x.toml:1:1 LB01 不认识".to_owned()]),
        };
        Ok(LawPair {
            before: law(&LAWBOOK, &FILES),
            after,
        })
    }
}

/// 一次正在算的试算在哪里；没有的开始一次。
pub(crate) async fn running(world: &World) -> String {
    let all = world.get(Who::Jurist, RUNS).await;
    let mut all = all.json["foresight_runs"].as_array().unwrap().iter();
    if let Some(run) = all.find(|run| run["state"] == "running") {
        return format!("{RUNS}/{}", run["id"].as_str().unwrap());
    }
    let begun = world
        .post(Who::Jurist, RUNS, &json!({"candidate": "same"}))
        .await;
    assert_eq!(begun.status, 201, "{}", begun.text);
    begun.header("location").to_owned()
}

async fn a_candidate_is_shown_tried_and_exported(db: Database) {
    let scene = Scene::set(db).await;
    let world = &scene.world;
    let listed = world.get(Who::Jurist, "/api/v1/lawbook_candidates").await;
    assert_eq!(listed.status, 200, "{}", listed.text);
    assert_eq!(listed.json["is_configured"], true);
    let all = listed.json["lawbook_candidates"].as_array().unwrap();
    assert_eq!(all[0]["faults"][0], "broken/rules/x.toml:1:1 LB01 不认识");
    let changes = all[1]["changes"].as_str().unwrap();
    assert!(changes.contains("规则改动 1 项"), "{changes}");
    assert_eq!(all[2]["changes"], "写的一样");
    let next = world
        .get(Who::Jurist, "/api/v1/lawbook_candidates/next")
        .await;
    let all = next.json["lawbook_candidate"]["differences"].as_array();
    let mut all = all.unwrap().iter();
    let difference = all.find(|one| one["key"] == "P-FILE-VERIFY");
    let difference = difference.unwrap_or_else(|| panic!("{}", next.text));
    assert!(!difference["edits"].as_array().unwrap().is_empty());
    assert!(!difference["impacts"].as_array().unwrap().is_empty());
    let missing = world
        .get(Who::Jurist, "/api/v1/lawbook_candidates/nothing")
        .await;
    assert_eq!(missing.status, 404);

    let wanted = json!({"candidate": "next", "as_of_on": "2026-06-01"});
    let begun = world.post(Who::Jurist, RUNS, &wanted).await;
    assert_eq!(begun.status, 201, "{}", begun.text);
    let twice = world.post(Who::Jurist, RUNS, &wanted).await;
    assert_eq!(twice.status, 409, "{}", twice.text);
    assert!(twice.text.contains("正在试算"), "{}", twice.text);
    for (candidate, code) in [("broken", "not-allowed"), ("nothing", "no-such-target")] {
        let refused = world
            .post(Who::Jurist, RUNS, &json!({"candidate": candidate}))
            .await;
        assert_eq!(refused.status, 422, "{}", refused.text);
        let error = &refused.json["errors"][0];
        assert_eq!(
            (&error["pointer"], &error["code"]),
            (&"/candidate".into(), &code.into())
        );
    }
    let at = begun.header("location").to_owned();
    let run = finish(world, &at).await;
    assert_eq!(run["state"], "done", "{run}");
    assert_eq!(run["done_count"], run["case_count"]);
    assert_eq!(run["changed_case_count"], 1, "{run}");
    let rule = &run["by_rule"][0];
    assert_eq!(rule["rule"]["code"], "P-FILE-VERIFY");
    assert_eq!(rule["turns"][0]["turn"]["code"], "vanishes");
    assert_eq!(run["by_body"][0]["changed_case_count"], 1);
    // Whoever may try a lawbook and not see findings gets counts, and no case.
    assert_eq!(
        (&run["may_see_cases"], &run["examples"]),
        (&false.into(), &json!([]))
    );
    let late = world
        .post(Who::Jurist, &format!("{at}/cancel"), &json!({}))
        .await;
    assert_eq!(late.status, 409, "{}", late.text);
    let saved = world
        .post(Who::Jurist, &format!("{at}/export"), &json!({}))
        .await;
    assert_eq!(saved.status, 200);
    assert!(saved.header("content-type").contains("spreadsheetml"));
    assert!(saved.text.starts_with("PK"));
}

async fn finish(world: &World, at: &str) -> Value {
    let id = Id::parse(at.rsplit('/').next().unwrap()).unwrap();
    let services = &world.state.services;
    while run_part(services, &services.system("job"), id)
        .await
        .unwrap()
    {}
    world.get(Who::Jurist, at).await.json["foresight_run"].clone()
}

async fn only_a_jurist_may_try_a_lawbook(db: Database) {
    let world = World::open(db).await;
    let at = running(&world).await;
    for who in [
        Who::Registrar,
        Who::System,
        Who::Supervisor,
        Who::Head,
        Who::Stranger,
    ] {
        for path in ["/api/v1/lawbook_candidates", RUNS, at.as_str()] {
            let refused = world.get(who, path).await;
            assert_eq!(refused.status, 403, "{who:?} {path}: {}", refused.text);
        }
        let refused = world.post(who, RUNS, &json!({"candidate": "next"})).await;
        assert_eq!(refused.status, 403, "{who:?}: {}", refused.text);
    }
}
