//! 值照声明的类型读：字段、事实，按日分段的事实。

use mingjing_domain::value::Value;
use mingjing_kernel::date::{Date, Timestamp};
use mingjing_kernel::period::Period;

use crate::cel::types::Type;
use crate::cel::value::Val;
use crate::vocabulary::{Field, Vocabulary};

/// 一段时间 [起, 止) 内的值。
pub(crate) type DatedValue = (Option<Date>, Option<Date>, Val);

/// 事实的值：一直如此，或按日分段。
#[derive(Debug, Clone)]
pub(crate) enum FactValue {
    Plain(Val),
    Dated(Vec<DatedValue>),
}

/// A fact as declared: one value, or spans of days where the declaration says that it changes.
pub(crate) fn fact_value(
    vocabulary: &Vocabulary,
    field: &Field,
    value: &Value,
) -> Result<FactValue, String> {
    match value {
        Value::List(spans)
            if field.is_dated && spans.iter().all(|s| matches!(s, Value::Record(_))) =>
        {
            dated(vocabulary, spans, &field.ty).map(FactValue::Dated)
        }
        other => type_value(vocabulary, other, &field.ty).map(FactValue::Plain),
    }
}

fn dated(vocabulary: &Vocabulary, spans: &[Value], ty: &Type) -> Result<Vec<DatedValue>, String> {
    let day = |span: &Value, key: &str| match span.at(key) {
        None => Ok(None),
        Some(value) => match type_value(vocabulary, value, &Type::Date)? {
            Val::Date(date) => Ok(Some(date)),
            _ => Err(format!("{key} 应为日期")),
        },
    };
    spans
        .iter()
        .map(|span| {
            let value = span
                .at("value")
                .ok_or_else(|| "分段缺少 value".to_owned())?;
            Ok((
                day(span, "from")?,
                day(span, "to")?,
                type_value(vocabulary, value, ty)?,
            ))
        })
        .collect()
}

/// 按声明的类型读一个值；不符时说明原因。
pub fn type_value(vocabulary: &Vocabulary, value: &Value, ty: &Type) -> Result<Val, String> {
    let wrong = || Err(format!("应为{}，实为“{}”", ty.name(), shorten(value)));
    Ok(match (ty, value) {
        (Type::Bool, Value::Bool(b)) => Val::Bool(*b),
        (Type::Bool, Value::Text(t)) if t == "true" || t == "是" => Val::Bool(true),
        (Type::Bool, Value::Text(t)) if t == "false" || t == "否" => Val::Bool(false),
        (Type::Int, Value::Int(n)) => Val::Int(*n),
        (Type::Int, Value::Text(t)) => match t.trim().parse() {
            Ok(n) => Val::Int(n),
            Err(_) => return wrong(),
        },
        (Type::Date, Value::Date(date)) => Val::Date(*date),
        (Type::Date, Value::Text(t)) => match Date::parse_iso(t) {
            Ok(date) => Val::Date(date),
            Err(_) => return wrong(),
        },
        (Type::Instant, Value::Timestamp(at)) => Val::Instant(*at),
        (Type::Instant, Value::Text(t)) => match Timestamp::parse(t) {
            Ok(at) => Val::Instant(at),
            Err(_) => return wrong(),
        },
        (Type::Period, Value::Period(period)) => Val::Period(*period),
        (Type::Period, Value::Text(t)) => match t.parse::<Period>() {
            Ok(period) => Val::Period(period),
            Err(_) => return wrong(),
        },
        (Type::Text, Value::Text(t)) => Val::Text(t.as_str().into()),
        (Type::Text, Value::Int(n)) => Val::Text(n.to_string().into()),
        (Type::Text, Value::Date(d)) => Val::Text(d.to_string().into()),
        (Type::Code(list), Value::Text(t)) => match vocabulary.list_of(*list).find(t) {
            Some(code) => Val::Text(code.clone()),
            None => {
                return Err(format!(
                    "代码表 {} 没有“{t}”",
                    vocabulary.list_of(*list).name
                ));
            }
        },
        (Type::List(inner), Value::List(items)) => {
            let items: Result<Vec<Val>, String> = items
                .iter()
                .map(|item| type_value(vocabulary, item, inner))
                .collect();
            Val::list(items?)
        }
        (Type::List(inner), single) => Val::list([type_value(vocabulary, single, inner)?]),
        _ => return wrong(),
    })
}

fn shorten(value: &Value) -> String {
    let text = match value {
        Value::Text(text) => text.clone(),
        Value::Int(n) => n.to_string(),
        Value::Bool(b) => b.to_string(),
        Value::Date(d) => d.to_string(),
        Value::Timestamp(t) => t.to_string(),
        Value::Period(p) => p.to_string(),
        Value::List(_) => "列表".to_owned(),
        Value::Record(_) => "记录".to_owned(),
    };
    text.chars().take(20).collect()
}
