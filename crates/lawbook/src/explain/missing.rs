//! 缺什么：缺的是哪一项、为什么缺、补什么就能判。

use std::collections::{BTreeMap, BTreeSet};

use mingjing_domain::finding::{Missing, MissingWhy, Outcome, RuleResult};

use crate::lawbook::Lawbook;

use super::noun::envelope_label;

/// 一项缺失的三句话。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingText {
    /// 缺的是什么。
    pub what: String,
    /// 为什么缺。
    pub why: String,
    /// 补什么。
    pub supply: String,
}

/// 汇总中的一项：缺什么，补上能判几条规则。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoldedMissing {
    /// 缺什么、为什么、补什么。
    pub text: MissingText,
    /// 缺它的规则。
    pub rules: Vec<String>,
    /// 其中只缺它一项的条数。
    pub alone: usize,
}

/// 一案的无法判定汇成一条（SYS-REQUIRED）。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoldedText {
    /// 一句话。
    pub headline: String,
    /// 无法判定的规则数。
    pub rules: usize,
    /// 缺失，能判规则最多的在前。
    pub missing: Vec<FoldedMissing>,
    /// 无法判定的每一条规则各缺什么。
    pub by_rule: Vec<RuleLacks>,
}

/// 一条无法判定的规则，缺什么。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleLacks {
    /// 编码。
    pub code: String,
    /// 名称。
    pub name: String,
    /// 缺的各项，连同为什么缺。
    pub lacks: Vec<String>,
}

/// 汇成一条；没有无法判定的为 `None`。
pub(super) fn fold(lawbook: &Lawbook, results: &[RuleResult]) -> Option<FoldedText> {
    let mut by: BTreeMap<&Missing, (BTreeSet<&str>, BTreeSet<&str>)> = BTreeMap::new();
    let mut codes: BTreeMap<&str, BTreeSet<&Missing>> = BTreeMap::new();
    for result in results
        .iter()
        .filter(|r| r.outcome == Outcome::Undetermined)
    {
        let own = codes.entry(&result.code).or_default();
        for missing in &result.missing {
            own.insert(missing);
            let entry = by.entry(missing).or_default();
            entry.0.insert(&result.code);
            if result.missing.len() == 1 {
                entry.1.insert(&result.code);
            }
        }
    }
    if codes.is_empty() {
        return None;
    }
    let mut missing: Vec<FoldedMissing> = by
        .into_iter()
        .map(|(item, (rules, alone))| FoldedMissing {
            text: text(lawbook, item),
            rules: rules.into_iter().map(str::to_owned).collect(),
            alone: alone.len(),
        })
        .collect();
    missing.sort_by(|a, b| {
        (b.rules.len(), b.alone)
            .cmp(&(a.rules.len(), a.alone))
            .then_with(|| a.text.what.cmp(&b.text.what))
    });
    const NAMED_MAX: usize = 3;
    let named: Vec<&str> = missing
        .iter()
        .take(NAMED_MAX)
        .map(|m| m.text.what.as_str())
        .collect();
    let more = if missing.len() > NAMED_MAX {
        format!("等 {} 项", missing.len())
    } else {
        String::new()
    };
    let headline = format!(
        "{} 条规则无法判定：缺{}{more}",
        codes.len(),
        named.join("、")
    );
    let by_rule = codes
        .iter()
        .map(|(code, own)| RuleLacks {
            code: (*code).to_owned(),
            name: lawbook
                .rule(code)
                .map_or_else(String::new, |r| r.name.to_string()),
            lacks: own
                .iter()
                .map(|m| {
                    let text = text(lawbook, m);
                    format!("{}（{}）", text.what, text.why)
                })
                .collect(),
        })
        .collect();
    Some(FoldedText {
        headline,
        rules: codes.len(),
        missing,
        by_rule,
    })
}

/// 一项缺失写成一句。
pub(super) fn sentence(lawbook: &Lawbook, missing: &Missing) -> String {
    let text = text(lawbook, missing);
    format!("缺{}：{}。{}。", text.what, text.why, text.supply)
}

/// 一项缺失的三句话。
pub(super) fn text(lawbook: &Lawbook, missing: &Missing) -> MissingText {
    let subject = subject(lawbook, &missing.what);
    let what = subject.words();
    let (why, supply) = reasons(&subject, missing.why);
    MissingText { what, why, supply }
}

/// 缺的是哪一类东西。
enum Subject {
    /// 某种事件的记录。
    Event(String),
    /// 事件的一项内容。
    Part { event: String, part: String },
    /// 时间线以外的事实。
    Fact(String),
    /// 参数。
    Parameter(String),
    /// 日历。
    Calendar(Option<String>),
    /// 其他。
    Other(String),
}

impl Subject {
    fn words(&self) -> String {
        match self {
            Subject::Event(label) => format!("“{label}”的记录"),
            Subject::Part { event, part } => format!("“{event}”的{part}"),
            Subject::Fact(words) | Subject::Other(words) => words.clone(),
            Subject::Parameter(label) => format!("“{label}”的取值"),
            Subject::Calendar(None) => "相关日子的放假安排".to_owned(),
            Subject::Calendar(Some(year)) => format!("{year}年的放假安排"),
        }
    }
}

fn subject(lawbook: &Lawbook, what: &str) -> Subject {
    let vocabulary = &lawbook.book.vocabulary;
    if let Some(kind) = vocabulary.kind(what) {
        return Subject::Event(vocabulary.kind_of(kind).label.to_string());
    }
    if let Some((head, rest)) = what.split_once(':') {
        return tagged(lawbook, head, rest);
    }
    if let Some((head, rest)) = what.split_once('.')
        && let Some(subject) = dotted(lawbook, head, rest)
    {
        return subject;
    }
    if let Some(derived) = lawbook.derived.iter().find(|d| d.name.as_ref() == what) {
        return Subject::Other(derived.label.to_string());
    }
    Subject::Other(plain(what).to_owned())
}

/// `param:x`、`due:CODE`、`calendar:2017`、`card:B`、`cite:…`。
fn tagged(lawbook: &Lawbook, head: &str, rest: &str) -> Subject {
    match head {
        "param" => {
            let parameter = lawbook
                .book
                .parameters
                .find(rest)
                .map(|id| lawbook.book.parameters.get(id));
            Subject::Parameter(
                parameter.map_or_else(|| "未登记的参数".to_owned(), |p| p.label.to_string()),
            )
        }
        "calendar" => Subject::Calendar(Some(rest.to_owned())),
        "due" => {
            let name = lawbook.rule(rest).map_or("另一条规则", |r| r.name.as_ref());
            Subject::Other(format!("“{name}”一条的起算事实"))
        }
        "cite" => Subject::Other(format!("引用的“{rest}”在法规库中的记载")),
        field => {
            let scopes = lawbook.book.vocabulary.scopes.iter().filter(|s| s.is_keyed);
            let found = scopes
                .flat_map(|s| s.fields.iter().map(move |f| (s, f)))
                .find(|(_, f)| f.name.as_ref() == field);
            match found {
                Some((scope, f)) => Subject::Fact(format!("{}{rest}的“{}”", scope.label, f.label)),
                None => Subject::Other("一项资料".to_owned()),
            }
        }
    }
}

/// `kind.field`、`scope.field`、`rows.x`。
fn dotted(lawbook: &Lawbook, head: &str, rest: &str) -> Option<Subject> {
    let vocabulary = &lawbook.book.vocabulary;
    if let Some(kind) = vocabulary.kind(head) {
        let kind = vocabulary.kind_of(kind);
        let field = kind.fields.iter().find(|f| f.name.as_ref() == rest);
        let part = match (field, envelope_label(rest)) {
            (Some(field), _) => format!("“{}”", field.label),
            (None, Some(label)) => label.to_owned(),
            (None, None) if rest == "corrects" => "更正指的是哪一件".to_owned(),
            (None, None) => "一项内容".to_owned(),
        };
        return Some(Subject::Part {
            event: kind.label.to_string(),
            part,
        });
    }
    if let Some(scope) = vocabulary.scope(head) {
        let scope = vocabulary.scope_of(scope);
        let field = scope.fields.iter().find(|f| f.name.as_ref() == rest);
        let label = field.map_or_else(|| "一项事实".to_owned(), |f| format!("“{}”", f.label));
        let label = if scope.is_keyed {
            "一项事实".to_owned()
        } else {
            label
        };
        return Some(Subject::Fact(format!("{}的{label}", scope.label)));
    }
    (head == "rows").then(|| Subject::Other("用来计数的各行的日期或分组".to_owned()))
}

/// 引擎内部的短标识；中文的照写。
fn plain(what: &str) -> &str {
    match what {
        "calendar" => "相关日子的放假安排",
        "due" => "到期日",
        "extension" => "延长的期间",
        "gap_seconds_max" => "允许的空隙",
        "limit" | "share" => "限值",
        "met_at" | "met_on" => "完成的日期",
        "occurred_at" => "到分的时刻",
        "period" => "期限",
        "recorded_at" => "系统录入的时刻",
        "rows" => "用来计数的各行",
        "numerator" => "比例的分子",
        "denominator" => "比例的分母",
        "start_at" | "started_on" => "起算的日期",
        "suspended" => "中止计算何时终了",
        "text" => "公开的文本",
        "late" | "late_days" => "逾期的日数",
        "actual" => "实际值",
        other if other.is_ascii() => "一项资料",
        other => other,
    }
}

fn reasons(subject: &Subject, why: MissingWhy) -> (String, String) {
    let what = subject.words();
    let (why, supply): (&str, String) = match (why, subject) {
        (MissingWhy::NotCovered, Subject::Event(label)) => (
            "这份材料不含这种事，没有记录不等于没有发生",
            format!("请补充“{label}”的记录；若材料对它是完整的，请在读入时声明"),
        ),
        (MissingWhy::NotCovered, Subject::Part { .. }) => (
            "这份材料不带这一项，空白不等于没有",
            format!("请补充{what}"),
        ),
        (MissingWhy::NotCovered, _) => ("材料没有给出", format!("请补充{what}")),
        (MissingWhy::Blank, Subject::Event(label)) => (
            "材料里没有这件事，因而无从比较",
            format!("请核对是否漏录“{label}”"),
        ),
        (MissingWhy::Blank, _) => ("应当填写而空白", format!("请补填{what}")),
        (MissingWhy::AmbiguousKey, _) => (
            "没有写明属于哪一个，同案有几个可以对应",
            "请写明属于哪一个当事人、程序、决定或物品".to_owned(),
        ),
        (MissingWhy::ParameterUnknown, _) => (
            "法典里这一项在当日的取值待核，或者当日没有取值",
            "请法制人员核对原文后补入法典".to_owned(),
        ),
        (MissingWhy::Imprecise, _) => (
            "记载不够精确，几种可能的日子或时刻答案不同",
            format!("请补充{what}，精确到日或者到分"),
        ),
        (MissingWhy::Calendar, _) => (
            "放假安排尚未公布，或者早于日历收录的年份",
            "请待放假安排公布后再查，或者补入当年的日历".to_owned(),
        ),
        (MissingWhy::Person, _) => (
            "要由人看材料后回答",
            format!("请承办人或审核人员查明后填写{what}"),
        ),
        (MissingWhy::Error, _) => (
            "数值过大、单位不同或者写法有误，无法计算",
            format!("请核对{what}的写法"),
        ),
    };
    (why.to_owned(), supply)
}
