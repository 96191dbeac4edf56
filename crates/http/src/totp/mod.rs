//! 动态口令：本人设置、确认、关掉、换恢复码。

pub mod confirm_totp;
pub mod disable_totp;
pub mod enrol_totp;
pub mod recovery_codes;
pub mod renew_recovery_codes;
