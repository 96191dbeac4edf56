//! 跨案评估：数出这些、只数出这些；改好一案再数就终结；别处看不到，密级件不数，断了再来是一样的。

use std::sync::{Arc, LazyLock};

use mingjing_domain::timeline::Facts;
use mingjing_domain::value::Value;
use mingjing_kernel::id::{Id, TimelineId, kind};
use mingjing_lawbook::diagnostic::SourceFile;
use mingjing_lawbook::example::parse_event;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_lawbook::load::load;
use mingjing_policy::resource::Secrecy;
use mingjing_policy::role::Role;
use mingjing_services::casework::create_case::create_case;
use mingjing_services::error::ServiceError;
use mingjing_services::model::{EndedBy, OverCasesFilter};
use mingjing_services::over_cases::read::{
    OverCasesView, find_last_run, get_over_cases, list_over_cases, sum_over_cases,
};
use mingjing_services::over_cases::run::run;
use mingjing_services::over_cases::start::{is_due, start_run};
use mingjing_services::page::PageRequest;
use mingjing_store::event::{Nature, NewEvent};
use mingjing_store::over_cases::run::OverCasesState;
use mingjing_store::tx::Tx;
use mingjing_testkit::database::Database;
use mingjing_testkit::on_both_engines;

use crate::office::{BODY_PATH, LAWBOOK, Office, Who, case_command, sources};

on_both_engines! {
    what_is_wrong_over_cases_is_found_and_no_more,
    what_is_put_right_ends_and_what_moves_out_of_the_window_lapses,
    who_may_not_see_the_place_sees_nothing,
    a_run_is_one_at_a_time_and_a_killed_one_begins_again,
}

/// The rule on repeated numbers rests on a document of another province: here on one of the whole country.
static NATIONAL: LazyLock<Arc<Lawbook>> = LazyLock::new(|| {
    let edit = |file: SourceFile| match file.text.contains("code = \"SYS-DOCNUM-DUP\"") {
        true => SourceFile::new(
            file.path.to_string(),
            file.text.replace("河北三项（九）", "118号（六）"),
        ),
        false => file,
    };
    let files: Vec<SourceFile> = sources().into_iter().map(edit).collect();
    Arc::new(load(&files).lawbook.unwrap())
});

const FINED: &str = "decided outcome=penalty basis=[产品质量法50] step=一般";
const DUP: &str = "SYS-DOCNUM-DUP";
const SAME: &str = "DIS-SAMECASE";
const TRAIN: &str = "HR-TRAIN-40H";

/// Ten cases of one fault, one of them fined far more; two with the same document number; somebody who was trained in
/// 2024 and not in 2025; and a confidential case with the same number again.
async fn open(db: Database) -> (Office, Vec<Id<kind::Case>>) {
    let office = Office::open(db, "2026-01-06T09:30").await;
    office.services.put_lawbook(Arc::clone(&NATIONAL));
    let mut cases = Vec::new();
    for number in 0..10 {
        let case = new_case(&office, Secrecy::Ordinary).await;
        let fine = if number == 9 {
            5_000_000
        } else {
            2_000_000 + number * 10_000
        };
        let doc = if number < 2 {
            " doc_no=甲市监罚〔2025〕12号"
        } else {
            ""
        };
        record(
            &office,
            case,
            &format!("2025-{:02}-10 {FINED} fine={fine}{doc}", number + 2),
            None,
        )
        .await;
        cases.push(case);
    }
    let trained = "2024-11-03 training_logged officer=O1 hours=60";
    record(&office, cases[3], trained, None).await;
    let hidden = new_case(&office, Secrecy::Restricted).await;
    let line = format!("2025-06-10 {FINED} fine=9000000 doc_no=甲市监罚〔2025〕12号");
    record(&office, hidden, &line, None).await;
    office.db.clock.advance_millis(1_000);
    (office, cases)
}

async fn new_case(office: &Office, secrecy: Secrecy) -> Id<kind::Case> {
    let mut facts = Facts::default();
    facts.set("item.code", Value::Text("330231034000".to_owned()));
    let mut command = case_command(facts);
    command.secrecy = secrecy;
    let made = create_case(&office.services, &office.request(Who::Lead), command, None).await;
    made.unwrap().value.case
}

/// Put down as an import would, whatever the procedure says; gives the identifier of the event.
async fn record(
    office: &Office,
    case: Id<kind::Case>,
    line: &str,
    corrects: Option<Id<kind::Event>>,
) -> Id<kind::Event> {
    let event = parse_event(&LAWBOOK.book.vocabulary, line, 0).unwrap();
    let id = TimelineId::from(case);
    let write = async move |tx: &Tx| {
        let loaded = tx.load_for_append(id).await?;
        let new = NewEvent {
            corrects,
            ..NewEvent::new(event.clone(), Nature::Fact)
        };
        tx.append(id, loaded.header.version, vec![new]).await?;
        let loaded = tx.load_timeline(id).await?;
        Ok::<_, ServiceError>(loaded.events.last().unwrap().id)
    };
    let context = office.services.context(&office.request(Who::Lead));
    office.services.store.write(&context, write).await.unwrap()
}

async fn start(office: &Office) -> Id<kind::OverCasesRun> {
    let request = office.request(Who::Supervisor);
    start_run(&office.services, &request).await.unwrap()
}

async fn count(office: &Office) {
    let id = start(office).await;
    assert!(
        !run(&office.services, &office.services.system("job"), id)
            .await
            .unwrap()
    );
    office.db.clock.advance_millis(1_000);
}

/// 说得出的（不是无法判定的）。
async fn told(office: &Office, who: Who, with_ended: bool) -> Vec<OverCasesView> {
    let filter = OverCasesFilter {
        with_ended,
        ..OverCasesFilter::default()
    };
    let request = office.request(who);
    let page = list_over_cases(&office.services, &request, &filter, &PageRequest::default()).await;
    let undetermined = mingjing_domain::finding::Status::Undetermined;
    let items = page.unwrap().items.into_iter();
    items
        .filter(|view| view.row.finding.status != undetermined)
        .collect()
}

fn codes(views: &[OverCasesView]) -> Vec<&str> {
    let mut codes: Vec<&str> = views.iter().map(|v| v.row.finding.code.as_str()).collect();
    codes.sort_unstable();
    codes
}

fn of<'v>(views: &'v [OverCasesView], code: &str) -> &'v OverCasesView {
    views.iter().find(|v| v.row.finding.code == code).unwrap()
}

async fn what_is_wrong_over_cases_is_found_and_no_more(db: Database) {
    let (office, cases) = open(db).await;
    let clock = office.services.system("clock");
    assert!(is_due(&office.services, &clock).await.unwrap());
    count(&office).await;
    assert!(!is_due(&office.services, &clock).await.unwrap());
    let views = told(&office, Who::Supervisor, false).await;
    assert_eq!(codes(&views), [SAME, TRAIN, DUP]);

    // The confidential case has the number, too, and is not counted.
    let dup = of(&views, DUP);
    assert_eq!(
        (dup.row.finding.counted, dup.row.finding.not_counted),
        (2, 0)
    );
    assert_eq!(dup.row.finding.org_path, BODY_PATH);
    let text = dup.text.as_ref().unwrap();
    assert!(
        text.headline.contains("第 12 号用在 2 个案件上"),
        "{}",
        text.headline
    );
    let supervisor = office.request(Who::Supervisor);
    let detail = get_over_cases(&office.services, &supervisor, &dup.row.finding.id)
        .await
        .unwrap();
    let mut counted: Vec<TimelineId> = detail.counted.iter().map(|c| c.timeline).collect();
    counted.sort_unstable();
    let mut expected: Vec<TimelineId> = cases[..2].iter().map(|c| (*c).into()).collect();
    expected.sort_unstable();
    assert_eq!(counted, expected);

    // The one that is fined more is named by its number, and listed first.
    let same = of(&views, SAME);
    assert_eq!(same.row.finding.counted, 10);
    assert_eq!(same.row.finding.keys["case"], "甲市监案〔2025〕1号");
    let detail = get_over_cases(&office.services, &supervisor, &same.row.finding.id)
        .await
        .unwrap();
    assert_eq!(detail.counted[0].timeline, cases[9].into());
    assert_eq!(detail.counted.len(), 10);

    // Nothing was done in the year: no case is counted, and it is known all the same where that was.
    let train = of(&views, TRAIN);
    assert_eq!(train.row.finding.period.as_deref(), Some("2025"));
    assert_eq!(
        (
            train.row.finding.counted,
            train.row.finding.org_path.as_str()
        ),
        (0, BODY_PATH)
    );

    // What a count says is what a list has.
    let all = OverCasesFilter::default();
    let sums = sum_over_cases(&office.services, &supervisor, &all)
        .await
        .unwrap();
    for sum in sums {
        let filter = OverCasesFilter {
            code: Some(sum.code),
            statuses: vec![sum.status],
            severities: vec![sum.severity],
            ..OverCasesFilter::default()
        };
        let page = PageRequest::default();
        let page = list_over_cases(&office.services, &supervisor, &filter, &page)
            .await
            .unwrap();
        assert_eq!(page.items.len() as u64, sum.n);
    }
}

async fn what_is_put_right_ends_and_what_moves_out_of_the_window_lapses(db: Database) {
    let (office, cases) = open(db).await;
    count(&office).await;
    let found = told(&office, Who::Supervisor, false).await;
    let kept = of(&found, SAME).row.clone();
    let dup = of(&found, DUP).row.clone();

    // Once more without news: the same identifiers, the same beginnings, seen later.
    count(&office).await;
    let again = told(&office, Who::Supervisor, false).await;
    assert_eq!(codes(&again), codes(&found));
    let row = &of(&again, SAME).row;
    assert_eq!(
        (row.found_at, row.changed_at),
        (kept.found_at, kept.changed_at)
    );
    assert!(row.seen_at > kept.seen_at);

    let loaded = TimelineId::from(cases[1]);
    let first = async move |read: &mingjing_store::tx::Read| read.load_timeline(loaded).await;
    let first = office.services.store.read(first).await.unwrap();
    let mut events = first.timeline.events.iter();
    let first = events.find(|event| event.kind == "decided").unwrap();
    let first = Id::parse(&first.id).unwrap();
    let line = format!("2025-03-10 {FINED} fine=2010000 doc_no=甲市监罚〔2025〕13号");
    record(&office, cases[1], &line, Some(first)).await;
    office.db.clock.advance_millis(1_000);
    count(&office).await;
    let open = told(&office, Who::Supervisor, false).await;
    assert_eq!(codes(&open), [SAME, TRAIN]);
    let all = told(&office, Who::Supervisor, true).await;
    let ended = &of(&all, DUP).row;
    assert_eq!(ended.finding.id, dup.finding.id);
    assert_eq!(ended.ended.unwrap().1, EndedBy::Corrected);
    assert!(of(&all, DUP).text.is_none());

    office.turn_to("2026-09-01T09:00");
    assert!(
        is_due(&office.services, &office.services.system("clock"))
            .await
            .unwrap()
    );
    count(&office).await;
    let all = told(&office, Who::Supervisor, true).await;
    assert_eq!(of(&all, SAME).row.ended.unwrap().1, EndedBy::TimePassed);
    assert!(of(&all, TRAIN).row.ended.is_none());
}

async fn who_may_not_see_the_place_sees_nothing(db: Database) {
    let (office, _) = open(db).await;
    count(&office).await;
    let services = &office.services;
    let views = told(&office, Who::Head, false).await;
    assert_eq!(codes(&views), [SAME, TRAIN, DUP]);
    let id = of(&views, DUP).row.finding.id.clone();
    let all = OverCasesFilter::default();
    let far = office.request_as(Who::Stranger, &[(Role::SupervisorLead, "/410000/410200/")]);
    // Whoever sees his own cases only sees no result over the cases of others.
    for request in [far, office.request(Who::Lead)] {
        let page = PageRequest::default();
        let page = list_over_cases(services, &request, &all, &page)
            .await
            .unwrap();
        assert!(page.items.is_empty());
        assert!(
            sum_over_cases(services, &request, &all)
                .await
                .unwrap()
                .is_empty()
        );
        let hidden = get_over_cases(services, &request, &id).await;
        assert!(matches!(hidden, Err(ServiceError::NotFound)));
    }
    // Of the town: findings, but no cases. The number stays, the cases are not named.
    let assistant = office.request_as(Who::Stranger, &[(Role::StreetAssistant, BODY_PATH)]);
    if let Ok(detail) = get_over_cases(services, &assistant, &id).await {
        assert_eq!(
            (detail.view.row.finding.counted, detail.counted.len()),
            (2, 0)
        );
    }
    for nobody in [Who::Lead, Who::Head, Who::System] {
        let refused = start_run(services, &office.request(nobody)).await;
        assert!(
            matches!(refused, Err(ServiceError::Forbidden)),
            "{refused:?}"
        );
    }
    let refused = find_last_run(services, &office.request(Who::System)).await;
    assert!(matches!(refused, Err(ServiceError::Forbidden)));
}

async fn a_run_is_one_at_a_time_and_a_killed_one_begins_again(db: Database) {
    let (office, _) = open(db).await;
    let (services, system) = (&office.services, office.services.system("job"));
    let id = start(&office).await;
    let twice = start_run(services, &office.request(Who::Supervisor)).await;
    assert!(matches!(twice, Err(ServiceError::Refused(_))), "{twice:?}");
    assert!(!is_due(services, &system).await.unwrap());

    // Taken, counted in part, and killed.
    let today = system.today();
    let context = services.context(&system);
    let take = async move |tx: &Tx| {
        let attempt = tx.take_over_cases_run(id, today, "9", 10).await?.unwrap();
        tx.note_over_cases_done(id, attempt, 5).await?;
        Ok::<_, ServiceError>(attempt)
    };
    let killed = services.store.write(&context, take).await.unwrap();
    assert!(!run(services, &system, id).await.unwrap());
    let views = told(&office, Who::Supervisor, false).await;
    assert_eq!(codes(&views), [SAME, TRAIN, DUP]);
    // The first, were it still alive, could write nothing any more; and the job once more does nothing.
    let late = async move |tx: &Tx| {
        let noted = tx.note_over_cases_done(id, killed, 10).await?;
        let ended = tx.end_over_cases_run(id, killed, None).await?;
        Ok::<_, ServiceError>(noted || ended)
    };
    assert!(!services.store.write(&context, late).await.unwrap());
    assert!(!run(services, &system, id).await.unwrap());
    let last = find_last_run(services, &office.request(Who::Supervisor))
        .await
        .unwrap();
    let done = last.done.unwrap();
    assert_eq!(last.newest.unwrap(), done);
    assert_eq!(
        (done.state, done.total, done.done),
        (OverCasesState::Done, 10, 10)
    );
    assert_eq!(done.as_of, today);
}
