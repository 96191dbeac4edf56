//! 关于本站：公开什么、怎样来的、怎样引用。

use askama::Template;
use mingjing_edge::problem::Problem;

use crate::answer::Drawn;
use crate::ask::Ask;
use crate::epoch::Rests;
use crate::frame::{Frame, Section};
use crate::portal::Portal;
use crate::site::Site;

/// 关于本站。
#[derive(Debug, Template)]
#[template(path = "pages/about/about.html")]
pub(crate) struct About {
    frame: Frame,
    software: &'static str,
}

pub(crate) async fn draw(portal: Portal, _ask: Ask) -> Result<Drawn, Problem> {
    Drawn::page(&About::of(portal.site()), Rests::Nothing)
}

impl About {
    fn of(site: &Site) -> Self {
        About {
            frame: Frame::new(site, Section::Other, "关于本站", "/about"),
            software: env!("CARGO_PKG_VERSION"),
        }
    }
}

#[cfg(test)]
impl crate::samples::Sample for About {
    fn samples() -> Vec<(&'static str, Self)> {
        vec![("about", About::of(&crate::samples::site()))]
    }
}
