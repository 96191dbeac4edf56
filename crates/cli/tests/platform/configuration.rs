//! 配置：缺省就能用、写错的都说出来、秘密不见。

use std::fs;

use crate::place::{Place, manifest, ran};

#[test]
fn the_reference_page_is_what_the_program_prints() {
    let page = Place::new().run(&["config", "page"]).good();
    let path = manifest().join("../../docs/configuration.md");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&path, &page).unwrap();
    }
    let committed = fs::read_to_string(path).unwrap_or_default();
    assert_eq!(page, committed, "UPDATE_EXPECT=1 可改写");
}

#[test]
fn what_is_in_force_is_shown_with_where_it_comes_from() {
    let place = Place::with("[limits]\nrequests = 17\n");
    let mut command = place.command(&["config", "check"]);
    command.env("MINGJING_LOG_NODE", "test.node");
    let shown = ran(command).good();
    for line in [
        "requests = 17  # 文件",
        "node = \"test.node\"  # 环境变量 MINGJING_LOG_NODE",
        "connections = 2048  # 缺省",
    ] {
        assert!(shown.contains(line), "{line}\n{shown}");
    }
    // What is printed is itself a configuration.
    place.write("again.toml", &shown);
    place
        .run(&["config", "check", "--config", "again.toml"])
        .good();
}

#[track_caller]
fn refused(more: &str, variable: Option<(&str, &str)>, expected: &[&str]) {
    let place = Place::with(more);
    let mut command = place.command(&["config", "check"]);
    command.envs(variable);
    let ran = ran(command);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    for text in expected {
        assert!(ran.err.contains(text), "{text}\n{}", ran.err);
    }
}

#[test]
fn every_fault_is_told_at_once_with_the_nearest_name() {
    refused(
        "[limits]\nrequets = 3\nbody_bytes = 1\n[telemtry]\nlevel = \"info\"\n",
        Some(("MINGJING_LOG_NODES", "x")),
        &[
            "4 处",
            "limits.requets",
            "requests",
            "telemtry",
            "telemetry",
            "limits.body_bytes（文件）：应是 1024",
            "MINGJING_LOG_NODES",
            "MINGJING_LOG_NODE？",
        ],
    );
}

#[test]
fn a_secret_written_into_the_configuration_is_refused_and_not_repeated() {
    let place = Place::with(
        "[store]\ndatabase = \"postgres://u:hunter2@db/x\"\n[log]\nkey = \"hunter2\"\n",
    );
    let ran = place.run(&["config", "check"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("地址里有口令") && ran.err.contains("秘密不写在配置里"));
    assert!(!ran.err.contains("hunter2"), "{}", ran.err);
}

#[test]
fn passwords_are_not_sent_in_clear_over_the_network() {
    let place = Place::new();
    let mut command = place.command(&["config", "check"]);
    command.env("MINGJING_SERVER_LISTEN", "0.0.0.0:8080");
    let ran = ran(command);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("server.is_https"), "{}", ran.err);
}

#[test]
fn a_key_that_others_may_read_is_not_used() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::new();
    place.serve().stop();
    let key = place.path("mingjing-data/log-key.pem");
    assert_eq!(
        fs::metadata(&key).unwrap().permissions().mode() & 0o777,
        0o600
    );
    fs::set_permissions(&key, fs::Permissions::from_mode(0o640)).unwrap();
    let ran = place.run(&["config", "check"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("chmod 600"), "{}", ran.err);
}
