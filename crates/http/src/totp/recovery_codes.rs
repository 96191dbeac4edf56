//! 恢复码的答复。

use axum::Json;
use mingjing_edge::problem::{Problem, ProblemCode};
use mingjing_services::admin::recovery::RecoveryCodes;
use serde::Serialize;
use utoipa::ToSchema;

/// 一套恢复码，只见这一次。
#[derive(Serialize, ToSchema)]
pub struct RecoveryCodesAnswer {
    /// 各个恢复码，四个字一组；一码一次。
    #[schema(example = json!(["ABCD-EFGH-IJKL-MNOP"]))]
    recovery_codes: Vec<String>,
}

/// 写成答复；没有的是动态口令不对。
pub(super) fn answer(codes: Option<RecoveryCodes>) -> Result<Json<RecoveryCodesAnswer>, Problem> {
    let codes = codes.ok_or_else(|| Problem::new(ProblemCode::SignInRefused))?;
    Ok(Json(RecoveryCodesAnswer {
        recovery_codes: codes.reveal("交给本人抄下"),
    }))
}
