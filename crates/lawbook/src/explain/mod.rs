//! 说明：把编码、日期与数字写成法官、执法人员和公众读得懂的中文；文字按需生成，从不保存。
//!
//! Everything here is derived from the lawbook, the timeline and the result; nothing is judged anew.

mod basis;
mod causes;
mod checks;
mod clause;
pub mod duty;
mod event;
mod finding;
pub mod form;
mod mentioned;
pub mod missing;
mod noun;
mod observed;
mod over_cases;
mod people;
mod phrase;
pub mod reads;
mod rule;
pub mod shown;
mod source;
pub mod value;
pub mod why;
mod working;

use std::sync::OnceLock;

use mingjing_domain::finding::{Duty, EventIndex, Mark, Missing, RuleResult};
use mingjing_domain::timeline::Timeline;
use mingjing_kernel::date::Date;
use mingjing_kernel::period::Period;
use thiserror::Error;

use crate::assess::Options;
use crate::cel::types::KindId;
use crate::cel::value::Val;
use crate::diagnostic::nearest;
use crate::forms::Part;
use crate::lawbook::Lawbook;
use crate::parameters::{Chosen, Parameter};
use crate::prepare::{Case, prepare};
use crate::rule::Rule;

use missing::FoldedText;
use phrase::Phrases;
use source::{Mentioned, RuleSource, Source};
use value::{Sense, Values};

/// 发现的文字。
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FindingText {
    /// 一句话：规则名与要点。
    pub headline: String,
    /// 要求什么、看到什么、为何重要。
    pub sentences: Vec<String>,
    /// 要求的各项条件逐项对照：读法与成立与否。
    pub checks: Vec<String>,
    /// 依据：约束本机关而当日有效的条文，法规全称、版本、条号。
    pub article: Vec<String>,
    /// 参照：规则也引用、但不直接约束本机关（别的领域、地区的，当日没有施行的）的条文。
    pub reference: Vec<String>,
    /// 看到的事实，一件事一行。
    pub facts: Vec<String>,
    /// 到期日的推算与未采纳的延期、扣除。
    pub derivation: Vec<String>,
    /// 所用参数的取值、适用范围与依据。
    pub parameters: Vec<String>,
    /// 建议处理。
    pub advice: Vec<String>,
    /// 标记及其含义。
    pub marks: Vec<String>,
    /// 怎么办。
    pub remedy: String,
    /// 缺什么（无法判定时）。
    pub missing: Vec<String>,
    /// 原因：同一案里原因相同的发现，说的是同一件事。
    pub causes: Vec<Cause>,
}

/// 一个发现的原因：落在哪件事、哪个人、哪项义务上。
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cause {
    /// 同一案里用来比较的键。
    pub key: String,
    /// 中文。
    pub label: String,
}

/// 规则的文字：一段一组，可直接打印。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleText {
    /// 编码。
    pub code: String,
    /// 名称。
    pub name: String,
    /// 各段：标题与各行。
    pub sections: Vec<(String, Vec<String>)>,
}

impl std::fmt::Display for RuleText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{} {}", self.code, self.name)?;
        for (title, lines) in &self.sections {
            writeln!(f, "\n【{title}】")?;
            for line in lines {
                writeln!(f, "  {line}")?;
            }
        }
        Ok(())
    }
}

/// 一个参数及其各个取值的文字，次序同参数的 `settings`。
#[derive(Debug, Clone)]
pub struct ParameterText<'a> {
    /// 参数。
    pub parameter: &'a Parameter,
    /// 各个取值。
    pub settings: Vec<SettingText>,
}

/// 一个取值的文字。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingText {
    /// 适用范围与依据。
    pub scope: String,
    /// 取值。
    pub value: String,
}

/// 一个示例的文字。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExampleText {
    /// 名称。
    pub name: String,
    /// 期望的结果，法典文件里的写法。
    pub expect: String,
    /// 期望的结果，中文。
    pub expected: &'static str,
    /// 事件，一件一行。
    pub events: Vec<String>,
}

/// 没有这个编码的规则。
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("法典没有编码为 {code} 的规则{hint}")]
pub struct UnknownCode {
    /// 编码。
    pub code: String,
    /// 最接近的编码。
    pub hint: String,
}

/// 说明者：法典连同规则原文；一次运行用一个。
pub struct Explainer<'a> {
    lawbook: &'a Lawbook,
    sources: Vec<OnceLock<RuleSource>>,
    /// 每条规则每个部分提到的名字，用到时才找。
    mentions: Vec<Vec<OnceLock<Mentioned>>>,
}

impl<'a> Explainer<'a> {
    /// 某法典的说明者；规则原文用到时才读。
    pub fn new(lawbook: &'a Lawbook) -> Self {
        let sources = std::iter::repeat_with(OnceLock::new)
            .take(lawbook.rules.len())
            .collect();
        let mentions = lawbook
            .rules
            .iter()
            .map(|rule| {
                std::iter::repeat_with(OnceLock::new)
                    .take(rule.parts.len())
                    .collect()
            })
            .collect();
        Explainer {
            lawbook,
            sources,
            mentions,
        }
    }

    /// 法典。
    pub fn lawbook(&self) -> &'a Lawbook {
        self.lawbook
    }

    /// 某案在某日的说明。
    pub fn case<'c>(&'c self, timeline: &'c Timeline, as_of: Date) -> CaseWords<'c> {
        let case = prepare(&self.lawbook.book.vocabulary, timeline, Some(as_of), None);
        CaseWords {
            explainer: self,
            case,
        }
    }

    /// 一条规则对一案为何如此；判断日缺省为最后一件事之日。
    pub fn why(
        &self,
        timeline: &Timeline,
        options: &Options,
        code: &str,
    ) -> Result<why::WhyText, UnknownCode> {
        let last = timeline
            .events
            .iter()
            .map(|e| e.occurred_until.unwrap_or(e.occurred_on))
            .max();
        let as_of = options
            .as_of
            .or(last)
            .unwrap_or_else(|| self.lawbook.calendar.coverage().1);
        self.case(timeline, as_of).why(code)
    }

    /// 一项缺失：缺什么、为什么、补什么。
    pub fn missing(&self, missing: &Missing) -> String {
        missing::sentence(self.lawbook, missing)
    }

    /// 一项缺失的三句话：缺什么、为什么、补什么。
    pub fn lacking(&self, missing: &Missing) -> missing::MissingText {
        missing::text(self.lawbook, missing)
    }

    /// 状态表的条件读成一句话，说的是这种事件。
    pub fn condition(&self, kind: KindId, source: &str) -> String {
        let phrases = Phrases::new(self.lawbook, None).slot("e", &[kind]);
        phrases.sentence(source)
    }

    /// 一案的无法判定汇成一条；没有的为 `None`。
    pub fn fold_undetermined(&self, results: &[RuleResult]) -> Option<FoldedText> {
        missing::fold(self.lawbook, results)
    }

    /// 一条规则的全部说明。
    pub fn rule(&self, code: &str) -> Result<RuleText, UnknownCode> {
        Ok(rule::text(self, self.find(code)?))
    }

    /// 一条规则用到的参数，各个取值写成文字。
    pub fn parameters(&self, rule: &Rule) -> Vec<ParameterText<'a>> {
        rule::parameter_texts(self, rule)
    }

    /// 一条规则的示例，写成文字。
    pub fn examples(&self, code: &str) -> Result<Vec<ExampleText>, UnknownCode> {
        Ok(rule::example_texts(self, self.find(code)?))
    }

    fn find(&self, code: &str) -> Result<usize, UnknownCode> {
        let rules = &self.lawbook.book.rules;
        rules.get(code).copied().ok_or_else(|| {
            let hint = nearest(code, rules.keys().map(String::as_str)).unwrap_or_default();
            let hint = if hint.is_empty() {
                hint
            } else {
                format!("；{hint}")
            };
            UnknownCode {
                code: code.to_owned(),
                hint,
            }
        })
    }

    fn source(&self, rule: usize) -> &RuleSource {
        self.sources[rule].get_or_init(|| RuleSource::read(&self.lawbook.rules[rule].at.file))
    }

    /// 义务文字 `CODE`、`CODE/部分` 指的规则与部分。
    fn duty(&self, text: &str) -> Option<(usize, usize)> {
        let (code, part) = text
            .split_once('/')
            .map_or((text, None), |(code, part)| (code, Some(part)));
        let duty = &self.lawbook.book.duties[self.lawbook.book.duty(code, part)?];
        Some((duty.rule, duty.part))
    }

    fn values(&self) -> Values<'a> {
        Values {
            vocabulary: &self.lawbook.book.vocabulary,
        }
    }
}

/// 一案的说明者。
pub struct CaseWords<'c> {
    explainer: &'c Explainer<'c>,
    case: Case<'c>,
}

impl<'c> CaseWords<'c> {
    /// 一个结果的文字。
    pub fn finding(&self, result: &RuleResult) -> FindingText {
        finding::text(self, result)
    }

    /// 只要一个结果的要点：逐条列表时用，不必写出全文。
    pub fn headline(&self, result: &RuleResult) -> String {
        finding::headline_only(self, result)
    }

    /// 只要一个不合规的各个原因。
    pub(crate) fn causes_of(&self, result: &RuleResult) -> Vec<Cause> {
        finding::causes_only(self, result)
    }

    /// 一件事，只写日期与名称；没有这一件的为空。
    pub fn event(&self, event: EventIndex) -> String {
        let events = &self.case.timeline.events;
        events
            .get(event.0 as usize)
            .map_or_else(String::new, |event| self.event_brief(event))
    }

    /// 一项义务的文字：要求、依据、到期日的推算与逐日的对照。
    pub fn duty(&self, duty: &Duty) -> duty::DutyText {
        duty::text(self, duty)
    }

    /// 一个结果的规则。
    pub fn rule(&self, result: &RuleResult) -> &'c Rule {
        &self.lawbook().rules[result.rule as usize]
    }

    /// 一个结果的依据的简称：只有约束本机关而当日有效的。
    pub fn binding(&self, result: &RuleResult) -> Vec<String> {
        let rule = &self.lawbook().rules[result.rule as usize];
        let (binding, _) = self.citations(rule, result.day);
        binding.into_iter().map(str::to_owned).collect()
    }

    /// 自动建议的处理，代码；不是不合规的没有：带标记的到上限为止，依据不约束本机关的只按程度提醒。
    pub fn suggested(&self, result: &RuleResult) -> Vec<String> {
        finding::suggested(self.rule(result), result)
    }

    fn lawbook(&self) -> &'c Lawbook {
        self.explainer.lawbook
    }

    /// 准备好的时间线。
    pub(crate) fn prepared(&self) -> &Case<'c> {
        &self.case
    }

    fn case(&self) -> &Case<'c> {
        &self.case
    }

    fn values(&self) -> Values<'c> {
        self.explainer.values()
    }

    fn part(&self, rule: usize, part: usize) -> (&'c Part, Source<'_>) {
        (
            &self.lawbook().rules[rule].parts[part],
            self.explainer.source(rule).part(part),
        )
    }

    /// 参数在某日对本案的取值，写成文字。
    fn parameter_value(&self, name: &str, day: Date) -> Option<String> {
        let parameters = &self.lawbook().book.parameters;
        let id = parameters.find(name)?;
        let parameter = parameters.get(id);
        let sense = Sense::of_parameter(parameter);
        match parameters.choose(id, &self.case, day) {
            Chosen::Value(value, _) => self.values().val(value, &sense),
            Chosen::NoLimit => Some("不设限".to_owned()),
            Chosen::Unknown(_) => Some("待核".to_owned()),
        }
    }

    /// 期限参数在某日对本案的取值。
    fn parameter_period(&self, name: &str, day: Date) -> Option<Period> {
        let parameters = &self.lawbook().book.parameters;
        match parameters.choose(parameters.find(name)?, &self.case, day) {
            Chosen::Value(Val::Period(period), _) => Some(*period),
            Chosen::Value(..) | Chosen::NoLimit | Chosen::Unknown(_) => None,
        }
    }

    /// 只有法典、没有具名事件的读法；参数写出本案的取值。
    fn phrases<'p>(&'p self, parameters: phrase::ParameterWords<'p>) -> Phrases<'p> {
        Phrases::new(self.explainer.lawbook, Some(parameters))
    }
}

/// 标记的含义。
pub fn mark_in_words(mark: Mark) -> &'static str {
    match mark {
        Mark::Unverified => "〔待核〕所依据的数字或条号没有核到原文，采用之前须由法制人员确认",
        Mark::SecondHand => "〔二手〕所依据的规定只见于转述，没有见到文件全文",
        Mark::Convention => "〔口径〕法律没有写明，是为了能够计算而定的口径，可以由本机关另定",
        Mark::Local => "〔地方〕所依据的规定只在该地区适用",
    }
}
