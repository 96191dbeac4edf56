//! 换法典之前先看后果：数得准，只数看得见的，断得开、停得下，换了哪一部都不混着数。

use std::sync::{Arc, LazyLock, Mutex};

use mingjing_domain::timeline::Facts;
use mingjing_kernel::id::{Id, TimelineId, kind};
use mingjing_lawbook::diagnostic::SourceFile;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_lawbook::load::load;
use mingjing_lawbook::simulate::Turn;
use mingjing_policy::resource::Secrecy;
use mingjing_policy::role::Role;
use mingjing_services::casework::create_case::create_case;
use mingjing_services::context::RequestContext;
use mingjing_services::error::ServiceError;
use mingjing_services::foresight::candidates::{
    CandidateSource, Law, LawPair, get_candidate, list_candidates,
};
use mingjing_services::foresight::read::{get_run, list_runs};
use mingjing_services::foresight::run::{give_up, run_part};
use mingjing_services::foresight::start::{cancel_run, start_run};
use mingjing_store::foresight::{ForesightState, ForesightStep};
use mingjing_store::tx::Tx;
use mingjing_testkit::database::Database;
use mingjing_testkit::on_both_engines;

use crate::changes::edited;
use crate::office::{LAWBOOK, Office, Who, case_command, event, sources};

on_both_engines! {
    what_would_change_is_counted_and_cases_are_shown_to_whoever_may_see_them,
    a_jurist_of_another_place_knows_nothing_of_it,
    one_candidate_is_tried_once_at_a_time_and_can_be_stopped,
    a_run_ends_when_either_lawbook_is_no_longer_what_it_was,
    a_part_that_is_done_twice_is_counted_once,
}

static EDITED_FILES: LazyLock<Vec<SourceFile>> =
    LazyLock::new(|| sources().iter().map(edited).collect());
static EDITED: LazyLock<Arc<Lawbook>> =
    LazyLock::new(|| Arc::new(load(&EDITED_FILES).lawbook.unwrap()));

const CANDIDATE: &str = "删去核查期限";
const BROKEN: &str = "写坏的";

/// The folders of a server, in memory: what the candidate is can be exchanged.
struct Folders {
    law: Mutex<(u32, Arc<Lawbook>)>,
}

impl Folders {
    fn put(&self, lawbook: Arc<Lawbook>) {
        let mut law = self.law.lock().unwrap();
        *law = (law.0 + 1, lawbook);
    }
}

impl CandidateSource for Folders {
    fn names(&self) -> Vec<String> {
        vec![BROKEN.to_owned(), CANDIDATE.to_owned()]
    }

    fn glance(&self, _name: &str) -> String {
        self.law.lock().unwrap().0.to_string()
    }

    fn open(&self, name: &str) -> Result<LawPair, Vec<String>> {
        if name == BROKEN {
            return Err(vec!["rules/x.toml:1:1 LB01".to_owned()]);
        }
        let (_, after) = self.law.lock().unwrap().clone();
        Ok(LawPair {
            before: Law {
                lawbook: Arc::clone(&LAWBOOK),
                files: sources(),
            },
            after: Law {
                lawbook: after,
                files: EDITED_FILES.clone(),
            },
        })
    }
}

/// An office with candidates, three cases with a clue that was not looked into in time, and one that is confidential.
async fn open(db: Database) -> (Office, Arc<Folders>, Vec<Id<kind::Case>>) {
    let folders = Arc::new(Folders {
        law: Mutex::new((0, Arc::clone(&EDITED))),
    });
    let office = Office::open(db, "2025-06-03T09:30").await;
    let office = Office {
        services: office.services.with_candidates(folders.clone()),
        db: office.db,
    };
    let mut cases = Vec::new();
    for secrecy in [
        Secrecy::Ordinary,
        Secrecy::Ordinary,
        Secrecy::Restricted,
        Secrecy::Ordinary,
    ] {
        let mut command = case_command(Facts::default());
        command.secrecy = secrecy;
        let lead = office.request(Who::Lead);
        let made = create_case(&office.services, &lead, command, None).await;
        let case = made.unwrap().value.case;
        let (clue, _) = event("2025-06-03T09:20 clue_registered source=inspection");
        office.record_by_anyone(case, clue).await;
        if secrecy == Secrecy::Ordinary {
            cases.push(case);
        }
    }
    cases.sort_by_key(|case| TimelineId::from(*case));
    office.turn_to("2025-06-25T09:00");
    (office, folders, cases)
}

fn jurist(office: &Office) -> RequestContext {
    office.request_as(Who::System, &[(Role::Jurist, "/")])
}

async fn drain(office: &Office, id: Id<kind::Foresight>) -> u32 {
    let system = office.services.system("job");
    let mut parts = 1;
    while run_part(&office.services, &system, id).await.unwrap() {
        parts += 1;
    }
    parts
}

async fn what_would_change_is_counted_and_cases_are_shown_to_whoever_may_see_them(db: Database) {
    let (office, _, cases) = open(db).await;
    let (services, request) = (&office.services, jurist(&office));
    let all = list_candidates(services, &request).await.unwrap().unwrap();
    let names: Vec<&str> = all.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, [BROKEN, CANDIDATE]);
    assert_eq!(all[0].law.as_ref().err().unwrap().len(), 1);
    let tried = get_candidate(services, &request, CANDIDATE)
        .await
        .unwrap()
        .law;
    let Ok(tried) = tried else {
        panic!("it cannot be used")
    };
    assert!(tried.comparison.in_chinese().contains("规则改动 1 项"));

    let broken = start_run(services, &request, BROKEN, None).await;
    assert!(matches!(broken, Err(ServiceError::Invalid(_))));
    let none = start_run(services, &request, "没有的", None).await;
    assert!(matches!(none, Err(ServiceError::Invalid(_))));

    let id = start_run(services, &request, CANDIDATE, None)
        .await
        .unwrap();
    let begun = get_run(services, &request, id).await.unwrap().run;
    assert_eq!((begun.row.total, begun.row.done), (3, 0));
    assert_eq!(drain(&office, id).await, 1);
    let found = get_run(services, &request, id).await.unwrap();
    let (row, totals) = (&found.run.row, &found.run.record.totals);
    assert_eq!(row.state, ForesightState::Done);
    assert_eq!((row.done, totals.cases, totals.changed), (3, 3, 3));
    let rule = &totals.by_rule["P-FILE-VERIFY"];
    assert_eq!(rule.turns[Turn::Vanishes as usize], 3);
    let bodies: Vec<_> = totals
        .by_body
        .iter()
        .map(|(name, b)| (name.as_str(), b.changed))
        .collect();
    assert_eq!(bodies, [("甲市市场监督管理局", 3)]);
    // The counts are for the jurist, the cases only for whoever may see findings.
    assert!(found.examples.is_empty() && !found.may_see_cases);
    let both = [
        (Role::Jurist, "/"),
        (Role::SupervisorLead, "/410000/410100/"),
    ];
    let seeing = office.request_as(Who::Inspector, &both);
    let seen = get_run(services, &seeing, id).await.unwrap();
    let mut of: Vec<TimelineId> = seen.examples.iter().map(|one| one.case.timeline).collect();
    of.sort_unstable();
    let expected: Vec<TimelineId> = cases.into_iter().map(Into::into).collect();
    assert_eq!(of, expected);
    assert!(seen.examples[0].told.keys.is_empty());
    // What is erased takes its examples along.
    let gone = expected[0];
    let forget = async move |tx: &Tx| tx.forget_foresight_examples(gone).await;
    let context = services.context(&request);
    assert_eq!(services.store.write(&context, forget).await.unwrap(), 1);
    let left = get_run(services, &seeing, id).await.unwrap();
    assert_eq!(left.examples.len(), 2);
}

async fn a_jurist_of_another_place_knows_nothing_of_it(db: Database) {
    let (office, _, _) = open(db).await;
    let services = &office.services;
    let id = start_run(services, &jurist(&office), CANDIDATE, None)
        .await
        .unwrap();
    let far = office.request_as(Who::Stranger, &[(Role::Jurist, "/410000/410200/")]);
    assert!(list_runs(services, &far).await.unwrap().is_empty());
    let hidden = get_run(services, &far, id).await;
    assert!(matches!(hidden, Err(ServiceError::NotFound)));
    let hidden = cancel_run(services, &far, id).await;
    assert!(matches!(hidden, Err(ServiceError::NotFound)));
    for nobody in [Who::Supervisor, Who::System, Who::Lead] {
        let request = office.request(nobody);
        let refused = start_run(services, &request, CANDIDATE, None).await;
        assert!(matches!(refused, Err(ServiceError::Forbidden)));
        let refused = list_candidates(services, &request).await;
        assert!(matches!(refused, Err(ServiceError::Forbidden)));
        let refused = get_run(services, &request, id).await;
        assert!(matches!(refused, Err(ServiceError::Forbidden)));
    }
    drain(&office, id).await;
    // Where there are no cases, none is tried.
    let own = start_run(services, &far, CANDIDATE, None).await.unwrap();
    drain(&office, own).await;
    let own = get_run(services, &far, own).await.unwrap().run;
    assert_eq!(
        (own.row.state, own.row.total, own.row.done),
        (ForesightState::Done, 0, 0)
    );
    // Whoever may try it everywhere sees that one, too.
    assert_eq!(
        list_runs(services, &jurist(&office)).await.unwrap().len(),
        2
    );
}

async fn one_candidate_is_tried_once_at_a_time_and_can_be_stopped(db: Database) {
    let (office, _, _) = open(db).await;
    let (services, request) = (&office.services, jurist(&office));
    let first = start_run(services, &request, CANDIDATE, None)
        .await
        .unwrap();
    let second = start_run(services, &request, CANDIDATE, None).await;
    let Err(ServiceError::Refused(refusal)) = second else {
        panic!("{second:?}")
    };
    assert!(refusal.reasons[0].text.contains("正在试算"));
    cancel_run(services, &request, first).await.unwrap();
    let again = cancel_run(services, &request, first).await;
    assert!(matches!(again, Err(ServiceError::Refused(_))));
    // The job that was queued finds nothing to do.
    assert_eq!(drain(&office, first).await, 1);
    let stopped = get_run(services, &request, first).await.unwrap().run;
    assert_eq!(
        (stopped.row.state, stopped.row.done),
        (ForesightState::Cancelled, 0)
    );
    let third = start_run(services, &request, CANDIDATE, None)
        .await
        .unwrap();
    let why = "试了 5 次没有做成".to_owned();
    let system = services.system("job");
    give_up(services, &system, third, why.clone())
        .await
        .unwrap();
    let failed = get_run(services, &request, third).await.unwrap().run;
    assert_eq!(
        (failed.row.state, failed.row.failure),
        (ForesightState::Failed, Some(why))
    );
}

async fn a_run_ends_when_either_lawbook_is_no_longer_what_it_was(db: Database) {
    let (office, folders, _) = open(db).await;
    let (services, request) = (&office.services, jurist(&office));
    let ended = async |id: Id<kind::Foresight>| {
        drain(&office, id).await;
        let row = get_run(services, &request, id).await.unwrap().run.row;
        assert_eq!(row.state, ForesightState::Failed);
        row.failure.unwrap()
    };
    let first = start_run(services, &request, CANDIDATE, None)
        .await
        .unwrap();
    folders.put(Arc::clone(&LAWBOOK));
    assert_eq!(ended(first).await, "候选的法典改了；请重新开始");
    folders.put(Arc::clone(&EDITED));
    let second = start_run(services, &request, CANDIDATE, None)
        .await
        .unwrap();
    services.put_lawbook(Arc::clone(&EDITED));
    assert!(ended(second).await.starts_with("施行中的法典换成了"));
    // What stands on the disk is no longer what is in force: not to be used until it is.
    let found = get_candidate(services, &request, CANDIDATE).await.unwrap();
    assert!(found.law.err().unwrap()[0].contains("施行中的是"));
}

async fn a_part_that_is_done_twice_is_counted_once(db: Database) {
    let (office, _, cases) = open(db).await;
    let (services, request) = (&office.services, jurist(&office));
    let id = start_run(services, &request, CANDIDATE, None)
        .await
        .unwrap();
    let begun = get_run(services, &request, id).await.unwrap().run;
    let step = ForesightStep {
        done_before: 0,
        done: 1,
        place: cases[0].into(),
        record: begun.row.record.clone(),
        examples: Vec::new(),
    };
    let context = services.context(&request);
    let advance = async || {
        let step = step.clone();
        let write = async move |tx: &Tx| tx.advance_foresight_run(id, &step).await;
        services.store.write(&context, write).await.unwrap()
    };
    assert!(advance().await);
    assert!(!advance().await);
    // What follows goes on behind the case that was noted.
    drain(&office, id).await;
    let run = get_run(services, &request, id).await.unwrap().run;
    assert_eq!(run.row.state, ForesightState::Done);
    assert_eq!(run.record.totals.cases, 2);
}
