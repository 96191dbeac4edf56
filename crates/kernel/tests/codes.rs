//! Public codes: what is accepted, what is only warned of, what is refused; and what stays masked.
#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod support;

use mingjing_kernel::codes::{
    CitizenId, CitizenIdForm, CodeError, CreditCode, DivisionCode, DivisionLevel,
};
use mingjing_kernel::sensitive::{Sensitive, mask_address, mask_id, mask_name, mask_phone};
use support::rows;

fn outcome(check_ok: Result<bool, CodeError>) -> &'static str {
    match check_ok {
        Ok(true) => "ok",
        Ok(false) => "check",
        Err(CodeError::Length { .. }) => "length",
        Err(CodeError::Character { .. }) => "character",
        Err(CodeError::BirthDate { .. }) => "birth",
        Err(CodeError::Gap { .. }) => "gap",
    }
}

#[test]
fn identifiers_are_judged_as_the_standards_say() {
    for row in rows("identifiers.csv") {
        let [kind, code, expected, birth, sex, _origin] = row.as_slice() else {
            panic!("{row:?}")
        };
        if kind == "uscc" {
            let parsed = CreditCode::parse(code);
            assert_eq!(outcome(parsed.map(|c| c.check_ok())), expected, "{code}");
            continue;
        }
        let parsed = CitizenId::parse(code);
        assert_eq!(
            outcome(parsed.clone().map(|c| c.check_ok())),
            expected,
            "{code}"
        );
        if let Ok(id) = parsed {
            assert_eq!(&id.birth_date().to_string(), birth);
            assert_eq!(id.sex().in_chinese(), sex);
            assert_eq!(id.reveal("测试"), code);
        }
    }
}

#[test]
fn a_credit_code_tells_its_parts() {
    let code = CreditCode::parse(" 91110101ma00000018 ").unwrap();
    assert_eq!(code.as_str(), "91110101MA00000018");
    assert_eq!(
        (code.authority(), code.division(), code.organization()),
        ('9', "110101", "MA0000001")
    );
    assert_eq!(
        serde_json::to_string(&code).unwrap(),
        "\"91110101MA00000018\""
    );
    let wide = CreditCode::parse("９1110101MA00000018");
    assert_eq!(
        wide,
        Err(CodeError::Character {
            code: "统一社会信用代码",
            at: 1
        })
    );
    // A wrong digit anywhere is noticed by the check character.
    let text = code.as_str();
    for at in (0..17).filter(|at| text.as_bytes()[*at].is_ascii_digit()) {
        let mut wrong = text.as_bytes().to_vec();
        wrong[at] = if wrong[at] == b'9' {
            b'0'
        } else {
            wrong[at] + 1
        };
        let wrong = String::from_utf8(wrong).unwrap();
        assert!(!CreditCode::parse(&wrong).unwrap().check_ok(), "{wrong}");
    }
}

#[test]
fn a_citizen_id_never_prints_itself() {
    let id = CitizenId::parse("11010519491231002x").unwrap();
    assert_eq!(id.form(), CitizenIdForm::Eighteen);
    assert_eq!(id.division(), "110105");
    for shown in [format!("{id}"), format!("{id:?}"), id.masked()] {
        assert_eq!(shown, "11**************2X");
    }
    let old = CitizenId::parse("110105491231002").unwrap();
    assert_eq!(old.form(), CitizenIdForm::Fifteen);
    assert_eq!(old.to_eighteen(), id);
    assert_eq!(id.to_eighteen(), id);
    let error = CitizenId::parse("990000200002300015")
        .unwrap_err()
        .to_string();
    assert!(
        !error.contains("9900"),
        "an error must not repeat the number: {error}"
    );
}

#[test]
fn divisions_nest_by_prefix() {
    let code = |text: &str| DivisionCode::parse(text).unwrap();
    for (text, short, level, parent) in [
        ("37", "37", DivisionLevel::Province, None),
        ("370000", "37", DivisionLevel::Province, None),
        ("3701", "3701", DivisionLevel::City, Some("37")),
        ("370100000000", "3701", DivisionLevel::City, Some("37")),
        ("370102", "370102", DivisionLevel::County, Some("3701")),
        (
            "370102001",
            "370102001",
            DivisionLevel::Town,
            Some("370102"),
        ),
        (
            "370102001005",
            "370102001005",
            DivisionLevel::Village,
            Some("370102001"),
        ),
        ("441900003", "441900003", DivisionLevel::Town, Some("4419")),
        ("469001", "469001", DivisionLevel::County, Some("4690")),
    ] {
        let division = code(text);
        assert_eq!(
            (division.as_str(), division.level()),
            (short, level),
            "{text}"
        );
        assert_eq!(division.parent(), parent.map(code), "{text}");
        assert_eq!(code(division.as_str()), division);
    }
    assert!(code("37").contains(&code("370102001")) && code("370000").contains(&code("37")));
    assert!(!code("370102").contains(&code("3701")) && !code("3701").contains(&code("3702")));
    assert_eq!(code("370102001").six_digits(), "370102");
    for (text, expected) in [
        ("", "length"),
        ("371", "length"),
        ("37010", "length"),
        ("3701020010", "length"),
        ("37010a", "character"),
        ("０３", "character"),
        ("010000", "character"),
        ("370001", "gap"),
        ("370000001", "gap"),
    ] {
        assert_eq!(
            outcome(DivisionCode::parse(text).map(|_| true)),
            expected,
            "{text}"
        );
    }
}

#[test]
fn sensitive_values_show_stars_only() {
    let name = Sensitive::new("张某某".to_owned());
    assert_eq!(format!("{name:?}"), "Sensitive(***)");
    assert_eq!(name.reveal("核对当事人姓名"), "张某某");
    assert_eq!(name.map(|n| n.chars().count()).reveal("测试"), &3);
    assert_eq!(mask_name(" 张某某 "), "张**");
    assert_eq!(mask_name("张"), "张");
    assert_eq!(mask_name(""), "");
    assert_eq!(mask_id("11010519491231002X"), "11**************2X");
    assert_eq!(mask_id("12345"), "*****");
    assert_eq!(mask_phone("13800000000"), "138****0000");
    assert_eq!(mask_phone("1234567"), "*****67");
    assert_eq!(mask_phone("110"), "***");
}

#[test]
fn an_address_is_told_by_its_divisions_and_not_by_where_in_them_somebody_lives() {
    for (address, seen) in [
        ("甲省乙市丙区丁路 1 号 2 单元", "甲省乙市丙区***"),
        ("丙区丁路阳光小区 3 栋", "丙区***"),
        ("丙县戊镇工业园区 5 号", "丙县戊镇***"),
        ("乙市丙区某某超市", "乙市丙区***"),
        ("甲壮族自治区乙市", "甲壮族自治区乙市***"),
        ("阳光小区 3 栋", "***"),
        ("张三家", "***"),
        ("", "***"),
    ] {
        assert_eq!(mask_address(address), seen, "{address}");
    }
}
