//! 一个执法主体：身份、权力、事项、历次变更，与它公布的执法决定。

use askama::Template;
use mingjing_edge::problem::{Problem, ProblemCode};
use mingjing_kernel::date::Date;
use mingjing_kernel::id::{Id, kind};
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_services::model::OrgNode;
use mingjing_services::registry::public::{BodyView, body};
use serde_json::Value as Json;

use crate::answer::Drawn;
use crate::ask::Ask;
use crate::epoch::Rests;
use crate::frame::{Frame, Section};
use crate::link;
use crate::pages::items::ItemLine;
use crate::portal::Portal;
use crate::site::Site;
use crate::words::{When, day, department, label};

/// 一个执法主体。
#[derive(Debug, Template)]
#[template(path = "pages/body/body.html")]
pub(crate) struct Body {
    frame: Frame,
    name: String,
    is_current: bool,
    pairs: Vec<(&'static str, String)>,
    powers: Vec<String>,
    items: Vec<ItemLine>,
    has_more_items: bool,
    history: Vec<Span>,
    decisions: String,
    complain: String,
}

/// 一段时间里的名称。
#[derive(Debug)]
struct Span {
    from: When,
    until: Option<When>,
    name: String,
}

pub(crate) async fn draw(portal: Portal, ask: Ask) -> Result<Drawn, Problem> {
    let id = Id::<kind::Body>::parse(ask.segment(1)?);
    let id = id.map_err(|_| Problem::new(ProblemCode::NotFound))?;
    let request = portal.anybody(&ask.trace);
    let view = body(portal.services(), &request, id).await?;
    let lawbook = portal.services().lawbook();
    let page = Body::of(portal.site(), &lawbook, &view);
    Drawn::page(&page, Rests::Everything)
}

impl Body {
    fn of(site: &Site, lawbook: &Lawbook, view: &BodyView) -> Self {
        let node = &view.node;
        let id = node.id.to_string();
        let path = format!("/bodies/{id}");
        let frame = Frame::new(site, Section::Bodies, &node.name, &path);
        let frame = view.above.iter().fold(frame, |frame, node| {
            let href = link::to("/bodies", &[("region", Some(&node.code))]);
            frame.under(href, node.name.clone())
        });
        let powers = view.facts.get("powers").and_then(Json::as_array);
        let powers = powers.into_iter().flatten().filter_map(Json::as_str);
        let items = view.items.items.iter();
        Body {
            name: node.name.clone(),
            is_current: view.is_current,
            pairs: pairs(lawbook, view),
            powers: powers
                .map(|code| label(lawbook, "act_kind", code))
                .collect(),
            items: items
                .map(|item| ItemLine::of(lawbook, item, None))
                .collect(),
            has_more_items: view.items.next.is_some(),
            history: history(&view.history),
            decisions: link::to("/decisions", &[("body", Some(&id))]),
            complain: link::to("/complaints", &[("body", Some(&id))]),
            frame,
        }
    }
}

fn pairs(lawbook: &Lawbook, view: &BodyView) -> Vec<(&'static str, String)> {
    let node = &view.node;
    let fact = |name: &str| view.facts.get(name).and_then(Json::as_str);
    let named = node.department.as_deref();
    let announced = fact("announced_on").and_then(|text| Date::parse_iso(text).ok());
    let region: Vec<&str> = view.above.iter().map(|node| node.name.as_str()).collect();
    let all = [
        (
            "机关类别",
            fact("kind").map(|code| label(lawbook, "body_kind", code)),
        ),
        ("执法领域", named.map(|code| department(lawbook, code))),
        ("层级", Some(label(lawbook, "division_level", &node.level))),
        ("所在区划", Some(region.join(" "))),
        ("统一社会信用代码", Some(node.code.clone())),
        (
            "主体状态",
            fact("status").map(|code| label(lawbook, "body_status", code)),
        ),
        ("主体资格公告日", announced.map(|on| day(on).words)),
    ];
    let written = all
        .into_iter()
        .filter_map(|(name, text)| Some((name, text?)));
    written.filter(|(_, text)| !text.is_empty()).collect()
}

/// Only where the name changed: a change of a division above is not one of the body.
fn history(nodes: &[OrgNode]) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    for node in nodes {
        let until = node.term.to.map(day);
        match spans.last_mut() {
            Some(last) if last.name == node.name => last.until = until,
            _ => spans.push(Span {
                from: day(node.term.from),
                until,
                name: node.name.clone(),
            }),
        }
    }
    spans
}

#[cfg(test)]
impl crate::samples::Sample for Body {
    fn samples() -> Vec<(&'static str, Self)> {
        use mingjing_services::page::Page;
        let site = crate::samples::site();
        let lawbook = crate::samples::lawbook();
        let of = |is_current: bool, items: Vec<_>| {
            let node = crate::samples::bodies().swap_remove(0);
            let view = BodyView {
                history: vec![node.clone()],
                node,
                is_current,
                facts: serde_json::json!({"kind": "department", "status": "confirmed",
                    "announced_on": "2019-03-01", "powers": ["administrative_penalty", "coercive_measure"]}),
                above: crate::samples::place().above,
                items: Page {
                    items,
                    next: None,
                    total: None,
                    watermark: None,
                },
            };
            Body::of(&site, &lawbook, &view)
        };
        vec![
            ("body", of(true, crate::samples::item_rows())),
            ("body-abolished", of(false, Vec::new())),
        ]
    }
}
