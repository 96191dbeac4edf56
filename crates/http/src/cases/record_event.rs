//! `POST /api/v1/cases/{id}/events`：记录一件事。

use std::collections::BTreeMap;

use axum::extract::State as Of;
use axum::response::Response;
use mingjing_domain::value::Value;
use mingjing_edge::extract::body::JsonBody;
use mingjing_edge::extract::header::IfMatch;
use mingjing_edge::problem::Problem;
use mingjing_kernel::date::{Date, Timestamp};
use mingjing_kernel::id::kind;
use mingjing_services::casework::record_event::{
    EventRecorded, RecordEvent, record_event as record,
};
use mingjing_services::idempotency::Done;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::answer::Answer;
use crate::caller::Caller;
use crate::state::State;
use crate::wire::event::{ActorBody, EventBody};
use crate::wire::id::PathId;

/// 要记录的一件事：案卷格式的事件，另加确认、越过与附记。
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordEventBody {
    /// 事件种类，见 `GET /event_kinds`。
    #[schema(max_length = 100, example = "filed")]
    kind: String,
    /// 发生日；写了 `at` 的可以不写。
    #[schema(value_type = Option<String>, format = Date)]
    on: Option<Date>,
    /// 只知大概时，可能的最后一日。
    #[schema(value_type = Option<String>, format = Date)]
    until: Option<Date>,
    /// 发生时刻；不写时差的是北京时间。
    #[schema(value_type = Option<String>, format = DateTime)]
    at: Option<Timestamp>,
    /// 参与人。
    #[serde(default)]
    #[schema(max_items = 200)]
    actors: Vec<ActorBody>,
    /// 地点。
    #[schema(max_length = 500)]
    place: Option<String>,
    /// 文书标识。
    #[serde(default)]
    #[schema(max_items = 200)]
    docs: Vec<String>,
    /// 音像标识。
    #[serde(default)]
    #[schema(max_items = 200)]
    media: Vec<String>,
    /// 程序实例：第几次查封、哪一次听证。
    instance: Option<String>,
    /// 键：`party`、`decision`、`goods`。
    #[serde(default)]
    keys: BTreeMap<String, String>,
    /// 字段；金额是分，比例是万分数。
    #[serde(default)]
    #[schema(value_type = Object, additional_properties)]
    fields: BTreeMap<String, Value>,
    /// 已经看过、仍要记录的发现：上一次被挡下时 `findings[].id` 给出的。
    #[serde(default)]
    #[schema(max_items = 500)]
    confirm: Vec<String>,
    /// 越过拦阻；要有“越过拦阻”的许可。
    r#override: Option<OverrideBody>,
    /// 附记：补录的理由等。
    #[schema(max_length = 500)]
    note: Option<String>,
}

/// 越过拦阻。
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Override)]
pub struct OverrideBody {
    /// 理由。
    #[schema(max_length = 500)]
    reason: String,
}

/// 记下了。
#[derive(Debug, Serialize, ToSchema)]
pub struct EventRecordedAnswer {
    /// 记下的事件。
    event: RecordedEvent,
    /// 新出现、变了的发现。
    found: Vec<String>,
    /// 消除了的发现。
    ended: Vec<String>,
    /// 无法判定的个数。
    undetermined: u64,
    /// 说不清是否满足的要求。
    unclear: Vec<String>,
}

/// 记下的事件。
#[derive(Debug, Serialize, ToSchema)]
pub struct RecordedEvent {
    /// 标识。
    id: String,
    /// 案件。
    case: String,
    /// 序号。
    seq: u64,
    /// 案件之后的版本：下一次写入以它作 `If-Match`。
    version: u64,
}

/// 记录一件事
///
/// 办理的事要过法典的关：走不通的答 `act-refused`，会带来问题的答 `decision-blocked`，看过之后在 `confirm` 里写明
/// 再来。已经发生的事实总记得下。
#[utoipa::path(post, path = "/api/v1/cases/{id}/events", operation_id = "record_event", tag = "案件",
    params(
        ("id" = String, Path, description = "案件"),
        ("If-Match" = String, Header, description = "所据的版本，带引号", example = "\"7\""),
    ),
    request_body = RecordEventBody,
    responses(
        (status = 201, description = "记下了；ETag 是案件之后的版本", body = EventRecordedAnswer),
        (status = 409, description = "这一步不能做、有未消除的问题，或幂等键已用于别的请求"),
        (status = 412, description = "版本旧了"),
        (status = 428, description = "没有写版本"),
    ))]
pub async fn record_event(
    Of(state): Of<State>,
    caller: Caller,
    PathId(case): PathId<kind::Case>,
    IfMatch(expected_version): IfMatch,
    JsonBody { value: body, .. }: JsonBody<RecordEventBody>,
) -> Result<Response, Problem> {
    let event = EventBody {
        kind: body.kind,
        on: body.on,
        until: body.until,
        at: body.at,
        actors: body.actors,
        place: body.place,
        docs: body.docs,
        media: body.media,
        instance: body.instance,
        keys: body.keys,
        fields: body.fields,
    };
    let command = RecordEvent {
        case,
        expected_version,
        event: event.into(),
        confirm: body.confirm,
        override_reason: body.r#override.map(|it| it.reason),
        note: body.note,
    };
    let once = caller.request.once.clone();
    let done = record(&state.services, &caller.request, command, once).await?;
    Ok(answer(done))
}

pub(super) fn answer(done: Done<EventRecorded>) -> Response {
    let made = done.value;
    let body = EventRecordedAnswer {
        event: RecordedEvent {
            id: made.event.to_string(),
            case: made.case.to_string(),
            seq: made.seq,
            version: made.version,
        },
        found: made.found,
        ended: made.ended,
        undetermined: made.undetermined,
        unclear: made.unclear,
    };
    let at = format!("/api/v1/cases/{}/events", made.case);
    Answer::created(&at, &body)
        .version(made.version)
        .replayed(done.is_replayed)
        .into_response()
}
