//! `POST /api/v1/imports`：交一份名单。

use axum::extract::Multipart;
use axum::extract::State as Of;
use axum::extract::multipart::MultipartRejection;
use axum::http::StatusCode;
use axum::response::Response;
use mingjing_edge::problem::{Problem, ProblemCode};
use mingjing_services::error::FieldCode;
use mingjing_services::intake::accept::{AcceptList, accept};
use mingjing_services::intake::run::Mode;
use utoipa::ToSchema;

use super::batch::{ImportAnswer, ImportOut};
use super::form::{Form, invalid};
use super::start::start;
use crate::accounts::account::org_in_body;
use crate::answer::Answer;
use crate::caller::Caller;
use crate::state::State;

/// 正文至多的字节数：一个名单文件的上限，连同表单的说明。
pub const BODY_BYTES_MAX: usize = (1 << 30) + (1 << 20);

/// 交名单的表单。
#[derive(ToSchema)]
pub struct ImportForm {
    /// 来源的名称：同一来源里同一标识的是同一案。
    #[schema(max_length = 100, example = "市监局·双公示")]
    pub source: String,
    /// 交来的人代表的机构，树上的路径。
    #[schema(max_length = 500, example = "/410000/410100/")]
    pub org: String,
    /// 是别的系统推来的；人交来的不写。
    pub is_pushed: Option<bool>,
    /// 收下之后试导入：只记每一行会怎样。
    pub dry_run: Option<bool>,
    /// 内置适配器的标识；不写由内容认出。
    #[schema(max_length = 100)]
    pub adapter: Option<String>,
    /// 映射文件的原文；与 `adapter` 只能写一个。
    pub mapping: Option<String>,
    /// 没有写机关的行归哪个登记的主体。
    #[schema(max_length = 100)]
    pub body: Option<String>,
    /// 文件名；不写的取文件自带的。
    #[schema(max_length = 255)]
    pub file_name: Option<String>,
    /// 文件，须是最后一项。
    #[schema(value_type = String, format = Binary)]
    pub file: Vec<u8>,
}

/// 交一份名单
///
/// 收下即落盘；再交同样的一份得到原来的一批（200）。先试（`dry_run`）再导（`run`）。
#[utoipa::path(post, path = "/api/v1/imports", operation_id = "create_import", tag = "导入与导出",
    request_body(content = ImportForm, content_type = "multipart/form-data"),
    responses(
        (status = 200, description = "早已收过同样的一份", body = ImportAnswer),
        (status = 201, description = "收下了", body = ImportAnswer),
    ))]
pub async fn create_import(
    Of(state): Of<State>,
    caller: Caller,
    multipart: Result<Multipart, MultipartRejection>,
) -> Result<Response, Problem> {
    let multipart = multipart.map_err(|_| {
        let detail = "请用 multipart/form-data 发送。";
        Problem::new(ProblemCode::UnsupportedMediaType).detail(detail)
    })?;
    let spool = state.spool()?;
    let form = Form::receive(multipart, spool, state.services.nonce()).await?;
    let is_dry_run = form.is_dry_run;
    let accepted = accept(&state.services, &caller.request, command(form)?).await?;
    let mut batch = accepted.batch;
    if is_dry_run {
        batch = start(&state, &caller.request, batch.id, Mode::DryRun).await?;
    }
    let at = format!("/api/v1/imports/{}", batch.id);
    let body = ImportAnswer {
        import: ImportOut::from(&batch),
    };
    let mut response = Answer::created(&at, &body).into_response();
    if accepted.is_repeated {
        *response.status_mut() = StatusCode::OK;
    }
    Ok(response)
}

fn command(form: Form) -> Result<AcceptList, Problem> {
    let missing = |name: &str| invalid(name, FieldCode::Missing, "必填，没有填");
    let org = form.org.ok_or_else(|| missing("org"))?;
    Ok(AcceptList {
        source: form.source.ok_or_else(|| missing("source"))?,
        is_pushed: form.is_pushed,
        adapter: form.adapter,
        mapping: form.mapping,
        file: form.file.ok_or_else(|| missing("file"))?,
        file_name: form.file_name.ok_or_else(|| missing("file_name"))?,
        body: form.body,
        org: org_in_body("org", &org)?,
    })
}
