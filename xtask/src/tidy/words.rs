//! Words that no committed file may contain: unfinished code, ignored tests, places of one machine.

use crate::problem::Problem;
use crate::source::code_only;
use crate::tree::Tree;

/// Files above this are data; they are read by their own tests.
const MAX_TEXT_BYTES: u64 = 4 * 1024 * 1024;

/// In Rust code, outside comments and literals.
const UNFINISHED: [(&str, &str); 4] = [
    ("todo!(", "写完它，或不写"),
    ("unimplemented!(", "写完它，或不写"),
    ("dbg!(", "删去调试输出"),
    ("#[ignore", "修好测试，或断言现在的行为并说明原因"),
];

pub fn check(tree: &Tree) -> Vec<Problem> {
    let places = places_of_one_machine();
    let mut problems = Vec::new();
    for file in tree.files() {
        if tree.size(file) > MAX_TEXT_BYTES {
            continue;
        }
        let Some(text) = tree.text(file) else {
            continue;
        };
        if file.ends_with(".rs") {
            find(&mut problems, file, &code_only(&text), &UNFINISHED);
        }
        let places: Vec<_> = places.iter().map(|(p, why)| (p.as_str(), *why)).collect();
        find(&mut problems, file, &text, &places);
    }
    problems
}

fn find(problems: &mut Vec<Problem>, file: &str, text: &str, words: &[(&str, &str)]) {
    for (number, line) in text.lines().enumerate() {
        for (word, remedy) in words.iter().filter(|(word, _)| line.contains(word)) {
            let place = format!("{file}:{}", number + 1);
            problems.push(Problem::new(
                "words",
                place,
                format!("不得出现 `{word}`"),
                *remedy,
            ));
        }
    }
}

/// Paths of a build machine and hosts of package mirrors, put together here so that this file
/// does not contain them.
fn places_of_one_machine() -> Vec<(String, &'static str)> {
    let path = "改用相对路径或命令行参数";
    let host = "锁文件只记默认注册表；其他文件不写镜像地址";
    let join = |parts: &[&str]| parts.concat();
    vec![
        (join(&["/", "work/"]), path),
        (join(&["/", "tmp/"]), path),
        (join(&["/", "root/"]), path),
        (join(&["/", "home/"]), path),
        (join(&["/", "Users/"]), path),
        (join(&["C:", "\\Users"]), path),
        (join(&["index.", "crates.io"]), host),
        (join(&["static.", "crates.io"]), host),
        (join(&["npm", "mirror"]), host),
        (join(&["files.", "pythonhosted"]), host),
        (join(&["proxy.", "golang"]), host),
        (join(&["arti", "factory"]), host),
        (join(&["://", "10."]), host),
        (join(&["://", "172.16."]), host),
        (join(&["://", "192.168."]), host),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::temporary::TempTree;

    #[test]
    fn words_in_comments_and_strings_of_rust_pass() {
        let source = "// todo!( later\nfn f() { g(\"dbg!(\"); }\n";
        let t = TempTree::new(&[("a.rs", source), ("b.md", "todo!()\n")]);
        assert_eq!(check(&t.tree), []);
    }

    #[test]
    fn unfinished_code_is_reported_by_line() {
        let source = "fn f() { todo!() }\n#[test]\n#[ignore = \"slow\"]\nfn g() {}\n";
        let t = TempTree::new(&[("a.rs", source)]);
        let places: Vec<_> = check(&t.tree).into_iter().map(|p| p.place).collect();
        assert_eq!(places, ["a.rs:1", "a.rs:3"]);
    }

    #[test]
    fn every_place_of_one_machine_is_found_in_any_file() {
        for (place, _) in places_of_one_machine() {
            let t = TempTree::new(&[("docs/a.md", &format!("see {place}x\n"))]);
            assert_eq!(check(&t.tree).len(), 1, "{place}");
        }
    }
}
