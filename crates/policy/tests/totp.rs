//! 动态口令：标准里的向量，容差，重放，密钥的写法。

use mingjing_kernel::date::Timestamp;
use mingjing_policy::totp::{TotpError, TotpSecret, TotpStep};
use proptest::prelude::*;

fn secret() -> TotpSecret {
    TotpSecret::new(b"12345678901234567890".to_vec()).expect("二十字节")
}

fn second(second: i64) -> Timestamp {
    Timestamp::from_unix_seconds(second).expect("时刻")
}

fn check(code: &str, at: i64, last_used: Option<i64>) -> Result<i64, TotpError> {
    let last_used = last_used.map(TotpStep::from_number);
    secret()
        .verify(code, second(at), last_used)
        .map(TotpStep::number)
}

#[test]
fn the_vectors_of_the_standards_hold() {
    let text = include_str!("data/totp.txt");
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let mut count = 0;
    for line in lines {
        let (at, code) = line.split_once('|').expect("两格");
        let at: i64 = at.trim().parse().expect("秒");
        assert_eq!(check(code.trim(), at, None), Ok(at / 30), "{line}");
        count += 1;
    }
    assert_eq!(count, 15);
}

#[test]
fn one_step_before_and_after_is_tolerated_and_no_more() {
    // 081804 belongs to the step from 1111111080 to 1111111109.
    let of = 1_111_111_109 / 30;
    for (at, expected) in [
        (1_111_111_049, Err(TotpError::Wrong)),
        (1_111_111_050, Ok(of)),
        (1_111_111_080, Ok(of)),
        (1_111_111_139, Ok(of)),
        (1_111_111_140, Err(TotpError::Wrong)),
    ] {
        assert_eq!(check("081804", at, None), expected, "{at}");
    }
}

#[test]
fn a_code_serves_once_and_earlier_ones_no_more() {
    let used = check("081804", 1_111_111_109, None).unwrap();
    assert_eq!(
        check("081804", 1_111_111_109, Some(used)),
        Err(TotpError::Replayed)
    );
    assert_eq!(
        check("081804", 1_111_111_111, Some(used)),
        Err(TotpError::Replayed)
    );
    assert_eq!(
        check("081804", 1_111_111_109, Some(used + 1)),
        Err(TotpError::Replayed)
    );
    assert_eq!(check("050471", 1_111_111_111, Some(used)), Ok(used + 1));
}

#[test]
fn what_is_not_the_code_is_wrong() {
    for code in [
        "", "81804", "081805", "0081804", "08180४", "081 804", "abcdef",
    ] {
        assert_eq!(
            check(code, 1_111_111_109, None),
            Err(TotpError::Wrong),
            "{code}"
        );
    }
}

#[test]
fn a_secret_has_a_length_and_a_form_and_hides_itself() {
    assert_eq!(
        TotpSecret::new(vec![0; 15]).unwrap_err(),
        TotpError::SecretLength
    );
    assert_eq!(
        TotpSecret::new(vec![0; 65]).unwrap_err(),
        TotpError::SecretLength
    );
    let odd = TotpSecret::from_base32("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJ1");
    assert_eq!(odd.unwrap_err(), TotpError::SecretForm);
    let text = secret().to_base32("测试");
    assert_eq!(text.reveal("测试"), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    let typed = TotpSecret::from_base32("gezd gnbv gy3t qojq gezd gnbv gy3t qojq").unwrap();
    assert_eq!(
        typed
            .verify("287082", second(59), None)
            .map(TotpStep::number),
        Ok(1)
    );
    assert!(!format!("{:?}", secret()).contains("49"));
}

#[test]
fn the_address_for_authenticators_is_encoded() {
    let uri = secret().otpauth_uri("明镜", "wang xm", "测试");
    let expected = "otpauth://totp/%E6%98%8E%E9%95%9C:wang%20xm?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=%E6%98%8E%E9%95%9C";
    assert_eq!(uri.reveal("测试"), expected);
}

proptest! {
    #[test]
    fn base32_comes_back(bytes in prop::collection::vec(any::<u8>(), 16..=64)) {
        let text = TotpSecret::new(bytes).unwrap().to_base32("测试");
        let back = TotpSecret::from_base32(text.reveal("测试")).unwrap();
        let again = back.to_base32("测试");
        prop_assert_eq!(again.reveal("测试"), text.reveal("测试"));
    }
}
