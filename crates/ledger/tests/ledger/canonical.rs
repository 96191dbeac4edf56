use mingjing_ledger::canonical::{Canonical, CanonicalError, Limits};
use proptest::prelude::*;
use serde_json::Value;

fn vectors(part: &str) -> Vec<Value> {
    let text = include_str!("../data/canonical.json");
    let vectors: Value = serde_json::from_str(text).unwrap();
    vectors[part].as_array().unwrap().clone()
}

fn text<'a>(vector: &'a Value, member: &str) -> &'a str {
    vector[member].as_str().unwrap()
}

#[test]
fn every_listed_value_has_the_listed_bytes_and_reads_back() {
    for vector in vectors("accepts") {
        let json: Value = serde_json::from_str(text(&vector, "json")).unwrap();
        let value = Canonical::from_json(&json).unwrap();
        let bytes = value.to_bytes().unwrap();
        let written = String::from_utf8(bytes.clone()).unwrap();
        assert_eq!(written, text(&vector, "canonical"), "{}", vector["name"]);
        assert_eq!(Canonical::parse(&bytes), Ok(value), "{}", vector["name"]);
    }
}

#[test]
fn values_without_one_written_form_are_refused() {
    for vector in vectors("refuses_value") {
        let json: Value = serde_json::from_str(text(&vector, "json")).unwrap();
        let error = Canonical::from_json(&json).unwrap_err().to_string();
        assert!(error.contains(text(&vector, "says")), "{vector} {error}");
    }
}

#[test]
fn bytes_that_are_not_canonical_are_refused_with_the_place() {
    for vector in vectors("refuses_bytes") {
        let error = Canonical::parse(text(&vector, "text").as_bytes());
        let error = error.expect_err(text(&vector, "name")).to_string();
        assert!(error.contains(text(&vector, "says")), "{vector} {error}");
    }
}

#[test]
fn bytes_that_are_not_utf8_are_refused_with_the_place() {
    let expected = CanonicalError::Unexpected {
        at: 1,
        expected: "文本应为 UTF-8",
    };
    assert_eq!(Canonical::parse(b"\"\xff\""), Err(expected));
}

#[test]
fn thirty_two_levels_pass_and_one_more_does_not() {
    let nested = |depth| ["[".repeat(depth), "]".repeat(depth)].concat();
    assert!(Canonical::parse(nested(32).as_bytes()).is_ok());
    let too_deep = Err(CanonicalError::TooDeep { max: 32 });
    assert_eq!(Canonical::parse(nested(33).as_bytes()), too_deep);
    let json: Value = serde_json::from_str(&nested(33)).unwrap();
    assert_eq!(Canonical::from_json(&json), too_deep);
    let built = (0..33).fold(Canonical::Null, |inner, _| Canonical::List(vec![inner]));
    assert_eq!(built.to_bytes(), Err(CanonicalError::TooDeep { max: 32 }));
}

#[test]
fn the_size_limit_itself_passes_and_one_more_does_not() {
    let of_size = |bytes: usize| Canonical::Text("x".repeat(bytes - 2));
    let largest = of_size(Limits::VALUE.max_bytes);
    let bytes = largest.to_bytes().unwrap();
    assert_eq!(Canonical::parse(&bytes), Ok(largest));
    let error = of_size(Limits::VALUE.max_bytes + 1).to_bytes();
    assert!(matches!(error, Err(CanonicalError::TooLarge { .. })));
    let error = Canonical::parse(&[&bytes[..], b" "].concat());
    assert!(matches!(error, Err(CanonicalError::TooLarge { .. })));
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-9_007_199_254_740_991_i64..=9_007_199_254_740_991).prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(any::<String>(), inner, 0..6)
                .prop_map(|members| members.into_iter().collect()),
        ]
    })
}

proptest! {
    #[test]
    fn any_value_survives_writing_and_reading(json in any_value()) {
        let value = Canonical::from_json(&json).unwrap();
        let bytes = value.to_bytes().unwrap();
        prop_assert_eq!(Canonical::parse(&bytes).unwrap(), value.clone());
        prop_assert_eq!(serde_json::from_slice::<Value>(&bytes).unwrap(), json.clone());
        prop_assert_eq!(value.to_json(), json);
    }

    #[test]
    fn what_is_read_is_written_the_same(json in any_value(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = Canonical::from_json(&json).unwrap().to_bytes().unwrap();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        if let Ok(value) = Canonical::parse(&bytes) {
            prop_assert_eq!(value.to_bytes().unwrap(), bytes);
        }
    }
}
