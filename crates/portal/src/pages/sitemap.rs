//! 网站地图：固定的各页、各条规则与最新公布的决定；没有写对外地址的没有网站地图，因为里面的地址必须完整。

use std::fmt::Write as _;

use mingjing_edge::problem::{Problem, ProblemCode};
use mingjing_services::disclosure::public::{PublicFilter, Turn, turn_public};
use mingjing_services::page::PageSize;

use crate::answer::Drawn;
use crate::ask::Ask;
use crate::epoch::Rests;
use crate::portal::Portal;
use crate::words::day;

const STANDING: [&str; 9] = [
    "/",
    "/decisions",
    "/bodies",
    "/items",
    "/officers",
    "/complaints",
    "/rules",
    "/log",
    "/about",
];
/// The newest are what a search engine does not know yet; the older ones it reaches by the links between the pages.
const PAGES_MAX: usize = 5;
const PAGE_ITEMS: u16 = 200;

pub(crate) async fn draw(portal: Portal, _ask: Ask) -> Result<Drawn, Problem> {
    let Some(origin) = portal.site().origin.clone() else {
        return Err(Problem::new(ProblemCode::NotFound));
    };
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    // Addresses are ASCII without anything to escape: fixed paths, codes of rules, identifiers.
    let mut put = |path: &str, changed: Option<String>| {
        let changed = changed.map(|on| format!("<lastmod>{on}</lastmod>"));
        let changed = changed.unwrap_or_default();
        // Writing into a string fails for nobody.
        let _ = writeln!(text, "<url><loc>{origin}{path}</loc>{changed}</url>");
    };
    for path in STANDING {
        put(path, None);
    }
    for rule in &portal.rulebook().lawbook().rules {
        put(&format!("/rules/{}", rule.code), None);
    }
    let size = PageSize::new(PAGE_ITEMS).unwrap_or_default();
    let mut turn = Some(Turn::First);
    for _ in 0..PAGES_MAX {
        let Some(at) = turn else { break };
        let all = PublicFilter::default();
        let page = turn_public(portal.services(), &all, at, size).await?;
        for item in &page.items {
            let on = day(item.published_at.timestamp().date()).machine;
            put(&format!("/decisions/{}", item.id), Some(on));
        }
        turn = page.older.map(Turn::Older);
    }
    text.push_str("</urlset>\n");
    Ok(Drawn::text("application/xml", text, Rests::Publications))
}
