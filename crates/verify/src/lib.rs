//! 独立核对器：只凭导出的字节与受信的公钥，核对日志与案卷包。
//!
//! Imports no crate of ours, so that a mistake in `mingjing-ledger` is not made twice. Only the hash and signature
//! primitives are shared. What it follows is `docs/log-format.md`.
#![forbid(unsafe_code)]
#![deny(missing_docs)]
