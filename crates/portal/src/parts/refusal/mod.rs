//! 没有办成的一页：没有找到、填得不对、太忙、出了故障，各写明怎么办。
//!
//! What was never published and what is withdrawn get the same page, letter by letter but for the trace id.

use std::sync::Arc;

use askama::Template;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use mingjing_edge::layers::ProblemPage;
use mingjing_edge::problem::{Problem, ProblemCode};
use mingjing_services::error::{FieldCode, FieldError};

use crate::answer::{HTML, POLICY};
use crate::frame::{Frame, Section};
use crate::site::Site;

/// 没有办成的一页。
#[derive(Debug, Template)]
#[template(path = "parts/refusal/refusal.html")]
pub(crate) struct Refusal {
    pub(crate) frame: Frame,
    pub(crate) status: u16,
    pub(crate) told: String,
    pub(crate) errors: Vec<String>,
    pub(crate) is_missing: bool,
    pub(crate) trace: String,
}

impl Refusal {
    fn of(site: &Site, problem: &Problem, trace: &str) -> Self {
        let code = problem.code();
        let is_missing = code == ProblemCode::NotFound;
        let (title, told) = match code {
            ProblemCode::NotFound => (
                "没有这个页面",
                "地址可能写错了，也可能这里的内容没有公布，或者已经依法撤下。".to_owned(),
            ),
            ProblemCode::InternalError => (
                "出了故障",
                "故障已经记录。请稍后再试；仍不行的，请把下面的追踪号告诉网站的管理者。".to_owned(),
            ),
            ProblemCode::InvalidRequest => (
                "地址里的条件不对",
                "请从检索页重新填写条件，或者回到首页。".to_owned(),
            ),
            other => (other.title(), problem.told().to_owned()),
        };
        Refusal {
            frame: Frame::new(site, Section::Other, title, "/").unlisted(),
            status: code.status().as_u16(),
            told,
            errors: problem.errors().iter().map(told_of).collect(),
            is_missing,
            trace: trace.to_owned(),
        }
    }
}

/// One fault: which condition, and what is wrong with it.
fn told_of(error: &FieldError) -> String {
    let name = error.pointer.as_str().trim_start_matches("query:");
    match error.code {
        // What else could be written there helps a program, not whoever reads this page.
        FieldCode::Unknown => format!("没有“{name}”这个条件"),
        _ => format!("条件“{name}”：{}", error.message),
    }
}

/// 答一页没有办成的。
pub(crate) fn refusal(site: &Site, problem: &Problem, trace: &str) -> Response {
    let page = Refusal::of(site, problem, trace).render();
    let Ok(page) = page else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let mut response = (problem.code().status(), page).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(HTML));
    headers.insert(CONTENT_SECURITY_POLICY, POLICY);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(seconds) = problem.retry_after_seconds() {
        headers.insert(RETRY_AFTER, seconds.into());
    }
    response
}

/// 给边缘层：浏览器打开的网页没有办成的，答门户的样子。
pub fn problem_page(site: Site) -> ProblemPage {
    Arc::new(move |problem, trace| refusal(&site, problem, trace.as_str()))
}

#[cfg(test)]
impl crate::samples::Sample for Refusal {
    fn samples() -> Vec<(&'static str, Self)> {
        use mingjing_services::error::Pointer;
        let site = crate::samples::site();
        let of =
            |problem: &Problem| Refusal::of(&site, problem, "4bf92f3577b34da6a3ce929d0e0e4736");
        let error = FieldError::new(Pointer::query("x"), FieldCode::Unknown, "没有 x 这个条件");
        vec![
            ("refusal-missing", of(&Problem::new(ProblemCode::NotFound))),
            ("refusal-invalid", of(&Problem::invalid(vec![error]))),
            ("refusal-busy", of(&Problem::new(ProblemCode::RateLimited))),
            (
                "refusal-broken",
                of(&Problem::new(ProblemCode::InternalError)),
            ),
        ]
    }
}
