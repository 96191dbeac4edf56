//! 动态口令的密钥落库时是封存的；恢复码一码一次，只存摘要。

use std::sync::Arc;

use mingjing_policy::org::OrgPath;
use mingjing_services::admin::account::reset_second_factor;
use mingjing_services::admin::recovery::CODES;
use mingjing_services::admin::seal::DataKey;
use mingjing_services::admin::second_factor::{
    confirm_totp, enrol_totp, has_sealed_secrets, renew_recovery_codes, seal_clear_secrets,
};
use mingjing_services::admin::session::{CurrentSession, OpenedSession, Stage};
use mingjing_services::admin::sign_in::{
    SignIn, SignInOutcome, sign_in, verify_recovery_code, verify_second_factor,
};
use mingjing_services::context::{RequestContext, Services};
use mingjing_services::scrub::scrub;
use mingjing_store::account::AccountKey;
use mingjing_store::config::Location;
use mingjing_store::context::{SystemClock, SystemRng};
use mingjing_testkit::database::Database;
use mingjing_testkit::on_both_engines;

use crate::desk::{CLIENT, Desk, Person, bytes_of, code_at, secret as secret_text};

on_both_engines! {
    a_recovery_code_opens_once_and_for_its_owner,
    recovery_codes_go_with_what_they_recover,
    secrets_are_sealed_and_those_of_before_are_at_the_start,
}

const FIRST: &str = "heron-fjord-1904";

/// Somebody with a confirmed second factor.
struct Enrolled {
    person: Person,
    session: CurrentSession,
    request: RequestContext,
    secret: String,
    codes: Vec<String>,
}

async fn enrolled(desk: &Desk, login: &str) -> Enrolled {
    let mut person = desk.new_person(login, &OrgPath::root(), &[]).await;
    let opened = desk.settle(&mut person, FIRST).await;
    let session = desk.session(&opened).await.unwrap();
    let actor = session.actor.clone();
    let request = desk.services.request(actor, Some(session.account), "test");
    let made = enrol_totp(&desk.services, &request, &session).await;
    let secret = made.unwrap().secret.reveal("测试").clone();
    let code = code_at(request.now.timestamp(), &secret);
    let codes = confirm_totp(&desk.services, &request, &session, &code).await;
    Enrolled {
        person,
        session,
        request,
        secret,
        codes: codes.unwrap().unwrap().reveal("测试"),
    }
}

async fn recover(desk: &Desk, who: &Enrolled, code: &str) -> Option<OpenedSession> {
    let half = desk.try_sign_in(&who.person.login, FIRST).await.unwrap();
    assert_eq!(half.stage, Stage::SecondFactor);
    let request = desk.anonymous();
    let outcome = verify_recovery_code(&desk.services, &request, &half.token, code, CLIENT).await;
    match outcome.unwrap() {
        SignInOutcome::Opened(opened) => Some(opened),
        SignInOutcome::Refused => None,
    }
}

async fn a_recovery_code_opens_once_and_for_its_owner(db: Database) {
    let desk = Desk::open(db).await;
    let wu = enrolled(&desk, "officer-wu").await;
    let lu = enrolled(&desk, "officer-lu").await;
    assert_eq!(wu.codes.len(), CODES);
    let full = recover(&desk, &wu, &wu.codes[0]).await.unwrap();
    assert_eq!(full.stage, Stage::Full);
    assert!(recover(&desk, &wu, &wu.codes[0]).await.is_none(), "again");
    assert!(recover(&desk, &lu, &wu.codes[1]).await.is_none(), "not his");
    let typed = wu.codes[1].to_lowercase().replace('-', " ");
    assert!(recover(&desk, &wu, &typed).await.is_some());
    let left = "SELECT COUNT(*) FROM recovery_code WHERE used_at IS NULL";
    assert_eq!(
        desk.db.raw_number(left).await.unwrap(),
        2 * CODES as i64 - 2
    );
    // The codes themselves stand nowhere.
    if let Location::Sqlite(path) = &desk.db.config.location {
        scrub(&desk.services).await.unwrap();
        let bytes = std::fs::read(path).unwrap();
        for code in &wu.codes {
            let plain = code.replace('-', "");
            assert!(!holds(&bytes, plain.as_bytes()) && !holds(&bytes, code.as_bytes()));
        }
    }
}

async fn recovery_codes_go_with_what_they_recover(db: Database) {
    let desk = Desk::open(db).await;
    let wu = enrolled(&desk, "officer-wu").await;
    desk.minutes_pass(1);
    let now = desk.anonymous().now.timestamp();
    let code = code_at(now, &wu.secret);
    let wrong = renew_recovery_codes(&desk.services, &wu.request, &wu.session, "000000").await;
    assert!(wrong.unwrap().is_none());
    let request = RequestContext {
        now: desk.anonymous().now,
        ..wu.request.clone()
    };
    let renewed = renew_recovery_codes(&desk.services, &request, &wu.session, &code).await;
    let renewed = renewed.unwrap().unwrap().reveal("测试");
    assert!(recover(&desk, &wu, &wu.codes[2]).await.is_none(), "old");
    assert!(recover(&desk, &wu, &renewed[2]).await.is_some());
    let again = confirm_totp(&desk.services, &request, &wu.session, &code).await;
    assert!(again.is_err(), "it is confirmed already");
    let security = desk.by(&desk.security).await;
    let reset = reset_second_factor(&desk.services, &security, wu.person.account).await;
    reset.unwrap();
    let left = "SELECT COUNT(*) FROM recovery_code";
    assert_eq!(desk.db.raw_number(left).await.unwrap(), 0);
    let opened = desk.try_sign_in(&wu.person.login, FIRST).await;
    assert_eq!(opened.unwrap().stage, Stage::Full);
}

/// As a program before this one wrote it.
pub(crate) async fn plant_a_clear_secret(db: &Database, account: AccountKey, secret: &[u8]) {
    let hex: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
    let bytes = match db.is_sqlite() {
        true => format!("x'{hex}'"),
        false => format!("'\\x{hex}'::bytea"),
    };
    let forget = format!("DELETE FROM totp WHERE account_id = '{account}'");
    db.raw_execute(&forget).await.unwrap();
    let plant = format!(
        "INSERT INTO totp (account_id, secret, confirmed_at, last_step) VALUES ('{account}', {bytes}, 1, 0)"
    );
    assert_eq!(db.raw_execute(&plant).await.unwrap(), 1);
}

fn holds(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}

async fn secrets_are_sealed_and_those_of_before_are_at_the_start(db: Database) {
    let desk = Desk::open(db).await;
    assert!(!has_sealed_secrets(&desk.services).await.unwrap());
    let wu = enrolled(&desk, "officer-wu").await;
    assert!(has_sealed_secrets(&desk.services).await.unwrap());
    let secret = bytes_of(&wu.secret);
    plant_a_clear_secret(&desk.db, wu.person.account, &secret).await;
    let command = SignIn {
        login: wu.person.login.clone(),
        password: secret_text(FIRST),
        client: CLIENT.to_owned(),
        replacing: None,
    };
    let half = sign_in(&desk.services, &desk.anonymous(), command).await;
    assert!(half.is_err(), "a clear secret is not taken");
    let system = desk.anonymous();
    let sealed = seal_clear_secrets(&desk.services, &system).await;
    assert_eq!(sealed.unwrap(), 1);
    let sealed = seal_clear_secrets(&desk.services, &system).await;
    assert_eq!(sealed.unwrap(), 0, "once");
    desk.minutes_pass(1);
    let half = desk.try_sign_in(&wu.person.login, FIRST).await.unwrap();
    let code = code_at(desk.anonymous().now.timestamp(), &wu.secret);
    let request = desk.anonymous();
    let full = verify_second_factor(&desk.services, &request, &half.token, &code, CLIENT).await;
    assert!(matches!(full.unwrap(), SignInOutcome::Opened(_)));
    let scrubs = "SELECT COUNT(*) FROM job WHERE kind = 'scrub'";
    assert_eq!(desk.db.raw_number(scrubs).await.unwrap(), 1);
    if let Location::Sqlite(path) = &desk.db.config.location {
        scrub(&desk.services).await.unwrap();
        assert!(!holds(&std::fs::read(path).unwrap(), &secret));
    }
    let (clock, rng) = (Arc::new(SystemClock), Arc::new(SystemRng));
    let lawbook = desk.services.lawbook();
    let other = Services::new(desk.db.store.clone(), lawbook, clock, rng)
        .with_data_key(DataKey::from_bytes([1; 32]));
    let refused = seal_clear_secrets(&other, &system).await;
    assert!(refused.is_err(), "the key is another one");
}
