//! 一次裁量计算在接口里的写法：每个条件符合与否、看的什么事实、依据哪一条；给区间，不给数额。

use mingjing_kernel::date::Date;
use mingjing_kernel::money::Fen;
use mingjing_lawbook::discretion::reckon::Verdict as Of;
use mingjing_lawbook::discretion::words::{
    RangeText, ReckoningText, SeenText, Standing, TestText, interval,
};
use mingjing_lawbook::explain::reads::ReadText;
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::label::Label;

/// 一次裁量计算。是算出来的区间，不是决定：数额由承办人裁量并说明理由。
#[derive(Debug, Serialize, ToSchema)]
pub struct Reckoning {
    /// 裁量事项。
    item: Label,
    /// 法典的版本。
    lawbook: String,
    /// 适用哪一日的法律。
    #[schema(value_type = String, format = Date)]
    law_on: Date,
    /// 领域；不知道为 null。
    department: Option<String>,
    /// 只在哪些地区施行；全国的为空。
    regions: Vec<String>,
    /// 依据。
    citations: Vec<String>,
    /// 标记及其含义。
    marks: Vec<String>,
    /// 依据约束、不约束本机关，或者不知道。
    force_text: String,
    /// 说明。
    note: Option<String>,
    /// 罚还是不罚。
    verdict: Verdict,
    /// 各种处罚与条款的幅度。
    ranges: Vec<FineRange>,
    /// 阶次，由轻到重。
    tiers: Vec<Circumstance>,
    /// 从轻、减轻、从重、不予处罚的情节。
    factors: Vec<Circumstance>,
    /// 采用符合的情节之前须有的证据与程序。
    needs: Vec<Circumstance>,
    /// 结论，一句一行。
    conclusion: Vec<String>,
    /// 缺了就定不下来的事实，重要的在前。
    missing: Vec<MissingFact>,
}

/// 罚还是不罚：must_not_penalize 应当不予处罚，may_not_penalize 可以不予处罚，penalize 没有不予处罚的情节。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DiscretionVerdict)]
pub enum Verdict {
    /// 应当不予处罚
    MustNotPenalize,
    /// 可以不予处罚
    MayNotPenalize,
    /// 没有不予处罚的情节
    Penalize,
}

/// 条件的结论：met 符合（适用），not_met 不符合（不适用），unknown 不知道。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CircumstanceState)]
pub enum CircumstanceState {
    /// 符合
    Met,
    /// 不符合
    NotMet,
    /// 不知道
    Unknown,
}

impl From<Standing> for CircumstanceState {
    fn from(standing: Standing) -> Self {
        match standing {
            Standing::Met => CircumstanceState::Met,
            Standing::NotMet => CircumstanceState::NotMet,
            Standing::Unknown => CircumstanceState::Unknown,
        }
    }
}

/// 一段数额。
#[derive(Debug, Serialize, ToSchema)]
pub struct FineInterval {
    /// 最低。
    least_fen: i64,
    /// 最高。
    most_fen: i64,
    /// 写成文字，如“5万元至10万元”。
    text: String,
}

impl FineInterval {
    fn of((least, most): (Fen, Fen)) -> Self {
        FineInterval {
            least_fen: least.0,
            most_fen: most.0,
            text: interval((least, most)),
        }
    }
}

/// 一种处罚。
#[derive(Debug, Serialize, ToSchema)]
pub struct FineRange {
    /// 标识，事项之内不重。
    range: String,
    /// 处罚种类。
    kind: String,
    /// 在什么情形下适用；总是适用的没有。
    name: Option<String>,
    /// 适用与否。
    state: CircumstanceState,
    /// 可以处罚，而不是应当。
    is_optional: bool,
    /// 条款的写法；没有数额的没有。
    written: Option<String>,
    /// 条件看的事实。
    reads: Vec<FactRead>,
    /// 计算的基数、个数。
    measures: Vec<FactRead>,
    /// 条款的幅度在本案是多少。
    statutory: Option<FineInterval>,
    /// 可能的各档在本案是多少。
    tiers: Vec<TierAmount>,
    /// 建议的区间，总在条款的幅度以内。
    proposal: Option<FineInterval>,
    /// 规定的从轻、从重的一段。
    band: Option<FineInterval>,
    /// 那一段与所定的档不重合：取那一段须办理调整适用。
    is_off_tier: bool,
    /// 有减轻情节，程序齐备的可以低于这个数额。
    mitigated_below_fen: Option<i64>,
}

/// 一档在本案的数额。
#[derive(Debug, Serialize, ToSchema)]
pub struct TierAmount {
    /// 阶次。
    name: String,
    /// 数额；基数不知道的没有。
    amount: Option<FineInterval>,
}

/// 一档、一个情节或一道程序。
#[derive(Debug, Serialize, ToSchema)]
pub struct Circumstance {
    /// 标识；阶次、程序没有。
    code: Option<String>,
    /// 名称。
    name: String,
    /// 后果，如“应当从轻或者减轻”；阶次没有。
    effect: Option<String>,
    /// 结论。
    state: CircumstanceState,
    /// 几种情形怎样合成，如“同时具备”。
    how_text: String,
    /// 阶次：可能就是这一档。
    is_candidate: bool,
    /// 情形。
    tests: Vec<CircumstanceTest>,
    /// 依据，全称与条号。
    citations: Vec<String>,
    /// 标记。
    marks: Vec<String>,
    /// 说明。
    note: Option<String>,
}

/// 一种情形。
#[derive(Debug, Serialize, ToSchema)]
pub struct CircumstanceTest {
    /// 情形，照条文、基准的说法。
    say: String,
    /// 结论。
    state: CircumstanceState,
    /// 看的事实。
    reads: Vec<FactRead>,
}

/// 看的一样事实或者事。
#[derive(Debug, Serialize, ToSchema)]
pub struct FactRead {
    /// 事实的路径，或者事件的种类。
    #[schema(example = "discretion.goods_value")]
    path: String,
    /// 名称。
    name: String,
    /// 值，写成文字；不知道的没有。
    text: Option<String>,
}

/// 缺的一个事实。
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MissingDiscretionFact)]
pub struct MissingFact {
    /// 路径。
    path: String,
    /// 缺什么、为何、怎样补。
    text: String,
}

fn said(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

fn owned(texts: Vec<&'static str>) -> Vec<String> {
    texts.into_iter().map(str::to_owned).collect()
}

impl From<ReckoningText> for Reckoning {
    fn from(told: ReckoningText) -> Self {
        let missing = told.missing_paths.into_iter().zip(told.missing);
        Reckoning {
            item: Label::new(&told.code, Some(&told.name)),
            lawbook: told.lawbook,
            law_on: told.day,
            department: said(told.department),
            regions: told.regions,
            citations: told.cite,
            marks: owned(told.marks),
            force_text: told.force.to_owned(),
            note: said(told.note),
            verdict: match told.verdict {
                Of::MustNot => Verdict::MustNotPenalize,
                Of::MayNot => Verdict::MayNotPenalize,
                Of::Penalize => Verdict::Penalize,
            },
            ranges: told.ranges.into_iter().map(FineRange::from).collect(),
            tiers: told.tiers.into_iter().map(Circumstance::from).collect(),
            factors: told.factors.into_iter().map(Circumstance::from).collect(),
            needs: told.needs.into_iter().map(Circumstance::from).collect(),
            conclusion: told.conclusion,
            missing: missing
                .map(|(path, text)| MissingFact { path, text })
                .collect(),
        }
    }
}

impl From<RangeText> for FineRange {
    fn from(range: RangeText) -> Self {
        let tiers = range.tiers.into_iter().map(|(name, amount)| TierAmount {
            name,
            amount: amount.map(FineInterval::of),
        });
        FineRange {
            range: range.id,
            kind: range.kind,
            name: said(range.name),
            state: range.state.into(),
            is_optional: range.may,
            written: said(range.written),
            reads: range.reads.into_iter().map(FactRead::from).collect(),
            measures: range.measures.into_iter().map(FactRead::from).collect(),
            statutory: range.statutory.map(FineInterval::of),
            tiers: tiers.collect(),
            proposal: range.proposal.map(FineInterval::of),
            band: range.band.map(FineInterval::of),
            is_off_tier: range.is_off_tier,
            mitigated_below_fen: range.below.map(|fen| fen.0),
        }
    }
}

impl From<SeenText> for Circumstance {
    fn from(seen: SeenText) -> Self {
        Circumstance {
            code: said(seen.code),
            name: seen.name,
            effect: said(seen.effect),
            state: seen.state.into(),
            how_text: seen.how.to_owned(),
            is_candidate: seen.is_candidate,
            tests: seen.tests.into_iter().map(CircumstanceTest::from).collect(),
            citations: seen.cite,
            marks: owned(seen.marks),
            note: said(seen.note),
        }
    }
}

impl From<TestText> for CircumstanceTest {
    fn from(test: TestText) -> Self {
        CircumstanceTest {
            say: test.say,
            state: test.state.into(),
            reads: test.reads.into_iter().map(FactRead::from).collect(),
        }
    }
}

impl From<ReadText> for FactRead {
    fn from(read: ReadText) -> Self {
        FactRead {
            path: read.path,
            name: read.label,
            text: read.value,
        }
    }
}
