//! 权限：谁可以在什么范围内做什么；默认不许。
//!
//! Who may do what is one table ([`table::TABLE`]) of role × action × resource. Two pure functions read it:
//! [`decision::decide`] for one object and [`scope::scope`] for a list, so that a list never shows what a single look
//! would refuse. `docs/permission-matrix.md` is the table as people sign it. Passwords, lock-out and one-time codes
//! are arithmetic and live here too; hashing and storage do not.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

pub mod actor;
mod claim;
pub mod decision;
pub mod delegation;
pub mod grant;
pub mod lockout;
pub mod matrix;
pub mod org;
pub mod password;
pub mod permission;
pub mod resource;
pub mod role;
pub mod scope;
pub mod table;
pub mod totp;
