//! 测试共用：把内存里的文件交给读入者，收集结果。

use std::io::{Cursor, Read};
use std::ops::ControlFlow;

use mingjing_interchange::adapters::choice::Adapter;
use mingjing_interchange::read::{Case, Item, Options, Source, Summary, read};
use mingjing_kernel::date::Date;

/// 读出的全部东西。
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) cases: Vec<Case>,
    pub(crate) refused: Vec<String>,
    pub(crate) notes: Vec<String>,
    pub(crate) summary: Summary,
}

impl Outcome {
    /// 只有一案时的那一案。
    #[allow(dead_code, reason = "not every test file reads a single case")]
    pub(crate) fn only(&self) -> &Case {
        assert_eq!(self.cases.len(), 1, "{self:#?}");
        &self.cases[0]
    }
}

pub(crate) fn today() -> Date {
    Date::new(2026, 3, 10).expect("a day of the calendar")
}

/// 不得为负的数：测试里的词表。
pub(crate) fn is_unsigned(owner: &str, field: &str) -> bool {
    matches!(
        (owner, field),
        ("decided", "fine" | "confiscated" | "fine_items")
            | ("party" | "parties", "age")
            | ("scene_record", "officers_signed")
    )
}

pub(crate) fn read_files(files: &[(&str, &[u8])], adapter: Option<Adapter>) -> Outcome {
    let opens: Vec<_> = files
        .iter()
        .map(|(_, bytes)| {
            let bytes = bytes.to_vec();
            move || Ok(Box::new(Cursor::new(bytes.clone())) as Box<dyn Read>)
        })
        .collect();
    let sources: Vec<Source<'_>> = files
        .iter()
        .zip(&opens)
        .map(|((name, _), open)| Source {
            name: (*name).to_owned(),
            open,
        })
        .collect();
    let options = Options {
        today: today(),
        is_unsigned: &is_unsigned,
        adapter,
        progress: None,
    };
    let mut outcome = Outcome::default();
    outcome.summary = read(&sources, &options, &mut |item| {
        match item {
            Item::Case(case) => outcome.cases.push(*case),
            Item::Refused(errors) => outcome
                .refused
                .extend(errors.iter().map(ToString::to_string)),
            Item::Note(note) | Item::Repeated(note) => outcome.notes.push(note.to_string()),
        }
        ControlFlow::Continue(())
    });
    outcome
}

#[allow(dead_code, reason = "not every test file reads one list")]
pub(crate) fn read_one(name: &str, bytes: &[u8]) -> Outcome {
    read_files(&[(name, bytes)], None)
}
