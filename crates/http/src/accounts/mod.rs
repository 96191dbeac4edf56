//! 账号：列出、新建、查看、停用与启用、解锁、重置、下线、授予角色。

pub mod account;
pub mod create_account;
pub mod disable_account;
pub mod enable_account;
pub mod get_account;
pub mod get_account_grants;
pub mod grant;
pub mod grant_role;
pub mod list_accounts;
pub mod reset_password;
pub mod reset_totp;
pub mod revoke_account_sessions;
pub mod unlock_account;
