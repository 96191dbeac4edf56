//! 发现的文字：要点、要求、事实、推算、参数、建议、标记合成一份。

use std::collections::BTreeSet;
use std::sync::Arc;

use mingjing_domain::finding::{
    Force, Mark, Outcome, Refusal, Refused, RuleResult, Severity, Status,
};
use mingjing_kernel::date::Date;
use mingjing_kernel::due::Due;

use crate::cel::ast::{Expr, Spanned};
use crate::cel::parser;
use crate::cel::types::KindId;
use crate::cel::value::Tri;
use crate::rule::Rule;

use super::clause::Place;
use super::form;
use super::observed::View;
use super::people::each_child;
use super::phrase::Phrases;
use super::source::{Mentioned, Source};
use super::value::Sense;
use super::{CaseWords, Cause, FindingText, mark_in_words, missing};

/// 延期编号的起点与每项声明的间隔，与推算中的编号一致。
const EXTENSION_TAGS_FROM: u16 = 1000;
const TAGS_PER_DECLARATION: u16 = 100;

/// 证据之外最多列出的事。
const OTHERS_MAX: usize = 8;

/// 标题：规则名与一句短话。
fn headline(words: &CaseWords<'_>, view: &View<'_>) -> String {
    let (result, part) = (view.result, view.part);
    let rule = &words.lawbook().rules[result.rule as usize];
    match (result.outcome, result.missing.first()) {
        (Outcome::Undetermined, Some(first)) => {
            let more = if result.missing.len() > 1 {
                format!("等 {} 项", result.missing.len())
            } else {
                String::new()
            };
            format!(
                "{}：无法判定，缺{}{more}",
                rule.name,
                missing::text(words.lawbook(), first).what
            )
        }
        // What the rule's author wrote reads better than the condition turned into words.
        (Outcome::Violation, _) if result.status != Some(Status::Near) => {
            // A deadline tells its day itself, unless the author's words do.
            let is_clock = part.form_name.as_ref() == "deadline";
            let said = part
                .say
                .as_ref()
                .filter(|say| !is_clock || say.contains("{due}"))
                .map(|say| words.said(view, say));
            let said = said.unwrap_or_else(|| words.brief(view));
            format!("{}：{}", rule.name, said.trim_end_matches('。'))
        }
        _ => format!("{}：{}", rule.name, words.brief(view)),
    }
}

/// 一个结果的要点。
pub(super) fn headline_only(words: &CaseWords<'_>, result: &RuleResult) -> String {
    viewed(words, result, |view| headline(words, view))
}

/// 只要一个结果的各个原因。
pub(super) fn causes_only(words: &CaseWords<'_>, result: &RuleResult) -> Vec<Cause> {
    viewed(words, result, |view| words.causes(view))
}

/// 备好一个结果的原文与读法，看一眼。
fn viewed<R>(words: &CaseWords<'_>, result: &RuleResult, look: impl FnOnce(&View<'_>) -> R) -> R {
    let values = |name: &str| words.parameter_value(name, result.day);
    let (part, source) = words.part(result.rule as usize, usize::from(result.part));
    let named = form::named(&words.phrases(&values), part, source);
    let phrases = named.slot("e", &words.kinds_at(result, part));
    look(&View {
        result,
        part,
        source,
        phrases,
    })
}

/// 一个结果的文字。
pub(super) fn text(words: &CaseWords<'_>, result: &RuleResult) -> FindingText {
    viewed(words, result, |view| whole(words, view))
}

fn whole(words: &CaseWords<'_>, view: &View<'_>) -> FindingText {
    let (result, part, source) = (view.result, view.part, view.source);
    let rule = &words.lawbook().rules[result.rule as usize];
    let missing: Vec<String> = result
        .missing
        .iter()
        .map(|m| missing::sentence(words.lawbook(), m))
        .collect();
    let headline = headline(words, view);
    let mut sentences = vec![format!("{}。", rule.what.trim_end_matches('。'))];
    if let (Outcome::Violation, Some(say), "deadline", false) = (
        result.outcome,
        &part.say,
        part.form_name.as_ref(),
        part.say.as_ref().is_some_and(|s| s.contains("{due}")),
    ) {
        sentences.push(format!(
            "{}。",
            words.said(view, say).trim_end_matches('。')
        ));
    }
    if part.form_name.as_ref() == "requires" {
        sentences.extend(form::requirement(&view.phrases, part, source));
    }
    sentences.push(format!("为何重要：{}。", rule.why.trim_end_matches('。')));
    sentences.extend(words.force_line(rule, result));
    let mut derivation = words.taken_days(view);
    derivation.extend(words.derivation(result));
    derivation.extend(words.accrual_lines(view));
    derivation.extend(words.coverage_lines(view));
    derivation.extend(words.between_lines(view));
    let (article, reference) = words.articles(rule, result.day);
    let mentioned = words
        .explainer
        .mentioned(result.rule as usize, usize::from(result.part));
    FindingText {
        headline,
        sentences,
        checks: words.checks(view),
        article,
        reference,
        facts: words.facts(view, mentioned),
        derivation,
        parameters: words.parameters(result),
        advice: words.advice(rule, result),
        marks: result
            .marks
            .iter()
            .map(|m| mark_in_words(m).to_owned())
            .collect(),
        remedy: remedy(result),
        missing,
        causes: words.causes(view),
    }
}

fn remedy(result: &RuleResult) -> String {
    match (result.outcome, result.status) {
        (Outcome::Undetermined, _) => "补上所缺的事实后再查；在此之前既不能说违法，也不能说合规。",
        (_, Some(Status::Near)) => "请在到期日以前办结并记录；需要延期的，在到期日以前依法批准。",
        (_, Some(Status::Doubt)) => {
            "这是数据提示的疑点，请查看案卷原件后由人确认；查明不属实的，更正或补充记录后再查。"
        }
        (Outcome::Violation, _) => {
            "请与案卷原件核对上列事实。属实的，按建议处理；记录有误或有遗漏的，更正或补充后再查。"
        }
        (Outcome::Pass | Outcome::NotApplicable, _) => "不需要处理。",
    }
    .to_owned()
}

/// 自动建议的代码。
pub(super) fn suggested(rule: &Rule, result: &RuleResult) -> Vec<String> {
    if result.outcome != Outcome::Violation {
        return Vec::new();
    }
    if result.force != Force::Binding {
        return vec![default_advice(result.severity).to_owned()];
    }
    let capped = |code: &Arc<str>| match is_capped(code, result) {
        true => AUTOMATIC_MAX.to_owned(),
        false => code.to_string(),
    };
    let own = rule.advice_of(result.part);
    let mut codes: Vec<String> = own.iter().map(capped).collect();
    codes.dedup();
    codes
}

/// 带标记的发现，重于上限的建议须由人提出。
fn is_capped(code: &str, result: &RuleResult) -> bool {
    let is_marked =
        result.marks.contains(Mark::Unverified) || result.marks.contains(Mark::Convention);
    is_marked && code > AUTOMATIC_MAX
}

impl CaseWords<'_> {
    fn facts(&self, view: &View<'_>, mentioned: &Mentioned) -> Vec<String> {
        let result = view.result;
        let mut positions: BTreeSet<u32> = BTreeSet::new();
        for index in result.evidence.iter().chain(&result.trigger) {
            positions.extend(self.position(*index));
        }
        let line = |p: &u32| self.event_line(self.case().events[*p as usize].event, mentioned);
        let mut lines: Vec<String> = positions.iter().map(line).collect();
        let others = self.also_read(result, &positions);
        lines.extend(
            others
                .iter()
                .take(OTHERS_MAX)
                .map(|p| format!("另外读到：{}", line(p))),
        );
        if others.len() > OTHERS_MAX {
            lines.push(format!(
                "另外还读到 {} 件，没有列出。",
                others.len() - OTHERS_MAX
            ));
        }
        lines.extend(self.absent_line(view));
        lines.extend(self.people_lines(view));
        lines.extend(self.fact_lines(mentioned, result.keys.get("party").map(String::as_str)));
        lines.extend(self.counted_lines(view));
        if lines.is_empty() {
            lines.push("这一条看的是整个案件，没有单独的触发事件。".to_owned());
        }
        lines
    }

    /// 条件能够读到、又不在证据之列的事：判断所依的日期、数额可能来自它们。
    fn also_read(&self, result: &RuleResult, seen: &BTreeSet<u32>) -> Vec<u32> {
        let own = (result.rule as usize, usize::from(result.part));
        let mut kinds = self.read_kinds(own);
        for duty in &self.part(own.0, own.1).0.deps.duties {
            let name = &self.lawbook().book.duties[*duty];
            kinds.extend(self.read_kinds((name.rule, name.part)));
        }
        let is_other_key = |event: &mingjing_domain::event::Event| {
            result
                .keys
                .iter()
                .any(|(key, value)| event.key(key).is_some_and(|v| v != value))
        };
        (0..self.case().events.len() as u32)
            .filter(|p| !seen.contains(p))
            .filter(|p| {
                let prepared = &self.case().events[*p as usize];
                kinds.contains(&prepared.kind) && !is_other_key(prepared.event)
            })
            .collect()
    }

    /// 一个部分读的事件种类；只作触发的不算，那一件已经单独列出。
    fn read_kinds(&self, (rule, part): (usize, usize)) -> BTreeSet<KindId> {
        let (declared, source) = self.part(rule, part);
        let others = source.without(&["on", "act", "right", "event"]);
        let names = others.identifiers(&self.lawbook().book).names;
        let vocabulary = &self.lawbook().book.vocabulary;
        let is_read = |kind: &&KindId| {
            !declared.triggers.contains(kind)
                || names.contains(vocabulary.kind_of(**kind).name.as_ref())
        };
        declared
            .deps
            .kinds
            .iter()
            .filter(is_read)
            .copied()
            .collect()
    }

    /// 起算日、完成日由条件取得的，写明取自哪里、是哪一日。
    fn taken_days(&self, view: &View<'_>) -> Vec<String> {
        let place = self.place(view.result);
        [
            ("start_at", "起算日取"),
            ("due", "到期日取"),
            ("met_on", "与到期日比较的是"),
        ]
        .into_iter()
        .filter_map(|(key, label)| {
            let text = view.source.text(key)?;
            let kinds = &view.part.triggers;
            let tree = self.resolved(&parser::parse(text).ok()?, kinds, &place);
            let value = self.value_of(&tree, kinds, &place)?;
            let noun = view.phrases.noun(&tree);
            let from = self.due_read(&tree, kinds, &place, &view.phrases);
            Some(format!(
                "{label}{}，为{}{from}。",
                noun.words,
                self.values().val(&value, &noun.sense)?
            ))
        })
        .collect()
    }

    /// 另一条规则的到期日作为基准的，写明那是哪一日。
    fn due_read(
        &self,
        tree: &Spanned,
        kinds: &[KindId],
        place: &Place,
        phrases: &Phrases<'_>,
    ) -> String {
        let mut words = String::new();
        each_child(tree, &mut |child| {
            if matches!(&child.expr, Expr::Call(name, _) if name == "due")
                && let Some(day) = self.value_of(child, kinds, place)
                && let Some(day) = self.values().val(&day, &Sense::Date)
            {
                words.push_str(&format!("（其中{}为{day}）", phrases.noun(child).words));
            }
        });
        words
    }

    fn derivation(&self, result: &RuleResult) -> Vec<String> {
        let (rule, part) = self.duty_of(result);
        let (_, source) = self.part(rule, part);
        let mut lines = Vec::new();
        if let Some(due) = &result.detail.due {
            // A due day that the rule gives as a date is not counted: there is nothing to derive.
            match (due.derivation.base.length(), due.at.date()) {
                (Some(0), Some(_)) if source.text("due").is_some() => {}
                (Some(0), Some(day)) => {
                    lines.push(format!("到期日由规则直接推得：{}。", day.in_chinese()));
                }
                _ => lines.extend(self.due_lines(due, source)),
            }
        }
        lines.extend(
            result
                .detail
                .refused
                .iter()
                .map(|r| self.refused_line(r, source, result.day)),
        );
        lines
    }

    /// 推算所属的义务：临期、延期、扣除规则用所指义务的。
    pub(super) fn duty_of(&self, result: &RuleResult) -> (usize, usize) {
        let own = (result.rule as usize, usize::from(result.part));
        let (_, source) = self.part(own.0, own.1);
        source
            .text("duty")
            .and_then(|text| self.explainer.duty(text))
            .unwrap_or(own)
    }

    /// 推算的句子；扣除与延期的编号换成名称。
    pub(super) fn due_lines(&self, due: &Due, source: Source<'_>) -> Vec<String> {
        let label = |tag: u16| self.tag_name(source, tag);
        due.derivation.in_words(&self.lawbook().calendar, &label)
    }

    /// 扣除期间、延期的编号叫什么。
    pub(super) fn tag_name(&self, source: Source<'_>, tag: u16) -> String {
        if tag >= EXTENSION_TAGS_FROM {
            let declaration = usize::from((tag - EXTENSION_TAGS_FROM) / TAGS_PER_DECLARATION);
            let nth = (tag - EXTENSION_TAGS_FROM) % TAGS_PER_DECLARATION + 1;
            let name = source
                .tables("extend")
                .get(declaration)
                .and_then(|t| t.text("by").map(|s| self.kind_label(s)));
            let name = name.unwrap_or_else(|| "延期".to_owned());
            return if nth > 1 {
                format!("{name}（第 {nth} 件）")
            } else {
                name
            };
        }
        let vocabulary = &self.lawbook().book.vocabulary;
        let excluded = vocabulary
            .list("excluded_kind")
            .map_or(Sense::Text, Sense::Code);
        let kind = source
            .tables("exclude")
            .get(usize::from(tag))
            .and_then(|t| t.text("kind").map(str::to_owned));
        kind.map_or_else(
            || "不计入的".to_owned(),
            |kind| self.values().text(&kind, &excluded),
        )
    }

    fn kind_label(&self, selector: &str) -> String {
        let none = |_: &str| None;
        let phrases = self.phrases(&none);
        let vocabulary = &self.lawbook().book.vocabulary;
        let kinds = phrases.selector_kinds(selector);
        let labels: Vec<&str> = kinds
            .iter()
            .map(|k| vocabulary.kind_of(*k).label.as_ref())
            .collect();
        labels.join("或")
    }

    /// 一项未采纳的延期、扣除为何不采纳。
    pub(super) fn refusal(&self, result: &RuleResult, refused: &Refused) -> String {
        let (rule, part) = self.duty_of(result);
        self.refused_line(refused, self.part(rule, part).1, result.day)
    }

    fn refused_line(&self, refused: &Refused, source: Source<'_>, day: Date) -> String {
        let event = self.case().timeline.events.get(refused.event.0 as usize);
        let what = event.map_or_else(|| "一件事".to_owned(), |e| self.event_brief(e));
        let kind = event.and_then(|e| self.lawbook().book.vocabulary.kind(&e.kind));
        let values = |name: &str| self.parameter_value(name, day);
        let phrases = self.phrases(&values);
        let condition = match refused.why {
            Refusal::Condition(c) => Some(usize::from(c)),
            Refusal::Early | Refusal::Late => None,
        };
        let of = |tables: Vec<Source<'_>>, key: &str| -> Option<(Vec<String>, Vec<KindId>)> {
            tables.into_iter().find_map(|t| {
                let kinds = phrases.selector_kinds(t.text(key)?);
                let valid: Vec<String> = t.texts("valid").into_iter().map(str::to_owned).collect();
                let long_enough = condition.is_none_or(|c| c < valid.len());
                (kinds.contains(&kind?) && long_enough).then_some((valid, kinds))
            })
        };
        if let Some((valid, kinds)) = of(source.tables("extend"), "by") {
            let condition = match refused.why {
                Refusal::Condition(c) => usize::from(c),
                Refusal::Early => {
                    return format!(
                        "{what}没有采纳：批准早于期限的起算日，当时还没有期限可以延长。"
                    );
                }
                Refusal::Late => return format!("{what}没有采纳：批准晚于当时的到期日。"),
            };
            let phrases = phrases.clone().slot("e", &kinds);
            return format!(
                "{what}没有采纳，不符合这一条件：{}。",
                phrases.sentence(&valid[condition])
            );
        }
        if let Some((valid, kinds)) = of(source.tables("exclude"), "from") {
            let condition = condition.and_then(|c| valid.get(c));
            let to = source.tables("exclude").into_iter().find_map(|t| {
                let from = phrases.selector_kinds(t.text("from")?);
                (from == kinds).then(|| phrases.selector_kinds(t.text("to").unwrap_or_default()))
            });
            let phrases = phrases
                .clone()
                .slot("from", &kinds)
                .slot("to", &to.unwrap_or_default());
            return match condition {
                Some(condition) => {
                    format!(
                        "自{what}起的期间没有扣除，不符合这一条件：{}。",
                        phrases.sentence(condition)
                    )
                }
                None => format!("自{what}起的期间没有扣除。"),
            };
        }
        format!("{what}没有采纳。")
    }

    fn advice(&self, rule: &Rule, result: &RuleResult) -> Vec<String> {
        if !matches!(result.outcome, Outcome::Violation) {
            return Vec::new();
        }
        if result.force != Force::Binding {
            return self.disposition(&[default_advice(result.severity).to_owned()], result);
        }
        let own = rule.advice_of(result.part);
        let mut codes: Vec<String> = own.iter().map(ToString::to_string).collect();
        let mut lines = Vec::new();
        let sources = self.explainer.source(result.rule as usize).escalations();
        for (escalation, source) in rule.escalations.iter().zip(sources) {
            if !matches!(self.escalates(escalation, result), Tri::True) {
                continue;
            }
            codes.extend(escalation.advice.iter().map(ToString::to_string));
            let values = |name: &str| self.parameter_value(name, result.day);
            let phrases = form::named(
                &self.phrases(&values),
                &rule.parts[usize::from(result.part)],
                source,
            );
            let why = phrases.sentence(source.text("when").unwrap_or_default());
            lines.push(format!("因为{why}，程度定为{}。", escalation.to));
        }
        if result.severity > rule.severity && codes.len() == own.len() {
            codes = vec![default_advice(result.severity).to_owned()];
        }
        lines.extend(self.disposition(&codes, result));
        lines
    }

    fn disposition(&self, codes: &[String], result: &RuleResult) -> Vec<String> {
        let vocabulary = &self.lawbook().book.vocabulary;
        let list = vocabulary
            .list("disposition")
            .map(|id| vocabulary.list_of(id));
        let mut lines: Vec<String> = Vec::new();
        for code in codes {
            // A marked finding stops at H3; anything above is for a person to propose.
            let capped = is_capped(code, result);
            let code = if capped { AUTOMATIC_MAX } else { code };
            let label = list
                .and_then(|l| l.label(code))
                .map_or(code, |l| l.as_ref());
            if !lines.iter().any(|l| l == label) {
                lines.push(label.to_owned());
            }
            let note = "带有〔待核〕或〔口径〕标记，自动建议到此为止；更重的处理须由人提出";
            if capped && !lines.iter().any(|l| l == note) {
                lines.push(note.to_owned());
            }
        }
        lines
    }
}

/// 带标记的发现，自动建议的上限。
const AUTOMATIC_MAX: &str = "H3";

fn default_advice(severity: Severity) -> &'static str {
    match severity {
        Severity::Notice => "H0",
        Severity::Warning => "H1",
        Severity::Breach => "H3",
        Severity::Grave => "H4",
    }
}
