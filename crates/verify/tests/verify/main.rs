//! 独立核对器的测试：收真的，不收改过一个字节的，与 `mingjing-ledger` 互相印证。
#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod agreement;
mod bundle;
mod log;
#[path = "../../../ledger/tests/ledger/support.rs"]
mod support;

use mingjing_ledger::key::SigningKey;
use mingjing_verify::key::TrustedKey;

fn trust(name: &str, key: &SigningKey) -> TrustedKey {
    TrustedKey::from_pem(name, &key.verifying_key().to_pem().unwrap()).unwrap()
}

/// What a receiver of `support::Log` trusts.
fn trusted(suite: mingjing_ledger::suite::Suite) -> [TrustedKey; 1] {
    [trust("demo.mingjing/county", &support::key(suite))]
}
