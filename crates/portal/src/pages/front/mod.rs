//! 首页：检索、最新公布的决定、几个数字与它们截至何时、怎样核对。

use askama::Template;
use mingjing_edge::problem::Problem;
use mingjing_services::disclosure::public::{PublicFilter, Turn, turn_public};
use mingjing_services::error::ServiceError;
use mingjing_services::log::latest_checkpoint;
use mingjing_services::page::PageSize;

use crate::answer::Drawn;
use crate::ask::Ask;
use crate::epoch::Rests;
use crate::frame::{Frame, Section};
use crate::parts::summary::Summary;
use crate::portal::Portal;
use crate::words::{When, moment, number};

/// How many of the newest are shown: one screen.
const NEWEST: u16 = 6;

/// 首页。
#[derive(Debug, Template)]
#[template(path = "pages/front/front.html")]
pub(crate) struct Front {
    frame: Frame,
    newest: Vec<Summary>,
    figures: Vec<Figure>,
    as_of: Option<When>,
}

/// 一个数字。
#[derive(Debug)]
struct Figure {
    href: &'static str,
    value: String,
    unit: &'static str,
    name: &'static str,
}

pub(crate) async fn draw(portal: Portal, ask: Ask) -> Result<Drawn, Problem> {
    let size = PageSize::new(NEWEST).unwrap_or_default();
    let all = PublicFilter::default();
    let page = turn_public(portal.services(), &all, Turn::First, size).await?;
    // Before the first entry there is no checkpoint, and no figure of the log to date.
    let as_of = match latest_checkpoint(portal.services()).await {
        Ok(signed) => Some(moment(signed.checkpoint().time)),
        Err(ServiceError::NotFound) => None,
        Err(error) => return Err(error.into()),
    };
    let rules = portal.rulebook().lawbook().rules.len();
    let front = Front {
        frame: frame(&portal),
        newest: page.items.iter().map(Summary::of).collect(),
        figures: figures(ask.epoch.live_count, rules, ask.epoch.log_size),
        as_of,
    };
    Drawn::page(&front, Rests::Everything)
}

fn frame(portal: &Portal) -> Frame {
    Frame::new(portal.site(), Section::Home, "首页", "/")
}

fn figures(published: u64, rules: usize, entries: u64) -> Vec<Figure> {
    vec![
        Figure {
            href: "/decisions",
            value: number(published),
            unit: "件",
            name: "公布着的执法决定",
        },
        Figure {
            href: "/rules",
            value: number(rules as u64),
            unit: "条",
            name: "公开的执法规则",
        },
        Figure {
            href: "/log",
            value: number(entries),
            unit: "条",
            name: "存证日志的条目",
        },
    ]
}

#[cfg(test)]
impl crate::samples::Sample for Front {
    fn samples() -> Vec<(&'static str, Self)> {
        let site = crate::samples::site();
        let of = |newest: Vec<Summary>, as_of| Front {
            frame: Frame::new(&site, Section::Home, "首页", "/"),
            figures: figures(newest.len() as u64 * 1_372, 198, 123_456),
            newest,
            as_of,
        };
        let at = crate::samples::at();
        let shown = crate::samples::items().iter().map(Summary::of).collect();
        vec![
            ("home", of(shown, Some(moment(at)))),
            ("home-empty", of(Vec::new(), None)),
        ]
    }
}
