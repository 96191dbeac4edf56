//! 每条路由都有一例：没有会话的进不来，别处的人看不到，写东西的留审计。路由表里多一条，这里没有，测试就红。

mod complaint;

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::Request;
use mingjing_http::route::{Access, Method, Repeat, Route, Tree};
use mingjing_http::table::entries;
use mingjing_services::audit::name_of;
use mingjing_store::session::SessionStage;
use mingjing_testkit::database::Database;
use mingjing_testkit::on_both_engines;
use serde_json::{Value, json};

use crate::foresight::running;
use crate::scene::Scene;
use crate::world::{Answer, PLANTED, Who, World, signed, token};

on_both_engines! {
    nothing_but_what_is_public_answers_without_a_session,
    a_sign_in_that_is_not_finished_opens_nothing_else,
    another_place_sees_nothing_and_every_change_is_audited,
    a_request_sent_again_is_answered_as_before_or_its_route_says_why_not,
}

/// What somebody of another place gets.
enum Elsewhere {
    /// 404: he may not know that it is there.
    Hidden,
    /// 403: it is no secret that there is such a thing.
    Refused,
    /// 403 or 404, and nothing changed.
    Barred,
    /// 200, and the list under this name is empty.
    Empty(&'static str),
    /// 200, and this text is nowhere in the answer.
    Lacks(String),
    /// It is about himself: there is no other place.
    Own,
    /// Everybody who has signed in may look it up.
    Open,
}

/// What is sent.
enum Sent {
    Nothing,
    Json(Value),
    Form(String),
}

struct Example {
    path: String,
    sent: Sent,
    headers: Vec<(&'static str, String)>,
    /// Who may, and who may not.
    who: Who,
    far: Who,
    elsewhere: Elsewhere,
    /// What who may gets.
    status: u16,
}

impl Example {
    fn new(path: impl Into<String>, who: Who, elsewhere: Elsewhere) -> Self {
        Example {
            path: path.into(),
            sent: Sent::Nothing,
            headers: Vec::new(),
            who,
            far: Who::Stranger,
            elsewhere,
            status: 200,
        }
    }

    fn far(self, far: Who) -> Self {
        Example { far, ..self }
    }

    fn status(self, status: u16) -> Self {
        Example { status, ..self }
    }

    fn json(self, body: Value) -> Self {
        Example {
            sent: Sent::Json(body),
            ..self
        }
    }

    fn form(self, body: String) -> Self {
        Example {
            sent: Sent::Form(body),
            ..self
        }
    }

    fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    async fn send(&self, world: &World, method: Method, who: Who, key: &str) -> Answer {
        let builder = Request::builder().method(method.name()).uri(&self.path);
        let mut builder = signed(builder, token(who)).header("idempotency-key", key);
        for (name, value) in &self.headers {
            builder = builder.header(*name, value);
        }
        let request = match &self.sent {
            Sent::Nothing => builder.body(Body::empty()),
            Sent::Json(body) => builder
                .header("content-type", "application/json")
                .body(Body::from(body.to_string())),
            Sent::Form(body) => builder
                .header("content-type", "multipart/form-data; boundary=xx")
                .body(Body::from(body.clone())),
        };
        world.ask(request.unwrap()).await
    }
}

fn guarded() -> Vec<Route> {
    let routes = entries().into_iter().map(|entry| entry.route);
    let guarded = routes.filter(|r| r.tree == Tree::Api && r.access != Access::Public);
    guarded.collect()
}

/// Some address of the route; whether there is such a thing does not matter.
fn somewhere(route: &Route) -> String {
    route
        .path
        .replace("{id}", "case_0190a6f47b6e7c119d3a1f2e3d4c5b6a")
        .replace("{index}", "0")
        .replace("{duty}", "x")
        .replace("{code}", "x")
        .replace("{name}", "x")
}

async fn nothing_but_what_is_public_answers_without_a_session(db: Database) {
    let world = World::open(db).await;
    for route in guarded() {
        let builder = || {
            Request::builder()
                .method(route.method.name())
                .uri(somewhere(&route))
        };
        let answer = world.ask(builder().body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, 401, "{route:?}: {}", answer.text);
        assert_eq!(answer.json["code"], "not-signed-in");
        let stale = signed(builder(), [0xEE; 32]).body(Body::empty()).unwrap();
        assert_eq!(world.ask(stale).await.status, 401, "{route:?}");
        if route.mutates {
            let (_, bytes) = (route.method, token(Who::Lead));
            let mut forged = signed(builder(), bytes).body(Body::empty()).unwrap();
            forged.headers_mut().remove("x-csrf-token");
            let answer = world.ask(forged).await;
            assert_eq!(answer.json["code"], "csrf-token-mismatch", "{route:?}");
        }
    }
}

async fn a_sign_in_that_is_not_finished_opens_nothing_else(db: Database) {
    const ITS_OWN: [&str; 5] = [
        "get_current_session",
        "delete_current_session",
        "verify_totp",
        "verify_recovery_code",
        "change_password",
    ];
    let world = World::open(db).await;
    world
        .new_session(Who::Lead, [0x77; 32], SessionStage::SecondFactor)
        .await;
    for route in guarded() {
        if ITS_OWN.contains(&route.operation_id) {
            continue;
        }
        let builder = Request::builder()
            .method(route.method.name())
            .uri(somewhere(&route));
        let request = signed(builder, [0x77; 32]).body(Body::empty()).unwrap();
        let answer = world.ask(request).await;
        assert_eq!(answer.json["code"], "sign-in-unfinished", "{route:?}");
    }
}

async fn another_place_sees_nothing_and_every_change_is_audited(db: Database) {
    let scene = Scene::set(db).await;
    let world = &scene.world;
    let mut seen = BTreeSet::new();
    for route in guarded() {
        let operation = route.operation_id;
        if operation == "stream_changes" {
            // A stream never ends by itself: `stream.rs` reads it for somebody of another place.
            continue;
        }
        let example = example(&scene, operation).await;
        let example = example.unwrap_or_else(|| panic!("{operation} 没有例子，请在这里补一例"));
        assert!(seen.insert(operation));
        check_elsewhere(world, &route, &example).await;
        let before = world.audits().await;
        let key = format!("here-{operation}");
        let answer = example.send(world, route.method, example.who, &key).await;
        assert_eq!(
            answer.status, example.status,
            "{operation}: {}",
            answer.text
        );
        if route.mutates {
            scene.settled().await;
            assert!(world.audits().await > before, "{operation} 没有留审计");
        }
    }
    let sql = "SELECT DISTINCT action FROM audit ORDER BY action";
    for action in world.db.raw_texts(sql).await.unwrap() {
        assert_ne!(name_of(&action), action, "审计里的 {action} 没有中文名");
    }
}

async fn a_request_sent_again_is_answered_as_before_or_its_route_says_why_not(db: Database) {
    let scene = Scene::set(db).await;
    let world = &scene.world;
    let mut kept = 0;
    for route in guarded().into_iter().filter(|route| route.mutates) {
        let operation = route.operation_id;
        match route.repeat {
            Repeat::NoKey(why) => {
                assert!(!why.is_empty(), "{operation}");
                continue;
            }
            Repeat::Key | Repeat::KeyRequired => kept += 1,
        }
        let example = example(&scene, operation).await.unwrap();
        let send = async |example: &Example| {
            let key = format!("twice-{operation}");
            example.send(world, route.method, example.who, &key).await
        };
        let first = send(&example).await;
        assert_eq!(first.status, example.status, "{operation}: {}", first.text);
        assert_eq!(first.header("idempotency-replayed"), "", "{operation}");
        scene.settled().await;
        let audits = world.audits().await;
        let again = send(&example).await;
        assert_eq!(
            (again.status, &again.text, again.etag()),
            (first.status, &first.text, first.etag()),
            "{operation}"
        );
        assert_eq!(
            again.header("idempotency-replayed"),
            "true",
            "{operation} 没有把键交给用例，或用例不经 perform"
        );
        assert_eq!(world.audits().await, audits, "{operation} 又做了一次");
        let path = format!("{}?another=1", example.path);
        let other = send(&Example { path, ..example }).await;
        assert_eq!(other.status, 409, "{operation}: {}", other.text);
        assert_eq!(other.json["code"], "idempotency-key-reused", "{operation}");
    }
    assert!(kept > 25, "{kept}");
}

async fn check_elsewhere(world: &World, route: &Route, example: &Example) {
    let operation = route.operation_id;
    if matches!(example.elsewhere, Elsewhere::Own) {
        return;
    }
    let key = format!("far-{operation}");
    let answer = example.send(world, route.method, example.far, &key).await;
    let told = format!("{operation}: {} {}", answer.status, answer.text);
    assert!(!answer.text.contains(PLANTED), "{told}");
    match &example.elsewhere {
        Elsewhere::Own => {}
        Elsewhere::Hidden => assert_eq!(answer.status, 404, "{told}"),
        Elsewhere::Refused => assert_eq!(answer.status, 403, "{told}"),
        Elsewhere::Barred => assert!([403, 404].contains(&answer.status), "{told}"),
        Elsewhere::Open => assert_eq!(answer.status, 200, "{told}"),
        Elsewhere::Empty(noun) => {
            assert_eq!(answer.status, 200, "{told}");
            assert_eq!(answer.json[*noun], json!([]), "{told}");
        }
        Elsewhere::Lacks(text) => {
            assert_eq!(answer.status, 200, "{told}");
            assert!(!answer.text.contains(text.as_str()), "{told}");
        }
    }
}

/// The example of a route; made when its turn has come, because some use up what they need.
async fn example(scene: &Scene, operation: &str) -> Option<Example> {
    let example = match operation {
        "list_sessions"
        | "get_current_session"
        | "delete_current_session"
        | "verify_totp"
        | "verify_recovery_code"
        | "change_password"
        | "revoke_session"
        | "enrol_totp"
        | "confirm_totp"
        | "renew_recovery_codes"
        | "disable_totp" => session(scene, operation).await,
        _ => match case(scene, operation).await {
            Some(example) => example,
            None => match finding(scene, operation)
                .await
                .or_else(|| register(scene, operation))
            {
                Some(example) => example,
                None => match disclosure(scene, operation).await {
                    Some(example) => example,
                    None => match matter(scene, operation).await {
                        Some(example) => example,
                        None => match complaint::example(scene, operation).await {
                            Some(example) => example,
                            None => return administration(scene, operation).await,
                        },
                    },
                },
            },
        },
    };
    Some(example)
}

/// The reason for something that is done to the account of another.
fn why() -> Value {
    json!({"reason": "本人申请"})
}

async fn session(scene: &Scene, operation: &str) -> Example {
    use Elsewhere::{Hidden, Lacks, Own};
    let world = &scene.world;
    let lead = world.account(Who::Lead).to_string();
    let code = json!({"code": "000000"});
    match operation {
        "list_sessions" => Example::new("/api/v1/sessions", Who::Security, Lacks(lead)),
        "get_current_session" => Example::new("/api/v1/sessions/current", Who::Lead, Lacks(lead)),
        // Deputy is needed for nothing else.
        "delete_current_session" => {
            Example::new("/api/v1/sessions/current", Who::Deputy, Own).status(204)
        }
        "verify_totp" => Example::new("/api/v1/sessions/totp", Who::Lead, Own)
            .json(code)
            .status(401),
        "verify_recovery_code" => Example::new("/api/v1/sessions/recovery_code", Who::Lead, Own)
            .json(json!({"code": "ABCD-EFGH-IJKL-MNOP"}))
            .status(401),
        "change_password" => Example::new("/api/v1/sessions/current/password", Who::Auditor, Own)
            .json(json!({"current": "wrong", "new": "Violet-Harbour-31-Quill"}))
            .status(401),
        "revoke_session" => {
            let path = format!("/api/v1/sessions/{}/revoke", scene.spare_session().await);
            Example::new(path, Who::Security, Hidden)
                .far(Who::FarSecurity)
                .json(why())
                .status(204)
        }
        "enrol_totp" => Example::new("/api/v1/totp", Who::Clerk, Own).status(201),
        "renew_recovery_codes" => Example::new("/api/v1/totp/recovery_codes", Who::Clerk, Own)
            .json(code)
            .status(401),
        other => {
            let path = format!("/api/v1/totp/{}", other.trim_end_matches("_totp"));
            Example::new(path, Who::Clerk, Own).json(code).status(401)
        }
    }
}

async fn case(scene: &Scene, operation: &str) -> Option<Example> {
    use Elsewhere::{Barred, Empty, Hidden};
    let (world, case) = (&scene.world, &scene.case);
    let at = |rest: &str| format!("/api/v1/cases/{case}{rest}");
    let reason = json!({"reason": "送达地址核对"});
    Some(match operation {
        "list_cases" => Example::new("/api/v1/cases", Who::Lead, Empty("cases")),
        "create_case" => Example::new("/api/v1/cases", Who::Lead, Barred)
            .json(json!({"procedure": "ordinary_penalty", "body": world.body}))
            .status(201),
        "record_event" => Example::new(at("/events"), Who::Lead, Hidden)
            .json(scene.clue())
            .header("if-match", scene.version().await)
            .status(201),
        "correct_event" => {
            let mut event = scene.clue();
            event["on"] = "2026-02-03".into();
            let body = json!({"corrects": scene.event, "event": event, "reason": "日期写错"});
            Example::new(at("/corrections"), Who::Lead, Hidden)
                .json(body)
                .header("if-match", scene.version().await)
                .status(201)
        }
        "reveal_personal_data" => Example::new(at("/reveal"), Who::Lead, Hidden).json(reason),
        "bundle_case" => {
            world.integrate().await;
            Example::new(at("/bundle"), Who::Lead, Hidden).json(reason)
        }
        "get_case" => Example::new(at(""), Who::Lead, Hidden),
        "list_case_events" => Example::new(at("/events"), Who::Lead, Hidden),
        "get_next_actions" => Example::new(at("/next_actions"), Who::Lead, Hidden),
        "get_case_duties" => Example::new(at("/duties"), Who::Lead, Hidden),
        "get_case_duty" => {
            let duties = world.get(Who::Lead, &at("/duties")).await;
            let duty = duties.json["duties"][0]["id"].as_str();
            let duty = duty.expect("a clue is to be verified in time");
            Example::new(at(&format!("/duties/{duty}")), Who::Lead, Hidden)
        }
        "explain_case_rule" => Example::new(at("/rules/P-TIME-90D"), Who::Lead, Hidden),
        "score_case" => Example::new(at("/score_sheets"), Who::Lead, Hidden),
        "get_case_discretion" => Example::new(at("/discretion"), Who::Lead, Hidden),
        "get_case_findings" => Example::new(at("/findings"), Who::Lead, Hidden),
        "get_case_links" => Example::new(at("/links"), Who::Lead, Hidden),
        "list_case_log_proofs" => Example::new(at("/log_proofs"), Who::Lead, Hidden),
        "get_log_entry" => Example::new(
            format!("/api/v1/log/entries/{}", scene.log_index),
            Who::Lead,
            Hidden,
        ),
        "get_inclusion_proof" => Example::new(
            format!("/api/v1/log/proofs/inclusion?index={}", scene.log_index),
            Who::Lead,
            Hidden,
        ),
        _ => return None,
    })
}

async fn finding(scene: &Scene, operation: &str) -> Option<Example> {
    use Elsewhere::{Empty, Hidden, Refused};
    let world = &scene.world;
    Some(match operation {
        "list_duties" => Example::new("/api/v1/duties", Who::Head, Empty("duties")),
        "list_findings" => Example::new("/api/v1/findings", Who::Head, Empty("findings")),
        "list_over_cases_findings" => Example::new(
            "/api/v1/over_cases_findings",
            Who::Supervisor,
            Empty("over_cases_findings"),
        ),
        "get_over_cases_summary" => Example::new(
            "/api/v1/over_cases_findings/summary",
            Who::Supervisor,
            Empty("summary"),
        ),
        "get_over_cases_finding" => Example::new(
            format!("/api/v1/over_cases_findings/{}", scene.over_cases().await),
            Who::Supervisor,
            Hidden,
        ),
        "get_over_cases_state" => {
            Example::new("/api/v1/over_cases_state", Who::Supervisor, Elsewhere::Open)
        }
        "create_over_cases_run" => {
            Example::new("/api/v1/over_cases_runs", Who::Supervisor, Refused)
                .far(Who::Head)
                .status(201)
        }
        "get_finding_summary" => {
            Example::new("/api/v1/findings/summary", Who::Head, Empty("summary"))
        }
        "reckon_stated_facts" => Example::new(
            "/api/v1/discretion_items/food_without_licence/reckon",
            Who::Lead,
            Elsewhere::Open,
        )
        .json(json!({"on": "2025-03-03", "facts": {"discretion": {"goods_value": 500_000}}})),
        "get_roles" => Example::new("/api/v1/roles", Who::Lead, Elsewhere::Open),
        "get_adapters" => Example::new("/api/v1/adapters", Who::Lead, Elsewhere::Open),
        // No rule of the shipped lawbook is on trial.
        "get_rule_trial" => {
            Example::new("/api/v1/rules/P-TIME-90D/trial", Who::Head, Hidden).status(404)
        }
        "get_finding_trend" => {
            Example::new("/api/v1/findings/trend?by=body", Who::Head, Empty("trend"))
        }
        "get_finding_places" => Example::new(
            "/api/v1/findings/places",
            Who::Head,
            Elsewhere::Lacks(world.body_path.clone()),
        ),
        "get_finding" => Example::new(
            format!("/api/v1/findings/{}", scene.finding),
            Who::Head,
            Hidden,
        ),
        _ => return None,
    })
}

async fn matter(scene: &Scene, operation: &str) -> Option<Example> {
    use Elsewhere::{Barred, Empty, Hidden, Lacks};
    let world = &scene.world;
    let lead =
        json!({"body": world.body, "source": "media", "problem": "舆情反映多次检查同一企业"});
    Some(match operation {
        "open_matter" => Example::new("/api/v1/matters", Who::Supervisor, Barred)
            .json(lead)
            .status(201),
        "list_matters" => {
            scene.opened("matter-0001").await;
            Example::new("/api/v1/matters", Who::Supervisor, Empty("matters"))
        }
        "get_matter_summary" => {
            let path = "/api/v1/matters/summary";
            Example::new(path, Who::Supervisor, Empty("summary"))
        }
        "get_matter" => {
            let path = format!("/api/v1/matters/{}", scene.opened("matter-0002").await);
            Example::new(path, Who::Supervisor, Hidden)
        }
        "export_matters" => {
            let path = "/api/v1/exports/matters";
            Example::new(path, Who::Supervisor, Lacks("市场监督管理局".to_owned())).json(json!({}))
        }
        _ => return None,
    })
}

fn register(scene: &Scene, operation: &str) -> Option<Example> {
    use Elsewhere::{Barred, Empty, Hidden, Open};
    let world = &scene.world;
    let (body, officer, item) = (&world.body, &scene.officer, &scene.item);
    let change = |kind: &str, fields: Value| json!({"event": {"kind": kind, "on": "2026-02-04", "fields": fields}});
    let first = |kind: &str, fields: Value| json!({"events": [{"kind": kind, "on": "2026-02-04", "fields": fields}]});
    let list =
        |noun: &str, elsewhere| Example::new(format!("/api/v1/{noun}"), Who::Head, elsewhere);
    let one = |noun: &str, id: &str, rest: &str, who, elsewhere| {
        Example::new(format!("/api/v1/{noun}/{id}{rest}"), who, elsewhere)
    };
    Some(match operation {
        "list_organisations" => list("organisations", Open),
        "list_bodies" => list("bodies", Open),
        "list_items" => list("items", Open),
        "list_officers" => list("officers", Empty("officers")),
        "get_organisation" => one("organisations", &scene.division, "", Who::Head, Open),
        "get_body" => one("bodies", body, "", Who::Head, Open),
        "get_item" => one("items", item, "", Who::Head, Open),
        "get_officer" => one("officers", officer, "", Who::Head, Hidden),
        "create_organisation" => Example::new("/api/v1/organisations", Who::Supervisor, Barred)
            .json(first(
                "division_established",
                json!({"code": "410102", "name": "子区", "level": "county", "parent": "410100"}),
            ))
            .status(201),
        "record_organisation_event" => {
            one("organisations", &scene.division, "/events", Who::Supervisor, Barred)
                .json(change("division_renamed", json!({"name": "新甲市"})))
                .header("if-match", "\"1\"")
                .status(201)
        }
        "create_body" => Example::new("/api/v1/bodies", Who::Supervisor, Barred)
            .json(first(
                "body_registered",
                json!({"name": "甲市城管局", "body_kind": "department", "department": "urban_management",
                    "region": "410100", "level": "city", "basis": ["处罚法17"]}),
            ))
            .status(201),
        "record_body_event" => one("bodies", body, "/events", Who::Supervisor, Barred)
            .json(change("body_changed", json!({"name": "甲市市场监管局"})))
            .header("if-match", "\"1\"")
            .status(201),
        "set_body_opening" => one("bodies", body, "/opening", Who::Clerk, Barred)
            .json(json!({"is_open_to_unit": true}))
            .status(204),
        "create_officer" => Example::new("/api/v1/officers", Who::Clerk, Barred)
            .json(scene.officer_events())
            .status(201),
        "record_officer_event" => one("officers", officer, "/events", Who::Clerk, Hidden)
            .json(change("post_changed", json!({"leaves_enforcement": false})))
            .header("if-match", "\"2\"")
            .status(201),
        "reveal_officer" => one("officers", officer, "/reveal", Who::Clerk, Hidden)
            .json(json!({"reason": "核对名册"})),
        "create_item" => Example::new("/api/v1/items", Who::Clerk, Barred)
            .json(scene.item_events("甲-2"))
            .status(201),
        "record_item_event" => one("items", item, "/events", Who::Clerk, Barred)
            .json(change("item_revised", json!({"action": "take_up", "name": "改了名"})))
            .header("if-match", "\"1\"")
            .status(201),
        _ => return None,
    })
}

async fn disclosure(scene: &Scene, operation: &str) -> Option<Example> {
    use Elsewhere::{Empty, Hidden};
    let at = |id: &str, rest: &str| format!("/api/v1/disclosures/{id}{rest}");
    Some(match operation {
        "get_case_disclosure_draft" => {
            let (case, decision) = scene.publishable("disclosed-1").await;
            let path = format!("/api/v1/cases/{case}/disclosure_draft?decision={decision}");
            Example::new(path, Who::Head, Hidden)
        }
        "get_case_public_records" => {
            let (_, case) = scene.published("disclosed-2").await;
            let path = format!("/api/v1/cases/{case}/public_records");
            Example::new(path, Who::Head, Hidden)
        }
        "list_disclosures" => {
            scene.prepared("disclosed-3").await;
            Example::new("/api/v1/disclosures", Who::Head, Empty("disclosures"))
        }
        "prepare_disclosure" => {
            let (case, decision) = scene.publishable("disclosed-4").await;
            Example::new("/api/v1/disclosures", Who::Clerk, Hidden)
                .header("if-match", scene.case_version(&case).await)
                .json(json!({"case": case, "decision": decision}))
                .status(201)
        }
        "get_disclosure" => {
            let (id, _) = scene.prepared("disclosed-5").await;
            Example::new(at(&id, ""), Who::Head, Hidden)
        }
        "approve_disclosure" => {
            let (id, _) = scene.prepared("disclosed-6").await;
            Example::new(at(&id, "/approve"), Who::Head, Hidden)
        }
        "publish_disclosure" => {
            let (id, case) = scene.approved("disclosed-7").await;
            Example::new(at(&id, "/publish"), Who::Clerk, Hidden)
                .json(json!({}))
                .header("if-match", scene.case_version(&case).await)
                .status(201)
        }
        "cancel_disclosure" => {
            let (id, _) = scene.prepared("disclosed-8").await;
            Example::new(at(&id, "/cancel"), Who::Clerk, Hidden)
        }
        "withdraw_public_record" => {
            let (id, case) = scene.published("disclosed-9").await;
            let path = format!("/api/v1/public_records/{id}/withdraw");
            Example::new(path, Who::Clerk, Hidden)
                .json(json!({"ground": "mistaken", "reason": "数额抄错"}))
                .header("if-match", scene.case_version(&case).await)
        }
        _ => return None,
    })
}

#[expect(clippy::too_many_lines, reason = "a match with one arm an operation")]
async fn administration(scene: &Scene, operation: &str) -> Option<Example> {
    use Elsewhere::{Barred, Empty, Hidden, Lacks, Own, Refused};
    let world = &scene.world;
    let lead = world.account(Who::Lead).to_string();
    let far = match operation {
        "list_accounts" | "create_account" | "get_account" | "disable_account"
        | "enable_account" | "list_jobs" | "retry_job" => Who::FarSystem,
        "unlock_account"
        | "reset_password"
        | "reset_totp"
        | "revoke_account_sessions"
        | "get_account_grants"
        | "grant_role"
        | "revoke_grant" => Who::FarSecurity,
        "list_audit_entries" => Who::FarAuditor,
        _ => Who::Stranger,
    };
    let reviewer = world.account(Who::Reviewer);
    let at = |rest: &str| format!("/api/v1/accounts/{reviewer}/{rest}");
    let import = |rest: &str| format!("/api/v1/imports/{}{rest}", scene.import);
    let example = match operation {
        "list_accounts" => Example::new("/api/v1/accounts", Who::System, Lacks(lead)),
        "create_account" => Example::new("/api/v1/accounts", Who::System, Barred)
            .json(json!({"login": "new.comer", "name": "新人", "org": world.body_path}))
            .status(201),
        "get_account" => Example::new(format!("/api/v1/accounts/{lead}"), Who::System, Hidden),
        "disable_account" => Example::new(at("disable"), Who::System, Hidden)
            .json(why())
            .status(204),
        "enable_account" => Example::new(at("enable"), Who::System, Hidden)
            .json(why())
            .status(204),
        "unlock_account" => Example::new(at("unlock"), Who::Security, Hidden)
            .json(why())
            .status(204),
        "reset_password" => Example::new(at("reset_password"), Who::Security, Hidden).json(why()),
        "reset_totp" => Example::new(at("reset_totp"), Who::Security, Hidden)
            .json(why())
            .status(204),
        "revoke_account_sessions" => Example::new(at("revoke_sessions"), Who::Security, Hidden)
            .json(why())
            .status(204),
        "get_account_grants" => Example::new(at("grants"), Who::Security, Hidden),
        "grant_role" => Example::new(at("grants"), Who::Security, Hidden)
            .json(
                json!({"role": "officer", "org": world.body_path, "from_on": "2026-03-01",
                "reason": "调入办案"}),
            )
            .status(201),
        "revoke_grant" => {
            let path = format!("/api/v1/grants/{}/revoke", scene.spare_grant().await);
            Example::new(path, Who::Security, Hidden)
                .json(why())
                .status(204)
        }
        "get_delegations" => Example::new("/api/v1/delegations", Who::Head, Lacks(lead)),
        "create_delegation" => Example::new("/api/v1/delegations", Who::Lead, Own)
            .json(scene.delegation())
            .status(201),
        "end_delegation" => {
            let path = format!("/api/v1/delegations/{}/end", scene.spare_delegation().await);
            Example::new(path, Who::Lead, Hidden).status(204)
        }
        "list_imports" => Example::new("/api/v1/imports", Who::Clerk, Empty("imports")),
        "create_import" => Example::new("/api/v1/imports", Who::Clerk, Barred)
            .form(scene.import_form("甲案9"))
            .status(201),
        "get_import_receipt" => Example::new(import("/receipt"), Who::Clerk, Hidden),
        "get_import" => Example::new(import(""), Who::Clerk, Hidden),
        "list_import_rows" => Example::new(import("/rows"), Who::Clerk, Hidden),
        "get_unknown_bodies" => Example::new(import("/unknown_bodies"), Who::Clerk, Hidden),
        "dry_run_import" => {
            let path = format!(
                "/api/v1/imports/{}/dry_run",
                scene.fresh_import("甲案21").await
            );
            Example::new(path, Who::Clerk, Hidden).status(202)
        }
        "run_import" => {
            let path = format!("/api/v1/imports/{}/run", scene.fresh_import("甲案22").await);
            Example::new(path, Who::Clerk, Hidden).status(202)
        }
        "map_bodies" => Example::new(import("/body_mappings"), Who::Supervisor, Hidden)
            .json(json!({"body_mappings": [{"name": "甲局", "body": world.body}]}))
            .status(204),
        "export_cases" => {
            Example::new("/api/v1/exports/cases", Who::Head, Lacks("{".to_owned())).json(json!({}))
        }
        "export_findings" => Example::new(
            "/api/v1/exports/findings",
            Who::Head,
            Lacks(scene.finding.clone()),
        )
        .json(json!({})),
        "export_over_cases" => {
            let path = "/api/v1/exports/over_cases_findings";
            let lacks = Lacks(scene.over_cases().await);
            Example::new(path, Who::Supervisor, lacks).json(json!({}))
        }
        "list_erasures" => Example::new("/api/v1/erasures", Who::Head, Empty("erasures")),
        "request_erasure" => Example::new("/api/v1/erasures", Who::Head, Hidden)
            .json(scene.erasure())
            .status(201),
        "approve_erasure" => {
            let path = format!("/api/v1/erasures/{}/approve", scene.spare_erasure().await);
            Example::new(path, Who::Security, Hidden)
        }
        "list_audit_entries" => Example::new(
            "/api/v1/audit_entries?limit=200",
            Who::Auditor,
            Lacks(scene.case.clone()),
        ),
        "get_lawbook_state" => {
            Example::new("/api/v1/lawbook_state", Who::System, Refused).far(Who::Stranger)
        }
        "get_lawbook_candidates" => {
            Example::new("/api/v1/lawbook_candidates", Who::Jurist, Refused)
        }
        "get_lawbook_candidate" => {
            Example::new("/api/v1/lawbook_candidates/same", Who::Jurist, Refused)
        }
        "get_foresight_runs" => Example::new("/api/v1/foresight_runs", Who::Jurist, Refused),
        "create_foresight_run" => Example::new("/api/v1/foresight_runs", Who::Jurist, Refused)
            .json(json!({"candidate": "same"}))
            .status(201),
        "get_foresight_run" => Example::new(running(world).await, Who::Jurist, Barred),
        "cancel_foresight_run" => {
            let path = format!("{}/cancel", running(world).await);
            Example::new(path, Who::Jurist, Barred).status(204)
        }
        "export_foresight_run" => {
            let path = format!("{}/export", running(world).await);
            Example::new(path, Who::Jurist, Barred)
        }
        "list_jobs" => Example::new("/api/v1/jobs", Who::System, Refused),
        "retry_job" => {
            let path = format!("/api/v1/jobs/{}/retry", scene.failed_job().await);
            Example::new(path, Who::System, Barred).status(204)
        }
        _ => return None,
    };
    Some(example.far(far))
}
