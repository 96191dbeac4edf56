//! `POST /api/v1/complaints`：窗口、电话、信函、热线的投诉举报的登记。

use axum::extract::State as Of;
use axum::response::Response;
use mingjing_edge::extract::body::JsonBody;
use mingjing_edge::problem::{Problem, ProblemCode};
use mingjing_kernel::date::Date;
use mingjing_kernel::sensitive::Sensitive;
use mingjing_services::complaint::register::{RegisterComplaint, register_complaint as register};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::answer::Answer;
use crate::caller::Caller;
use crate::state::State;

/// 要登记的投诉举报。
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RegisterComplaintBody {
    /// 类别：法典 `complaint_kind` 的代码。
    #[schema(max_length = 100, example = "enforcement")]
    kind: String,
    /// 渠道：法典 `complaint_channel` 的代码。
    #[schema(max_length = 100, example = "visit_or_letter")]
    channel: String,
    /// 来源的编号：热线的工单号之类。
    #[schema(max_length = 100)]
    source_no: Option<String>,
    /// 所反映的机关在登记簿里的标识：由监督它的机构办理，不由它自己。
    #[schema(max_length = 100)]
    against_body: Option<String>,
    /// 所反映的机关、单位的原话。
    #[schema(max_length = 100)]
    against_name: Option<String>,
    /// 请哪个机关查处：举报违法行为的写；登记簿里的标识。
    #[schema(max_length = 100)]
    receiver: Option<String>,
    /// 地区：两样机关都没有写的写，区划代码。
    #[schema(max_length = 100, example = "410100")]
    region: Option<String>,
    /// 反映的问题种类。
    #[schema(max_length = 100)]
    category: Option<String>,
    /// 反映的内容；不要写进投诉举报人是谁。
    #[schema(max_length = 4000)]
    content: String,
    /// 发生的时间，原话。
    #[schema(max_length = 100)]
    happened: Option<String>,
    /// 发生的地点。
    #[schema(max_length = 100)]
    place: Option<String>,
    /// 收到之日；没有写的是今天。
    #[schema(value_type = Option<String>, format = Date)]
    received_on: Option<Date>,
    /// 事项可以申请复议或者提起诉讼。
    #[serde(default)]
    remedy_available: bool,
    /// 姓名；匿名的不写。封存，不进时间线。
    #[schema(max_length = 100, value_type = Option<String>)]
    name: Option<String>,
    /// 联系方式；没有留的不写。封存，不进时间线。
    #[schema(max_length = 100, value_type = Option<String>)]
    contact: Option<String>,
}

/// 登记好了。
#[derive(Debug, Serialize, ToSchema)]
pub struct ComplaintRegisteredAnswer {
    /// 投诉举报。
    complaint: RegisteredComplaint,
    /// 查询码：只给这一次，交给投诉举报人；库里没有它。
    query_code: String,
}

/// 登记好了的。
#[derive(Debug, Serialize, ToSchema)]
pub struct RegisteredComplaint {
    /// 标识。
    id: String,
    /// 编号。
    number: String,
    /// 由谁办理。
    place: String,
    /// 版本：记录事件时作 `If-Match`。
    version: u64,
}

/// 登记投诉举报
///
/// 编号在受理的机构一年之内不断号。说一个机关的，归监督它的机构；那个机关的人登记不了。
#[utoipa::path(post, path = "/api/v1/complaints", operation_id = "register_complaint", tag = "投诉举报",
    request_body = RegisterComplaintBody,
    responses(
        (status = 201, description = "登记好了；ETag 是版本", body = ComplaintRegisteredAnswer),
        (status = 409, description = "在所反映的机关任职；或幂等键已用于别的请求"),
    ))]
pub async fn register_complaint(
    Of(state): Of<State>,
    caller: Caller,
    JsonBody { value: body, .. }: JsonBody<RegisterComplaintBody>,
) -> Result<Response, Problem> {
    let command = RegisterComplaint {
        kind: body.kind,
        channel: body.channel,
        source_no: body.source_no,
        against_body: body.against_body,
        against_name: body.against_name,
        receiver: body.receiver,
        region: body.region,
        category: body.category,
        content: body.content,
        happened: body.happened,
        place: body.place,
        received_on: body.received_on,
        remedy_available: body.remedy_available,
        name: body.name.map(Sensitive::new),
        contact: body.contact.map(Sensitive::new),
    };
    // INVARIANT: the table says that this route needs a key; without one the caller is refused before.
    let once = caller.request.once.clone();
    let once = once.ok_or_else(|| Problem::new(ProblemCode::InvalidRequest))?;
    let receipt = register(&state.services, &caller.request, command, once).await?;
    let registered = receipt.registered;
    let id = registered.complaint.to_string();
    let at = format!("/api/v1/complaints/{id}");
    let body = ComplaintRegisteredAnswer {
        complaint: RegisteredComplaint {
            id,
            number: registered.number,
            place: registered.place,
            version: registered.version,
        },
        query_code: receipt.code.reveal("交给投诉举报人，只这一次").clone(),
    };
    Ok(Answer::created(&at, &body)
        .version(registered.version)
        .replayed(receipt.is_replayed)
        .into_response())
}
