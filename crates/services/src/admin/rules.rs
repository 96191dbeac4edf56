//! 账号管理的规定：期限与次数，一处一个数，旁边写明理由。

use mingjing_policy::lockout::LockoutRules;
use mingjing_policy::password::PasswordRules;

/// 账号管理的规定。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AdminRules {
    /// 口令。
    pub password: PasswordRules,
    /// 锁定。
    pub lockout: LockoutRules,
    /// 多久不用即过期（分钟）；离开座位而没有退出的，以此为限。
    pub idle_minutes: u16,
    /// 登录多久之后一律重新登录（分钟）。
    pub absolute_minutes: u16,
    /// 口令对了之后，多久之内输入动态口令（分钟）。
    pub second_factor_minutes: u16,
    /// 新口令不得与最近几个相同，连同现在的。
    pub passwords_remembered: u8,
    /// 一次委托至多多少天：一年以上的不是暂时，应当授予角色。
    pub delegation_days_max: u16,
}

impl Default for AdminRules {
    fn default() -> Self {
        AdminRules {
            password: PasswordRules::default(),
            lockout: LockoutRules::default(),
            idle_minutes: 30,
            absolute_minutes: 12 * 60,
            second_factor_minutes: 5,
            passwords_remembered: 5,
            delegation_days_max: 366,
        }
    }
}

/// 登录名的长度。
pub(crate) const LOGIN_CHARS: std::ops::RangeInclusive<usize> = 3..=32;
/// 姓名的最大字数。
pub(crate) const NAME_CHARS_MAX: usize = 50;
/// 理由的最大字数。
pub(crate) const REASON_CHARS_MAX: usize = 500;
/// How long a session may be used without its last use being written down: one write a minute at most.
pub(crate) const TOUCH_SECONDS: i64 = 60;
