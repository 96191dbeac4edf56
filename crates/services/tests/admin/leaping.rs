//! 时钟拨错一次：收不回的事不做，会话不因此长命；停机久了的一小时后照常。

use mingjing_services::error::ServiceError;
use mingjing_services::retention::expire;
use mingjing_testkit::database::Database;
use mingjing_testkit::on_both_engines;

use crate::clock::work_goes_on;
use crate::desk::Desk;

on_both_engines! {
    nothing_goes_while_the_clock_may_be_wrong,
    a_session_of_the_future_is_none,
}

const DAY_MINUTES: i64 = 24 * 60;
const SESSIONS: &str = "SELECT COUNT(*) FROM session";

async fn nothing_goes_while_the_clock_may_be_wrong(db: Database) {
    let desk = Desk::open(db).await;
    let mut person = desk.system.clone();
    desk.settle(&mut person, "Quarry-by-Lantern-42").await;
    let sessions = desk.db.raw_number(SESSIONS).await.unwrap();
    assert!(sessions > 0);
    let expire = async || expire(&desk.services, &desk.anonymous()).await;
    // A database of an hour has nothing to lose, and a weekend is no leap.
    expire().await.unwrap();
    desk.minutes_pass(2 * DAY_MINUTES);
    expire().await.unwrap();
    desk.minutes_pass(365 * DAY_MINUTES);
    for _ in 0..2 {
        let refused = expire().await;
        let Err(ServiceError::Refused(refusal)) = refused else {
            panic!("{refused:?}");
        };
        assert!(refusal.reasons[0].text.contains("请核对时钟"));
        // What is done by the same clock proves nothing yet.
        desk.try_sign_in(&person.login, &person.password)
            .await
            .unwrap();
        desk.minutes_pass(29);
    }
    assert!(desk.db.raw_number(SESSIONS).await.unwrap() >= sessions);
    // Set right, all is as it was.
    desk.minutes_pass(-365 * DAY_MINUTES);
    assert_eq!(expire().await.unwrap().sessions, 0);
    // After a year with the power off the clock is right, and an hour proves it.
    desk.minutes_pass(2 * 365 * DAY_MINUTES);
    assert!(matches!(expire().await, Err(ServiceError::Refused(_))));
    work_goes_on(&desk.db).await;
    assert!(expire().await.unwrap().sessions > 0);
}

async fn a_session_of_the_future_is_none(db: Database) {
    let desk = Desk::open(db).await;
    let mut person = desk.system.clone();
    let opened = desk.settle(&mut person, "Quarry-by-Lantern-42").await;
    assert!(desk.session(&opened).await.is_some());
    // Two machines differ by seconds.
    desk.minutes_pass(-1);
    assert!(desk.session(&opened).await.is_some());
    desk.minutes_pass(-1);
    assert!(desk.session(&opened).await.is_none());
}
