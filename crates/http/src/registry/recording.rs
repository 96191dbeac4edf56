//! 登记与变更的请求与答复：一次登记是几条事件，一次变更是一条。

use axum::response::Response;
use mingjing_edge::problem::Problem;
use mingjing_services::error::{FieldCode, FieldError, Pointer};
use mingjing_services::registry::record::{Recorded, RegistryEvent};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::answer::Answer;
use crate::wire::event::EventBody;
use crate::wire::id;

/// 登记：此前的历次事件，第一条是登记本身。
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RegisterBody {
    /// 事件，按先后。
    #[schema(min_items = 1, max_items = 100)]
    events: Vec<EventBody>,
}

/// 变更：一条事件。
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeBody {
    /// 事件。
    event: EventBody,
    /// 更正哪一条：事件的标识；不是更正的不写。
    #[schema(max_length = 100)]
    corrects: Option<String>,
    /// 附记。
    #[schema(max_length = 500)]
    note: Option<String>,
}

/// 登记好的，或记下变更之后的。
#[derive(Debug, Serialize, ToSchema)]
pub struct RegisteredAnswer {
    /// 标识与版本。
    registered: Registered,
}

/// 标识与版本。
#[derive(Debug, Serialize, ToSchema)]
pub struct Registered {
    /// 标识。
    id: String,
    /// 版本：记变更时作 `If-Match`。
    version: u64,
}

impl RegisterBody {
    /// 各条事件。
    pub fn into_events(self) -> Result<Vec<RegistryEvent>, Problem> {
        let events = self.events.into_iter().enumerate();
        let events = events.map(|(at, body)| {
            let pointer = Pointer::body().member("events").index(at);
            dated(body, pointer).map(RegistryEvent::new)
        });
        events.collect()
    }
}

impl ChangeBody {
    /// 那一条事件。
    pub fn into_event(self) -> Result<RegistryEvent, Problem> {
        let corrects = self.corrects.as_deref();
        let corrects = corrects.map(|text| id::in_body(Pointer::body().member("corrects"), text));
        Ok(RegistryEvent {
            event: dated(self.event, Pointer::body().member("event"))?,
            corrects: corrects.transpose()?,
            note: self.note,
        })
    }
}

fn dated(body: EventBody, pointer: Pointer) -> Result<mingjing_domain::event::Event, Problem> {
    body.into_event().ok_or_else(|| {
        let message = "没有写发生日；请写 on 或 at";
        let error = FieldError::new(pointer.member("on"), FieldCode::Missing, message);
        Problem::invalid(vec![error])
    })
}

/// 写成答复；`noun` 是地址里的名词。
pub fn answer(noun: &str, recorded: Recorded) -> Response {
    let body = RegisteredAnswer {
        registered: Registered {
            id: recorded.id.to_string(),
            version: recorded.version,
        },
    };
    let at = format!("/api/v1/{noun}/{}", recorded.id);
    Answer::created(&at, &body)
        .version(recorded.version)
        .into_response()
}
