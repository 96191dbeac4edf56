//! `GET /api/v1/cases/{id}/duties/{duty}`：一项义务，连同到期日怎样推得。

use axum::Json;
use axum::extract::State as Of;
use mingjing_edge::extract::path::Path;
use mingjing_edge::problem::Problem;
use mingjing_kernel::date::Date;
use mingjing_kernel::id::{Id, kind};
use mingjing_lawbook::explain::duty::DayText;
use mingjing_services::casework::derive_duty::{DutyView, derive_duty};
use serde::Serialize;
use utoipa::ToSchema;

use crate::caller::Caller;
use crate::duties::duty::DutyOut;
use crate::state::State;
use crate::wire::id::in_path;
use crate::wire::shown::Shown;

/// 一项义务与它的推算。
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseDutyAnswer {
    /// 义务。
    duty: DutyOut,
    /// 推算。
    derivation: DutyDerivation,
}

/// 到期日怎样推得。
#[derive(Debug, Serialize, ToSchema)]
pub struct DutyDerivation {
    /// 要求什么。
    requirement: Vec<String>,
    /// 依据：约束本机关而当日有效的条文。
    articles: Vec<String>,
    /// 参照的条文。
    references: Vec<String>,
    /// 推算，一句一步；算不出的为空。
    sentences: Vec<String>,
    /// 起算日到到期日的每一天；以时刻计的、算不出的为空。
    days: Vec<DerivedDay>,
    /// 日子太多，没有列全。
    is_cut: bool,
}

/// 推算里的一天。
#[derive(Debug, Serialize, ToSchema)]
pub struct DerivedDay {
    /// 日期。
    #[schema(value_type = String, format = Date)]
    on: Date,
    /// 是工作日。
    is_working: bool,
    /// 是调休上班的周末。
    is_make_up: bool,
    /// 节日；不是放假、调休的没有。
    holiday: Option<String>,
    /// 安排它的放假通知；还没有公布的没有。
    notice: Option<String>,
    /// 计入期限。
    is_counted: bool,
    /// 计入、不计入的缘由。
    reason: String,
}

/// 查看一项义务的推算
///
/// 照最近一次评估再推一遍：文字与日历上的逐日对照。
#[utoipa::path(get, path = "/api/v1/cases/{id}/duties/{duty}", operation_id = "get_case_duty", tag = "案件",
    params(
        ("id" = String, Path, description = "案件"),
        ("duty" = String, Path, description = "义务"),
    ),
    responses((status = 200, description = "义务与推算", body = CaseDutyAnswer)))]
pub async fn get_case_duty(
    Of(state): Of<State>,
    caller: Caller,
    Path((case, duty)): Path<(String, String)>,
) -> Result<Json<CaseDutyAnswer>, Problem> {
    let case: Id<kind::Case> = in_path(&case)?;
    let view = derive_duty(&state.services, &caller.request, case, &duty).await?;
    let matter = (view.row.body.as_deref(), view.row.timeline);
    let shown = Shown::of_matters(&state, &caller.request, [matter].into_iter()).await?;
    Ok(Json(answer(&shown, view)))
}

fn answer(shown: &Shown, view: DutyView) -> CaseDutyAnswer {
    let text = view.text;
    CaseDutyAnswer {
        duty: DutyOut::of(shown, &view.row),
        derivation: DutyDerivation {
            requirement: text.requirement,
            articles: text.article,
            references: text.reference,
            sentences: text.derivation,
            days: text.days.into_iter().map(day).collect(),
            is_cut: text.is_cut,
        },
    }
}

fn day(day: DayText) -> DerivedDay {
    DerivedDay {
        on: day.date,
        is_working: day.is_working,
        is_make_up: day.is_make_up,
        holiday: day.holiday,
        notice: day.notice,
        is_counted: day.is_counted,
        reason: day.reason,
    }
}
