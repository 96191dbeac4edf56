//! 路由表：门户的每一页一行；路由器只由它装配，测试据它核对没有漏看的页。

use crate::answer::Drawing;
use crate::ask::Ask;
use crate::portal::Portal;
use crate::{pages, style};

/// 一行：路径与怎样画。
pub(crate) struct Route {
    /// 路径模板。
    pub(crate) path: &'static str,
    /// 怎样画。
    pub(crate) draw: fn(Portal, Ask) -> Drawing,
    /// 交来的表单怎样办；不收表单的没有。
    pub(crate) submit: Option<fn(Portal, Ask) -> Drawing>,
}

/// One line for each page: the path, the function that draws it, and the one that takes its form.
macro_rules! routes {
    ($($path:literal $draw:path $(, $submit:path)?;)*) => {
        &[$(Route {
            path: $path,
            draw: |portal, ask| Box::pin($draw(portal, ask)),
            submit: routes!(@submit $($submit)?),
        },)*]
    };
    (@submit) => { None };
    (@submit $submit:path) => { Some(|portal, ask| Box::pin($submit(portal, ask))) };
}

/// 全部路由。
pub(crate) static ROUTES: &[Route] = routes! {
    "/" pages::front::draw;
    "/decisions" pages::decisions::draw;
    "/decisions/{id}" pages::decision::draw;
    "/decisions/{id}/file" pages::decision::draw_file;
    "/rules" pages::rules::draw;
    "/rules/{code}" pages::rule::draw;
    "/bodies" pages::bodies::draw;
    "/bodies/{id}" pages::body::draw;
    "/items" pages::items::draw;
    "/officers" pages::officers::draw;
    "/complaints" pages::complain::draw, pages::complain::submit;
    "/complaints/progress" pages::progress::draw, pages::progress::submit;
    "/complaints/rating" pages::progress::draw, pages::progress::submit_rating;
    "/log" pages::log::draw;
    "/log/key.pem" pages::log::draw_key;
    "/log/checkpoint.txt" pages::log::draw_checkpoint;
    "/about" pages::about::draw;
    "/accessibility" pages::accessibility::draw;
    "/sitemap.xml" pages::sitemap::draw;
    "/robots.txt" pages::robots::draw;
    "/portal.css" style::draw;
    "/favicon.svg" style::draw_icon;
};

/// 全部路由的路径模板。
pub fn paths() -> impl Iterator<Item = &'static str> {
    ROUTES.iter().map(|route| route.path)
}
