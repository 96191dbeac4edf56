//! 从空目录到恢复：迁移、三员、导入、服务、案卷包、核对、备份、恢复、自查。

use std::fs;

use mingjing_store::config::Location;
use mingjing_testkit::database::Database;
use mingjing_testkit::on_both_engines;

use crate::place::Place;

on_both_engines! {
    a_platform_from_an_empty_folder_to_a_verified_bundle,
}

const BODY: &str = "甲市市场监督管理局";

fn place_of(db: &Database) -> Place {
    let more = match &db.empty_config().unwrap().location {
        Location::Sqlite(_) => String::new(),
        Location::Postgres(url) => format!("[store]\ndatabase = {url:?}\n"),
    };
    Place::with_shipped_law_and(&more)
}

fn list(place: &Place) {
    let lines: String = (1..=12)
        .map(|n| {
            format!(
                r#"{{"case":"甲市监案〔2025〕{n}号","procedure":"ordinary_penalty","body":{{"name":"{BODY}"}},"party":{{"kind":"legal","name":"甲市样品商行"}},"coverage":"closed","events":[{{"kind":"case_filed","on":"2025-03-03"}},{{"kind":"decided","on":"2025-04-01","decision":"d{n}","fields":{{"outcome":"penalty","fine":{},"doc_no":"{n}号"}}}}]}}"#,
                n * 1000
            ) + "\n"
        })
        .collect();
    place.write("cases.jsonl", lines);
    place.write(
        "divisions.csv",
        "code,name,parent\n950000,云川省,\n950100,云安市,950000\n",
    );
    place.write(
        "bodies.csv",
        format!("name,region,department\n{BODY},950100,market_regulation\n"),
    );
}

async fn a_platform_from_an_empty_folder_to_a_verified_bundle(db: Database) {
    let place = place_of(&db);
    list(&place);
    place.run(&["migrate"]).good();
    place.run(&["user", "init"]).good();
    let server = place.serve();
    assert!(server.told.contains("日志公钥指纹 SM3:"), "{}", server.told);
    assert_eq!(server.get("/healthz").status, 200);
    assert_eq!(server.get("/readyz").status, 200);
    let on = ["--on", "2020-01-01", "--apply"];
    place
        .run(&[&["import", "divisions", "divisions.csv"], &on[..]].concat())
        .good();
    // Before the body is registered nobody guesses.
    let waiting = place.run(&["import", "cases", "cases.jsonl"]);
    assert_eq!(waiting.code, Some(1), "{waiting:?}");
    assert!(
        waiting.out.contains("待认定机关 12") && waiting.out.contains(BODY),
        "{waiting:?}"
    );
    place
        .run(&[&["import", "bodies", "bodies.csv"], &on[..]].concat())
        .good();
    let tried = place.run(&["import", "cases", "cases.jsonl"]).good();
    assert!(tried.contains("新建 12"), "{tried}");
    let applied = place
        .run(&["import", "cases", "cases.jsonl", "--apply"])
        .good();
    assert!(
        applied.contains("已提交第 1 段") && applied.contains("新建 12"),
        "{applied}"
    );
    place.wait_for_log();
    let findings = place.run(&["export", "findings"]).good();
    assert!(findings.contains("P-NOTICE-BEFORE"), "{findings}");
    let table = place.run(&["export", "case-table"]).good();
    assert!(table.contains("甲市监案〔2025〕12号"), "{table}");
    // A file has its name once it is whole, and one that is there stays.
    let out = ["export", "findings", "--out", "findings.csv"];
    place.run(&out).good();
    let written = fs::read_to_string(place.path("findings.csv")).unwrap();
    assert_eq!(written, findings);
    assert_eq!(place.run(&out).code, Some(2));
    let files = fs::read_dir(place.path(".")).unwrap();
    let names = files.map(|file| file.unwrap().file_name().to_string_lossy().into_owned());
    assert!(!names.into_iter().any(|name| name.ends_with(".part")));
    // The bundle says everything by itself.
    let case = [
        "bundle",
        "甲市监案〔2025〕7号",
        "--out",
        "case.json",
        "--reason",
        "复议机关调卷",
    ];
    place.run(&case).good();
    let key = "mingjing-data/log-key.pub.pem";
    let whole = place.run(&["verify", "case.json", "--key", key, "--whole"]);
    assert!(whole.good().contains("核对通过：整案"));
    let text = fs::read_to_string(place.path("case.json")).unwrap();
    place.write("forged.json", text.replacen("7000", "7001", 1));
    let forged = place.run(&["verify", "forged.json", "--key", key]);
    assert_eq!(forged.code, Some(1), "{forged:?}");
    place.run(&["export-log", "log"]).good();
    place.run(&["verify", "log", "--key", key]).good();
    back_up(&place, &db);
    assert_eq!(server.stop(), Some(0));
    let found = place.require_sound();
    assert_eq!(found["pending"], 0, "{found}");
}

/// While the server runs; restored elsewhere, the copy is the same and sound.
fn back_up(place: &Place, db: &Database) {
    let made = place.run(&["backup", "copy", "--format", "json"]).json();
    assert!(place.path("copy/manifest.json").exists());
    if !db.is_sqlite() {
        return;
    }
    let elsewhere = Place::with_shipped_law();
    fs::create_dir(elsewhere.path("mingjing-data")).unwrap();
    let key = "mingjing-data/log-key.pem";
    fs::copy(place.path(key), elsewhere.path(key)).unwrap();
    let copy = place.path("copy");
    let checkpoint = place.path("log/checkpoint");
    let restore = [
        "restore",
        copy.to_str().unwrap(),
        "--checkpoint",
        checkpoint.to_str().unwrap(),
    ];
    elsewhere.run(&restore).good();
    let found = elsewhere.require_sound();
    assert_eq!(found["events"], made["events"]);
    // What is there already is never overwritten.
    let again = elsewhere.run(&restore);
    assert_eq!(again.code, Some(2), "{again:?}");
    // And the copy goes on: the key signs on where it stopped.
    let server = elsewhere.serve();
    assert_eq!(server.get("/readyz").status, 200);
    assert_eq!(server.stop(), Some(0));
}
