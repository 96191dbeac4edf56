//! 给搜索引擎的话：网页都可以收，工作台与接口不收，查证件的结果不收。

use mingjing_edge::problem::Problem;

use crate::answer::Drawn;
use crate::ask::Ask;
use crate::epoch::Rests;
use crate::portal::Portal;

const RULES: &str = "User-agent: *\nDisallow: /api/\nDisallow: /workbench/\nDisallow: /officers?\nDisallow: /decisions?\n";

pub(crate) async fn draw(portal: Portal, _ask: Ask) -> Result<Drawn, Problem> {
    let mut text = RULES.to_owned();
    if let Some(origin) = &portal.site().origin {
        text.push_str(&format!("Sitemap: {origin}/sitemap.xml\n"));
    }
    Ok(Drawn::text(
        "text/plain; charset=utf-8",
        text,
        Rests::Nothing,
    ))
}
