//! 无障碍说明：依据、做到了什么、怎样操作、哪里还不够。

use askama::Template;
use mingjing_edge::problem::Problem;

use crate::answer::Drawn;
use crate::ask::Ask;
use crate::epoch::Rests;
use crate::frame::{Frame, Section};
use crate::portal::Portal;
use crate::site::Site;

/// 无障碍说明。
#[derive(Debug, Template)]
#[template(path = "pages/accessibility/accessibility.html")]
pub(crate) struct Accessibility {
    frame: Frame,
}

pub(crate) async fn draw(portal: Portal, _ask: Ask) -> Result<Drawn, Problem> {
    Drawn::page(&Accessibility::of(portal.site()), Rests::Nothing)
}

impl Accessibility {
    fn of(site: &Site) -> Self {
        Accessibility {
            frame: Frame::new(site, Section::Other, "无障碍说明", "/accessibility"),
        }
    }
}

#[cfg(test)]
impl crate::samples::Sample for Accessibility {
    fn samples() -> Vec<(&'static str, Self)> {
        vec![("accessibility", Accessibility::of(&crate::samples::site()))]
    }
}
