//! 路由的例子所用的布景：一个案件、一份导入而来的有发现的案件、一位人员、一个事项，与用一次就没有的东西。

use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use mingjing_testkit::database::Database;
use serde_json::{Value, json};

use crate::world::{PLANTED, Who, World, signed, token};

/// Long enough for the background work of one small list, even on a busy machine.
const SETTLE_ROUNDS: u32 = 600;

pub(crate) struct Scene {
    pub(crate) world: World,
    pub(crate) case: String,
    pub(crate) event: String,
    pub(crate) finding: String,
    pub(crate) log_index: u64,
    pub(crate) division: String,
    pub(crate) officer: String,
    pub(crate) item: String,
    pub(crate) import: String,
}

impl Scene {
    pub(crate) async fn set(db: Database) -> Scene {
        let world = World::open(db).await;
        let case = world.new_case(Who::Lead, &world.body, "scene-case").await;
        let recorded = world.record(Who::Lead, &case, "scene-event").await;
        assert_eq!(recorded.status, 201, "{}", recorded.text);
        let event = recorded.json["event"]["id"].as_str().unwrap().to_owned();
        let mut scene = Scene {
            world,
            case,
            event,
            finding: String::new(),
            log_index: 0,
            division: String::new(),
            officer: String::new(),
            item: String::new(),
            import: String::new(),
        };
        scene.register().await;
        scene.import = scene.fresh_import("甲案1").await;
        scene.run(&scene.import).await;
        scene.world.integrate().await;
        scene.find().await;
        scene
    }

    async fn register(&mut self) {
        let world = &self.world;
        let found = world.get(Who::Head, "/api/v1/organisations").await;
        let nodes = found.json["organisations"].as_array().unwrap();
        let city = nodes.iter().find(|node| node["code"] == "410100");
        self.division = city.unwrap()["id"].as_str().unwrap().to_owned();
        let made = world
            .post(Who::Clerk, "/api/v1/officers", &self.officer_events())
            .await;
        assert_eq!(made.status, 201, "{}", made.text);
        self.officer = made.json["registered"]["id"].as_str().unwrap().to_owned();
        let made = world
            .post(Who::Clerk, "/api/v1/items", &self.item_events("甲-1"))
            .await;
        assert_eq!(made.status, 201, "{}", made.text);
        self.item = made.json["registered"]["id"].as_str().unwrap().to_owned();
    }

    async fn find(&mut self) {
        let found = self.world.get(Who::Head, "/api/v1/findings").await;
        let finding = found.json["findings"][0]["id"].as_str();
        self.finding = finding.expect("a finding of the imported case").to_owned();
        let path = format!("/api/v1/cases/{}/log_proofs", self.case);
        let proofs = self.world.get(Who::Lead, &path).await;
        let index = &proofs.json["log_proofs"][0]["proof"]["log_index"];
        self.log_index = index.as_u64().expect("the event is in the log");
    }

    /// 线索：随时可记的事实。
    pub(crate) fn clue(&self) -> Value {
        json!({"kind": "clue_registered", "on": "2026-02-02",
            "fields": {"source": "inspection", "real_name_informant": false}})
    }

    /// 由线索立的一件监督事项；返回标识。
    pub(crate) async fn opened(&self, key: &str) -> String {
        let lead = json!({"body": self.world.body, "source": "media", "problem": "舆情反映"});
        let headers = [("idempotency-key", key)];
        let opened = self
            .world
            .post_with(Who::Supervisor, "/api/v1/matters", &lead, &headers)
            .await;
        assert_eq!(opened.status, 201, "{}", opened.text);
        opened.json["matter"]["id"].as_str().unwrap().to_owned()
    }

    /// 对甲局的一件投诉。
    pub(crate) fn complaint(&self) -> Value {
        json!({"kind": "enforcement", "channel": "telephone", "against_body": self.world.body,
            "content": "舆情反映多次检查同一企业", "name": PLANTED, "contact": "托人转告"})
    }

    /// 登记好的一件投诉；返回标识。
    pub(crate) async fn complained(&self, key: &str) -> String {
        let headers = [("idempotency-key", key)];
        let made = self
            .world
            .post_with(
                Who::Supervisor,
                "/api/v1/complaints",
                &self.complaint(),
                &headers,
            )
            .await;
        assert_eq!(made.status, 201, "{}", made.text);
        made.json["complaint"]["id"].as_str().unwrap().to_owned()
    }

    /// 申请看身份；返回申请的地址。
    pub(crate) async fn asked(&self, key: &str, complaint: &str) -> String {
        let path = format!("/api/v1/complaints/{complaint}/informant_requests");
        let (why, key) = (json!({"reason": "约谈核实"}), format!("asked-{key}"));
        let headers = [("idempotency-key", key.as_str())];
        let asked = self
            .world
            .post_with(Who::Supervisor, &path, &why, &headers)
            .await;
        assert_eq!(asked.status, 201, "{}", asked.text);
        let id = asked.json["informant_request"]["id"].as_str().unwrap();
        format!("{path}/{id}")
    }

    pub(crate) async fn version(&self) -> String {
        let path = format!("/api/v1/cases/{}", self.case);
        self.world.get(Who::Lead, &path).await.etag()
    }

    pub(crate) fn officer_events(&self) -> Value {
        json!({"events": [
            {"kind": "officer_registered", "on": "2021-01-04", "fields": {"name": PLANTED}},
            {"kind": "officer_assigned", "on": "2021-01-04", "fields": {"body": self.world.body}},
        ]})
    }

    pub(crate) fn item_events(&self, code: &str) -> Value {
        let fields = json!({"code": code, "name": "某项处罚", "act_kind": "penalty", "body": self.world.body});
        json!({"events": [{"kind": "item_listed", "on": "2021-02-01", "fields": fields}]})
    }

    /// 立案之后九个多月才决定的一案。
    pub(crate) fn import_form(&self, case: &str) -> String {
        let line = json!({"case": case, "procedure": "ordinary_penalty",
        "body": {"name": "甲市市场监督管理局"}, "party": {"kind": "natural", "name": PLANTED},
        "coverage": "closed", "events": [
            {"kind": "case_filed", "on": "2025-03-03", "fields": {"party_name": PLANTED}},
            {"kind": "decided", "on": "2025-12-29", "decision": "d1", "fields": {"fine": 100, "doc_no": "1号"}},
        ]});
        self.form_of(case, &line)
    }

    /// 一行案件格式的名单。
    fn form_of(&self, case: &str, line: &Value) -> String {
        let org = &self.world.body_path;
        let text = |name: &str, value: &str| {
            format!("--xx\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let fields = [text("source", "甲局台账"), text("org", org)].concat();
        format!(
            "{fields}--xx\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{case}.jsonl\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n{line}\n\r\n--xx--\r\n"
        )
    }

    /// 收下而没有导的一批。
    pub(crate) async fn fresh_import(&self, case: &str) -> String {
        self.accept(self.import_form(case)).await
    }

    /// 导入一案，名单里的“甲局”就是甲局，不论它现在叫什么。
    pub(crate) async fn bring_in(&self, case: &str, line: &Value) {
        let id = self.accept(self.form_of(case, line)).await;
        let mapping = json!({"body_mappings": [{"name": "甲局", "body": self.world.body}]});
        let path = format!("/api/v1/imports/{id}/body_mappings");
        let mapped = self.world.post(Who::Supervisor, &path, &mapping).await;
        assert_eq!(mapped.status, 204, "{}", mapped.text);
        self.run(&id).await;
    }

    async fn accept(&self, form: String) -> String {
        let request = signed(Request::post("/api/v1/imports"), token(Who::Clerk))
            .header("content-type", "multipart/form-data; boundary=xx")
            .body(Body::from(form));
        let made = self.world.ask(request.unwrap()).await;
        assert_eq!(made.status, 201, "{}", made.text);
        made.json["import"]["id"].as_str().unwrap().to_owned()
    }

    /// 导一批，等它做完。
    async fn run(&self, id: &str) {
        let path = format!("/api/v1/imports/{id}/run");
        let started = self.world.post(Who::Clerk, &path, &Value::Null).await;
        assert_eq!(started.status, 202, "{}", started.text);
        self.settled().await;
        let done = self
            .world
            .get(Who::Clerk, &format!("/api/v1/imports/{id}"))
            .await;
        assert_eq!(done.json["import"]["state"], "finished", "{}", done.text);
        assert_eq!(done.json["import"]["counts"]["created"], 1, "{}", done.text);
    }

    /// 后台的导入都做完了。
    pub(crate) async fn settled(&self) {
        let sql = "SELECT COUNT(*) FROM import_batch WHERE state = 'running'";
        let mut tick = tokio::time::interval(Duration::from_millis(50));
        for _ in 0..SETTLE_ROUNDS {
            if self.world.db.raw_number(sql).await.unwrap() == 0 {
                return;
            }
            tick.tick().await;
        }
        panic!("an import never ends");
    }

    /// 执法人员的一个会话：他自己的那一个已经退出。
    pub(crate) async fn spare_session(&self) -> String {
        let path = format!(
            "/api/v1/sessions?is_open=true&account={}",
            self.world.account(Who::Deputy)
        );
        self.world
            .new_session(
                Who::Deputy,
                [0x55; 32],
                mingjing_store::session::SessionStage::Full,
            )
            .await;
        let found = self.world.get(Who::Security, &path).await;
        found.json["sessions"][0]["id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn spare_grant(&self) -> String {
        let path = format!(
            "/api/v1/accounts/{}/grants",
            self.world.account(Who::Deputy)
        );
        let found = self.world.get(Who::Security, &path).await;
        found.json["grants"][0]["id"].as_str().unwrap().to_owned()
    }

    pub(crate) fn delegation(&self) -> Value {
        json!({"to": self.world.account(Who::Deputy), "roles": ["lead_officer"], "org": self.world.body_path,
            "from_on": "2026-03-02", "to_on": "2026-03-09", "reason": "出差"})
    }

    pub(crate) async fn spare_delegation(&self) -> String {
        let found = self.world.get(Who::Lead, "/api/v1/delegations").await;
        found.json["given"][0]["id"].as_str().unwrap().to_owned()
    }

    pub(crate) fn erasure(&self) -> Value {
        json!({"case": self.case, "extent": "personal_data", "reason": "当事人申请",
            "basis": "personal_information_protection_law/47"})
    }

    pub(crate) async fn spare_erasure(&self) -> String {
        let found = self.world.get(Who::Head, "/api/v1/erasures").await;
        found.json["erasures"][0]["id"].as_str().unwrap().to_owned()
    }

    /// 一个跨案发现，在甲局。
    pub(crate) async fn over_cases(&self) -> String {
        let id = "overcases_0190a6f47b6e7c119d3a1f2e3d4c5b6a";
        let sql = format!(
            "INSERT INTO over_cases_finding (id, code, part, keys, status, severity, weight, marks, detail, org_path, \
             as_of, lawbook_version, counted, not_counted, digest, found_at, changed_at, seen_at) VALUES ('{id}', \
             'SYS-DOCNUM-DUP', '0', '{{}}', 'violated', 'breach', 3, '[]', '{{}}', '{}', 20000, '1', 2, 0, '', 1, 1, 1) ON CONFLICT (id) DO NOTHING",
            self.world.body_path
        );
        self.world.db.raw_execute(&sql).await.unwrap();
        id.to_owned()
    }

    pub(crate) async fn failed_job(&self) -> String {
        let id = "job_0190a6f47b6e7c119d3a1f2e3d4c5b6a";
        let sql = format!(
            "INSERT INTO job (id, queue, kind, payload, run_at, attempts, max_attempts, error, enqueued_at, trace_id, \
             failed_at) VALUES ('{id}', 'assessment', 'reassess_facts', '{{}}', 1, 8, 8, '库满了', 1, 't', 2)"
        );
        self.world.db.raw_execute(&sql).await.unwrap();
        id.to_owned()
    }
}
