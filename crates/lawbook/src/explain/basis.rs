//! 依据：约束本机关的条文与只供参照的条文，所用参数的取值、适用范围与出处。

use std::collections::BTreeSet;

use mingjing_domain::finding::{Force, Outcome, RuleResult};
use mingjing_kernel::date::Date;

use crate::basis::Reach;
use crate::parameters::{Chosen, Setting};
use crate::rule::Rule;

use super::value::Sense;
use super::{CaseWords, Explainer};

impl CaseWords<'_> {
    /// 依据与参照：全称、版本、条号；版本取当日有效的。约束本机关的是依据，其余只供参照。
    pub(super) fn articles(&self, rule: &Rule, day: Date) -> (Vec<String>, Vec<String>) {
        let statutes = &self.lawbook().book.statutes;
        let (binding, others) = self.citations(rule, day);
        let words = |list: Vec<&str>| list.iter().map(|c| statutes.in_words(c, day)).collect();
        (words(binding), words(others))
    }

    /// 规则的引用分成两份：约束本机关而当日有效的，与其余的。
    pub(super) fn citations<'r>(&self, rule: &'r Rule, day: Date) -> (Vec<&'r str>, Vec<&'r str>) {
        let statutes = &self.lawbook().book.statutes;
        let binds = |citation: &&str| {
            self.force_of(citation) == Force::Binding
                && statutes.is_in_force(citation, day) != Some(false)
        };
        rule.citations.iter().map(AsRef::as_ref).partition(binds)
    }

    /// 一条引用对本机关的约束力。
    fn force_of(&self, citation: &str) -> Force {
        let statute = self.lawbook().book.statutes.resolve(citation);
        statute.map_or(Force::Binding, |s| s.reach.force(self.case().body()))
    }

    /// 依据没有约束力的，说明为什么只是疑点、什么事实能够决定。
    pub(super) fn force_line(&self, rule: &Rule, result: &RuleResult) -> Option<String> {
        if result.outcome != Outcome::Violation {
            return None;
        }
        let is_of_values = !self.citations(rule, result.day).0.is_empty();
        let what = if is_of_values {
            "所用的取值依据的条文"
        } else {
            "所引的条文"
        };
        match result.force {
            Force::Binding => None,
            Force::Reference => Some(format!(
                "{what}对本机关没有约束力（别的领域或地区的，或者当日没有施行），仅供参照：这里至多是疑点，是否违法请法制人员认定。"
            )),
            Force::Unknown => Some(format!(
                "不知道本机关的{}，不能说{what}约束它：补上以后才能认定，在此之前至多是疑点。",
                self.unknown_reach(rule, result, is_of_values)
            )),
        }
    }

    /// 机关的哪些事实不明，以致不知道条文约不约束它。
    fn unknown_reach(&self, rule: &Rule, result: &RuleResult, is_of_values: bool) -> String {
        let parameters = &self.lawbook().book.parameters;
        let mut citations: Vec<&str> = rule.citations.iter().map(AsRef::as_ref).collect();
        if is_of_values {
            let part = &rule.parts[usize::from(result.part)];
            let ids = part.deps.params.iter().filter_map(|n| parameters.find(n));
            let chosen = ids.map(|id| parameters.choose(id, self.case(), result.day));
            citations = chosen
                .filter_map(|c| match c {
                    Chosen::Value(_, setting) => Some(setting.citations.iter().map(AsRef::as_ref)),
                    Chosen::NoLimit | Chosen::Unknown(_) => None,
                })
                .flatten()
                .collect();
        }
        let body = self.case().body();
        let statutes = &self.lawbook().book.statutes;
        let found = citations.iter().filter_map(|c| statutes.resolve(c));
        let doubtful: Vec<&Reach> = found
            .map(|s| s.reach.as_ref())
            .filter(|r| r.force(body) == Force::Unknown)
            .collect();
        let is_limited = |of: fn(&Reach) -> bool| doubtful.iter().any(|r| of(r));
        let department = body.department.is_none() && is_limited(|r| !r.departments.is_empty());
        let region = body.region.is_none() && is_limited(|r| !r.regions.is_empty());
        match (department, region) {
            (true, true) => "领域与所在地区",
            (false, true) => "所在地区",
            (true | false, false) => "领域",
        }
        .to_owned()
    }

    /// 所用的参数：自己的，与推算到期日的；没有延期、扣除的，不列只与它们有关的。
    pub(super) fn parameters(&self, result: &RuleResult) -> Vec<String> {
        let book = &self.lawbook().book;
        let own = (result.rule as usize, usize::from(result.part));
        let mut places = vec![own, self.duty_of(result)];
        // A due day taken from another rule rests on that rule's period.
        let unread = self.unread_keys(result);
        let is_read_here = self.part(own.0, own.1).1.text("judge") != Some("cap");
        places.extend(
            self.part(own.0, own.1)
                .0
                .deps
                .duties
                .iter()
                .filter(|_| is_read_here)
                .map(|duty| {
                    let name = &book.duties[*duty];
                    (name.rule, name.part)
                }),
        );
        places.dedup();
        let mut names: BTreeSet<&String> = BTreeSet::new();
        for (rule, part) in places {
            let (declared, source) = self.part(rule, part);
            let read = source.without(&unread).identifiers(book).names;
            names.extend(declared.deps.params.iter().filter(|p| read.contains(*p)));
        }
        names
            .into_iter()
            .filter_map(|name| self.parameter_line(name, result.day))
            .collect()
    }

    /// 这一次没有用到的键：没有延期、扣除的，不列只与它们有关的参数；只看上限的，不列日率。
    fn unread_keys(&self, result: &RuleResult) -> Vec<&'static str> {
        let (_, source) = self.part(result.rule as usize, usize::from(result.part));
        let due = result.detail.due.as_ref();
        let is_refused = !result.detail.refused.is_empty();
        let mut keys = Vec::new();
        if !is_refused && due.is_none_or(|d| d.derivation.spans.is_empty()) {
            keys.push("exclude");
        }
        if !is_refused && due.is_none_or(|d| d.derivation.extensions.is_empty()) {
            keys.push("extend");
        }
        if source.text("judge") == Some("cap") {
            keys.extend(["rate", "from", "until", "pause", "started_on"]);
        }
        keys
    }

    fn parameter_line(&self, name: &str, day: Date) -> Option<String> {
        let parameters = &self.lawbook().book.parameters;
        let id = parameters.find(name)?;
        let parameter = parameters.get(id);
        let sense = Sense::of_parameter(parameter);
        Some(match parameters.choose(id, self.case(), day) {
            Chosen::Value(value, setting) => format!(
                "{}：{}（{}{}）",
                parameter.label,
                self.values()
                    .val(value, &sense)
                    .unwrap_or_else(|| "法典所列的值".to_owned()),
                self.explainer.setting_scope(setting, day),
                self.setting_reach(setting)
            ),
            Chosen::NoLimit => format!("{}：法律没有限制", parameter.label),
            Chosen::Unknown(_) => format!("{}：当日的取值不明或待核", parameter.label),
        })
    }

    /// 取值所引的条文都不直接约束本机关的，说明只是参照。
    fn setting_reach(&self, setting: &Setting) -> &'static str {
        let binds = |citation: &std::sync::Arc<str>| self.force_of(citation) == Force::Binding;
        if setting.citations.is_empty() || setting.citations.iter().any(binds) {
            ""
        } else {
            "；所引条文不直接约束本机关，这里只作参照"
        }
    }
}

impl Explainer<'_> {
    /// 取值的适用范围与依据。
    pub(super) fn setting_scope(&self, setting: &Setting, day: Date) -> String {
        let vocabulary = &self.lawbook.book.vocabulary;
        let mut scope = Vec::new();
        if let Some(department) = &setting.department {
            scope.push(
                vocabulary
                    .departments
                    .get(department.as_ref())
                    .map_or("该领域", String::as_str)
                    .to_owned(),
            );
        }
        if let Some(region) = &setting.region {
            scope.push(self.values().region(region));
        }
        if setting.item.is_some() {
            scope.push("该事项".to_owned());
        }
        let scope = if scope.is_empty() {
            "一般取值".to_owned()
        } else {
            format!("{}的取值", scope.join("、"))
        };
        let until = setting
            .to
            .map(|to| format!("至{}前", plain_day(to)))
            .unwrap_or_default();
        let scope = format!("{scope}，{}起{until}适用", plain_day(setting.from));
        let articles: Vec<String> = setting
            .citations
            .iter()
            .map(|c| {
                self.lawbook
                    .book
                    .statutes
                    .in_words(c, day.max(setting.from))
            })
            .collect();
        let marks: String = setting
            .marks
            .iter()
            .map(|m| format!("〔{}〕", m.name()))
            .collect();
        let note = setting
            .note
            .as_ref()
            .map(|note| format!("；{note}"))
            .unwrap_or_default();
        if articles.is_empty() {
            format!("{scope}{marks}{note}")
        } else {
            format!("{scope}，依据{}{marks}{note}", articles.join("、"))
        }
    }
}

/// 不写星期的日子：适用期间的起止用不着。
fn plain_day(day: Date) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}
