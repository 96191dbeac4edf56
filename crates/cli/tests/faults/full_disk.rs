//! 磁盘满：文件到了上限就写不进；说清楚，答应过的都在，腾出地方接着做完。

use crate::list::{IMPORT, Importing, finish, require_kept, undisturbed, write};
use crate::place::{Place, Server};

/// No file may grow beyond so many blocks of 512 bytes; the signal that would end the program is held off.
fn limited(blocks: u64) -> String {
    format!("trap '' XFSZ; ulimit -f {blocks}")
}

#[test]
fn on_a_full_disk_it_says_so_and_loses_nothing() {
    let place = Place::new();
    write(&place);
    place.run(&["migrate"]).good();
    let size = std::fs::metadata(place.path("mingjing-data/mingjing.db"));
    // Room for some chunks in the write-ahead log, not for all.
    let blocks = size.unwrap().len() / 512 + 700;
    let command = place.command_after(&limited(blocks), &IMPORT);
    let (acknowledged, ran) = Importing::start(command).end();
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.err.contains("磁盘满"), "{ran:?}");
    require_kept(&place, acknowledged);
    // With room again, it goes on.
    assert_eq!(finish(&place), undisturbed());
}

#[test]
fn a_server_on_a_full_disk_still_answers_what_it_can() {
    let place = Place::new();
    place.serve().stop();
    let size = std::fs::metadata(place.path("mingjing-data/mingjing.db"));
    let blocks = size.unwrap().len() / 512 + 700;
    let server = Server::start(place.command_after(&limited(blocks), &["serve"]));
    write(&place);
    let done = place.run(&IMPORT);
    assert_eq!(done.code, Some(0), "{done:?}");
    assert_eq!(server.get("/healthz").status, 200);
    assert_eq!(server.get("/readyz").status, 200);
    server.kill();
    // What the first could not integrate, the next does.
    let server = place.serve();
    place.wait_for_log();
    server.stop();
    place.require_sound();
}
