//! 为何：一条规则对一案为何发现、为何合规、为何不适用、为何判不了。

use std::fmt;

use mingjing_domain::coverage::Coverage;
use mingjing_domain::finding::{Outcome, RuleResult};

use crate::assess::{Options, assess};
use crate::cel::value::Tri;
use crate::rule::{Rule, RuleStatus};

use super::clause::Place;
use super::event::event_day;
use super::form;
use super::{CaseWords, UnknownCode};

/// 说明中的一段：标题与各行。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WhyPart {
    /// 标题。
    pub title: String,
    /// 各行。
    pub lines: Vec<String>,
}

/// 为何的说明，可直接打印。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WhyText {
    /// 编码。
    pub code: String,
    /// 名称。
    pub name: String,
    /// 一句回答。
    pub answer: String,
    /// 各段。
    pub parts: Vec<WhyPart>,
}

impl fmt::Display for WhyText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} {}：{}", self.code, self.name, self.answer)?;
        for part in &self.parts {
            writeln!(f, "\n【{}】", part.title)?;
            for line in &part.lines {
                writeln!(f, "  {line}")?;
            }
        }
        Ok(())
    }
}

impl CaseWords<'_> {
    /// 一条规则对本案为何如此。
    pub fn why(&self, code: &str) -> Result<WhyText, UnknownCode> {
        let index = self.explainer.find(code)?;
        let rule = &self.lawbook().rules[index];
        let timeline = self.case().timeline;
        let options = Options {
            as_of: Some(self.case().as_of),
            known_at: None,
            keep_all: true,
            skip_duties: false,
        };
        let assessment = assess(self.lawbook(), timeline, &options);
        let own: Vec<&RuleResult> = assessment
            .results
            .iter()
            .filter(|r| r.rule as usize == index)
            .collect();
        let mut parts = vec![self.head(rule)];
        let answer = if own.is_empty() {
            let (answer, more) = self.silent(index, rule, &assessment.results);
            parts.extend(more);
            answer
        } else {
            parts.extend(own.iter().map(|result| self.judged(rule, result)));
            parts.extend(self.left_out(index, rule, &own));
            overall(&own)
        };
        Ok(WhyText {
            code: rule.code.to_string(),
            name: rule.name.to_string(),
            answer,
            parts,
        })
    }

    fn head(&self, rule: &Rule) -> WhyPart {
        let day = self.case().as_of;
        let mut lines = vec![format!("检查：{}。", rule.what.trim_end_matches('。'))];
        let (binding, others) = self.articles(rule, day.max(rule.from));
        for (title, list) in [("依据", binding), ("参照（不直接约束本机关）", others)]
        {
            if !list.is_empty() {
                lines.push(format!("{title}：{}。", list.join("、")));
            }
        }
        lines.push(format!(
            "自{}起施行。判断之日：{}。",
            rule.from.in_chinese(),
            day.in_chinese()
        ));
        WhyPart {
            title: "这一条".to_owned(),
            lines,
        }
    }

    fn judged(&self, rule: &Rule, result: &RuleResult) -> WhyPart {
        let text = self.finding(result);
        let part = usize::from(result.part);
        let several = if rule.parts.len() > 1 {
            format!("第 {} 部分，", part + 1)
        } else {
            String::new()
        };
        let events = &self.case().timeline.events;
        let trigger = result.trigger.and_then(|t| events.get(t.0 as usize));
        let about = trigger.map_or_else(|| "整个案件".to_owned(), |e| self.event_brief(e));
        let status = result
            .status
            .map_or(result.outcome.in_chinese(), |s| s.name());
        let mut lines = vec![text.headline];
        let values = |name: &str| self.parameter_value(name, result.day);
        let (declared, source) = self.part(result.rule as usize, part);
        lines.extend(form::requirement(&self.phrases(&values), declared, source));
        lines.extend(self.conditions(result));
        lines.extend(text.facts.into_iter().map(|f| format!("看到：{f}")));
        lines.extend(text.derivation.into_iter().map(|d| format!("推算：{d}")));
        lines.extend(text.parameters.into_iter().map(|p| format!("参数：{p}")));
        lines.extend(text.missing);
        lines.extend(self.force_line(rule, result));
        lines.extend(text.marks);
        WhyPart {
            title: format!("{several}{about}：{status}"),
            lines,
        }
    }

    /// 适用条件、例外与要求逐项对照。
    fn conditions(&self, result: &RuleResult) -> Vec<String> {
        let (part, source) = self.part(result.rule as usize, usize::from(result.part));
        let place = self.place(result);
        let mut lines = Vec::new();
        let heads = [("when", "适用条件"), ("unless", "例外"), ("that", "要求")];
        for (key, head) in heads {
            let needs_act = part.form_name.as_ref() == "requires" && key == "that";
            let sees_act = part.form_name.as_ref() == "wait" && key == "unless";
            let Some(text) = source.text(key).filter(|_| !needs_act && !sees_act) else {
                continue;
            };
            for clause in self.clauses(text, &part.triggers, &place) {
                lines.push(format!("{head}：{}——{}", clause.words, clause.verdict()));
            }
        }
        lines
    }

    /// 没有任何结果的原因。
    fn silent(&self, index: usize, rule: &Rule, all: &[RuleResult]) -> (String, Vec<WhyPart>) {
        match rule.status {
            RuleStatus::Trial => {
                let term = rule.trial.as_ref().map_or_else(String::new, |trial| {
                    let (from, until) = (trial.from.in_chinese(), trial.until.in_chinese());
                    format!("（{from}起，{until}止：{}）", trial.reason)
                });
                let text = format!("没有判：这一条还在试行{term}，只静默评估，不出结论");
                return (text, Vec::new());
            }
            RuleStatus::Removed => return ("没有判：这一条已经废止".to_owned(), Vec::new()),
            RuleStatus::Stable | RuleStatus::Deprecated => {}
        }
        if let Some(reason) = self.out_of_scope(rule) {
            return (format!("不适用：{reason}"), Vec::new());
        }
        let yields = rule.yields_to.iter().find(|code| {
            all.iter()
                .any(|r| r.code == **code && r.outcome == Outcome::Violation)
        });
        if let Some(code) = yields {
            let name = self
                .lawbook()
                .rule(code)
                .map_or(code.as_ref(), |r| r.name.as_ref());
            let answer = format!("不重复计：同一件事已由“{name}”（{code}）发现");
            return (answer, Vec::new());
        }
        let parts: Vec<WhyPart> = (0..rule.parts.len())
            .map(|part| self.untriggered(index, part))
            .collect();
        if matches!(
            rule.parts.first().map(|p| p.form_name.as_ref()),
            Some("refers")
        ) {
            return (
                "不单独判断：这一条只说明问题所在，由其他编码判断".to_owned(),
                parts,
            );
        }
        ("没有判：没有触发它的事".to_owned(), parts)
    }

    fn out_of_scope(&self, rule: &Rule) -> Option<String> {
        let case = self.case();
        let named = |list: &[std::sync::Arc<str>], label: &dyn Fn(&str) -> String| {
            list.iter()
                .map(|item| label(item))
                .collect::<Vec<_>>()
                .join("、")
        };
        let vocabulary = &self.lawbook().book.vocabulary;
        if let Some(actual) = &case.timeline.procedure {
            let procedures = &self.lawbook().procedures;
            let label = |name: &str| {
                let found = procedures.iter().find(|p| p.name.as_ref() == name);
                found.map_or_else(
                    || self.values().text(name, &super::value::Sense::Text),
                    |p| p.label.to_string(),
                )
            };
            let fits =
                rule.procedures.is_empty() || rule.procedures.iter().any(|p| p.as_ref() == actual);
            let is_side = rule
                .procedures
                .iter()
                .all(|p| vocabulary.kinds.iter().any(|k| k.opens.as_ref() == Some(p)));
            if !fits && !is_side {
                return Some(format!(
                    "只用于{}，本案是{}",
                    named(&rule.procedures, &label),
                    label(actual)
                ));
            }
        }
        if let Some(actual) = case
            .department
            .as_ref()
            .filter(|a| !rule.departments.is_empty() && !rule.departments.contains(a))
        {
            let label = |name: &str| self.values().text(name, &super::value::Sense::Department);
            return Some(format!(
                "只用于{}领域，本案的机关是{}",
                named(&rule.departments, &label),
                label(actual)
            ));
        }
        let region = case.region.as_ref()?;
        let local = rule.basis.local_regions();
        if !local.is_empty() && !local.iter().any(|own| region.starts_with(own.as_ref())) {
            let here = self.values().region(region);
            return Some(format!("所引的都是别的地区的规定，本案的机关在{here}"));
        }
        if rule.regions.is_empty() {
            return None;
        }
        if rule.regions.iter().any(|r| region.starts_with(r.as_ref())) {
            return None;
        }
        let label = |code: &str| self.values().region(code);
        Some(format!(
            "只用于{}，本案的机关在{}",
            named(&rule.regions, &label),
            label(region)
        ))
    }

    /// 已有结果时，还有哪些部分没有触发。
    fn left_out(&self, index: usize, rule: &Rule, own: &[&RuleResult]) -> Vec<WhyPart> {
        (0..rule.parts.len())
            .filter(|part| !own.iter().any(|r| usize::from(r.part) == *part))
            .map(|part| self.untriggered(index, part))
            .collect()
    }

    /// 一个部分为何没有触发：要什么事，时间线上有没有。
    fn untriggered(&self, index: usize, number: usize) -> WhyPart {
        let (part, source) = self.part(index, number);
        let day = self.case().as_of;
        let values = |name: &str| self.parameter_value(name, day);
        let phrases = self.phrases(&values);
        let title = format!("第 {} 部分：没有触发", number + 1);
        let mut lines = form::requirement(&phrases, part, source);
        if let Some((rule, duty_part)) = source
            .text("duty")
            .and_then(|text| self.explainer.duty(text))
        {
            let name = &self.lawbook().rules[rule].name;
            lines.push(format!(
                "它看的是“{name}”一条的义务；那项义务没有产生，或者没有需要说明的情形。"
            ));
            let (duty, duty_source) = self.part(rule, duty_part);
            lines.extend(self.trigger_lines(
                &phrases,
                duty,
                duty_source.text("start").unwrap_or_default(),
            ));
            return WhyPart { title, lines };
        }
        lines.extend(self.trigger_lines(&phrases, part, &part.trigger_text));
        WhyPart { title, lines }
    }

    fn trigger_lines(
        &self,
        phrases: &super::phrase::Phrases<'_>,
        part: &crate::forms::Part,
        selector: &str,
    ) -> Vec<String> {
        if part.triggers.is_empty() {
            return Vec::new();
        }
        let trigger = match selector {
            // An order of steps has no single trigger: the later step of each pair is.
            "" => phrases.kinds_in_words(&part.triggers),
            selector => phrases.selector_bare(selector),
        };
        let mut lines = vec![format!("触发它的是：{trigger}。")];
        let events = self.events_of(&part.triggers);
        if events.is_empty() {
            lines.push(format!(
                "时间线上没有{}。",
                phrases.kinds_in_words(&part.triggers)
            ));
            if !matches!(self.case().timeline.coverage, Coverage::Closed) {
                let complete = part
                    .triggers
                    .iter()
                    .all(|k| self.case().is_complete(*k, self.case().as_of));
                if !complete {
                    lines.push("材料对这种事并不完整，没有记录不等于没有发生。".to_owned());
                }
            }
            return lines;
        }
        for position in events {
            let event = self.case().events[position as usize].event;
            let place = Place {
                trigger: None,
                keys: crate::context::Keys::none(),
                day: event.occurred_on,
            };
            let chosen = if selector.is_empty() {
                Some(Tri::True)
            } else {
                self.selects(selector, position, &place)
            };
            let fits = match chosen {
                Some(Tri::True) => "合乎触发的条件，但没有可比的另一件事，或者不在判断的范围之内",
                Some(Tri::False) => "不合触发的条件",
                Some(Tri::Unknown(_)) => "是否合乎触发的条件，材料不足，说不清",
                None => "没有判断",
            };
            lines.push(format!(
                "{}{}：{fits}。",
                event_day(event),
                self.label_of(event)
            ));
        }
        lines
    }

    fn label_of(&self, event: &mingjing_domain::event::Event) -> String {
        let vocabulary = &self.lawbook().book.vocabulary;
        let label = vocabulary
            .kind(&event.kind)
            .map(|k| vocabulary.kind_of(k).label.clone());
        format!("“{}”", label.as_deref().unwrap_or("不认识的事"))
    }
}

fn overall(own: &[&RuleResult]) -> String {
    let count = |outcome: Outcome| own.iter().filter(|r| r.outcome == outcome).count();
    let mut words = Vec::new();
    for (outcome, name) in [
        (Outcome::Violation, "处发现"),
        (Outcome::Undetermined, "处无法判定"),
        (Outcome::Pass, "处合规"),
        (Outcome::NotApplicable, "处不适用"),
    ] {
        let n = count(outcome);
        if n > 0 {
            words.push(format!("{n} {name}"));
        }
    }
    words.join("，")
}
