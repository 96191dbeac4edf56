//! 接下来可以做什么：状态表的出口、守卫的回答、还缺什么，连同这个人可不可以做。

use mingjing_domain::procedure::{NextAction, Recordable};
use mingjing_kernel::id::{Id, TimelineId, kind};
use mingjing_lawbook::assess::Options;
use mingjing_lawbook::prepare::prepare;
use mingjing_lawbook::proceed::actions;
use mingjing_policy::decision::decide;
use mingjing_policy::permission::Action;

use crate::access::{View, load_case, may_record, view_of};
use crate::assessment::write::Ready;
use crate::context::{RequestContext, Services};
use crate::error::ServiceError;

/// 接下来可以做的。
#[derive(Debug, Clone, PartialEq)]
pub struct NextActions {
    /// 版本：据此提交。
    pub version: u64,
    /// 现在可以走的各步。
    pub actions: Vec<Possible>,
    /// 任何时候都能记的事；这个人不能在本案记录的为空。
    pub recordable: Vec<Recordable>,
}

/// 可以走的一步。
#[derive(Debug, Clone, PartialEq)]
pub struct Possible {
    /// 这一步。
    pub action: NextAction,
    /// 这个人可不可以做。
    pub is_permitted: bool,
    /// 为什么可以或不可以，中文。
    pub because: String,
}

/// 取一案接下来可以做的。
#[crate::boxed]
pub async fn next_actions(
    services: &Services,
    request: &RequestContext,
    case: Id<kind::Case>,
) -> Result<NextActions, ServiceError> {
    let id = TimelineId::from(case);
    let lawbook = services.lawbook();
    let today = request.today();
    let read = &services.store.reader().await?;
    let (row, resource) = load_case(read, id).await?;
    let view = view_of(&request.actor, &resource, today)?;
    let loaded = read.load_timeline(id).await?;
    let ready = Ready::gather(read, &lawbook, loaded, today).await?;
    let case = prepare(&lawbook.book.vocabulary, &ready.timeline, Some(today), None);
    let possible = actions::next_actions(&lawbook, &case, &Options::default());
    let actions = possible.into_iter().map(|action| {
        let (actor, asked) = (&request.actor, (&row, &resource));
        let decision = may_record(actor, &lawbook, asked, &action.kind.code, today);
        Possible {
            action,
            is_permitted: decision.allowed,
            because: decision.because.to_string(),
        }
    });
    // What those who supervise may do next is not for the body that is supervised.
    let actions = actions.filter(|action| view == View::Whole || action.is_permitted);
    let may_record = decide(&request.actor, Action::RecordEvent, &resource, today).allowed;
    Ok(NextActions {
        version: ready.header.version,
        actions: actions.collect(),
        recordable: if may_record {
            actions::recordable(&lawbook)
        } else {
            Vec::new()
        },
    })
}
