//! 随手写的话：里面的身份证号、手机号与已知的姓名遮盖，其余照旧。

use std::collections::BTreeSet;

use mingjing_domain::timeline::{Facts, Timeline};
use mingjing_domain::value::Value;
use mingjing_kernel::sensitive::{mask_address, mask_name};
use mingjing_lawbook::discretion::words::ReckoningText;
use mingjing_lawbook::explain::FindingText;
use mingjing_lawbook::explain::value::mask_numbers;
use mingjing_lawbook::explain::why::WhyText;
use mingjing_lawbook::sheet::words::SheetText;
use mingjing_lawbook::vocabulary::Vocabulary;

use crate::assessment::facts::{STATED, record_of};
use crate::assessment::project::is_person;

/// Longer than a name is a text that was declared sensitive: it is masked where it stands, not looked for elsewhere.
const NAME_CHARS_MAX: usize = 30;

/// The names that a case is known to hold.
#[derive(Debug, Clone, Default)]
pub(crate) struct Names {
    masked: BTreeSet<String>,
    /// Names of units, which are shown as they are.
    shown: BTreeSet<String>,
}

impl Names {
    /// The names of the parties, and whatever the events declare sensitive and looks like a name.
    pub(crate) fn of(vocabulary: &Vocabulary, timeline: &Timeline) -> Names {
        let mut names = Names::default();
        names.learn_facts(&timeline.facts);
        for event in &timeline.events {
            if let (STATED, Some(Value::Text(text))) =
                (event.kind.as_str(), event.fields.get("facts"))
                && let Ok(serde_json::Value::Object(scopes)) = serde_json::from_str(text)
            {
                let values = record_of(scopes);
                names.learn_facts(&Facts { values });
                continue;
            }
            let declared = vocabulary
                .kind(&event.kind)
                .map(|id| vocabulary.kind_of(id));
            for field in declared.into_iter().flat_map(|kind| &kind.fields) {
                if let (true, Some(Value::Text(text))) =
                    (field.is_sensitive, event.fields.get(field.name.as_ref()))
                {
                    names.masked.extend(name_of(text));
                }
            }
        }
        names
    }

    /// These and those.
    pub(crate) fn and(mut self, other: Names) -> Names {
        self.masked.extend(other.masked);
        self.shown.extend(other.shown);
        self
    }

    fn learn_facts(&mut self, facts: &Facts) {
        let mut parties: Vec<&Value> = facts.values.get("party").into_iter().collect();
        if let Some(Value::Record(many)) = facts.values.get("parties") {
            parties.extend(many.values());
        }
        for party in parties {
            if let Some(Value::Text(text)) = party.at("name") {
                let list = if is_person(party) {
                    &mut self.masked
                } else {
                    &mut self.shown
                };
                list.extend(name_of(text));
            }
        }
    }

    /// The text with what is personal in it masked.
    pub(crate) fn mask_in(&self, text: &str) -> String {
        let mut masked = mask_numbers(text);
        // The longer name first: one may stand within the other.
        let mut names: Vec<&String> = self.masked.difference(&self.shown).collect();
        names.sort_by_key(|name| std::cmp::Reverse(name.chars().count()));
        for name in names {
            if masked.contains(name.as_str()) {
                masked = masked.replace(name.as_str(), &mask_name(name));
            }
        }
        masked
    }

    /// A place by its division alone, unless it is that of a unit: anywhere else may be the home of a person.
    pub(crate) fn mask_place(&self, place: &str) -> String {
        let masked = self.mask_in(place);
        match self.shown.iter().any(|unit| place.contains(unit.as_str())) {
            true => masked,
            false => mask_address(&masked),
        }
    }

    /// The text of a finding, in which texts of the case are quoted.
    pub(crate) fn mask_in_finding(&self, text: &mut FindingText) {
        let one = [&mut text.headline, &mut text.remedy];
        let many = [
            &mut text.sentences,
            &mut text.checks,
            &mut text.facts,
            &mut text.derivation,
            &mut text.advice,
            &mut text.missing,
        ];
        let many = many.into_iter().flatten();
        for text in one.into_iter().chain(many) {
            *text = self.mask_in(text);
        }
    }

    /// The text of why, in which texts of the case are quoted.
    pub(crate) fn mask_in_why(&self, why: &mut WhyText) {
        let lines = why.parts.iter_mut().flat_map(|part| &mut part.lines);
        for text in std::iter::once(&mut why.answer).chain(lines) {
            *text = self.mask_in(text);
        }
    }

    /// The facts that a reckoning of discretion has looked at.
    pub(crate) fn mask_in_reckoning(&self, reckoning: &mut ReckoningText) {
        for text in reckoning.quoting() {
            *text = self.mask_in(text);
        }
    }

    /// The reasons of a score sheet, in which texts of the case are quoted.
    pub(crate) fn mask_in_sheet(&self, sheet: &mut SheetText) {
        for text in sheet.quoting() {
            *text = self.mask_in(text);
        }
    }
}

fn name_of(text: &str) -> Option<String> {
    let text = text.trim();
    let count = text.chars().count();
    let is_name = (2..=NAME_CHARS_MAX).contains(&count) && !text.is_ascii();
    is_name.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longer_name_goes_first_and_units_stay() {
        let names = Names {
            masked: ["张三", "张三丰", "甲公司"].map(str::to_owned).into(),
            shown: ["甲公司"].map(str::to_owned).into(),
        };
        let text = "张三丰与张三在甲公司";
        assert_eq!(names.mask_in(text), "张**与张*在甲公司");
    }

    #[test]
    fn a_place_that_is_no_unit_is_told_by_its_division() {
        let names = Names {
            masked: ["张三"].map(str::to_owned).into(),
            shown: ["甲公司"].map(str::to_owned).into(),
        };
        for (place, seen) in [
            ("甲公司仓库", "甲公司仓库"),
            ("甲公司张三办公室", "甲公司张*办公室"),
            ("乙市丙区丁路 1 号 2 单元", "乙市丙区***"),
            ("张三家", "***"),
        ] {
            assert_eq!(names.mask_place(place), seen);
        }
    }
}
