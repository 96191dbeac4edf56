//! `POST /api/v1/disclosures/{id}/publish`：公布批准了的公示稿。

use axum::extract::State as Of;
use axum::response::Response;
use mingjing_edge::extract::body::JsonBody;
use mingjing_edge::extract::header::IfMatch;
use mingjing_edge::problem::Problem;
use mingjing_kernel::id::kind;
use mingjing_services::disclosure::publish::{Publish, publish};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::answer::Answer;
use crate::caller::Caller;
use crate::state::State;
use crate::wire::id::PathId;

/// 公布。
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PublishDisclosureBody {
    /// 已经看过、仍要公布的发现：上一次被挡下时 `findings[].id` 给出的。
    #[serde(default)]
    #[schema(max_items = 500)]
    confirm: Vec<String>,
}

/// 公布了。
#[derive(Debug, Serialize, ToSchema)]
pub struct PublicationMadeAnswer {
    /// 公开记录。
    public_record: PublicationMadeOut,
}

/// 公布成的公开记录。
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PublicationMade)]
pub struct PublicationMadeOut {
    /// 标识。
    id: String,
    /// 第几版；大于 1 的取代了先前公开着的一版。
    version: u64,
    /// 案件。
    case: String,
    /// 公布的事件。
    event: String,
}

/// 公布批准了的公示稿
///
/// 案件上记一条事件，公开记录自己入日志，指向决定全文的那一叶。会带来发现的（如已经逾期）答 `decision-blocked`，看过之后
/// 在 `confirm` 里写明再来。
#[utoipa::path(post, path = "/api/v1/disclosures/{id}/publish", operation_id = "publish_disclosure", tag = "公示",
    params(
        ("id" = String, Path, description = "公示稿"),
        ("If-Match" = String, Header, description = "案件所据的版本，带引号", example = "\"7\""),
    ),
    request_body = PublishDisclosureBody,
    responses(
        (status = 201, description = "公布了；ETag 是案件之后的版本", body = PublicationMadeAnswer),
        (status = 409, description = "没有批准、案件变了、有未消除的问题，或幂等键已用于别的请求"),
        (status = 412, description = "版本旧了"),
        (status = 428, description = "没有写版本"),
    ))]
pub async fn publish_disclosure(
    Of(state): Of<State>,
    caller: Caller,
    PathId(id): PathId<kind::Disclosure>,
    IfMatch(expected_version): IfMatch,
    JsonBody { value: body, .. }: JsonBody<PublishDisclosureBody>,
) -> Result<Response, Problem> {
    let once = caller.request.once.clone();
    let command = Publish {
        disclosure: id,
        expected_version,
        confirm: body.confirm,
    };
    let done = publish(&state.services, &caller.request, command, once).await?;
    let made = done.value;
    let at = format!("/api/v1/public_records/{}", made.record);
    let body = PublicationMadeAnswer {
        public_record: PublicationMadeOut {
            id: made.record.to_string(),
            version: made.version,
            case: made.case.to_string(),
            event: made.event.to_string(),
        },
    };
    Ok(Answer::created(&at, &body)
        .version(made.case_version)
        .replayed(done.is_replayed)
        .into_response())
}
