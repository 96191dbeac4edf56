//! 账号与会话：建立、登录、口令、二次验证、授权、委托；三员分立。

pub mod account;
pub mod actor;
pub mod delegation;
pub mod grant;
pub mod listing;
pub mod local;
pub mod password;
pub mod password_hash;
pub mod permissions;
pub mod recovery;
pub mod rules;
pub mod seal;
pub mod second_factor;
pub mod session;
pub mod set_up;
pub mod sign_in;
pub mod token;
