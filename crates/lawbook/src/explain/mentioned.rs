//! 提到的名字：一个部分及其所指义务的条件读哪些字段、哪些事实，只找一次。

use crate::cel::types::KindId;

use super::Explainer;
use super::form;
use super::phrase::{Phrases, Touched};
use super::source::Mentioned;

impl Explainer<'_> {
    /// 部分及其所指义务的原文提到的名字。
    pub(super) fn mentioned(&self, rule: usize, part: usize) -> &Mentioned {
        self.mentions[rule][part].get_or_init(|| self.gathered(rule, part))
    }

    fn gathered(&self, rule: usize, part: usize) -> Mentioned {
        let book = &self.lawbook.book;
        let mut mentioned = self.mentioned_by(rule, part);
        for duty in &self.lawbook.rules[rule].parts[part].deps.duties {
            let name = &book.duties[*duty];
            mentioned.extend(self.mentioned_by(name.rule, name.part));
        }
        if mentioned.names.contains("derived") {
            // Derived dates read their own fields: all dates and manners of the kinds they rest on.
            for derived in &self.lawbook.derived {
                let fields = &book.vocabulary.kind_of(derived.kind).fields;
                let wanted = |name: &str| name.ends_with("_on") || name == "method";
                mentioned.names.extend(
                    fields
                        .iter()
                        .map(|f| f.name.to_string())
                        .filter(|n| wanted(n)),
                );
            }
        }
        mentioned
    }

    fn mentioned_by(&self, rule: usize, part: usize) -> Mentioned {
        let source = self.source(rule).part(part);
        let declared = &self.lawbook.rules[rule].parts[part];
        let mut mentioned = source.identifiers(&self.lawbook.book);
        if declared.form_name.as_ref() == "covers" {
            // The form reads the two ends of both, and names neither.
            mentioned
                .names
                .extend(["started_at", "ended_at"].map(str::to_owned));
        }
        let touched = Touched::default();
        {
            let phrases = Phrases::new(self.lawbook, None).recording(&touched);
            form::requirement(&phrases, declared, source);
            super::rule::excluded(self, &phrases, source);
            super::rule::extended(&phrases, source);
        }
        mentioned.touched.extend(touched.into_inner());
        let compared = source.table("fields").keys();
        let listed = source.texts("fields").into_iter().chain(compared);
        for name in listed.flat_map(|pair| pair.split('=')) {
            let kinds = (0..self.lawbook.book.vocabulary.kinds.len()).map(|k| KindId(k as u16));
            mentioned
                .touched
                .extend(kinds.map(|k| (k, name.to_owned())));
        }
        mentioned
    }
}
