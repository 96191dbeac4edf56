//! 执法事项：权责清单上的事项，按区划看，写明由谁实施。

use askama::Template;
use mingjing_edge::problem::Problem;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_services::model::ItemRow;
use mingjing_services::page::{Cursor, Key, PageRequest, PageSize};
use mingjing_services::registry::public::{body_names, items, place};
use serde::Deserialize;
use serde_json::Value as Json;

use crate::answer::Drawn;
use crate::ask::Ask;
use crate::epoch::Rests;
use crate::frame::{Frame, Section};
use crate::link;
use crate::pages::bodies::{doors, frame};
use crate::parts::pager::Pager;
use crate::portal::Portal;
use crate::words::{department, label};

const ITEMS: u16 = 50;
const PATH: &str = "/items";
/// The order of the list, as `services::registry::listing` names it.
const LIST: &str = "items.id";

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    region: Option<String>,
    /// 标识在此之后的。
    after: Option<String>,
}

/// 一处的事项。
#[derive(Debug, Template)]
#[template(path = "pages/items/items.html")]
pub(crate) struct Items {
    frame: Frame,
    below: Vec<(String, String)>,
    items: Vec<ItemLine>,
    pager: Pager,
    is_first: bool,
}

/// 一个事项。
#[derive(Debug)]
pub(super) struct ItemLine {
    pub(super) name: String,
    pub(super) code: String,
    pub(super) kind: Option<String>,
    pub(super) department: Option<String>,
    pub(super) body: Option<(String, String)>,
    pub(super) is_listed: bool,
    pub(super) decisions: String,
}

pub(crate) async fn draw(portal: Portal, ask: Ask) -> Result<Drawn, Problem> {
    let asked: Asked = ask.query()?;
    let request = portal.anybody(&ask.trace);
    let services = portal.services();
    let place = place(services, &request, asked.region.as_deref()).await?;
    let after = asked.after.clone();
    let paging = PageRequest {
        size: PageSize::new(ITEMS).unwrap_or_default(),
        after: after.map(|id| Cursor::new(LIST, vec![Key::Text(id)])),
    };
    let page = items(services, &request, &place, &paging).await?;
    let bodies: Vec<_> = page.items.iter().map(|item| item.body).collect();
    let names = body_names(services, request.today(), &bodies).await?;
    let lawbook = services.lawbook();
    let region = asked.region.as_deref();
    let last = page.items.last().map(|item| item.id.to_string());
    let next = last.filter(|_| page.next.is_some());
    let first = link::to(PATH, &[("region", region)]);
    let lines = page.items.iter().zip(names);
    let page = Items {
        frame: frame(portal.site(), Section::Items, "执法事项", PATH, &place),
        below: doors(PATH, &place.below),
        items: lines
            .map(|(item, name)| ItemLine::of(&lawbook, item, name))
            .collect(),
        pager: Pager {
            previous: None,
            next: next.map(|id| link::to(PATH, &[("region", region), ("after", Some(&id))])),
            first: asked.after.is_some().then_some(first),
        },
        is_first: asked.after.is_none(),
    };
    Drawn::page(&page, Rests::Everything)
}

impl ItemLine {
    /// 一行；`body` 是实施主体的名称，在主体自己的页上不用写。
    pub(super) fn of(lawbook: &Lawbook, item: &ItemRow, body: Option<String>) -> Self {
        let kind = item.facts.get("act_kind").and_then(Json::as_str);
        let id = item.body.map(|id| format!("/bodies/{id}"));
        let named = item.department.as_deref();
        ItemLine {
            name: item.name.clone(),
            code: item.code.clone(),
            kind: kind.map(|code| label(lawbook, "item_kind", code)),
            department: named.map(|code| department(lawbook, code)),
            body: id.zip(body),
            is_listed: item.is_listed,
            decisions: link::to("/decisions", &[("item", Some(&item.code))]),
        }
    }
}

#[cfg(test)]
impl crate::samples::Sample for Items {
    fn samples() -> Vec<(&'static str, Self)> {
        let site = crate::samples::site();
        let lawbook = crate::samples::lawbook();
        let place = crate::samples::place();
        let of = |rows: Vec<ItemRow>| {
            let name = || Some("甲市市场监督管理局".to_owned());
            Items {
                frame: frame(&site, Section::Items, "执法事项", PATH, &place),
                below: doors(PATH, &place.below),
                items: rows
                    .iter()
                    .map(|row| ItemLine::of(&lawbook, row, name()))
                    .collect(),
                pager: Pager::default(),
                is_first: true,
            }
        };
        vec![
            ("items", of(crate::samples::item_rows())),
            ("items-empty", of(Vec::new())),
        ]
    }
}
