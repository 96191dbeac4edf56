//! `POST /api/v1/matters`：立监督事项。

use axum::extract::State as Of;
use axum::response::Response;
use mingjing_edge::extract::body::JsonBody;
use mingjing_edge::problem::Problem;
use mingjing_services::supervision::open_matter::{OpenMatter, open_matter as open};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::answer::Answer;
use crate::caller::Caller;
use crate::state::State;

/// 要立的监督事项：由一个机关的几个发现，或者由一条线索。
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenMatterBody {
    /// 所据的发现，都是一个机关的、没有消除的；只有线索的不写。
    #[serde(default)]
    #[schema(max_items = 100)]
    findings: Vec<String>,
    /// 被监督机关在登记簿里的标识；写了发现的可以不写。
    #[schema(max_length = 100)]
    body: Option<String>,
    /// 编号；还没有的不写。
    #[schema(max_length = 100, example = "甲司监督〔2026〕1号")]
    number: Option<String>,
    /// 线索来源：engine 规则发现、complaint 投诉举报、case_review 案卷评查、campaign 专项整治、assigned 上级交办、
    /// advice 司法建议、检察建议、media 舆情。
    #[schema(max_length = 100, example = "engine")]
    source: String,
    /// 反映的问题，为什么立。
    #[schema(max_length = 500)]
    problem: String,
}

/// 立好的监督事项。
#[derive(Debug, Serialize, ToSchema)]
pub struct MatterOpenedAnswer {
    /// 监督事项。
    matter: OpenedMatter,
}

/// 标识与版本。
#[derive(Debug, Serialize, ToSchema)]
pub struct OpenedMatter {
    /// 标识。
    id: String,
    /// 版本：记录事件时作 `If-Match`。
    version: u64,
}

/// 立监督事项
///
/// 属于最近的一级有权监督那个机关的监督机构。一个发现同时只在一件没有办结的事项里；已经立了的答 `act-refused`，说明是
/// 哪一件。
#[utoipa::path(post, path = "/api/v1/matters", operation_id = "open_matter", tag = "监督事项",
    request_body = OpenMatterBody,
    responses(
        (status = 201, description = "立好了；ETag 是版本", body = MatterOpenedAnswer),
        (status = 409, description = "发现已经在别的事项里；或幂等键已用于别的请求"),
    ))]
pub async fn open_matter(
    Of(state): Of<State>,
    caller: Caller,
    JsonBody { value: body, .. }: JsonBody<OpenMatterBody>,
) -> Result<Response, Problem> {
    let command = OpenMatter {
        findings: body.findings,
        body: body.body,
        number: body.number,
        source: body.source,
        problem: body.problem,
    };
    let once = caller.request.once.clone();
    let done = open(&state.services, &caller.request, command, once).await?;
    let opened = done.value;
    let body = MatterOpenedAnswer {
        matter: OpenedMatter {
            id: opened.matter.to_string(),
            version: opened.version,
        },
    };
    let answer = Answer::created(&format!("/api/v1/matters/{}", opened.matter), &body);
    Ok(answer
        .version(opened.version)
        .replayed(done.is_replayed)
        .into_response())
}
