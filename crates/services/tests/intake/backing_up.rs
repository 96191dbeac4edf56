//! 备份演练：写着的时候备份，恢复到空处，自查无误，条数与清单一致。

use std::collections::BTreeMap;

use mingjing_services::assessment::rebuild;
use mingjing_services::backup::{BackupError, COPY, MANIFEST, Manifest, back_up, restore};
use mingjing_services::context::Services;
use mingjing_services::intake::accept::{AcceptList, accept};
use mingjing_services::intake::run::run;
use mingjing_store::config::{Location, StoreConfig};
use mingjing_store::log::export::LogRange;
use mingjing_store::log::integrator::Integrator;
use mingjing_store::store::Store;
use mingjing_testkit::database::{Database, signing_key};
use mingjing_testkit::on_both_engines;
use mingjing_verify::key::TrustedKey;
use mingjing_verify::log::verify_log;

use crate::office::{BODY_NAME, LAWBOOK, Office, Who, case_line, two_events};

on_both_engines! {
    a_backup_made_while_writing_is_restored_whole,
    nothing_is_overwritten_and_a_changed_copy_is_refused,
}

async fn filled(office: &Office) {
    let list: String = (1..=40)
        .map(|n| case_line(&format!("甲案{n}"), BODY_NAME, &two_events(n)))
        .collect();
    office.import(Who::Clerk, "台账.jsonl", &list).await;
    office.integrate().await;
}

async fn a_backup_made_while_writing_is_restored_whole(db: Database) {
    let office = Office::open(db).await;
    filled(&office).await;
    let folder = office.folder.path().join("backup");
    let request = office.request(Who::System);
    let more: String = (41..=80)
        .map(|n| case_line(&format!("甲案{n}"), BODY_NAME, &two_events(n)))
        .collect();
    let (manifest, _) = tokio::join!(
        back_up(&office.services, &request, &folder),
        office.import(Who::Clerk, "又一批.jsonl", &more),
    );
    let manifest = manifest.unwrap();
    assert_eq!(Manifest::read(&folder).unwrap(), manifest);
    assert!(manifest.log_size > 0 && manifest.timelines >= 40);
    let config = if office.db.is_sqlite() {
        let target = office.folder.path().join("restored/mingjing.db");
        StoreConfig::new(Location::Sqlite(target), office.db.store.identity().clone())
    } else {
        dumped_while_writing(&office).await
    };
    let key = signing_key().verifying_key();
    let (store, report) = restore(&folder, &config, Some(&key)).await.unwrap();
    assert!(report.is_sound(), "{report:?}");
    let (found, said) = (
        [report.entries, report.events, report.audits],
        [manifest.log_size, manifest.events, manifest.audits],
    );
    if office.db.is_sqlite() {
        assert_eq!(found, said);
    } else {
        assert!(found.iter().zip(&said).all(|(found, said)| found >= said));
    }
    goes_on(&office, store, &manifest).await;
}

/// `pg_dump` beside an import and an integrator, as `docs/operations.md` has it, and `pg_restore` into an empty database.
async fn dumped_while_writing(office: &Office) -> StoreConfig {
    let dump = office.folder.path().join("mingjing.dump");
    let mut command = office.db.dump_command(&dump).unwrap();
    let dumping = tokio::task::spawn_blocking(move || command.output().unwrap());
    let more: String = (81..=160)
        .map(|n| case_line(&format!("甲案{n}"), BODY_NAME, &two_events(n)))
        .collect();
    let (dumped, ..) = tokio::join!(
        dumping,
        office.import(Who::Clerk, "第三批.jsonl", &more),
        office.integrate(),
    );
    let dumped = dumped.unwrap();
    assert!(dumped.status.success(), "{dumped:?}");
    office.db.restored_config(&dump).unwrap()
}

/// What was restored says the same as what it is derived from, and its log goes on under the same key from where the
/// manifest saw it.
async fn goes_on(office: &Office, store: Store, manifest: &Manifest) {
    let (clock, rng) = (office.db.clock.clone(), office.db.context.rng.clone());
    let services = Services::new(store, LAWBOOK.clone(), clock, rng);
    let found = rebuild::verify(&services).await.unwrap();
    assert!(found.timelines >= manifest.timelines);
    assert_eq!(found.differences, []);
    let request = office.request(Who::Clerk);
    let kept = office.keep(&case_line("恢复之后", BODY_NAME, &two_events(7)));
    let command = AcceptList {
        file: kept,
        ..office.list(Who::Clerk, "恢复之后.jsonl")
    };
    let batch = accept(&services, &request, command).await.unwrap().batch;
    run(&services, &office.spool, &request, batch.id)
        .await
        .unwrap();
    let (store, context) = (services.store.clone(), office.db.context.clone());
    // The lease came along: it is that of the one who held it.
    let integrator = Integrator::new(store, context, signing_key(), "a".to_owned());
    integrator.unwrap().drain().await.unwrap();
    let mut files = BTreeMap::new();
    let exported = services
        .store
        .export_log(LogRange::default(), |path, bytes| {
            files.insert(path.to_owned(), bytes.to_vec());
            Ok::<_, std::convert::Infallible>(())
        });
    assert!(exported.await.unwrap().checkpoint().size > manifest.log_size);
    let pem = signing_key().verifying_key().to_pem().unwrap();
    let trusted = [TrustedKey::from_pem("test.node", &pem).unwrap()];
    let read = |path: &str| Ok(files.get(path).cloned());
    let report = verify_log(read, &trusted, manifest.checkpoint.as_deref());
    assert!(report.is_accepted(), "{report}");
    let key = signing_key().verifying_key();
    assert!(
        services
            .store
            .fsck(Some(&key), |_| ())
            .await
            .unwrap()
            .is_sound()
    );
    services.store.close().await;
}

async fn nothing_is_overwritten_and_a_changed_copy_is_refused(db: Database) {
    let office = Office::open(db).await;
    filled(&office).await;
    let folder = office.folder.path().join("backup");
    let forbidden = back_up(&office.services, &office.request(Who::Head), &folder).await;
    assert!(matches!(forbidden, Err(BackupError::Service(_))));
    let request = office.request(Who::System);
    back_up(&office.services, &request, &folder).await.unwrap();
    assert!(
        back_up(&office.services, &request, &folder).await.is_err(),
        "the folder is not empty"
    );
    let taken = office.folder.path().join("taken.db");
    std::fs::write(&taken, b"something").unwrap();
    let config = |path: std::path::PathBuf| {
        StoreConfig::new(Location::Sqlite(path), office.db.store.identity().clone())
    };
    if !office.db.is_sqlite() {
        // Of PostgreSQL nothing is put anywhere: what stands there is compared, and another log does not pass.
        let path = folder.join(MANIFEST);
        let text = std::fs::read_to_string(&path).unwrap();
        let mut manifest: serde_json::Value = serde_json::from_str(&text).unwrap();
        manifest["root"] = "00".repeat(32).into();
        std::fs::write(&path, manifest.to_string()).unwrap();
        let refused = restore(&folder, &office.db.config, None).await;
        assert!(matches!(refused, Err(BackupError::Mismatch { .. })));
        return;
    }
    let refused = restore(&folder, &config(taken.clone()), None).await;
    assert!(matches!(refused, Err(BackupError::Exists { .. })));
    assert_eq!(std::fs::read(&taken).unwrap(), b"something");
    let copy = folder.join(COPY);
    let mut bytes = std::fs::read(&copy).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    std::fs::write(&copy, bytes).unwrap();
    let refused = restore(&folder, &config(office.folder.path().join("new.db")), None).await;
    assert!(matches!(refused, Err(BackupError::Mismatch { .. })));
}
