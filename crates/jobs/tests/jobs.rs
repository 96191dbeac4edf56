//! 后台任务经真的库：到期才排、做完一段接着下一段、做不成的退避再试。
#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::sync::Arc;
use std::time::Duration;

use mingjing_domain::coverage::Coverage;
use mingjing_domain::event::Event;
use mingjing_jobs::clockwork::look;
use mingjing_jobs::observe;
use mingjing_jobs::kind::{JobKind, QUEUES};
use mingjing_jobs::runner::Runner;
use mingjing_jobs::stop::Stop;
use mingjing_kernel::date::Date;
use mingjing_kernel::id::kind::TimelineKind;
use mingjing_lawbook::diagnostic::SourceFile;
use mingjing_lawbook::load::load;
use mingjing_services::assessment::reassess::QUEUE;
use mingjing_services::context::Services;
use mingjing_store::error::StoreError;
use mingjing_store::event::{Nature, NewEvent};
use mingjing_store::job::NewJob;
use mingjing_store::log::integrator::Integrator;
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
    assert_eq!(open(&db).await, [0, 0]);
    look(&services, &services.system("t"), true).await.unwrap();
    // Once is enough, however often it is asked for.
    look(&services, &services.system("t"), true).await.unwrap();
    assert_eq!(open(&db).await, [0, 1]);
}

async fn an_unknown_kind_is_tried_again_and_then_left_for_somebody(db: Database) {
    let services = services(&db);
    enqueue(&db, "of_a_newer_program", 2).await;
    let runner = runner(&services);
    assert_eq!(runner.drain(QUEUE).await.unwrap(), 1);
    assert_eq!(open(&db).await, [1, 0]);
    db.clock.advance_millis(10_000);
    assert_eq!(runner.drain(QUEUE).await.unwrap(), 1);
    assert_eq!(open(&db).await, [0, 0]);
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
        observe::lag(&read, db.context.clock.now()).await.unwrap()
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
