//! 独立核对器：只凭导出的字节与受信的公钥，核对日志与案卷包。
//!
//! Imports no crate of ours, so that a mistake in `mingjing-ledger` is not made twice: reading, hashing of trees and
//! proofs are written anew, in other ways; only the hash and signature primitives are shared. What it follows is
//! `docs/log-format.md`. Pure: the files of an export are handed in by a closure.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

pub mod bundle;
mod entry;
mod extent;
pub mod handover;
mod hash;
mod json;
pub mod key;
pub mod log;
mod merkle;
mod note;
pub mod report;
