//! 值的中文写法：金额、日期、代码、期限与个人信息的遮盖。

use mingjing_domain::value::Value;
use mingjing_kernel::money::Fen;
use mingjing_kernel::personal_number::{NumberKind, replace_numbers};
use mingjing_kernel::sensitive::{mask_id, mask_name, mask_phone};

use crate::cel::types::{CodeListId, Type};
use crate::cel::value::Val;
use crate::parameters::Parameter;
use crate::vocabulary::{Field, Vocabulary};

/// 长文字最多显示的字数：再长的不利于阅读，原文在材料里。
const TEXT_CHARS_MAX: usize = 60;

/// 值的含义：决定数字、代码怎样写。
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Sense {
    /// 是否。
    Bool,
    /// 个数。
    Count,
    /// 带单位的数。
    Measured(std::sync::Arc<str>),
    /// 分。
    Fen,
    /// 万分之一。
    Rate,
    /// 日期。
    Date,
    /// 时刻。
    Instant,
    /// 期限。
    Period,
    /// 文字。
    Text,
    /// 某代码表的代码。
    Code(CodeListId),
    /// 部门代码。
    Department,
    /// 区划代码。
    Region,
    /// 事件种类的标识。
    EventKind,
    /// 人员。
    Person,
    /// 列表。
    List(Box<Sense>),
    /// 记录，各字段的中文名。
    Record(std::sync::Arc<std::collections::BTreeMap<String, std::sync::Arc<str>>>),
    /// 事件。
    Event(Vec<crate::cel::types::KindId>),
    /// 其他。
    Other,
}

impl Sense {
    /// 声明的字段是什么含义。
    pub(crate) fn of_field(scope: &str, field: &Field) -> Sense {
        match (scope, field.name.as_ref()) {
            ("body", "department") => Sense::Department,
            ("body", "region") | ("case", "act_region") => Sense::Region,
            _ => Sense::of_type(&field.type_text, &field.ty).in_unit(field.unit.as_ref()),
        }
    }

    /// 参数是什么含义。
    pub(super) fn of_parameter(parameter: &Parameter) -> Sense {
        if !parameter.labels.is_empty() {
            return Sense::Record(parameter.labels.clone());
        }
        Sense::of_type(&parameter.type_text, &parameter.ty).in_unit(parameter.unit.as_ref())
    }

    /// 个数带上单位；不是个数的照旧。
    fn in_unit(self, unit: Option<&std::sync::Arc<str>>) -> Sense {
        match (self, unit) {
            (Sense::Count, Some(unit)) => Sense::Measured(unit.clone()),
            (sense, _) => sense,
        }
    }

    /// 声明的类型是什么含义；`fen`、`rate` 在求值时同是整数，只有声明的文字分得开。
    pub(super) fn of_type(type_text: &str, ty: &Type) -> Sense {
        let inner_text = type_text
            .strip_prefix("list<")
            .and_then(|t| t.strip_suffix('>'))
            .unwrap_or(type_text);
        match ty {
            Type::Bool => Sense::Bool,
            Type::Int if type_text == "fen" => Sense::Fen,
            Type::Int if type_text == "rate" => Sense::Rate,
            Type::Int => Sense::Count,
            Type::Date => Sense::Date,
            Type::Instant => Sense::Instant,
            Type::Period => Sense::Period,
            Type::Text => Sense::Text,
            Type::Code(list) => Sense::Code(*list),
            Type::List(inner) => Sense::List(Box::new(Sense::of_type(inner_text, inner))),
            Type::Event(kinds) => Sense::Event(kinds.to_vec()),
            Type::Span | Type::Any | Type::Record(_) | Type::Actor | Type::Entity(_) => {
                Sense::Other
            }
        }
    }

    /// 列表的元素；不是列表的为自己。
    pub(super) fn element(&self) -> Sense {
        match self {
            Sense::List(inner) => inner.as_ref().clone(),
            other => other.clone(),
        }
    }
}

/// 词汇与遮盖的选择。
pub(crate) struct Values<'a> {
    /// 词汇。
    pub(crate) vocabulary: &'a Vocabulary,
}

impl Values<'_> {
    /// 代码、标识、文字的中文写法。
    pub(super) fn text(&self, text: &str, sense: &Sense) -> String {
        let vocabulary = self.vocabulary;
        let label = match sense {
            Sense::Code(list) => vocabulary
                .list_of(*list)
                .label(text)
                .map(ToString::to_string),
            Sense::Department => vocabulary.departments.get(text).cloned(),
            Sense::Region => Some(self.region(text)),
            Sense::EventKind => vocabulary
                .kind(text)
                .map(|id| vocabulary.kind_of(id).label.to_string()),
            Sense::Person => return text.to_owned(),
            _ => None,
        };
        label
            .or_else(|| self.any_label(text))
            .unwrap_or_else(|| shorten(&mask_numbers(text)))
    }

    /// 没有说明是哪张表的代码：部门、事件、任何代码表里的第一个。
    fn any_label(&self, text: &str) -> Option<String> {
        let vocabulary = self.vocabulary;
        let is_code = text.starts_with(|c: char| c.is_ascii_lowercase())
            && text
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        if !is_code {
            return None;
        }
        let lists = || {
            vocabulary
                .lists
                .iter()
                .find_map(|l| l.label(text).map(ToString::to_string))
        };
        vocabulary
            .departments
            .get(text)
            .cloned()
            .or_else(lists)
            .or_else(|| {
                vocabulary
                    .kind(text)
                    .map(|id| vocabulary.kind_of(id).label.to_string())
            })
    }

    /// 区划代码：登记过的最长前缀的名字；在它之下的，连同代码。
    pub(super) fn region(&self, code: &str) -> String {
        let known = self.vocabulary.regions.iter();
        let known = known.filter(|(prefix, _)| code.starts_with(prefix.as_str()));
        match known.max_by_key(|(prefix, _)| prefix.len()) {
            None => format!("区划代码 {code}"),
            Some((prefix, name)) if code[prefix.len()..].bytes().all(|b| b == b'0') => name.clone(),
            Some((_, name)) => format!("{name}（区划代码 {code}）"),
        }
    }

    /// 事件字段或事实的值。
    pub(crate) fn value(&self, value: &Value, sense: &Sense) -> String {
        match (value, sense) {
            (Value::Bool(b), _) => yes_no(*b).to_owned(),
            (Value::Text(t), Sense::Bool) => yes_no(t == "true" || t == "是").to_owned(),
            (Value::Text(t), Sense::Date) => mingjing_kernel::date::Date::parse_iso(t)
                .map_or_else(|_| shorten(t), |d| d.in_chinese()),
            (Value::Text(t), Sense::Instant) => mingjing_kernel::date::Timestamp::parse(t)
                .map_or_else(|_| shorten(t), |at| at.in_chinese()),
            (Value::Text(t), Sense::Period) => t
                .parse::<mingjing_kernel::period::Period>()
                .map_or_else(|_| shorten(t), |p| p.in_chinese()),
            (Value::Text(t), Sense::Fen | Sense::Rate | Sense::Count | Sense::Measured(_)) => t
                .trim()
                .parse()
                .map_or_else(|_| shorten(t), |n| self.number(n, sense)),
            (Value::Text(t), sense) => self.text(t, &sense.element()),
            (Value::Int(n), sense) => self.number(*n, &sense.element()),
            (Value::Date(d), _) => d.in_chinese(),
            (Value::Timestamp(t), _) => t.in_chinese(),
            (Value::Period(p), _) => p.in_chinese(),
            (Value::List(items), _) if items.is_empty() => "（空）".to_owned(),
            (Value::List(items), sense) => {
                let element = sense.element();
                let words: Vec<String> = items.iter().map(|v| self.value(v, &element)).collect();
                words.join("、")
            }
            (Value::Record(fields), _) => {
                let words: Vec<String> = fields
                    .values()
                    .map(|v| self.value(v, &Sense::Other))
                    .collect();
                words.join("，")
            }
        }
    }

    /// 随日期不同的值，逐段写。
    pub(super) fn dated(&self, spans: &[Value], sense: &Sense) -> String {
        let words: Vec<String> = spans.iter().map(|s| self.dated_span(s, sense)).collect();
        words.join("，")
    }

    fn dated_span(&self, span: &Value, sense: &Sense) -> String {
        let day = |key: &str| span.at(key).map(|v| self.value(v, &Sense::Date));
        let value = span
            .at("value")
            .map_or_else(|| "（空）".to_owned(), |v| self.value(v, sense));
        match (day("from"), day("to")) {
            (Some(from), Some(to)) => format!("{from}起至{to}前为{value}"),
            (Some(from), None) => format!("{from}起为{value}"),
            (None, Some(to)) => format!("{to}前为{value}"),
            (None, None) => value,
        }
    }

    /// 求值所得的值；事件、参与人等没有单独的写法。
    pub(crate) fn val(&self, value: &Val, sense: &Sense) -> Option<String> {
        Some(match value {
            Val::Bool(b) => yes_no(*b).to_owned(),
            Val::Int(n) => self.number(*n, &sense.element()),
            Val::Date(d) => d.in_chinese(),
            Val::Instant(t) => t.in_chinese(),
            Val::Text(t) => self.text(t, &sense.element()),
            Val::Period(p) => p.in_chinese(),
            Val::Span(0, days) => format!("{days} 日"),
            Val::Span(months, 0) => format!("{months} 个月"),
            Val::Span(months, days) => format!("{months} 个月又 {days} 日"),
            Val::List(list) if list.items.is_empty() => "（空）".to_owned(),
            Val::List(list) if matches!(list.items.first(), Some(Val::Record(_))) => {
                let rows: Option<Vec<String>> = (1..)
                    .zip(list.items.iter())
                    .map(|(n, v)| Some(format!("第 {n} 项，{}", self.val(v, sense)?)))
                    .collect();
                rows?.join("；")
            }
            Val::List(list) => {
                let element = sense.element();
                let words: Option<Vec<String>> =
                    list.items.iter().map(|v| self.val(v, &element)).collect();
                words?.join("、")
            }
            Val::Record(fields) => {
                let labels = match sense {
                    Sense::Record(labels) => Some(labels),
                    _ => None,
                };
                let words: Option<Vec<String>> = fields
                    .iter()
                    .map(|(name, v)| {
                        let label = labels.and_then(|l| l.get(name));
                        let label = label.map(|l| format!("{l}：")).unwrap_or_default();
                        Some(format!("{label}{}", self.val(v, &Sense::Other)?))
                    })
                    .collect();
                words?.join("，")
            }
            Val::Unknown(_) | Val::Event(_) | Val::Actor(_) | Val::Entity(..) => return None,
        })
    }

    /// 数字连同单位。
    pub(super) fn number(&self, n: i64, sense: &Sense) -> String {
        match sense {
            Sense::Fen => Fen(n).to_string(),
            Sense::Rate => percent(n),
            Sense::Measured(unit) => format!("{n} {unit}"),
            _ => n.to_string(),
        }
    }
}

/// 是否。
pub(super) fn yes_no(b: bool) -> &'static str {
    if b { "是" } else { "否" }
}

/// 万分之一写成百分比，如 300 为“3%”。
pub(super) fn percent(per_ten_thousand: i64) -> String {
    let (whole, rest) = (per_ten_thousand / 100, (per_ten_thousand % 100).abs());
    match (rest, rest % 10) {
        (0, _) => format!("{whole}%"),
        (_, 0) => format!("{whole}.{}%", rest / 10),
        _ => format!("{whole}.{rest:02}%"),
    }
}

fn shorten(text: &str) -> String {
    if text.chars().count() <= TEXT_CHARS_MAX {
        return text.to_owned();
    }
    let head: String = text.chars().take(TEXT_CHARS_MAX).collect();
    format!("{head}…")
}

/// 组织名称常见的末尾。
const ORGANIZATION_ENDINGS: [&str; 24] = [
    "公司",
    "厂",
    "店",
    "部",
    "行",
    "社",
    "局",
    "院",
    "校",
    "所",
    "站",
    "中心",
    "集团",
    "馆",
    "场",
    "合作社",
    "协会",
    "学会",
    "基金会",
    "委员会",
    "事务所",
    "摊",
    "铺",
    "超市",
];
/// 人名通常不超过四字：再短的名称即使以“店”“行”结尾，也按人名遮盖，宁可多遮。
const PERSON_CHARS_MAX: usize = 4;
/// 没有间隔号而这样长的，不会是人名。
const ORGANIZATION_CHARS_MIN: usize = 10;

/// 当事人名称的写法：自然人只留姓，组织照写；类别不明而像人名的也遮盖。
///
/// `kind` is a code of the list `party_kind`; `None` when the material does not say.
pub fn party_name(name: &str, kind: Option<&str>) -> String {
    let name = name.trim();
    // Only Han characters count: digits and signs do not make a name longer.
    let count = name
        .chars()
        .filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c))
        .count();
    let is_organization = match kind {
        Some("natural") => false,
        Some("legal" | "other_org") => true,
        _ => {
            !name.contains('·')
                && count > PERSON_CHARS_MAX
                && (count >= ORGANIZATION_CHARS_MIN
                    || ORGANIZATION_ENDINGS.iter().any(|e| name.ends_with(e)))
        }
    };
    if is_organization {
        mask_numbers(name)
    } else {
        mask_name(name)
    }
}

/// 敏感字段的值。
pub(super) fn sensitive(text: &str, party_kind: Option<&str>) -> String {
    let text = text.trim();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    match digits {
        6.. if matches!(party_kind, Some("legal" | "other_org")) => text.to_owned(),
        11 if text.chars().count() == 11 => mask_phone(text),
        6.. => mask_id(text),
        _ => party_name(text, party_kind),
    }
}

/// 文中的身份证号、手机号、银行卡号遮盖中段：混在文字里、隔开写、全角写的也不外露。
pub fn mask_numbers(text: &str) -> String {
    replace_numbers(text, |digits, kind| match kind {
        NumberKind::Phone => mask_phone(digits),
        NumberKind::Long => mask_id(digits),
    })
}
