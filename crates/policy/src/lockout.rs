//! 登录失败的锁定：几次失败、多久之内、锁多久，全由时刻算出。

use mingjing_kernel::date::Timestamp;
use serde::{Deserialize, Serialize};

/// 锁定的规定。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LockoutRules {
    /// 连续失败几次即锁定，至少一次。
    pub failures_max: u8,
    /// 只数这么多分钟之内的失败。
    pub window_minutes: u16,
    /// 锁定多少分钟。
    pub lock_minutes: u16,
}

impl Default for LockoutRules {
    /// 一刻钟之内五次失败，锁半小时；GB/T 22239-2019 要求限制次数而没有定数，这是我们的。
    fn default() -> Self {
        LockoutRules {
            failures_max: 5,
            window_minutes: 15,
            lock_minutes: 30,
        }
    }
}

/// 锁定状态，随账号保存；没有失败过的是默认值。
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lockout {
    /// 还算数的失败，由早到晚。
    pub failures: Vec<Timestamp>,
    /// 锁到什么时候，那一刻已不锁。
    pub until: Option<Timestamp>,
}

impl Lockout {
    /// 此刻是否锁着。
    pub fn is_locked(&self, at: Timestamp) -> bool {
        self.until.is_some_and(|until| at < until)
    }

    /// 一次失败之后的状态。锁着的时候口令不看，失败也不数，因此别人不能使锁定无限延长。
    #[must_use]
    pub fn after_failure(&self, at: Timestamp, rules: &LockoutRules) -> Lockout {
        if self.is_locked(at) {
            return self.clone();
        }
        let counts_from = at.add_minutes(-i64::from(rules.window_minutes));
        // A lock that has run out took its failures with it; a clock set back counts them all.
        let mut failures: Vec<Timestamp> = match self.until {
            Some(_) => Vec::new(),
            None => self.failures.clone(),
        };
        failures.retain(|failure| *failure > counts_from);
        failures.push(at);
        if failures.len() >= usize::from(rules.failures_max.max(1)) {
            Lockout {
                failures: Vec::new(),
                until: Some(at.add_minutes(i64::from(rules.lock_minutes))),
            }
        } else {
            Lockout {
                failures,
                until: None,
            }
        }
    }

    /// 登录成功或由管理员解锁之后的状态。
    #[must_use]
    pub fn cleared() -> Lockout {
        Lockout::default()
    }
}
