//! 准不准、挡不挡：范围、版本、幂等、涉密、遮盖与查看。

use mingjing_domain::timeline::Facts;
use mingjing_domain::value::Value;
use mingjing_kernel::date::Timestamp;
use mingjing_policy::resource::Secrecy;
use mingjing_services::casework::create_case::create_case;
use mingjing_services::casework::get_case::get_case;
use mingjing_services::casework::list_cases::list_cases;
use mingjing_services::casework::list_events::list_events;
use mingjing_services::casework::list_findings::{
    list_case_findings, list_findings, summarise_findings,
};
use mingjing_services::casework::record_event::{RecordEvent, record_event};
use mingjing_services::casework::reveal_personal_data::reveal_personal_data;
use mingjing_services::error::ServiceError;
use mingjing_services::idempotency::{IdempotencyKey, Once};
use mingjing_services::naming::{Named, Names};
use mingjing_services::page::PageRequest;
use mingjing_store::audit::AuditFilter;
use mingjing_store::case_row::{CaseFilter, CaseOrder};
use mingjing_store::counter::SumBy;
use mingjing_store::finding::FindingFilter;
use mingjing_store::tx::Read;
use mingjing_testkit::database::Database;
use mingjing_testkit::on_both_engines;

use crate::office::{Office, Who, case_command, day, event};

on_both_engines! {
    another_county_sees_nothing_and_knows_nothing,
    a_stale_version_loses_and_a_replay_is_answered_as_before,
    of_two_writers_on_one_case_exactly_one_wins,
    what_has_happened_is_recorded_whatever_it_breaks,
    an_act_that_breaks_a_rule_waits_for_whoever_has_seen_it,
    classified_matters_stay_outside,
    facts_that_the_lawbook_does_not_declare_are_refused_one_by_one,
    personal_data_is_masked_until_a_reason_is_given,
    personal_data_is_masked_in_free_texts_too,
    whoever_may_not_have_it_revealed_sees_no_address_and_no_file_name,
    a_restricted_case_is_in_the_lists_of_its_readers_only,
    nothing_is_recorded_that_has_not_happened_yet,
}

async fn audits(office: &Office) -> Vec<(String, bool)> {
    let list = office
        .db
        .store
        .read(async |read: &Read| read.list_audit(&AuditFilter::default(), 100).await);
    let list = list.await.unwrap().into_iter();
    list.map(|record| (record.action, record.is_allowed))
        .collect()
}

async fn another_county_sees_nothing_and_knows_nothing(db: Database) {
    let office = Office::open(db, "2025-06-03T09:30").await;
    let case = office.new_case(Facts::default()).await;
    let stranger = office.request(Who::Stranger);
    let page = PageRequest::default();
    let list = async |who: Who| {
        let request = office.request(who);
        let (filter, order) = (CaseFilter::default(), CaseOrder::LastOn);
        let listed = list_cases(&office.services, &request, &filter, order, &page).await;
        listed.unwrap().items.len()
    };
    assert_eq!(list(Who::Stranger).await, 0);
    assert_eq!(list(Who::Supervisor).await, 1);
    assert_eq!(list(Who::Lead).await, 1);
    let seen = get_case(&office.services, &stranger, case).await;
    assert!(matches!(seen, Err(ServiceError::NotFound)), "{seen:?}");
    let (clue, _) = event("2025-06-03T09:20 clue_registered source=inspection");
    let recorded = office.record(Who::Stranger, case, clue.clone()).await;
    assert!(
        matches!(recorded, Err(ServiceError::NotFound)),
        "{recorded:?}"
    );
    // Who may see the case and not act in it is told so.
    let recorded = office.record(Who::Supervisor, case, clue).await;
    assert!(
        matches!(recorded, Err(ServiceError::Forbidden)),
        "{recorded:?}"
    );
    assert_eq!(office.version(case).await, 1);
    let denied = audits(&office)
        .await
        .into_iter()
        .filter(|(_, allowed)| !allowed);
    assert_eq!(denied.count(), 2);
}

async fn a_stale_version_loses_and_a_replay_is_answered_as_before(db: Database) {
    let office = Office::open(db, "2025-06-03T09:30").await;
    let case = office.new_case(Facts::default()).await;
    let (clue, _) = event("2025-06-03T09:20 clue_registered source=inspection");
    let command = |version: u64| RecordEvent {
        case,
        expected_version: version,
        event: clue.clone(),
        confirm: Vec::new(),
        override_reason: None,
        note: None,
    };
    let once = |body: &str| {
        let key = IdempotencyKey::parse("key-00000001").unwrap();
        Some(Once::new(key, "record_event", body.as_bytes()))
    };
    let request = office.request(Who::Lead);
    let record = async |version: u64, body: &str| {
        record_event(&office.services, &request, command(version), once(body)).await
    };
    let first = record(1, "one").await.unwrap();
    assert!(!first.is_replayed);
    let again = record(1, "one").await.unwrap();
    assert!(again.is_replayed);
    assert_eq!(again.value, first.value);
    let other = record(1, "two").await;
    assert!(matches!(other, Err(ServiceError::KeyReused)), "{other:?}");
    let stale = record_event(&office.services, &request, command(1), None).await;
    assert!(
        matches!(
            stale,
            Err(ServiceError::Conflict {
                expected: 1,
                found: 2
            })
        ),
        "{stale:?}"
    );
    assert_eq!(office.version(case).await, 2);
}

async fn of_two_writers_on_one_case_exactly_one_wins(db: Database) {
    let office = std::sync::Arc::new(Office::open(db, "2025-06-03T09:30").await);
    let case = office.new_case(Facts::default()).await;
    let (clue, _) = event("2025-06-03T09:20 clue_registered source=inspection");
    let writers = (0..4).map(|_| {
        let (office, event) = (office.clone(), clue.clone());
        // Spawned on purpose: what a server awaits on many threads must be `Send`.
        tokio::spawn(async move {
            let request = office.request(Who::Lead);
            let command = RecordEvent {
                case,
                expected_version: 1,
                event,
                confirm: Vec::new(),
                override_reason: None,
                note: None,
            };
            record_event(&office.services, &request, command, None).await
        })
    });
    let writers: Vec<_> = writers.collect();
    let mut won = 0;
    for writer in writers {
        match writer.await.unwrap() {
            Ok(_) => won += 1,
            Err(ServiceError::Conflict { found: 2, .. }) => {}
            Err(error) => panic!("{error:?}"),
        }
    }
    assert_eq!((won, office.version(case).await), (1, 2));
}

async fn classified_matters_stay_outside(db: Database) {
    let office = Office::open(db, "2025-06-03T09:30").await;
    let request = office.request(Who::Lead);
    let mut facts = Facts::default();
    facts.set("case.is_classified", Value::Bool(true));
    let refused = create_case(&office.services, &request, case_command(facts), None).await;
    let Err(ServiceError::Refused(refusal)) = refused else {
        panic!("{refused:?}")
    };
    assert!(refusal.to_string().contains("线下办理"), "{refusal}");
    let case = office.new_case(Facts::default()).await;
    let (mut stated, _) = event("2025-06-03 facts_stated facts=x");
    let text = r#"{"case":{"is_classified":true}}"#;
    stated.fields.insert("facts".to_owned(), text.into());
    let refused = office.record(Who::Lead, case, stated).await;
    assert!(
        matches!(refused, Err(ServiceError::Refused(_))),
        "{refused:?}"
    );
    assert_eq!(office.version(case).await, 1);
}

fn invalid_at(error: &ServiceError) -> Vec<(String, &'static str)> {
    let ServiceError::Invalid(faults) = error else {
        panic!("{error:?}")
    };
    let told = faults.iter();
    told.map(|fault| (fault.pointer.as_str().to_owned(), fault.code.name()))
        .collect()
}

/// A fact that nobody reads would be lost unseen: it is told where it stands, and nothing is written.
async fn facts_that_the_lawbook_does_not_declare_are_refused_one_by_one(db: Database) {
    let office = Office::open(db, "2025-06-03T09:30").await;
    let request = office.request(Who::Lead);
    let mut facts = Facts::default();
    facts.set("party.kind", "natural".into());
    facts.set("party.knid", "natural".into());
    facts.set("parties.P1.name", "甲公司".into());
    facts.set("parties.P1.nmae", "甲公司".into());
    facts.set("case.act_on", "去年".into());
    facts.set("weather.rain", Value::Bool(true));
    let refused = create_case(&office.services, &request, case_command(facts), None).await;
    let faults = invalid_at(&refused.unwrap_err());
    let expected = [
        ("/facts/case/act_on", "wrong-type"),
        ("/facts/parties/P1/nmae", "unknown"),
        ("/facts/party/knid", "unknown"),
        ("/facts/weather", "unknown"),
    ];
    assert_eq!(faults, expected.map(|(at, code)| (at.to_owned(), code)));

    let mut many = Facts::default();
    for n in 0..10_000 {
        many.set(&format!("scope{n}.x"), Value::Bool(true));
    }
    let refused = create_case(&office.services, &request, case_command(many), None).await;
    assert_eq!(invalid_at(&refused.unwrap_err()).len(), 100);
    let list = list_cases(
        &office.services,
        &request,
        &CaseFilter::default(),
        CaseOrder::default(),
        &PageRequest::default(),
    )
    .await
    .unwrap();
    assert!(list.items.is_empty(), "{list:?}");

    let case = office.new_case(Facts::default()).await;
    let (mut stated, _) = event("2025-06-03 facts_stated facts=x");
    for (text, at) in [
        (
            r#"{"case":{"act_no":"2025-01-05"}}"#,
            "/fields/facts/case/act_no",
        ),
        (r#"{"case":{"elements_count":1.5}}"#, "/fields/facts"),
        (r#"{"case":["act_on"]}"#, "/fields/facts/case"),
    ] {
        stated.fields.insert("facts".to_owned(), text.into());
        let refused = office.record(Who::Lead, case, stated.clone()).await;
        let faults = invalid_at(&refused.unwrap_err());
        assert!(faults.len() == 1 && faults[0].0.ends_with(at), "{faults:?}");
    }
    assert_eq!(office.version(case).await, 1);
}

async fn personal_data_is_masked_until_a_reason_is_given(db: Database) {
    const NAME: &str = "诸葛试样";
    let office = Office::open(db, "2025-06-03T09:30").await;
    let mut facts = Facts::default();
    facts.set("party.kind", "natural".into());
    facts.set("party.name", NAME.into());
    let case = office.new_case(facts).await;
    let request = office.request(Who::Supervisor);
    let view = get_case(&office.services, &request, case).await.unwrap();
    assert_eq!(view.row.party_masked.as_deref(), Some("诸***"));
    let page = PageRequest::default();
    let events = list_events(&office.services, &request, case, &page)
        .await
        .unwrap();
    let shown = format!("{view:?}{events:?}");
    assert!(!shown.contains(NAME), "{shown}");
    assert!(shown.contains("诸***"), "{shown}");
    let blank = reveal_personal_data(&office.services, &request, case, " ").await;
    assert!(matches!(blank, Err(ServiceError::Invalid(_))), "{blank:?}");
    let reason = "复核当事人身份";
    let revealed = reveal_personal_data(&office.services, &request, case, reason).await;
    assert!(format!("{:?}", revealed.unwrap()).contains(NAME));
    let audited = audits(&office).await;
    assert_eq!(audited[0], ("case.reveal_personal_data".to_owned(), true));
}

async fn personal_data_is_masked_in_free_texts_too(db: Database) {
    const NAME: &str = "诸葛试样";
    const ID: &str = "000000190001010000";
    const MOBILE: &str = "13800000000";
    let office = Office::open(db, "2025-06-03T09:30").await;
    let mut facts = Facts::default();
    facts.set("party.kind", "natural".into());
    facts.set("party.name", NAME.into());
    let case = office.new_case(facts).await;
    let (mut clue, _) = event("2025-06-03T09:20 clue_registered source=inspection");
    let text = format!("{NAME}（{MOBILE}，{ID}）");
    clue.fields
        .insert("source_no".to_owned(), text.as_str().into());
    clue.place = Some(format!("甲路 1 号 {text}"));
    clue.docs = vec![format!("证件-{ID}")];
    clue.media = vec![format!("录像-{NAME}")];
    clue.keys.insert("party".to_owned(), ID.to_owned());
    office.record(Who::Lead, case, clue).await.unwrap();
    let request = office.request(Who::Supervisor);
    let view = get_case(&office.services, &request, case).await.unwrap();
    let page = PageRequest::default();
    let events = list_events(&office.services, &request, case, &page)
        .await
        .unwrap();
    let findings = list_case_findings(&office.services, &request, case)
        .await
        .unwrap();
    let shown = format!("{view:?}{events:?}{findings:?}");
    for planted in [NAME, ID, MOBILE] {
        assert!(!shown.contains(planted), "{planted}: {shown}");
    }
    let lead = office.request(Who::Lead);
    let own = list_events(&office.services, &lead, case, &page).await;
    let shown = format!("{:?}", own.unwrap());
    assert!(
        shown.contains("甲路 1 号 诸***（138****0000，00"),
        "{shown}"
    );
    let revealed = reveal_personal_data(&office.services, &request, case, "复核").await;
    assert!(format!("{:?}", revealed.unwrap()).contains(&text));
}

async fn whoever_may_not_have_it_revealed_sees_no_address_and_no_file_name(db: Database) {
    let office = Office::open(db, "2025-06-03T09:30").await;
    let mut facts = Facts::default();
    facts.set("party.kind", "natural".into());
    facts.set("party.name", "诸葛试样".into());
    let case = office.new_case(facts).await;
    let (mut clue, _) = event("2025-06-03T09:20 clue_registered source=inspection");
    clue.place = Some("甲市乙区丙路 1 号 2 单元".to_owned());
    clue.docs = vec!["询问笔录-东方证一.pdf".to_owned()];
    clue.media = vec!["IMG_0001 东方证一.jpg".to_owned()];
    clue.keys.insert("party".to_owned(), "东方证一".to_owned());
    office.record(Who::Lead, case, clue).await.unwrap();
    let page = PageRequest::default();
    let seen = async |who: Who| {
        let request = office.request(who);
        let events = list_events(&office.services, &request, case, &page).await;
        let mut events = events.unwrap().items;
        let event = events.pop().unwrap();
        assert!(event.is_masked);
        let mut seen = vec![event.event.place.unwrap()];
        seen.extend(event.event.doc_ids.into_iter().chain(event.event.media_ids));
        seen.extend(event.event.keys.into_values());
        seen
    };
    // Neither the witness nor where the party lives is anywhere declared.
    let withheld = [
        "甲市乙区***",
        "询问笔录-****.pdf",
        "IMG_0001 ****.jpg",
        "东***",
    ];
    assert_eq!(seen(Who::Inspector).await, withheld);
    let own = [
        "甲市乙区丙路 1 号 2 单元",
        "询问笔录-东方证一.pdf",
        "IMG_0001 东方证一.jpg",
        "东***",
    ];
    for who in [Who::Lead, Who::Supervisor] {
        assert_eq!(seen(who).await, own);
    }
}

async fn a_restricted_case_is_in_the_lists_of_its_readers_only(db: Database) {
    let office = Office::open(db, "2025-06-10T10:30").await;
    let mut command = case_command(Facts::default());
    command.secrecy = Secrecy::Restricted;
    let lead = office.request(Who::Lead);
    let made = create_case(&office.services, &lead, command, None).await;
    let case = made.unwrap().value.case;
    let (scene, _) = event("2025-06-05T08:30 scene_record stage=investigation officer=A officer=B");
    office.record(Who::Lead, case, scene).await.unwrap();
    let listed = async |who: Who| {
        let (request, page) = (office.request(who), PageRequest::default());
        let filter = FindingFilter::default();
        let sums = summarise_findings(&office.services, &request, &filter, SumBy::Code).await;
        let (filter, order) = (CaseFilter::default(), CaseOrder::LastOn);
        let cases = list_cases(&office.services, &request, &filter, order, &page).await;
        let filter = FindingFilter::default();
        let findings = list_findings(&office.services, &request, &filter, &page).await;
        let named = Named {
            cases: [case.into()].into(),
            ..Named::default()
        };
        let names = Names::gather(&office.services, &request, &named).await;
        let found = findings.unwrap().items.len();
        let counted: u64 = sums.unwrap().0.iter().map(|sum| sum.n).sum();
        assert_eq!(counted, found as u64, "a count opens exactly its rows");
        (
            cases.unwrap().items.len(),
            found,
            names.unwrap().case(case.into()).is_some(),
        )
    };
    let (cases, findings, is_named) = listed(Who::Lead).await;
    assert!(cases == 1 && findings > 0 && is_named, "{cases} {findings}");
    let supervisor = office.request(Who::Supervisor);
    let seen = get_case(&office.services, &supervisor, case).await;
    assert!(matches!(seen, Err(ServiceError::Forbidden)), "{seen:?}");
    assert_eq!(listed(Who::Supervisor).await, (0, 0, false));
}

async fn nothing_is_recorded_that_has_not_happened_yet(db: Database) {
    let office = Office::open(db, "2025-06-03T09:30").await;
    let case = office.new_case(Facts::default()).await;
    let clue = |on: &str, until: Option<&str>, at: Option<&str>| {
        let (mut clue, _) = event("2025-06-03 clue_registered source=inspection");
        clue.on = Some(day(on));
        clue.until = until.map(day);
        clue.at = at.map(|at| Timestamp::parse(at).unwrap());
        clue
    };
    let today = "2025-06-03";
    for (clue, pointer) in [
        (clue("2025-06-04", None, None), "/on"),
        (clue(today, Some("2025-06-04"), None), "/until"),
        (clue(today, Some("2025-06-02"), None), "/until"),
        (clue(today, None, Some("2025-06-03T09:31")), "/at"),
        (clue(today, Some(today), Some("2025-06-03T09:00")), "/until"),
        (clue("1948-12-31", None, None), "/on"),
    ] {
        let refused = office.record(Who::Lead, case, clue.clone()).await;
        let Err(ServiceError::Invalid(errors)) = &refused else {
            panic!("{clue:?}: {refused:?}");
        };
        let pointers: Vec<String> = errors
            .iter()
            .map(|it| it.pointer.as_str().to_owned())
            .collect();
        assert_eq!(pointers, [pointer], "{clue:?}");
    }
    let now = clue(today, None, Some("2025-06-03T09:30"));
    office.record(Who::Lead, case, now).await.unwrap();
}

async fn what_has_happened_is_recorded_whatever_it_breaks(db: Database) {
    let office = Office::open(db, "2025-06-10T10:30").await;
    let case = office.new_case(Facts::default()).await;
    // Out of turn, without a card shown, entered days late: facts are never refused and wait for nobody.
    let (scene, _) = event("2025-06-05T08:30 scene_record stage=investigation officer=A officer=B");
    let recorded = office.record(Who::Lead, case, scene).await.unwrap();
    assert!(!recorded.found.is_empty());
    let (request, page) = (office.request(Who::Lead), PageRequest::default());
    let events = list_events(&office.services, &request, case, &page).await;
    let events = events.unwrap().items;
    assert_eq!(events[1].nature, mingjing_store::event::Nature::Irregular);
}

async fn an_act_that_breaks_a_rule_waits_for_whoever_has_seen_it(db: Database) {
    let office = Office::open(db, "2025-06-10T10:30").await;
    let case = office.new_case(Facts::default()).await;
    let command = |line: &str, confirm: Vec<String>, reason: Option<&str>| RecordEvent {
        case,
        expected_version: 1,
        event: event(line).0,
        confirm,
        override_reason: reason.map(str::to_owned),
        note: None,
    };
    let record = async |who: Who, command: RecordEvent| {
        record_event(&office.services, &office.request(who), command, None).await
    };
    let outside = "2025-06-10T10:00 case_filed approval_doc=立案审批表 approver_rank=authority_head \
                   in_territory=false";
    let blocked = record(Who::Head, command(outside, Vec::new(), None)).await;
    let Err(ServiceError::Blocked(found)) = blocked else {
        panic!("{blocked:?}")
    };
    assert!(
        found
            .iter()
            .all(|f| f.id.is_some() && !f.headline.is_empty()),
        "{found:?}"
    );
    assert_eq!(office.version(case).await, 1);

    // A penalty without prior notice: no confirmation helps, only a reason of whoever may set the rule aside.
    let early = "2025-06-10T10:00 decided outcome=penalty kinds=[fine] fine=5000000";
    let seen: Vec<String> = found.iter().filter_map(|f| f.id.clone()).collect();
    let blocked = record(Who::Head, command(early, seen.clone(), None)).await;
    let Err(ServiceError::Blocked(grave)) = blocked else {
        panic!("{blocked:?}")
    };
    assert!(grave.iter().all(|f| f.id.is_none()), "{grave:?}");
    let reason = Some("旧系统停用前已经告知，原件附后");
    let not_his = record(Who::Lead, command(early, seen.clone(), reason)).await;
    assert!(
        matches!(not_his, Err(ServiceError::Forbidden)),
        "{not_his:?}"
    );
    let mut command = command(early, seen, reason);
    let mut done = record(Who::Head, command.clone()).await;
    if let Err(ServiceError::Blocked(more)) = &done {
        command
            .confirm
            .extend(more.iter().filter_map(|f| f.id.clone()));
        done = record(Who::Head, command).await;
    }
    let done = done.unwrap();
    assert_eq!((done.value.seq, done.value.version), (2, 3));
    let (request, page) = (office.request(Who::Lead), PageRequest::default());
    let events = list_events(&office.services, &request, case, &page).await;
    let events = events.unwrap().items;
    assert_eq!(events[2].event.kind, "override");
}

/// What a server awaits on many threads must be `Send`: this compiles or it does not.
#[expect(dead_code, reason = "compiled, never called")]
fn every_use_case_is_send(office: &Office) {
    use mingjing_services::assessment::{reassess, rebuild, sweep};
    use mingjing_services::casework::{list_duties, list_findings, next_actions};
    fn is_send(_: impl Send) {}
    let (services, request) = (&office.services, &office.request(Who::Lead));
    let (page, case) = (
        &PageRequest::default(),
        mingjing_kernel::id::Id::new(request.now, [0; 10]),
    );
    is_send(create_case(
        services,
        request,
        case_command(Facts::default()),
        None,
    ));
    is_send(get_case(services, request, case));
    is_send(list_events(services, request, case, page));
    is_send(next_actions::next_actions(services, request, case));
    is_send(list_duties::list_case_duties(services, request, case));
    is_send(list_duties::list_duties(
        services,
        request,
        &Default::default(),
        page,
    ));
    is_send(list_findings::list_case_findings(services, request, case));
    is_send(list_findings::list_findings(
        services,
        request,
        &Default::default(),
        page,
    ));
    is_send(list_findings::get_finding(services, request, ""));
    is_send(reveal_personal_data(services, request, case, ""));
    let (filter, order) = (&CaseFilter::default(), CaseOrder::LastOn);
    is_send(list_cases(services, request, filter, order, page));
    is_send(sweep::sweep(services, request));
    is_send(reassess::perform(services, request, "", ""));
    is_send(rebuild::verify(services));
    is_send(rebuild::rebuild(services, request));
}
