//! 小的演示世界：两种库上都建得成，处处相符，各故事发现的正是它所说的，各角色都登得进。
#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use mingjing_demo::build::{Built, Ground, build};
use mingjing_demo::plan::Plan;
use mingjing_domain::finding::Status;
use mingjing_kernel::date::Date;
use mingjing_kernel::sensitive::Sensitive;
use mingjing_lawbook::diagnostic::SourceFile;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_lawbook::load::load;
use mingjing_policy::org::OrgPath;
use mingjing_policy::scope::{Area, Release, Scope};
use mingjing_services::admin::sign_in::{SignIn, SignInOutcome, sign_in};
use mingjing_services::assessment::rebuild::verify;
use mingjing_services::context::Services;
use mingjing_services::spool::Spool;
use mingjing_store::case_row::{CaseFilter, CaseOrder, CaseRow};
use mingjing_store::log::integrator::Integrator;
use mingjing_store::tx::Read;
use mingjing_testkit::database::{Database, signing_key};
use mingjing_testkit::on_both_engines;

on_both_engines! {
    a_small_world_is_sound_and_finds_what_its_stories_say,
}

/// Enough for every story and every flaw, three times.
const CASES: usize = 150;
const SEED: u64 = 7;

fn sources() -> Vec<SourceFile> {
    fn collect(root: &Path, folder: &Path, files: &mut Vec<SourceFile>) {
        let entries = std::fs::read_dir(folder).unwrap();
        let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        for path in paths {
            if path.is_dir() {
                collect(root, &path, files);
            } else if path.extension().is_some_and(|ext| ext == "toml") {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap();
                files.push(SourceFile::new(
                    name,
                    std::fs::read_to_string(&path).unwrap(),
                ));
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../lawbook");
    let mut files = Vec::new();
    collect(&root, &root, &mut files);
    files.retain(|file| !file.path.starts_with("catalogue/"));
    files
}

static LAWBOOK: LazyLock<Arc<Lawbook>> =
    LazyLock::new(|| Arc::new(load(&sources()).lawbook.expect("the shipped lawbook")));

fn plan(seed: u64, today: &str) -> Plan {
    let today = Date::parse_iso(today).unwrap();
    Plan::draw(&LAWBOOK, seed, today, Some(CASES)).unwrap()
}

fn everywhere() -> Scope {
    Scope {
        areas: vec![Area {
            within: OrgPath::root(),
            line: None,
            related_to: None,
            as_supervised: false,
            is_published_only: false,
            release: Release::Never,
        }],
        account: None,
    }
}

#[test]
fn the_same_seed_and_day_give_the_same_world_and_others_another() {
    let told = |plan: &Plan| format!("{:?}{:?}", plan.cases, plan.land.bodies);
    let first = told(&plan(SEED, "2026-06-30"));
    assert_eq!(first, told(&plan(SEED, "2026-06-30")));
    assert_ne!(first, told(&plan(SEED + 1, "2026-06-30")));
    assert_ne!(first, told(&plan(SEED, "2026-07-01")));
}

#[test]
fn every_flaw_is_told_to_its_end_at_least_once() {
    let plan = plan(SEED, "2026-06-30");
    for (index, story) in plan.stories.iter().enumerate() {
        for flaw in [None].into_iter().chain((0..story.flaws.len()).map(Some)) {
            let is_told = |case: &&mingjing_demo::plan::PlannedCase| {
                case.story == index && case.flaw == flaw && case.is_told
            };
            let told = plan.cases.iter().filter(is_told).count();
            assert!(
                told > 0,
                "{} {:?}",
                story.title,
                flaw.map(|flaw| &story.flaws[flaw].title)
            );
        }
    }
}

#[test]
fn nobody_is_at_two_scenes_on_one_day() {
    let today = Date::parse_iso("2026-11-30").unwrap();
    let whole = Plan::draw(&LAWBOOK, SEED, today, None).unwrap();
    let mut out = BTreeMap::new();
    for case in &whole.cases {
        for visit in case.events.iter().filter(|it| it.kind == "scene_record") {
            let officers = visit.actors.iter().filter(|it| it.role == "officer");
            for officer in officers {
                let at = (officer.who.clone(), visit.occurred_on);
                let other = out.insert(at.clone(), &case.number);
                assert!(
                    other.is_none_or(|other| *other == case.number),
                    "{at:?}: {other:?} and {}",
                    case.number
                );
            }
        }
    }
    assert!(!out.is_empty());
}

async fn a_small_world_is_sound_and_finds_what_its_stories_say(db: Database) {
    // The platform after the building: it stands on the day on which the world ends.
    let now = Services::new(
        db.store.clone(),
        LAWBOOK.clone(),
        db.clock.clone(),
        db.context.rng.clone(),
    );
    let today = now.system("test").today();
    let plan = Arc::new(Plan::draw(&LAWBOOK, SEED, today, Some(CASES)).unwrap());
    let folder = tempfile::tempdir().unwrap();
    let ground = Ground {
        store: db.store.clone(),
        lawbook: LAWBOOK.clone(),
        spool: Spool::open(folder.path()).unwrap(),
        clock: db.clock.clone(),
    };
    let built = build(ground, Arc::clone(&plan), |_| {}).await.unwrap();
    assert_eq!(built.cases, CASES);
    assert!(built.imported > 0 && built.recorded > 0);
    let cases = list(&db).await;
    assert_eq!(cases.len(), CASES);
    finds_what_it_says(&db, &plan, &cases).await;
    keeps_names_to_itself(&db, &plan, &cases).await;
    lets_everybody_in(&now, &built).await;
    is_sound(&db, &now).await;
}

async fn list(db: &Database) -> BTreeMap<String, CaseRow> {
    let rows = db.store.read(async |read: &Read| {
        let filter = CaseFilter::default();
        read.list_cases(&everywhere(), &filter, CaseOrder::LastOn, None, 1_000)
            .await
    });
    let rows = rows.await.unwrap().into_iter();
    rows.map(|row| (row.number.clone().unwrap(), row)).collect()
}

/// A story told to its end finds exactly what it declares; one that goes on finds nothing else.
async fn finds_what_it_says(db: &Database, plan: &Plan, cases: &BTreeMap<String, CaseRow>) {
    let mut wrong = Vec::new();
    for case in &plan.cases {
        let id = cases[&case.number].timeline;
        let findings = db
            .store
            .read(async move |read: &Read| read.list_case_findings(id).await);
        let open = findings
            .await
            .unwrap()
            .into_iter()
            .filter(|row| row.ended.is_none());
        let mut found: Vec<String> = open
            .filter(|row| matches!(row.finding.status, Status::Violated | Status::Doubt))
            .map(|row| row.finding.code)
            .collect();
        found.sort();
        found.dedup();
        let mut expected = plan.expects(case);
        expected.sort_unstable();
        let is_right = match case.is_told {
            true => found == expected,
            false => found.iter().all(|code| expected.contains(&code.as_str())),
        };
        if !is_right {
            let flaw = case.flaw.map(|flaw| &plan.story_of(case).flaws[flaw].title);
            let title = &plan.story_of(case).title;
            wrong.push(format!(
                "{} {title} {flaw:?}: {found:?} for {expected:?}",
                case.number
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What lists and the audit show holds no number of a person, and a person only masked.
async fn keeps_names_to_itself(db: &Database, plan: &Plan, cases: &BTreeMap<String, CaseRow>) {
    let mut seen = 0;
    for case in &plan.cases {
        let kind = case.facts.at("party.kind");
        if kind != Some(&"natural".into()) {
            continue;
        }
        let masked = cases[&case.number].party_masked.clone().unwrap_or_default();
        assert!(
            masked.contains('*') || masked.contains('某') || masked.is_empty(),
            "{masked}"
        );
        seen += 1;
    }
    assert!(seen > 0);
    for (table, column) in [("audit", "detail"), ("case_row", "party_masked")] {
        let sql =
            format!("SELECT COUNT(*) FROM {table} WHERE CAST({column} AS TEXT) LIKE '%950101%'");
        assert_eq!(db.raw_number(&sql).await.unwrap(), 0, "{table}");
    }
}

async fn lets_everybody_in(services: &Services, built: &Built) {
    let roles: std::collections::BTreeSet<_> = built.accounts.iter().map(|it| it.role).collect();
    assert_eq!(
        roles.len(),
        16,
        "every role that can be granted has an account: {roles:?}"
    );
    for account in &built.accounts {
        let command = SignIn {
            login: account.login.clone(),
            password: Sensitive::new(account.password.clone()),
            client: "192.0.2.7".to_owned(),
            replacing: None,
        };
        let outcome = sign_in(services, &services.system("test"), command)
            .await
            .unwrap();
        let SignInOutcome::Opened(opened) = outcome else {
            panic!("{} was refused", account.login);
        };
        assert_eq!(opened.stage, mingjing_services::admin::session::Stage::Full);
    }
}

async fn is_sound(db: &Database, services: &Services) {
    let key = signing_key();
    let verifying = key.verifying_key();
    let context = db.context.clone();
    let integrator = Integrator::new(db.store.clone(), context, key, "test".to_owned());
    integrator.unwrap().drain().await.unwrap();
    let report = db.store.fsck(Some(&verifying), |_| {}).await.unwrap();
    assert!(report.is_sound(), "{:?}", report.discrepancies);
    let report = verify(services).await.unwrap();
    assert_eq!(report.differences, []);
}
