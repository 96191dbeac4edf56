//! 日志分段导出：一段一段地交，各段以前一次的检查点核对。

use std::fs;

use crate::place::Place;

const KEY: &str = "mingjing-data/log-key.pub.pem";

#[track_caller]
fn exported(place: &Place, folder: &str, more: &[&str]) -> u64 {
    let args = [&["export-log", folder, "--format", "json"], more].concat();
    let told = place.run(&args).json();
    told["entries"].as_u64().unwrap()
}

#[test]
fn what_came_since_the_last_export_is_verified_by_its_checkpoint() {
    let place = Place::new();
    let server = place.serve();
    place.run(&["user", "init"]).good();
    place.wait_for_log();
    let first = exported(&place, "first", &[]);
    let mut divisions = String::from("code,name,parent\n950000,云川省,\n950100,云安市,950000\n");
    divisions.push_str("950101,云安县,950100\n");
    for number in 1..=400 {
        divisions.push_str(&format!("950101{number:03},第{number}镇,950101\n"));
    }
    place.write("divisions.csv", divisions);
    let import = ["import", "divisions", "divisions.csv", "--on", "2020-01-01"];
    place.run(&[&import[..], &["--apply"]].concat()).good();
    place.wait_for_log();
    let second = exported(&place, "second", &[]);
    place.run(&["user", "reset", "audit"]).good();
    place.wait_for_log();
    let from = second.to_string();
    let third = exported(&place, "third", &["--from", &from]);
    assert!(
        first < 256 && second > 400 && third > second,
        "{first} {second} {third}"
    );

    let verify = |folder: &str, older: &str| {
        let checkpoint = format!("{older}/checkpoint");
        place.run(&["verify", folder, "--key", KEY, "--older", &checkpoint])
    };
    let good = verify("third", "second").good();
    assert!(
        good.contains(&format!("旧检查点的 {second} 条一字未改")),
        "{good}"
    );
    assert!(good.contains("只由根承诺"), "{good}");
    // A checkpoint from before the range says nothing about it.
    let before = verify("third", "first");
    assert_eq!(before.code, Some(1), "{before:?}");
    // A range is not a whole log, and does not pass for one.
    fs::remove_file(place.path("third/range")).unwrap();
    assert_eq!(verify("third", "second").code, Some(1));
    // An older state of the log, as long as its checkpoint is there.
    let until = exported(&place, "until", &["--to", &from]);
    assert_eq!(until, second);
    verify("until", "first").good();
    let beyond = place.run(&["export-log", "beyond", "--from", "1000000"]);
    assert_eq!(beyond.code, Some(2), "{beyond:?}");
    assert_eq!(server.stop(), Some(0));
}
