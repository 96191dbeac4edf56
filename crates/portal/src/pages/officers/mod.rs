//! 证件核验：凭执法证件上的编号核对真假与状态；姓名只露姓，没有编号的什么也查不到。
//!
//! Nothing of it is kept, here or anywhere: whoever looks must be told how things stand now, and who looked for what is
//! nobody's business.

use askama::Template;
use axum::http::StatusCode;
use mingjing_edge::problem::Problem;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_services::error::ServiceError;
use mingjing_services::registry::public::{CardView, check_card};
use serde::Deserialize;

use crate::answer::{Caching, Drawn};
use crate::ask::Ask;
use crate::epoch::Rests;
use crate::frame::{Frame, Section};
use crate::portal::Portal;
use crate::site::Site;
use crate::words::{When, day, label};

const PATH: &str = "/officers";
/// The state in which a card gives the power to enforce, as the lawbook's list of codes has it.
const VALID: &str = "valid";

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    number: Option<String>,
}

/// 证件核验。
#[derive(Debug, Template)]
#[template(path = "pages/officers/officers.html")]
pub(crate) struct Officers {
    frame: Frame,
    number: String,
    result: Outcome,
}

/// 核对的结果。
#[derive(Debug)]
enum Outcome {
    /// 还没有核对。
    NotAsked,
    /// 填得不对。
    Wrong(String),
    /// 没有这个编号。
    Missing,
    /// 有。
    Found(Card),
}

/// 一张证件。
#[derive(Debug)]
struct Card {
    number: String,
    state: String,
    is_valid: bool,
    since: When,
    name: String,
    body: Option<(String, String)>,
    is_active: bool,
}

pub(crate) async fn draw(portal: Portal, ask: Ask) -> Result<Drawn, Problem> {
    let asked: Asked = ask.query()?;
    let request = portal.anybody(&ask.trace);
    let lawbook = portal.services().lawbook();
    let (result, status) = match &asked.number {
        None => (Outcome::NotAsked, StatusCode::OK),
        Some(number) => match check_card(portal.services(), &request, number).await {
            Ok(Some(card)) => (Outcome::Found(Card::of(&lawbook, &card)), StatusCode::OK),
            Ok(None) => (Outcome::Missing, StatusCode::OK),
            Err(ServiceError::Invalid(errors)) => {
                let text = errors.iter().map(|error| error.message.as_str()).collect();
                (Outcome::Wrong(text), StatusCode::UNPROCESSABLE_ENTITY)
            }
            Err(error) => return Err(error.into()),
        },
    };
    let caching = match result {
        Outcome::NotAsked => Caching::AskEachTime,
        Outcome::Wrong(_) | Outcome::Missing | Outcome::Found(_) => Caching::Nowhere,
    };
    let page = Officers::of(portal.site(), &asked, result);
    let drawn = Drawn::page(&page, Rests::Nothing)?;
    Ok(drawn.with_status(status).with_caching(caching))
}

impl Officers {
    fn of(site: &Site, asked: &Asked, result: Outcome) -> Self {
        let frame = Frame::new(site, Section::Officers, "执法证件核验", PATH);
        Officers {
            frame: match asked.number {
                Some(_) => frame.unlisted(),
                None => frame,
            },
            number: asked.number.clone().unwrap_or_default(),
            result,
        }
    }
}

impl Officers {
    /// 编号填得不对。
    fn is_wrong(&self) -> bool {
        matches!(self.result, Outcome::Wrong(_))
    }
}

impl Card {
    fn of(lawbook: &Lawbook, card: &CardView) -> Self {
        let body = card.body.as_ref();
        Card {
            number: card.number.clone(),
            is_valid: card.state == VALID && card.is_active,
            state: label(lawbook, "card_state", &card.state),
            since: day(card.since),
            name: card.name_masked.clone(),
            body: body.map(|node| (format!("/bodies/{}", node.id), node.name.clone())),
            is_active: card.is_active,
        }
    }
}

#[cfg(test)]
impl crate::samples::Sample for Officers {
    fn samples() -> Vec<(&'static str, Self)> {
        let site = crate::samples::site();
        let lawbook = crate::samples::lawbook();
        let of = |number: &str, result| {
            let number = (!number.is_empty()).then(|| number.to_owned());
            Officers::of(&site, &Asked { number }, result)
        };
        let card = |state: &str, is_active| {
            let view = CardView {
                number: "D410100-0001".to_owned(),
                state: state.to_owned(),
                since: mingjing_kernel::date::Date::new(2024, 5, 6).unwrap(),
                name_masked: "诸**".to_owned(),
                body: crate::samples::bodies().pop(),
                is_active,
            };
            Outcome::Found(Card::of(&lawbook, &view))
        };
        let number = "D410100-0001";
        vec![
            ("officers", of("", Outcome::NotAsked)),
            ("officers-valid", of(number, card("valid", true))),
            ("officers-suspended", of(number, card("suspended", true))),
            ("officers-left", of(number, card("valid", false))),
            ("officers-missing", of("假的", Outcome::Missing)),
            (
                "officers-wrong",
                of("x", Outcome::Wrong("请写证件上的编号".to_owned())),
            ),
        ]
    }
}
