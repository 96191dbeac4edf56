//! 条件里的名词：事件、字段、事实、参数、函数的结果各叫什么，是什么含义。

use crate::cel::ast::{Binary, Expr, Spanned};
use crate::cel::types::KindId;
use crate::vocabulary::{Field, Kind};

use super::phrase::{AS_WRITTEN, Phrases, split_pick};
use super::value::{Sense, yes_no};

/// 定义展开的层数：说明里只给定义的名称，往下展开只为推知含义。
const TERM_DEPTH_MAX: usize = 8;

/// 条件里逐一列出的种类数；再多的读不下去，所涉的事在“看到的事实”里。
const KINDS_SHOWN_MAX: usize = 4;

/// 名词短语及其含义。
#[derive(Clone)]
pub(super) struct Noun {
    /// 文字。
    pub(super) words: String,
    /// 含义。
    pub(super) sense: Sense,
}

impl Noun {
    fn new(words: impl Into<String>, sense: Sense) -> Noun {
        Noun {
            words: words.into(),
            sense,
        }
    }
}

impl Phrases<'_> {
    pub(super) fn literal(&self, tree: &Spanned, sense: &Sense) -> Option<String> {
        match &tree.expr {
            Expr::Text(text) if text.is_empty() => Some("空白".to_owned()),
            Expr::Text(text) => Some(self.values().text(text, &sense.element())),
            Expr::Int(n) => Some(self.values().number(*n, &sense.element())),
            _ => None,
        }
    }

    pub(super) fn noun(&self, tree: &Spanned) -> Noun {
        match &tree.expr {
            Expr::Bool(b) => Noun::new(yes_no(*b), Sense::Bool),
            Expr::Int(n) => Noun::new(n.to_string(), Sense::Count),
            Expr::Text(text) => Noun::new(self.values().text(text, &Sense::Text), Sense::Text),
            Expr::List(items) => {
                let words: Vec<String> = items.iter().map(|i| self.noun(i).words).collect();
                Noun::new(words.join("、"), Sense::List(Box::new(Sense::Text)))
            }
            Expr::Name(name) => self.name(name),
            Expr::Field(base, field) => self.field(base, field),
            Expr::Index(base, _) => {
                let list = self.noun(base);
                Noun::new(format!("{}中对应的一项", list.words), list.sense.element())
            }
            Expr::Neg(inner) => {
                let noun = self.noun(inner);
                Noun::new(format!("负的{}", noun.words), noun.sense)
            }
            Expr::Binary(op @ (Binary::Add | Binary::Sub | Binary::Mul), left, right) => {
                self.arithmetic(*op, left, right)
            }
            Expr::Cond(c, yes, no) => {
                let (a, b) = (self.noun(yes), self.noun(no));
                Noun::new(
                    format!(
                        "（{}时取{}，否则取{}）",
                        self.truth(c, true),
                        a.words,
                        b.words
                    ),
                    a.sense,
                )
            }
            Expr::Not(_) | Expr::Binary(..) => Noun::new(self.truth(tree, true), Sense::Bool),
            Expr::Call(name, arguments) => self.call(name, arguments),
            Expr::Select(pick, text, _) => self.select(pick, text),
            Expr::Method(base, name, arguments) => self.method(base, name, arguments),
        }
    }

    fn name(&self, name: &str) -> Noun {
        if let Some((_, sense)) = self.locals.iter().rev().find(|(n, _)| n == name) {
            return Noun::new("该项", sense.clone());
        }
        if let Some((_, words, kinds)) = self.slots.iter().find(|(n, _, _)| *n == name) {
            return Noun::new(words.clone(), Sense::Event(kinds.clone()));
        }
        match name {
            "late" => return Noun::new("逾期", Sense::Count),
            "late_days" => return Noun::new("逾期日数", Sense::Count),
            "actual" => return Noun::new("实际值", Sense::Count),
            "limit" => return Noun::new("限值", Sense::Count),
            _ => {}
        }
        if let Some(kinds) = &self.item {
            return self.event_field("", kinds, name);
        }
        let scope = self.lawbook.book.vocabulary.scope(name);
        let label = scope.map(|id| self.lawbook.book.vocabulary.scope_of(id).label.to_string());
        Noun::new(label.unwrap_or_else(|| AS_WRITTEN.to_owned()), Sense::Other)
    }

    pub(super) fn field(&self, base: &Spanned, field: &str) -> Noun {
        if let Expr::Name(name) = &base.expr {
            let is_bound = self.locals.iter().any(|(n, _)| n == name)
                || self.slots.iter().any(|(n, _, _)| n == name);
            if !is_bound && name == "term" {
                return self.term(field);
            }
            if let Some(id) = self
                .lawbook
                .book
                .vocabulary
                .scope(name)
                .filter(|_| !is_bound)
            {
                let scope = self.lawbook.book.vocabulary.scope_of(id);
                return match scope.fields.iter().find(|f| f.name.as_ref() == field) {
                    Some(f) => Noun::new(
                        format!("{}的“{}”", scope.label, f.label),
                        Sense::of_field(&scope.name, f),
                    ),
                    None => Noun::new(AS_WRITTEN, Sense::Other),
                };
            }
        }
        if let Expr::Call(name, arguments) = &base.expr
            && let Some(noun) = self.entity_field(name, arguments, field)
        {
            return noun;
        }
        let owner = self.noun(base);
        match &owner.sense {
            Sense::Event(kinds) => self.event_field(&owner.words, kinds, field),
            Sense::Person if field == "who" => owner,
            Sense::Person => Noun::new(format!("{}的角色", owner.words), self.codes("role")),
            // Fields of records have no declared Chinese name; the record itself does.
            _ => Noun::new(format!("{}所列的值", owner.words), Sense::Text),
        }
    }

    fn entity_field(&self, call: &str, arguments: &[Spanned], field: &str) -> Option<Noun> {
        let scope = self.lawbook.book.vocabulary.scopes.iter().find(|s| {
            s.is_keyed && (s.name.as_ref() == call || s.name.trim_end_matches('s') == call)
        })?;
        let who = self.noun(arguments.first()?).words;
        let declared = scope.fields.iter().find(|f| f.name.as_ref() == field)?;
        Some(Noun::new(
            format!("{who}的“{}”", declared.label),
            Sense::of_field(&scope.name, declared),
        ))
    }

    fn term(&self, name: &str) -> Noun {
        let Some(term) = self.lawbook.book.terms.get(name) else {
            return Noun::new(AS_WRITTEN, Sense::Other);
        };
        let mut sense = Sense::Other;
        if let (Some(source), true) = (&term.expression, self.depth < TERM_DEPTH_MAX) {
            let inner = Phrases {
                depth: self.depth + 1,
                locals: Vec::new(),
                item: None,
                ..self.clone()
            };
            sense = inner.value(source).1;
        }
        Noun::new(format!("“{}”", term.label), sense)
    }

    fn event_field(&self, owner: &str, kinds: &[KindId], field: &str) -> Noun {
        let of = if owner.is_empty() {
            String::new()
        } else {
            format!("{owner}的")
        };
        if let Some((label, sense)) = envelope(field) {
            return Noun::new(format!("{of}{label}"), sense);
        }
        if let Some(touched) = self.touched {
            touched
                .borrow_mut()
                .extend(kinds.iter().map(|k| (*k, field.to_owned())));
        }
        let vocabulary = &self.lawbook.book.vocabulary;
        let own = kinds
            .iter()
            .find_map(|k| field_of(vocabulary.kind_of(*k), field));
        // Read on a kind that does not declare it (one of several triggers): blank there, but it has a name.
        let any = || vocabulary.kinds.iter().find_map(|k| field_of(k, field));
        let declared: Option<&Field> = own.or_else(any);
        match declared {
            Some(f) => Noun::new(format!("{of}“{}”", f.label), Sense::of_field("", f)),
            None => Noun::new(AS_WRITTEN, Sense::Other),
        }
    }

    fn arithmetic(&self, op: Binary, left: &Spanned, right: &Spanned) -> Noun {
        let a = self.noun(left);
        if let (Sense::Date, Expr::Call(name, arguments)) = (&a.sense, &right.expr)
            && let ("days" | "months", Some(n)) = (name.as_str(), arguments.first())
        {
            let unit = if name == "days" { "日" } else { "个月" };
            let after = if op == Binary::Sub {
                "之前"
            } else {
                "之后"
            };
            // A parameter tells its unit itself.
            let unit = if matches!(n.expr, Expr::Int(_)) {
                unit
            } else {
                ""
            };
            return Noun::new(
                format!("{}{after}{}{unit}", a.words, self.noun(n).words),
                Sense::Date,
            );
        }
        let b = self.noun(right);
        let sign = match op {
            Binary::Add => "加",
            Binary::Sub => "减",
            _ => "乘以",
        };
        Noun::new(format!("{}{sign}{}", a.words, b.words), a.sense)
    }

    fn select(&self, pick: &str, text: &str) -> Noun {
        let (mut words, kinds) = self.selected(split_pick(text).1);
        if kinds.len() > KINDS_SHOWN_MAX && !text.contains('[') {
            words = self.kinds_in_words(&kinds);
        }
        match pick {
            "all" => Noun::new(
                format!("全部{words}"),
                Sense::List(Box::new(Sense::Event(kinds))),
            ),
            "last" => Noun::new(format!("最后一次{words}"), Sense::Event(kinds)),
            _ => Noun::new(format!("首次{words}"), Sense::Event(kinds)),
        }
    }

    fn argument(&self, arguments: &[Spanned], at: usize) -> Noun {
        arguments
            .get(at)
            .map_or_else(|| Noun::new(AS_WRITTEN, Sense::Other), |a| self.noun(a))
    }

    fn call(&self, name: &str, arguments: &[Spanned]) -> Noun {
        let literal = match arguments.first().map(|a| &a.expr) {
            Some(Expr::Text(text)) => text.as_str(),
            _ => "",
        };
        match name {
            "param" => self.parameter(literal),
            "date" => {
                let day = mingjing_kernel::date::Date::parse_iso(literal).ok();
                let words = day.map_or_else(|| AS_WRITTEN.to_owned(), |d| d.in_chinese());
                Noun::new(words, Sense::Date)
            }
            "due" | "state" => self.duty(name == "due", literal),
            "derived" => {
                let id = self.lawbook.book.derived_ids.get(literal);
                let label = id
                    .and_then(|id| self.lawbook.derived.get(*id))
                    .map_or(AS_WRITTEN, |d| d.label.as_ref());
                let event = self.argument(arguments, 1).words;
                Noun::new(format!("{event}的{label}"), Sense::Date)
            }
            "actors" => self.actors(arguments),
            "first_known" | "distinct" | "sum" | "min" | "max" | "size" => {
                self.list_call(name, arguments)
            }
            _ => self
                .measure(name, arguments)
                .unwrap_or_else(|| Noun::new(self.truth_or_written(name, arguments), Sense::Bool)),
        }
    }

    /// 列表的函数。
    fn list_call(&self, name: &str, arguments: &[Spanned]) -> Noun {
        let list = self.argument(arguments, 0);
        let is_people = list.sense == Sense::List(Box::new(Sense::Person));
        match name {
            "first_known" => {
                let words: Vec<String> = arguments.iter().map(|a| self.noun(a).words).collect();
                let closing = "）".repeat(words.len().saturating_sub(1));
                Noun::new(
                    format!("{}{closing}", words.join("（没有的，取")),
                    list.sense,
                )
            }
            // Persons are counted once anyway; of things it must be said.
            "distinct" if is_people => list,
            "distinct" => Noun::new(format!("不重复的{}", list.words), list.sense),
            "sum" => Noun::new(format!("{}的合计", list.words), list.sense.element()),
            "size" => {
                let (noun, unit) = if is_people {
                    ("人数", "人")
                } else {
                    ("个数", "个")
                };
                let owner = list.words.strip_suffix('的').unwrap_or(&list.words);
                Noun::new(format!("{owner}的{noun}"), measured(unit))
            }
            _ => self.extreme(name == "max", arguments),
        }
    }

    /// 日期、时刻、金额的函数；其他为 `None`。
    fn measure(&self, name: &str, arguments: &[Spanned]) -> Option<Noun> {
        let a = self.argument(arguments, 0);
        let b = |at: usize| self.argument(arguments, at).words;
        let first = &a.words;
        Some(match name {
            "days" => Noun::new(format!("{first} 日"), Sense::Other),
            "months" => Noun::new(format!("{first} 个月"), Sense::Other),
            "wd_between" => Noun::new(
                format!("{first}之后至{}的工作日数", b(1)),
                measured("个工作日"),
            ),
            "cd_between" => Noun::new(format!("{first}至{}的日数", b(1)), measured("日")),
            "minutes_between" => Noun::new(format!("{first}至{}的分钟数", b(1)), measured("分钟")),
            "end_of" => Noun::new(format!("自{first}起算{}的届满日", b(1)), Sense::Date),
            "capitals" => Noun::new(format!("{first}的大写"), Sense::Text),
            "minute_of_day" => Noun::new(format!("{first}在当日的第几分钟"), Sense::Count),
            "day_kind" => Noun::new(a.words, self.codes("day_kind")),
            "recorded" => Noun::new(format!("{first}的录入时刻"), Sense::Instant),
            "age_on" => Noun::new(format!("当事人在{}时的周岁", b(1)), measured("岁")),
            "mul_rate" => Noun::new(format!("{first}乘以{}", b(1)), a.sense),
            "cite_level" => Noun::new(format!("{first}的位阶"), self.codes("statute_level")),
            _ => return None,
        })
    }

    fn truth_or_written(&self, name: &str, arguments: &[Spanned]) -> String {
        match name {
            "has" | "card_valid" | "disjoint" | "is_working_day" | "cite_valid"
            | "cite_article_in" => self.truth(
                &Spanned {
                    at: 0,
                    expr: Expr::Call(name.to_owned(), arguments.to_vec()),
                },
                true,
            ),
            _ => AS_WRITTEN.to_owned(),
        }
    }

    fn parameter(&self, name: &str) -> Noun {
        let Some(id) = self.lawbook.book.parameters.find(name) else {
            return Noun::new(AS_WRITTEN, Sense::Other);
        };
        let parameter = self.lawbook.book.parameters.get(id);
        let sense = Sense::of_parameter(parameter);
        let value = self.parameters.and_then(|words| words(name));
        let words = match value {
            Some(value) => format!("“{}”（{value}）", parameter.label),
            None => format!("“{}”", parameter.label),
        };
        Noun::new(words, sense)
    }

    fn duty(&self, is_due: bool, code: &str) -> Noun {
        let rule = self.lawbook.rule(code).map_or(code, |r| r.name.as_ref());
        if is_due {
            Noun::new(format!("“{rule}”一条的到期日"), Sense::Date)
        } else {
            Noun::new(format!("“{rule}”一条的办理状态"), self.codes("duty_state"))
        }
    }

    fn actors(&self, arguments: &[Spanned]) -> Noun {
        let owner = arguments
            .first()
            .map_or_else(|| AS_WRITTEN.to_owned(), |a| self.noun(a).words);
        let role_list = self.codes("role");
        let roles: Vec<String> = match arguments.get(1).map(|a| &a.expr) {
            Some(Expr::Text(role)) => vec![self.values().text(role, &role_list)],
            Some(Expr::List(items)) => items
                .iter()
                .filter_map(|i| self.literal(i, &role_list))
                .collect(),
            _ => Vec::new(),
        };
        const SHOWN_MAX: usize = 4;
        let words = if roles.len() > SHOWN_MAX {
            format!("{}等参与人", roles[..SHOWN_MAX].join("、"))
        } else {
            roles.join("、")
        };
        Noun::new(
            format!("{owner}的{words}"),
            Sense::List(Box::new(Sense::Person)),
        )
    }

    fn extreme(&self, is_max: bool, arguments: &[Spanned]) -> Noun {
        let nouns: Vec<Noun> = arguments.iter().map(|a| self.noun(a)).collect();
        let sense = nouns.first().map_or(Sense::Other, |n| n.sense.element());
        let words: Vec<String> = nouns.into_iter().map(|n| n.words).collect();
        let which = match (is_max, &sense) {
            (true, Sense::Date | Sense::Instant) => "最晚者",
            (false, Sense::Date | Sense::Instant) => "最早者",
            (true, _) => "最大者",
            (false, _) => "最小者",
        };
        Noun::new(format!("{}中的{which}", words.join("与")), sense)
    }

    fn method(&self, base: &Spanned, name: &str, arguments: &[Spanned]) -> Noun {
        let list = self.noun(base);
        if let ("filter" | "map", [variable, body]) = (name, arguments) {
            let inner = self.with_local(variable, &list.sense);
            if name == "filter" {
                return Noun::new(
                    format!("{}中符合（{}）的", list.words, inner.truth(body, true)),
                    list.sense,
                );
            }
            let each = inner.noun(body);
            let words = match each.words.strip_prefix("该项的") {
                Some(field) => format!("{}的{field}", list.words),
                None if each.words == "该项" => list.words,
                None => format!("{}各自的（{}）", list.words, each.words),
            };
            return Noun::new(words, Sense::List(Box::new(each.sense)));
        }
        Noun::new(self.method_truth(base, name, arguments, true), Sense::Bool)
    }
}

fn measured(unit: &str) -> Sense {
    Sense::Measured(unit.into())
}

/// 信封字段的叫法。
fn envelope(field: &str) -> Option<(&'static str, Sense)> {
    let texts = || Sense::List(Box::new(Sense::Text));
    Some(match field {
        "occurred_on" => ("日期", Sense::Date),
        "occurred_at" => ("时刻", Sense::Instant),
        "recorded_at" => ("录入时刻", Sense::Instant),
        "actors" => ("参与人", Sense::List(Box::new(Sense::Person))),
        "place" => ("地点", Sense::Text),
        "doc_ids" => ("所附文书", texts()),
        "media_ids" => ("所附音像", texts()),
        "instance" => ("所属程序", Sense::Text),
        "party" => ("所属当事人", Sense::Text),
        "decision" => ("所属决定", Sense::Text),
        "goods" => ("所属物品", Sense::Text),
        "event_kind" => ("种类", Sense::EventKind),
        "id" => ("编号", Sense::Text),
        _ => return None,
    })
}

/// 信封字段的名称，供缺失说明。
pub(super) fn envelope_label(field: &str) -> Option<&'static str> {
    envelope(field).map(|(label, _)| label)
}

/// 这种事件声明的字段。
fn field_of<'k>(kind: &'k Kind, field: &str) -> Option<&'k Field> {
    kind.fields.iter().find(|f| f.name.as_ref() == field)
}
