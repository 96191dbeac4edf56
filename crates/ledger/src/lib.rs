//! 防篡改日志：条目、规范字节、散列树、证明、检查点、签名与导出格式。
//!
//! Level 2b of the workspace. Pure: no files, no network, no clock, no environment, no randomness; seeds, salts and
//! instants are arguments. The store keeps the bytes that are made here, `mingjing-verify` checks them with code of its
//! own, and `docs/log-format.md` says each byte for strangers.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

pub mod bundle;
pub mod canonical;
pub mod checkpoint;
pub mod digest;
pub mod entry;
pub mod export;
pub mod extent;
pub mod handover;
pub mod key;
pub mod suite;
pub mod token;
pub mod tree;
