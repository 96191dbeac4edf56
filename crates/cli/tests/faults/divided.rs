//! 分工：几个进程共用一个库，一个只答请求，别的入日志、做任务。

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::list::{IMPORT, write};
use crate::place::{Place, Server, manifest, ran, until};

const NO_INTEGRATOR: (&str, &str) = ("MINGJING_LOG_RUNS_INTEGRATOR", "false");
const NO_JOBS: (&str, &str) = ("MINGJING_SERVER_RUNS_JOBS", "false");

fn serve_with(place: &Place, (name, value): (&str, &str)) -> Server {
    let mut command = place.command(&["serve", "--migrate"]);
    command.env(name, value);
    Server::start(command)
}

#[test]
fn a_process_without_the_integrator_leaves_the_log_to_another() {
    let place = Place::new();
    let serving = serve_with(&place, NO_INTEGRATOR);
    place.run(&["user", "init"]).good();
    let waiting = place.pending();
    assert!(waiting > 0);
    // One that integrates would have done so at the latest when it was stopped.
    assert_eq!(serving.get("/readyz").status, 200);
    assert_eq!(serving.stop(), Some(0));
    assert_eq!(place.pending(), waiting);
    let serving = serve_with(&place, NO_INTEGRATOR);
    let integrating = place.serve();
    write(&place);
    assert_eq!(place.run(&IMPORT).code, Some(0));
    place.wait_for_log();
    // What the other has signed, this one shows.
    let shown = serving.get("/api/v1/log/checkpoint");
    assert_eq!(shown.status, 200, "{shown:?}");
    assert_eq!(shown.body, integrating.get("/api/v1/log/checkpoint").body);
    assert_eq!(integrating.stop(), Some(0));
    assert_eq!(serving.stop(), Some(0));
    place.require_sound();
}

#[test]
fn a_process_without_jobs_leaves_them_to_another() {
    let place = Place::new();
    write(&place);
    place.run(&["migrate"]).good();
    assert_eq!(place.run(&IMPORT).code, Some(0));
    let law = next_edition(&place);
    let with_law = |args: &[&str]| -> Command {
        let mut command = place.command(args);
        command.env("MINGJING_LAWBOOK_FOLDER", &law);
        command
    };
    let is_up_to_date = || ran(with_law(&["rebuild", "--verify"])).code == Some(0);
    assert!(!is_up_to_date(), "cases wait for the new edition");
    let without_jobs = || {
        let mut command = with_law(&["serve"]);
        command.env(NO_JOBS.0, NO_JOBS.1);
        Server::start(command)
    };
    // One that does jobs would have begun with this one, and ended it before it stopped or gone on with it the next time.
    let serving = without_jobs();
    assert_eq!(serving.get("/readyz").status, 200);
    assert_eq!(serving.stop(), Some(0));
    let found = ran(with_law(&["rebuild", "--verify", "--format", "json"])).json();
    let waiting = found["differences"].as_array().unwrap();
    let cases = found["difference_count"].as_u64().unwrap();
    assert!(cases >= crate::list::ROWS, "{cases}");
    assert!(waiting[0]["what"].as_str().unwrap().contains("等着重评"));
    let (serving, working) = (without_jobs(), Server::start(with_law(&["serve"])));
    until("the reassessment", is_up_to_date);
    assert_eq!(working.stop(), Some(0));
    assert_eq!(serving.get("/readyz").status, 200);
    assert_eq!(serving.stop(), Some(0));
}

/// The small lawbook with another version.
fn next_edition(place: &Place) -> std::path::PathBuf {
    let folder = place.path("law");
    copy(&manifest().join("tests/data/lawbook"), &folder);
    let path = folder.join("lawbook.toml");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replacen("测试.1", "测试.2", 1)).unwrap();
    folder
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, target).unwrap();
        }
    }
}
