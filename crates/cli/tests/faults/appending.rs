//! 经接口的追加：两人同写一案只成一个；服务被杀、磁盘满，答应过的都在。

use std::time::{Duration, Instant};

use mingjing_testkit::chance::SeededRng;

use crate::office::{Desk, Office};
use crate::place::{Place, Server, until};

const KILLS: u64 = 20;

#[test]
fn of_two_writers_on_one_version_one_is_told_of_the_other() {
    let place = Place::with_shipped_law();
    let server = place.serve();
    let office = Office::open(&place, &server);
    let (mut one, mut other) = (Desk::lead(&server), Desk::lead(&server));
    let (case, version) = one.new_case(&office, "1号");
    let held = case.clone();
    let racing = std::thread::spawn(move || other.record(&held, version, "other-0001").unwrap());
    let mine = one.record(&case, version, "mine-00001").unwrap();
    let theirs = racing.join().unwrap();
    let mut statuses = [mine.status, theirs.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 412], "{mine:?} {theirs:?}");
    // Said again with its key, the one that was recorded is answered again and not recorded twice.
    let again = if mine.status == 201 {
        "mine-00001"
    } else {
        "other-0001"
    };
    assert_eq!(one.record(&case, version, again).unwrap().status, 201);
    let found = one.get(&format!("/api/v1/cases/{case}"));
    assert_eq!(found.json["case"]["version"], version + 1, "{found:?}");
    assert_eq!(server.stop(), Some(0));
    place.require_sound();
}

#[test]
fn a_killed_server_keeps_every_event_that_it_answered_for() {
    let place = Place::with_shipped_law();
    let mut server = place.serve();
    let office = Office::open(&place, &server);
    let mut desk = Desk::lead(&server);
    let (case, mut version) = desk.new_case(&office, "1号");
    let chance = SeededRng::new(23);
    let mut unanswered = 0;
    for kill in 0..KILLS {
        let (process, after) = (server.id(), 1 + chance.next() % 4);
        // The signal is on its way while the next is, so much later than it.
        let later = Duration::from_micros(chance.next() % 30_000);
        let (mut recorded, mut killing) = (0, None);
        loop {
            if recorded == after {
                killing.get_or_insert_with(|| std::thread::spawn(move || kill_in(process, later)));
            }
            let key = format!("kill-{kill}-{recorded:08}");
            match desk.record(&case, version, &key) {
                Some(told) if told.status == 201 => {
                    version += 1;
                    recorded += 1;
                }
                Some(told) => panic!("{told:?}"),
                None => break,
            }
        }
        killing.map(std::thread::JoinHandle::join).unwrap().unwrap();
        drop(server);
        server = place.serve();
        desk = desk.on(&server);
        let found = desk.get(&format!("/api/v1/cases/{case}"));
        let stored = found.json["case"]["version"].as_u64().unwrap();
        // The one without an answer is there or not; said again with its key it is there once.
        assert!(
            stored == version || stored == version + 1,
            "{stored} {version}"
        );
        unanswered += stored - version;
        let key = format!("kill-{kill}-{recorded:08}");
        let told = desk.record(&case, version, &key).unwrap();
        assert_eq!(told.status, 201, "{told:?}");
        version += 1;
        let found = desk.get(&format!("/api/v1/cases/{case}"));
        assert_eq!(found.json["case"]["version"], version, "{found:?}");
    }
    println!("{unanswered} of {KILLS} were committed and not answered");
    assert_eq!(server.stop(), Some(0));
    place.require_sound();
}

/// So short that no clock of a scheduler would keep to it.
fn kill_in(process: u32, later: Duration) {
    let started = Instant::now();
    while started.elapsed() < later {
        std::hint::spin_loop();
    }
    crate::place::signal(process, "KILL");
}

#[test]
fn on_a_full_disk_appends_are_refused_for_now_and_what_was_answered_stays() {
    let place = Place::with_shipped_law();
    let server = place.serve();
    let office = Office::open(&place, &server);
    let (case, mut version) = Desk::lead(&server).new_case(&office, "1号");
    assert_eq!(server.stop(), Some(0));
    let size = std::fs::metadata(place.path("mingjing-data/mingjing.db"));
    let blocks = size.unwrap().len() / 512 + 200;
    let limit = format!("trap '' XFSZ; ulimit -f {blocks}");
    let server = Server::start(place.command_after(&limit, &["serve"]));
    let mut desk = Desk::lead(&server);
    let mut number = 0;
    until("a full disk", || {
        let key = format!("full-{number:08}");
        let told = desk.record(&case, version, &key).unwrap();
        if told.status == 201 {
            (number, version) = (number + 1, version + 1);
            return false;
        }
        assert_eq!(told.status, 503, "{told:?}");
        true
    });
    assert_eq!(server.get("/healthz").status, 200);
    server.kill();
    let server = place.serve();
    let mut desk = Desk::lead(&server);
    let found = desk.get(&format!("/api/v1/cases/{case}"));
    assert_eq!(found.json["case"]["version"], version, "{found:?}");
    assert_eq!(
        desk.record(&case, version, "room-00001").unwrap().status,
        201
    );
    assert_eq!(server.stop(), Some(0));
    place.require_sound();
}
