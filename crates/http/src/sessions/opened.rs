//! 开了会话的答复：cookie 里是会话令牌，正文里是防伪令牌。

use axum::Json;
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse as _, Response};
use mingjing_edge::problem::{Problem, ProblemCode};
use mingjing_edge::session::{CookieKind, CsrfToken, SessionToken};
use mingjing_services::admin::session::{OpenedSession, Stage};
use mingjing_services::admin::sign_in::SignInOutcome;
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::instant;

/// 登录到了哪一步。
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SessionStage)]
pub enum WireStage {
    /// 还差动态口令
    SecondFactor,
    /// 须先改口令
    ChangePassword,
    /// 登录完成
    Full,
}

impl From<Stage> for WireStage {
    fn from(stage: Stage) -> Self {
        match stage {
            Stage::SecondFactor => WireStage::SecondFactor,
            Stage::ChangePassword => WireStage::ChangePassword,
            Stage::Full => WireStage::Full,
        }
    }
}

/// 开了会话。
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionOpened {
    /// 会话。
    session: OpenedBody,
    /// 防伪令牌：写入时放进请求头 `X-CSRF-Token`。
    csrf_token: String,
}

/// 开了的会话。
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OpenedSession)]
pub struct OpenedBody {
    /// 标识。
    id: String,
    /// 账号。
    account: String,
    /// 登录到了哪一步。
    stage: WireStage,
    /// 绝对期限。
    #[schema(format = DateTime)]
    expires_at: String,
}

/// 登录的结果写成答复。
pub(super) fn answer(outcome: SignInOutcome, cookie: CookieKind) -> Result<Response, Problem> {
    match outcome {
        SignInOutcome::Opened(opened) => Ok(of(&opened, cookie)),
        SignInOutcome::Refused => Err(Problem::new(ProblemCode::SignInRefused)),
    }
}

pub(super) fn of(opened: &OpenedSession, cookie: CookieKind) -> Response {
    let token = SessionToken::from_bytes(*opened.token.as_bytes());
    let body = SessionOpened {
        session: OpenedBody {
            id: opened.id.to_string(),
            account: opened.account.to_string(),
            stage: opened.stage.into(),
            expires_at: instant::of(opened.expires_at),
        },
        csrf_token: CsrfToken::from_bytes(*opened.csrf.as_bytes()).to_text(),
    };
    let cookie = [(SET_COOKIE, cookie.set(&token))];
    (StatusCode::CREATED, cookie, Json(body)).into_response()
}
