//! 会话：登录、动态口令、改口令、退出、列出与强制下线。

pub mod change_password;
pub mod create_session;
pub mod delete_current_session;
pub mod get_current_session;
pub mod list_sessions;
pub mod opened;
pub mod revoke_session;
pub mod verify_recovery_code;
pub mod verify_totp;
