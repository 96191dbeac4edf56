//! 授权：收回。

pub mod revoke_grant;
