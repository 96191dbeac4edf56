//! 撤下的说明：法律要求公开说明理由的，写明何时、因何撤下，由哪一版取代；原来的内容不再有。

use askama::Template;
use mingjing_services::disclosure::public::PublicNotice;

use crate::frame::{Frame, Section};
use crate::site::Site;
use crate::words::{When, moment};

/// 说明。
#[derive(Debug, Template)]
#[template(path = "pages/notice/notice.html")]
pub(crate) struct Notice {
    frame: Frame,
    published_at: When,
    withdrawn_at: When,
    ground: String,
    reason: Option<String>,
    successor: Option<String>,
}

impl Notice {
    pub(crate) fn of(site: &Site, notice: &PublicNotice) -> Self {
        let path = format!("/decisions/{}", notice.id);
        let title = match notice.superseded_by {
            Some(_) => "已由更正后的一版取代",
            None => "已经撤下",
        };
        Notice {
            frame: Frame::new(site, Section::Decisions, title, &path).unlisted(),
            published_at: moment(notice.published_at),
            withdrawn_at: moment(notice.withdrawn_at),
            ground: notice.ground_text.clone(),
            reason: notice.reason.clone(),
            successor: notice.superseded_by.map(|id| format!("/decisions/{id}")),
        }
    }
}

#[cfg(test)]
impl crate::samples::Sample for Notice {
    fn samples() -> Vec<(&'static str, Self)> {
        let site = crate::samples::site();
        let ids: Vec<_> = crate::samples::items().iter().map(|it| it.id).collect();
        let of = |superseded_by, ground: &str, reason: Option<&str>| {
            let notice = PublicNotice {
                id: ids[0],
                published_at: crate::samples::at(),
                withdrawn_at: crate::samples::at(),
                ground: "annulled".to_owned(),
                ground_text: ground.to_owned(),
                reason: reason.map(str::to_owned),
                superseded_by,
            };
            Notice::of(&site, &notice)
        };
        let reason = "复议决定撤销了这份处罚决定，本机关已重新调查。";
        vec![
            (
                "notice-withdrawn",
                of(None, "决定被变更、撤销、确认违法或者确认无效", Some(reason)),
            ),
            (
                "notice-superseded",
                of(Some(ids[1]), "由更正后的一版取代", None),
            ),
        ]
    }
}
