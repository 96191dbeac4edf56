//! 要记录的事件：来者写的，与法典的声明核对之后成为事件。

use std::collections::BTreeMap;

use mingjing_domain::event::{Actor, Event, Source};
use mingjing_domain::timeline::Facts;
use mingjing_domain::value::Value;
use mingjing_kernel::date::{Date, Timestamp};
use mingjing_kernel::id::kind::TimelineKind;
use mingjing_kernel::id::{Id, TimelineId, kind};
use mingjing_lawbook::diagnostic::nearest;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_lawbook::prepare::{Key, type_value};
use mingjing_lawbook::vocabulary::Kind;

use crate::assessment::facts::{ASSIGNED, LINK, REGISTERED, STATED, SUPERVISES};
use crate::casework::stated_facts::stated_faults;
use crate::error::{FieldCode, FieldError, Pointer, ServiceError};
use crate::limit::EVENT_ITEMS_MAX;

/// Events about the record itself are made by their own use cases, never written by hand.
const NOT_BY_HAND: [&str; 4] = [REGISTERED, "correction", "override", "erasure"];

/// Nothing of an earlier year is a matter of this State: the year is misspelt.
const FIRST_YEAR: i16 = 1949;

/// 要记录的事件。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventInput {
    /// 事件种类。
    pub kind: String,
    /// 发生日；写了 `at` 的可以不写。
    pub on: Option<Date>,
    /// 只知大概时，可能的最后一日。
    pub until: Option<Date>,
    /// 发生时刻。
    pub at: Option<Timestamp>,
    /// 参与人。
    pub actors: Vec<Actor>,
    /// 地点。
    pub place: Option<String>,
    /// 文书标识。
    pub docs: Vec<String>,
    /// 音像标识。
    pub media: Vec<String>,
    /// 程序实例。
    pub instance: Option<String>,
    /// 键：`party`、`decision`、`goods`。
    pub keys: BTreeMap<String, String>,
    /// 字段。
    pub fields: BTreeMap<String, Value>,
}

impl EventInput {
    /// 某种事件在某日，其余自行填写。
    pub fn new(kind: impl Into<String>, on: Date) -> Self {
        EventInput {
            kind: kind.into(),
            on: Some(on),
            until: None,
            at: None,
            actors: Vec::new(),
            place: None,
            docs: Vec::new(),
            media: Vec::new(),
            instance: None,
            keys: BTreeMap::new(),
            fields: BTreeMap::new(),
        }
    }

    /// The event as first-hand, checked against the declarations; every fault is listed.
    pub(crate) fn check(
        &self,
        lawbook: &Lawbook,
        now: Timestamp,
        at: &Pointer,
    ) -> Result<Event, ServiceError> {
        let mut check = Check {
            lawbook,
            at,
            errors: Vec::new(),
        };
        let on = check.day(self, now);
        let declared = check.kind(self);
        if let Some(declared) = declared {
            check.fields(self, declared);
        }
        check.keys(self);
        check.counts(self);
        match on {
            Some(on) if check.errors.is_empty() => Ok(self.event(on)),
            Some(_) | None => Err(ServiceError::Invalid(check.errors)),
        }
    }

    fn event(&self, on: Date) -> Event {
        Event {
            occurred_until: self.until,
            occurred_at: self.at,
            source: Source::FirstHand,
            actors: self.actors.clone(),
            place: self.place.clone(),
            doc_ids: self.docs.clone(),
            media_ids: self.media.clone(),
            instance: self.instance.clone(),
            keys: self.keys.clone(),
            fields: self.fields.clone(),
            ..Event::new("", &self.kind, on)
        }
    }
}

struct Check<'a> {
    lawbook: &'a Lawbook,
    at: &'a Pointer,
    errors: Vec<FieldError>,
}

impl<'a> Check<'a> {
    fn error(&mut self, pointer: Pointer, code: FieldCode, message: impl Into<String>) {
        self.errors.push(FieldError::new(pointer, code, message));
    }

    fn member(&self, name: &str) -> Pointer {
        self.at.clone().member(name)
    }

    fn day(&mut self, input: &EventInput, now: Timestamp) -> Option<Date> {
        let on = match (input.on, input.at) {
            (Some(on), Some(at)) if at.date() != on => {
                let message = "与发生时刻不是同一日；请改成一致，或只写一个";
                self.error(self.member("on"), FieldCode::NotAllowed, message);
                return None;
            }
            (Some(on), _) => on,
            (None, Some(at)) => at.date(),
            (None, None) => {
                let message = "没有写发生日；请写 on 或 at";
                self.error(self.member("on"), FieldCode::Missing, message);
                return None;
            }
        };
        self.range(input, on);
        let today = now.date();
        let (member, last) = match (input.until, input.on) {
            (Some(until), _) => ("until", until),
            (None, Some(on)) => ("on", on),
            (None, None) => ("at", on),
        };
        if last > today {
            let message = format!("晚于今天（{today}）；还没有发生的事不能记下");
            self.error(self.member(member), FieldCode::OutOfRange, message);
        } else if input.at.is_some_and(|at| at > now) {
            let message = format!("晚于现在（{now}）；还没有发生的事不能记下");
            self.error(self.member("at"), FieldCode::OutOfRange, message);
        }
        Some(on)
    }

    fn range(&mut self, input: &EventInput, on: Date) {
        if input.until.is_some_and(|until| until < on) {
            let message = "早于发生日；until 是最后可能之日";
            self.error(self.member("until"), FieldCode::OutOfRange, message);
        }
        if input.until.is_some() && input.at.is_some() {
            let message = "写了发生时刻的，不再只知大概；at 与 until 请只写一个";
            self.error(self.member("until"), FieldCode::NotAllowed, message);
        }
        if on.year() < FIRST_YEAR {
            let member = if input.on.is_some() { "on" } else { "at" };
            let message = format!("早于 {FIRST_YEAR} 年；请核对年份");
            self.error(self.member(member), FieldCode::OutOfRange, message);
        }
    }

    fn kind(&mut self, input: &EventInput) -> Option<&'a Kind> {
        let vocabulary = &self.lawbook.book.vocabulary;
        if NOT_BY_HAND.contains(&input.kind.as_str()) {
            let message = "这种事件由系统在相应的操作里记下，不能直接记录";
            self.error(self.member("kind"), FieldCode::NotAllowed, message);
            return None;
        }
        let Some(id) = vocabulary.kind(&input.kind) else {
            let near = vocabulary.nearest_kind(&input.kind).unwrap_or_default();
            let message = format!("法典没有这种事件；{near}");
            self.error(self.member("kind"), FieldCode::NotAChoice, message);
            return None;
        };
        Some(vocabulary.kind_of(id))
    }

    fn fields(&mut self, input: &EventInput, declared: &Kind) {
        let fields = self.member("fields");
        for (name, value) in &input.fields {
            let pointer = fields.clone().member(name);
            let known = declared.fields.iter().find(|f| f.name.as_ref() == name);
            let Some(field) = known else {
                let names = declared.fields.iter().map(|f| f.name.as_ref());
                let near = nearest(name, names).unwrap_or_default();
                let message = format!("“{}”没有这个字段；{near}", declared.label);
                self.error(pointer, FieldCode::Unknown, message);
                continue;
            };
            if let Err(reason) = type_value(&self.lawbook.book.vocabulary, value, &field.ty) {
                let message = format!("“{}”{reason}", field.label);
                self.error(pointer, FieldCode::WrongType, message);
            }
        }
        if input.kind == ASSIGNED {
            self.accounts(input);
        }
        let link = input.fields.get("link");
        if input.kind == LINK && link == Some(&Value::from(SUPERVISES)) {
            let message = "监督事项与发现的关联在立事项时由系统写下，不能直接记录";
            self.error(
                fields.clone().member("link"),
                FieldCode::NotAllowed,
                message,
            );
        }
        if let (LINK, Some(Value::Text(to))) = (input.kind.as_str(), input.fields.get("to"))
            && !TimelineId::parse(to).is_ok_and(|id| id.kind() == TimelineKind::Case)
        {
            let message = "应为另一案的标识（case_ 开头，在那一案的地址里），不是案号";
            let pointer = fields.clone().member("to");
            self.error(pointer, FieldCode::Malformed, message);
        }
        if input.kind == STATED {
            let pointer = fields.member("facts");
            let stated = match input.fields.get("facts") {
                Some(Value::Text(text)) => serde_json::from_str(text).ok(),
                _ => None,
            };
            match stated {
                Some(values) => {
                    let found = stated_faults(self.lawbook, &Facts { values }, &pointer);
                    self.errors.extend(found);
                }
                None => {
                    let message =
                        "应为按范围分写的 JSON 对象，如 {\"case\": {\"act_on\": \"2026-01-05\"}}";
                    self.error(pointer, FieldCode::Malformed, message);
                }
            }
        }
    }

    /// An account that is none would silently handle nothing.
    fn accounts(&mut self, input: &EventInput) {
        let Some(Value::List(items)) = input.fields.get("accounts") else {
            return;
        };
        for (index, item) in items.iter().enumerate() {
            let is_account =
                matches!(item, Value::Text(text) if Id::<kind::Account>::parse(text).is_ok());
            if !is_account {
                let pointer = self.member("fields").member("accounts").index(index);
                let message = "不是账号的标识，应如 account_ 后接 32 位十六进制数字";
                self.error(pointer, FieldCode::Malformed, message);
            }
        }
    }

    fn keys(&mut self, input: &EventInput) {
        for name in input.keys.keys() {
            let is_key = Key::parse(name).is_some_and(|key| key != Key::Instance);
            if !is_key {
                let message = "应为 party、decision、goods 之一";
                self.error(
                    self.member("keys").member(name),
                    FieldCode::Unknown,
                    message,
                );
            }
        }
        let vocabulary = &self.lawbook.book.vocabulary;
        for (index, actor) in input.actors.iter().enumerate() {
            let pointer = self.member("actors").index(index);
            if actor.who.trim().is_empty() {
                let message = "没有写是谁；请写证号、工号或案内代号";
                self.error(pointer.clone().member("who"), FieldCode::Missing, message);
            }
            if !vocabulary.is_role(&actor.role) {
                let message = format!("法典没有角色“{}”；见 codes.toml 的 role", actor.role);
                self.error(pointer.member("role"), FieldCode::NotAChoice, message);
            }
        }
    }

    fn counts(&mut self, input: &EventInput) {
        for (name, count) in [
            ("actors", input.actors.len()),
            ("docs", input.docs.len()),
            ("media", input.media.len()),
        ] {
            if count > EVENT_ITEMS_MAX {
                let message = format!("至多 {EVENT_ITEMS_MAX} 个");
                self.error(self.member(name), FieldCode::OutOfRange, message);
            }
        }
    }
}
