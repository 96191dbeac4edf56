//! 断了接着做：在随机的几处停下，最后与不曾停过的一样。

use mingjing_kernel::id::{Id, kind};
use mingjing_services::intake::run::{Mode, Runner, Started, run};
use mingjing_store::context::Rng as _;
use mingjing_store::import::RowCounts;
use mingjing_testkit::chance::SeededRng;
use mingjing_testkit::database::Database;
use mingjing_testkit::on_both_engines;

use crate::office::{Office, Who};

on_both_engines! {
    an_interrupted_import_ends_like_an_undisturbed_one,
    two_runners_of_one_batch_do_not_double_a_row,
}

fn list(rows: usize) -> String {
    let mut text = "行政处罚决定书文号,处罚决定日期,行政相对人名称,处罚机关\n".to_owned();
    for n in 0..rows {
        let day = if n % 50 == 49 {
            "不详".to_owned()
        } else {
            format!("2025-03-{:02}", n % 28 + 1)
        };
        text.push_str(&format!(
            "甲〔2025〕{n}号,{day},某公司{n},甲市市场监督管理局\n"
        ));
    }
    text
}

/// One chunk, then the process is gone: what is not committed is lost, what is committed stays.
async fn some_steps(office: &Office, id: Id<kind::Batch>, steps: u8) -> bool {
    let request = office.request(Who::Supervisor);
    let started = Runner::start(&office.services, &office.spool, &request, id, Mode::Run).await;
    let Started::Running(mut runner) = started.unwrap() else {
        return true;
    };
    for _ in 0..steps {
        if runner.step().await.unwrap().is_none() {
            return true;
        }
    }
    false
}

async fn an_interrupted_import_ends_like_an_undisturbed_one(db: Database) {
    let office = Office::open(db).await;
    let batch = office
        .accept(Who::Supervisor, "双公示.csv", &list(400))
        .await
        .batch;
    let rng = SeededRng::new(20_260_302);
    let mut stops = 0;
    loop {
        let mut byte = [0];
        rng.fill(&mut byte);
        if some_steps(&office, batch.id, byte[0] % 3).await {
            break;
        }
        stops += 1;
    }
    assert!(stops > 1, "the list was long enough to be interrupted");
    let request = office.request(Who::Supervisor);
    let done = run(&office.services, &office.spool, &request, batch.id)
        .await
        .unwrap();
    let expected = RowCounts {
        rows: 400,
        created: 392,
        refused: 8,
        ..RowCounts::default()
    };
    assert_eq!(done.counts, expected);
    let cases = "SELECT count(*) FROM timeline WHERE kind = 'case'";
    assert_eq!(office.number(cases).await, 392);
    assert_eq!(office.number("SELECT count(*) FROM import_row").await, 400);
    assert_eq!(
        office
            .number("SELECT count(DISTINCT source_id) FROM source_key")
            .await,
        392
    );
    assert_eq!(office.number("SELECT count(*) FROM case_row").await, 392);
    office.agrees().await;
    office.integrate().await;
    assert!(office.db.store.fsck(None, |_| ()).await.unwrap().is_sound());
}

async fn two_runners_of_one_batch_do_not_double_a_row(db: Database) {
    let office = Office::open(db).await;
    let batch = office
        .accept(Who::Supervisor, "双公示.csv", &list(300))
        .await
        .batch;
    let request = office.request(Who::Supervisor);
    let start = || {
        Runner::start(
            &office.services,
            &office.spool,
            &request,
            batch.id,
            Mode::Run,
        )
    };
    let (Started::Running(mut one), Started::Running(mut two)) =
        (start().await.unwrap(), start().await.unwrap())
    else {
        panic!("both start");
    };
    assert!(one.step().await.unwrap().is_some());
    // The second wakes up late: the chunk is done, and it may not do it once more.
    assert!(two.step().await.is_err());
    drop(two);
    while one.step().await.unwrap().is_some() {}
    let done = one.finish().await.unwrap();
    assert_eq!(done.counts.rows, 300);
    assert_eq!(
        office
            .number("SELECT count(*) FROM timeline WHERE kind = 'case'")
            .await,
        i64::try_from(done.counts.created).unwrap()
    );
}
