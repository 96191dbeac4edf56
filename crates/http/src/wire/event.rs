//! 事件在接口里的写法：来者写的，与给来者看的。

use std::collections::BTreeMap;

use mingjing_domain::event::{Actor, Event, Source};
use mingjing_domain::value::Value;
use mingjing_kernel::date::{Date, Timestamp};
use mingjing_lawbook::explain::shown::event_fields;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_services::casework::event_input::EventInput;
use mingjing_services::casework::list_events::EventView;
use mingjing_services::context::Services;
use mingjing_services::error::ServiceError;
use mingjing_services::naming::ids_in_words;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::field::FieldShown;
use super::{instant, json, names};

/// 参与人。
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = EventActor)]
pub struct ActorBody {
    /// 证号、工号或案内代号。
    #[schema(max_length = 100, example = "41010012345")]
    pub who: String,
    /// 角色，见法典的代码表 `role`。
    #[schema(max_length = 100, example = "officer")]
    pub role: String,
}

/// 事件：来者写的。种类、字段、角色以法典的登记为准（`GET /event_kinds`）。
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = EventInput)]
pub struct EventBody {
    /// 事件种类。
    #[schema(max_length = 100, example = "filed")]
    pub kind: String,
    /// 发生日；写了 `at` 的可以不写。
    #[schema(value_type = Option<String>, format = Date)]
    pub on: Option<Date>,
    /// 只知大概时，可能的最后一日。
    #[schema(value_type = Option<String>, format = Date)]
    pub until: Option<Date>,
    /// 发生时刻；不写时差的是北京时间。
    #[schema(value_type = Option<String>, format = DateTime)]
    pub at: Option<Timestamp>,
    /// 参与人。
    #[serde(default)]
    #[schema(max_items = 200)]
    pub actors: Vec<ActorBody>,
    /// 地点。
    #[schema(max_length = 500)]
    pub place: Option<String>,
    /// 文书标识。
    #[serde(default)]
    #[schema(max_items = 200)]
    pub docs: Vec<String>,
    /// 音像标识。
    #[serde(default)]
    #[schema(max_items = 200)]
    pub media: Vec<String>,
    /// 程序实例：第几次查封、哪一次听证。
    pub instance: Option<String>,
    /// 键：`party`、`decision`、`goods`。
    #[serde(default)]
    pub keys: BTreeMap<String, String>,
    /// 字段；金额是分，比例是万分数。
    #[serde(default)]
    #[schema(value_type = Object, additional_properties)]
    pub fields: BTreeMap<String, Value>,
}

impl From<EventBody> for EventInput {
    fn from(body: EventBody) -> Self {
        EventInput {
            kind: body.kind,
            on: body.on,
            until: body.until,
            at: body.at,
            actors: actors(body.actors),
            place: body.place,
            docs: body.docs,
            media: body.media,
            instance: body.instance,
            keys: body.keys,
            fields: body.fields,
        }
    }
}

impl EventBody {
    /// 登记簿的事件：没有写发生日的，以发生时刻的那一天为准；都没有的为 `None`。
    pub fn into_event(self) -> Option<Event> {
        let on = self.on.or(self.at.map(Timestamp::date))?;
        Some(Event {
            occurred_until: self.until,
            occurred_at: self.at,
            source: Source::FirstHand,
            actors: actors(self.actors),
            place: self.place,
            doc_ids: self.docs,
            media_ids: self.media,
            instance: self.instance,
            keys: self.keys,
            fields: self.fields,
            ..Event::new("", self.kind, on)
        })
    }
}

fn actors(bodies: Vec<ActorBody>) -> Vec<Actor> {
    let actors = bodies.into_iter().map(|body| Actor {
        who: body.who,
        role: body.role,
    });
    actors.collect()
}

/// 事件：给来者看的；敏感的已遮盖，除非经过查看的手续。
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Event)]
pub struct EventOut {
    /// 标识；更正与被更正的相同。
    id: String,
    /// 序号，从 1 起。
    seq: u64,
    /// 事件种类。
    kind: String,
    /// 种类的中文名。
    name: String,
    /// 发生日。
    #[schema(value_type = String, format = Date)]
    on: Date,
    /// 可能的最后一日。
    #[schema(value_type = Option<String>, format = Date)]
    until: Option<Date>,
    /// 发生时刻。
    #[schema(format = DateTime)]
    at: Option<String>,
    /// 本节点记录的时刻。
    #[schema(format = DateTime)]
    recorded_at: String,
    /// 来源自称的记录时刻。
    #[schema(format = DateTime)]
    source_recorded_at: Option<String>,
    /// 来源：first_hand 第一手、file 由文件导入、system 其他系统送来。
    #[schema(example = "first_hand")]
    source: String,
    /// 性质：fact 事实、act 行为、irregular 程序表之外的步骤。
    #[schema(example = "act")]
    nature: String,
    /// 参与人。
    actors: Vec<ActorOut>,
    /// 地点。
    place: Option<String>,
    /// 文书标识。
    docs: Vec<String>,
    /// 音像标识。
    media: Vec<String>,
    /// 程序实例。
    instance: Option<String>,
    /// 键。
    keys: BTreeMap<String, String>,
    /// 更正的是哪一条事件；不是更正的没有。
    corrects: Option<String>,
    /// 字段。
    #[schema(value_type = Object)]
    fields: serde_json::Value,
    /// 字段写成人读的样子，按声明的次序；遮盖与 `fields` 相同。
    shown: Vec<FieldShown>,
    /// 谁记的；系统记的没有。
    account: Option<String>,
    /// 附记；不经查看的手续不给。
    note: Option<String>,
    /// 敏感的是否遮盖了。
    is_masked: bool,
    /// 内容何时依法抹去。
    #[schema(format = DateTime)]
    erased_at: Option<String>,
}

/// 参与人，连同角色的名称。
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EventActorShown)]
pub struct ActorOut {
    /// 证号、工号或案内代号。
    who: String,
    /// 角色。
    role: String,
    /// 角色的名称。
    role_name: String,
}

impl EventOut {
    /// 各事，值里的标识换成名称。
    pub async fn all(
        services: &Services,
        views: impl Iterator<Item = EventView>,
    ) -> Result<Vec<EventOut>, ServiceError> {
        let lawbook = services.lawbook();
        let mut events: Vec<EventOut> = views.map(|view| EventOut::of(&lawbook, view)).collect();
        let fields = events.iter().flat_map(|event| &event.shown);
        let names = ids_in_words(services, &fields.flat_map(FieldShown::tokens).collect()).await?;
        let fields = events.iter_mut().flat_map(|event| &mut event.shown);
        fields.for_each(|field| field.name_ids(&names));
        Ok(events)
    }

    /// 一件事。
    fn of(lawbook: &Lawbook, view: EventView) -> Self {
        let event = view.event;
        let shown = event_fields(&lawbook.book.vocabulary, &event.kind, &event.fields);
        EventOut {
            shown: shown
                .into_iter()
                .map(|field| {
                    let mut field = FieldShown::from(field);
                    field.fold_facts(lawbook);
                    field
                })
                .collect(),
            id: view.id.to_string(),
            seq: view.seq,
            name: view.label,
            on: event.occurred_on,
            until: event.occurred_until,
            at: event.occurred_at.map(instant::of_timestamp),
            recorded_at: instant::of(view.recorded_at),
            source_recorded_at: view.source_recorded_at.map(instant::of),
            source: match event.source {
                Source::FirstHand => "first_hand",
                Source::File => "file",
                Source::System(_) => "system",
            }
            .to_owned(),
            nature: view.nature.code().to_owned(),
            actors: event
                .actors
                .into_iter()
                .map(|actor| ActorOut {
                    role_name: names::role(lawbook, &actor.role).name,
                    who: actor.who,
                    role: actor.role,
                })
                .collect(),
            place: event.place,
            docs: event.doc_ids,
            media: event.media_ids,
            instance: event.instance,
            keys: event.keys,
            corrects: event.corrects,
            fields: json::of_fields(&event.fields),
            account: view.account.map(|id| id.to_string()),
            note: view.note,
            is_masked: view.is_masked,
            erased_at: view.erased_at.map(instant::of),
            kind: event.kind,
        }
    }
}
