//! 公示样式：遮盖表是数据；不安全、指不到的样式加载时拒绝。

mod support;

use std::collections::BTreeMap;

use mingjing_lawbook::diagnostic::{Code, SourceFile};
use mingjing_lawbook::example::parse_event;
use mingjing_lawbook::load::load;
use mingjing_lawbook::publication::Party;
use serde::Deserialize;
use support::{SHIPPED, SHIPPED_FILES};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    decision: String,
    parties: Vec<WrittenParty>,
    #[serde(default)]
    shown: BTreeMap<String, String>,
    #[serde(default)]
    hidden: Vec<String>,
    #[serde(default)]
    absent: Vec<String>,
    #[serde(default = "yes")]
    has_style: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenParty {
    kind: Option<String>,
    names: Vec<String>,
}

fn yes() -> bool {
    true
}

#[test]
fn the_masking_table_holds() {
    let text = include_str!("data/publications.toml");
    let table: Table = toml::from_str(text).expect("publications.toml");
    for case in table.case {
        let decision = parse_event(&SHIPPED.book.vocabulary, &case.decision, 0);
        let decision = decision.unwrap_or_else(|error| panic!("{}: {error}", case.name));
        let Some(style) = SHIPPED.publication_of(&decision) else {
            assert!(!case.has_style, "{}", case.name);
            continue;
        };
        assert!(case.has_style, "{}", case.name);
        let parties = case.parties.into_iter().map(|party| Party {
            kind: party.kind,
            names: party.names,
        });
        let drawn = style.draw(&SHIPPED, &decision, &parties.collect::<Vec<_>>());
        let words = |name: &str| {
            let field = drawn
                .fields
                .iter()
                .find(|field| field.field.as_ref() == name);
            field.and_then(|field| field.words.clone())
        };
        for (name, expected) in &case.shown {
            assert_eq!(
                words(name).as_deref(),
                Some(expected.as_str()),
                "{}: {name}",
                case.name
            );
        }
        for name in &case.hidden {
            assert_eq!(words(name), None, "{}: {name}", case.name);
        }
        let everything = format!("{:?}", drawn.fields);
        for text in &case.absent {
            assert!(!everything.contains(text.as_str()), "{}: {text}", case.name);
        }
        let is_explained = drawn
            .fields
            .iter()
            .all(|field| !field.is_masked || field.why.is_some());
        assert!(is_explained, "{}", case.name);
    }
}

#[test]
fn a_style_that_is_unsafe_or_points_nowhere_is_refused() {
    let path = "publications/penalty_decision.toml";
    let files = &SHIPPED_FILES;
    let shipped = files.iter().find(|file| file.path.as_ref() == path);
    let shipped = shipped.expect("the shipped style").text.to_string();
    let party = "field = \"party_name\"\nhow = \"name\"";
    for (from, to, code) in [
        (party, "field = \"party_name\"\nhow = \"whole\"", Code::Type),
        (party, "field = \"party_name\"\nhow = \"text\"", Code::Type),
        (party, "field = \"party_name\"\nhow = \"blur\"", Code::Type),
        (party, "field = \"party_nam\"\nhow = \"name\"", Code::Name),
        ("on = \"decided\"", "on = \"decide\"", Code::Event),
        ("\"PUB-EXEMPT\"", "\"PUB-EXEMP\"", Code::Name),
        ("\"legal\"", "\"company\"", Code::Name),
        ("ground = \"annulled\"", "ground = \"annul\"", Code::Name),
        ("event = \"withdrawn\"", "event = \"withdraw\"", Code::Event),
        ("\"处罚法48\"", "\"处罚法480\"", Code::Citation),
        (
            "how = \"code\"",
            "how = \"code\"\ncolour = \"red\"",
            Code::Key,
        ),
    ] {
        let text = shipped.replacen(from, to, 1);
        assert_ne!(text, shipped, "{from}");
        let changed = files.iter().map(|file| match file.path.as_ref() == path {
            true => SourceFile::new(path, text.as_str()),
            false => file.clone(),
        });
        let loaded = load(&changed.collect::<Vec<_>>());
        let told = loaded
            .diagnostics
            .iter()
            .filter(|it| it.file.as_ref() == path);
        let codes: Vec<Code> = told.map(|it| it.code).collect();
        assert!(codes.contains(&code), "{to}: {:?}", loaded.diagnostics);
    }
}
