//! 一件投诉举报：现状与期限，收到时写的，查看身份的申请，可能是同一诉求的别的几件。

use std::collections::BTreeSet;

use mingjing_domain::event::Event;
use mingjing_domain::value::Value;
use mingjing_kernel::date::Date;
use mingjing_kernel::id::{Id, TimelineId, kind};
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_policy::decision::decide;
use mingjing_policy::grant::AccountId;
use mingjing_policy::permission::{Action, ResourceKind};
use mingjing_policy::resource::Resource;
use mingjing_store::case_row::CaseRow;
use mingjing_store::informant::InformantRequest;
use mingjing_store::tx::Read;

use crate::access::{load_case, require};
use crate::assessment::complained::{ASSIGNED, RECEIVED, RETURNED};
use crate::assessment::facts::{effective, text};
use crate::casework::list_events::views;
use crate::casework::mask::Sight;
use crate::complaint::list_complaints::ComplaintLine;
use crate::context::{RequestContext, Services};
use crate::error::ServiceError;

/// How long before it the same may have come by another channel: after that it is told anew.
const ALIKE_DAYS: i32 = 90;
/// How many are compared: what one body gets in ninety days, on a bad day.
const ALIKE_LOOKED_AT: u32 = 200;
/// Of a hundred pairs of neighbouring characters that either text has, so many are in both. Real messages of different
/// people about one thing share a third of them at most; the same message sent twice shares nine tenths.
const ALIKE_PER_CENT: usize = 60;
/// Shorter texts are alike by chance.
const ALIKE_CHARS_MIN: usize = 8;

/// 一件投诉举报。
#[derive(Debug, Clone, PartialEq)]
pub struct ComplaintView {
    /// 案件行与期限。
    pub line: ComplaintLine,
    /// 收到时写的；个人信息遮盖。
    pub received: Option<Event>,
    /// 实名。
    pub is_real_name: bool,
    /// 封存着身份。
    pub has_informant: bool,
    /// 退回过几次。
    pub returns: u64,
    /// 最后一次分派：责任部门与办结时限。
    pub assigned: Option<Assigned>,
    /// 查看身份的申请。
    pub requests: Vec<Asked>,
    /// 这个人可以申请查看身份。
    pub may_ask: bool,
    /// 可能是同一诉求的。
    pub alike: Vec<CaseRow>,
}

/// 一份查看身份的申请，与来者能拿它做什么。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// 申请。
    pub request: InformantRequest,
    /// 来者可以批准。
    pub may_approve: bool,
    /// 来者现在可以看。
    pub may_open: bool,
}

/// 责任到人：由谁、到何时。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assigned {
    /// 责任部门。
    pub unit: Option<String>,
    /// 办结时限。
    pub due_on: Option<Date>,
}

/// 取一件投诉举报。
#[crate::boxed]
pub async fn get_complaint(
    services: &Services,
    request: &RequestContext,
    complaint: Id<kind::Case>,
) -> Result<ComplaintView, ServiceError> {
    let id = TimelineId::from(complaint);
    let lawbook = services.lawbook();
    let today = request.today();
    let read = &services.store.reader().await?;
    let (row, resource) = load_case(read, id).await?;
    if resource.kind != ResourceKind::Complaint {
        return Err(ServiceError::NotFound);
    }
    require(&request.actor, Action::Read, &resource, today)?;
    let loaded = read.load_timeline(id).await?;
    let events = effective(&loaded.timeline)
        .into_iter()
        .map(|(_, event)| event);
    let events: Vec<Event> = events.cloned().collect();
    let first = events.iter().find(|event| event.kind == RECEIVED);
    let is_real_name =
        first.is_some_and(|event| event.fields.get("real_name") == Some(&Value::Bool(true)));
    let returns = events.iter().filter(|event| event.kind == RETURNED).count() as u64;
    let last = events.iter().rev().find(|event| event.kind == ASSIGNED);
    let assigned = last.map(|event| Assigned {
        unit: text(event, "responsible_unit"),
        due_on: match event.fields.get("due_on") {
            Some(Value::Date(day)) => Some(*day),
            Some(Value::Text(day)) => Date::parse_iso(day).ok(),
            _ => None,
        },
    });
    let content = first.and_then(|event| text(event, "content"));
    let alike = alike(read, request, (&row, content.as_deref())).await?;
    let shown = shown_of(&lawbook, loaded);
    let asked = read.list_informant_requests(id).await?;
    let requests = asked
        .into_iter()
        .map(|one| of_asked(request, &resource, one));
    let duties = read.list_case_duties(id).await?;
    Ok(ComplaintView {
        line: ComplaintLine::of(&lawbook, row, &duties),
        received: shown,
        is_real_name,
        has_informant: read.find_informant(id).await?.is_some(),
        returns,
        assigned,
        requests: requests.collect::<Result<_, _>>()?,
        may_ask: decide(&request.actor, Action::Request, &resource, today).allowed,
        alike,
    })
}

/// What was received, as corrected, with the names and numbers in it masked.
fn shown_of(lawbook: &Lawbook, loaded: mingjing_store::timeline::LoadedTimeline) -> Option<Event> {
    let views = views(&lawbook.book.vocabulary, loaded, Sight::Masked);
    let mut of_kind = views.into_iter().filter(|view| view.event.kind == RECEIVED);
    of_kind.next_back().map(|view| view.event)
}

fn of_asked(
    request: &RequestContext,
    resource: &Resource,
    asked: InformantRequest,
) -> Result<Asked, ServiceError> {
    let by = AccountId::parse(&asked.asked_by.to_string()).map_err(ServiceError::internal)?;
    let (actor, today) = (&request.actor, request.today());
    let waiting = Resource {
        requested_by: vec![by.clone()],
        ..resource.clone()
    };
    let released = Resource {
        released_to: vec![by],
        ..resource.clone()
    };
    let is_approved = asked.approved_by.is_some();
    let is_live = asked.expires_at.is_some_and(|until| request.now < until);
    Ok(Asked {
        may_approve: !is_approved && decide(actor, Action::Approve, &waiting, today).allowed,
        may_open: is_approved
            && is_live
            && asked.opened_at.is_none()
            && request.account == Some(asked.asked_by)
            && decide(actor, Action::RevealReporter, &released, today).allowed,
        request: asked,
    })
}

/// Those of the last ninety days, of the same body or place, whose text is the same or nearly so; nobody merges them but
/// whoever reads both.
async fn alike(
    read: &Read,
    request: &RequestContext,
    (row, content): (&CaseRow, Option<&str>),
) -> Result<Vec<CaseRow>, ServiceError> {
    let told = row.complaint.as_ref();
    let (Some(told), Some(content)) = (told.filter(|told| !told.is_repeat), content) else {
        return Ok(Vec::new());
    };
    let Some(on) = told.received_on else {
        return Ok(Vec::new());
    };
    let (from, until) = (on.add_days(-ALIKE_DAYS), on.add_days(ALIKE_DAYS));
    let near = (told.against.as_deref(), row.org_path.as_str());
    let others = read
        .list_alike(near, (from, until), ALIKE_LOOKED_AT)
        .await?;
    let mine = Shingles::of(content);
    let mut found = Vec::new();
    for other in others {
        let is_repeat = other.complaint.as_ref().is_some_and(|told| told.is_repeat);
        if other.timeline == row.timeline || is_repeat {
            continue;
        }
        let loaded = read.load_timeline(other.timeline).await?;
        let mut events = effective(&loaded.timeline)
            .into_iter()
            .map(|(_, event)| event);
        let theirs = events.find_map(|event| text(event, "content"));
        if !theirs.is_some_and(|theirs| mine.is_like(&Shingles::of(&theirs))) {
            continue;
        }
        let (_, resource) = load_case(read, other.timeline).await?;
        if decide(&request.actor, Action::Read, &resource, request.today()).allowed {
            found.push(other);
        }
    }
    Ok(found)
}

/// The pairs of neighbouring characters of a text, without what is written differently each time.
struct Shingles {
    plain: String,
    pairs: BTreeSet<(char, char)>,
}

impl Shingles {
    fn of(text: &str) -> Self {
        let kept = text.chars().filter(|c| c.is_alphanumeric());
        let plain: String = kept.flat_map(char::to_lowercase).collect();
        let pairs = plain.chars().zip(plain.chars().skip(1)).collect();
        Shingles { plain, pairs }
    }

    fn is_like(&self, other: &Shingles) -> bool {
        if self.plain == other.plain {
            return !self.plain.is_empty();
        }
        let shortest = self.plain.chars().count().min(other.plain.chars().count());
        if shortest < ALIKE_CHARS_MIN {
            return false;
        }
        let both = self.pairs.intersection(&other.pairs).count();
        let either = self.pairs.len() + other.pairs.len() - both;
        both * 100 >= either * ALIKE_PER_CENT
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(one: &str, other: &str, is_alike: bool) {
        let found = Shingles::of(one).is_like(&Shingles::of(other));
        assert_eq!(found, is_alike, "{one} / {other}");
    }

    #[test]
    fn the_same_message_is_alike_however_it_is_written() {
        let message = "某局执法人员上门检查不出示证件，还要求当场交钱，没有给票据。";
        check(
            message,
            "某局执法人员上门检查，不出示证件！还要求当场交钱；没有给票据",
            true,
        );
        let longer = format!("您好，{message}盼复");
        check(message, &longer, true);
        check(
            message,
            "某局办理许可超过期限，多次去问都说再等等，没有书面的答复。",
            false,
        );
        check("乱罚款", "乱收费", false);
        check("", "", false);
    }
}
