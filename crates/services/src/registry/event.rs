//! 登记簿收哪些事件：哪一种时间线收哪几种，字段合不合声明。

use mingjing_domain::event::Event;
use mingjing_domain::procedure::Nature;
use mingjing_kernel::codes::{DivisionCode, DivisionLevel};
use mingjing_kernel::date::Date;
use mingjing_kernel::id::kind::TimelineKind;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_lawbook::prepare::type_value;
use mingjing_lawbook::vocabulary::Kind;

use crate::error::{FieldCode, FieldError, Pointer};
use crate::registry::fold::text;

const DIVISION: &[&str] = &[
    "division_established",
    "division_renamed",
    "division_merged",
    "division_abolished",
];
const BODY: &[&str] = &[
    "body_registered",
    "body_changed",
    "body_suspended",
    "body_resumed",
    "body_abolished",
];
const PERSON: &[&str] = &[
    "officer_registered",
    "officer_assigned",
    "officer_left",
    "post_changed",
];
const CARD: &[&str] = &[
    "apply",
    "train_exam",
    "cert_issued",
    "cert_reviewed",
    "cert_suspended",
    "cert_restored",
    "cert_revoked",
    "training_logged",
    "lost",
];
const ITEM: &[&str] = &["item_listed", "item_revised", "item_withdrawn"];

/// 这一种时间线收的事件；不是登记簿的时间线一种也不收。
pub fn kinds_of(kind: TimelineKind) -> Vec<&'static str> {
    match kind {
        TimelineKind::Division => DIVISION.to_vec(),
        TimelineKind::Body => BODY.to_vec(),
        TimelineKind::Officer => [PERSON, CARD].concat(),
        TimelineKind::Item => ITEM.to_vec(),
        TimelineKind::Case
        | TimelineKind::Complaint
        | TimelineKind::Supervision
        | TimelineKind::Rectification => Vec::new(),
    }
}

/// 登记的第一条事件。
pub(crate) const fn first_of(kind: TimelineKind) -> Option<&'static str> {
    match kind {
        TimelineKind::Division => Some("division_established"),
        TimelineKind::Body => Some("body_registered"),
        TimelineKind::Officer => Some("officer_registered"),
        TimelineKind::Item => Some("item_listed"),
        TimelineKind::Case
        | TimelineKind::Complaint
        | TimelineKind::Supervision
        | TimelineKind::Rectification => None,
    }
}

/// 主程序。
pub(crate) const fn procedure_of(kind: TimelineKind) -> Option<&'static str> {
    match kind {
        TimelineKind::Body => Some("enforcement_body"),
        TimelineKind::Officer => Some("officer_certificate"),
        TimelineKind::Item => Some("power_item"),
        TimelineKind::Division
        | TimelineKind::Case
        | TimelineKind::Complaint
        | TimelineKind::Supervision
        | TimelineKind::Rectification => None,
    }
}

/// Whether the event is about a card and not about the person.
pub(crate) fn is_of_card(event: &Event) -> bool {
    CARD.contains(&event.kind.as_str())
}

/// The nature that the lawbook declares.
pub(crate) fn nature_of(lawbook: &Lawbook, event: &Event) -> Nature {
    declared(lawbook, event).map_or(Nature::Fact, |kind| kind.nature)
}

fn declared<'a>(lawbook: &'a Lawbook, event: &Event) -> Option<&'a Kind> {
    let vocabulary = &lawbook.book.vocabulary;
    vocabulary
        .kind(&event.kind)
        .map(|id| vocabulary.kind_of(id))
}

/// 逐处核对；`at` 是事件在正文里的位置。
pub(crate) fn check(
    lawbook: &Lawbook,
    kind: TimelineKind,
    event: &Event,
    today: Date,
    at: &Pointer,
) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let mut note = |path: &[&str], code, message: String| {
        let pointer = path.iter().fold(at.clone(), |at, name| at.member(name));
        errors.push(FieldError::new(pointer, code, message));
    };
    let allowed = kinds_of(kind);
    let Some(declared) = declared(lawbook, event).filter(|it| allowed.contains(&&*it.name)) else {
        let message = format!(
            "{}的时间线不收“{}”，只收：{}",
            kind.in_chinese(),
            event.kind,
            allowed.join("、")
        );
        note(&["kind"], FieldCode::NotAChoice, message);
        return errors;
    };
    if event.occurred_on > today {
        let message = "发生日晚于今天；将来的变动到那一天再记".to_owned();
        note(&["on"], FieldCode::OutOfRange, message);
    }
    for (name, value) in &event.fields {
        let field = declared.fields.iter().find(|it| *it.name == **name);
        let Some(field) = field else {
            let message = format!("“{}”没有声明 {name} 这一项，请去掉", declared.label);
            note(&["fields", name], FieldCode::Unknown, message);
            continue;
        };
        if let Err(reason) = type_value(&lawbook.book.vocabulary, value, &field.ty) {
            let message = format!("{}：{reason}", field.label);
            note(&["fields", name], FieldCode::WrongType, message);
        }
    }
    // Who the timeline is about, the timeline says.
    let missing = declared.fields.iter().filter(|field| {
        field.is_required && &*field.name != "officer" && !event.fields.contains_key(&*field.name)
    });
    for field in missing {
        let message = format!("请填写{}", field.label);
        note(&["fields", &field.name], FieldCode::Missing, message);
    }
    let codes: &[&str] = match kind {
        TimelineKind::Division => &["code", "parent", "into"],
        TimelineKind::Body => &["region"],
        TimelineKind::Officer
        | TimelineKind::Item
        | TimelineKind::Case
        | TimelineKind::Complaint
        | TimelineKind::Supervision
        | TimelineKind::Rectification => &[],
    };
    for field in codes {
        if let Some(code) = text(event, field)
            && canonical_code(&code).as_deref() != Some(code.as_str())
        {
            let message = format!("“{code}”应为六位行政区划代码，乡镇、街道九位");
            note(&["fields", field], FieldCode::Malformed, message);
        }
    }
    errors
}

/// 区划代码在树里的写法：六位，乡级九位；村级不入树。
pub(crate) fn canonical_code(text: &str) -> Option<String> {
    let code = DivisionCode::parse(text).ok()?;
    match code.level() {
        DivisionLevel::Province | DivisionLevel::City | DivisionLevel::County => {
            Some(code.six_digits().to_owned())
        }
        DivisionLevel::Town => Some(code.as_str().to_owned()),
        DivisionLevel::Village => None,
    }
}

/// 层级在法典里的代码。
pub(crate) fn level_code(level: DivisionLevel) -> &'static str {
    match level {
        DivisionLevel::Province => "province",
        DivisionLevel::City => "city",
        DivisionLevel::County => "county",
        DivisionLevel::Town | DivisionLevel::Village => "town",
    }
}
