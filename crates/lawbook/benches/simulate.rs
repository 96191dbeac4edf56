//! 试算一案要多久：`cargo bench -p mingjing-lawbook --bench simulate`。
//!
//! The cases are the examples of the shipped rules; the budget is a million stored cases within a minute, reading
//! included, which `mingjing lawbook simulate --store` says for itself.
#![allow(clippy::expect_used, reason = "a broken bench should stop")]

use std::path::{Path, PathBuf};

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use mingjing_domain::timeline::Timeline;
use mingjing_lawbook::diagnostic::SourceFile;
use mingjing_lawbook::diff::{Affected, Edition, compare};
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_lawbook::load::load;
use mingjing_lawbook::simulate::Simulation;

fn main() {
    divan::main();
}

fn files() -> Vec<SourceFile> {
    fn collect(root: &Path, folder: &Path, found: &mut Vec<SourceFile>) {
        for entry in std::fs::read_dir(folder).expect("a folder of the lawbook") {
            let path: PathBuf = entry.expect("an entry").path();
            if path.is_dir() {
                collect(root, &path, found);
            } else if path.extension().is_some_and(|e| e == "toml") {
                let text = std::fs::read_to_string(&path).expect("a text");
                let name = path.strip_prefix(root).expect("below the root");
                found.push(SourceFile::new(name.to_string_lossy().into_owned(), text));
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../lawbook");
    let mut found = Vec::new();
    collect(&root, &root, &mut found);
    found
}

fn lawbook(files: &[SourceFile]) -> Lawbook {
    load(files).lawbook.expect("a sound lawbook")
}

/// The period of deciding an ordinary penalty, thirty days shorter.
fn candidate(files: &[SourceFile]) -> Vec<SourceFile> {
    let find = "value = \"CD(90)\", cite = [\"处罚法60\"] },\n";
    let with = "value = \"CD(60)\", cite = [\"处罚法60\"] },\n";
    let changed = |file: &SourceFile| {
        if file.path.as_ref() == "parameters/penalty.toml" {
            SourceFile::new(file.path.clone(), file.text.replacen(find, with, 1))
        } else {
            file.clone()
        }
    };
    files.iter().map(changed).collect()
}

fn cases(lawbook: &Lawbook) -> Vec<Timeline> {
    let vocabulary = &lawbook.book.vocabulary;
    let of_rules = lawbook.rules.iter().flat_map(|rule| {
        let examples = rule.examples.iter();
        examples.filter_map(move |example| example.timeline(vocabulary, rule).ok())
    });
    of_rules.collect()
}

/// Whether only what may differ is judged, or everything.
#[divan::bench(args = ["受影响的", "全部"])]
fn simulate(bencher: Bencher<'_, '_>, rules: &str) {
    let old = files();
    let new = candidate(&old);
    let (before, after) = (lawbook(&old), lawbook(&new));
    let comparison = compare(
        Edition {
            lawbook: &before,
            files: &old,
        },
        Edition {
            lawbook: &after,
            files: &new,
        },
    );
    assert_eq!(comparison.differences.len(), 1);
    let codes = |lawbook: &Lawbook| lawbook.rules.iter().map(|r| r.code.clone()).collect();
    let affected = match rules {
        "全部" => Affected {
            is_all: true,
            before: codes(&before),
            after: codes(&after),
        },
        _ => comparison.affected,
    };
    let simulation = Simulation::new(&before, &after, &affected);
    let cases = cases(&before);
    bencher
        .counter(ItemsCount::new(cases.len()))
        .bench_local(|| {
            let turned = cases
                .iter()
                .map(|case| simulation.case(black_box(case), None));
            turned.map(|case| case.turned.len()).sum::<usize>()
        });
}

/// Comparing two books, their texts parsed again.
#[divan::bench]
fn compare_two_books(bencher: Bencher<'_, '_>) {
    let old = files();
    let new = candidate(&old);
    let (before, after) = (lawbook(&old), lawbook(&new));
    bencher.bench_local(|| {
        let before = Edition {
            lawbook: &before,
            files: &old,
        };
        let after = Edition {
            lawbook: &after,
            files: &new,
        };
        compare(before, after).differences.len()
    });
}
