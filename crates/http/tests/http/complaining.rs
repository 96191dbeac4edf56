//! 投诉举报：登记、回复、分派、答复、查询、评价一路走完；被投诉的机关一步也看不到；身份封存，两个人才打得开；台账与件数相符。

use mingjing_services::complaint::public::{Rating, look_up, rate};
use mingjing_services::error::ServiceError;
use mingjing_testkit::database::Database;
use mingjing_testkit::on_both_engines;
use serde_json::{Value, json};

use crate::world::{Answer, Who, World};

on_both_engines! {
    a_complaint_is_followed_from_its_registration_to_what_the_citizen_says_of_it,
    the_body_complained_of_sees_nothing_and_handles_nothing,
    a_tip_is_handed_over_returned_and_returned_no_more,
    who_complained_stands_nowhere_and_is_opened_by_two,
    who_complained_is_erased_with_what_was_received,
    the_register_its_counts_and_its_export_agree,
    the_same_message_by_two_channels_is_proposed_and_merged_by_hand,
    what_is_hostile_or_wrong_is_refused_with_its_place,
}

/// Names that stand nowhere else, to be looked for.
const NAME: &str = "皇甫匿名";
const CONTACT: &str = "微信 huangfu-niming";

struct Bureau {
    world: World,
    /// A body in Anshan, where the times for answering are set.
    body: String,
}

impl Bureau {
    async fn set(db: Database) -> Bureau {
        let world = World::open(db).await;
        world
            .new_division("辽宁省", "210000", "province", None)
            .await;
        world
            .new_division("鞍山市", "210300", "city", Some("210000"))
            .await;
        let (body, _) = world.new_body("鞍山市市场监督管理局", "210300").await;
        Bureau { world, body }
    }

    fn said(&self, content: &str) -> Value {
        json!({"kind": "enforcement", "channel": "visit_or_letter", "against_body": self.body,
            "content": content, "happened": "上个月", "place": "铁东区某街", "name": NAME, "contact": CONTACT})
    }

    async fn register(&self, who: Who, said: &Value, key: &str) -> Answer {
        let headers = [("idempotency-key", key)];
        self.world
            .post_with(who, "/api/v1/complaints", said, &headers)
            .await
    }

    /// Registered; its identifier, number and code.
    async fn registered(&self, who: Who, said: &Value, key: &str) -> (String, String, String) {
        let made = self.register(who, said, key).await;
        assert_eq!(made.status, 201, "{}", made.text);
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        (
            text(&made.json["complaint"]["id"]),
            text(&made.json["complaint"]["number"]),
            text(&made.json["query_code"]),
        )
    }

    async fn step(&self, who: Who, id: &str, kind: &str, fields: Value) -> Answer {
        let path = format!("/api/v1/complaints/{id}");
        let version = self.world.get(who, &path).await.etag();
        let mut event = json!({"kind": kind, "on": "2026-03-02", "fields": fields});
        let path = format!("/api/v1/cases/{id}/events");
        let mut done = None;
        for turn in 0..2 {
            let at = version.trim_matches('"');
            let key = format!("{kind}-{at}-{turn}-{who:?}-{id}");
            let headers = [
                ("idempotency-key", key.as_str()),
                ("if-match", version.as_str()),
            ];
            let answer = self.world.post_with(who, &path, &event, &headers).await;
            if answer.json["code"] != "decision-blocked" {
                return answer;
            }
            let findings = answer.json["findings"].as_array().unwrap().iter();
            let ids: Vec<Value> = findings.map(|finding| finding["id"].clone()).collect();
            event["confirm"] = ids.into();
            done = Some(answer);
        }
        done.unwrap()
    }

    async fn must(&self, who: Who, id: &str, kind: &str, fields: Value) {
        let done = self.step(who, id, kind, fields).await;
        assert_eq!(done.status, 201, "{kind}: {}", done.text);
    }

    async fn get(&self, who: Who, id: &str) -> Answer {
        self.world
            .get(who, &format!("/api/v1/complaints/{id}"))
            .await
    }

    async fn list(&self, who: Who, query: &str) -> Vec<String> {
        let found = self
            .world
            .get(who, &format!("/api/v1/complaints?{query}"))
            .await;
        assert_eq!(found.status, 200, "{}", found.text);
        let rows = found.json["complaints"].as_array().unwrap().iter();
        rows.map(|row| row["id"].as_str().unwrap().to_owned())
            .collect()
    }

    async fn seen_by_citizen(
        &self,
        number: &str,
        code: &str,
    ) -> Result<mingjing_services::complaint::public::PublicComplaint, ServiceError> {
        let services = &self.world.state.services;
        look_up(services, &services.system("test"), (number, code)).await
    }
}

async fn a_complaint_is_followed_from_its_registration_to_what_the_citizen_says_of_it(
    db: Database,
) {
    let bureau = Bureau::set(db).await;
    let who = Who::Registrar;
    let said = bureau.said("上门检查不出示证件");
    let (id, number, code) = bureau.registered(who, &said, "complaint-1").await;
    assert_eq!(number, "210300-2026-00001");
    // Sent again it is the same one, with the same code; the next has the next number.
    let again = bureau.register(who, &said, "complaint-1").await;
    assert_eq!(again.json["query_code"], code, "{}", again.text);
    assert_eq!(again.header("idempotency-replayed"), "true");
    let (_, second, other) = bureau.registered(who, &said, "complaint-2").await;
    assert_eq!(second, "210300-2026-00002");
    assert_ne!(other, code);
    let seen = bureau.get(who, &id).await;
    let head = &seen.json["complaint"];
    assert_eq!(head["org"], "/210000/210300/", "{}", seen.text);
    assert_eq!(head["answer"]["due_on"], "2026-03-09", "{}", seen.text);
    assert_eq!(head["result"]["due_on"], "2026-04-02", "{}", seen.text);
    let told = bureau
        .seen_by_citizen(&number, &code.to_lowercase())
        .await
        .unwrap();
    assert_eq!((told.state.as_str(), told.may_rate), ("已登记", false));
    assert!(
        told.terms.iter().any(|term| !term.articles.is_empty()),
        "{told:?}"
    );
    let wrong = bureau.seen_by_citizen(&number, &other).await;
    assert!(matches!(wrong, Err(ServiceError::NotFound)), "{wrong:?}");
    bureau
        .must(
            who,
            &id,
            "cmp_ack",
            json!({"answer": "已经收到，一个月内答复。"}),
        )
        .await;
    // Nobody is responsible who is not named.
    let refused = bureau
        .step(
            who,
            &id,
            "cmp_assigned",
            json!({"responsible_unit": "监督科"}),
        )
        .await;
    assert_eq!(refused.json["code"], "act-refused", "{}", refused.text);
    assert!(refused.text.contains("没有写明责任人"), "{}", refused.text);
    let named = json!({"responsible_unit": "监督科", "responsible_person": "办理人甲", "due_on": "2026-03-30"});
    bureau.must(who, &id, "cmp_assigned", named).await;
    bureau
        .must(who, &id, "triage", json!({"route": "supervisor"}))
        .await;
    bureau.must(who, &id, "cmp_accepted", json!({})).await;
    let answer = json!({"is_substantive": true, "answer": "经查属实，已责令改正。"});
    bureau.must(who, &id, "cmp_replied", answer).await;
    the_citizen_reads_it_and_is_not_satisfied(&bureau, &id, (&number, &code)).await;
}

async fn the_citizen_reads_it_and_is_not_satisfied(
    bureau: &Bureau,
    id: &str,
    (number, code): (&str, &str),
) {
    let told = bureau.seen_by_citizen(number, code).await.unwrap();
    let texts: Vec<&str> = told
        .steps
        .iter()
        .filter_map(|step| step.text.as_deref())
        .collect();
    assert!(texts.contains(&"经查属实，已责令改正。"), "{told:?}");
    // Who handles it inside is nothing to be told.
    assert!(!format!("{told:?}").contains("监督科"), "{told:?}");
    assert!(told.may_rate);
    let services = &bureau.world.state.services;
    let said = |has_new_facts| Rating {
        is_satisfied: false,
        has_new_facts,
        comment: "又来了一次".to_owned(),
    };
    let pair = || (number.to_owned(), code.to_owned());
    rate(services, &services.system("test"), pair(), said(true))
        .await
        .unwrap();
    let twice = rate(services, &services.system("test"), pair(), said(false)).await;
    assert!(matches!(twice, Err(ServiceError::Refused(_))), "{twice:?}");
    let seen = bureau.get(Who::Registrar, id).await;
    assert_eq!(
        seen.json["complaint"]["state"]["code"], "reopened",
        "{}",
        seen.text
    );
    assert_eq!(seen.json["complaint"]["is_satisfied"], false);
}

async fn the_body_complained_of_sees_nothing_and_handles_nothing(db: Database) {
    let bureau = Bureau::set(db).await;
    let world = &bureau.world;
    let mut said = bureau.said("多次上门检查");
    said["against_body"] = world.body.as_str().into();
    let (id, ..) = bureau
        .registered(Who::Supervisor, &said, "complaint-1")
        .await;
    nothing_of_it_is_seen(&bureau, &id).await;
    // Its own people do not register it either.
    let refused = bureau.register(Who::Clerk, &said, "complaint-own").await;
    assert_eq!(refused.json["code"], "act-refused", "{}", refused.text);
    assert!(refused.text.contains("任职"), "{}", refused.text);
    let named = json!({"body": world.body, "responsible_unit": "法制科", "responsible_person": "甲",
        "due_on": "2026-03-30"});
    let refused = bureau
        .step(Who::Supervisor, &id, "cmp_assigned", named)
        .await;
    assert_eq!(refused.status, 422, "{}", refused.text);
    assert!(
        refused.text.contains("不能办理对它自己的投诉"),
        "{}",
        refused.text
    );
    // What is said of a body that nobody has named yet is handed to none.
    let unnamed = json!({"kind": "enforcement", "channel": "hotline", "region": "410100",
        "against_name": "甲市市场监管局", "content": "吃拿卡要"});
    let (unnamed, ..) = bureau
        .registered(Who::Supervisor, &unnamed, "complaint-unnamed")
        .await;
    let named = json!({"body": world.body, "responsible_unit": "法制科", "responsible_person": "甲",
        "due_on": "2026-03-30"});
    let refused = bureau
        .step(Who::Supervisor, &unnamed, "cmp_assigned", named)
        .await;
    assert!(refused.text.contains("还没有认定"), "{}", refused.text);
    let lead = json!({"accounts": [world.account(Who::Lead).to_string()]});
    let refused = bureau
        .step(Who::Supervisor, &id, "handlers_assigned", lead)
        .await;
    assert_eq!(refused.status, 422, "{}", refused.text);
    // A case of another kind is not made of it, nor it of a case.
    let made = json!({"procedure": "complaint", "body": world.body});
    let made = world
        .post_with(
            Who::Lead,
            "/api/v1/cases",
            &made,
            &[("idempotency-key", "case-as-complaint")],
        )
        .await;
    assert_eq!(made.status, 422, "{}", made.text);
}

async fn nothing_of_it_is_seen(bureau: &Bureau, id: &str) {
    let world = &bureau.world;
    for who in [
        Who::Lead,
        Who::Deputy,
        Who::Head,
        Who::Reviewer,
        Who::Clerk,
        Who::Stranger,
    ] {
        for path in ["complaints", "cases"] {
            for rest in [
                "",
                "/events",
                "/duties",
                "/findings",
                "/next_actions",
                "/links",
                "/log_proofs",
            ] {
                if path == "complaints" && !rest.is_empty() {
                    continue;
                }
                let seen = world.get(who, &format!("/api/v1/{path}/{id}{rest}")).await;
                assert_eq!(seen.status, 404, "{who:?} {path}{rest}: {}", seen.text);
            }
        }
        assert!(
            !bureau.list(who, "").await.iter().any(|it| it == id),
            "{who:?}"
        );
        for path in [
            "duties",
            "findings",
            "cases",
            "complaints/summary?by=against",
        ] {
            let seen = world.get(who, &format!("/api/v1/{path}")).await;
            assert!(!seen.text.contains(id), "{who:?} {path}");
            assert!(
                path.starts_with("duties") || !seen.text.contains("complaint_"),
                "{path}"
            );
        }
    }
}

async fn a_tip_is_handed_over_returned_and_returned_no_more(db: Database) {
    let bureau = Bureau::set(db).await;
    let world = &bureau.world;
    let tip = json!({"kind": "violation_tip", "channel": "hotline", "region": "410100",
        "against_name": "某食品厂", "content": "卖过期的食品", "source_no": "12345-001"});
    let (id, number, _) = bureau.registered(Who::Supervisor, &tip, "tip-12345").await;
    assert_eq!(number, "410100-2026-00001");
    assert_eq!(bureau.get(Who::Clerk, &id).await.status, 404);
    let hand = json!({"body": world.body, "responsible_unit": "稽查科", "responsible_person": "乙",
        "due_on": "2026-03-30"});
    let back = json!({"reason": "不属于本机关的职责"});
    let refused = bureau
        .step(Who::Supervisor, &id, "cmp_returned", back.clone())
        .await;
    assert!(refused.text.contains("没有可以退回的"), "{}", refused.text);
    // Not a body of elsewhere.
    let mut far = hand.clone();
    far["body"] = world.far_body.as_str().into();
    let refused = bureau.step(Who::Supervisor, &id, "cmp_assigned", far).await;
    assert!(
        refused.text.contains("不在您的范围之内"),
        "{}",
        refused.text
    );
    for turn in 1..=2 {
        bureau
            .must(Who::Supervisor, &id, "cmp_assigned", hand.clone())
            .await;
        let seen = bureau.get(Who::Clerk, &id).await;
        assert_eq!(seen.json["complaint"]["body"], world.body, "{}", seen.text);
        assert!(bureau.list(Who::Head, "is_over=false").await.contains(&id));
        bureau
            .must(Who::Clerk, &id, "cmp_returned", back.clone())
            .await;
        assert_eq!(bureau.get(Who::Clerk, &id).await.status, 404);
        let seen = bureau.get(Who::Supervisor, &id).await;
        assert_eq!(
            (&seen.json["returns"], &seen.json["complaint"]["body"]),
            (&turn.into(), &Value::Null)
        );
    }
    bureau
        .must(Who::Supervisor, &id, "cmp_assigned", hand)
        .await;
    let refused = bureau.step(Who::Clerk, &id, "cmp_returned", back).await;
    assert_eq!(refused.json["code"], "act-refused", "{}", refused.text);
    assert!(refused.text.contains("争议协调"), "{}", refused.text);
}

/// Every row of every table, bytes in hexadecimal.
async fn everything(world: &World) -> String {
    let derived = mingjing_store::derived::DERIVED
        .iter()
        .map(|table| table.name);
    let recorded = mingjing_store::derived::RECORDED.into_iter();
    let working = mingjing_store::derived::WORKING.into_iter();
    let mut all = String::new();
    for table in derived.chain(recorded).chain(working) {
        let rows = world.db.raw_rows(table, "1 = 1", &[]).await.unwrap();
        all.push_str(&rows.join("\n"));
    }
    all
}

/// Whether the text stands there, as it is or in hexadecimal.
fn holds(all: &str, text: &str) -> bool {
    let hex: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
    all.contains(text) || all.contains(&hex) || all.contains(&hex.to_uppercase())
}

async fn who_complained_stands_nowhere_and_is_opened_by_two(db: Database) {
    let bureau = Bureau::set(db).await;
    let world = &bureau.world;
    let who = Who::Supervisor;
    let mut said = bureau.said("执法时打人");
    said["against_body"] = world.body.as_str().into();
    let (id, number, code) = bureau.registered(who, &said, "complaint-1").await;
    world.integrate().await;
    let mut seen = everything(world).await;
    for path in [
        "complaints",
        "complaints/summary",
        "cases",
        "duties",
        "findings",
        "audit_entries",
    ] {
        seen.push_str(&world.get(who, &format!("/api/v1/{path}")).await.text);
    }
    for rest in ["", "/events", "/links", "/log_proofs", "/next_actions"] {
        seen.push_str(
            &world
                .get(who, &format!("/api/v1/cases/{id}{rest}"))
                .await
                .text,
        );
    }
    seen.push_str(&bureau.get(who, &id).await.text);
    let why = json!({"reason": "查看"});
    for path in [format!("cases/{id}/reveal"), format!("cases/{id}/bundle")] {
        let shown = world.post(who, &format!("/api/v1/{path}"), &why).await;
        assert_eq!(shown.status, 200, "{path}: {}", shown.text);
        seen.push_str(&shown.text);
    }
    let export = world
        .post(who, "/api/v1/exports/complaints", &json!({}))
        .await;
    assert_eq!(export.status, 200, "{}", export.text);
    seen.push_str(&export.text);
    seen.push_str(&format!(
        "{:?}",
        bureau.seen_by_citizen(&number, &code).await.unwrap()
    ));
    assert!(
        holds(&seen, "执法时打人"),
        "what is looked through holds the complaint"
    );
    for secret in [NAME, CONTACT, &code, &code.replace('-', "")] {
        assert!(!holds(&seen, secret), "{secret}");
    }
    two_open_it(&bureau, who, &id).await;
    assert!(!holds(&everything(world).await, NAME));
}

async fn two_open_it(bureau: &Bureau, who: Who, id: &str) {
    let world = &bureau.world;
    let path = format!("/api/v1/complaints/{id}/informant_requests");
    let asked = world.post(who, &path, &json!({"reason": "约谈核实"})).await;
    assert_eq!(asked.status, 201, "{}", asked.text);
    let request = asked.json["informant_request"]["id"].as_str().unwrap();
    let (open, approve) = (
        format!("{path}/{request}/open"),
        format!("{path}/{request}/approve"),
    );
    // Not before it is approved, and not by oneself; the body complained of does not know that there is anything.
    for early in [&open, &approve] {
        let refused = world.post(who, early, &Value::Null).await;
        assert_eq!(refused.status, 403, "{early}: {}", refused.text);
        for other in [Who::Head, Who::Clerk] {
            let refused = world.post(other, early, &Value::Null).await;
            assert_eq!(refused.status, 404, "{early}: {}", refused.text);
        }
    }
    let approved = world.post(Who::Registrar, &approve, &Value::Null).await;
    assert_eq!(approved.status, 200, "{}", approved.text);
    let refused = world.post(Who::Registrar, &open, &Value::Null).await;
    assert_eq!(refused.status, 403, "only whoever asked: {}", refused.text);
    let opened = world.post(who, &open, &Value::Null).await;
    let shown = (&opened.json["name"], &opened.json["contact"]);
    assert_eq!(shown, (&NAME.into(), &CONTACT.into()), "{}", opened.text);
    let again = world.post(who, &open, &Value::Null).await;
    assert_eq!(again.json["code"], "act-refused", "{}", again.text);
    let events = world.get(who, &format!("/api/v1/cases/{id}/events")).await;
    assert!(events.text.contains("informant_viewed"), "{}", events.text);
}

async fn who_complained_is_erased_with_what_was_received(db: Database) {
    let bureau = Bureau::set(db).await;
    let world = &bureau.world;
    let tip = json!({"kind": "violation_tip", "channel": "telephone", "receiver": world.body,
        "content": "卖过期的食品", "name": NAME, "contact": CONTACT});
    let (id, number, _) = bureau.registered(Who::Clerk, &tip, "tip-12345").await;
    assert!(
        number.starts_with("410100-") && number.ends_with("-2026-00001"),
        "{number}"
    );
    let seen = bureau.get(Who::Head, &id).await;
    assert_eq!(seen.json["has_informant"], true, "{}", seen.text);
    let wanted = json!({"case": id, "extent": "personal_data", "reason": "本人申请",
        "basis": "personal_information_protection_law/47"});
    let asked = world.post(Who::Head, "/api/v1/erasures", &wanted).await;
    assert_eq!(asked.status, 201, "{}", asked.text);
    let erasure = asked.json["erasure"]["id"].as_str().unwrap();
    let path = format!("/api/v1/erasures/{erasure}/approve");
    let done = world.post(Who::Security, &path, &Value::Null).await;
    assert_eq!(done.status, 200, "{}", done.text);
    let seen = bureau.get(Who::Head, &id).await;
    assert_eq!(seen.json["has_informant"], false, "{}", seen.text);
    let left = world.db.raw_number("SELECT COUNT(*) FROM informant").await;
    assert_eq!(left.unwrap(), 0);
}

async fn the_register_its_counts_and_its_export_agree(db: Database) {
    let bureau = Bureau::set(db).await;
    let world = &bureau.world;
    let who = Who::Registrar;
    let (first, ..) = bureau
        .registered(who, &bureau.said("其一"), "complaint-1")
        .await;
    let formula = json!({"kind": "violation_tip", "channel": "hotline", "region": "210300",
        "against_name": "=HYPERLINK(\"http://x\")", "content": "=cmd|' /C calc'!A0"});
    let (second, ..) = bureau.registered(who, &formula, "complaint-2").await;
    let mut late = bureau.said("其三，上月收到的");
    late["received_on"] = "2026-01-05".into();
    let (third, ..) = bureau.registered(who, &late, "complaint-3").await;
    // What is late comes first; what has no day comes last.
    let all = bureau.list(who, "").await;
    assert_eq!(all.first(), Some(&third), "{all:?}");
    bureau
        .must(
            who,
            &second,
            "cmp_refused",
            json!({"reason": "不属于受理范围"}),
        )
        .await;
    let all = bureau.list(who, "").await;
    assert_eq!(all, [third.clone(), first.clone(), second.clone()]);
    assert_eq!(page_by_page(world, who).await, all);
    each_count_opens_its_rows(&bureau, who).await;
    let export = world
        .post(who, "/api/v1/exports/complaints", &json!({"is_over": true}))
        .await;
    assert_eq!(export.text.lines().count(), 2, "{}", export.text);
    assert!(
        !export.text.contains(",=") && !export.text.contains("\"="),
        "{}",
        export.text
    );
    let sheet = json!({"format": "xlsx"});
    let export = world.post(who, "/api/v1/exports/complaints", &sheet).await;
    assert_eq!(export.status, 200);
    // They are no cases.
    let cases = world.get(who, "/api/v1/cases").await;
    assert!(!cases.text.contains(&first), "{}", cases.text);
}

/// The list, a row at a time.
async fn page_by_page(world: &World, who: Who) -> Vec<String> {
    let mut paged = Vec::new();
    let mut cursor = String::new();
    loop {
        let path = format!("/api/v1/complaints?limit=1{cursor}");
        let page = world.get(who, &path).await;
        let rows = page.json["complaints"].as_array().unwrap();
        paged.extend(
            rows.iter()
                .map(|row| row["id"].as_str().unwrap().to_owned()),
        );
        match page.json["meta"]["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    paged
}

async fn each_count_opens_its_rows(bureau: &Bureau, who: Who) {
    let world = &bureau.world;
    for by in ["state", "body", "against", "channel", "kind"] {
        let sums = world
            .get(who, &format!("/api/v1/complaints/summary?by={by}"))
            .await;
        for sum in sums.json["summary"].as_array().unwrap() {
            let Some(code) = sum["group"]["code"].as_str() else {
                continue;
            };
            for (number, condition) in [
                ("count", ""),
                ("over", "&is_over=true"),
                ("late", "&is_timely=false"),
                ("timely", "&is_timely=true"),
                ("satisfied", "&is_satisfied=true"),
                ("repeated", "&is_repeat=true"),
            ] {
                let rows = bureau.list(who, &format!("{by}={code}{condition}")).await;
                assert_eq!(
                    sum[number],
                    rows.len(),
                    "{by} {code} {number}: {}",
                    sums.text
                );
            }
        }
    }
}

async fn the_same_message_by_two_channels_is_proposed_and_merged_by_hand(db: Database) {
    let bureau = Bureau::set(db).await;
    let who = Who::Registrar;
    let (first, ..) = bureau
        .registered(
            who,
            &bureau.said("执法人员上门检查不出示证件，还要当场交钱"),
            "one-1234",
        )
        .await;
    let mut other = bureau.said("执法人员上门检查，不出示证件！还要当场交钱。");
    other["channel"] = "hotline".into();
    let (second, ..) = bureau.registered(who, &other, "two-1234").await;
    let (third, ..) = bureau
        .registered(
            who,
            &bureau.said("许可超过期限没有答复，问了几次都说再等等"),
            "three-1234",
        )
        .await;
    let alike = async |id: &str| {
        let seen = bureau.get(who, id).await;
        let rows = seen.json["alike"].as_array().unwrap().clone();
        rows.iter()
            .map(|row| row["id"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(alike(&second).await, std::slice::from_ref(&first));
    assert!(alike(&third).await.is_empty());
    for wrong in [
        second.as_str(),
        "case_0190a6f47b6e7c119d3a1f2e3d4c5b6a",
        "不是标识",
    ] {
        let refused = bureau
            .step(who, &second, "cmp_merged", json!({"into": wrong}))
            .await;
        assert_eq!(refused.status, 422, "{}", refused.text);
    }
    bureau
        .must(
            who,
            &second,
            "cmp_merged",
            json!({"into": first, "reason": "同一件事"}),
        )
        .await;
    let repeats = bureau.list(who, "is_repeat=true").await;
    assert_eq!(repeats, std::slice::from_ref(&second));
    assert!(alike(&first).await.is_empty());
    let links = bureau
        .world
        .get(who, &format!("/api/v1/cases/{first}/links"))
        .await;
    assert!(
        links.text.contains(&second),
        "both sources stay: {}",
        links.text
    );
}

async fn what_is_hostile_or_wrong_is_refused_with_its_place(db: Database) {
    let bureau = Bureau::set(db).await;
    let who = Who::Registrar;
    let long = "长".repeat(4_001);
    for (member, value) in [
        ("content", json!(long)),
        ("content", json!("\u{7} \n")),
        ("kind", json!("no_such_kind")),
        ("channel", json!("")),
        (
            "against_body",
            json!("body_0190a6f47b6e7c119d3a1f2e3d4c5b6a"),
        ),
        ("against_body", json!("' OR 1=1 --")),
        ("received_on", json!("2026-03-03")),
        ("name", json!("名".repeat(101))),
    ] {
        let mut said = bureau.said("内容");
        said[member] = value;
        let refused = bureau.register(who, &said, "wrong-1234").await;
        assert_eq!(refused.status, 422, "{member}: {}", refused.text);
        assert!(
            refused.text.contains(&format!("/{member}")),
            "{member}: {}",
            refused.text
        );
    }
    // What nobody can see is left out; the number is the first one all the same.
    let said = bureau.said("第一行\r\n第二行\u{8}\u{1b}[31m");
    let (id, number, _) = bureau.registered(who, &said, "right-1234").await;
    assert_eq!(number, "210300-2026-00001");
    let seen = bureau.get(who, &id).await;
    assert!(
        !seen.text.contains("\\u001b") && !seen.text.contains("\\b"),
        "{}",
        seen.text
    );
    let refused = bureau
        .step(who, &id, "cmp_received", json!({"kind": "petition"}))
        .await;
    assert_eq!(refused.json["code"], "act-refused", "{}", refused.text);
    let refused = bureau
        .step(who, &id, "informant_viewed", json!({"viewer": "handler"}))
        .await;
    assert_ne!(refused.status, 201, "{}", refused.text);
}
