//! 动态口令：本人设置、确认、关掉。

pub mod confirm_totp;
pub mod disable_totp;
pub mod enrol_totp;
