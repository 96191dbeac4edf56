//! 回执：编号与查询码；查询码只在这一页上，别处没有。

use askama::Template;
use mingjing_edge::problem::Problem;
use mingjing_services::complaint::register::Receipt as Registered;

use crate::answer::{Caching, Drawn};
use crate::epoch::Rests;
use crate::frame::{Frame, Section};
use crate::portal::Portal;
use crate::site::Site;

/// 回执。
#[derive(Debug, Template)]
#[template(path = "pages/receipt/receipt.html")]
pub(crate) struct Receipt {
    frame: Frame,
    number: String,
    code: String,
    place: String,
    is_replayed: bool,
}

pub(super) fn drawn(portal: &Portal, registered: &Registered) -> Result<Drawn, Problem> {
    let code = registered.code.reveal("给投诉举报人看，只这一次");
    let of = &registered.registered;
    let page = Receipt::of(
        portal.site(),
        (&of.number, code, &of.place),
        registered.is_replayed,
    );
    Ok(Drawn::page(&page, Rests::Nothing)?.with_caching(Caching::Nowhere))
}

impl Receipt {
    fn of(site: &Site, (number, code, place): (&str, &str, &str), is_replayed: bool) -> Self {
        let frame = Frame::new(site, Section::Complaints, "已经登记", "/complaints/receipt");
        Receipt {
            frame: frame.unlisted(),
            number: number.to_owned(),
            code: code.to_owned(),
            place: place.to_owned(),
            is_replayed,
        }
    }
}

#[cfg(test)]
impl crate::samples::Sample for Receipt {
    fn samples() -> Vec<(&'static str, Self)> {
        let site = crate::samples::site();
        let told = ("410100-2026-00012", "7K2M-9QXD-4TBA-0ZHE", "甲市");
        vec![
            ("receipt", Receipt::of(&site, told, false)),
            ("receipt-again", Receipt::of(&site, told, true)),
        ]
    }
}
