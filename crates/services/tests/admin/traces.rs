//! 留下什么、不留下什么：每个用例一条审计；口令哪里都没有。

use std::collections::BTreeSet;
use std::time::Duration;

use mingjing_kernel::id::TimelineId;
use mingjing_ledger::key::SigningKey;
use mingjing_policy::org::OrgPath;
use mingjing_policy::role::Role;
use mingjing_services::admin::account::{
    disable_account, enable_account, reset_password, reset_second_factor, unlock_account,
};
use mingjing_services::admin::delegation::{CreateDelegation, create_delegation, end_delegation};
use mingjing_services::admin::grant::{list_grants, revoke_role};
use mingjing_services::admin::listing::{get_account, list_sessions};
use mingjing_services::admin::second_factor::{
    confirm_totp, disable_totp, enrol_totp, renew_recovery_codes, seal_clear_secrets,
};
use mingjing_services::admin::session::{revoke_session, revoke_sessions, sign_out};
use mingjing_services::admin::sign_in::{
    SignInOutcome, verify_recovery_code, verify_second_factor,
};
use mingjing_services::audit::{AuditQuery, list_audit_entries};
use mingjing_services::context::RequestContext;
use mingjing_services::error::ServiceError;
use mingjing_services::foresight::read::export_run;
use mingjing_services::foresight::start::{cancel_run, start_run};
use mingjing_services::job::retry_job;
use mingjing_services::log_key::hand_over_key;
use mingjing_services::over_cases::start as over_cases;
use mingjing_services::page::PageRequest;
use mingjing_services::perform::Act;
use mingjing_services::registry::import::import_divisions;
use mingjing_services::registry::opening::{Opening, set_opening};
use mingjing_services::registry::reveal::reveal_officer;
use mingjing_services::retention::expire;
use mingjing_store::error::StoreError;
use mingjing_store::job::NewJob;
use mingjing_store::log::integrator::Integrator;
use mingjing_store::session::SessionFilter;
use mingjing_store::tx::Tx;
use mingjing_testkit::database::{Database, signing_key};
use mingjing_testkit::on_both_engines;

use crate::clock::work_goes_on;
use crate::desk::{CANDIDATE, CLIENT, Desk, PLANTED, Person, code_at, day, event, grant};
use crate::second_factor::plant_a_clear_secret;

on_both_engines! {
    every_use_case_leaves_an_audit_record,
    a_password_or_token_stands_nowhere,
}

async fn every_use_case_leaves_an_audit_record(db: Database) {
    let desk = Desk::open(db).await;
    let registrar = desk.registrar().await;
    let tree = desk.small_tree(&registrar).await;
    use_register(&desk, &registrar, tree.body).await;
    let body = &tree.body_path;
    let person = [grant(Role::UnitHead, body)];
    let mut person = desk.new_person("officer-wu", body, &person).await;
    let other = desk.new_person("officer-lu", body, &[]).await;
    use_own_account(&desk, &mut person, &other, body).await;
    use_others_accounts(&desk, &person, &other).await;
    retry_a_failed_job(&desk).await;
    try_a_candidate(&desk).await;
    plant_a_clear_secret(&desk.db, other.account, &[9; 20]).await;
    let sealed = seal_clear_secrets(&desk.services, &desk.anonymous()).await;
    assert_eq!(sealed.unwrap(), 1);
    hand_over_the_key(&desk).await;
    desk.minutes_pass(92 * 24 * 60);
    work_goes_on(&desk.db).await;
    let gone = expire(&desk.services, &desk.anonymous()).await.unwrap();
    assert!(gone.sessions > 0 && !gone.has_more);
    let audit = desk.by(&desk.audit).await;
    let mut acts = BTreeSet::new();
    let mut page = PageRequest::default();
    loop {
        let found = list_audit_entries(&desk.services, &audit, &AuditQuery::default(), &page).await;
        let found = found.unwrap();
        acts.extend(found.items.iter().map(|entry| entry.action.clone()));
        page.after = found.next;
        if page.after.is_none() {
            break;
        }
    }
    let codes = Act::ALL.iter().map(|act| act.code());
    let missing: Vec<&str> = codes.filter(|code| !acts.contains(*code)).collect();
    assert!(missing.is_empty(), "no audit record: {missing:?}");
}

async fn hand_over_the_key(desk: &Desk) {
    let (store, context) = (desk.db.store.clone(), desk.db.context.clone());
    let integrator = Integrator::new(store, context, signing_key(), "test".to_owned());
    integrator.unwrap().drain().await.unwrap();
    let next = SigningKey::generate(signing_key().suite(), &[5; 32]).unwrap();
    let keys = || (signing_key(), next.clone());
    let (services, request) = (&desk.services, desk.anonymous());
    let busy = hand_over_key(services, &request, keys(), "cli".to_owned()).await;
    assert!(
        matches!(busy, Err(ServiceError::Unavailable)),
        "the integrator holds the lease"
    );
    desk.minutes_pass(1);
    let done = hand_over_key(services, &request, keys(), "cli".to_owned()).await;
    assert_eq!(done.unwrap().handover().number, 1);
}

/// A job that gave up at its only attempt, tried again by the system administrator.
async fn try_a_candidate(desk: &Desk) {
    let roles = [grant(Role::Jurist, &OrgPath::root())];
    let jurist = desk.new_person("jurist-he", &OrgPath::root(), &roles).await;
    let (services, request) = (&desk.services, desk.by(&jurist).await);
    let run = start_run(services, &request, CANDIDATE, None)
        .await
        .unwrap();
    cancel_run(services, &request, run).await.unwrap();
    export_run(services, &request, run).await.unwrap();
    let roles = [grant(Role::SupervisorLead, &OrgPath::root())];
    let lead = desk.new_person("lead-he", &OrgPath::root(), &roles).await;
    let request = desk.by(&lead).await;
    over_cases::start_run(services, &request).await.unwrap();
}

async fn retry_a_failed_job(desk: &Desk) {
    let services = &desk.services;
    let context = services.context(&services.system("test"));
    let given_up = services.store.write(&context, async move |tx: &Tx| {
        let job = NewJob {
            queue: "test",
            kind: "purge",
            payload: "{}".to_owned(),
            dedupe_key: None,
            run_at: None,
            max_attempts: 1,
        };
        tx.enqueue(&job).await?;
        let lease = Duration::from_secs(60);
        let claimed = tx.claim_jobs("test", "test", 1, lease).await?;
        tx.fail_job(&claimed[0], "库满了").await?;
        Ok::<_, StoreError>(claimed[0].id)
    });
    let id = given_up.await.unwrap();
    let system = desk.by(&desk.system).await;
    retry_job(services, &system, id).await.unwrap();
}

async fn use_register(desk: &Desk, registrar: &RequestContext, body: TimelineId) {
    let services = &desk.services;
    let suspended = event("2023-01-01", "body_suspended", &[]);
    desk.change(registrar, body, suspended).await.unwrap();
    let (list, on) = ("code,name\n330400,己市\n", day("2023-01-01"));
    let report = import_divisions(services, registrar, list, "f.csv", on).await;
    assert_eq!(report.unwrap().errors, []);
    let id = body.try_into().unwrap();
    let opened = set_opening(services, registrar, id, Opening::Unit).await;
    opened.unwrap();
    let officer = desk.new_officer(registrar, body, Vec::new()).await;
    let found = reveal_officer(services, registrar, officer, "核对名单").await;
    assert_eq!(found.unwrap().name.reveal("测试"), "欧阳试样");
    let silent = reveal_officer(services, registrar, officer, " ").await;
    assert!(silent.is_err());
}

async fn use_own_account(desk: &Desk, person: &mut Person, other: &Person, body: &OrgPath) {
    let services = &desk.services;
    let opened = desk.settle(person, "heron-fjord-1904").await;
    let session = desk.session(&opened).await.unwrap();
    let own = services.request(session.actor.clone(), Some(session.account), "test");
    let made = enrol_totp(services, &own, &session).await.unwrap();
    let right = code_at(own.now.timestamp(), made.secret.reveal("测试"));
    let confirmed = confirm_totp(services, &own, &session, &right).await;
    assert!(confirmed.unwrap().is_some());
    let second = verify_second_factor(services, &own, &opened.token, "000000", CLIENT).await;
    assert!(matches!(second.unwrap(), SignInOutcome::Refused));
    let second = verify_recovery_code(services, &own, &opened.token, "AAAA", CLIENT).await;
    assert!(matches!(second.unwrap(), SignInOutcome::Refused));
    let renewed = renew_recovery_codes(services, &own, &session, &right).await;
    assert!(renewed.unwrap().is_none());
    let replayed = disable_totp(services, &own, &session, &right).await;
    assert!(!replayed.unwrap());
    let command = CreateDelegation {
        to: other.account,
        roles: vec![Role::UnitHead],
        org: body.clone(),
        from_on: day("2026-03-02"),
        to_on: day("2026-03-09"),
        reason: "休假".to_owned(),
    };
    let delegation = create_delegation(services, &own, command).await.unwrap();
    end_delegation(services, &own, delegation).await.unwrap();
    sign_out(services, &own, &session).await.unwrap();
}

async fn use_others_accounts(desk: &Desk, person: &Person, other: &Person) {
    let services = &desk.services;
    let (system, security) = (desk.by(&desk.system).await, desk.by(&desk.security).await);
    let id = person.account;
    get_account(services, &security, id).await.unwrap();
    reset_second_factor(services, &security, id).await.unwrap();
    unlock_account(services, &security, id).await.unwrap();
    reset_password(services, &security, id).await.unwrap();
    let held = list_grants(services, &security, id).await.unwrap();
    revoke_role(services, &security, held[0].id).await.unwrap();
    let ended = revoke_sessions(services, &security, id, None).await;
    ended.unwrap();
    let (filter, page) = (SessionFilter::default(), PageRequest::default());
    let sessions = list_sessions(services, &security, &filter, &page).await;
    let any = sessions.unwrap().items[0].id;
    revoke_session(services, &security, any).await.unwrap();
    disable_account(services, &system, other.account)
        .await
        .unwrap();
    enable_account(services, &system, other.account)
        .await
        .unwrap();
}

/// How many rows hold the text, on PostgreSQL.
async fn rows_with(db: &Database, text: &str) -> i64 {
    let tables = [
        "account",
        "account_password",
        "account_grant",
        "delegation",
        "session",
        "audit",
        "pending_entry",
        "log_entry",
        "event",
        "event_payload",
        "job",
        "idempotency",
    ];
    let mut sum = 0;
    for table in tables {
        let sql = format!("SELECT count(*) FROM {table} t WHERE t::text LIKE '%{text}%'");
        sum += db.raw_number(&sql).await.unwrap();
    }
    sum
}

async fn a_password_or_token_stands_nowhere(db: Database) {
    let desk = Desk::open(db).await;
    let root = OrgPath::root();
    let mut person = desk.new_person("officer-wu", &root, &[]).await;
    let first = person.password.clone();
    let opened = desk.settle(&mut person, PLANTED).await;
    // A password typed where the login belongs, and a wrong one.
    assert!(desk.try_sign_in("hoopoe-in-rain-3141", "x").await.is_none());
    assert!(
        desk.try_sign_in(&person.login, "hoopoe-in-rain-3141")
            .await
            .is_none()
    );
    let texts = [first.as_str(), PLANTED, "hoopoe-in-rain-3141"];
    for debug in [
        format!("{opened:?}"),
        format!("{:?}", desk.session(&opened).await),
    ] {
        assert!(!texts.iter().any(|text| debug.contains(text)), "{debug}");
    }
    if !desk.db.is_sqlite() {
        for text in texts {
            assert_eq!(rows_with(&desk.db, text).await, 0, "{text}");
        }
        assert!(
            rows_with(&desk.db, "officer-wu").await > 0,
            "the search finds what is there"
        );
        return;
    }
    let mingjing_store::config::Location::Sqlite(path) = desk.db.config.location.clone() else {
        panic!("not a file");
    };
    let mut bytes = Vec::new();
    for suffix in ["", "-wal"] {
        let mut name = path.clone().into_os_string();
        name.push(suffix);
        bytes.extend(std::fs::read(&name).unwrap_or_default());
    }
    let holds = |needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
    assert!(holds(b"officer-wu"), "the search finds what is there");
    for text in texts {
        assert!(!holds(text.as_bytes()), "{text}");
    }
    assert!(!holds(opened.token.as_bytes()) && !holds(opened.csrf.as_bytes()));
}
