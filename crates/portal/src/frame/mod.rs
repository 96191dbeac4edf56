//! 每一页的框：题名、导航、面包屑、页脚。
//!
//! Every page has one `h1`, inside `main`; the first thing that the keyboard reaches leads there.

use crate::site::Site;
use crate::style;

/// 导航里的一项。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Section {
    /// 首页。
    Home,
    /// 公示决定。
    Decisions,
    /// 执法主体。
    Bodies,
    /// 执法事项。
    Items,
    /// 证件核验。
    Officers,
    /// 投诉举报。
    Complaints,
    /// 执法规则。
    Rules,
    /// 存证日志。
    Log,
    /// 都不是：关于、无障碍、没有办成。
    Other,
}

const NAVIGATION: [(Section, &str, &str); 8] = [
    (Section::Home, "/", "首页"),
    (Section::Decisions, "/decisions", "执法决定"),
    (Section::Bodies, "/bodies", "执法主体"),
    (Section::Items, "/items", "执法事项"),
    (Section::Officers, "/officers", "证件核验"),
    (Section::Complaints, "/complaints", "投诉举报"),
    (Section::Rules, "/rules", "执法规则"),
    (Section::Log, "/log", "存证日志"),
];

/// 导航里的一项，连同是不是现在这一项。
#[derive(Debug, Clone, Copy)]
pub(crate) struct NavItem {
    pub(crate) href: &'static str,
    pub(crate) text: &'static str,
    pub(crate) is_here: bool,
}

/// 面包屑里的一节。
#[derive(Debug, Clone)]
pub(crate) struct Crumb {
    pub(crate) href: String,
    pub(crate) text: String,
}

/// 框。
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    pub(crate) site: String,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) canonical: String,
    pub(crate) is_indexed: bool,
    pub(crate) style: String,
    pub(crate) nav: Vec<NavItem>,
    pub(crate) crumbs: Vec<Crumb>,
    pub(crate) here: String,
}

impl Frame {
    /// 一页的框：题名是这一页叫什么，`path` 是它的规范路径。
    pub(crate) fn new(site: &Site, section: Section, title: &str, path: &str) -> Self {
        let nav = NAVIGATION.into_iter().map(|(of, href, text)| NavItem {
            href,
            text,
            is_here: of == section,
        });
        let nav: Vec<NavItem> = nav.collect();
        let above = nav
            .iter()
            .filter(|item| item.is_here && item.href != path && item.href != "/");
        let crumbs = above.map(|item| Crumb {
            href: item.href.to_owned(),
            text: item.text.to_owned(),
        });
        Frame {
            site: site.name.clone(),
            title: title.to_owned(),
            description: format!(
                "{title}。{}：行政执法决定、主体、事项、规则公开，每一条都能核对何时记录、有没有改动。",
                site.name
            ),
            canonical: site.canonical(path),
            is_indexed: true,
            style: style::href(),
            crumbs: crumbs.collect(),
            here: title.to_owned(),
            nav,
        }
    }

    /// 搜索引擎不收这一页。
    pub(crate) fn unlisted(self) -> Self {
        Frame {
            is_indexed: false,
            ..self
        }
    }

    /// 面包屑里再加一节。
    pub(crate) fn under(mut self, href: impl Into<String>, text: impl Into<String>) -> Self {
        self.crumbs.push(Crumb {
            href: href.into(),
            text: text.into(),
        });
        self
    }

    /// 首页：没有面包屑，抬头里也没有另一个搜索框。
    pub(crate) fn is_home(&self) -> bool {
        self.nav.first().is_some_and(|item| item.is_here)
    }
}
