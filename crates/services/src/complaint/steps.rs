//! 投诉举报的几步另有规矩：被投诉的机关与它的人不办，交给谁须够得着，并入的须是另一件；登记与查看身份由系统写下。

use mingjing_domain::event::Event;
use mingjing_domain::timeline::Timeline;
use mingjing_kernel::date::Date;
use mingjing_kernel::id::TimelineId;
use mingjing_policy::actor::Actor;
use mingjing_policy::decision::decide;
use mingjing_policy::permission::{Action, ResourceKind};
use mingjing_policy::resource::Resource;
use mingjing_store::tx::Read;

use crate::access::load_case;
use crate::assessment::complained::{
    ASSIGNED, BODY, INTO, MERGED, RECEIVED, RETURNED, VIEWED, against, is_against_unknown,
};
use crate::assessment::facts::{self, accounts, effective, text};
use crate::complaint::place::{against_path, path_of, require_accounts_outside, require_outside};
use crate::error::{FieldCode, Pointer, ServiceError};

/// An event that somebody is about to record in a complaint.
pub(crate) struct Proposed<'a> {
    pub(crate) id: TimelineId,
    pub(crate) timeline: &'a Timeline,
    pub(crate) event: &'a Event,
    /// Where its fields stand in what was sent.
    pub(crate) fields: Pointer,
    /// It takes the place of one that was recorded before.
    pub(crate) is_correction: bool,
}

/// Refuses what the state table cannot know of.
pub(crate) async fn check(
    read: &Read,
    actor: &Actor,
    proposed: &Proposed<'_>,
    today: Date,
) -> Result<(), ServiceError> {
    let against = against_path(read, against(proposed.timeline).as_deref()).await?;
    require_outside(actor, against.as_ref(), today)?;
    let event = proposed.event;
    match event.kind.as_str() {
        RECEIVED if !proposed.is_correction => Err(ServiceError::refused(
            "收到投诉举报在登记时由系统写下；另有一件的请另行登记，写错了的请更正",
        )),
        VIEWED => Err(ServiceError::refused("查看身份由系统写下，不能直接记录")),
        ASSIGNED => {
            let Some(body) = text(event, BODY) else {
                return Ok(());
            };
            // Nobody is handed a complaint that may be about himself.
            if is_against_unknown(proposed.timeline) {
                return Err(ServiceError::refused(
                    "还没有认定所反映的是哪个机关；请先更正“收到投诉举报”，写明登记簿里的机关，再交办",
                ));
            }
            let path = path_of(read, &body, BODY, today).await?;
            let refuse = |message: &str| {
                let pointer = proposed.fields.clone().member(BODY);
                Err(ServiceError::invalid(
                    pointer,
                    FieldCode::NotAllowed,
                    message,
                ))
            };
            if against.is_some_and(|against| against.contains(&path)) {
                return refuse(
                    "是所反映的机关，不能办理对它自己的投诉；请交给别的机关或者由本机关办理",
                );
            }
            let resource = Resource::new(ResourceKind::Complaint, path);
            match decide(actor, Action::Create, &resource, today).allowed {
                true => Ok(()),
                false => refuse("不在您的范围之内，不能交给它办理"),
            }
        }
        RETURNED if !is_handed_over(proposed.timeline) => Err(ServiceError::refused(
            "还没有交给别的机关办理，没有可以退回的",
        )),
        MERGED => merged(read, actor, proposed, today).await,
        facts::ASSIGNED => {
            let at = proposed.fields.clone().member("accounts");
            let accounts = accounts(event);
            require_accounts_outside(read, (&accounts, against.as_ref()), &at, today).await
        }
        _ => Ok(()),
    }
}

/// Whether it is with another body than the one that it was registered with.
fn is_handed_over(timeline: &Timeline) -> bool {
    let mut events = effective(timeline).into_iter().map(|(_, event)| event);
    let last = events.rfind(|event| [ASSIGNED, RETURNED].contains(&event.kind.as_str()));
    last.is_some_and(|event| event.kind == ASSIGNED && text(event, BODY).is_some())
}

/// Into another complaint that the actor sees and that stands for itself.
async fn merged(
    read: &Read,
    actor: &Actor,
    proposed: &Proposed<'_>,
    today: Date,
) -> Result<(), ServiceError> {
    let refuse = |message: &str| {
        let pointer = proposed.fields.clone().member(INTO);
        Err(ServiceError::invalid(
            pointer,
            FieldCode::NoSuchTarget,
            message,
        ))
    };
    let into = text(proposed.event, INTO).and_then(|id| TimelineId::parse(&id).ok());
    let Some(into) = into.filter(|into| *into != proposed.id) else {
        return refuse("应为另一件投诉举报的标识（case_ 开头，在那一件的地址里）");
    };
    let found = match load_case(read, into).await {
        Ok(found) => found,
        Err(ServiceError::NotFound) => return refuse("没有这一件投诉举报；请核对"),
        Err(error) => return Err(error),
    };
    let (row, resource) = found;
    let is_seen = decide(actor, Action::Read, &resource, today).allowed;
    let Some(complaint) = row.complaint.filter(|_| is_seen) else {
        return refuse("没有这一件投诉举报；请核对");
    };
    match complaint.is_repeat {
        true => refuse("那一件自己已经并入别的一件；请并入最后的那一件"),
        false => Ok(()),
    }
}
