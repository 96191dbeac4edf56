//! 推出来的每一张表、每一列：埋下一处不同，核对指得出，重建改得正。

use std::sync::Arc;

use mingjing_domain::event::Actor;
use mingjing_domain::timeline::Facts;
use mingjing_kernel::id::{Id, kind};
use mingjing_lawbook::diagnostic::SourceFile;
use mingjing_lawbook::load::load;
use mingjing_policy::resource::Secrecy;
use mingjing_policy::role::Role;
use mingjing_services::assessment::reassess::reassess_for_law;
use mingjing_services::assessment::rebuild::{rebuild, verify};
use mingjing_services::assessment::report::RebuildReport;
use mingjing_services::casework::create_case::{CreateCase, create_case};
use mingjing_services::casework::event_input::EventInput;
use mingjing_services::casework::record_event::{RecordEvent, record_event};
use mingjing_services::context::RequestContext;
use mingjing_store::derived::{DERIVED, DerivedTable};
use mingjing_testkit::database::Database;
use mingjing_testkit::on_both_engines;

use crate::desk::{Desk, card, day, event, grant, sources};
use crate::register;

on_both_engines! {
    a_difference_in_any_column_of_any_derived_table_is_found,
    whatever_stands_in_a_derived_table_is_made_right_again,
    what_cases_lack_alike_is_kept_once_and_put_right,
}

/// Columns that follow from nothing: when somebody looked, and on which day the judgement stands.
const NOT_DERIVED: [(&str, &str); 4] = [
    ("assessment", "as_of_on"),
    ("assessment", "assessed_at"),
    ("finding", "found_at"),
    ("finding", "changed_at"),
];
const JSON: [&str; 6] = [
    "keys",
    "marks",
    "detail",
    "facts",
    "not_judged",
    "undetermined",
];

async fn record(desk: &Desk, by: &RequestContext, case: Id<kind::Case>, event: EventInput) {
    let read = desk.db.store.reader().await.unwrap();
    let header = read.find_timeline(case.into()).await.unwrap();
    drop(read);
    let command = RecordEvent {
        case,
        expected_version: header.unwrap().version,
        event,
        confirm: Vec::new(),
        override_reason: None,
        note: None,
    };
    record_event(&desk.services, by, command, None)
        .await
        .unwrap();
}

/// A register with something of each kind, and a case with something due, handled by an officer whose card is suspended.
async fn world(db: Database) -> Desk {
    let desk = Desk::open(db).await;
    let registrar = desk.registrar().await;
    desk.small_tree(&registrar).await;
    let mut of_card = card("33-0001", "2022-01-01", "2026-12-31");
    of_card.push(event("2026-01-20", "cert_suspended", &[]));
    let body = desk
        .new_body(&registrar, "乙市市监局", "330200", "market_regulation")
        .await;
    let path = desk.path_of(body, "2026-03-02").await;
    desk.new_officer(&registrar, body, of_card).await;
    let body = body.to_string();
    let item = register::registered(
        "item_listed",
        &[("code", "3302-01"), ("name", "占道经营"), ("body", &body)],
    );
    let items = vec![("item_000000000000000000000000000000f1", item)];
    register::premade(&desk.db, &desk.services, items).await;
    let grants = [grant(Role::LeadOfficer, &path)];
    let person = desk.new_person("handler", &path, &grants).await;
    let request = desk.by(&person).await;
    let command = CreateCase {
        number: None,
        procedure: "ordinary_penalty".to_owned(),
        body,
        unit: None,
        is_classified: false,
        secrecy: Secrecy::Ordinary,
        handlers: Vec::new(),
        facts: Facts::default(),
    };
    let made = create_case(&desk.services, &request, command, None).await;
    let case = made.unwrap().value.case;
    let mut clue = EventInput::new("clue_registered", day("2026-02-20"));
    clue.fields.insert("source".to_owned(), "inspection".into());
    record(&desk, &request, case, clue).await;
    let mut scene = EventInput::new("scene_record", day("2026-02-25"));
    scene.actors = vec![Actor {
        who: "33-0001".to_owned(),
        role: "officer".to_owned(),
    }];
    record(&desk, &request, case, scene).await;
    put_on_trial(&desk).await;
    desk
}

/// A rule that has found something, once more under another code and on trial.
async fn put_on_trial(desk: &Desk) {
    let found = desk.db.raw_texts("SELECT MIN(code) FROM finding").await;
    let found = format!("code = \"{}\"\n", found.unwrap()[0]);
    let mut files = sources();
    let rule = files.iter().find(|file| file.text.starts_with(&found));
    let text = rule.unwrap().text.replacen(
        &found,
        "code = \"T-TRIAL\"\nstatus = \"trial\"\n\
         trial = { from = \"2026-01-01\", until = \"2027-01-01\", reason = \"试\" }\n",
        1,
    );
    files.push(SourceFile::new("rules/officers/on-trial.toml", text));
    for file in &mut files {
        if *file.path == *"lawbook.toml" {
            let text = file.text.replacen("version = \"", "version = \"9.", 1);
            *file = SourceFile::new("lawbook.toml", text);
        }
    }
    let loaded = load(&files);
    assert!(loaded.diagnostics.is_empty(), "{:#?}", loaded.diagnostics);
    let lawbook = loaded.lawbook.unwrap();
    desk.services.put_lawbook(Arc::new(lawbook));
    let request = desk.services.system("job");
    reassess_for_law(&desk.services, &request, None)
        .await
        .unwrap();
}

/// The statement that changes one column of one timeline's rows.
fn planted(table: &DerivedTable, column: &str, ty: &str) -> String {
    let value = match (column, ty) {
        (column, _) if JSON.contains(&column) => r#"'{"planted":true}'"#.to_owned(),
        ("is_provisional", _) => format!("NOT {column}"),
        (_, "boolean") => format!("NOT coalesce({column}, FALSE)"),
        (_, "text") => format!("coalesce({column}, '') || 'x'"),
        (_, "blob") => "zeroblob(32)".to_owned(),
        (_, "bytea") => "decode(repeat('00', 32), 'hex')".to_owned(),
        (_, "integer" | "bigint") => format!("coalesce({column}, 0) + 1"),
        other => panic!("{other:?}"),
    };
    let (name, key) = (table.name, table.key.unwrap_or("code"));
    format!("UPDATE {name} SET {column} = {value} WHERE {key} = (SELECT MIN({key}) FROM {name})")
}

fn names(report: &RebuildReport, table: &str) -> bool {
    report.differences.iter().any(|it| it.table == table)
}

async fn checked(desk: &Desk) -> RebuildReport {
    verify(&desk.services).await.unwrap()
}

async fn a_difference_in_any_column_of_any_derived_table_is_found(db: Database) {
    let desk = world(db).await;
    assert_eq!(checked(&desk).await.differences, []);
    let mut unfound = Vec::new();
    for table in &DERIVED {
        let name = table.name;
        let rows = format!("SELECT count(*) FROM {name}");
        let rows = desk.db.raw_number(&rows).await.unwrap();
        assert!(rows > 0, "{name}: nothing to plant in");
        let keep = format!("CREATE TABLE kept_{name} AS SELECT * FROM {name}");
        desk.db.raw_execute(&keep).await.unwrap();
        let put_back = format!("DELETE FROM {name}; INSERT INTO {name} SELECT * FROM kept_{name}");
        let mut plants = vec![("*".to_owned(), format!("DELETE FROM {name}"))];
        for (column, ty) in desk.db.raw_columns(name).await.unwrap() {
            if !NOT_DERIVED.contains(&(name, column.as_str())) {
                let sql = planted(table, &column, &ty);
                plants.push((column, sql));
            }
        }
        for (column, sql) in plants {
            assert!(desk.db.raw_execute(&sql).await.unwrap() > 0, "{sql}");
            if !names(&checked(&desk).await, name) {
                unfound.push(format!("{name}.{column}"));
            }
            desk.db.raw_execute(&put_back).await.unwrap();
        }
    }
    assert_eq!(unfound, Vec::<String>::new());
    assert_eq!(checked(&desk).await.differences, []);
}

async fn whatever_stands_in_a_derived_table_is_made_right_again(db: Database) {
    let desk = world(db).await;
    let request = desk.services.system("rebuild");
    for table in &DERIVED {
        let name = table.name;
        // The key first: rows that belong to nobody; then rows that cannot be read; then none at all.
        let mut plants = Vec::new();
        for (column, ty) in desk.db.raw_columns(name).await.unwrap() {
            if Some(&*column) == table.key || JSON.contains(&&*column) || column == "state" {
                plants.push(planted(table, &column, &ty));
            }
        }
        plants.push(format!("DELETE FROM {name}"));
        for sql in plants {
            desk.db.raw_execute(&sql).await.unwrap();
            assert!(names(&checked(&desk).await, name), "{sql}");
            let found = rebuild(&desk.services, &request).await.unwrap();
            assert!(names(&found, name), "{sql}");
            assert_eq!(checked(&desk).await.differences, [], "{sql}");
        }
    }
}

async fn what_cases_lack_alike_is_kept_once_and_put_right(db: Database) {
    let desk = world(db).await;
    let request = desk.services.system("rebuild");
    let sets = "SELECT count(*) FROM undetermined_set";
    assert!(desk.db.raw_number(sets).await.unwrap() > 0);
    for plant in [
        "UPDATE undetermined_set SET body = '[]'",
        "UPDATE undetermined_set SET body = '{'",
        "DELETE FROM undetermined_set",
        // As rows were before sets were kept: all of it stands in the row.
        "UPDATE assessment SET undetermined = '[]', undetermined_set = NULL",
    ] {
        desk.db.raw_execute(plant).await.unwrap();
        assert!(names(&checked(&desk).await, "assessment"), "{plant}");
        rebuild(&desk.services, &request).await.unwrap();
        assert_eq!(checked(&desk).await.differences, [], "{plant}");
        let whole = "SELECT count(*) FROM assessment WHERE undetermined_set IS NULL";
        assert_eq!(desk.db.raw_number(whole).await.unwrap(), 0);
    }
}
