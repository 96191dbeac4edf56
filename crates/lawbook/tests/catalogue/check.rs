//! What makes an entry of the catalogue, or a rule file beside it, wrong.

use std::collections::BTreeSet;

use crate::tables::{Entry, RuleFile};

/// 时间线形式：forms judged on one timeline.
pub(crate) const TIMELINE_FORMS: &[&str] = &[
    "deadline",
    "near_due",
    "extension",
    "exclusion",
    "wait",
    "notice",
    "requires",
    "precedes",
    "forbids",
    "must",
    "elements",
    "agrees",
    "accrues",
    "covers",
    "matches",
    "checklist",
    "refers",
];

/// 集合形式：forms judged over rows of many timelines.
pub(crate) const SET_FORMS: &[&str] = &[
    "periodic",
    "count",
    "ratio",
    "outlier",
    "sequence",
    "overlap",
    "reconcile",
];

/// Functions of the condition language; a `fn:` need outside this list is told on the page.
pub(crate) const FUNCTIONS: &[&str] = &[
    "param",
    "date",
    "days",
    "months",
    "wd_between",
    "cd_between",
    "due",
    "state",
    "recorded",
    "age_on",
    "officer",
    "card_valid",
    "actors",
    "disjoint",
    "distinct",
    "sum",
    "min",
    "max",
    "size",
    "mul_rate",
    "is_working_day",
    "cite_level",
    "cite_valid",
    "cite_article_in",
    "derived",
    "linked",
    "org_valid",
    "item_state",
    "bench_step",
    "officers_on",
    "period_end",
    "distance_m",
];

/// 严重程度，由轻到重。
const SEVERITIES: &[&str] = &["提示", "预警", "违规", "重大违法"];

/// Kinds of timeline or of set a code is judged on.
const SUBJECTS: &[&str] = &[
    "timeline",
    "body",
    "officer",
    "item",
    "party",
    "goods",
    "user",
    "benchmark",
    "document",
    "receipt",
];

/// Forms that read a duty of another code (or, beside a `deadline`, of their own).
const DUTY_READERS: &[&str] = &["near_due", "extension", "exclusion"];

/// What a need may name.
const NEED_KINDS: &[&str] = &[
    "param", "term", "derived", "fact", "event", "fn", "link", "register", "code",
];

/// Everything that is wrong with one entry, in words; `codes` are all codes of the catalogue.
pub(crate) fn flaws(entry: &Entry, codes: &BTreeSet<&str>) -> Vec<String> {
    let mut found = head_flaws(entry);
    found.extend(form_flaws(entry));
    for need in &entry.needs {
        found.extend(need_flaw(need, codes));
    }
    found
        .into_iter()
        .map(|flaw| format!("{}：{flaw}", entry.code))
        .collect()
}

fn head_flaws(entry: &Entry) -> Vec<String> {
    let mut found = Vec::new();
    if !is_code(&entry.code) {
        found.push("代码写法不对，应为大写字母、数字和连字符".to_owned());
    }
    if entry.name.trim().is_empty() {
        found.push("名称为空".to_owned());
    }
    if !SEVERITIES.contains(&entry.severity.as_str()) {
        found.push(format!("不认识的严重程度 {}", entry.severity));
    }
    if !["机", "半", "人"].contains(&entry.decided_by.as_str()) {
        found.push(format!("不认识的判定方式 {}", entry.decided_by));
    }
    if !entry.subject.split('+').all(|s| SUBJECTS.contains(&s)) {
        found.push(format!("不认识的主体 {}", entry.subject));
    }
    if entry
        .note
        .as_ref()
        .is_some_and(|n| n.trim().is_empty() || n.contains(['\n', '|']))
    {
        found.push("备注须为一行，不含竖线，没有话说就不写".to_owned());
    }
    found
}

fn is_code(code: &str) -> bool {
    code.contains('-')
        && code.starts_with(|c: char| c.is_ascii_uppercase())
        && code.split('-').all(|piece| {
            !piece.is_empty()
                && piece
                    .chars()
                    .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
        })
}

fn form_flaws(entry: &Entry) -> Vec<String> {
    let mut found = Vec::new();
    let forms: BTreeSet<&str> = entry.forms.iter().map(String::as_str).collect();
    let known = |f: &str| f == "?" || TIMELINE_FORMS.contains(&f) || SET_FORMS.contains(&f);
    found.extend(
        forms
            .iter()
            .filter(|f| !known(f))
            .map(|f| format!("不认识的形式 {f}")),
    );
    if forms.is_empty() {
        found.push("没有形式；若确无形式可用，写 \"?\" 并说明".to_owned());
    }
    if forms.len() != entry.forms.len() {
        found.push("形式重复".to_owned());
    }
    for alone in ["?", "refers", "checklist"] {
        if forms.contains(alone) && forms.len() > 1 {
            found.push(format!("{alone} 只能单独使用"));
        }
    }
    if (entry.decided_by == "人") != forms.contains("checklist") {
        found.push("由人判定的代码用 checklist，别的代码不用".to_owned());
    }
    if entry.is_open() != entry.proposal.is_some() || entry.is_open() && entry.note.is_none() {
        found.push("没有形式（\"?\"）的须有建议与备注，有形式的不写建议".to_owned());
    }
    if forms.contains("refers") && entry.needs.is_empty() && entry.note.is_none() {
        found.push("refers 须写明指向哪里".to_owned());
    }
    if forms.iter().any(|f| SET_FORMS.contains(f)) && entry.subject == "timeline" {
        found.push("集合形式须写明按谁汇总（subject）".to_owned());
    }
    let reads_duty = forms.iter().any(|f| DUTY_READERS.contains(f));
    let has_duty = forms.contains("deadline") || entry.needs.iter().any(|n| n.starts_with("code:"));
    if reads_duty && !has_duty {
        found.push("须写明所依的期限（code:…）".to_owned());
    }
    found
}

fn need_flaw(need: &str, codes: &BTreeSet<&str>) -> Option<String> {
    let Some((kind, name)) = need.split_once(':') else {
        return Some(format!("所需 {need} 应写作“种类:名称”"));
    };
    if !NEED_KINDS.contains(&kind) {
        return Some(format!("所需 {need} 的种类不认识"));
    }
    if kind == "code" {
        return (!codes.contains(name)).then(|| format!("所需 {need}：没有这个代码"));
    }
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    (name.is_empty() || !name.chars().all(plain))
        .then(|| format!("所需 {need} 的名称应为小写标识符"))
}

/// Where a rule file departs from its entry, in words.
pub(crate) fn rule_flaws(rule: &RuleFile, entries: &[Entry]) -> Vec<String> {
    let Some(entry) = entries.iter().find(|e| e.code == rule.code) else {
        return vec![format!("{}：总目没有代码 {}", rule.path, rule.code)];
    };
    let mut found = Vec::new();
    let mut compare = |what: &str, here: &str, planned: &str| {
        if here != planned {
            found.push(format!(
                "{}：{what}为“{here}”，总目为“{planned}”",
                rule.path
            ));
        }
    };
    compare("名称", &rule.name, &entry.name);
    compare("严重程度", &rule.severity, &entry.severity);
    compare("判定方式", &rule.decided_by, &entry.decided_by);
    if rule.forms.is_empty() {
        found.push(format!("{}：没有一个 [[part]] 写了 form", rule.path));
    }
    for form in rule.forms.iter().filter(|f| !entry.forms.contains(f)) {
        let planned = entry.forms.join("、");
        found.push(format!(
            "{}：形式 {form} 不在总目所列（{planned}）；若确需如此，请一并改 lawbook/catalogue",
            rule.path
        ));
    }
    found
}
