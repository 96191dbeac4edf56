//! 备份演练：写着的时候备份，恢复到空处，自查无误，条数与清单一致。

use mingjing_services::backup::{BackupError, COPY, Manifest, back_up, describe, restore, verify};
use mingjing_store::config::{Location, StoreConfig};
use mingjing_testkit::database::{Database, signing_key};
use mingjing_testkit::on_both_engines;

use crate::office::{BODY_NAME, Office, Who, case_line, two_events};

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
    if !office.db.is_sqlite() {
        // The copy is pg_dump's; what is ours is the description, and the check against it.
        let now = describe(&office.db.store, "now".to_owned()).await.unwrap();
        let key = signing_key().verifying_key();
        assert!(
            verify(&office.db.store, &now, Some(&key))
                .await
                .unwrap()
                .is_sound()
        );
        return;
    }
    let target = office.folder.path().join("restored/mingjing.db");
    let config = StoreConfig::new(Location::Sqlite(target), office.db.store.identity().clone());
    let key = signing_key().verifying_key();
    let (store, report) = restore(&folder, &config, Some(&key)).await.unwrap();
    assert!(report.is_sound(), "{report:?}");
    assert_eq!(report.entries, manifest.log_size);
    assert_eq!(report.events, manifest.events);
    assert_eq!(report.audits, manifest.audits);
    store.close().await;
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
        let refused = restore(&folder, &office.db.config, None).await;
        assert!(matches!(refused, Err(BackupError::NotSqlite)));
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
