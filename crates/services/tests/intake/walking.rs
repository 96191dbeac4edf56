//! 随意走过多少步，库里推出来的都与重新推出的一样；删光了重推，也还是那个样子。

use mingjing_services::assessment::rebuild::{rebuild, verify};
use mingjing_store::derived::DERIVED;
use mingjing_testkit::database::{Database, on_postgres, on_sqlite};
use proptest::prelude::*;

use crate::walker::{Step, Walker};

/// What a rebuild does not give back: when things were seen and judged. That a case was judged long ago must not show in
/// what was found: whatever could have turned since, the sweeps have looked at.
const HISTORY: [&str; 4] = ["as_of_on", "assessed_at", "found_at", "changed_at"];

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let one = any::<u8>;
    let two = || any::<(u8, u8)>();
    let three = || any::<(u8, u8, u8)>();
    let step = prop_oneof![
        3 => one().prop_map(Step::Days),
        3 => one().prop_map(Step::Open),
        8 => three().prop_map(|(a, b, c)| Step::Record(a, b, c)),
        3 => three().prop_map(|(a, b, c)| Step::Correct(a, b, c)),
        3 => three().prop_map(|(a, b, c)| Step::Import(a, b, c)),
        1 => one().prop_map(Step::Erase),
        5 => three().prop_map(|(a, b, c)| Step::Reorganise(a, b, c)),
        5 => three().prop_map(|(a, b, c)| Step::Personnel(a, b, c)),
        2 => two().prop_map(|(a, b)| Step::CorrectRegister(a, b)),
        2 => Just(Step::WorkOff),
        1 => Just(Step::ChangeLaw),
    ];
    proptest::collection::vec(step, 8..24)
}

/// Drawn anew each time; a failure is told with the shortest walk that still fails, which is all one needs to repeat it.
fn config() -> ProptestConfig {
    let more = std::env::var("PROPTEST_CASES").ok();
    let more = more.and_then(|text| text.parse().ok());
    ProptestConfig {
        max_shrink_iters: 40,
        failure_persistence: None,
        ..ProptestConfig::with_cases(more.unwrap_or(4))
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn sqlite_holds_what_follows_after_any_walk(steps in steps()) {
        on_sqlite(async |db| walk(db, &steps).await);
    }

    #[test]
    fn postgres_holds_what_follows_after_any_walk(steps in steps()) {
        on_postgres(async |db| walk(db, &steps).await);
    }
}

async fn walk(db: Database, steps: &[Step]) {
    let mut walker = Walker::open(db).await;
    walker.walk(steps).await;
    walker.settle().await;
    let services = &walker.office.services;
    assert_eq!(verify(services).await.unwrap().differences, []);
    let before = stored(&walker.office.db).await;
    for table in DERIVED {
        let sql = format!("DELETE FROM {}", table.name);
        walker.office.db.raw_execute(&sql).await.unwrap();
    }
    rebuild(services, &services.system("rebuild"))
        .await
        .unwrap();
    assert_eq!(verify(services).await.unwrap().differences, []);
    let after = stored(&walker.office.db).await;
    for ((table, before), (_, after)) in before.iter().zip(&after) {
        let gone: Vec<_> = before.iter().filter(|row| !after.contains(row)).collect();
        let new: Vec<_> = after.iter().filter(|row| !before.contains(row)).collect();
        assert!(
            gone.is_empty() && new.is_empty(),
            "{table}: {gone:#?} {new:#?}"
        );
    }
}

async fn stored(db: &Database) -> Vec<(&'static str, Vec<String>)> {
    let mut all = Vec::new();
    for table in DERIVED {
        let condition = match table.name {
            "finding" => "ended_at IS NULL",
            // Counted by the month and the day of first sight, and of what is over the rebuilt tables know nothing: `verify` has
            // counted them.
            "counter" | "trend" => "1 = 0",
            _ => "1 = 1",
        };
        let rows = db.raw_rows(table.name, condition, &HISTORY).await.unwrap();
        all.push((table.name, rows));
    }
    all
}
