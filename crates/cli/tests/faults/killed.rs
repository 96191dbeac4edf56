//! 断电：导入与服务在二十处被杀掉，各处由种子定；导入另在提交过几段之后被杀，两种数据库都试。

use std::time::{Duration, Instant};

use mingjing_store::config::Location;
use mingjing_testkit::chance::SeededRng;
use mingjing_testkit::database::on_postgres;

use crate::list::{IMPORT, Importing, Outcome, ROWS, finish, require_kept, undisturbed, write};
use crate::place::Place;

const PLACES: u64 = 5;
const KILLS: u64 = 4;

#[test]
fn killed_at_twenty_points_it_keeps_what_it_acknowledged_and_ends_the_same() {
    let expected = undisturbed();
    let mut cut_short = 0;
    for seed in 0..PLACES {
        let place = Place::new();
        write(&place);
        let chance = SeededRng::new(seed);
        place.run(&["migrate"]).good();
        let mut acknowledged = 0;
        for kill in 0..KILLS {
            // The server integrates meanwhile and is killed together with the import, or alone.
            let server = place.serve();
            let mut importing = Importing::start(place.command(&IMPORT));
            for _ in 0..chance.next() % 3 {
                importing.receipt();
            }
            spin(Duration::from_micros(chance.next() % 40_000));
            if kill % 2 == 0 {
                server.kill();
                importing.kill();
            } else {
                importing.kill();
                server.kill();
            }
            if let Some(first) = importing.first {
                assert!(first >= acknowledged, "seed {seed}: a row was done twice");
            }
            acknowledged = acknowledged.max(importing.rows);
            cut_short += u64::from(acknowledged < ROWS);
            require_kept(&place, acknowledged);
        }
        assert_eq!(finish(&place), expected, "seed {seed}");
    }
    // Were it faster than the kills, the test would say nothing.
    assert!(
        cut_short >= KILLS * PLACES / 2,
        "{cut_short} of the kills cut an import short"
    );
}

/// So small that the list is sixty chunks.
const SMALL_CHUNKS: [&str; 2] = ["--chunk-rows", "4"];
const POINTS: u64 = 4;

#[test]
fn killed_behind_committed_chunks_it_goes_on_behind_them() {
    killed_behind_receipts(&Place::new(), &undisturbed());
}

#[test]
fn killed_behind_committed_chunks_on_postgres_it_goes_on_behind_them() {
    let expected = undisturbed();
    on_postgres(async |db| {
        let Location::Postgres(url) = db.empty_config().unwrap().location else {
            panic!("PostgreSQL only");
        };
        let place = Place::with(&format!("[store]\ndatabase = {url:?}\n"));
        killed_behind_receipts(&place, &expected);
    });
}

/// However busy the machine is, each run has told of a chunk before it is killed: what was told is there, and the next
/// run begins behind it.
fn killed_behind_receipts(place: &Place, expected: &Outcome) {
    write(place);
    place.run(&["migrate"]).good();
    let chance = SeededRng::new(28);
    let mut acknowledged = 0;
    for point in 0..POINTS {
        let args = [&IMPORT[..], &SMALL_CHUNKS].concat();
        let mut importing = Importing::start(place.command(&args));
        for _ in 0..=chance.next() % 3 {
            assert!(importing.receipt(), "point {point}: nothing was told");
        }
        spin(Duration::from_micros(chance.next() % 5_000));
        importing.kill();
        let first = importing.first.unwrap_or_default();
        assert!(first >= acknowledged, "point {point}: a row was done twice");
        acknowledged = importing.rows;
        assert!(acknowledged < ROWS, "point {point}: it had ended");
        require_kept(place, acknowledged);
    }
    assert_eq!(&finish(place), expected);
}

/// So short that no clock of a scheduler would keep to it.
fn spin(duration: Duration) {
    let started = Instant::now();
    while started.elapsed() < duration {
        std::hint::spin_loop();
    }
}
