//! 评分表写成文字：一案一张，逐项写明扣多少、凭什么、还要人看什么；打印、接口与报告都用这一份。

use mingjing_domain::finding::{EventIndex, Mark, Missing, MissingWhy};
use mingjing_domain::timeline::Timeline;
use mingjing_domain::value::Value;

use super::score::{ItemState, Scored, ScoredStep, StepState, VetoState};
use super::{Decider, Grade};
use crate::explain::{CaseWords, Explainer};
use crate::rule::DecidedBy;

/// 一条理由：一个结果、一处缺失、一个问题。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// 说的话。
    pub text: String,
    /// 规则编码；不是规则说的为空。
    pub rule: Option<String>,
    /// 依据的简称，约束本机关而当日有效的。
    pub basis: Vec<String>,
    /// 标记。
    pub marks: Vec<&'static str>,
    /// 看过的事，一件一行。
    pub evidence: Vec<String>,
}

/// 一种情形的文字。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepText {
    /// 情形，照评分标准的说法。
    pub say: String,
    /// 结论。
    pub state: &'static str,
    /// 确定扣的、建议另扣的。
    pub taken: String,
    /// 建议另扣的。
    pub suggested: String,
    /// 理由。
    pub reasons: Vec<Reason>,
}

/// 一行：一个评分项或否决项。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowText {
    /// 编号。
    pub code: String,
    /// 所属的部分；否决项为空。
    pub part: String,
    /// 评查内容，或否决情形。
    pub name: String,
    /// 机、半、人。
    pub decided_by: &'static str,
    /// 结论。
    pub state: &'static str,
    /// 分值；否决项为空。
    pub full: String,
    /// 确定扣的。
    pub taken: String,
    /// 连同建议扣的。
    pub proposed: String,
    /// 至多扣的。
    pub worst: String,
    /// 要人看：确认、回答或补事实。
    pub is_open: bool,
    /// 与本案无关。
    pub is_unrelated: bool,
    /// 没有这种情形的略去，其余各种情形。
    pub steps: Vec<StepText>,
}

/// 一案的一张评分表。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetText {
    /// 案件标识。
    pub case: String,
    /// 机关名称；没有为空。
    pub body: String,
    /// 表的标识。
    pub sheet: String,
    /// 表的名称。
    pub name: String,
    /// 表自哪一日起用。
    pub from: String,
    /// 法典的版本。
    pub lawbook: String,
    /// 判断日。
    pub as_of: String,
    /// 已办结、未办结、说不清。
    pub closed: &'static str,
    /// 否决项。
    pub vetoes: Vec<RowText>,
    /// 评分项。
    pub items: Vec<RowText>,
    /// 满分。
    pub full: String,
    /// 不适用的分值。
    pub not_applicable: String,
    /// 折算的基数。
    pub base: String,
    /// 得分：至少、照建议、至多；没有得分的为空。
    pub scores: Option<[String; 3]>,
    /// 等次。
    pub grade: String,
    /// 最低的等次，即不合格。
    pub failed: String,
    /// 命中了否决项。
    pub is_vetoed: bool,
    /// 留给人的否决项、评分项的编号。
    pub left_to_person: Vec<String>,
    /// 依据与来源。
    pub cite: Vec<String>,
    /// 说明。
    pub note: String,
}

impl SheetText {
    /// 引了案里文字的各处：遮盖姓名与号码的在这里改。
    pub fn quoting(&mut self) -> impl Iterator<Item = &mut String> {
        let rows = self.vetoes.iter_mut().chain(&mut self.items);
        let reasons = rows
            .flat_map(|row| &mut row.steps)
            .flat_map(|step| &mut step.reasons);
        reasons.flat_map(|reason| std::iter::once(&mut reason.text).chain(&mut reason.evidence))
    }
}

/// 一项的结论的说法。
pub fn item_state(state: ItemState) -> &'static str {
    match state {
        ItemState::NotApplicable => "不适用",
        ItemState::Decided => "机判",
        ItemState::Person => "由人确认",
        ItemState::Undetermined => "无法判定",
    }
}

/// 否决项的结论的说法。
pub fn veto_state(state: VetoState) -> &'static str {
    match state {
        VetoState::NotApplicable => "不适用",
        VetoState::Clear => "没有",
        VetoState::Person => "由人判定",
        VetoState::Undetermined => "无法判定",
        VetoState::Suspected => "疑似",
        VetoState::Hit => "否决",
    }
}

fn step_state(state: StepState) -> &'static str {
    match state {
        StepState::NotApplicable => "不适用",
        StepState::Clear => "没有",
        StepState::Elsewhere => "已在别项扣",
        StepState::Person => "由人回答",
        StepState::Undetermined => "无法判定",
        StepState::Suggested => "建议扣",
        StepState::Taken => "扣",
    }
}

/// 等次的说法：命中否决项的不合格；至低与至高不同的写成一段；没有得分的为空。
pub fn grade(scored: &Scored<'_>) -> String {
    match scored.grades() {
        None => String::new(),
        Some([low, _, high]) if low == high => low.to_string(),
        Some([low, _, high]) => format!("{low}至{high}"),
    }
}

/// 各等次的说法，由高到低。
pub fn grades(grades: &[Grade]) -> String {
    let one = |grade: &Grade| format!("{} 分以上{}", grade.at_least, grade.name);
    grades.iter().map(one).collect::<Vec<_>>().join("，")
}

/// 写成文字。
pub fn text(explainer: &Explainer<'_>, timeline: &Timeline, scored: &Scored<'_>) -> SheetText {
    let writer = Writer {
        explainer,
        words: explainer.case(timeline, scored.as_of),
        scored,
    };
    let (vetoes, items) = (writer.vetoes(), writer.items());
    let open = vetoes.iter().chain(&items).filter(|row| row.is_open);
    let sheet = scored.sheet;
    SheetText {
        case: timeline.id.clone(),
        body: match timeline.facts.at("body.name") {
            Some(Value::Text(name)) => name.clone(),
            _ => String::new(),
        },
        sheet: sheet.code.to_string(),
        name: sheet.name.to_string(),
        from: sheet.from.to_string(),
        lawbook: explainer.lawbook().version.to_string(),
        as_of: scored.as_of.to_string(),
        closed: match scored.is_closed {
            Some(true) => "已办结",
            Some(false) => "未办结，只供自查",
            None => "说不清是否办结，只供自查",
        },
        left_to_person: open.map(|row| row.code.clone()).collect(),
        vetoes,
        items,
        full: sheet.full.in_digits(),
        not_applicable: scored.not_applicable.in_digits(),
        base: scored.base().in_digits(),
        scores: scored
            .range
            .map(|range| [range.low, range.proposed, range.high].map(|s| s.to_string())),
        grade: grade(scored),
        failed: sheet.failed().name.to_string(),
        is_vetoed: scored.is_vetoed(),
        cite: sheet.cite.iter().map(ToString::to_string).collect(),
        note: sheet.note.to_string(),
    }
}

struct Writer<'w> {
    explainer: &'w Explainer<'w>,
    words: CaseWords<'w>,
    scored: &'w Scored<'w>,
}

impl Writer<'_> {
    fn vetoes(&self) -> Vec<RowText> {
        let rows = self.scored.vetoes.iter().map(|veto| RowText {
            code: veto.veto.code.to_string(),
            part: String::new(),
            name: veto.veto.name.to_string(),
            decided_by: veto.veto.decided_by.name(),
            state: veto_state(veto.state),
            full: String::new(),
            taken: String::new(),
            proposed: String::new(),
            worst: String::new(),
            is_open: matches!(
                veto.state,
                VetoState::Person | VetoState::Undetermined | VetoState::Suspected
            ),
            is_unrelated: veto.state == VetoState::NotApplicable,
            steps: self.steps(&veto.steps),
        });
        rows.collect()
    }

    fn items(&self) -> Vec<RowText> {
        let rows = self.scored.items.iter().map(|item| RowText {
            code: item.item.code.to_string(),
            part: item.item.part.to_string(),
            name: item.item.name.to_string(),
            decided_by: item.item.decided_by.name(),
            state: item_state(item.state),
            full: item.item.full.in_digits(),
            taken: item.taken.in_digits(),
            proposed: item.proposed.in_digits(),
            worst: item.worst.in_digits(),
            is_open: is_left(item.item.decided_by, item.state),
            is_unrelated: item.state == ItemState::NotApplicable,
            steps: self.steps(&item.steps),
        });
        rows.collect()
    }

    fn steps(&self, steps: &[ScoredStep<'_>]) -> Vec<StepText> {
        let told = steps.iter().filter(|step| {
            !matches!(step.state, StepState::NotApplicable | StepState::Clear)
                || !step.missing.is_empty()
        });
        told.map(|step| self.step(step)).collect()
    }

    fn step(&self, step: &ScoredStep<'_>) -> StepText {
        let mut reasons: Vec<Reason> = Vec::new();
        reasons.extend(step.faults.iter().map(|place| self.result(*place, None)));
        for (place, owner) in &step.elsewhere {
            reasons.push(self.result(*place, Some(owner)));
        }
        match &step.step.decider {
            Decider::Ask { question, .. } if step.state == StepState::Person => {
                reasons.push(plain(question.to_string()));
            }
            Decider::Holds { .. }
                if matches!(step.state, StepState::Taken | StepState::Suggested) =>
            {
                let mut reason = plain(format!("有这种情形：{}", step.step.say));
                reason.evidence = self.events(&step.evidence);
                reasons.push(reason);
            }
            Decider::Ask { .. } | Decider::Holds { .. } | Decider::Rules { .. } => {}
        }
        reasons.extend(self.unknown(step));
        if step.is_before_law && step.faults.is_empty() {
            reasons.push(plain(
                "所看的事发生在规则施行之前，机器没有判，由人按当时的规定评".to_owned(),
            ));
        }
        StepText {
            say: step.step.say.to_string(),
            state: step_state(step.state),
            taken: step.taken.in_digits(),
            suggested: step.suggested.in_digits(),
            reasons,
        }
    }

    /// 一个不合规的结果。
    fn result(&self, place: usize, owner: Option<&str>) -> Reason {
        let result = &self.scored.assessment.results[place];
        let mut events: Vec<EventIndex> = result.trigger.into_iter().collect();
        events.extend(
            result
                .evidence
                .iter()
                .filter(|e| Some(**e) != result.trigger),
        );
        let headline = self.words.headline(result);
        Reason {
            text: match owner {
                Some(owner) => format!("{headline}（同一事实已在 {owner} 扣分）"),
                None => headline,
            },
            rule: Some(result.code.to_string()),
            basis: self.words.binding(result),
            marks: result.marks.iter().map(Mark::name).collect(),
            evidence: self.events(&events),
        }
    }

    /// 说不清的结果与没有结果的规则各缺什么。
    fn unknown(&self, step: &ScoredStep<'_>) -> Vec<Reason> {
        let mut told: Vec<&Missing> = Vec::new();
        let mut reasons = Vec::new();
        for place in &step.unknown {
            let result = &self.scored.assessment.results[*place];
            told.extend(&result.missing);
            let mut reason = self.result(*place, None);
            let lacks = result.missing.iter().map(|m| self.explainer.missing(m));
            reason.text = format!(
                "{}：{}",
                self.words.rule(result).name,
                lacks.collect::<Vec<_>>().join("；")
            );
            join(&mut reasons, reason);
        }
        let rest = step.missing.iter().filter(|m| !told.contains(m));
        reasons.extend(rest.map(|missing| plain(self.lack(missing))));
        reasons
    }

    fn lack(&self, missing: &Missing) -> String {
        match (missing.what.strip_prefix("rule:"), missing.why) {
            (Some(code), MissingWhy::Person) => {
                let rule = self.explainer.lawbook().rule(code);
                let name = rule.map_or(code, |rule| rule.name.as_ref());
                format!("“{name}”（{code}）看的不止一案，机器在一案里不判，由人核对")
            }
            _ => self.explainer.missing(missing),
        }
    }

    fn events(&self, events: &[EventIndex]) -> Vec<String> {
        events
            .iter()
            .map(|event| self.words.event(*event))
            .collect()
    }
}

/// 同一条规则缺同样的事实，说一次，看过的事放在一起。
fn join(reasons: &mut Vec<Reason>, reason: Reason) {
    let same = |r: &&mut Reason| r.rule == reason.rule && r.text == reason.text;
    match reasons.iter_mut().find(same) {
        None => reasons.push(reason),
        Some(told) => {
            for event in reason.evidence {
                if !told.evidence.contains(&event) {
                    told.evidence.push(event);
                }
            }
        }
    }
}

fn plain(text: String) -> Reason {
    Reason {
        text,
        rule: None,
        basis: Vec::new(),
        marks: Vec::new(),
        evidence: Vec::new(),
    }
}

/// 留给人：要确认、要回答、缺事实，或者本来就由人判定。
fn is_left(decided_by: DecidedBy, state: ItemState) -> bool {
    match state {
        ItemState::NotApplicable => false,
        ItemState::Decided => decided_by == DecidedBy::Person,
        ItemState::Person | ItemState::Undetermined => true,
    }
}
