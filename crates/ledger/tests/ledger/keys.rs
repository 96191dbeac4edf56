use std::path::Path;

use base64ct::{Base64, Encoding as _};
use mingjing_ledger::key::{KeyError, SigningKey, VerifyingKey};
use mingjing_ledger::suite::Suite;
use serde_json::Value;

use crate::openssl::run;
use crate::support::{SUITES, key, token};

const MESSAGE: &[u8] = "明镜高悬\n".as_bytes();
/// How openssl is told of the suite's way of signing.
const SM2_OPTIONS: [&str; 5] = [
    "-rawin",
    "-digest",
    "sm3",
    "-pkeyopt",
    "distid:1234567812345678",
];
const ED25519_OPTIONS: [&str; 1] = ["-rawin"];

fn options(suite: Suite) -> &'static [&'static str] {
    match suite {
        Suite::Sm => &SM2_OPTIONS,
        Suite::International => &ED25519_OPTIONS,
    }
}

fn write(folder: &Path, name: &str, bytes: impl AsRef<[u8]>) {
    std::fs::write(folder.join(name), bytes).unwrap();
}

fn unhex(text: &str) -> Vec<u8> {
    let pairs = (0..text.len()).step_by(2);
    pairs
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}

fn standard() -> Value {
    serde_json::from_str(include_str!("../data/sm_standard.json")).unwrap()
}

#[test]
fn sm3_gives_the_digests_of_the_standard() {
    let standard = standard();
    for example in standard["sm3"].as_array().unwrap() {
        let message = unhex(example["message"].as_str().unwrap());
        assert_eq!(Suite::Sm.hash(&[&message]).to_hex(), example["digest"]);
        let (left, right) = message.split_at(1);
        assert_eq!(Suite::Sm.hash(&[left, right]).to_hex(), example["digest"]);
    }
}

#[test]
fn the_sm2_signature_of_the_standard_verifies_and_no_other() {
    let standard = standard();
    let hex = |member: &str| unhex(standard["sm2"][member].as_str().unwrap());
    let header = unhex("3059301306072a8648ce3d020106082a811ccf5501822d03420004");
    let spki = Base64::encode_string(&[header, hex("x"), hex("y")].concat());
    let (first, second) = spki.split_at(64);
    let pem = format!("-----BEGIN PUBLIC KEY-----\n{first}\n{second}\n-----END PUBLIC KEY-----\n");
    let key = VerifyingKey::from_pem(&pem).unwrap();
    assert_eq!(key.to_pem().unwrap(), pem);
    // Both numbers start with a set bit, so DER puts a zero before each.
    let der = |r: Vec<u8>, s: Vec<u8>| [unhex("3046022100"), r, unhex("022100"), s].concat();
    let message = standard["sm2"]["message"].as_str().unwrap().as_bytes();
    let signature = der(hex("r"), hex("s"));
    assert_eq!(key.verify(message, &signature), Ok(()));
    assert_eq!(
        key.verify(b"another", &signature),
        Err(KeyError::BadSignature)
    );
    let swapped = der(hex("s"), hex("r"));
    assert_eq!(key.verify(message, &swapped), Err(KeyError::BadSignature));
}

#[test]
fn openssl_verifies_our_signatures_with_our_keys() {
    for suite in SUITES {
        let folder = tempfile::tempdir().unwrap();
        let (folder, key) = (folder.path(), key(suite));
        write(folder, "message", MESSAGE);
        write(folder, "signature", key.sign(MESSAGE).unwrap());
        write(folder, "public.pem", key.verifying_key().to_pem().unwrap());
        let verify = [
            &[
                "pkeyutl",
                "-verify",
                "-pubin",
                "-inkey",
                "public.pem",
                "-in",
                "message",
                "-sigfile",
                "signature",
            ],
            options(suite),
        ];
        assert!(run(folder, &verify.concat()), "{suite:?}");
        write(folder, "message", "明镜低悬\n");
        assert!(!run(folder, &verify.concat()), "{suite:?}");
    }
}

#[test]
fn openssl_reads_our_private_keys_and_we_verify_what_it_signs() {
    for suite in SUITES {
        let folder = tempfile::tempdir().unwrap();
        let (folder, key) = (folder.path(), key(suite));
        write(folder, "message", MESSAGE);
        write(folder, "private.pem", key.to_pem().unwrap().reveal("test"));
        let sign = [
            &[
                "pkeyutl",
                "-sign",
                "-inkey",
                "private.pem",
                "-in",
                "message",
                "-out",
                "signature",
            ],
            options(suite),
        ];
        assert!(run(folder, &sign.concat()), "{suite:?}");
        let signature = std::fs::read(folder.join("signature")).unwrap();
        assert_eq!(key.verifying_key().verify(MESSAGE, &signature), Ok(()));
    }
}

#[test]
fn keys_that_openssl_made_are_read_and_used() {
    for (suite, algorithm) in [(Suite::Sm, "SM2"), (Suite::International, "ED25519")] {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        assert!(run(
            folder,
            &["genpkey", "-algorithm", algorithm, "-out", "private.pem"]
        ));
        assert!(run(
            folder,
            &[
                "pkey",
                "-in",
                "private.pem",
                "-pubout",
                "-out",
                "public.pem"
            ]
        ));
        let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
        let key = SigningKey::from_pem(&read("private.pem")).unwrap();
        let public = VerifyingKey::from_pem(&read("public.pem")).unwrap();
        assert_eq!((key.suite(), public.suite()), (suite, suite));
        assert_eq!(key.verifying_key().to_pem().unwrap(), read("public.pem"));
        public.verify(MESSAGE, &key.sign(MESSAGE).unwrap()).unwrap();
    }
}

#[test]
fn a_fingerprint_is_what_openssl_says_of_the_public_key() {
    for (suite, digest, prefix) in [
        (Suite::Sm, "-sm3", "SM3:"),
        (Suite::International, "-sha256", "SHA-256:"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let (folder, key) = (folder.path(), key(suite).verifying_key());
        write(folder, "public.pem", key.to_pem().unwrap());
        assert!(run(
            folder,
            &[
                "pkey",
                "-pubin",
                "-in",
                "public.pem",
                "-outform",
                "DER",
                "-out",
                "public.der"
            ]
        ));
        assert!(run(
            folder,
            &["dgst", digest, "-binary", "-out", "digest", "public.der"]
        ));
        let expected = std::fs::read(folder.join("digest")).unwrap();
        let printed = key.fingerprint().unwrap().to_string();
        let groups = printed.strip_prefix(prefix).unwrap();
        assert_eq!(groups.split('-').count(), 16);
        assert_eq!(unhex(&groups.replace('-', "")), expected);
    }
}

#[test]
fn keys_come_from_their_seed_alone_and_survive_pem() {
    for suite in SUITES {
        let (a, b) = (key(suite), key(suite));
        let other = SigningKey::generate(suite, &[8; 32]).unwrap();
        let public = |key: &SigningKey| key.verifying_key().to_pem().unwrap();
        assert_eq!(public(&a), public(&b));
        assert_ne!(public(&a), public(&other));
        let pem = a.to_pem().unwrap();
        let read = SigningKey::from_pem(pem.reveal("test")).unwrap();
        assert_eq!(read.sign(MESSAGE), a.sign(MESSAGE));
        assert!(!format!("{a:?} {pem:?}").contains("PRIVATE"));
    }
}

#[test]
fn a_signature_of_another_key_message_or_suite_is_refused() {
    for suite in SUITES {
        let signature = key(suite).sign(MESSAGE).unwrap();
        let refused = |key: &SigningKey, message: &[u8], signature: &[u8]| {
            key.verifying_key().verify(message, signature) == Err(KeyError::BadSignature)
        };
        assert!(refused(
            &SigningKey::generate(suite, &[8; 32]).unwrap(),
            MESSAGE,
            &signature
        ));
        assert!(refused(&key(suite), b"", &signature));
        assert!(refused(&key(suite), MESSAGE, &[]));
        for at in 0..signature.len() {
            let mut flipped = signature.clone();
            flipped[at] ^= 1;
            assert!(refused(&key(suite), MESSAGE, &flipped), "byte {at}");
        }
    }
    let ours = key(Suite::Sm).sign(MESSAGE).unwrap();
    assert!(
        key(Suite::International)
            .verifying_key()
            .verify(MESSAGE, &ours)
            .is_err()
    );
}

#[test]
fn what_is_not_a_key_is_refused_with_what_is_wanted() {
    assert_eq!(SigningKey::from_pem("").unwrap_err(), KeyError::PrivatePem);
    let public = key(Suite::Sm).verifying_key().to_pem().unwrap();
    assert_eq!(
        SigningKey::from_pem(&public).unwrap_err(),
        KeyError::PrivatePem
    );
    assert_eq!(
        VerifyingKey::from_pem("x").unwrap_err(),
        KeyError::PublicPem
    );
}

#[test]
fn the_key_id_of_ed25519_is_that_of_signed_notes() {
    let key = key(Suite::International).verifying_key();
    let pem = key.to_pem().unwrap();
    let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let der = Base64::decode_vec(&body).unwrap();
    let raw = &der[der.len() - 32..];
    let expected = Suite::International.hash(&[b"a.example/log\n\x01", raw]);
    assert_eq!(
        key.key_id(&token("a.example/log")).unwrap(),
        expected.as_bytes()[..4]
    );
    let another = key.key_id(&token("b.example/log")).unwrap();
    assert_ne!(another, expected.as_bytes()[..4]);
}
