//! 睡过头：整合者停住超过租期，别的进程接手；醒来的写不进一条。

use crate::list::{IMPORT, write};
use crate::place::{Place, Server, signal, until};

#[test]
fn an_integrator_that_wakes_late_writes_nothing() {
    let place = Place::with("[store]\nlock_wait = \"2s\"\n");
    write(&place);
    let sleeper = place.serve();
    place.run(&["user", "init"]).good();
    place.wait_for_log();
    stop_idle(&place, &sleeper);
    let heir = Server::start(place.command(&["serve"]));
    let done = place.run(&IMPORT);
    assert_eq!(done.code, Some(0), "{done:?}");
    // Only the heir can do this, once the lease of the sleeper has run out.
    place.wait_for_log();
    sleeper.signal("CONT");
    assert_eq!(sleeper.get("/readyz").status, 200);
    // Both run on; the log grows under one of them.
    place.run(&["user", "reset", "audit"]).good();
    place.wait_for_log();
    assert_eq!(sleeper.stop(), Some(0));
    place.run(&["user", "reset", "system"]).good();
    place.wait_for_log();
    assert_eq!(heir.stop(), Some(0));
    place.require_sound();
    place.run(&["export-log", "log"]).good();
    let key = "mingjing-data/log-key.pub.pem";
    place.run(&["verify", "log", "--key", key]).good();
}

/// Stops it while it does not hold the lock of the file: else nobody could take over, which is another matter.
fn stop_idle(place: &Place, server: &Server) {
    until("an idle moment", || {
        signal(server.id(), "STOP");
        let other = place.run(&["user", "reset", "security"]);
        if other.code != Some(0) {
            signal(server.id(), "CONT");
        }
        other.code == Some(0)
    });
}
