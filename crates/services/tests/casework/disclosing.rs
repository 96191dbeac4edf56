//! 公示：拟、批、公布、更正、撤下，公众看到的与核对得了的；两种数据库。

use mingjing_domain::event::Event;
use mingjing_domain::timeline::Facts;
use mingjing_domain::value::Value;
use mingjing_kernel::id::{Id, TimelineId, kind};
use mingjing_services::assessment::rebuild::{rebuild, verify};
use mingjing_services::bundle::bundle;
use mingjing_services::casework::correct_event::{CorrectEvent, correct_event};
use mingjing_services::disclosure::approve::approve;
use mingjing_services::disclosure::cancel::cancel;
use mingjing_services::disclosure::expire::expire;
use mingjing_services::disclosure::list::{
    get_case_publications, get_disclosure, list_disclosures,
};
use mingjing_services::disclosure::prepare::{Prepare, prepare};
use mingjing_services::disclosure::preview::preview;
use mingjing_services::disclosure::public::{
    PublicFilter, PublicView, get_public, list_public, public_file, publication_state,
};
use mingjing_services::disclosure::publish::{PublicationMade, Publish, publish};
use mingjing_services::disclosure::withdraw::{Withdraw, WithdrawalMade, withdraw};
use mingjing_services::erasure::approve::approve_erasure;
use mingjing_services::erasure::request::{RequestErasure, request_erasure};
use mingjing_services::error::ServiceError;
use mingjing_services::idempotency::{IdempotencyKey, Once};
use mingjing_services::page::PageRequest;
use mingjing_services::spool::Spool;
use mingjing_store::log::integrator::Integrator;
use mingjing_store::tx::Read;
use mingjing_testkit::database::{Database, signing_key};
use mingjing_testkit::on_both_engines;
use mingjing_verify::bundle::verify_bundle;
use mingjing_verify::key::TrustedKey;

use crate::clock::work_goes_on;
use crate::office::{Office, Who, compliant_case, day, event, input_of};

on_both_engines! {
    a_decision_goes_from_draft_to_a_record_that_anybody_can_verify,
    whoever_prepares_cannot_approve_and_nothing_goes_out_without_approval,
    what_was_approved_is_what_goes_out_or_nothing_does,
    the_officer_of_another_body_can_do_nothing_of_it,
    a_person_is_masked_and_a_minor_is_not_shown,
    a_corrected_decision_supersedes_what_was_shown,
    what_is_withdrawn_is_not_there_but_for_the_notice_the_law_wants,
    what_was_shown_long_enough_is_stopped,
    a_changed_record_is_found_by_fsck_and_a_changed_index_by_rebuild,
    what_is_erased_is_erased_from_the_public_record,
}

const NAME: &str = "甲商贸有限公司";
const PERSON: &str = "诸葛试样";
const MADE_UP_ID: &str = "000000190001010000";

fn key_of(text: &str, operation: &str) -> Option<Once> {
    let key = IdempotencyKey::parse(text).unwrap();
    Some(Once::new(key, operation, text.as_bytes()))
}

async fn integrate(office: &Office) {
    let (store, context) = (office.db.store.clone(), office.db.context.clone());
    let integrator = Integrator::new(store, context, signing_key(), "a".to_owned());
    integrator.unwrap().drain().await.unwrap();
}

/// A case up to the service of its decision; gives the decision.
async fn decided(
    office: &Office,
    facts: Facts,
    change: impl Fn(&str) -> String,
) -> (Id<kind::Case>, Id<kind::Event>) {
    let (lines, _) = compliant_case();
    let case = office.new_case(facts).await;
    let mut decision = None;
    for line in &lines {
        let (input, recorded) = event(&change(line));
        let kind = input.kind.clone();
        office.turn_to(&recorded.unwrap());
        let made = office.record_by_anyone(case, input).await;
        if kind == "decided" {
            decision = Some(made.event);
        }
        if kind == "served" {
            break;
        }
    }
    office.turn_to("2025-09-01T09:00");
    (case, decision.unwrap())
}

pub(crate) async fn of_company(office: &Office) -> (Id<kind::Case>, Id<kind::Event>) {
    decided(office, compliant_case().1, str::to_owned).await
}

async fn prepared(
    office: &Office,
    case: Id<kind::Case>,
    decision: Id<kind::Event>,
) -> Result<Id<kind::Disclosure>, ServiceError> {
    let command = Prepare {
        case,
        expected_version: office.version(case).await,
        decision,
        shown_until: None,
    };
    let made = prepare(&office.services, &office.request(Who::Lead), command, None).await;
    made.map(|made| made.value.disclosure)
}

async fn published(
    office: &Office,
    case: Id<kind::Case>,
    id: Id<kind::Disclosure>,
) -> Result<PublicationMade, ServiceError> {
    let mut command = Publish {
        disclosure: id,
        expected_version: office.version(case).await,
        confirm: Vec::new(),
    };
    let request = office.request(Who::Lead);
    let mut done = publish(&office.services, &request, command.clone(), None).await;
    if let Err(ServiceError::Blocked(findings)) = &done {
        command.confirm = findings.iter().filter_map(|f| f.id.clone()).collect();
        done = publish(&office.services, &request, command, None).await;
    }
    done.map(|done| done.value)
}

/// Prepared by the lead, approved by the head, published by the lead.
pub(crate) async fn shown(
    office: &Office,
    case: Id<kind::Case>,
    decision: Id<kind::Event>,
) -> PublicationMade {
    let id = prepared(office, case, decision).await.unwrap();
    let head = office.request(Who::Head);
    approve(&office.services, &head, id).await.unwrap();
    published(office, case, id).await.unwrap()
}

async fn take_down(
    office: &Office,
    case: Id<kind::Case>,
    record: Id<kind::PublicRecord>,
    ground: &str,
    reason: &str,
) -> Result<WithdrawalMade, ServiceError> {
    let mut command = Withdraw {
        record,
        expected_version: office.version(case).await,
        ground: ground.to_owned(),
        reason: reason.to_owned(),
        confirm: Vec::new(),
    };
    let request = office.request(Who::Head);
    let mut done = withdraw(&office.services, &request, command.clone(), None).await;
    if let Err(ServiceError::Blocked(findings)) = &done {
        command.confirm = findings.iter().filter_map(|f| f.id.clone()).collect();
        done = withdraw(&office.services, &request, command, None).await;
    }
    done.map(|done| done.value)
}

pub(crate) async fn found(office: &Office, filter: PublicFilter) -> Vec<Id<kind::PublicRecord>> {
    let page = PageRequest::default();
    let page = list_public(&office.services, &filter, &page).await.unwrap();
    page.items.into_iter().map(|item| item.id).collect()
}

async fn is_sound(office: &Office) -> bool {
    let fsck = office.db.store.fsck(None, |_| ()).await.unwrap();
    let rebuilt = verify(&office.services).await.unwrap();
    assert_eq!(rebuilt.differences, []);
    fsck.is_sound()
}

fn trusted() -> TrustedKey {
    let pem = signing_key().verifying_key().to_pem().unwrap();
    TrustedKey::from_pem("test.node", &pem).unwrap()
}

async fn a_decision_goes_from_draft_to_a_record_that_anybody_can_verify(db: Database) {
    let office = Office::open(db, "2025-06-03T09:00").await;
    let (case, decision) = of_company(&office).await;
    let made = shown(&office, case, decision).await;
    assert_eq!(
        (made.version, made.case_version),
        (1, office.version(case).await)
    );
    let PublicView::Shown(early) = get_public(&office.services, made.record).await.unwrap() else {
        panic!("it is shown");
    };
    assert!(early.inclusion.is_none());
    assert_eq!(early.item.content.text("party_name"), Some(NAME));
    assert_eq!(early.item.content.text("fine"), Some("120,000.00 元"));
    let key = signing_key().verifying_key();
    let waiting = public_file(&office.services, made.record, &key).await;
    assert!(
        matches!(waiting, Err(ServiceError::Unavailable)),
        "{waiting:?}"
    );

    integrate(&office).await;
    let PublicView::Shown(shown) = get_public(&office.services, made.record).await.unwrap() else {
        panic!("it is shown");
    };
    assert!(shown.inclusion.is_some() && shown.entry.is_some());
    let mut bytes = public_file(&office.services, made.record, &key)
        .await
        .unwrap();
    let report = verify_bundle(&bytes, &[trusted()]);
    assert!(report.is_accepted(), "{report}");
    let text = String::from_utf8(bytes.clone()).unwrap();
    assert!(
        !text.contains(&case.to_string()),
        "a citizen learns no id of the case"
    );
    let at = text.find(NAME).unwrap();
    bytes[at + 2] ^= 1;
    assert!(!verify_bundle(&bytes, &[trusted()]).is_accepted());

    let id = TimelineId::from(case);
    let loaded = office
        .db
        .store
        .read(async move |read: &Read| read.load_timeline(id).await);
    let event = loaded.await.unwrap().timeline.events.pop().unwrap();
    assert_eq!(event.kind, "published");
    assert_eq!(event.fields["record"], Value::Text(made.record.to_string()));
    let by = Who::Head.account().to_string();
    assert_eq!(event.fields["approved_by"], Value::Text(by));
    assert!(is_sound(&office).await);
}

async fn whoever_prepares_cannot_approve_and_nothing_goes_out_without_approval(db: Database) {
    let office = Office::open(db, "2025-06-03T09:00").await;
    let (case, decision) = of_company(&office).await;
    let lead = office.request(Who::Lead);
    let id = prepared(&office, case, decision).await.unwrap();
    let own = approve(&office.services, &lead, id).await;
    assert!(matches!(own, Err(ServiceError::Forbidden)), "{own:?}");
    let early = published(&office, case, id).await;
    assert!(matches!(early, Err(ServiceError::Refused(_))), "{early:?}");
    let second = prepared(&office, case, decision).await;
    assert!(
        matches!(second, Err(ServiceError::Refused(_))),
        "{second:?}"
    );
    let reviewer = office.request(Who::Reviewer);
    let row = approve(&office.services, &reviewer, id).await.unwrap();
    assert_eq!(
        row.approved.and_then(|it| it.by),
        Some(Who::Reviewer.account())
    );
    let again = approve(&office.services, &reviewer, id).await;
    assert!(matches!(again, Err(ServiceError::Refused(_))), "{again:?}");

    let stale = Publish {
        disclosure: id,
        expected_version: office.version(case).await - 1,
        confirm: Vec::new(),
    };
    let refused = publish(&office.services, &lead, stale.clone(), None).await;
    assert!(
        matches!(refused, Err(ServiceError::Conflict { .. })),
        "{refused:?}"
    );
    let command = Publish {
        expected_version: stale.expected_version + 1,
        ..stale
    };
    let once = || key_of("publish-it-once", "publish");
    let first = publish(&office.services, &lead, command.clone(), once())
        .await
        .unwrap();
    let again = publish(&office.services, &lead, command.clone(), once())
        .await
        .unwrap();
    assert!(again.is_replayed && again.value == first.value);
    let other = publish(
        &office.services,
        &lead,
        command,
        key_of("another-key", "publish"),
    )
    .await;
    assert!(
        matches!(other, Err(ServiceError::Conflict { .. })),
        "{other:?}"
    );
    let twice = published(&office, case, id).await;
    assert!(matches!(twice, Err(ServiceError::Refused(_))), "{twice:?}");
    assert_eq!(
        found(&office, PublicFilter::default()).await,
        [first.value.record]
    );
    let listed = get_case_publications(&office.services, &lead, case)
        .await
        .unwrap();
    assert_eq!((listed.records.len(), listed.drafts.len()), (1, 0));
    let [publishable] = listed.decisions.as_slice() else {
        panic!("{:?}", listed.decisions)
    };
    assert_eq!(publishable.title, "行政处罚决定信息公示");
}

async fn what_was_approved_is_what_goes_out_or_nothing_does(db: Database) {
    let office = Office::open(db, "2025-06-03T09:00").await;
    let (case, decision) = of_company(&office).await;
    let id = prepared(&office, case, decision).await.unwrap();
    let head = office.request(Who::Head);
    approve(&office.services, &head, id).await.unwrap();
    correct(&office, case, decision, "fine=12000000", "fine=11000000").await;
    let changed = published(&office, case, id).await;
    assert!(
        matches!(changed, Err(ServiceError::Refused(_))),
        "{changed:?}"
    );
    let row = cancel(&office.services, &head, id).await.unwrap();
    assert!(row.ended.is_some());
    let open = list_disclosures(&office.services, &head, true, None, 10)
        .await
        .unwrap();
    assert_eq!(open, []);
    shown(&office, case, decision).await;
}

async fn the_officer_of_another_body_can_do_nothing_of_it(db: Database) {
    let office = Office::open(db, "2025-06-03T09:00").await;
    let (case, decision) = of_company(&office).await;
    let id = prepared(&office, case, decision).await.unwrap();
    let stranger = office.request(Who::Stranger);
    let services = &office.services;
    let version = office.version(case).await;
    let seen = preview(services, &stranger, case, decision).await.err();
    let asked = Prepare {
        case,
        expected_version: version,
        decision,
        shown_until: None,
    };
    let wanted = Publish {
        disclosure: id,
        expected_version: version,
        confirm: Vec::new(),
    };
    let refusals = [
        seen,
        prepare(services, &stranger, asked, None).await.err(),
        approve(services, &stranger, id).await.err(),
        cancel(services, &stranger, id).await.err(),
        publish(services, &stranger, wanted, None).await.err(),
        get_disclosure(services, &stranger, id).await.err(),
        get_case_publications(services, &stranger, case).await.err(),
    ];
    for refusal in refusals {
        assert!(
            matches!(refusal, Some(ServiceError::NotFound)),
            "{refusal:?}"
        );
    }
    let listed = list_disclosures(services, &stranger, false, None, 10)
        .await
        .unwrap();
    assert_eq!(listed, []);
    assert_eq!(found(&office, PublicFilter::default()).await, []);
}

fn person(birth_on: Option<&str>) -> Facts {
    let mut facts = compliant_case().1;
    let Some(Value::Record(party)) = facts.values.get_mut("party") else {
        panic!("the example has a party");
    };
    party.insert("kind".to_owned(), "natural".into());
    party.insert("name".to_owned(), PERSON.into());
    party.insert("credit_code".to_owned(), MADE_UP_ID.into());
    if let Some(day) = birth_on {
        party.insert("birth_on".to_owned(), day.into());
    }
    facts
}

fn about_person(line: &str) -> String {
    let line = line
        .replace(NAME, PERSON)
        .replace("91410100MA0000000T", MADE_UP_ID);
    line.replace(
        "cause=违法有奖销售",
        &format!("cause={PERSON}违法有奖销售（{MADE_UP_ID}）"),
    )
}

async fn a_person_is_masked_and_a_minor_is_not_shown(db: Database) {
    let office = Office::open(db, "2025-06-03T09:00").await;
    let (case, decision) = decided(&office, person(None), about_person).await;
    let lead = office.request(Who::Lead);
    let draft = preview(&office.services, &lead, case, decision)
        .await
        .unwrap();
    let codes: Vec<_> = draft
        .obstacles
        .iter()
        .filter_map(|it| it.code.as_deref())
        .collect();
    assert_eq!(
        codes,
        ["PUB-EXEMPT"],
        "nobody knows how old he is: {:?}",
        draft.obstacles
    );
    let text = |name: &str| {
        let field = draft
            .fields
            .iter()
            .find(|field| field.field == name)
            .unwrap();
        (field.text.as_deref(), field.is_masked)
    };
    assert_eq!(text("party_name"), (Some("诸***"), true));
    assert_eq!(text("party_code"), (None, true));
    assert_eq!(
        text("cause"),
        (Some("诸***违法有奖销售（00**************00）"), true)
    );
    assert_eq!(text("doc_no"), (Some("市监罚〔2025〕一号"), false));
    assert!(
        draft
            .fields
            .iter()
            .all(|field| !field.is_masked || field.why.is_some())
    );
    let content = draft.content.to_string();
    assert!(
        !content.contains(PERSON) && !content.contains(MADE_UP_ID),
        "{content}"
    );
    let early = prepared(&office, case, decision).await;
    assert!(matches!(early, Err(ServiceError::Refused(_))), "{early:?}");

    let state = |birth_on: &str| {
        let mut event = Event::new("", "facts_stated", day("2025-09-01"));
        let facts = format!(r#"{{"party":{{"birth_on":"{birth_on}"}}}}"#);
        event.fields.insert("facts".to_owned(), Value::Text(facts));
        input_of(event)
    };
    office.record_by_anyone(case, state("2010-01-01")).await;
    let minor = prepared(&office, case, decision).await;
    assert!(matches!(minor, Err(ServiceError::Refused(_))), "{minor:?}");
    office.record_by_anyone(case, state("1990-01-01")).await;
    let made = shown(&office, case, decision).await;
    let text = |text: &str| PublicFilter {
        text: Some(text.to_owned()),
        ..PublicFilter::default()
    };
    assert_eq!(found(&office, text(PERSON)).await, []);
    assert_eq!(found(&office, text("有奖销售")).await, [made.record]);
}

async fn correct(
    office: &Office,
    case: Id<kind::Case>,
    decision: Id<kind::Event>,
    from: &str,
    to: &str,
) {
    let (lines, _) = compliant_case();
    let line = lines
        .iter()
        .find(|line| line.contains(" decided "))
        .unwrap();
    let command = CorrectEvent {
        case,
        expected_version: office.version(case).await,
        corrects: decision,
        event: event(&line.replace(from, to)).0,
        reason: "数额抄错".to_owned(),
    };
    let by = office.request(Who::Lead);
    correct_event(&office.services, &by, command, None)
        .await
        .unwrap();
}

async fn a_corrected_decision_supersedes_what_was_shown(db: Database) {
    let office = Office::open(db, "2025-06-03T09:00").await;
    let (case, decision) = of_company(&office).await;
    let first = shown(&office, case, decision).await;
    let before = publication_state(&office.services).await.unwrap();
    correct(
        &office,
        case,
        decision,
        "cause=违法有奖销售",
        "cause=有奖销售违法",
    )
    .await;
    let second = shown(&office, case, decision).await;
    assert_eq!(second.version, 2);
    assert_eq!(
        found(&office, PublicFilter::default()).await,
        [second.record]
    );
    let PublicView::Notice(notice) = get_public(&office.services, first.record).await.unwrap()
    else {
        panic!("the first version is not shown any more");
    };
    assert_eq!(notice.superseded_by, Some(second.record));
    assert_eq!(notice.ground, "superseded");
    let PublicView::Shown(now) = get_public(&office.services, second.record).await.unwrap() else {
        panic!("the second is");
    };
    assert_eq!(now.item.content.corrects, Some(first.record.to_string()));
    let after = publication_state(&office.services).await.unwrap();
    assert!(after.generation > before.generation);
    assert_eq!(after.live_count, 1);
    integrate(&office).await;
    // What the first version said stays provable: the case file holds both.
    let key = signing_key();
    let head = office.request(Who::Head);
    let bytes = bundle(&office.services, &head, case, "复议机关调卷", &key)
        .await
        .unwrap();
    let report = verify_bundle(&bytes, &[trusted()]);
    assert!(report.is_accepted(), "{report}");
    let pointed = report
        .proven
        .iter()
        .filter(|line| line.starts_with("叶号") && line.contains("公开记录"));
    assert_eq!(pointed.count(), 2, "{report}");
    assert!(is_sound(&office).await);
}

/// A decision that was annulled does not come back; a corrected one is another.
async fn does_not_come_back(office: &Office, case: Id<kind::Case>, decision: Id<kind::Event>) {
    let refused = prepared(office, case, decision).await.unwrap_err();
    assert!(
        matches!(&refused, ServiceError::Refused(_))
            && format!("{refused:?}").contains("不得再公示"),
        "{refused:?}"
    );
    let by = office.request(Who::Lead);
    let draft = preview(&office.services, &by, case, decision)
        .await
        .unwrap();
    assert!(
        draft
            .obstacles
            .iter()
            .any(|it| it.text.contains("决定被变更、撤销")),
        "{:?}",
        draft.obstacles
    );
}

async fn what_is_withdrawn_is_not_there_but_for_the_notice_the_law_wants(db: Database) {
    let office = Office::open(db, "2025-06-03T09:00").await;
    let (case, decision) = of_company(&office).await;
    let made = shown(&office, case, decision).await;
    let other = take_down(&office, case, made.record, "superseded", "不是人选的事由").await;
    assert!(matches!(other, Err(ServiceError::Invalid(_))), "{other:?}");
    let annulled = event("2025-09-01T10:00 decision_annulled result=annulled by=reconsideration").0;
    office.turn_to("2025-09-01T10:30");
    office.record_by_anyone(case, annulled).await;
    let stranger = Withdraw {
        record: made.record,
        expected_version: office.version(case).await,
        ground: "annulled".to_owned(),
        reason: "不该由他撤".to_owned(),
        confirm: Vec::new(),
    };
    let far = withdraw(
        &office.services,
        &office.request(Who::Stranger),
        stranger,
        None,
    )
    .await;
    assert!(matches!(far, Err(ServiceError::NotFound)), "{far:?}");
    let reason = "复议决定撤销（联系电话 13800000000）";
    take_down(&office, case, made.record, "annulled", reason)
        .await
        .unwrap();
    let PublicView::Notice(notice) = get_public(&office.services, made.record).await.unwrap()
    else {
        panic!("the law wants the reason told");
    };
    assert_eq!(
        notice.reason.as_deref(),
        Some("复议决定撤销（联系电话 138****0000）")
    );
    assert_eq!(found(&office, PublicFilter::default()).await, []);
    let key = signing_key().verifying_key();
    integrate(&office).await;
    let file = public_file(&office.services, made.record, &key).await;
    assert!(matches!(file, Err(ServiceError::NotFound)), "{file:?}");
    let twice = take_down(&office, case, made.record, "annulled", "再撤一次").await;
    assert!(matches!(twice, Err(ServiceError::Refused(_))), "{twice:?}");
    assert!(is_sound(&office).await);

    does_not_come_back(&office, case, decision).await;
    let (from, to) = ("cause=违法有奖销售", "cause=有奖销售违法");
    correct(&office, case, decision, from, to).await;

    // What must not have been shown leaves no notice.
    let again = shown(&office, case, decision).await;
    take_down(&office, case, again.record, "forbidden", "涉及商业秘密")
        .await
        .unwrap();
    let gone = get_public(&office.services, again.record).await;
    assert!(matches!(gone, Err(ServiceError::NotFound)), "{gone:?}");
    assert!(is_sound(&office).await);
}

async fn what_was_shown_long_enough_is_stopped(db: Database) {
    let office = Office::open(db, "2025-06-03T09:00").await;
    let (case, decision) = of_company(&office).await;
    let command = Prepare {
        case,
        expected_version: office.version(case).await,
        decision,
        shown_until: Some(day("2025-12-01")),
    };
    let lead = office.request(Who::Lead);
    let id = prepare(&office.services, &lead, command, None)
        .await
        .unwrap();
    let id = id.value.disclosure;
    approve(&office.services, &office.request(Who::Head), id)
        .await
        .unwrap();
    let made = published(&office, case, id).await.unwrap();
    office.turn_to("2025-12-02T00:30");
    let system = office.services.system("test");
    let early = expire(&office.services, &system).await;
    assert!(matches!(early, Err(ServiceError::Refused(_))), "{early:?}");
    // The clock is believed after an hour.
    office.turn_to("2025-12-01T22:00");
    work_goes_on(&office.db).await;
    let system = office.services.system("test");
    assert_eq!(expire(&office.services, &system).await.unwrap(), 0);
    office.turn_to("2025-12-02T00:30");
    let system = office.services.system("test");
    assert_eq!(expire(&office.services, &system).await.unwrap(), 1);
    assert_eq!(expire(&office.services, &system).await.unwrap(), 0);
    let gone = get_public(&office.services, made.record).await;
    assert!(matches!(gone, Err(ServiceError::NotFound)), "{gone:?}");
    let records = get_case_publications(&office.services, &lead, case)
        .await
        .unwrap()
        .records;
    let withdrawn = records[0].withdrawn.as_ref().unwrap();
    assert_eq!(withdrawn.ground, "expired");
    assert!(is_sound(&office).await);
}

async fn a_changed_record_is_found_by_fsck_and_a_changed_index_by_rebuild(db: Database) {
    let office = Office::open(db, "2025-06-03T09:00").await;
    let (case, decision) = of_company(&office).await;
    let made = shown(&office, case, decision).await;
    integrate(&office).await;
    assert!(is_sound(&office).await);
    let lose = "DELETE FROM public_term WHERE term = 'g:有奖'";
    office.db.raw_execute(lose).await.unwrap();
    let report = verify(&office.services).await.unwrap();
    assert_eq!(report.differences.len(), 1);
    assert_eq!(report.differences[0].table, "public_term");
    rebuild(&office.services, &office.services.system("test"))
        .await
        .unwrap();
    assert!(is_sound(&office).await);
    for (change, why) in [
        ("body = REPLACE(body, '120,000.00', '100,000.00')", "内容"),
        (
            "body = REPLACE(body, '100,000.00', '120,000.00'), event_seq = event_seq - 1",
            "事件",
        ),
        (
            "event_seq = event_seq + 1, decision_seq = decision_seq - 1",
            "决定",
        ),
    ] {
        let change = format!(
            "UPDATE public_record SET {change} WHERE id = '{}'",
            made.record
        );
        office.db.raw_execute(&change).await.unwrap();
        let report = office.db.store.fsck(None, |_| ()).await.unwrap();
        let told: Vec<String> = report
            .discrepancies
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(
            told[0].contains(why) && told[0].contains("公开记录"),
            "{told:?}"
        );
    }
    let forget = format!(
        "DELETE FROM public_term; DELETE FROM public_record WHERE id = '{}'",
        made.record
    );
    for statement in forget.split("; ") {
        office.db.raw_execute(statement).await.unwrap();
    }
    let report = office.db.store.fsck(None, |_| ()).await.unwrap();
    assert_eq!(report.discrepancy_count, 1, "{:?}", report.discrepancies);
}

async fn what_is_erased_is_erased_from_the_public_record(db: Database) {
    let office = Office::open(db, "2025-06-03T09:00").await;
    let (case, decision) = of_company(&office).await;
    let made = shown(&office, case, decision).await;
    integrate(&office).await;
    let command = RequestErasure {
        case,
        events: Vec::new(),
        extent: "personal_data".to_owned(),
        basis: "personal_information_protection_law/47".to_owned(),
        reason: "保存期限届满".to_owned(),
    };
    let reviewer = office.request(Who::Reviewer);
    let asked = request_erasure(&office.services, &reviewer, command)
        .await
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let spool = Spool::open(folder.path()).unwrap();
    let head = office.request(Who::Head);
    approve_erasure(&office.services, &spool, &head, asked.id)
        .await
        .unwrap();
    let gone = get_public(&office.services, made.record).await;
    assert!(matches!(gone, Err(ServiceError::NotFound)), "{gone:?}");
    for (table, columns) in [
        (
            "public_record",
            "COALESCE(body, '') || COALESCE(search_text, '')",
        ),
        ("disclosure", "COALESCE(body, '')"),
        ("public_term", "term"),
    ] {
        let sql = format!("SELECT COUNT(*) FROM {table} WHERE {columns} LIKE '%商贸%'");
        assert_eq!(office.db.raw_number(&sql).await.unwrap(), 0, "{table}");
    }
    integrate(&office).await;
    assert!(is_sound(&office).await);
    let key = signing_key();
    let bytes = bundle(&office.services, &head, case, "复议机关调卷", &key)
        .await
        .unwrap();
    let report = verify_bundle(&bytes, &[trusted()]);
    assert!(report.is_accepted(), "{report}");
    assert!(!String::from_utf8(bytes).unwrap().contains(NAME));
}
