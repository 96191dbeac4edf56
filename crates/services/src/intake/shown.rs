//! 逐行结果里给人看的：称呼、差别、说明，写下之前就遮盖；能读汇入的人未必能查看个人信息。

use std::collections::BTreeSet;

use mingjing_domain::event::Event;
use mingjing_interchange::error::RowError;
use mingjing_kernel::date::Timestamp;
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
        mask::event(self.vocabulary, &self.names, &mut event, Sight::Masked);
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
    let list = errors.iter().map(|error| {
        json!({
            "file": error.file,
            "sheet": error.sheet,
            "row": error.row,
            "column": error.column,
            "value": error.value.as_deref().map(|value| names.mask_in(value)),
            "reason": names.mask_in(&error.reason),
            "remedy": error.remedy,
        })
    });
    list.collect()
}
