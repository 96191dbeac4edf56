//! 案卷包与日志导出：不问任何服务器就核得过。

use mingjing_kernel::id::{Id, kind};
use mingjing_services::bundle::bundle;
use mingjing_services::error::ServiceError;
use mingjing_services::export::log::log_to_folder;
use mingjing_testkit::database::{Database, signing_key};
use mingjing_testkit::on_both_engines;
use mingjing_verify::bundle::verify_bundle;
use mingjing_verify::key::TrustedKey;
use mingjing_verify::log::verify_log;

use crate::office::{BODY_NAME, Office, PLANTED, Who, case_line, two_events};

on_both_engines! {
    a_bundle_and_the_log_are_accepted_offline,
    a_bundle_waits_for_the_log_and_needs_a_reason,
}

fn trusted() -> TrustedKey {
    let pem = signing_key().verifying_key().to_pem().unwrap();
    TrustedKey::from_pem("test.node", &pem).unwrap()
}

async fn one_case(office: &Office) -> Id<kind::Case> {
    let line = case_line("甲案1", BODY_NAME, &two_events(1));
    office.import(Who::Clerk, "台账.jsonl", &line).await;
    Id::try_from(office.cases().await[0].header.id).unwrap()
}

async fn a_bundle_and_the_log_are_accepted_offline(db: Database) {
    let office = Office::open(db).await;
    let case = one_case(&office).await;
    office.integrate().await;
    let key = signing_key();
    let bytes = bundle(
        &office.services,
        &office.request(Who::Head),
        case,
        "法院调卷",
        &key,
    )
    .await;
    let mut bytes = bytes.unwrap();
    let report = verify_bundle(&bytes, &[trusted()]);
    assert!(report.is_accepted(), "{report}");
    let planted = PLANTED.as_bytes();
    let at = bytes
        .windows(planted.len())
        .position(|window| window == planted)
        .unwrap();
    bytes[at + 2] ^= 1;
    assert!(!verify_bundle(&bytes, &[trusted()]).is_accepted());

    let folder = office.folder.path().join("log");
    log_to_folder(&office.services, &folder).await.unwrap();
    let read = |path: &str| match std::fs::read(folder.join(path)) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    };
    let report = verify_log(read, &[trusted()], None);
    assert!(report.is_accepted(), "{report}");
    assert!(
        log_to_folder(&office.services, &folder).await.is_err(),
        "nothing is overwritten"
    );
}

async fn a_bundle_waits_for_the_log_and_needs_a_reason(db: Database) {
    let office = Office::open(db).await;
    let case = one_case(&office).await;
    let key = signing_key();
    let head = office.request(Who::Head);
    let early = bundle(&office.services, &head, case, "法院调卷", &key).await;
    assert!(matches!(early, Err(ServiceError::Unavailable)), "{early:?}");
    office.integrate().await;
    let without = bundle(&office.services, &head, case, " ", &key).await;
    assert!(matches!(without, Err(ServiceError::Invalid(_))));
    let clerk = office.request(Who::Clerk);
    let forbidden = bundle(&office.services, &clerk, case, "看看", &key).await;
    assert!(matches!(
        forbidden,
        Err(ServiceError::Forbidden | ServiceError::NotFound)
    ));
}
