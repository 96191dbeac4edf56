//! 登录失败的锁定，时刻由测试给出。

use mingjing_kernel::date::Timestamp;
use mingjing_policy::lockout::{Lockout, LockoutRules};

const RULES: LockoutRules = LockoutRules {
    failures_max: 3,
    window_minutes: 15,
    lock_minutes: 30,
};

fn minute(minute: i64) -> Timestamp {
    Timestamp::parse("2026-03-02T09:00:00+08:00")
        .expect("时刻")
        .add_minutes(minute)
}

fn after(minutes: &[i64]) -> Lockout {
    minutes.iter().fold(Lockout::default(), |state, at| {
        state.after_failure(minute(*at), &RULES)
    })
}

#[test]
fn the_third_failure_within_the_window_locks_for_its_time() {
    assert!(!after(&[0, 1]).is_locked(minute(1)));
    let locked = after(&[0, 1, 2]);
    assert!(locked.is_locked(minute(2)) && locked.is_locked(minute(31)));
    assert!(!locked.is_locked(minute(32)));
}

#[test]
fn failures_out_of_the_window_do_not_count() {
    assert!(!after(&[0, 1, 15]).is_locked(minute(15)));
    assert!(after(&[0, 1, 14]).is_locked(minute(14)));
    assert!(!after(&[0, 1, 16]).is_locked(minute(16)));
    assert!(after(&[0, 1, 16, 17, 18]).is_locked(minute(18)));
}

#[test]
fn failures_while_locked_neither_count_nor_prolong() {
    let locked = after(&[0, 1, 2]);
    let pestered = (3..32).fold(locked.clone(), |state, at| {
        state.after_failure(minute(at), &RULES)
    });
    assert_eq!(pestered, locked);
}

#[test]
fn after_a_lock_counting_begins_anew() {
    let state = after(&[0, 1, 2, 32]);
    assert!(!state.is_locked(minute(32)));
    assert_eq!(state.failures, [minute(32)]);
    assert!(after(&[0, 1, 2, 32, 33, 34]).is_locked(minute(34)));
}

#[test]
fn success_and_unlocking_clear_everything() {
    assert!(!Lockout::cleared().is_locked(minute(2)));
    let state = Lockout::cleared().after_failure(minute(3), &RULES);
    assert_eq!(state.failures.len(), 1);
}

#[test]
fn a_clock_set_back_opens_nothing() {
    let locked = after(&[0, 1, 2]);
    assert!(locked.is_locked(minute(-600)));
    assert!(after(&[0, -5, -10]).is_locked(minute(-10)));
}

#[test]
fn a_rule_of_no_failure_still_lets_one_try() {
    let rules = LockoutRules {
        failures_max: 0,
        ..RULES
    };
    assert!(!Lockout::default().is_locked(minute(0)));
    assert!(
        Lockout::default()
            .after_failure(minute(0), &rules)
            .is_locked(minute(0))
    );
}
