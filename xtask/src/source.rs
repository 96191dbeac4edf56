//! Rust source as the checks read it: comments and literals blanked, test modules cut off.

/// The source with comments, strings and character literals replaced by spaces; lines stay.
pub fn code_only(source: &str) -> String {
    let chars: Vec<char> = source.chars().collect();
    let mut out = String::with_capacity(source.len());
    let mut at = 0;
    while at < chars.len() {
        let end = literal_or_comment_end(&chars, at);
        if end == at {
            out.push(chars[at]);
            at += 1;
        } else {
            out.extend(
                chars[at..end]
                    .iter()
                    .map(|c| if *c == '\n' { '\n' } else { ' ' }),
            );
            at = end;
        }
    }
    out
}

/// The source without a trailing `#[cfg(test)] mod … { … }` block.
pub fn without_trailing_tests(source: &str) -> &str {
    let mut offset = 0;
    let mut lines = source.split_inclusive('\n').peekable();
    while let Some(line) = lines.next() {
        let marks = line.trim_end() == "#[cfg(test)]";
        let next = lines.peek().map_or("", |l| l.trim_end());
        if marks && next.contains("mod ") && next.ends_with('{') {
            return &source[..offset];
        }
        offset += line.len();
    }
    source
}

fn literal_or_comment_end(chars: &[char], at: usize) -> usize {
    let next = chars.get(at + 1).copied();
    match (chars[at], next) {
        ('/', Some('/')) => find(chars, at, |c| c == '\n'),
        ('/', Some('*')) => block_comment_end(chars, at),
        ('"', _) => string_end(chars, at + 1),
        ('r', Some('"' | '#')) if !is_word(chars, at) => raw_string_end(chars, at),
        ('\'', Some('\\')) => find(chars, at + 3, |c| c == '\'') + 1,
        ('\'', Some(_)) if chars.get(at + 2) == Some(&'\'') => at + 3,
        _ => at,
    }
    .min(chars.len())
}

/// Whether the character before `at` belongs to the same identifier (`br"…"` counts as a literal).
fn is_word(chars: &[char], at: usize) -> bool {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    at > 0 && word(chars[at - 1]) && !(chars[at - 1] == 'b' && (at == 1 || !word(chars[at - 2])))
}

fn find(chars: &[char], from: usize, stop: impl Fn(char) -> bool) -> usize {
    (from..chars.len())
        .find(|i| stop(chars[*i]))
        .unwrap_or(chars.len())
}

fn block_comment_end(chars: &[char], at: usize) -> usize {
    let mut depth = 0_u32;
    let mut i = at;
    while i < chars.len() {
        match (chars[i], chars.get(i + 1)) {
            ('/', Some('*')) => {
                depth += 1;
                i += 2;
            }
            ('*', Some('/')) => {
                depth -= 1;
                i += 2;
                if depth == 0 {
                    return i;
                }
            }
            _ => i += 1,
        }
    }
    chars.len()
}

fn string_end(chars: &[char], mut i: usize) -> usize {
    while i < chars.len() {
        match chars[i] {
            '\\' => i += 2,
            '"' => return i + 1,
            _ => i += 1,
        }
    }
    chars.len()
}

fn raw_string_end(chars: &[char], at: usize) -> usize {
    let hashes = chars[at + 1..].iter().take_while(|c| **c == '#').count();
    let open = at + 1 + hashes;
    if chars.get(open) != Some(&'"') {
        // `r#type` is an identifier.
        return at;
    }
    let closes = |i: usize| {
        chars[i] == '"'
            && chars[i + 1..]
                .iter()
                .take(hashes)
                .filter(|c| **c == '#')
                .count()
                == hashes
    };
    (open + 1..chars.len())
        .find(|i| closes(*i))
        .map_or(chars.len(), |i| i + 1 + hashes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_literals_are_blanked() {
        let source = "let a = \"std::fs\"; // std::net\nlet b = 'x'; /* a /* b */ c */ d(r#\"e\"f\"#);\nlet l: &'a str;\n";
        let code = code_only(source);
        assert!(!code.contains("std::"));
        assert!(!code.contains('x'));
        assert!(code.contains("d("));
        assert!(code.contains("let l: &'a str;"));
        assert_eq!(code.lines().count(), source.lines().count());
    }

    #[test]
    fn escaped_quotes_do_not_end_a_string() {
        assert_eq!(
            code_only(r#"f("a\"b", '\'', g)"#).replace(' ', ""),
            "f(,,g)"
        );
        assert_eq!(code_only("r#type = br\"x\";").replace(' ', ""), "r#type=b;");
    }

    #[test]
    fn an_unclosed_literal_ends_with_the_file() {
        assert_eq!(code_only("a \"b").trim(), "a");
        assert_eq!(code_only("a /* b").trim(), "a");
        assert_eq!(code_only("'\\").trim(), "");
    }

    #[test]
    fn a_trailing_test_module_is_cut_off() {
        let source = "fn a() {}\n\n#[cfg(test)]\nmod tests {\n    fn b() {}\n}\n";
        assert_eq!(without_trailing_tests(source), "fn a() {}\n\n");
        let outside = "#[cfg(test)]\nmod tests;\nfn a() {}\n";
        assert_eq!(without_trailing_tests(outside), outside);
    }
}
