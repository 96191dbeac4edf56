//! 各命令不成的时候怎样说。

use crate::place::Place;

#[track_caller]
fn told(place: &Place, args: &[&str], code: i32, text: &str) {
    let ran = place.run(args);
    assert_eq!(ran.code, Some(code), "{ran:?}");
    assert!(ran.out.contains(text) || ran.err.contains(text), "{ran:?}");
}

#[test]
fn without_a_database_the_way_to_make_one_is_told() {
    let place = Place::new();
    for args in [&["serve"][..], &["fsck"], &["user", "list"], &["rebuild"]] {
        told(&place, args, 2, "mingjing migrate");
    }
    assert!(!place.path("mingjing-data").exists());
}

#[test]
fn a_log_without_its_key_is_not_signed_with_another() {
    let place = Place::new();
    let server = place.serve();
    server.stop();
    place.run(&["user", "init"]).good();
    let server = place.serve();
    place.wait_for_log();
    server.stop();
    std::fs::remove_file(place.path("mingjing-data/log-key.pem")).unwrap();
    told(&place, &["serve"], 2, "请从备份放回");
}

#[test]
fn the_first_administrators_are_made_once_and_reset_one_by_one() {
    let place = Place::new();
    place.run(&["migrate"]).good();
    let made = place.run(&["user", "init", "--format", "json"]).json();
    let accounts = made["accounts"].as_array().unwrap();
    assert_eq!(accounts.len(), 3);
    told(&place, &["user", "init"], 2, "已经有账号");
    let listed = place.run(&["user", "list", "--format", "json"]).json();
    let mut roles: Vec<_> = listed["accounts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["roles"][0].as_str().unwrap().to_owned())
        .collect();
    roles.sort();
    assert_eq!(roles, ["audit_admin", "security_admin", "system_admin"]);
    let reset = place
        .run(&["user", "reset", "audit", "--format", "json"])
        .json();
    assert_ne!(reset["password"], accounts[2]["password"]);
    place.run(&["user", "disable", "audit"]).good();
    let listed = place.run(&["user", "list"]).good();
    assert!(listed.contains("已停用"), "{listed}");
    told(&place, &["user", "reset", "nobody"], 2, "没有找到");
    // Not a word of the passwords is kept.
    let password = accounts[0]["password"].as_str().unwrap();
    let database = std::fs::read(place.path("mingjing-data/mingjing.db")).unwrap();
    assert!(
        !database
            .windows(password.len())
            .any(|it| it == password.as_bytes())
    );
}
