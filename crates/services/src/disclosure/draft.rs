//! 公开稿：由案件与法典的样式画出，连同遮盖的理由与还不能公布的原因；什么也不写。

use mingjing_domain::event::{Event, Source};
use mingjing_domain::finding::{Outcome, RuleResult};
use mingjing_domain::timeline::Timeline;
use mingjing_domain::value::Value;
use mingjing_kernel::date::Date;
use mingjing_kernel::id::{Id, kind};
use mingjing_lawbook::assess::{Options, assess_rule};
use mingjing_lawbook::explain::Explainer;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_lawbook::prepare::prepare;
use mingjing_lawbook::proceed::decide::joined;
use mingjing_lawbook::publication::{Drawn, GROUNDS, Party, Publication};
use mingjing_store::event::EventHeader;
use mingjing_store::public_record::PublicRecord;
use mingjing_store::timeline::Confidentiality;
use serde_json::{Value as Json, json};

use crate::assessment::facts::{effective, json_of};
use crate::assessment::write::Ready;
use crate::error::{FieldCode, Pointer, ServiceError};

/// 公开内容的格式，写在成员 `format` 里。
pub const FORMAT: &str = "mingjing-public-record/1";
/// The kind of event that publishing leaves on the timeline.
pub(crate) const PUBLISHED: &str = "published";
/// The channel of what is published here.
const CHANNEL: &str = "portal";
const PROPOSED: &str = "*proposed*";

/// 还不能公布的一个原因。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obstacle {
    /// 规则；与规则无关的没有。
    pub code: Option<String>,
    /// 一句话：为什么，怎么办。
    pub text: String,
}

/// 公开稿里的一项与遮盖的理由。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftField {
    /// 字段。
    pub field: String,
    /// 中文名。
    pub label: String,
    /// 给公众看的；不登的没有。
    pub text: Option<String>,
    /// 与决定所写的不同。
    pub is_masked: bool,
    /// 遮盖的理由。
    pub why: Option<String>,
    /// 遮盖的依据。
    pub cite: Vec<String>,
}

/// 公开稿。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// 决定事件的标识。
    pub decision: Id<kind::Event>,
    /// 公示样式。
    pub style: String,
    /// 样式的中文名。
    pub title: String,
    /// 样式的依据。
    pub cite: Vec<String>,
    /// 各项。
    pub fields: Vec<DraftField>,
    /// 决定写了而不出现的。
    pub left_out: Vec<String>,
    /// 还不能公布的原因；没有的才能拟、批、公布。
    pub obstacles: Vec<Obstacle>,
    /// 公开的内容。
    pub content: Json,
}

/// The draft with what publishing needs.
pub(crate) struct Drafted {
    pub(crate) draft: Draft,
    pub(crate) decision_seq: u64,
    pub(crate) event: Event,
}

/// The decision as it stands now, and where it stands.
pub(crate) fn decision_of<'t>(
    ready: &'t Ready,
    headers: &[EventHeader],
    decision: Id<kind::Event>,
) -> Result<(&'t Event, u64), ServiceError> {
    let text = decision.to_string();
    let found = effective(&ready.timeline)
        .into_iter()
        .find(|(_, event)| event.corrects.as_deref().unwrap_or(&event.id) == text);
    let Some((index, event)) = found else {
        let message = "本案没有这一条决定；请写决定事件的标识";
        let pointer = Pointer::body().member("decision");
        return Err(ServiceError::invalid(
            pointer,
            FieldCode::NoSuchTarget,
            message,
        ));
    };
    let header = headers.get(index);
    let header = header.ok_or_else(|| ServiceError::internal("an event without its header"))?;
    Ok((event, header.seq))
}

/// Draws the draft of a decision, as the case, what was shown of it before and the lawbook stand now.
pub(crate) fn draft(
    lawbook: &Lawbook,
    ready: &Ready,
    (headers, records): (&[EventHeader], &[PublicRecord]),
    decision: Id<kind::Event>,
    today: Date,
) -> Result<Drafted, ServiceError> {
    let (event, decision_seq) = decision_of(ready, headers, decision)?;
    let Some(style) = lawbook.publication_of(event) else {
        let message = "法典没有为这样的决定定公示的样式，不公示";
        let pointer = Pointer::body().member("decision");
        return Err(ServiceError::invalid(
            pointer,
            FieldCode::NotAllowed,
            message,
        ));
    };
    let parties = parties_of(&ready.timeline, event);
    let drawn = style.draw(lawbook, event, &parties);
    let mut published = published_event(lawbook, style, event, &drawn, today);
    published.id = PROPOSED.to_owned();
    let mut obstacles = obstacles(lawbook, ready, style, &published, today);
    let of_this =
        |record: &&PublicRecord| record.decision == decision && record.decision_seq == decision_seq;
    obstacles.extend(closed(lawbook, records.iter().filter(of_this)));
    let content = content(lawbook, ready, style, event, &drawn);
    let cite = |list: &[std::sync::Arc<str>]| list.iter().map(ToString::to_string).collect();
    let fields = drawn.fields.iter().map(|field| DraftField {
        field: field.field.to_string(),
        label: field.label.to_string(),
        text: field.words.clone(),
        is_masked: field.is_masked,
        why: field.why.map(str::to_owned),
        cite: cite(&field.cite),
    });
    Ok(Drafted {
        draft: Draft {
            decision,
            style: style.name.to_string(),
            title: style.label.to_string(),
            cite: cite(&style.cite),
            fields: fields.collect(),
            left_out: drawn.left_out.iter().map(ToString::to_string).collect(),
            obstacles,
            content,
        },
        decision_seq,
        event: published,
    })
}

/// Nothing may stand in the way of what is prepared, approved or published.
pub(crate) fn require_clear(draft: &Draft) -> Result<(), ServiceError> {
    if draft.obstacles.is_empty() {
        return Ok(());
    }
    let texts: Vec<&str> = draft.obstacles.iter().map(|it| it.text.as_str()).collect();
    Err(ServiceError::refused(format!(
        "还不能公示：{}",
        texts.join("；")
    )))
}

/// What is known of the parties of a decision: the one it names, or the only one of the case.
pub(crate) fn parties_of(timeline: &Timeline, decision: &Event) -> Vec<Party> {
    let facts = &timeline.facts.values;
    let key = decision.keys.get("party");
    let mut found: Vec<&Value> = Vec::new();
    if let Some(Value::Record(parties)) = facts.get("parties") {
        match key.and_then(|key| parties.get(key)) {
            Some(party) => found.push(party),
            None => found.extend(parties.values()),
        }
    }
    found.extend(facts.get("party"));
    let text = |value: &Value, member: &str| match value.at(member) {
        Some(Value::Text(text)) => Some(text.clone()),
        Some(_) | None => None,
    };
    let parties = found.into_iter().map(|value| Party {
        kind: text(value, "kind"),
        names: text(value, "name").into_iter().collect(),
    });
    parties.collect()
}

/// The event that publishing records: what the public sees goes into the fields of the same name.
fn published_event(
    lawbook: &Lawbook,
    style: &Publication,
    decision: &Event,
    drawn: &Drawn,
    on: Date,
) -> Event {
    let mut event = Event::new("", PUBLISHED, on);
    event.source = Source::FirstHand;
    event.keys = decision.keys.clone();
    let vocabulary = &lawbook.book.vocabulary;
    let declared = vocabulary.kind(PUBLISHED).map(|id| vocabulary.kind_of(id));
    let is_declared = |name: &str| {
        declared.is_some_and(|kind| kind.fields.iter().any(|f| f.name.as_ref() == name))
    };
    for field in &drawn.fields {
        if let Some(value) = field.value.clone()
            && is_declared(&field.field)
        {
            event.fields.insert(field.field.to_string(), value);
        }
    }
    let mut put = |name: &str, value: &str| {
        event.fields.insert(name.to_owned(), value.into());
    };
    put("channel", CHANNEL);
    put("about", &style.about);
    put("text", &drawn.text());
    event
}

/// The content of the public record.
fn content(
    lawbook: &Lawbook,
    ready: &Ready,
    style: &Publication,
    decision: &Event,
    drawn: &Drawn,
) -> Json {
    let fact = |path: &str| match ready.timeline.facts.at(path) {
        Some(Value::Text(text)) => Some(text.clone()),
        Some(_) | None => None,
    };
    let fields = drawn.fields.iter().filter_map(|field| {
        let (value, words) = (field.value.as_ref()?, field.words.as_ref()?);
        Some(json!({
            "name": field.field.as_ref(),
            "label": field.label.as_ref(),
            "value": json_of(value),
            "text": words,
        }))
    });
    let fields: Vec<Json> = fields.collect();
    let mut content = json!({
        "format": FORMAT,
        "style": style.name.as_ref(),
        "title": style.label.as_ref(),
        "decided_on": decision.occurred_on.to_string(),
        "fields": fields,
    });
    let mut put = |name: &str, value: Option<Json>| {
        if let (Some(value), Some(members)) = (value, content.as_object_mut()) {
            members.insert(name.to_owned(), value);
        }
    };
    let body = ready.stated.body.as_ref();
    put(
        "body",
        body.map(|id| json!({ "id": id, "name": fact("body.name") })),
    );
    put("region", fact("body.region").map(Json::from));
    let department = fact("body.department");
    let label = department
        .as_ref()
        .and_then(|code| lawbook.book.vocabulary.departments.get(code).cloned());
    put("department", department.map(Json::from));
    put("department_name", label.map(Json::from));
    put("item", fact("item.code").map(Json::from));
    content
}

/// Why it may not be shown: a confidential case, a rule that must pass and does not, a rule that cannot be judged.
fn obstacles(
    lawbook: &Lawbook,
    ready: &Ready,
    style: &Publication,
    published: &Event,
    today: Date,
) -> Vec<Obstacle> {
    let mut found = Vec::new();
    if ready.header.confidentiality != Confidentiality::Ordinary {
        found.push(Obstacle {
            code: None,
            text: "密级件不公示；可以公开的，先由机关改正密级标注".to_owned(),
        });
    }
    let timeline = joined(&ready.timeline, published);
    let case = prepare(&lawbook.book.vocabulary, &timeline, Some(today), None);
    let options = Options {
        as_of: Some(today),
        ..Options::default()
    };
    let explainer = Explainer::new(lawbook);
    for code in &style.clear {
        for result in assess_rule(lawbook, &case, &options, code) {
            let is_ours = result
                .trigger
                .and_then(|trigger| timeline.events.get(trigger.0 as usize))
                .is_some_and(|event| event.id == PROPOSED);
            if is_ours {
                found.extend(obstacle(&explainer, &timeline, today, &result));
            }
        }
    }
    found
}

/// What was withdrawn for good is not shown again: only a corrected decision is another.
fn closed<'r>(
    lawbook: &Lawbook,
    mut records: impl Iterator<Item = &'r PublicRecord>,
) -> Option<Obstacle> {
    let ground = records.find_map(|record| {
        let ground = record.withdrawn.as_ref()?.ground.as_str();
        let withdrawal = lawbook.publication(&record.style)?.withdrawal(ground)?;
        withdrawal.is_final.then_some(ground)
    })?;
    let vocabulary = &lawbook.book.vocabulary;
    let list = vocabulary.list(GROUNDS).map(|id| vocabulary.list_of(id));
    let label = list.and_then(|list| list.label(ground));
    let label = label.map_or(ground, AsRef::as_ref);
    Some(Obstacle {
        code: None,
        text: format!(
            "这份决定的公示已因“{label}”撤下，不得再公示；决定重新作出或者更正的，先记下，公示那一份"
        ),
    })
}

fn obstacle(
    explainer: &Explainer<'_>,
    timeline: &Timeline,
    today: Date,
    result: &RuleResult,
) -> Option<Obstacle> {
    let text = match result.outcome {
        Outcome::Violation => explainer.case(timeline, today).headline(result),
        Outcome::Undetermined => {
            let missing = result
                .missing
                .iter()
                .map(|missing| explainer.missing(missing));
            let missing: Vec<String> = missing.collect();
            let rule = explainer.lawbook().rule(&result.code);
            let name = rule.map_or(result.code.as_ref(), |rule| rule.name.as_ref());
            format!("“{name}”说不清，缺：{}；请先补填", missing.join("、"))
        }
        Outcome::Pass | Outcome::NotApplicable => return None,
    };
    Some(Obstacle {
        code: Some(result.code.to_string()),
        text,
    })
}
