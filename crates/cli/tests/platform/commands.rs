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

#[test]
fn a_log_whose_key_changed_hands_is_verified_by_its_first() {
    const KEY: &str = "mingjing-data/log-key.pem";
    const PUBLIC: &str = "mingjing-data/log-key.pub.pem";
    let place = Place::new();
    place.run(&["migrate"]).good();
    told(&place, &["rotate-key"], 2, "日志还是空的");
    place.run(&["user", "init"]).good();
    let server = place.serve();
    place.wait_for_log();
    std::fs::copy(place.path(PUBLIC), place.path("first.pem")).unwrap();
    place.run(&["export-log", "before"]).good();
    told(&place, &["rotate-key"], 2, "请先停下");
    server.stop();
    let turned = place.run(&["rotate-key", "--format", "json"]).json();
    assert_eq!(turned["number"], 1);
    let server = place.serve();
    assert!(server.told.contains(turned["current"].as_str().unwrap()));
    place.wait_for_log();
    server.stop();
    place.run(&["export-log", "after"]).good();
    let first = turned["first"].as_str().unwrap();
    let older = ["--older", "before/checkpoint"];
    for trusted in [
        ["--key", "first.pem"],
        ["--fingerprint", first],
        ["--key", PUBLIC],
    ] {
        let verify = [&["verify", "after"], &trusted[..], &older[..]].concat();
        let said = place.run(&verify);
        // The newest key alone says nothing of what was signed before it.
        let is_first = trusted[1] != PUBLIC;
        assert_eq!(said.code, Some(i32::from(!is_first)), "{said:?}");
        assert_eq!(said.out.contains("两把都签了名"), is_first, "{said:?}");
    }
    place.run(&["verify", "after", "--key", PUBLIC]).good();
    place.run(&["fsck", "--key", "first.pem"]).good();
    place.require_sound();
    // The old key again: it has nothing to sign any more.
    std::fs::copy(place.path(KEY), place.path("kept.pem")).unwrap();
    std::fs::rename(
        place.path("mingjing-data/log-key.1.retired.pem"),
        place.path(KEY),
    )
    .unwrap();
    told(&place, &["serve"], 2, "已经交出");
    // As if the second change had been cut short before the files were in their places.
    std::fs::rename(
        place.path(KEY),
        place.path("mingjing-data/log-key.1.retired.pem"),
    )
    .unwrap();
    std::fs::rename(
        place.path("kept.pem"),
        place.path("mingjing-data/log-key.next.pem"),
    )
    .unwrap();
    told(&place, &["serve"], 2, "rotate-key");
    let again = place.run(&["rotate-key", "--format", "json"]).json();
    assert_eq!(
        (&again["number"], &again["current"]),
        (&turned["number"], &turned["current"])
    );
    let server = place.serve();
    server.stop();
}

#[test]
fn the_key_of_sealed_secrets_is_made_once_and_nobody_elses_to_read() {
    const KEY: &str = "mingjing-data/data-key";
    let place = Place::new();
    let server = place.serve();
    server.stop();
    let made = std::fs::read_to_string(place.path(KEY)).unwrap();
    assert_eq!(made.trim_end().len(), 64);
    let server = place.serve();
    server.stop();
    assert_eq!(std::fs::read_to_string(place.path(KEY)).unwrap(), made);
    place.run(&["config", "check"]).good();
    {
        use std::os::unix::fs::PermissionsExt as _;
        let open = std::fs::Permissions::from_mode(0o640);
        std::fs::set_permissions(place.path(KEY), open).unwrap();
    }
    told(&place, &["serve"], 2, "别的账户能读写");
    told(&place, &["config", "check"], 2, "别的账户能读写");
}
