//! 裁量计算写成文字：每个条件符合与否、看的是什么事实、依据哪一条，建议的区间与还缺什么；打印与接口都用这一份。

use mingjing_domain::finding::{Force, Mark};
use mingjing_domain::timeline::Timeline;
use mingjing_kernel::date::Date;
use mingjing_kernel::money::Fen;

use super::amount::yuan;
use super::reckon::{Interval, Lean, Reckoning, Seen, SeenRange, Verdict};
use super::{Effect, Factor, Item, Match, Measure, Range};
use crate::cel::value::Tri;
use crate::explain::reads::ReadText;
use crate::explain::{CaseWords, Explainer};

/// 条件的结论：一个情形、情节、阶次符合与否，一种处罚适用与否。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// 符合；适用。
    Met,
    /// 不符合；不适用。
    NotMet,
    /// 不知道。
    Unknown,
}

impl Standing {
    fn of(state: &Tri) -> Self {
        match state {
            Tri::True => Standing::Met,
            Tri::False => Standing::NotMet,
            Tri::Unknown(_) => Standing::Unknown,
        }
    }

    /// 情形、情节、阶次的说法。
    pub const fn in_words(self) -> &'static str {
        match self {
            Standing::Met => "符合",
            Standing::NotMet => "不符合",
            Standing::Unknown => "不知道",
        }
    }

    /// 一种处罚的说法。
    pub const fn of_range_in_words(self) -> &'static str {
        match self {
            Standing::Met => "适用",
            Standing::NotMet => "不适用",
            Standing::Unknown => "不知道",
        }
    }

    /// 代码，稳定。
    pub const fn code(self) -> &'static str {
        match self {
            Standing::Met => "met",
            Standing::NotMet => "not_met",
            Standing::Unknown => "unknown",
        }
    }
}

/// 一种情形。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestText {
    /// 情形，照基准的说法。
    pub say: String,
    /// 符合、不符合、不知道。
    pub state: Standing,
    /// 看的事实。
    pub reads: Vec<ReadText>,
}

/// 一档、一个情节或一道程序。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenText {
    /// 标识；阶次、程序没有。
    pub code: String,
    /// 名称。
    pub name: String,
    /// 后果的说法；阶次没有。
    pub effect: String,
    /// 符合、不符合、不知道。
    pub state: Standing,
    /// 几种情形怎样合成。
    pub how: &'static str,
    /// 情形。
    pub tests: Vec<TestText>,
    /// 可能就是这一档；情节、程序的没有意义。
    pub is_candidate: bool,
    /// 依据，全称与条号。
    pub cite: Vec<String>,
    /// 标记。
    pub marks: Vec<&'static str>,
    /// 说明。
    pub note: String,
}

/// 一种处罚。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RangeText {
    /// 标识。
    pub id: String,
    /// 适用的情形。
    pub name: String,
    /// 处罚种类。
    pub kind: String,
    /// 适用、不适用、不知道。
    pub state: Standing,
    /// 可以处罚，而不是应当。
    pub may: bool,
    /// 条款的写法，如“货值的10倍以上20倍以下”。
    pub written: String,
    /// 基数、个数在本案的数目。
    pub measures: Vec<ReadText>,
    /// 条件看的事实。
    pub reads: Vec<ReadText>,
    /// 条款的幅度，分。
    pub statutory: Option<(Fen, Fen)>,
    /// 各档的区间，分。
    pub tiers: Vec<(String, Option<(Fen, Fen)>)>,
    /// 建议的区间，分。
    pub proposal: Option<(Fen, Fen)>,
    /// 减轻可以低于的数额。
    pub below: Option<Fen>,
    /// 规定的从轻、从重的一段，分。
    pub band: Option<(Fen, Fen)>,
    /// 那一段与所定的档不重合。
    pub is_off_tier: bool,
}

/// 一次计算的文字。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReckoningText {
    /// 事项的标识。
    pub code: String,
    /// 事项的名称。
    pub name: String,
    /// 法典的版本。
    pub lawbook: String,
    /// 适用哪一日的法律。
    pub day: Date,
    /// 领域的名称；不知道为空。
    pub department: String,
    /// 只在哪些地区施行；全国的为空。
    pub regions: Vec<String>,
    /// 依据。
    pub cite: Vec<String>,
    /// 标记及其含义。
    pub marks: Vec<&'static str>,
    /// 依据约束、不约束本机关，或者不知道。
    pub force: &'static str,
    /// 说明。
    pub note: String,
    /// 罚还是不罚。
    pub verdict: Verdict,
    /// 各种处罚。
    pub ranges: Vec<RangeText>,
    /// 各档。
    pub tiers: Vec<SeenText>,
    /// 情节。
    pub factors: Vec<SeenText>,
    /// 须有的程序。
    pub needs: Vec<SeenText>,
    /// 结论，一句一行。
    pub conclusion: Vec<String>,
    /// 缺了就定不下来的。
    pub missing: Vec<String>,
    /// 缺失的路径。
    pub missing_paths: Vec<String>,
    /// 裁量规则（DIS-*）所问的事实中，这次能够回答的。
    pub facts: Vec<(&'static str, mingjing_domain::value::Value)>,
}

impl ReckoningText {
    /// 引用案件里的话的各处：看的事实的值。
    pub fn quoting(&mut self) -> impl Iterator<Item = &mut String> {
        let seen = [&mut self.tiers, &mut self.factors, &mut self.needs];
        let tests = seen.into_iter().flatten().flat_map(|one| &mut one.tests);
        let ranges = self.ranges.iter_mut();
        let of_ranges = ranges.flat_map(|range| range.reads.iter_mut().chain(&mut range.measures));
        let reads = tests.flat_map(|test| &mut test.reads).chain(of_ranges);
        reads.filter_map(|read| read.value.as_mut())
    }
}

/// 算一次并写成文字；`as_of` 为判断日，`day` 为选法律的日子。
pub fn text(
    explainer: &Explainer<'_>,
    item: &Item,
    timeline: &Timeline,
    as_of: Date,
    day: Date,
) -> ReckoningText {
    let words = explainer.case(timeline, as_of);
    let lawbook = explainer.lawbook();
    let reckoning = super::reckon::reckon(lawbook, item, words.prepared(), day);
    let writer = Writer {
        explainer,
        words: &words,
        day,
        as_of,
    };
    writer.write(&reckoning)
}

/// 区间的写法：`5万元至10万元`，两头相同的只写一个。
pub fn interval(bounds: (Fen, Fen)) -> String {
    match bounds {
        (least, most) if least == most => yuan(least),
        (least, most) => format!("{}至{}", yuan(least), yuan(most)),
    }
}

fn how(how: Match) -> &'static str {
    match how {
        Match::All => "同时具备",
        Match::Any => "具有之一",
        Match::Otherwise => "不符合别的阶次",
    }
}

struct Writer<'w> {
    explainer: &'w Explainer<'w>,
    words: &'w CaseWords<'w>,
    day: Date,
    as_of: Date,
}

impl Writer<'_> {
    fn write(&self, reckoning: &Reckoning<'_>) -> ReckoningText {
        let lawbook = self.explainer.lawbook();
        let vocabulary = &lawbook.book.vocabulary;
        let item = reckoning.item;
        let name = |table: &std::collections::BTreeMap<String, String>, code: &str| {
            table.get(code).cloned().unwrap_or_else(|| code.to_owned())
        };
        let department = reckoning.department.as_deref();
        ReckoningText {
            code: item.code.to_string(),
            name: item.name.to_string(),
            lawbook: lawbook.version.to_string(),
            day: reckoning.day,
            department: department.map_or_else(String::new, |d| name(&vocabulary.departments, d)),
            regions: item
                .regions
                .iter()
                .map(|region| name(&vocabulary.regions, region))
                .collect(),
            cite: self.cited(&item.cite),
            marks: marks(reckoning.marks.iter(), crate::explain::mark_in_words),
            force: force(reckoning.force),
            note: item.note.to_string(),
            verdict: reckoning.verdict,
            ranges: reckoning
                .ranges
                .iter()
                .map(|range| self.range(reckoning, range))
                .collect(),
            tiers: self.tiers(reckoning),
            factors: reckoning
                .factors
                .iter()
                .map(|seen| self.factor(seen.factor, &seen.seen))
                .collect(),
            needs: reckoning
                .needs
                .iter()
                .map(|seen| SeenText {
                    name: seen.need.name.to_string(),
                    effect: labels(&seen.need.effects),
                    cite: self.cited(&seen.need.cite),
                    ..self.seen(&seen.seen)
                })
                .collect(),
            conclusion: self.conclusion(reckoning),
            missing: reckoning
                .missing
                .iter()
                .map(|missing| self.explainer.missing(missing))
                .collect(),
            missing_paths: reckoning
                .missing
                .iter()
                .map(|m| m.what.to_string())
                .collect(),
            facts: reckoning.facts(),
        }
    }

    fn cited(&self, cite: &[std::sync::Arc<str>]) -> Vec<String> {
        let statutes = &self.explainer.lawbook().book.statutes;
        cite.iter()
            .map(|c| statutes.in_words(c, self.day))
            .collect()
    }

    /// 情形的共同部分；名称、依据由各处填。
    fn seen(&self, seen: &Seen<'_>) -> SeenText {
        SeenText {
            code: String::new(),
            name: String::new(),
            effect: String::new(),
            state: Standing::of(&seen.state),
            how: how(seen.how),
            tests: seen
                .tests
                .iter()
                .map(|one| TestText {
                    say: one.test.say.to_string(),
                    state: Standing::of(&one.state),
                    reads: self.words.reads(&one.test.that, self.as_of),
                })
                .collect(),
            is_candidate: false,
            cite: Vec::new(),
            marks: Vec::new(),
            note: String::new(),
        }
    }

    fn tiers(&self, reckoning: &Reckoning<'_>) -> Vec<SeenText> {
        reckoning
            .tiers
            .iter()
            .map(|tier| SeenText {
                name: tier.tier.name.to_string(),
                is_candidate: tier.is_candidate,
                ..self.seen(&tier.seen)
            })
            .collect()
    }

    fn factor(&self, factor: &Factor, seen: &Seen<'_>) -> SeenText {
        let must = if factor.must { "应当" } else { "可以" };
        SeenText {
            code: factor.code.to_string(),
            name: factor.name.to_string(),
            effect: format!("{must}{}", labels(&factor.effects)),
            cite: self.cited(&factor.cite),
            marks: marks(factor.marks.iter(), Mark::name),
            note: factor.note.to_string(),
            ..self.seen(seen)
        }
    }

    fn range(&self, reckoning: &Reckoning<'_>, seen: &SeenRange<'_>) -> RangeText {
        let range = seen.range;
        let read = |measure: &Option<Measure>, value: Option<Option<i64>>, is_money: bool| {
            let measure = measure.as_ref()?;
            let words = |n: i64| match (&measure.unit, is_money) {
                (_, true) => yuan(Fen(n)),
                (Some(unit), false) => format!("{n} {unit}"),
                (None, false) => n.to_string(),
            };
            Some(ReadText {
                path: measure.path.to_string(),
                label: measure.label.to_string(),
                value: value.flatten().map(words),
            })
        };
        let measures = [
            read(&range.base, seen.base, true),
            read(&range.per, seen.count, false),
        ];
        RangeText {
            id: range.id.to_string(),
            name: range.name.to_string(),
            kind: range.kind_label.to_string(),
            state: Standing::of(&seen.applies),
            may: range.may,
            written: written(range),
            measures: measures.into_iter().flatten().collect(),
            reads: range
                .when
                .as_ref()
                .map(|when| self.words.reads(when, self.as_of))
                .unwrap_or_default(),
            statutory: seen.statutory.and_then(Interval::known),
            tiers: seen
                .tiers
                .iter()
                .map(|(at, own)| (reckoning.item.tiers[*at].name.to_string(), own.known()))
                .collect(),
            proposal: seen.proposal.and_then(Interval::known),
            below: seen.below,
            band: seen.band.and_then(Interval::known),
            is_off_tier: seen.is_off_tier,
        }
    }

    /// 结论：罚不罚，各种罚款的区间，减轻可以到哪里，别的处罚。
    fn conclusion(&self, reckoning: &Reckoning<'_>) -> Vec<String> {
        let mut lines = Vec::new();
        match reckoning.verdict {
            Verdict::MustNot => lines.push(format!(
                "应当不予行政处罚：{}。下面的区间只供对照",
                named(reckoning, Effect::NoPenalty, true)
            )),
            Verdict::MayNot => lines.push(format!(
                "可以不予行政处罚：{}；仍要处罚的，说明理由",
                named(reckoning, Effect::NoPenalty, false)
            )),
            Verdict::Penalize => {}
        }
        if !reckoning.tiers.is_empty() {
            lines.push(chosen_tiers(reckoning));
        }
        lines.extend(self.lean(reckoning));
        for seen in &reckoning.ranges {
            lines.extend(range_line(seen));
        }
        lines
    }

    fn lean(&self, reckoning: &Reckoning<'_>) -> Option<String> {
        let by = |effect: Effect| {
            let names: Vec<&str> = reckoning
                .factors
                .iter()
                .filter(|f| f.seen.is_met() && f.factor.effects.contains(&effect))
                .map(|f| f.factor.name.as_ref())
                .collect();
            names.join("、")
        };
        let band = reckoning.band.map(|band| {
            let cite = self.cited(&band.cite).join("、");
            format!("，在规定的一段之内（{cite}）")
        });
        let band = band.unwrap_or_else(|| "，在区间之内取，具体多少由办案机关说明理由".to_owned());
        let may = if reckoning.is_lean_optional {
            "可以"
        } else {
            ""
        };
        Some(match reckoning.lean {
            Lean::None => return None,
            Lean::Lighter => format!("{may}从轻：{}{band}", by(Effect::Lighter)),
            Lean::Heavier => format!("{may}从重：{}{band}", by(Effect::Heavier)),
            Lean::Mixed => format!(
                "从轻（{}）与从重（{}）的情节并存，综合考虑并说明，区间不缩",
                by(Effect::Lighter),
                by(Effect::Heavier)
            ),
        })
    }
}

/// 符合的情节的名称。
fn named(reckoning: &Reckoning<'_>, effect: Effect, must: bool) -> String {
    let names: Vec<&str> = reckoning
        .factors
        .iter()
        .filter(|f| f.seen.is_met() && f.factor.must == must)
        .filter(|f| f.factor.effects.contains(&effect))
        .map(|f| f.factor.name.as_ref())
        .collect();
    names.join("、")
}

/// 定在哪一档。
fn chosen_tiers(reckoning: &Reckoning<'_>) -> String {
    let candidates: Vec<&str> = reckoning
        .tiers
        .iter()
        .filter(|s| s.is_candidate)
        .map(|s| s.tier.name.as_ref())
        .collect();
    let is_settled = reckoning
        .tiers
        .iter()
        .any(|s| s.is_candidate && s.seen.is_met())
        && candidates.len() == 1;
    match (candidates.len(), is_settled) {
        (0, _) => "阶次：一档也不符合，由办案机关在条款的幅度以内说明理由".to_owned(),
        (_, true) => format!("阶次：{}", candidates[0]),
        (_, false) => format!("阶次：还定不下来，可能是{}", candidates.join("、")),
    }
}

/// 一种处罚的结论；不适用的没有。
fn range_line(seen: &SeenRange<'_>) -> Option<String> {
    let range = seen.range;
    let may = if range.may { "可以" } else { "" };
    let head = match (&seen.applies, range.name.is_empty()) {
        (Tri::False, _) => return None,
        (Tri::True, true) => format!("{may}{}", range.kind_label),
        (Tri::True, false) => format!("{may}{}（{}）", range.kind_label, range.name),
        (Tri::Unknown(_), true) => format!("{may}{}（适用与否不知道）", range.kind_label),
        (Tri::Unknown(_), false) => format!("{may}{}，若{}", range.kind_label, range.name),
    };
    let Some(proposal) = seen.proposal else {
        return Some(head);
    };
    let Some(bounds) = proposal.known() else {
        return Some(format!("{head}：{}，数额缺基数算不出", written(range)));
    };
    let mut line = format!("{head}：{}", interval(bounds));
    if let Some(band) = seen
        .band
        .and_then(Interval::known)
        .filter(|_| seen.is_off_tier)
    {
        let band = interval(band);
        line.push_str(&format!(
            "；规定的从轻、从重的一段（{band}）与所定的阶次不重合，取那一段须办理调整适用"
        ));
    }
    if let Some(below) = seen.below {
        line.push_str(&format!("；有减轻情节，程序齐备的可以低于{}", yuan(below)));
    }
    Some(line)
}

/// 条款的写法。
pub fn written(range: &Range) -> String {
    let Some(most) = range.most else {
        return String::new();
    };
    let base = range
        .base
        .as_ref()
        .map_or_else(String::new, |base| format!("{}的", base.label));
    let per = range
        .per
        .as_ref()
        .map_or_else(String::new, |per| format!("按{}计，每一", per.label));
    match range.least {
        Some(least) if least == most => format!("{per}{base}{}", most.in_words()),
        Some(least) => format!("{per}{base}{}以上{}以下", least.in_words(), most.in_words()),
        None => format!("{per}{base}{}以下", most.in_words()),
    }
}

fn labels(effects: &[Effect]) -> String {
    let labels: Vec<&str> = effects.iter().map(|effect| effect.label()).collect();
    labels.join("或者")
}

fn marks<'m>(marks: impl Iterator<Item = Mark>, say: fn(Mark) -> &'m str) -> Vec<&'m str> {
    marks.map(say).collect()
}

fn force(force: Force) -> &'static str {
    match force {
        Force::Binding => "约束本机关",
        Force::Reference => "不直接约束本机关，只供参照",
        Force::Unknown => "不知道本机关的领域或地区，约束与否说不清",
    }
}
