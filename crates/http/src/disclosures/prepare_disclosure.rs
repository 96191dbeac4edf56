//! `POST /api/v1/disclosures`：拟公示稿。

use axum::extract::State as Of;
use axum::response::Response;
use mingjing_edge::extract::body::JsonBody;
use mingjing_edge::extract::header::IfMatch;
use mingjing_edge::problem::Problem;
use mingjing_kernel::date::Date;
use mingjing_services::disclosure::prepare::{Prepare, prepare};
use mingjing_services::error::Pointer;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::answer::Answer;
use crate::caller::Caller;
use crate::state::State;
use crate::wire::id;

/// 要拟的。
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PrepareDisclosureBody {
    /// 案件。
    #[schema(max_length = 100)]
    case: String,
    /// 决定事件的标识。
    #[schema(max_length = 100)]
    decision: String,
    /// 公开到哪一日（含）；没有期限的不写。
    #[schema(value_type = Option<String>, format = Date)]
    shown_until: Option<Date>,
}

/// 拟好了。
#[derive(Debug, Serialize, ToSchema)]
pub struct DisclosurePreparedAnswer {
    /// 公示稿。
    disclosure: DisclosurePrepared,
}

/// 拟好的公示稿。
#[derive(Debug, Serialize, ToSchema)]
pub struct DisclosurePrepared {
    /// 标识。
    id: String,
    /// 案件。
    case: String,
}

/// 拟公示稿
///
/// 按法典的样式遮盖，定下来等另一人批准；一份决定同时至多一份没有了结的。
#[utoipa::path(post, path = "/api/v1/disclosures", operation_id = "prepare_disclosure", tag = "公示",
    params(
        ("If-Match" = String, Header, description = "案件所据的版本，带引号", example = "\"7\""),
    ),
    request_body = PrepareDisclosureBody,
    responses(
        (status = 201, description = "拟好了", body = DisclosurePreparedAnswer),
        (status = 409, description = "还不能公示，或已有一份没有了结的，或幂等键已用于别的请求"),
        (status = 412, description = "版本旧了"),
        (status = 428, description = "没有写版本"),
    ))]
pub async fn prepare_disclosure(
    Of(state): Of<State>,
    caller: Caller,
    IfMatch(expected_version): IfMatch,
    JsonBody { value: body, .. }: JsonBody<PrepareDisclosureBody>,
) -> Result<Response, Problem> {
    let once = caller.request.once.clone();
    let command = Prepare {
        case: id::in_body(Pointer::body().member("case"), &body.case)?,
        expected_version,
        decision: id::in_body(Pointer::body().member("decision"), &body.decision)?,
        shown_until: body.shown_until,
    };
    let done = prepare(&state.services, &caller.request, command, once).await?;
    let id = done.value.disclosure.to_string();
    let at = format!("/api/v1/disclosures/{id}");
    let body = DisclosurePreparedAnswer {
        disclosure: DisclosurePrepared {
            id,
            case: done.value.case.to_string(),
        },
    };
    Ok(Answer::created(&at, &body)
        .replayed(done.is_replayed)
        .into_response())
}
