//! 逐行结果里给人看的：称呼、差别、说明，写下之前就遮盖；能读汇入的人未必能查看个人信息。

use std::collections::BTreeSet;

use mingjing_domain::event::Event;
use mingjing_interchange::error::RowError;
use mingjing_kernel::date::Timestamp;
use mingjing_kernel::sensitive::mask_label;
use mingjing_lawbook::vocabulary::Vocabulary;
use serde_json::{Value as Json, json};

use crate::casework::free_text::Names;
use crate::casework::mask::{self, Sight};
use crate::intake::part::{Difference, Items, items_of};

/// One version of an event, with when its source recorded it.
pub(super) type Version<'a> = (&'a Event, Option<Timestamp>);

/// How much of a row is shown.
pub(super) struct Shown<'a> {
    pub(super) vocabulary: &'a Vocabulary,
    /// The names that the row and what is known of it hold.
    pub(super) names: Names,
}

impl Shown<'_> {
    /// Where two versions of an event differ, item by item: found on what they are, told of as they may be seen.
    pub(super) fn differences(
        &self,
        local: &str,
        old: Option<Version<'_>>,
        new: Version<'_>,
    ) -> Vec<Difference> {
        let whole = |(event, recorded_at): Version<'_>| items_of(event, recorded_at);
        let (was, is) = (old.map(whole).unwrap_or_default(), whole(new));
        let (old, kind) = (old.map(|old| self.seen(old)), &new.0.kind);
        let (old, new) = (old.unwrap_or_default(), self.seen(new));
        let names: BTreeSet<&String> = was.keys().chain(is.keys()).collect();
        let changed = names
            .into_iter()
            .filter(|name| was.get(*name) != is.get(*name));
        let told = changed.map(|name| {
            let item = self.item(name);
            // What is masked with its name is found under the masked one, or not told at all.
            let of = |whole: &Items, seen: &Items| match whole.get(name) {
                Some(_) => seen.get(&item).cloned().unwrap_or_else(|| "***".into()),
                None => Json::Null,
            };
            Difference {
                kind: kind.to_string(),
                event: self.names.mask_in(local),
                old: of(&was, &old),
                new: of(&is, &new),
                item,
            }
        });
        told.collect()
    }

    fn seen(&self, (event, recorded_at): Version<'_>) -> Items {
        let mut event = event.clone();
        mask::event(self.vocabulary, &self.names, &mut event, Sight::Withheld);
        items_of(&event, recorded_at)
    }

    /// The path of an item, in which the key of a party may be its name.
    fn item(&self, path: &str) -> String {
        let parts = path.split('.').map(|part| mask::key(&self.names, part));
        parts.collect::<Vec<_>>().join(".")
    }
}

/// What is told of a row that cannot be taken.
pub(super) fn errors(names: &Names, errors: &[RowError]) -> Json {
    errors
        .iter()
        .map(|error| told(names, error, false))
        .collect()
}

/// What is told of a row that was left out: what is quoted in it is what the list calls the case.
pub(super) fn left_out(names: &Names, note: &RowError) -> Json {
    json!([told(names, note, true)])
}

fn told(names: &Names, error: &RowError, is_label_quoted: bool) -> Json {
    let mask = |text: &str| mask_label(&names.mask_in(text));
    let mut reason = error.reason.clone();
    if is_label_quoted {
        reason = in_quotes(&reason, mask);
    } else if let Some(value) = error.value.as_deref().filter(|value| !value.is_ascii()) {
        reason = reason.replace(value, &mask(value));
    }
    json!({
        "file": error.file,
        "sheet": error.sheet,
        "row": error.row,
        "column": error.column,
        "value": error.value.as_deref().map(mask),
        "reason": names.mask_in(&reason),
        "remedy": error.remedy,
    })
}

/// The text with what stands between quotation marks changed.
fn in_quotes(text: &str, change: impl Fn(&str) -> String) -> String {
    let mut pieces = text.split('“');
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        out.push('“');
        match piece.split_once('”') {
            Some((quoted, rest)) => {
                out.push_str(&change(quoted));
                out.push('”');
                out.push_str(rest);
            }
            None => out.push_str(&change(piece)),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_list_wrote_is_told_masked() {
        let names = Names::default();
        let error = RowError::new("“张三丰”不是日期", "请写成 2024-03-01。").with_value("张三丰");
        let told = errors(&names, &[error]);
        assert_eq!(told[0]["value"], "张**");
        assert_eq!(told[0]["reason"], "“张**”不是日期");
        let date = RowError::new("“2024-13-01”不是日期", "请改。").with_value("2024-13-01");
        assert_eq!(errors(&names, &[date])[0]["value"], "2024-13-01");
        let number = RowError::new("不认识", "请改。").with_value("110101 19900307 002X");
        assert_eq!(errors(&names, &[number])[0]["value"], "110*************2X");
        let note = RowError::new("“李四案〔2026〕1号”已经读过，内容相同", "只算一案。");
        let told = left_out(&names, &note);
        assert_eq!(told[0]["reason"], "“李**〔2026〕1号”已经读过，内容相同");
    }
}
