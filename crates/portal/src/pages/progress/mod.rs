//! 查询办理进度：凭编号与查询码；看办到哪一步、何时到期、答复了什么，答复之后评价一次。

use askama::Template;
use axum::http::StatusCode;
use mingjing_edge::problem::Problem;
use mingjing_services::complaint::public::{
    PublicComplaint, PublicStep, PublicTerm, Rating, look_up, rate,
};
use mingjing_services::error::ServiceError;
use serde::Deserialize;

use crate::answer::{Caching, Drawn};
use crate::ask::Ask;
use crate::epoch::Rests;
use crate::frame::{Frame, Section};
use crate::portal::Portal;
use crate::site::Site;
use crate::words::{When, day};

const PATH: &str = "/complaints/progress";

/// 填的。
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Filled {
    number: String,
    code: String,
}

/// 评价时填的。
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Rated {
    number: String,
    code: String,
    satisfied: String,
    reopen: String,
    comment: String,
}

/// 查询办理进度。
#[derive(Debug, Template)]
#[template(path = "pages/progress/progress.html")]
pub(crate) struct Progress {
    frame: Frame,
    number: String,
    code: String,
    /// 没有找到。
    is_missing: bool,
    /// 要说的一句话：评价收到了，或者为什么没有收。
    told: Option<String>,
    found: Option<Found>,
}

/// 找到的一件。
#[derive(Debug)]
struct Found {
    of: PublicComplaint,
    received_on: Option<When>,
    settled_on: Option<When>,
    steps: Vec<(When, PublicStep)>,
    terms: Vec<(When, Option<When>, PublicTerm)>,
}

/// 空的表单。
pub(crate) async fn draw(portal: Portal, _ask: Ask) -> Result<Drawn, Problem> {
    let page = Progress::of(portal.site(), &Filled::default());
    Drawn::page(&page, Rests::Nothing)
}

/// 查。
pub(crate) async fn submit(portal: Portal, ask: Ask) -> Result<Drawn, Problem> {
    let filled: Filled = ask.form()?;
    shown(&portal, &ask, &filled, None).await
}

/// 评价。
pub(crate) async fn submit_rating(portal: Portal, ask: Ask) -> Result<Drawn, Problem> {
    let rated: Rated = ask.form()?;
    let filled = Filled {
        number: rated.number,
        code: rated.code,
    };
    let rating = Rating {
        is_satisfied: rated.satisfied == "yes",
        has_new_facts: !rated.reopen.is_empty(),
        comment: rated.comment,
    };
    let request = portal.anybody(&ask.trace);
    let pair = (filled.number.clone(), filled.code.clone());
    let told = match rated.satisfied.as_str() {
        "yes" | "no" => match rate(portal.services(), &request, pair, rating).await {
            Ok(()) => "评价收到了，谢谢。".to_owned(),
            Err(ServiceError::Invalid(errors)) => {
                let texts = errors.iter().map(|error| error.message.as_str());
                format!("评价没有收：{}", texts.collect::<Vec<_>>().join("；"))
            }
            Err(ServiceError::Refused(refusal)) => {
                let texts = refusal.reasons.iter().map(|reason| reason.text.as_str());
                format!("评价没有收：{}", texts.collect::<Vec<_>>().join("；"))
            }
            Err(ServiceError::NotFound) => String::new(),
            Err(error) => return Err(error.into()),
        },
        _ => "评价没有收：请选满意还是不满意".to_owned(),
    };
    let told = (!told.is_empty()).then_some(told);
    shown(&portal, &ask, &filled, told).await
}

async fn shown(
    portal: &Portal,
    ask: &Ask,
    filled: &Filled,
    told: Option<String>,
) -> Result<Drawn, Problem> {
    let request = portal.anybody(&ask.trace);
    let pair = (filled.number.as_str(), filled.code.as_str());
    let mut page = Progress::of(portal.site(), filled);
    page.told = told;
    let status = match look_up(portal.services(), &request, pair).await {
        Ok(found) => {
            page.found = Some(Found::of(found));
            StatusCode::OK
        }
        Err(ServiceError::NotFound) => {
            page.is_missing = true;
            StatusCode::NOT_FOUND
        }
        Err(error) => return Err(error.into()),
    };
    let drawn = Drawn::page(&page, Rests::Nothing)?;
    Ok(drawn.with_status(status).with_caching(Caching::Nowhere))
}

impl Found {
    fn of(of: PublicComplaint) -> Self {
        let steps = of.steps.iter();
        let terms = of.terms.iter();
        Found {
            received_on: of.received_on.map(day),
            settled_on: of.settled_on.map(day),
            steps: steps.map(|step| (day(step.on), step.clone())).collect(),
            terms: terms
                .map(|term| (day(term.due_on), term.met_on.map(day), term.clone()))
                .collect(),
            of,
        }
    }
}

impl Progress {
    fn of(site: &Site, filled: &Filled) -> Self {
        let frame = Frame::new(site, Section::Complaints, "查询办理进度", PATH);
        Progress {
            frame: match filled.number.is_empty() {
                true => frame,
                false => frame.unlisted(),
            },
            number: filled.number.clone(),
            code: filled.code.clone(),
            is_missing: false,
            told: None,
            found: None,
        }
    }
}

#[cfg(test)]
impl crate::samples::Sample for Progress {
    fn samples() -> Vec<(&'static str, Self)> {
        use mingjing_kernel::date::Date;
        let site = crate::samples::site();
        let on = |d| Date::new(2026, 3, d).unwrap();
        let filled = Filled {
            number: "410100-2026-00012".to_owned(),
            code: "7K2M-9QXD-4TBA-0ZHE".to_owned(),
        };
        let step = |d, label: &str, text: Option<&str>| PublicStep {
            on: on(d),
            label: label.to_owned(),
            text: text.map(str::to_owned),
        };
        let term = |what: &str, due, met: Option<i8>, is_late| PublicTerm {
            what: what.to_owned(),
            due_on: on(due),
            met_on: met.map(on),
            is_late,
            articles: vec!["鞍山方案三（二）".to_owned()],
        };
        let complaint = |may_rate| PublicComplaint {
            number: filled.number.clone(),
            place: "甲市".to_owned(),
            received_on: Some(on(2)),
            state: "已答复".to_owned(),
            settled_on: None,
            steps: vec![
                step(2, "收到投诉举报", None),
                step(20, "答复办理结果", Some("经查属实，<b>已责令改正</b>。")),
            ],
            terms: vec![
                term("一周内程序性回复", 9, Some(4), false),
                term("一个月内实体办理", 12, None, true),
            ],
            may_rate,
        };
        let of = |found: Option<PublicComplaint>, is_missing, told: Option<&str>| {
            let mut page = Progress::of(&site, &filled);
            page.found = found.map(Found::of);
            page.is_missing = is_missing;
            page.told = told.map(str::to_owned);
            page
        };
        vec![
            ("progress", Progress::of(&site, &Filled::default())),
            ("progress-missing", of(None, true, None)),
            ("progress-answered", of(Some(complaint(true)), false, None)),
            (
                "progress-rated",
                of(Some(complaint(false)), false, Some("评价收到了，谢谢。")),
            ),
        ]
    }
}
