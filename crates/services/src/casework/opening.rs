//! 开案的事件：案件登记，与随之填报的事实；人建的与导入的同一写法。

use mingjing_domain::event::{Event, Source};
use mingjing_domain::timeline::Facts;
use mingjing_domain::value::Value;
use mingjing_kernel::date::Date;
use mingjing_kernel::id::{Id, kind};
use mingjing_store::event::{Nature, NewEvent};

use crate::assessment::facts::{REGISTERED, STATED, json_of_facts};
use crate::error::{FieldCode, Pointer, ServiceError};

/// Characters of a case number; the longest in use has forty.
const NUMBER_CHARS_MAX: usize = 100;

/// 开案时写明的。
#[derive(Debug, Clone, Default)]
pub struct Opening {
    /// 案号。
    pub number: Option<String>,
    /// 办理机关在登记簿里的标识；还没有认定的为 `None`。
    pub body: Option<String>,
    /// 办理机构在组织树上的标识；不分到机构的为 `None`。
    pub unit: Option<String>,
    /// 登记时的组织路径。
    pub org_path: String,
    /// 承办账号。
    pub handlers: Vec<Id<kind::Account>>,
    /// 填报的事实；按范围分写，没有的为空。
    pub facts: Facts,
}

/// 开案的事件，按次序；`source` 是导入的文件、其他系统，或第一手。
pub fn opening_events(opening: &Opening, on: Date, source: &Source) -> Vec<NewEvent> {
    let mut registered = Event::new("", REGISTERED, on);
    registered.source = source.clone();
    let mut put = |name: &str, value: Value| {
        registered.fields.insert(name.to_owned(), value);
    };
    put("org_path", opening.org_path.as_str().into());
    for (name, text) in [
        ("number", &opening.number),
        ("body", &opening.body),
        ("unit", &opening.unit),
    ] {
        if let Some(text) = text {
            put(name, text.as_str().into());
        }
    }
    if !opening.handlers.is_empty() {
        let accounts = opening
            .handlers
            .iter()
            .map(|id| Value::Text(id.to_string()));
        put("accounts", Value::List(accounts.collect()));
    }
    let mut events = vec![NewEvent::new(registered, Nature::Fact)];
    if !opening.facts.values.is_empty() {
        let mut stated = Event::new("", STATED, on);
        stated.source = source.clone();
        let facts = json_of_facts(&opening.facts).to_string();
        stated.fields.insert("facts".to_owned(), Value::Text(facts));
        events.push(NewEvent::new(stated, Nature::Fact));
    }
    events
}

/// A number says something and is no longer than numbers are.
pub(crate) fn check_number(number: Option<&str>) -> Result<(), ServiceError> {
    let Some(number) = number else {
        return Ok(());
    };
    let message = match number.trim().is_empty() {
        true => "没有编号的不写这一项",
        false if number.chars().count() > NUMBER_CHARS_MAX => "不超过 100 字",
        false => return Ok(()),
    };
    let pointer = Pointer::body().member("number");
    Err(ServiceError::invalid(
        pointer,
        FieldCode::OutOfRange,
        message,
    ))
}

/// Whether the facts say that the case holds state secrets.
pub(crate) fn is_classified(facts: &Facts) -> bool {
    match facts.at("case.is_classified") {
        Some(Value::Bool(is_classified)) => *is_classified,
        Some(Value::Text(text)) => text == "true" || text == "是",
        Some(_) | None => false,
    }
}
