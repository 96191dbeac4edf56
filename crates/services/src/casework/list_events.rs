//! 一案的事件：按记录的次序，个人信息遮盖。

use mingjing_domain::event::Event;
use mingjing_kernel::id::{Id, TimelineId, kind};
use mingjing_kernel::moment::Moment;
use mingjing_lawbook::procedure::Procedure;
use mingjing_lawbook::vocabulary::{Audience, Vocabulary};
use mingjing_store::event::{EventHeader, Nature};
use mingjing_store::timeline::LoadedTimeline;

use crate::access::{View, load_case, view_of};
use crate::casework::free_text::Names;
use crate::casework::mask::{self, Sight};
use crate::context::{RequestContext, Services};
use crate::error::ServiceError;
use crate::page::{Cursor, CursorError, Key, Page, PageRequest, cut, of_cursor};

const LIST: &str = "case_events.seq";

/// 一条事件。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventView {
    /// 标识；更正与被更正的相同。
    pub id: Id<kind::Event>,
    /// 序号。
    pub seq: u64,
    /// 种类的中文名；法典不认识的为种类本身。
    pub label: String,
    /// 事件；敏感的已遮盖，除非经过查看的手续。
    pub event: Event,
    /// 性质。
    pub nature: Nature,
    /// 本节点记录的时刻。
    pub recorded_at: Moment,
    /// 来源自称的记录时刻。
    pub source_recorded_at: Option<Moment>,
    /// 谁记的。
    pub account: Option<Id<kind::Account>>,
    /// 附记；是随手写的话，不经查看的手续不给。
    pub note: Option<String>,
    /// 敏感的是否遮盖了。
    pub is_masked: bool,
    /// 内容何时依法抹去。
    pub erased_at: Option<Moment>,
}

/// 列出一案的事件。
#[crate::boxed]
pub async fn list_events(
    services: &Services,
    request: &RequestContext,
    case: Id<kind::Case>,
    page: &PageRequest,
) -> Result<Page<EventView>, ServiceError> {
    let after = match page.after(LIST, 1).map_err(of_cursor)? {
        Some([Key::Int(seq)]) => u64::try_from(*seq).unwrap_or_default(),
        Some(_) => return Err(of_cursor(CursorError::Malformed)),
        None => 0,
    };
    let id = TimelineId::from(case);
    let read = &services.store.reader().await?;
    let (_, resource) = load_case(read, id).await?;
    let view = view_of(&request.actor, &resource, request.today())?;
    let sight = Sight::of(&request.actor, &resource, request.today());
    let loaded = read.load_timeline(id).await?;
    let lawbook = services.lawbook();
    let vocabulary = &lawbook.book.vocabulary;
    let procedure = loaded.header.procedure.clone();
    let procedure = procedure
        .as_deref()
        .and_then(|name| lawbook.procedure(name));
    let is_shown =
        |event: &EventView| view == View::Whole || is_for_both(vocabulary, procedure, event);
    let views = views(vocabulary, loaded, sight).into_iter();
    let after = views.filter(|view| view.seq > after && is_shown(view));
    let rows = after.take(page.size.items() + 1).collect();
    Ok(cut(rows, page, |view| {
        let seq = i64::try_from(view.seq).unwrap_or(i64::MAX);
        Cursor::new(LIST, vec![Key::Int(seq)])
    }))
}

/// Whether the supervised body sees it too: what was served, and the steps of the procedure that are not internal. What
/// else may stand on a timeline (who corrected what and why, who looked at an informant) it does not.
fn is_for_both(vocabulary: &Vocabulary, procedure: Option<&Procedure>, view: &EventView) -> bool {
    let Some(id) = vocabulary.kind(&view.event.kind) else {
        return false;
    };
    let mut steps = procedure.into_iter().flat_map(|it| &it.transitions);
    match vocabulary.kind_of(id).audience {
        Audience::Served => true,
        Audience::Both => steps.any(|step| step.on == id),
        Audience::Internal => false,
    }
}

pub(crate) fn views(
    vocabulary: &Vocabulary,
    loaded: LoadedTimeline,
    sight: Sight,
) -> Vec<EventView> {
    let names = Names::of(vocabulary, &loaded.timeline);
    let events = loaded.timeline.events.into_iter().zip(loaded.events);
    events
        .map(|(event, header)| view(vocabulary, &names, (event, header), sight))
        .collect()
}

fn view(
    vocabulary: &Vocabulary,
    names: &Names,
    (mut event, header): (Event, EventHeader),
    sight: Sight,
) -> EventView {
    mask::event(vocabulary, names, &mut event, sight);
    let declared = vocabulary
        .kind(&event.kind)
        .map(|id| vocabulary.kind_of(id));
    let label = declared.map_or(event.kind.as_str(), |kind| kind.label.as_ref());
    EventView {
        id: header.id,
        seq: header.seq,
        label: label.to_owned(),
        nature: header.nature,
        recorded_at: header.recorded_at,
        source_recorded_at: header.source_recorded_at,
        account: header.account,
        note: header.note.filter(|_| sight == Sight::Revealed),
        is_masked: sight != Sight::Revealed,
        erased_at: header.erased_at,
        event,
    }
}
