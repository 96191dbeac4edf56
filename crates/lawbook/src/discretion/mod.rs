//! 裁量：条款的幅度、裁量基准的阶次、从轻减轻从重与不予处罚的情节，都是法典的数据；按事实算出一个区间。
//!
//! The calculator proposes a range and says of each condition whether it is met; the amount is set by people.

pub mod amount;
pub mod choose;
pub mod draft;
pub mod example;
pub(crate) mod read;
pub mod reckon;
pub mod words;

use std::collections::BTreeSet;
use std::sync::Arc;

use mingjing_domain::finding::Marks;
use mingjing_kernel::date::Date;

use crate::basis::Reach;
use crate::book::Book;
use crate::cel::compile::Fun;
use crate::condition::Condition;
use crate::diagnostic::At;
use crate::explain::reads::facts_of_condition;
use crate::vocabulary::{Field, Scope};
use amount::Amount;
use example::DiscretionExample;

/// 一种情形：给人看的话，与判断它的条件。
pub struct Test {
    /// 情形，照基准的说法。
    pub say: Arc<str>,
    /// 条件。
    pub that: Condition,
}

/// 几种情形怎样合成一个结论。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Match {
    /// 同时具备
    All,
    /// 具有之一
    Any,
    /// 别的阶次都不符合
    Otherwise,
}

/// 各种情形与合成的办法。
pub struct Circumstances {
    /// 合成的办法。
    pub how: Match,
    /// 情形。
    pub tests: Vec<Test>,
}

/// 计算的基数或个数：读哪个事实。
pub struct Measure {
    /// 事实，如 `discretion.goods_value`。
    pub path: Arc<str>,
    /// 中文名。
    pub label: Arc<str>,
    /// 单位；金额没有。
    pub unit: Option<Arc<str>>,
    pub(crate) run: Fun,
}

/// 条款规定的一种处罚及其幅度。
pub struct Range {
    /// 标识，事项之内不重。
    pub id: Arc<str>,
    /// 在什么情形下适用，照条文的意思。
    pub name: Arc<str>,
    /// 处罚种类的代码。
    pub kind: Arc<str>,
    /// 处罚种类的名称。
    pub kind_label: Arc<str>,
    /// 适用条件；没有的总是适用。
    pub when: Option<Condition>,
    /// 下限；没有的自零起。
    pub least: Option<Amount>,
    /// 上限；不是罚款的没有。
    pub most: Option<Amount>,
    /// 倍数、比例的基数。
    pub base: Option<Measure>,
    /// 按什么计数（每处、每平方米）。
    pub per: Option<Measure>,
    /// 可以处罚，而不是应当。
    pub may: bool,
}

impl Range {
    /// 有数额的：罚款。
    pub fn has_amount(&self) -> bool {
        self.most.is_some()
    }
}

/// 一档里一种罚款的上下限。
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// 幅度的序号。
    pub range: usize,
    /// 下限。
    pub least: Amount,
    /// 上限。
    pub most: Amount,
}

/// 裁量阶次，由轻到重排列。
pub struct Tier {
    /// 名称。
    pub name: Arc<str>,
    /// 适用的情形。
    pub circumstances: Circumstances,
    /// 各种罚款的上下限。
    pub amounts: Vec<Bounds>,
    /// 或者占条款幅度的一段（万分之一）。
    pub share: Option<(u32, u32)>,
    /// 位置。
    pub at: At,
}

/// 情节的后果。
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// 不予处罚
    NoPenalty,
    /// 从轻：在幅度以内
    Lighter,
    /// 减轻：在下限以下
    Mitigated,
    /// 从重：在幅度以内
    Heavier,
}

impl Effect {
    /// 全部后果。
    pub const ALL: [Effect; 4] = [
        Effect::NoPenalty,
        Effect::Lighter,
        Effect::Mitigated,
        Effect::Heavier,
    ];

    /// 文件里的写法。
    pub fn name(self) -> &'static str {
        match self {
            Effect::NoPenalty => "no_penalty",
            Effect::Lighter => "lighter",
            Effect::Mitigated => "mitigated",
            Effect::Heavier => "heavier",
        }
    }

    /// 中文。
    pub fn label(self) -> &'static str {
        match self {
            Effect::NoPenalty => "不予处罚",
            Effect::Lighter => "从轻",
            Effect::Mitigated => "减轻",
            Effect::Heavier => "从重",
        }
    }
}

/// 裁量情节：从轻、减轻、从重、不予处罚的法定理由。
pub struct Factor {
    /// 标识。
    pub code: Arc<str>,
    /// 名称。
    pub name: Arc<str>,
    /// 后果；几个的由人择一。
    pub effects: Vec<Effect>,
    /// 应当，而不是可以。
    pub must: bool,
    /// 情形。
    pub circumstances: Circumstances,
    /// 自哪一日起。
    pub from: Date,
    /// 到哪一日止（不含）。
    pub to: Option<Date>,
    /// 依据。
    pub cite: Vec<Arc<str>>,
    /// 标记。
    pub marks: Marks,
    /// 说明。
    pub note: Arc<str>,
    /// 位置。
    pub at: At,
}

/// 采用一种后果之前须有的：证据、讨论、批准。
pub struct Need {
    /// 名称。
    pub name: Arc<str>,
    /// 哪些后果要它。
    pub effects: Vec<Effect>,
    /// 情形。
    pub circumstances: Circumstances,
    /// 依据。
    pub cite: Vec<Arc<str>>,
}

/// 从轻、从重在幅度里的一段，由有的部门规定。
pub struct Band {
    /// 后果。
    pub effect: Effect,
    /// 份额的参数。
    pub share: usize,
    /// 约束哪些机关。
    pub reach: Reach,
    /// 自哪一日起。
    pub from: Date,
    /// 依据。
    pub cite: Vec<Arc<str>>,
}

/// 各事项通用的情节、程序与区间。
#[derive(Default)]
pub struct General {
    /// 情节。
    pub factors: Vec<Factor>,
    /// 须有的程序。
    pub needs: Vec<Need>,
    /// 从轻、从重的一段。
    pub bands: Vec<Band>,
}

/// 裁量事项：一个违法行为，条款的幅度与基准。
pub struct Item {
    /// 标识；换了法律版本、各地另有基准的，几个文件同一标识。
    pub code: Arc<str>,
    /// 名称。
    pub name: Arc<str>,
    /// 自哪一日起（违法行为之日）。
    pub from: Date,
    /// 到哪一日止（不含）。
    pub to: Option<Date>,
    /// 限于领域。
    pub departments: Vec<Arc<str>>,
    /// 限于地区。
    pub regions: Vec<Arc<str>>,
    /// 条款的各种处罚。
    pub ranges: Vec<Range>,
    /// 阶次，由轻到重。
    pub tiers: Vec<Tier>,
    /// 本事项另有的情节。
    pub factors: Vec<Factor>,
    /// 依据。
    pub cite: Vec<Arc<str>>,
    /// 标记。
    pub marks: Marks,
    /// 说明。
    pub note: Arc<str>,
    /// 示例。
    pub examples: Vec<DiscretionExample>,
    /// 位置。
    pub at: At,
}

/// 要问的一个事实。
#[derive(Clone, Copy)]
pub struct Ask<'b> {
    /// 范围。
    pub scope: &'b Scope,
    /// 字段。
    pub field: &'b Field,
}

impl Ask<'_> {
    /// 路径，如 `discretion.goods_value`。
    pub fn path(&self) -> String {
        format!("{}.{}", self.scope.name, self.field.name)
    }
}

impl Item {
    /// 要问的事实，按词汇的次序；通用情节的不在内。
    pub fn asks<'b>(&self, book: &'b Book) -> Vec<Ask<'b>> {
        let ranges = self.ranges.iter().filter_map(|r| r.when.as_ref());
        let tiers = self.tiers.iter().map(|t| &t.circumstances);
        let factors = self.factors.iter().map(|f| &f.circumstances);
        let tests = tiers.chain(factors).flat_map(|c| &c.tests).map(|t| &t.that);
        let texts = ranges.chain(tests).map(|condition| condition.text.as_ref());
        let measures = self.ranges.iter().flat_map(|r| [&r.base, &r.per]);
        let paths = measures.flatten().map(|measure| measure.path.as_ref());
        asked(texts.chain(paths), book)
    }
}

impl General {
    /// 通用的情节与程序要问的事实，按词汇的次序。
    pub fn asks<'b>(&self, book: &'b Book) -> Vec<Ask<'b>> {
        let factors = self.factors.iter().map(|f| &f.circumstances);
        let needs = self.needs.iter().map(|n| &n.circumstances);
        let tests = factors.chain(needs).flat_map(|c| &c.tests);
        asked(tests.map(|test| test.that.text.as_ref()), book)
    }
}

/// The facts that these conditions mention, in the order of the vocabulary.
fn asked<'t, 'b>(texts: impl Iterator<Item = &'t str>, book: &'b Book) -> Vec<Ask<'b>> {
    let mentioned: BTreeSet<(String, String)> = texts
        .flat_map(|text| facts_of_condition(text, book))
        .collect();
    let mut asks = Vec::new();
    for scope in &book.vocabulary.scopes {
        for field in &scope.fields {
            if mentioned.contains(&(scope.name.to_string(), field.name.to_string())) {
                asks.push(Ask { scope, field });
            }
        }
    }
    asks
}
