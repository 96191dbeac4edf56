//! 叠加的目录：启动时用上，改了不必重启；不能用的不起，已经起了的照旧用原来的。

use std::fs;

use crate::place::{Place, Server, manifest, until};

const FILE: &str = "local/rules/penalty/decided-late.toml";
/// Whoever waits for a change asks without a pause.
const ASKED_OFTEN: &str = "[limits]\nrate_per_second = 100000\nrate_burst = 100000\n";
const RULE: &str = "/api/v1/rules/T-DECIDE";

/// The small lawbook with a folder laid over it, in which one rule has this name.
fn place(name: &str) -> Place {
    let place = Place::with(&format!("overlay = \"local\"\n{ASKED_OFTEN}"));
    fs::create_dir_all(place.path("local/rules/penalty")).unwrap();
    put(&place, name);
    place
}

fn shipped() -> String {
    fs::read_to_string(manifest().join("tests/data/lawbook/rules/penalty/decided-late.toml"))
        .unwrap()
}

fn put(place: &Place, name: &str) {
    place.write(FILE, shipped().replacen("九十日内决定", name, 1));
}

fn shows(server: &Server, name: &str) -> bool {
    let answer = server.get(RULE);
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body.contains(name)
}

fn says(server: &Server, metric: &str) -> bool {
    let told = server.get("/metrics").body;
    told.lines().any(|line| line == metric)
}

#[test]
fn a_changed_folder_is_in_force_without_a_restart_and_a_broken_one_is_not() {
    let place = place("本地的名称");
    let server = place.serve();
    assert!(shows(&server, "本地的名称"));
    let other = server.get("/api/v1/rules/T-NOTICE");
    assert_eq!(other.status, 200, "what is not laid over stays: {other:?}");

    put(&place, "改过的名称");
    until("the change", || shows(&server, "改过的名称"));

    place.write(FILE, "code = \"T-DECIDE\"\n这不是");
    until("the refusal", || {
        says(&server, "mingjing_lawbook_refused 1")
    });
    assert!(shows(&server, "改过的名称"));
    let log = fs::read_to_string(place.path("server.log")).unwrap();
    assert!(log.contains("decided-late.toml:2:1 LB01"), "{log}");

    // A rule whose examples do not hold is not put into force, either.
    place.write(FILE, shipped().replacen("CD(90)", "CD(80)", 1));
    until("the examples", || {
        let log = fs::read_to_string(place.path("server.log")).unwrap();
        assert_eq!(server.get("/healthz").status, 200);
        log.contains("LB12")
    });
    assert!(shows(&server, "改过的名称"));

    fs::remove_file(place.path(FILE)).unwrap();
    until("the return", || shows(&server, "九十日内决定"));
    until("the all-clear", || {
        says(&server, "mingjing_lawbook_refused 0")
    });
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn a_broken_folder_does_not_start() {
    let place = place("本地的名称");
    place.write(FILE, "code = \"T-DECIDE\"\nname = 3\n");
    let Err(ran) = Server::try_start(place.command(&["serve", "--migrate"])) else {
        panic!("it started");
    };
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(
        ran.err.contains("local/rules/penalty/decided-late.toml:2"),
        "{}",
        ran.err
    );
    assert!(ran.err.contains("改正之前不能用来判断"), "{}", ran.err);
}

#[test]
fn a_folder_that_is_not_there_does_not_start() {
    let place = Place::with("overlay = \"nowhere\"\n");
    let Err(ran) = Server::try_start(place.command(&["serve", "--migrate"])) else {
        panic!("it started");
    };
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.err.contains("打不开法典目录"), "{}", ran.err);
}
