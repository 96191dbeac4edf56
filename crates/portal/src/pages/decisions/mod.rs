//! 执法决定的列表与检索：条件都在地址里，可以收藏、转发；填得不对的说明哪里不对，填的都留着。

mod form;

use askama::Template;
use axum::http::StatusCode;
use mingjing_edge::problem::Problem;
use mingjing_services::disclosure::public::{PublicPage, Turn, turn_public};
use mingjing_services::error::ServiceError;
use mingjing_services::page::PageSize;

use crate::answer::Drawn;
use crate::ask::Ask;
use crate::epoch::Rests;
use crate::frame::{Frame, Section};
use crate::link;
use crate::parts::pager::Pager;
use crate::parts::summary::Summary;
use crate::portal::Portal;
use crate::words::number;

use form::{Asked, Form, Wrong};

/// One page: two screens.
const ITEMS: u16 = 20;
const PATH: &str = "/decisions";

/// 列表。
#[derive(Debug, Template)]
#[template(path = "pages/decisions/decisions.html")]
pub(crate) struct Decisions {
    frame: Frame,
    form: Form,
    wrong: Vec<Wrong>,
    items: Vec<Summary>,
    pager: Pager,
    /// 公开着几件。
    total: String,
    is_filtered: bool,
    is_first: bool,
}

impl Decisions {
    /// 这个输入框填得不对。
    fn is_wrong(&self, field: &str) -> bool {
        self.wrong.iter().any(|wrong| wrong.field == field)
    }
}

pub(crate) async fn draw(portal: Portal, ask: Ask) -> Result<Drawn, Problem> {
    let asked: Asked = ask.query()?;
    let form = Form::gather(&portal, &ask, &asked).await?;
    let (filter, mut wrong) = asked.filter();
    let mut page = PublicPage::default();
    if wrong.is_empty() {
        let size = PageSize::new(ITEMS).unwrap_or_default();
        match turn_public(portal.services(), &filter, asked.turn(), size).await {
            Ok(found) => page = found,
            Err(ServiceError::Invalid(errors)) => wrong.extend(errors.iter().map(Wrong::of)),
            Err(error) => return Err(error.into()),
        }
    }
    let is_wrong = !wrong.is_empty();
    let decisions = Decisions {
        frame: frame(portal.site(), &asked),
        items: page.items.iter().map(Summary::of).collect(),
        pager: pager(&asked, &page),
        total: number(ask.epoch.live_count),
        is_filtered: asked.is_filtered(),
        is_first: asked.turn() == Turn::First,
        form,
        wrong,
    };
    let drawn = Drawn::page(&decisions, Rests::Publications)?;
    Ok(match is_wrong {
        true => drawn.with_status(StatusCode::UNPROCESSABLE_ENTITY),
        false => drawn,
    })
}

/// Only the plain first page is for search engines: the rest is the same in other orders.
fn frame(site: &crate::site::Site, asked: &Asked) -> Frame {
    let title = match asked.is_filtered() {
        true => "检索执法决定",
        false => "执法决定",
    };
    let frame = Frame::new(site, Section::Decisions, title, PATH);
    match asked.is_filtered() || asked.turn() != Turn::First {
        true => frame.unlisted(),
        false => frame,
    }
}

fn pager(asked: &Asked, page: &PublicPage) -> Pager {
    let to = |name: &'static str, at: Option<i64>| {
        let at = at?.to_string();
        let mut pairs = asked.pairs();
        pairs.push((name, Some(&at)));
        Some(link::to(PATH, &pairs))
    };
    Pager {
        previous: to("newer", page.newer),
        next: to("older", page.older),
        first: None,
    }
}

#[cfg(test)]
impl crate::samples::Sample for Decisions {
    fn samples() -> Vec<(&'static str, Self)> {
        let site = crate::samples::site();
        let of = |asked: Asked, count: usize| {
            let items = crate::samples::items();
            let (_, wrong) = asked.filter();
            let page = PublicPage {
                items: items.into_iter().cycle().take(count).collect(),
                older: (count > 3).then_some(7),
                newer: (count > 6).then_some(9),
            };
            Decisions {
                frame: frame(&site, &asked),
                items: page.items.iter().map(Summary::of).collect(),
                pager: pager(&asked, &page),
                total: number(2_744),
                is_filtered: asked.is_filtered(),
                is_first: asked.turn() == Turn::First,
                form: Form::sample(&asked),
                wrong,
            }
        };
        let text = |text: &str| Some(text.to_owned());
        let searched = Asked {
            q: text("有奖销售"),
            region: text("410100"),
            department: text("market_regulation"),
            from: text("2026-01-01"),
            ..Asked::default()
        };
        let mistaken = Asked {
            from: text("去年"),
            to: text("2026-02-30"),
            ..Asked::default()
        };
        vec![
            ("decisions", of(Asked::default(), 7)),
            ("decisions-found", of(searched.clone(), 3)),
            ("decisions-none", of(searched, 0)),
            ("decisions-empty", of(Asked::default(), 0)),
            ("decisions-wrong", of(mistaken, 0)),
        ]
    }
}
