//! 监督：从发现到销号，问题不消除不销号；别处的监督机构与别的机关一步也看不到；重发只做一次，旧版本不改。

use mingjing_testkit::database::Database;
use mingjing_testkit::on_both_engines;
use serde_json::{Value, json};

use crate::world::{Answer, Who, World};

on_both_engines! {
    a_finding_is_followed_until_its_fault_is_gone,
    a_finding_is_supervised_once_and_only_by_whoever_sees_it,
    the_supervised_body_sees_what_was_served_and_nothing_else,
    a_matter_is_no_case_and_its_register_is_exported,
    nobody_gets_round_what_is_not_put_right,
    what_is_inside_is_told_to_nobody_outside,
    of_a_case_made_confidential_since_only_the_number_is_told,
}

/// A case of the body with a fault, and the matter that was opened from it.
struct Faulty {
    world: World,
    case: String,
    clue: String,
    finding: String,
}

impl Faulty {
    /// A clue that nobody has looked into since last June.
    async fn set(db: Database) -> Faulty {
        let world = World::open(db).await;
        let case = world.new_case(Who::Lead, &world.body, "faulty-case").await;
        let mut faulty = Faulty {
            world,
            case,
            clue: String::new(),
            finding: String::new(),
        };
        let recorded = faulty.clue_of("2025-06-03", "faulty-clue").await;
        faulty.clue = recorded.json["event"]["id"].as_str().unwrap().to_owned();
        let path = format!("/api/v1/cases/{}/findings", faulty.case);
        let found = faulty.world.get(Who::Head, &path).await;
        // That it was recorded late stays so, whatever is put right.
        let mut findings = found.json["findings"].as_array().unwrap().iter();
        let finding = findings.find(|finding| finding["status"] == "violated");
        let finding = finding.and_then(|finding| finding["id"].as_str());
        faulty.finding = finding.expect("a finding of the late clue").to_owned();
        faulty
    }

    async fn clue_of(&self, on: &str, key: &str) -> Answer {
        let event = json!({"kind": "clue_registered", "on": on,
            "fields": {"source": "inspection", "real_name_informant": false}});
        self.record(Who::Lead, &self.case, &event, key).await
    }

    /// The clue was written under a wrong day: the fault was none.
    async fn correct(&self) {
        let version = self.version(Who::Lead, "cases", &self.case).await;
        let event = json!({"kind": "clue_registered", "on": "2026-02-27",
            "fields": {"source": "inspection", "real_name_informant": false}});
        let body = json!({"corrects": self.clue, "event": event, "reason": "日期写错"});
        let headers = [
            ("idempotency-key", "correct-clue"),
            ("if-match", version.as_str()),
        ];
        let path = format!("/api/v1/cases/{}/corrections", self.case);
        let done = self
            .world
            .post_with(Who::Lead, &path, &body, &headers)
            .await;
        assert_eq!(done.status, 201, "{}", done.text);
    }

    async fn version(&self, who: Who, noun: &str, id: &str) -> String {
        let path = format!("/api/v1/{noun}/{id}");
        self.world.get(who, &path).await.etag()
    }

    fn opening(&self) -> Value {
        json!({"findings": [self.finding], "source": "engine", "number": "甲司监督〔2026〕1号",
            "problem": "线索登记之后长期不核查"})
    }

    async fn open(&self, who: Who, key: &str) -> Answer {
        let headers = [("idempotency-key", key)];
        let world = &self.world;
        world
            .post_with(who, "/api/v1/matters", &self.opening(), &headers)
            .await
    }

    async fn record(&self, who: Who, id: &str, event: &Value, key: &str) -> Answer {
        let mut version = self.version(Who::Supervisor, "matters", id).await;
        if version.is_empty() {
            version = self.version(who, "cases", id).await;
        }
        let headers = [("idempotency-key", key), ("if-match", version.as_str())];
        let path = format!("/api/v1/cases/{id}/events");
        self.world.post_with(who, &path, event, &headers).await
    }

    /// Takes a step; what it newly brings has been seen.
    async fn step(&self, who: Who, matter: &str, kind: &str, fields: Value) -> Answer {
        let mut event = json!({"kind": kind, "on": "2026-03-02", "fields": fields});
        let first = self
            .record(who, matter, &event, &format!("{kind}-{who:?}-first"))
            .await;
        if first.json["code"] != "decision-blocked" {
            return first;
        }
        let blocking = first.json["findings"].as_array().unwrap().iter();
        let ids: Vec<Value> = blocking
            .map(|finding| finding["id"].clone())
            .filter(|id| !id.is_null())
            .collect();
        if ids.is_empty() {
            return first;
        }
        event["confirm"] = ids.into();
        let key = format!("{kind}-{who:?}-again");
        self.record(who, matter, &event, &key).await
    }

    async fn must(&self, who: Who, matter: &str, kind: &str, fields: Value) {
        let done = self.step(who, matter, kind, fields).await;
        assert_eq!(done.status, 201, "{kind}: {}", done.text);
    }

    async fn state(&self, matter: &str) -> Value {
        let path = format!("/api/v1/matters/{matter}");
        let found = self.world.get(Who::Supervisor, &path).await;
        found.json["matter"]["state"]["code"].clone()
    }

    /// From opening until the body has been served the notice.
    async fn noticed(&self) -> String {
        let opened = self.open(Who::Supervisor, "open-0001").await;
        assert_eq!(opened.status, 201, "{}", opened.text);
        let matter = opened.json["matter"]["id"].as_str().unwrap().to_owned();
        let filing = json!({"source": "engine", "approval_doc": "审批表", "in_remedy": false});
        self.must(Who::Supervisor, &matter, "sup_started", filing)
            .await;
        let organ = json!({"organ": "justice_department", "doc_number": "甲司监通〔2026〕1号"});
        self.must(Who::Supervisor, &matter, "sup_notified", organ)
            .await;
        matter
    }

    /// From the notice until the body has reported that it has put things right.
    async fn reported(&self, matter: &str) {
        self.must(Who::Clerk, matter, "sup_materials_in", json!({}))
            .await;
        let opinion = json!({"organ": "justice_department", "doc_number": "甲司监意〔2026〕1号",
            "rectify_due_on": "2026-03-16"});
        self.must(Who::Supervisor, matter, "sup_opinion_served", opinion)
            .await;
        let report = json!({"evidence_doc": "整改佐证", "responsible": ["责任人甲"]});
        self.must(Who::Clerk, matter, "sup_rectified_report", report)
            .await;
    }

    async fn verify(&self, matter: &str) -> Answer {
        let verified =
            json!({"passed": true, "verifier": "验收人乙", "conclusion": "已整改", "nth": 1});
        self.step(Who::Supervisor, matter, "sup_verified", verified)
            .await
    }
}

async fn a_finding_is_followed_until_its_fault_is_gone(db: Database) {
    let faulty = Faulty::set(db).await;
    let world = &faulty.world;
    let matter = faulty.noticed().await;
    faulty.reported(&matter).await;
    assert_eq!(faulty.state(&matter).await, "verifying");
    // What is still wrong on the case is not put right by a report.
    let refused = faulty.verify(&matter).await;
    assert_eq!(
        (refused.status, &refused.json["code"]),
        (409, &"decision-blocked".into()),
        "{}",
        refused.text
    );
    assert_eq!(
        refused.json["findings"][0]["code"], "SUP-VERIFY",
        "{}",
        refused.text
    );
    faulty.correct().await;
    let path = format!("/api/v1/matters/{matter}");
    let seen = world.get(Who::Supervisor, &path).await;
    assert_eq!(
        seen.json["findings"][0]["ended_by"], "corrected",
        "{}",
        seen.text
    );
    let headers_key = "verified-after-correction";
    let event = json!({"kind": "sup_verified", "on": "2026-03-02", "fields":
        {"passed": true, "verifier": "验收人乙", "conclusion": "已整改", "nth": 1}});
    let stale = world
        .post_with(
            Who::Supervisor,
            &format!("/api/v1/cases/{matter}/events"),
            &event,
            &[("idempotency-key", "stale-0001"), ("if-match", "\"1\"")],
        )
        .await;
    assert_eq!(stale.json["code"], "stale-version", "{}", stale.text);
    let passed = faulty
        .record(Who::Supervisor, &matter, &event, headers_key)
        .await;
    assert_eq!(passed.status, 201, "{}", passed.text);
    faulty
        .must(Who::Supervisor, &matter, "sup_closed", json!({}))
        .await;
    assert_eq!(faulty.state(&matter).await, "closed");
    let counts = world.get(Who::Supervisor, "/api/v1/matters/summary").await;
    assert_eq!(counts.json["summary"][0]["count"], 1, "{}", counts.text);
    let over = world
        .get(Who::Supervisor, "/api/v1/matters?is_over=true")
        .await;
    assert_eq!(over.json["matters"][0]["id"], matter, "{}", over.text);
}

async fn a_finding_is_supervised_once_and_only_by_whoever_sees_it(db: Database) {
    let faulty = Faulty::set(db).await;
    // Of another place, or who handles the case: there is nothing for them to supervise.
    for (who, key) in [(Who::Stranger, "open-far"), (Who::Head, "open-head")] {
        let refused = faulty.open(who, key).await;
        assert!(
            [403, 404, 422].contains(&refused.status),
            "{}",
            refused.text
        );
    }
    let opened = faulty.open(Who::Supervisor, "open-once").await;
    assert_eq!(opened.status, 201, "{}", opened.text);
    let again = faulty.open(Who::Supervisor, "open-once").await;
    assert_eq!((again.status, &again.json), (201, &opened.json));
    let second = faulty.open(Who::Supervisor, "open-twice").await;
    assert_eq!(second.json["code"], "act-refused", "{}", second.text);
    assert!(
        second.text.contains("甲司监督〔2026〕1号"),
        "{}",
        second.text
    );
    // Whoever supervises from above sees it; it stays with the nearest.
    let seen = faulty.world.get(Who::Supervisor, "/api/v1/matters").await;
    assert_eq!(
        seen.json["matters"][0]["org"], "/410000/410100/",
        "{}",
        seen.text
    );
    assert_eq!(seen.json["matters"].as_array().unwrap().len(), 1);
}

async fn the_supervised_body_sees_what_was_served_and_nothing_else(db: Database) {
    let faulty = Faulty::set(db).await;
    let world = &faulty.world;
    let opened = faulty.open(Who::Supervisor, "open-0001").await;
    let early = opened.json["matter"]["id"].as_str().unwrap();
    let at = |matter: &str| {
        let (case, head) = (
            format!("/api/v1/cases/{matter}"),
            format!("/api/v1/matters/{matter}"),
        );
        ["", "/events", "/next_actions", "/duties", "/findings"]
            .map(|rest| format!("{case}{rest}"))
            .into_iter()
            .chain([head])
            .collect::<Vec<_>>()
    };
    for path in at(early) {
        for who in [Who::Clerk, Who::Head, Who::Lead, Who::Stranger] {
            let hidden = world.get(who, &path).await;
            assert_eq!(hidden.status, 404, "{who:?} {path}: {}", hidden.text);
        }
    }
    let matter = faulty.noticed().await;
    assert_eq!(matter, early);
    let events = world
        .get(Who::Clerk, &format!("/api/v1/cases/{matter}/events"))
        .await;
    let kinds: Vec<&str> = events.json["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["sup_notified"], "{}", events.text);
    let next = world
        .get(Who::Clerk, &format!("/api/v1/cases/{matter}/next_actions"))
        .await;
    let steps = next.json["next_actions"].as_array().unwrap();
    assert!(
        steps.iter().all(|step| step["is_permitted"] == true),
        "{}",
        next.text
    );
    assert!(next.text.contains("sup_materials_in"), "{}", next.text);
    let listed = world.get(Who::Head, "/api/v1/matters").await;
    assert_eq!(listed.json["matters"][0]["id"], matter, "{}", listed.text);
    assert_eq!(listed.json["matters"][0]["is_whole"], false);
    // What is asked of it, it does itself, and nothing else.
    let filing = json!({"source": "engine", "approval_doc": "审批表"});
    let refused = faulty
        .step(Who::Clerk, &matter, "sup_started", filing)
        .await;
    assert!([403, 404].contains(&refused.status), "{}", refused.text);
    faulty.reported(&matter).await;
    for path in at(&matter) {
        for who in [Who::Lead, Who::Deputy, Who::Stranger] {
            let hidden = world.get(who, &path).await;
            assert_eq!(hidden.status, 404, "{who:?} {path}: {}", hidden.text);
        }
    }
    let far = world.get(Who::Stranger, "/api/v1/matters").await;
    assert_eq!(far.json["matters"], json!([]), "{}", far.text);
}

async fn a_matter_is_no_case_and_its_register_is_exported(db: Database) {
    let faulty = Faulty::set(db).await;
    let world = &faulty.world;
    let matter = faulty.noticed().await;
    let opinion = json!({"organ": "justice_department", "doc_number": "甲司监意〔2026〕1号",
        "rectify_due_on": "2026-03-16"});
    faulty
        .must(Who::Clerk, &matter, "sup_materials_in", json!({}))
        .await;
    faulty
        .must(Who::Supervisor, &matter, "sup_opinion_served", opinion)
        .await;
    let cases = world.get(Who::Supervisor, "/api/v1/cases").await;
    let ids: Vec<&str> = cases.json["cases"]
        .as_array()
        .unwrap()
        .iter()
        .map(|case| case["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids, [faulty.case.as_str()], "{}", cases.text);
    // Its clock runs where the body looks for what it has to do.
    let duties = world
        .get(Who::Clerk, "/api/v1/duties?state=open,near")
        .await;
    let mine: Vec<&Value> = duties.json["duties"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|duty| duty["case"] == matter.as_str())
        .collect();
    assert_eq!(mine.len(), 1, "{}", duties.text);
    assert_eq!(mine[0]["rule"]["code"], "SUP-RECTIFY", "{}", duties.text);
    assert_eq!(mine[0]["due_on"], "2026-03-16", "{}", duties.text);
    let export = |who, format: &str| {
        let body = json!({"format": format});
        async move { world.post(who, "/api/v1/exports/matters", &body).await }
    };
    let table = export(Who::Supervisor, "csv").await;
    assert!(
        table.text.starts_with("\u{feff}序号,编号,线索来源"),
        "{}",
        table.text
    );
    for text in [
        "规则发现",
        "甲市市场监督管理局",
        "甲司监意〔2026〕1号",
        "2026-03-16",
        "长期不核查",
    ] {
        assert!(table.text.contains(text), "{text}: {}", table.text);
    }
    let book = export(Who::Supervisor, "xlsx").await;
    assert!(book.text.starts_with("PK"), "{}", book.status);
    let refused = export(Who::Clerk, "csv").await;
    assert_eq!(refused.status, 403, "{}", refused.text);
}

/// Ways round 不解决不销号 that were tried on the running program.
async fn nobody_gets_round_what_is_not_put_right(db: Database) {
    let faulty = Faulty::set(db).await;
    let world = &faulty.world;
    let matter = faulty.noticed().await;
    faulty.reported(&matter).await;
    // The finding cannot be taken out of the matter.
    let path = format!("/api/v1/cases/{matter}/events");
    let events = world.get(Who::Supervisor, &path).await;
    let events = events.json["events"].as_array().unwrap().clone();
    let id_of = |kind: &str| {
        let event = events.iter().find(|event| event["kind"] == kind);
        event.unwrap()["id"].clone()
    };
    let correct = async |kind: &str, event: Value, key: &str| {
        let version = faulty.version(Who::Supervisor, "matters", &matter).await;
        let headers = [("idempotency-key", key), ("if-match", version.as_str())];
        let body = json!({"corrects": id_of(kind), "event": event, "reason": "改一改"});
        let path = format!("/api/v1/cases/{matter}/corrections");
        world
            .post_with(Who::Supervisor, &path, &body, &headers)
            .await
    };
    let fields = json!({"to": faulty.case, "link": "originates_from"});
    let link = json!({"kind": "link", "on": "2026-03-02", "fields": fields});
    let refused = correct("link", link, "unlink-0001").await;
    assert_eq!(refused.json["code"], "act-refused", "{}", refused.text);
    // What the body has written, the bureau does not write anew.
    let report = json!({"kind": "sup_rectified_report", "on": "2026-03-02",
        "fields": {"evidence_doc": "别的", "responsible": ["责任人甲"]}});
    let refused = correct("sup_rectified_report", report, "rewrite-0001").await;
    assert_eq!(refused.json["code"], "act-refused", "{}", refused.text);
    // A wrong key on the case makes another finding of the same fault: it stands all the same.
    let version = faulty.version(Who::Lead, "cases", &faulty.case).await;
    let event = json!({"kind": "clue_registered", "on": "2025-06-03", "keys": {"party": "p2"},
        "fields": {"source": "inspection", "real_name_informant": false}});
    let body = json!({"corrects": faulty.clue, "event": event, "reason": "键写错"});
    let headers = [
        ("idempotency-key", "rekey-0001"),
        ("if-match", version.as_str()),
    ];
    let path = format!("/api/v1/cases/{}/corrections", faulty.case);
    let rekeyed = world.post_with(Who::Lead, &path, &body, &headers).await;
    assert_eq!(rekeyed.status, 201, "{}", rekeyed.text);
    let refused = faulty.verify(&matter).await;
    assert_eq!(refused.json["code"], "decision-blocked", "{}", refused.text);
    // Put right, it is struck off; and the body does not open it again.
    faulty.correct().await;
    let verified = faulty.step(
        Who::Supervisor,
        &matter,
        "sup_verified",
        json!({"passed": true,
        "verifier": "验收人丙", "conclusion": "已整改", "nth": 1}),
    );
    assert_eq!(verified.await.status, 201);
    faulty
        .must(Who::Supervisor, &matter, "sup_closed", json!({}))
        .await;
    for (kind, key) in [
        ("sup_rectified_report", "reopen-1"),
        ("replied", "reopen-2"),
    ] {
        let event = json!({"kind": kind, "on": "2026-03-02", "fields": {}});
        let refused = faulty.record(Who::Clerk, &matter, &event, key).await;
        assert_eq!(refused.json["code"], "act-refused", "{}", refused.text);
    }
    assert_eq!(faulty.state(&matter).await, "closed");
}

async fn what_is_inside_is_told_to_nobody_outside(db: Database) {
    let faulty = Faulty::set(db).await;
    let world = &faulty.world;
    let matter = faulty.noticed().await;
    let path = format!("/api/v1/matters/{matter}");
    let whole = world.get(Who::Supervisor, &path).await;
    assert_eq!(whole.json["matter"]["source"]["code"], "engine");
    let served = world.get(Who::Clerk, &path).await;
    assert_eq!(served.status, 200, "{}", served.text);
    assert_eq!(served.json["matter"]["source"], json!(null));
    for query in ["source=engine", "due_before=2026-12-31"] {
        for path in ["matters", "matters/summary"] {
            let path = format!("/api/v1/{path}?{query}");
            let refused = world.get(Who::Clerk, &path).await;
            assert_eq!(refused.status, 422, "{}", refused.text);
            let found = world.get(Who::Supervisor, &path).await;
            assert_eq!(found.status, 200, "{}", found.text);
        }
    }
    // Why the bureau corrected what, and whatever else stands there that is no step, it does not see.
    let events = format!("/api/v1/cases/{matter}/events");
    let all = world.get(Who::Supervisor, &events).await;
    let all = all.json["events"].as_array().unwrap().clone();
    let lead = all.iter().find(|it| it["kind"] == "sup_lead_received");
    let lead = lead.unwrap();
    let version = faulty.version(Who::Supervisor, "matters", &matter).await;
    let event = json!({"kind": "sup_lead_received", "on": lead["on"], "fields": lead["fields"]});
    let body = json!({"corrects": lead["id"], "event": event, "reason": "举报人李四说错了"});
    let headers = [
        ("idempotency-key", "correct-lead"),
        ("if-match", version.as_str()),
    ];
    let corrections = format!("/api/v1/cases/{matter}/corrections");
    let done = world
        .post_with(Who::Supervisor, &corrections, &body, &headers)
        .await;
    assert_eq!(done.status, 201, "{}", done.text);
    let seen = world.get(Who::Clerk, &events).await;
    assert!(!seen.text.contains("李四"), "{}", seen.text);
    let seen = seen.json["events"].as_array().unwrap();
    assert_eq!(seen.len(), 1, "{seen:?}");
    // Nor does it answer before it was asked.
    let early = json!({"kind": "sup_materials_in", "on": "2026-02-01", "fields": {}});
    let refused = faulty
        .record(Who::Clerk, &matter, &early, "early-0001")
        .await;
    assert_eq!(
        refused.json["errors"][0]["pointer"], "/on",
        "{}",
        refused.text
    );
}

async fn of_a_case_made_confidential_since_only_the_number_is_told(db: Database) {
    let faulty = Faulty::set(db).await;
    let world = &faulty.world;
    let opened = faulty.open(Who::Supervisor, "open-0001").await;
    let matter = opened.json["matter"]["id"].as_str().unwrap();
    let path = format!("/api/v1/matters/{matter}");
    let seen = async || {
        let seen = world.get(Who::Supervisor, &path).await;
        let exported = world
            .post_with(
                Who::Supervisor,
                "/api/v1/exports/matters",
                &json!({}),
                &[("idempotency-key", "register-of-matters")],
            )
            .await;
        (seen, exported)
    };
    let (before, _) = seen().await;
    assert_eq!(before.json["hidden_count"], 0, "{}", before.text);
    let rule = before.json["findings"][0]["rule"]["name"].as_str().unwrap();
    let sql = format!(
        "UPDATE case_row SET confidentiality = 'restricted' WHERE timeline_id = '{}'",
        faulty.case
    );
    world.db.raw_execute(&sql).await.unwrap();
    let (after, register) = seen().await;
    assert_eq!(after.json["findings"], json!([]), "{}", after.text);
    assert_eq!(after.json["hidden_count"], 1, "{}", after.text);
    assert!(!register.text.contains(rule), "{}", register.text);
}
