//! 原因：一个发现落在哪个人、哪件事、哪项义务上；同一案里原因相同的发现说的是同一件事。

use std::collections::BTreeSet;

use mingjing_domain::finding::{EventIndex, Outcome};

use super::observed::View;
use super::{CaseWords, Cause, form};

impl CaseWords<'_> {
    /// 一个发现的各个原因，最能说明问题的在前；别的结果没有。
    pub(super) fn causes(&self, view: &View<'_>) -> Vec<Cause> {
        if view.result.outcome != Outcome::Violation {
            return Vec::new();
        }
        let mut causes = self.causes_in_people(view);
        causes.extend(self.cause_in_absence(view));
        causes.extend(self.cause_in_pair(view));
        causes.extend(self.causes_in_duty(view));
        causes.extend(self.causes_in_rules(view));
        causes
    }

    /// 某人的登记不合要求。
    fn causes_in_people(&self, view: &View<'_>) -> Vec<Cause> {
        self.people_read(view)
            .iter()
            .filter(|read| read.fails)
            .filter_map(|read| {
                let (scope, field) = self.declared(read)?;
                Some(Cause {
                    key: format!("person/{}/{}/{}", read.scope, read.field, read.who),
                    label: format!("{} {} 的“{}”不合要求", scope.label, read.who, field.label),
                })
            })
            .collect()
    }

    /// 缺了某一种事。
    fn cause_in_absence(&self, view: &View<'_>) -> Option<Cause> {
        if view.part.form_name.as_ref() != "requires" {
            return None;
        }
        let mut kinds: BTreeSet<u16> = BTreeSet::new();
        let mut selectors = view.source.texts("any");
        selectors.extend(view.source.text("needs"));
        for selector in &selectors {
            kinds.extend(view.phrases.selector_kinds(selector).iter().map(|k| k.0));
        }
        if kinds.is_empty() {
            return None;
        }
        Some(Cause {
            key: format!("absent/{kinds:?}"),
            label: format!("没有{}的记录", form::needed(&view.phrases, view.source)),
        })
    }

    /// 同样的两件事放在一起看，对不上。
    fn cause_in_pair(&self, view: &View<'_>) -> Option<Cause> {
        let compares = ["precedes", "agrees", "notice", "wait", "must"];
        if !compares.contains(&view.part.form_name.as_ref()) {
            return None;
        }
        let mut seen: BTreeSet<EventIndex> = view.result.evidence.iter().copied().collect();
        seen.extend(view.result.trigger);
        if seen.len() < 2 {
            return None;
        }
        let events = &self.case().timeline.events;
        let named: Vec<String> = seen
            .iter()
            .filter_map(|e| events.get(e.0 as usize))
            .map(|e| self.event_brief(e))
            .collect();
        Some(Cause {
            key: format!("pair/{seen:?}"),
            label: format!("{}不相合", named.join("与")),
        })
    }

    /// 同一项义务，或者同一件迟办的事。
    fn causes_in_duty(&self, view: &View<'_>) -> Vec<Cause> {
        let mut causes = Vec::new();
        let (rule, part) = self.duty_of(view.result);
        let declared = &self.lawbook().rules[rule];
        if view.part.form_name.as_ref() == "deadline" || view.source.text("duty").is_some() {
            causes.push(Cause {
                key: format!("duty/{}/{part}/{:?}", declared.code, view.result.keys),
                label: format!("“{}”的期限", declared.name),
            });
        }
        let events = &self.case().timeline.events;
        if view.part.form_name.as_ref() == "extension" {
            let own = view.result.trigger;
            causes.extend(
                own.and_then(|t| events.get(t.0 as usize))
                    .map(|event| Cause {
                        key: format!("late/{own:?}"),
                        label: format!("{}迟办", self.event_brief(event)),
                    }),
            );
        }
        if view.part.form_name.as_ref() != "deadline" {
            return causes;
        }
        let late = view
            .result
            .evidence
            .iter()
            .filter(|e| Some(**e) != view.result.trigger)
            .filter_map(|e| Some((e, events.get(e.0 as usize)?)))
            .find(|(_, event)| {
                Some(event.occurred_on) == view.result.detail.actual.and_then(|a| a.date())
            });
        if let Some((index, event)) = late {
            causes.push(Cause {
                key: format!("late/{:?}", Some(*index)),
                label: format!("{}迟办", self.event_brief(event)),
            });
        }
        let start = view.result.trigger.and_then(|t| events.get(t.0 as usize));
        if let (Some(start), Some(met)) = (start, view.source.text("met_by")) {
            let kinds: Vec<u16> = view
                .phrases
                .selector_kinds(met)
                .iter()
                .map(|k| k.0)
                .collect();
            causes.push(Cause {
                key: format!("due/{}/{kinds:?}", start.id),
                label: format!(
                    "{}之后的{}迟了",
                    self.event_brief(start),
                    view.phrases
                        .kinds_in_words(&view.phrases.selector_kinds(met))
                ),
            });
        }
        causes
    }

    /// 规则之间写明的关系：让位于同一条规则的。
    fn causes_in_rules(&self, view: &View<'_>) -> Vec<Cause> {
        let rules = &self.lawbook().rules;
        let own = &rules[view.result.rule as usize];
        let family = |code: &str, name: &str| Cause {
            key: format!("yields/{code}"),
            label: format!("“{name}”一类"),
        };
        let mut causes: Vec<Cause> = own
            .yields_to
            .iter()
            .filter_map(|code| rules.iter().find(|r| r.code == *code))
            .map(|r| family(&r.code, &r.name))
            .collect();
        if rules.iter().any(|r| r.yields_to.contains(&own.code)) {
            causes.push(family(&own.code, &own.name));
        }
        causes
    }
}
