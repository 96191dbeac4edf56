//! 规则的说明：依据、要求、参数、扣除、延期、升级与示例，供 `lawbook explain`。

use mingjing_kernel::date::Date;

use crate::cel::types::KindId;
use crate::example::Example;
use crate::parameters::{Content, Parameter};
use crate::rule::{Rule, RuleStatus};

use super::form;
use super::phrase::Phrases;
use super::source::{Mentioned, Source};
use super::value::Sense;
use super::{ExampleText, Explainer, ParameterText, RuleText, SettingText, mark_in_words};

/// 一条规则的全部说明。
pub(super) fn text(explainer: &Explainer<'_>, index: usize) -> RuleText {
    let rule = &explainer.lawbook.rules[index];
    let mut sections = vec![("概要".to_owned(), head(explainer, rule))];
    let articles = rule
        .citations
        .iter()
        .map(|c| explainer.lawbook.book.statutes.in_words(c, rule.from));
    sections.push(("依据".to_owned(), articles.collect()));
    for number in 0..rule.parts.len() {
        let title = if rule.parts.len() > 1 {
            format!("要求（第 {} 部分）", number + 1)
        } else {
            "要求".to_owned()
        };
        sections.push((title, part(explainer, index, number)));
    }
    let escalations = escalations(explainer, index);
    if !escalations.is_empty() {
        sections.push(("程度的加重".to_owned(), escalations));
    }
    let parameters = parameters(explainer, rule);
    if !parameters.is_empty() {
        sections.push(("参数".to_owned(), parameters));
    }
    let examples = examples(explainer, index);
    if !examples.is_empty() {
        sections.push(("示例".to_owned(), examples));
    }
    RuleText {
        code: rule.code.to_string(),
        name: rule.name.to_string(),
        sections,
    }
}

fn head(explainer: &Explainer<'_>, rule: &Rule) -> Vec<String> {
    let vocabulary = &explainer.lawbook.book.vocabulary;
    let values = explainer.values();
    let status = match (&rule.trial, rule.status) {
        (Some(trial), _) => format!(
            "试行，{}起至{}（不含）只静默评估，不出结论；理由：{}",
            trial.from.in_chinese(),
            trial.until.in_chinese(),
            trial.reason
        ),
        (None, RuleStatus::Trial) => "试行，只静默评估".to_owned(),
        (None, RuleStatus::Stable) => "正式".to_owned(),
        (None, RuleStatus::Deprecated) => "将废止".to_owned(),
        (None, RuleStatus::Removed) => "已废止".to_owned(),
    };
    let to = rule
        .to
        .map(|to| format!("，{}起失效", to.in_chinese()))
        .unwrap_or_default();
    let mut lines = vec![
        format!("检查：{}。", rule.what.trim_end_matches('。')),
        format!("为何重要：{}。", rule.why.trim_end_matches('。')),
        format!(
            "程度：{}；判断：{}；状态：{status}",
            rule.severity,
            decided_by(rule)
        ),
        format!("自{}起施行{to}；此前的事不判", rule.from.in_chinese()),
    ];
    let list = vocabulary
        .list("disposition")
        .map(|id| vocabulary.list_of(id));
    let advice: Vec<&str> = rule
        .advice
        .iter()
        .map(|c| {
            list.and_then(|l| l.label(c))
                .map_or(c.as_ref(), |l| l.as_ref())
        })
        .collect();
    lines.push(format!("建议处理：{}", advice.join("；")));
    let mut scope = Vec::new();
    let procedures = &explainer.lawbook.procedures;
    scope.extend(rule.procedures.iter().map(|name| {
        procedures
            .iter()
            .find(|p| p.name == *name)
            .map_or_else(|| values.text(name, &Sense::Text), |p| p.label.to_string())
    }));
    scope.extend(
        rule.departments
            .iter()
            .map(|d| values.text(d, &Sense::Department)),
    );
    scope.extend(rule.regions.iter().map(|r| values.region(r)));
    if !scope.is_empty() {
        lines.push(format!("适用范围：{}", scope.join("、")));
    }
    if !rule.yields_to.is_empty() {
        let names: Vec<String> = rule
            .yields_to
            .iter()
            .map(|code| {
                let name = explainer.lawbook.rule(code).map_or("", |r| r.name.as_ref());
                format!("“{name}”（{code}）")
            })
            .collect();
        lines.push(format!("同一件事已由{}发现的，不重复计", names.join("、")));
    }
    lines.extend(rule.marks.iter().map(|m| mark_in_words(m).to_owned()));
    lines
}

fn decided_by(rule: &Rule) -> &'static str {
    match rule.decided_by.name() {
        "半" => "数据给出疑点，由人确认",
        "人" => "由人对照检查",
        _ => "由数据判定",
    }
}

fn part(explainer: &Explainer<'_>, index: usize, number: usize) -> Vec<String> {
    let rule = &explainer.lawbook.rules[index];
    let source = explainer.source(index).part(number);
    let phrases = Phrases::new(explainer.lawbook, None);
    let declared = &rule.parts[number];
    let mut lines = form::requirement(&phrases, declared, source);
    if let Some((duty, _)) = source.text("duty").and_then(|text| explainer.duty(text)) {
        let duty = &explainer.lawbook.rules[duty];
        lines.push(format!("所看的义务：“{}”（{}）", duty.name, duty.code));
    }
    lines.extend(excluded(explainer, &phrases, source));
    lines.extend(extended(&phrases, source));
    if let Some(severity) = declared.severity.filter(|s| *s != rule.severity) {
        lines.push(format!("这一部分的程度：{severity}"));
    }
    lines.extend(declared.marks.iter().map(|m| mark_in_words(m).to_owned()));
    lines
}

/// 不计入的期间各一行。
pub(super) fn excluded(
    explainer: &Explainer<'_>,
    phrases: &Phrases<'_>,
    source: Source<'_>,
) -> Vec<String> {
    let list = explainer
        .lawbook
        .book
        .vocabulary
        .list("excluded_kind")
        .map_or(Sense::Text, Sense::Code);
    source
        .tables("exclude")
        .into_iter()
        .map(|t| {
            let text = |key: &str| t.text(key).unwrap_or_default();
            let (from, to) = (
                phrases.selector_kinds(text("from")),
                phrases.selector_kinds(text("to")),
            );
            let inner = phrases.clone().slot("from", &from).slot("to", &to);
            let valid: Vec<String> = t.texts("valid").iter().map(|v| inner.sentence(v)).collect();
            let valid = if valid.is_empty() {
                String::new()
            } else {
                format!("，条件：{}", valid.join("；"))
            };
            format!(
                "不计入：{}（{}至{}）{valid}",
                explainer.values().text(text("kind"), &list),
                phrases.selector_bare(text("from")),
                phrases.selector_bare(text("to"))
            )
        })
        .collect()
}

/// 可以延长的各一行。
pub(super) fn extended(phrases: &Phrases<'_>, source: Source<'_>) -> Vec<String> {
    source
        .tables("extend")
        .into_iter()
        .map(|t| {
            let by = t.text("by").unwrap_or_default();
            let inner = phrases.clone().slot("e", &phrases.selector_kinds(by));
            let add = inner.value(t.text("add").unwrap_or_default()).0;
            let valid: Vec<String> = t.texts("valid").iter().map(|v| inner.sentence(v)).collect();
            let valid = if valid.is_empty() {
                String::new()
            } else {
                format!("，条件：{}", valid.join("；"))
            };
            format!("可延长：{}，增加{add}{valid}", phrases.selector_bare(by))
        })
        .collect()
}

fn escalations(explainer: &Explainer<'_>, index: usize) -> Vec<String> {
    let rule = &explainer.lawbook.rules[index];
    let mut kinds: Vec<KindId> = rule
        .parts
        .iter()
        .flat_map(|p| p.triggers.iter().copied())
        .collect();
    kinds.sort_unstable();
    kinds.dedup();
    let phrases = Phrases::new(explainer.lawbook, None).slot("e", &kinds);
    explainer
        .source(index)
        .escalations()
        .into_iter()
        .zip(&rule.escalations)
        .map(|(source, escalation)| {
            let marks: String = escalation
                .marks
                .iter()
                .map(|m| format!("〔{}〕", m.name()))
                .collect();
            let when = phrases.sentence(source.text("when").unwrap_or_default());
            format!("{when}的，定为{}{marks}", escalation.to)
        })
        .collect()
}

/// 参数表：每个取值一行，依次为适用范围、起止、取值、依据。
fn parameters(explainer: &Explainer<'_>, rule: &Rule) -> Vec<String> {
    let plain = |d: Date| format!("{}年{}月{}日", d.year(), d.month(), d.day());
    let mut lines = Vec::new();
    for ParameterText {
        parameter,
        settings,
    } in parameter_texts(explainer, rule)
    {
        lines.push(format!("{}：", parameter.label));
        for (setting, text) in parameter.settings.iter().zip(settings) {
            let to = setting
                .to
                .map(|to| format!("至{}前", plain(to)))
                .unwrap_or_default();
            lines.push(format!(
                "  {}；{}起{to}；{}",
                text.scope,
                plain(setting.from),
                text.value
            ));
        }
    }
    lines
}

/// 一条规则用到的参数及其各个取值的文字。
pub(super) fn parameter_texts<'a>(
    explainer: &Explainer<'a>,
    rule: &Rule,
) -> Vec<ParameterText<'a>> {
    let parameters = &explainer.lawbook.book.parameters;
    rule.parameter_names()
        .into_iter()
        .filter_map(|name| parameters.find(name))
        .map(|id| parameters.get(id))
        .map(|parameter| ParameterText {
            parameter,
            settings: settings(explainer, parameter),
        })
        .collect()
}

fn settings(explainer: &Explainer<'_>, parameter: &Parameter) -> Vec<SettingText> {
    let sense = Sense::of_type(&parameter.type_text, &parameter.ty);
    parameter
        .settings
        .iter()
        .map(|setting| SettingText {
            scope: explainer.setting_scope(setting, setting.from),
            value: match &setting.content {
                Content::Value(value) => explainer
                    .values()
                    .val(value, &sense)
                    .unwrap_or_else(|| "法典所列的值".to_owned()),
                Content::NoLimit => "不设限".to_owned(),
                Content::Unknown => "待核".to_owned(),
            },
        })
        .collect()
}

fn examples(explainer: &Explainer<'_>, index: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for example in example_texts(explainer, index) {
        lines.push(format!("{}——应为{}", example.name, example.expected));
        lines.extend(example.events.iter().map(|event| format!("  {event}")));
    }
    lines
}

/// 一条规则的示例的文字。
pub(super) fn example_texts(explainer: &Explainer<'_>, index: usize) -> Vec<ExampleText> {
    let rule = &explainer.lawbook.rules[index];
    let book = &explainer.lawbook.book;
    let mut mentioned = Mentioned::default();
    for number in 0..rule.parts.len() {
        mentioned.extend(explainer.mentioned(index, number).clone());
    }
    let events = |example: &Example| {
        let Ok(timeline) = example.timeline(&book.vocabulary, rule) else {
            return Vec::new();
        };
        let last = timeline.events.iter().map(|e| e.occurred_on).max();
        let case = explainer.case(&timeline, example.story.as_of.or(last).unwrap_or(rule.from));
        let events = timeline.events.iter();
        events.map(|e| case.event_line(e, &mentioned)).collect()
    };
    let texts = rule.examples.iter().map(|example| ExampleText {
        name: example.story.name.to_string(),
        expect: example.expect.clone(),
        expected: expected(example),
        events: events(example),
    });
    texts.collect()
}

fn expected(example: &Example) -> &'static str {
    match example.expect.as_str() {
        "violation" => "不合规",
        "undetermined" => "无法判定",
        "pass" => "合规",
        _ => "不适用",
    }
}
