//! `POST /api/v1/cases`：建立案件。

use std::collections::BTreeMap;

use axum::extract::State as Of;
use axum::response::Response;
use mingjing_domain::timeline::Facts;
use mingjing_domain::value::Value;
use mingjing_edge::extract::body::JsonBody;
use mingjing_edge::problem::Problem;
use mingjing_policy::resource::Secrecy;
use mingjing_services::casework::create_case::{CreateCase, create_case as create};
use mingjing_services::error::Pointer;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::answer::Answer;
use crate::caller::Caller;
use crate::state::State;
use crate::wire::id;

/// 要建立的案件。
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateCaseBody {
    /// 案号；还没有的不写。
    #[schema(max_length = 100, example = "甲市监案〔2026〕1号")]
    number: Option<String>,
    /// 主程序，见 `GET /procedures`。
    #[schema(max_length = 100, example = "ordinary_penalty")]
    procedure: String,
    /// 办理机关在登记簿里的标识。
    #[schema(max_length = 100)]
    body: String,
    /// 办理机构；不分到机构的不写。
    #[schema(max_length = 100)]
    unit: Option<String>,
    /// 涉密：写 true 的一律拒绝，涉密事项不进本系统。
    #[serde(default)]
    is_classified: bool,
    /// 密级件：商业秘密、个人隐私等，本机关之外的人须逐件批准。
    #[serde(default)]
    is_restricted: bool,
    /// 与建案的人一起承办的账号。
    #[serde(default)]
    #[schema(max_items = 50)]
    handlers: Vec<String>,
    /// 填报的事实，按范围分写，如 `{"party": {"kind": "company"}}`。
    #[serde(default)]
    #[schema(value_type = Object, additional_properties)]
    facts: BTreeMap<String, Value>,
}

/// 建好的案件。
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseCreated {
    /// 案件。
    case: CreatedBody,
}

/// 标识与版本。
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CreatedCase)]
pub struct CreatedBody {
    /// 标识。
    id: String,
    /// 版本：记录事件时作 `If-Match`。
    version: u64,
}

/// 建立案件
///
/// 建案的人即承办人。写下登记与事实，作第一次评估。
#[utoipa::path(post, path = "/api/v1/cases", operation_id = "create_case", tag = "案件",
    request_body = CreateCaseBody,
    responses(
        (status = 201, description = "建好了；ETag 是版本", body = CaseCreated),
        (status = 409, description = "涉密的不收；或幂等键已用于别的请求"),
    ))]
pub async fn create_case(
    Of(state): Of<State>,
    caller: Caller,
    JsonBody { value: body, .. }: JsonBody<CreateCaseBody>,
) -> Result<Response, Problem> {
    let handlers = body.handlers.iter().enumerate().map(|(at, text)| {
        let pointer = Pointer::body().member("handlers").index(at);
        id::in_body(pointer, text)
    });
    let command = CreateCase {
        number: body.number,
        procedure: body.procedure,
        body: body.body,
        unit: body.unit,
        is_classified: body.is_classified,
        secrecy: if body.is_restricted {
            Secrecy::Restricted
        } else {
            Secrecy::Ordinary
        },
        handlers: handlers.collect::<Result<_, _>>()?,
        facts: Facts { values: body.facts },
    };
    let once = caller.request.once.clone();
    let done = create(&state.services, &caller.request, command, once).await?;
    let made = done.value;
    let body = CaseCreated {
        case: CreatedBody {
            id: made.case.to_string(),
            version: made.version,
        },
    };
    let answer = Answer::created(&format!("/api/v1/cases/{}", made.case), &body);
    Ok(answer
        .version(made.version)
        .replayed(done.is_replayed)
        .into_response())
}
