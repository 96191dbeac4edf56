use mingjing_ledger::bundle::CaseBundle;
use mingjing_ledger::extent::SignedExtent;
use mingjing_ledger::key::SigningKey;
use mingjing_ledger::suite::Suite;
use mingjing_verify::bundle::verify_bundle;
use mingjing_verify::key::{KeyError, TrustedKey};
use mingjing_verify::report::{Extent, Failure};

use crate::support::{SUITES, case, key, token, whole_case};
use crate::{trust, trusted};

fn file(suite: Suite) -> Vec<u8> {
    case(suite).1.to_bytes().unwrap()
}

#[test]
fn a_bundle_is_accepted_and_said_what_it_proves_and_what_not() {
    for suite in SUITES {
        let report = verify_bundle(&file(suite), &trusted(suite));
        assert!(report.is_accepted(), "{report}");
        assert_eq!(report.proven.len(), 6, "{report}");
        let said = report.to_string();
        for expected in [
            "核对通过",
            "检查点 demo.mingjing/county，共 278 条，2026-03-02T01:40:00.000000Z 签发",
            "5 条条目都在检查点所承诺的日志里",
            "其中 2 条的内容与记录时一字不差",
            "叶号 270：曾有此条，内容已清除，清除有记录",
            "叶号 272：公开记录，于 2026-03-02T",
            "时间线 case:0001：序号 1 至 2 没有缺",
            "没有证明：",
            "叶号 270：内容已清除，写的是什么不能再证明",
            "叶号 273：没有附内容",
            "是不是整案：没有节点签名的声明",
            "时间线 case:0001：检查点之后有没有事件",
        ] {
            assert!(said.contains(expected), "{expected}\n{said}");
        }
    }
}

fn check_every_byte(suite: Suite) {
    check_every_byte_of(&file(suite), suite);
    check_every_byte_of(&whole_case(suite).to_bytes().unwrap(), suite);
}

fn check_every_byte_of(bytes: &[u8], suite: Suite) {
    let trusted = trusted(suite);
    for at in 0..bytes.len() {
        // One bit, and the bit that changes case.
        for flip in [0x01, 0x20] {
            let mut changed = bytes.to_vec();
            changed[at] ^= flip;
            let report = verify_bundle(&changed, &trusted);
            assert!(!report.is_accepted(), "byte {at} of {suite:?}\n{report}");
        }
    }
    for at in (0..bytes.len()).step_by(16) {
        let cut = verify_bundle(&bytes[..at], &trusted);
        assert!(!cut.is_accepted(), "cut at {at}");
    }
}

#[test]
fn no_byte_of_a_bundle_in_the_chinese_suite_can_be_changed() {
    check_every_byte(Suite::Sm);
}

#[test]
fn no_byte_of_a_bundle_in_the_international_suite_can_be_changed() {
    check_every_byte(Suite::International);
}

#[test]
fn each_kind_of_tampering_is_named_with_the_leaf() {
    let text = String::from_utf8(file(Suite::Sm)).unwrap();
    for (from, to, index, why) in [
        ("某某商贸", "另一商贸", Some(271), "内容与条目里的摘要不符"),
        (
            "\"fine_fen\":500000",
            "\"fine_fen\":50000",
            Some(272),
            "内容与条目里的摘要不符",
        ),
        ("\"seq\":2", "\"seq\":3", Some(271), "包含证明不成立"),
        (
            "\"index\":274",
            "\"index\":275",
            Some(275),
            "包含证明不成立",
        ),
        ("\"index\":273", "\"index\":270", Some(270), "从小到大"),
        (
            "\"state\":\"withheld\"",
            "\"state\":\"erased\"",
            Some(273),
            "没有指向它的清除条目",
        ),
        (
            "\"state\":\"erased\"",
            "\"state\":\"nothing\"",
            Some(270),
            "event 条目不能是“nothing”",
        ),
        (
            "\"state\":\"withheld\"",
            "\"state\":\"shown\"",
            Some(273),
            "成员应恰为",
        ),
        ("\\n278\\n", "\\n279\\n", None, "签名与正文不符"),
        (
            "fingerprint\":\"SM3:",
            "fingerprint\":\"SM3:0",
            None,
            "指纹",
        ),
        ("bundle/1", "bundle/4", None, "格式不认识"),
        ("{\"checkpoint\"", "{ \"checkpoint\"", None, "第 1 字节"),
    ] {
        let changed = text.replacen(from, to, 1);
        assert_ne!(changed, text, "{from}");
        let failure = verify_bundle(changed.as_bytes(), &trusted(Suite::Sm)).failure;
        let failure = failure.expect(from);
        assert_eq!(failure.index, index, "{from}: {failure:?}");
        assert!(failure.why.contains(why), "{from}: {failure:?}");
    }
}

#[test]
fn a_gap_is_refused_in_the_old_format_too_and_a_public_record_stands_alone() {
    let (_, bundle) = case(Suite::Sm);
    let records = bundle.records()[1..3].to_vec();
    let signed = bundle.checkpoint().clone();
    let part = CaseBundle::new(
        signed,
        bundle.fingerprint().to_owned(),
        records[..1].to_vec(),
    );
    let report = verify_bundle(&part.unwrap().to_bytes().unwrap(), &trusted(Suite::Sm));
    let failure = report.failure.unwrap();
    assert!(failure.why.contains("有 2 号，没有 1 号"), "{failure:?}");
    let signed = bundle.checkpoint().clone();
    let public = CaseBundle::new(
        signed,
        bundle.fingerprint().to_owned(),
        records[1..].to_vec(),
    );
    let report = verify_bundle(&public.unwrap().to_bytes().unwrap(), &trusted(Suite::Sm));
    assert!(report.is_accepted(), "{report}");
    assert_eq!(report.extent, None);
    assert!(
        report.to_string().contains("所指的全文条目不在包内"),
        "{report}"
    );
}

#[test]
fn an_excerpt_says_what_it_left_out_and_nothing_else_may_be_missing() {
    for suite in SUITES {
        let whole = whole_case(suite);
        let verified = |bundle: &CaseBundle| {
            let bytes = bundle.to_bytes().unwrap();
            assert_eq!(CaseBundle::parse(&bytes).unwrap(), *bundle);
            let report = verify_bundle(&bytes, &trusted(suite));
            assert!(report.is_accepted(), "{report}");
            report
        };
        // An audit record comes without its content.
        let expected = |missing| {
            Some(Extent::Excerpt {
                missing,
                withheld: 1,
            })
        };
        assert_eq!(verified(&whole).extent, expected(0));
        let part = whole.clone().omit(2, "与本案争议无关").unwrap();
        let report = verified(&part);
        assert_eq!(report.extent, expected(1));
        assert!(report.to_string().contains("与本案争议无关"), "{report}");
        for reason in ["", "一\n二", &"长".repeat(201)] {
            assert!(whole.clone().omit(2, reason).is_err(), "{reason}");
        }
        assert!(whole.clone().omit(3, "没有这一条").is_err());
        let text = String::from_utf8(part.to_bytes().unwrap()).unwrap();
        for (from, to, why) in [
            (
                r#""missing":[{"reason":"与本案争议无关","seq":2}]"#,
                r#""missing":[]"#,
                "有人删去了它",
            ),
            (r#""seq":2}]"#, r#""seq":3}]"#, "有人删去了它"),
            (r#""seq":2}]"#, r#""seq":1}]"#, "包里却有"),
            ("events: 2", "events: 1", "签名与正文不符"),
            ("publics: 1", "publics: 0", "签名与正文不符"),
            ("extent: case:0001", "extent: case:0002", "签名与正文不符"),
            (r"\nsize: 278", r"\nsize: 277", "不是包里的检查点"),
        ] {
            let changed = text.replacen(from, to, 1);
            assert_ne!(changed, text, "{from}");
            let failure = verify_bundle(changed.as_bytes(), &trusted(suite)).failure;
            let failure = failure.expect(from);
            assert!(failure.why.contains(why), "{from}: {failure:?}");
        }
        let upper = SigningKey::generate(suite, &[9; 32]).unwrap();
        let extent = whole.extent().unwrap().extent().clone();
        let forged = SignedExtent::sign(extent, &upper).unwrap();
        let forged = whole.clone().with_extent(forged).unwrap();
        let report = verify_bundle(&forged.to_bytes().unwrap(), &trusted(suite));
        let why = report.failure.unwrap().why;
        assert!(why.contains("不是受信的公钥签的"), "{why}");
    }
}

#[test]
fn only_trusted_keys_count() {
    let bytes = file(Suite::Sm);
    let other = SigningKey::generate(Suite::Sm, &[8; 32]).unwrap();
    for keys in [
        vec![],
        vec![trust("demo.mingjing/county", &other)],
        vec![trust("demo.mingjing/city", &key(Suite::Sm))],
    ] {
        let report = verify_bundle(&bytes, &keys);
        let expected = Failure {
            index: None,
            why: "没有一把受信的公钥签过这份检查点".to_owned(),
        };
        assert_eq!(report.failure, Some(expected), "{report}");
        assert!(report.to_string().contains("没有给出这把公钥"), "{report}");
    }
}

#[test]
fn a_countersignature_of_the_upper_platform_is_enough_and_both_are_better() {
    let (_, bundle) = case(Suite::Sm);
    let upper = SigningKey::generate(Suite::International, &[9; 32]).unwrap();
    let mut signed = bundle.checkpoint().clone();
    signed
        .countersign(token("demo.mingjing/city"), &upper)
        .unwrap();
    let records = bundle.records().to_vec();
    let bundle = CaseBundle::new(signed, bundle.fingerprint().to_owned(), records).unwrap();
    let bytes = bundle.to_bytes().unwrap();
    let upper = trust("demo.mingjing/city", &upper);
    let report = verify_bundle(&bytes, std::slice::from_ref(&upper));
    assert!(report.is_accepted(), "{report}");
    assert!(report.to_string().contains("指纹没有核对"), "{report}");
    let [county] = trusted(Suite::Sm);
    let report = verify_bundle(&bytes, &[county, upper]);
    assert!(report.is_accepted(), "{report}");
    assert!(
        report.proven[0].contains("county") && report.proven[0].contains("city"),
        "{report}"
    );
}

#[test]
fn keys_are_refused_by_what_is_wrong_with_them() {
    let pem = key(Suite::Sm).verifying_key().to_pem().unwrap();
    assert!(matches!(
        TrustedKey::from_pem("某县", &pem),
        Err(KeyError::Name { .. })
    ));
    assert!(matches!(TrustedKey::from_pem("a", "x"), Err(KeyError::Pem)));
    for suite in SUITES {
        let key = key(suite);
        let expected = key.verifying_key().fingerprint().unwrap().to_string();
        assert_eq!(trust("a", &key).fingerprint(), expected);
    }
}
