//! 样式与图标：一份样式表，一个图标，都随程序带着；样式的地址里写着内容的标签，内容变了地址就变。

use mingjing_edge::problem::Problem;

use crate::answer::{Caching, Drawn};
use crate::ask::Ask;
use crate::epoch::Rests;
use crate::link;
use crate::portal::Portal;

const STYLE: &str = include_str!("portal.css");
const ICON: &str = include_str!("favicon.svg");
/// The same for every build of the same text.
const MARK: u64 = mark(STYLE.as_bytes());

/// 样式表的地址。
pub(crate) fn href() -> String {
    link::to("/portal.css", &[("v", Some(&format!("{MARK:016x}")))])
}

/// 样式表：以带标签的地址来要的可以一直用。
pub(crate) async fn draw(_portal: Portal, ask: Ask) -> Result<Drawn, Problem> {
    let drawn = Drawn::text("text/css; charset=utf-8", STYLE, Rests::Nothing);
    let address = ask.uri.path_and_query().map(|address| address.as_str());
    Ok(match address == Some(href().as_str()) {
        true => drawn.with_caching(Caching::Forever),
        false => drawn,
    })
}

/// 图标。
pub(crate) async fn draw_icon(_portal: Portal, _ask: Ask) -> Result<Drawn, Problem> {
    Ok(Drawn::text("image/svg+xml", ICON, Rests::Nothing))
}

/// FNV-1a: a name for the text, not a proof of it.
const fn mark(bytes: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut at = 0;
    while at < bytes.len() {
        hash = (hash ^ bytes[at] as u64).wrapping_mul(0x0100_0000_01b3);
        at += 1;
    }
    hash
}
