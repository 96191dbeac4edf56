//! 登录、会话、口令、动态口令。

use mingjing_policy::org::OrgPath;
use mingjing_services::admin::account::{
    disable_account, enable_account, reset_password, reset_second_factor, unlock_account,
};
use mingjing_services::admin::password::{ChangePassword, change_password};
use mingjing_services::admin::second_factor::{confirm_totp, disable_totp, enrol_totp};
use mingjing_services::admin::session::{OpenedSession, Stage, revoke_sessions, sign_out};
use mingjing_services::admin::sign_in::{SignIn, SignInOutcome, sign_in, verify_second_factor};
use mingjing_services::admin::token::Token;
use mingjing_services::audit::{AuditQuery, list_audit_entries};
use mingjing_services::error::ServiceError;
use mingjing_services::page::PageRequest;
use mingjing_testkit::database::Database;
use mingjing_testkit::on_both_engines;

use crate::desk::{CLIENT, Desk, code_at, secret};

on_both_engines! {
    wrong_passwords_lock_until_the_clock_says_so,
    nobody_and_a_wrong_password_cost_the_same_and_say_the_same,
    a_sign_in_stands_in_the_trail_under_its_account,
    the_first_password_must_be_changed_and_former_ones_are_refused,
    a_session_ends_when_idle_and_when_old,
    a_disabled_account_is_out_at_once,
    signing_in_replaces_the_token_and_signing_out_ends_it,
    a_one_time_code_is_good_once_and_half_a_sign_in_for_nothing,
    wrong_codes_lock_as_wrong_passwords_do,
}

const FIRST: &str = "heron-fjord-1904";
const SECOND: &str = "otter-basalt-2718";

async fn a_sign_in_stands_in_the_trail_under_its_account(db: Database) {
    let desk = Desk::open(db).await;
    let person = desk.new_person("officer-wu", &OrgPath::root(), &[]).await;
    desk.try_sign_in(&person.login, "not-it-at-all").await;
    let opened = desk.try_sign_in(&person.login, &person.password).await;
    assert!(opened.is_some());
    let query = AuditQuery {
        account: Some(person.account),
        ..AuditQuery::default()
    };
    let (request, page) = (desk.by(&desk.audit).await, PageRequest::default());
    let found = list_audit_entries(&desk.services, &request, &query, &page).await;
    let found: Vec<_> = found.unwrap().items;
    let told: Vec<_> = found
        .iter()
        .map(|it| (it.action.as_str(), it.is_allowed))
        .collect();
    // Whoever did not know the password is not known to be this person.
    assert_eq!(told, [("session.sign_in", true)]);
}

async fn wrong_passwords_lock_until_the_clock_says_so(db: Database) {
    let desk = Desk::open(db).await;
    let person = desk.new_person("officer-wu", &OrgPath::root(), &[]).await;
    for _ in 0..5 {
        assert!(
            desk.try_sign_in(&person.login, "not-it-at-all")
                .await
                .is_none()
        );
    }
    assert!(
        desk.try_sign_in(&person.login, &person.password)
            .await
            .is_none()
    );
    desk.minutes_pass(29);
    assert!(
        desk.try_sign_in(&person.login, &person.password)
            .await
            .is_none()
    );
    desk.minutes_pass(1);
    assert!(
        desk.try_sign_in(&person.login, &person.password)
            .await
            .is_some()
    );
    // Four failures, a success, four failures: nobody is locked.
    for _ in 0..2 {
        for _ in 0..4 {
            assert!(
                desk.try_sign_in(&person.login, "not-it-at-all")
                    .await
                    .is_none()
            );
        }
        assert!(
            desk.try_sign_in(&person.login, &person.password)
                .await
                .is_some()
        );
    }
    // A security administrator need not wait.
    for _ in 0..5 {
        assert!(
            desk.try_sign_in(&person.login, "not-it-at-all")
                .await
                .is_none()
        );
    }
    let security = desk.by(&desk.security).await;
    unlock_account(&desk.services, &security, person.account)
        .await
        .unwrap();
    assert!(
        desk.try_sign_in(&person.login, &person.password)
            .await
            .is_some()
    );
}

async fn nobody_and_a_wrong_password_cost_the_same_and_say_the_same(db: Database) {
    let desk = Desk::open(db).await;
    let before = desk.services.passwords().verified();
    assert!(
        desk.try_sign_in("no-such-person", "not-it-at-all")
            .await
            .is_none()
    );
    assert_eq!(desk.services.passwords().verified(), before + 1);
    assert!(
        desk.try_sign_in("sysadmin", "not-it-at-all")
            .await
            .is_none()
    );
    assert_eq!(desk.services.passwords().verified(), before + 2);
    let long = "x".repeat(5_000);
    assert!(desk.try_sign_in("sysadmin", &long).await.is_none());
    assert_eq!(desk.services.passwords().verified(), before + 3);
}

async fn the_first_password_must_be_changed_and_former_ones_are_refused(db: Database) {
    let desk = Desk::open(db).await;
    let mut person = desk.new_person("officer-wu", &OrgPath::root(), &[]).await;
    let opened = desk
        .try_sign_in(&person.login, &person.password)
        .await
        .unwrap();
    assert_eq!(opened.stage, Stage::ChangePassword);
    let session = desk.session(&opened).await.unwrap();
    assert_eq!(session.actor, mingjing_policy::actor::Actor::anonymous());
    let change = async |session: &_, current: &str, new: &str| {
        let command = ChangePassword {
            current: secret(current),
            new: secret(new),
            client: CLIENT.to_owned(),
        };
        change_password(&desk.services, &desk.anonymous(), session, command).await
    };
    let first = person.password.clone();
    for refused in ["short", "password2026", "officer-wu-and-more", &first] {
        let answer = change(&session, &first, refused).await;
        assert!(matches!(answer, Err(ServiceError::Invalid(_))), "{refused}");
    }
    assert!(
        change(&session, "not-it-at-all", FIRST)
            .await
            .unwrap()
            .is_none()
    );
    let opened = desk.settle(&mut person, FIRST).await;
    let session = desk.session(&opened).await.unwrap();
    assert_eq!(session.stage, Stage::Full);
    let opened = change(&session, FIRST, SECOND).await.unwrap().unwrap();
    let session = desk.session(&opened).await.unwrap();
    for former in [FIRST, SECOND, &first] {
        let answer = change(&session, SECOND, former).await;
        assert!(matches!(answer, Err(ServiceError::Invalid(_))), "{former}");
    }
    assert!(desk.try_sign_in(&person.login, FIRST).await.is_none());
    // A reset starts again.
    let security = desk.by(&desk.security).await;
    let made = reset_password(&desk.services, &security, person.account)
        .await
        .unwrap();
    assert!(desk.session(&opened).await.is_none());
    let opened = desk
        .try_sign_in(&made.login, made.password.reveal("测试"))
        .await;
    assert_eq!(opened.unwrap().stage, Stage::ChangePassword);
}

async fn a_session_ends_when_idle_and_when_old(db: Database) {
    let desk = Desk::open(db).await;
    let mut person = desk.new_person("officer-wu", &OrgPath::root(), &[]).await;
    let opened = desk.settle(&mut person, FIRST).await;
    desk.minutes_pass(29);
    assert!(desk.session(&opened).await.is_some());
    desk.minutes_pass(29);
    assert!(
        desk.session(&opened).await.is_some(),
        "the use before was noted"
    );
    desk.minutes_pass(30);
    assert!(desk.session(&opened).await.is_none());
    let opened = desk.try_sign_in(&person.login, FIRST).await.unwrap();
    for _ in 0..28 {
        desk.minutes_pass(25);
        assert!(desk.session(&opened).await.is_some());
    }
    desk.minutes_pass(20);
    assert!(
        desk.session(&opened).await.is_none(),
        "twelve hours are over"
    );
}

async fn a_disabled_account_is_out_at_once(db: Database) {
    let desk = Desk::open(db).await;
    let mut person = desk.new_person("officer-wu", &OrgPath::root(), &[]).await;
    let opened = desk.settle(&mut person, FIRST).await;
    let system = desk.by(&desk.system).await;
    disable_account(&desk.services, &system, person.account)
        .await
        .unwrap();
    assert!(desk.session(&opened).await.is_none());
    assert!(desk.try_sign_in(&person.login, FIRST).await.is_none());
    assert!(desk.by(&person).await.account.is_none());
    enable_account(&desk.services, &system, person.account)
        .await
        .unwrap();
    assert!(
        desk.session(&opened).await.is_none(),
        "the old session stays ended"
    );
    assert!(desk.try_sign_in(&person.login, FIRST).await.is_some());
    let own = disable_account(&desk.services, &system, desk.system.account).await;
    assert!(matches!(own, Err(ServiceError::Forbidden)));
}

async fn signing_in_replaces_the_token_and_signing_out_ends_it(db: Database) {
    let desk = Desk::open(db).await;
    let mut person = desk.new_person("officer-wu", &OrgPath::root(), &[]).await;
    let first = desk.settle(&mut person, FIRST).await;
    let elsewhere = desk.try_sign_in(&person.login, FIRST).await.unwrap();
    let command = SignIn {
        login: person.login.clone(),
        password: secret(FIRST),
        client: CLIENT.to_owned(),
        replacing: Some(first.token.clone()),
    };
    let outcome = sign_in(&desk.services, &desk.anonymous(), command)
        .await
        .unwrap();
    let SignInOutcome::Opened(second) = outcome else {
        panic!("refused");
    };
    assert!(!second.token.matches(&first.token));
    assert!(desk.session(&first).await.is_none());
    let session = desk.session(&second).await.unwrap();
    assert!(session.csrf.matches(&second.csrf) && !session.csrf.matches(&second.token));
    let request = desk
        .services
        .request(session.actor.clone(), Some(session.account), "test");
    let ended = revoke_sessions(&desk.services, &request, person.account, Some(session.id)).await;
    assert_eq!(ended.unwrap(), 1);
    assert!(desk.session(&elsewhere).await.is_none());
    sign_out(&desk.services, &request, &session).await.unwrap();
    assert!(desk.session(&second).await.is_none());
    let others = revoke_sessions(&desk.services, &request, desk.system.account, None).await;
    assert!(matches!(others, Err(ServiceError::NotFound)));
}

async fn second_factor(desk: &Desk, token: &Token, code: &str) -> Option<OpenedSession> {
    let request = desk.anonymous();
    let outcome = verify_second_factor(&desk.services, &request, token, code, CLIENT).await;
    match outcome.unwrap() {
        SignInOutcome::Opened(opened) => Some(opened),
        SignInOutcome::Refused => None,
    }
}

async fn a_one_time_code_is_good_once_and_half_a_sign_in_for_nothing(db: Database) {
    let desk = Desk::open(db).await;
    let mut person = desk.new_person("officer-wu", &OrgPath::root(), &[]).await;
    let opened = desk.settle(&mut person, FIRST).await;
    let session = desk.session(&opened).await.unwrap();
    let request = desk
        .services
        .request(session.actor.clone(), Some(session.account), "test");
    let made = enrol_totp(&desk.services, &request, &session)
        .await
        .unwrap();
    let key = made.secret.reveal("测试").clone();
    let code = code_at(desk.anonymous().now.timestamp(), &key);
    assert!(
        confirm_totp(&desk.services, &request, &session, &code)
            .await
            .unwrap()
            .is_some()
    );
    let half = desk.try_sign_in(&person.login, FIRST).await.unwrap();
    assert_eq!(half.stage, Stage::SecondFactor);
    let session = desk.session(&half).await.unwrap();
    assert_eq!(session.actor, mingjing_policy::actor::Actor::anonymous());
    let command = ChangePassword {
        current: secret(FIRST),
        new: secret(SECOND),
        client: CLIENT.to_owned(),
    };
    let half_change = change_password(&desk.services, &desk.anonymous(), &session, command).await;
    assert!(matches!(half_change, Err(ServiceError::Forbidden)));
    let second = async |token: &_, code: &str| second_factor(&desk, token, code).await;
    assert!(
        second(&half.token, &code).await.is_none(),
        "it confirmed the enrolment already"
    );
    desk.minutes_pass(1);
    let code = code_at(desk.anonymous().now.timestamp(), &key);
    let full = second(&half.token, &code).await.unwrap();
    assert_eq!(full.stage, Stage::Full);
    assert!(!full.token.matches(&half.token));
    assert!(desk.session(&half).await.is_none());
    let again = desk.try_sign_in(&person.login, FIRST).await.unwrap();
    assert!(
        second(&again.token, &code).await.is_none(),
        "the same code again"
    );
    desk.minutes_pass(6);
    let code = code_at(desk.anonymous().now.timestamp(), &key);
    assert!(
        second(&again.token, &code).await.is_none(),
        "half a sign-in is over after five minutes"
    );
    let session = desk.session(&full).await.unwrap();
    let request = desk
        .services
        .request(session.actor.clone(), Some(session.account), "test");
    assert!(
        disable_totp(&desk.services, &request, &session, &code)
            .await
            .unwrap()
    );
    assert_eq!(
        desk.try_sign_in(&person.login, FIRST).await.unwrap().stage,
        Stage::Full
    );
}

async fn wrong_codes_lock_as_wrong_passwords_do(db: Database) {
    let desk = Desk::open(db).await;
    let mut person = desk.new_person("officer-wu", &OrgPath::root(), &[]).await;
    let opened = desk.settle(&mut person, FIRST).await;
    let session = desk.session(&opened).await.unwrap();
    let request = desk
        .services
        .request(session.actor.clone(), Some(session.account), "test");
    let made = enrol_totp(&desk.services, &request, &session)
        .await
        .unwrap();
    let key = made.secret.reveal("测试").clone();
    let code = code_at(desk.anonymous().now.timestamp(), &key);
    assert!(
        confirm_totp(&desk.services, &request, &session, &code)
            .await
            .unwrap()
            .is_some()
    );
    // The right password in between does not start the count again.
    for _ in 0..5 {
        let half = desk.try_sign_in(&person.login, FIRST).await.unwrap();
        let outcome =
            verify_second_factor(&desk.services, &desk.anonymous(), &half.token, "00", CLIENT)
                .await;
        assert!(matches!(outcome.unwrap(), SignInOutcome::Refused));
    }
    assert!(desk.try_sign_in(&person.login, FIRST).await.is_none());
    let security = desk.by(&desk.security).await;
    reset_second_factor(&desk.services, &security, person.account)
        .await
        .unwrap();
    unlock_account(&desk.services, &security, person.account)
        .await
        .unwrap();
    assert_eq!(
        desk.try_sign_in(&person.login, FIRST).await.unwrap().stage,
        Stage::Full
    );
}
