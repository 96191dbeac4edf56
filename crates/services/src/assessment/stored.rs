//! 库里的案件，一段一段地取出来给别的法典试算：只读，连同登记的事实，什么也不写。

use mingjing_domain::timeline::Timeline;
use mingjing_kernel::date::Date;
use mingjing_kernel::id::TimelineId;
use mingjing_kernel::id::kind::TimelineKind;
use mingjing_store::timeline::LoadedTimeline;
use mingjing_store::tx::Read;

use crate::assessment::asked::Asked;
use crate::assessment::facts::{Stated, stated};
use crate::assessment::registry::{Wanted, over};
use crate::assessment::write::tell_corrections_apart;
use crate::context::Services;
use crate::error::ServiceError;
use crate::limit::CHUNK_TIMELINES;

/// 库里的一案：事件、覆盖范围与全部事实，像判断它时那样。
#[derive(Debug, Clone)]
pub struct StoredCase {
    /// 时间线。
    pub timeline: Timeline,
    /// 机关的名称；登记簿里没有的为标识。
    pub body: Option<String>,
}

/// 下一段案件的标识；到头了为空。
#[crate::boxed]
pub async fn list_stored(
    services: &Services,
    after: Option<TimelineId>,
) -> Result<Vec<TimelineId>, ServiceError> {
    let list = async move |read: &Read| {
        let kind = TimelineKind::Case;
        let headers = read.list_timelines(kind, after, CHUNK_TIMELINES).await?;
        Ok::<_, ServiceError>(headers.into_iter().map(|header| header.id).collect())
    };
    services.store.read_whole(list).await
}

/// 取出这些案件；事实取现在登记的。
#[crate::boxed]
pub async fn load_stored(
    services: &Services,
    ids: Vec<TimelineId>,
    today: Date,
) -> Result<Vec<StoredCase>, ServiceError> {
    let lawbook = services.lawbook();
    let load = async move |read: &Read| {
        let loaded = read.load_timelines(&ids).await?.into_iter();
        let read_facts = |loaded: LoadedTimeline| {
            let mut timeline = loaded.timeline;
            tell_corrections_apart(&mut timeline);
            let stated = stated(&timeline);
            let wanted = Wanted::of(&timeline, &stated);
            (timeline, stated, wanted)
        };
        let read_facts: Vec<_> = loaded.map(read_facts).collect();
        let mut asked = Asked::default();
        let all = read_facts.iter().map(|(_, _, wanted)| wanted);
        asked.read_ahead(read, all).await?;
        let with_facts = |(mut timeline, stated, wanted): (Timeline, Stated, Wanted)| {
            let registered = asked.facts(&lawbook, &wanted, today);
            timeline.facts = over(&stated.facts, &registered.facts);
            (timeline, stated.body)
        };
        let cases: Vec<_> = read_facts.into_iter().map(with_facts).collect();
        let bodies: Vec<&str> = cases.iter().filter_map(|(_, b)| b.as_deref()).collect();
        let names = read.list_bodies_by_id(&bodies).await?;
        let named = |(timeline, body): (Timeline, Option<String>)| {
            let name = |id: &String| names.get(id).map(|known| known.name.clone());
            StoredCase {
                timeline,
                body: body.map(|id| name(&id).unwrap_or(id)),
            }
        };
        Ok::<_, ServiceError>(cases.into_iter().map(named).collect())
    };
    services.store.read_whole(load).await
}
