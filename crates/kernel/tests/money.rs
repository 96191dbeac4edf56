//! Amounts in digits and in capitals.
#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod support;

use mingjing_kernel::money::{Fen, MoneyError, Rounding};
use support::rows;

#[test]
fn capitals_as_the_rules_of_the_central_bank_write_them() {
    for row in rows("money_words.csv") {
        let fen = Fen(row[0].parse().unwrap());
        assert_eq!(fen.in_capitals(), row[1]);
        assert_eq!(Fen::parse_capitals(&row[1]), Ok(fen), "{}", row[1]);
        assert_eq!(Fen::parse_yuan(&row[2]), Ok(fen), "{}", row[2]);
    }
}

#[test]
fn capitals_are_read_in_the_ways_people_write_them() {
    for (text, fen) in [
        ("肆万捌仟元", 4_800_000),
        ("人民币壹万元整", 1_000_000),
        ("人民币：贰佰元正", 20_000),
        ("四万八千元", 4_800_000),
        ("两万元", 2_000_000),
        ("十五元", 1_500),
        ("一百一十五元", 11_500),
        ("拾万元整", 10_000_000),
        ("壹仟陆佰捌拾元叁角贰分", 168_032),
        ("壹拾万零柒仟元伍角叁分", 10_700_053),
        ("三千零五元", 300_500),
        ("叁佰圆整", 30_000),
        ("贰萬圓", 2_000_000),
        ("二〇元", 0),
    ] {
        match fen {
            0 => assert!(Fen::parse_capitals(text).is_err(), "{text}"),
            fen => assert_eq!(Fen::parse_capitals(text), Ok(Fen(fen)), "{text}"),
        }
    }
}

#[test]
fn what_is_no_amount_in_capitals_is_refused() {
    for text in [
        "",
        "元",
        "整",
        "元整",
        "壹万",
        "壹贰元",
        "佰元",
        "壹佰壹仟元",
        "壹万万元",
        "零壹元",
        "壹万亿",
        "壹元伍",
        "壹元伍角叁",
        "壹元叁分整",
        "2万元",
        "壹万元罚款",
        "负",
        "人民币",
        "壹拾零元",
        "壹佰亿亿亿亿亿元",
    ] {
        let refused = Fen::parse_capitals(text);
        assert_eq!(
            refused,
            Err(MoneyError::Capitals {
                text: text.to_owned()
            }),
            "{text}"
        );
    }
}

#[test]
fn digits_are_read_with_groups_and_signs() {
    for (text, fen) in [
        ("20000", 2_000_000),
        ("20 000.50", 2_000_050),
        ("20,000.5", 2_000_050),
        (" ￥1,234,567.89 元 ", 123_456_789),
        ("0.10", 10),
        ("5.000", 500),
        ("-3.05元", -305),
    ] {
        assert_eq!(Fen::parse_yuan(text), Ok(Fen(fen)), "{text}");
    }
    for text in [
        "",
        "元",
        "2万元",
        "1,00",
        "1,2345",
        "1,234 567",
        ".5",
        "5.",
        "1.2.3",
        "１００",
        "1e5",
        "--1",
        "+1",
    ] {
        let refused = Fen::parse_yuan(text);
        assert_eq!(
            refused,
            Err(MoneyError::Form {
                text: text.to_owned()
            }),
            "{text}"
        );
    }
    assert!(matches!(
        Fen::parse_yuan("1.005"),
        Err(MoneyError::TooFine { .. })
    ));
    let large = Fen::parse_yuan("92233720368547758.08");
    assert!(matches!(large, Err(MoneyError::TooLarge { .. })));
}

#[test]
fn arithmetic_is_checked_and_rounds_as_told() {
    let max = Fen(i64::MAX);
    assert_eq!(max.checked_add(Fen(1)), None);
    assert_eq!(Fen(i64::MIN).checked_sub(Fen(1)), None);
    assert_eq!(max.checked_mul(2), None);
    assert_eq!(Fen::from_yuan(i64::MAX), None);
    assert_eq!(max.mul_rate(10_001, Rounding::Down), None);
    assert_eq!(Fen::checked_sum([Fen(1), Fen(2), Fen(3)]), Some(Fen(6)));
    // Three per cent a day of 20,000 yuan for 21 days.
    let daily = Fen::from_yuan(20_000)
        .unwrap()
        .mul_rate(300, Rounding::Down)
        .unwrap();
    assert_eq!(daily.checked_mul(21), Fen::from_yuan(12_600));
    let by = |fen, rounding| Fen(fen).mul_rate(5_000, rounding).unwrap().0;
    assert_eq!(
        (
            by(3, Rounding::Down),
            by(3, Rounding::Up),
            by(3, Rounding::HalfUp)
        ),
        (1, 2, 2)
    );
    assert_eq!(
        (
            by(-3, Rounding::Down),
            by(-3, Rounding::Up),
            by(-3, Rounding::HalfUp)
        ),
        (-1, -2, -2)
    );
    assert_eq!(Fen(1).mul_rate(4_999, Rounding::HalfUp), Some(Fen(0)));
    assert_eq!(Fen(2_000_000).to_string(), "20,000.00 元");
    assert_eq!(Fen(-5).to_string(), "-0.05 元");
    assert_eq!(Fen(99_999).to_string(), "999.99 元");
}
