//! 执法主体：按区划一级一级地看，列出其下有执法权的机关。

use askama::Template;
use mingjing_edge::problem::Problem;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_services::model::OrgNode;
use mingjing_services::page::{Cursor, Key, Page, PageRequest, PageSize};
use mingjing_services::registry::public::{Place, bodies, place};
use serde::Deserialize;

use crate::answer::Drawn;
use crate::ask::Ask;
use crate::epoch::Rests;
use crate::frame::{Frame, Section};
use crate::link;
use crate::parts::pager::Pager;
use crate::portal::Portal;
use crate::site::Site;
use crate::words::{department, label};

const ITEMS: u16 = 50;
const PATH: &str = "/bodies";
/// The order of the list, as `services::registry::listing` names it.
const LIST: &str = "organisations.path";

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    region: Option<String>,
    /// 路径在此之后的。
    after: Option<String>,
}

/// 一处的执法主体。
#[derive(Debug, Template)]
#[template(path = "pages/bodies/bodies.html")]
pub(crate) struct Bodies {
    frame: Frame,
    below: Vec<(String, String)>,
    bodies: Vec<Line>,
    pager: Pager,
    is_first: bool,
}

/// 一个执法主体。
#[derive(Debug)]
struct Line {
    href: String,
    name: String,
    department: Option<String>,
    level: String,
    code: Option<String>,
}

pub(crate) async fn draw(portal: Portal, ask: Ask) -> Result<Drawn, Problem> {
    let asked: Asked = ask.query()?;
    let request = portal.anybody(&ask.trace);
    let services = portal.services();
    let place = place(services, &request, asked.region.as_deref()).await?;
    let after = asked.after.clone();
    let paging = PageRequest {
        size: PageSize::new(ITEMS).unwrap_or_default(),
        after: after.map(|path| Cursor::new(LIST, vec![Key::Text(path)])),
    };
    let page = bodies(services, &request, &place, &paging).await?;
    let lawbook = services.lawbook();
    let page = Bodies::of(portal.site(), &lawbook, &asked, &place, &page);
    Drawn::page(&page, Rests::Everything)
}

impl Bodies {
    fn of(
        site: &Site,
        lawbook: &Lawbook,
        asked: &Asked,
        place: &Place,
        page: &Page<OrgNode>,
    ) -> Self {
        let region = asked.region.as_deref();
        let last = page.items.last().map(|node| node.path.as_str().to_owned());
        let next = last.filter(|_| page.next.is_some());
        let next = next.map(|path| link::to(PATH, &[("region", region), ("after", Some(&path))]));
        let first = link::to(PATH, &[("region", region)]);
        Bodies {
            frame: frame(site, Section::Bodies, "执法主体", PATH, place),
            below: doors(PATH, &place.below),
            bodies: page
                .items
                .iter()
                .map(|node| Line::of(lawbook, node))
                .collect(),
            pager: Pager {
                previous: None,
                next,
                first: asked.after.is_some().then_some(first),
            },
            is_first: asked.after.is_none(),
        }
    }
}

/// The frame of a list that is looked at place by place; `/items` is another.
pub(super) fn frame(site: &Site, section: Section, what: &str, path: &str, place: &Place) -> Frame {
    let Some(here) = &place.here else {
        return Frame::new(site, section, what, path);
    };
    let title = format!("{}的{what}", here.name);
    let own = link::to(path, &[("region", Some(&here.code))]);
    let frame = Frame::new(site, section, &title, &own);
    place.above.iter().fold(frame, |frame, node| {
        let href = link::to(path, &[("region", Some(&node.code))]);
        frame.under(href, node.name.clone())
    })
}

/// The divisions below, as addresses and names.
pub(super) fn doors(path: &str, below: &[OrgNode]) -> Vec<(String, String)> {
    let door = |node: &OrgNode| {
        let href = link::to(path, &[("region", Some(&node.code))]);
        (href, node.name.clone())
    };
    below.iter().map(door).collect()
}

impl Line {
    fn of(lawbook: &Lawbook, node: &OrgNode) -> Self {
        let named = node.department.as_deref();
        Line {
            href: format!("{PATH}/{}", node.id),
            name: node.name.clone(),
            department: named.map(|code| department(lawbook, code)),
            level: label(lawbook, "division_level", &node.level),
            code: (!node.code.is_empty()).then(|| node.code.clone()),
        }
    }
}

#[cfg(test)]
impl crate::samples::Sample for Bodies {
    fn samples() -> Vec<(&'static str, Self)> {
        let site = crate::samples::site();
        let lawbook = crate::samples::lawbook();
        let place = crate::samples::place();
        let of = |items: Vec<OrgNode>| {
            let page = Page {
                items,
                next: None,
                total: None,
                watermark: None,
            };
            Bodies::of(&site, &lawbook, &Asked::default(), &place, &page)
        };
        vec![
            ("bodies", of(crate::samples::bodies())),
            ("bodies-empty", of(Vec::new())),
        ]
    }
}
