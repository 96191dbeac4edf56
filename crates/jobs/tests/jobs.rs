//! 后台任务经真的库：到期才排、做完一段接着下一段、做不成的退避再试。
#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::sync::Arc;
use std::time::Duration;

use mingjing_domain::coverage::Coverage;
use mingjing_domain::event::Event;
use mingjing_jobs::clockwork::look;
use mingjing_jobs::kind::{JobKind, QUEUES};
use mingjing_jobs::runner::Runner;
use mingjing_jobs::stop::Stop;
use mingjing_kernel::date::Date;
use mingjing_kernel::id::kind::TimelineKind;
use mingjing_lawbook::diagnostic::SourceFile;
use mingjing_lawbook::load::load;
use mingjing_policy::org::OrgPath;
use mingjing_services::assessment::reassess::QUEUE;
use mingjing_services::context::Services;
use mingjing_services::foresight::{Record, start::part};
use mingjing_services::over_cases::start as over_cases;
use mingjing_store::account::{NewAccount, PasswordHash};
use mingjing_store::error::StoreError;
use mingjing_store::event::{Nature, NewEvent};
use mingjing_store::foresight::{ForesightState, NewForesightRun};
use mingjing_store::idempotency::Reply;
use mingjing_store::job::NewJob;
use mingjing_store::log::integrator::Integrator;
use mingjing_store::over_cases::run::OverCasesState;
use mingjing_store::session::{NewSession, SessionStage};
use mingjing_store::timeline::{Confidentiality, NewTimeline};
use mingjing_store::tx::{Read, Tx};
use mingjing_testkit::database::{Database, signing_key};
use mingjing_testkit::on_both_engines;

on_both_engines! {
    nothing_is_queued_where_nothing_is_due,
    an_unknown_kind_is_tried_again_and_then_left_for_somebody,
    a_purge_forgets_what_is_done_and_nothing_else,
    a_pressed_stop_ends_the_runner,
    the_lag_of_the_log_is_the_age_of_what_waits_longest,
    sessions_and_kept_answers_go_when_their_time_is_over,
    a_scrub_that_somebody_holds_up_is_tried_again,
    a_simulation_whose_lawbook_is_gone_says_so_and_fails_nobody,
    a_run_over_cases_is_done_by_its_job_and_not_begun_again_that_day,
}

/// 一部没有规则的法典：这里不判断案件。
fn services(db: &Database) -> Arc<Services> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../cli/tests/data/lawbook");
    let mut files = Vec::new();
    collect(&root, &root, &mut files);
    let lawbook = load(&files).lawbook.unwrap();
    let (clock, rng) = (db.clock.clone(), db.context.rng.clone());
    Arc::new(Services::new(
        db.store.clone(),
        Arc::new(lawbook),
        clock,
        rng,
    ))
}

fn collect(root: &std::path::Path, folder: &std::path::Path, files: &mut Vec<SourceFile>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, files);
        } else {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap();
            let text = std::fs::read_to_string(&path).unwrap();
            files.push(SourceFile::new(name, text));
        }
    }
}

async fn enqueue(db: &Database, kind: &'static str, max_attempts: u32) {
    let job = NewJob {
        queue: QUEUE,
        kind,
        payload: "{}".to_owned(),
        dedupe_key: None,
        run_at: None,
        max_attempts,
    };
    let enqueue = async move |tx: &Tx| tx.enqueue(&job).await.map(drop);
    db.store.write(&db.context, enqueue).await.unwrap();
}

async fn open(db: &Database) -> Vec<u64> {
    let count = async |read: &Read| {
        let mut open = Vec::new();
        for queue in QUEUES {
            open.push(read.count_open_jobs(queue).await?);
        }
        Ok::<_, StoreError>(open)
    };
    db.store.read(count).await.unwrap()
}

fn runner(services: &Arc<Services>) -> Runner {
    Runner::new(Arc::clone(services), "test".to_owned())
}

async fn nothing_is_queued_where_nothing_is_due(db: Database) {
    let services = services(&db);
    look(&services, &services.system("t"), false).await.unwrap();
    assert_eq!(open(&db).await, [0, 0, 0, 0]);
    look(&services, &services.system("t"), true).await.unwrap();
    // Once is enough, however often it is asked for.
    look(&services, &services.system("t"), true).await.unwrap();
    assert_eq!(open(&db).await, [0, 1, 0, 0]);
}

async fn an_unknown_kind_is_tried_again_and_then_left_for_somebody(db: Database) {
    let services = services(&db);
    enqueue(&db, "of_a_newer_program", 2).await;
    let runner = runner(&services);
    assert_eq!(runner.drain(QUEUE).await.unwrap(), 1);
    assert_eq!(open(&db).await, [1, 0, 0, 0]);
    db.clock.advance_millis(10_000);
    assert_eq!(runner.drain(QUEUE).await.unwrap(), 1);
    assert_eq!(open(&db).await, [0, 0, 0, 0]);
    let failed = async |read: &Read| read.list_failed_jobs(None, 10).await;
    let failed = db.store.read(failed).await.unwrap();
    assert_eq!(failed.len(), 1);
    assert!(failed[0].error.contains("of_a_newer_program"));
}

async fn a_purge_forgets_what_is_done_and_nothing_else(db: Database) {
    let services = services(&db);
    enqueue(&db, JobKind::ReassessLaw.name(), 1).await;
    let runner = runner(&services);
    assert_eq!(runner.drain(QUEUE).await.unwrap(), 1);
    enqueue(&db, "of_a_newer_program", 1).await;
    assert_eq!(runner.drain(QUEUE).await.unwrap(), 1);
    let jobs = "SELECT COUNT(*) FROM job";
    assert_eq!(db.raw_number(jobs).await.unwrap(), 2);
    db.clock.advance_millis(15 * 86_400_000);
    look(&services, &services.system("t"), true).await.unwrap();
    // The clock is believed after an hour.
    db.clock.advance_millis(3_600_000);
    assert_eq!(runner.drain(QUEUES[1]).await.unwrap(), 1);
    // The one that failed waits for somebody; the purge itself has just ended.
    assert_eq!(db.raw_number(jobs).await.unwrap(), 2);
}

async fn a_pressed_stop_ends_the_runner(db: Database) {
    let services = services(&db);
    let stop = Stop::new();
    let running = tokio::spawn(runner(&services).run(QUEUE, stop.watch()));
    stop.press();
    running.await.unwrap();
}

async fn the_lag_of_the_log_is_the_age_of_what_waits_longest(db: Database) {
    let lag = async || {
        let read = db.store.reader().await.unwrap();
        read.log_lag(db.context.clock.now()).await.unwrap()
    };
    assert_eq!(lag().await, Duration::ZERO);
    let made = async |tx: &Tx| {
        let timeline = NewTimeline {
            kind: TimelineKind::Case,
            procedure: None,
            coverage: Coverage::Closed,
            confidentiality: Confidentiality::Ordinary,
        };
        let on = Date::new(2026, 3, 2).unwrap();
        let event = NewEvent::new(Event::new("", "custody_logged", on), Nature::Fact);
        tx.create_with_events(vec![(timeline, vec![event])])
            .await
            .map(drop)
    };
    db.store.write(&db.context, made).await.unwrap();
    db.clock.advance_millis(1_500);
    db.store.write(&db.context, made).await.unwrap();
    assert_eq!(lag().await, Duration::from_millis(1_500));
    let (context, key) = (db.context.clone(), signing_key());
    let integrator = Integrator::new(db.store.clone(), context, key, "test".to_owned());
    integrator.unwrap().drain().await.unwrap();
    assert_eq!(lag().await, Duration::ZERO);
}

/// An account with a session that ends in an hour and a kept answer.
async fn account(db: &Database) {
    let make = async move |tx: &Tx| {
        let new = NewAccount {
            login: "officer-wu".to_owned(),
            name: "试用人员".to_owned(),
            officer: None,
            org: OrgPath::root(),
            password_hash: PasswordHash::new("x".to_owned()),
            must_change_password: false,
        };
        let account = tx.create_account(&new).await?;
        let session = NewSession {
            token_digest: [1; 32],
            account,
            client: "192.0.2.7".to_owned(),
            stage: SessionStage::Full,
            expires_at: tx.now().add_micros(3_600_000_000),
        };
        tx.create_session(&session).await?;
        let reply = Reply {
            request_digest: [2; 32],
            status: 200,
            body: b"{}".to_vec(),
        };
        tx.keep_reply(account, "a-key-of-the-test", &reply).await
    };
    db.store.write(&db.context, make).await.unwrap();
}

async fn sessions_and_kept_answers_go_when_their_time_is_over(db: Database) {
    let services = services(&db);
    account(&db).await;
    let count = async |table: &str| {
        let sql = format!("SELECT COUNT(*) FROM {table}");
        db.raw_number(&sql).await.unwrap()
    };
    let purge = async || {
        look(&services, &services.system("t"), true).await.unwrap();
        runner(&services).drain(QUEUES[1]).await.unwrap();
    };
    purge().await;
    assert_eq!((count("session").await, count("idempotency").await), (1, 1));
    db.clock.advance_millis(2 * 86_400_000);
    purge().await;
    assert_eq!((count("session").await, count("idempotency").await), (1, 0));
    let audits = count("audit").await;
    db.clock.advance_millis(90 * 86_400_000);
    purge().await;
    assert_eq!(count("session").await, 1, "the clock may be wrong");
    let told = "SELECT COUNT(*) FROM job WHERE failed_at IS NULL AND error LIKE '%请核对时钟%'";
    assert_eq!(db.raw_number(told).await.unwrap(), 1);
    db.clock.advance_millis(3_600_000);
    purge().await;
    assert_eq!(count("session").await, 0);
    assert_eq!(count("audit").await, audits + 1, "what went is on record");
    purge().await;
    assert_eq!(count("audit").await, audits + 1, "nothing went, nothing is");
}

async fn a_scrub_that_somebody_holds_up_is_tried_again(db: Database) {
    let services = services(&db);
    let reader = db.store.reader().await.unwrap();
    reader.log_state().await.unwrap();
    account(&db).await;
    let job = NewJob {
        queue: QUEUES[1],
        kind: JobKind::Scrub.name(),
        payload: "{}".to_owned(),
        dedupe_key: None,
        run_at: None,
        max_attempts: 3,
    };
    let enqueue = async move |tx: &Tx| tx.enqueue(&job).await.map(drop);
    db.store.write(&db.context, enqueue).await.unwrap();
    let runner = runner(&services);
    assert_eq!(runner.drain(QUEUES[1]).await.unwrap(), 1);
    // SQLite cannot empty its log under a reader; PostgreSQL goes round it.
    let left = u64::from(db.is_sqlite());
    assert_eq!(open(&db).await, [0, left, 0, 0]);
    drop(reader);
    db.clock.advance_millis(3_600_000);
    assert_eq!(runner.drain(QUEUES[1]).await.unwrap(), left);
    assert_eq!(open(&db).await, [0, 0, 0, 0]);
    let failed = async |read: &Read| read.list_failed_jobs(None, 10).await;
    assert!(db.store.read(failed).await.unwrap().is_empty());
}

/// What cannot be gone on with is told where it was begun; the job itself has done what there was to do.
async fn a_simulation_whose_lawbook_is_gone_says_so_and_fails_nobody(db: Database) {
    let services = services(&db);
    let new = NewForesightRun {
        candidate: "移走了的".to_owned(),
        version_before: services.lawbook().version.to_string(),
        version_after: "x".to_owned(),
        reach: "[]".to_owned(),
        as_of: Date::new(2026, 3, 2).unwrap(),
        total: 0,
        record: serde_json::to_string(&Record::default()).unwrap(),
    };
    let start = async move |tx: &Tx| {
        let id = tx.start_foresight_run(&new).await?.unwrap();
        tx.enqueue(&part(id)).await?;
        Ok::<_, StoreError>(id)
    };
    let id = db.store.write(&db.context, start).await.unwrap();
    assert_eq!(open(&db).await, [0, 0, 1, 0]);
    assert_eq!(runner(&services).drain(QUEUES[2]).await.unwrap(), 1);
    let find = async move |read: &Read| read.find_foresight_run(id).await;
    let run = db.store.read(find).await.unwrap().unwrap();
    assert_eq!(run.state, ForesightState::Failed);
    assert_eq!(run.failure.as_deref(), Some("候选的法典不在了"));
    let failed = async |read: &Read| read.list_failed_jobs(None, 10).await;
    assert!(db.store.read(failed).await.unwrap().is_empty());
}

async fn a_run_over_cases_is_done_by_its_job_and_not_begun_again_that_day(db: Database) {
    let services = services(&db);
    let today = services.system("t").today();
    let begin = async move |tx: &Tx| {
        let yesterday = today.add_days(-1);
        let id = tx.start_over_cases_run(yesterday, "0").await?.unwrap();
        tx.enqueue(&over_cases::job(id)).await?;
        Ok::<_, StoreError>(id)
    };
    let id = db.store.write(&db.context, begin).await.unwrap();
    // Queued and not taken yet: no second one beside it.
    look(&services, &services.system("t"), false).await.unwrap();
    assert_eq!(open(&db).await, [0, 0, 0, 1]);
    assert_eq!(runner(&services).drain(QUEUES[3]).await.unwrap(), 1);
    let find = async move |read: &Read| read.find_over_cases_run(id).await;
    let run = db.store.read(find).await.unwrap().unwrap();
    assert_eq!((run.state, run.as_of), (OverCasesState::Done, today));
    look(&services, &services.system("t"), false).await.unwrap();
    assert_eq!(open(&db).await, [0, 0, 0, 0]);
    db.clock.advance_millis(86_400_000);
    look(&services, &services.system("t"), false).await.unwrap();
    assert_eq!(open(&db).await, [0, 0, 0, 1]);
}
