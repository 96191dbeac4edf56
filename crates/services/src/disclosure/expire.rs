//! 公示期满：到期的次日由系统停止公示，案件上留一条事件；内容不再给公众看。

use mingjing_domain::event::Event;
use mingjing_store::event::{Nature, NewEvent};
use mingjing_store::finding::EndedBy;
use mingjing_store::public_record::{NewWithdrawal, PublicRecord};
use mingjing_store::tx::{Read, Tx};
use serde_json::json;

use crate::assessment::facts::effective;
use crate::assessment::reassess::assess_within;
use crate::clock_guard::require_settled;
use crate::context::{RequestContext, Services};
use crate::disclosure::access::audit;
use crate::disclosure::withdraw::event_of;
use crate::error::ServiceError;
use crate::limit::CHUNK_TIMELINES;

/// The ground of the list `withdrawal_ground` that the passing of days gives.
const EXPIRED: &str = "expired";

/// 有没有到期未下的。
#[crate::boxed]
pub async fn is_due(services: &Services, request: &RequestContext) -> Result<bool, ServiceError> {
    let read = services.store.reader().await?;
    let ended = read.list_ended_public_records(request.today(), 1).await?;
    Ok(!ended.is_empty())
}

/// 停止到期的公示，一条一个事务；返回停了几条。时钟刚跳到了以后的拒绝。
#[crate::boxed]
pub async fn expire(services: &Services, request: &RequestContext) -> Result<u64, ServiceError> {
    require_settled(services, request).await?;
    let today = request.today();
    let find = async move |read: &Read| {
        let found = read.list_ended_public_records(today, CHUNK_TIMELINES);
        Ok::<_, ServiceError>(found.await?)
    };
    let ended = services.store.read(find).await?;
    let mut count = 0;
    for record in ended {
        count += u64::from(stop(services, request, record).await?);
    }
    Ok(count)
}

async fn stop(
    services: &Services,
    request: &RequestContext,
    record: PublicRecord,
) -> Result<bool, ServiceError> {
    let (today, lawbook) = (request.today(), services.lawbook());
    let write = async move |tx: &Tx| {
        let loaded = tx.load_for_append(record.timeline).await?;
        let how = NewWithdrawal {
            ground: EXPIRED.to_owned(),
            notice: None,
            has_notice: false,
        };
        // Whoever came first has withdrawn it.
        if !tx.withdraw(&record, &how).await? {
            return Ok(false);
        }
        let style = lawbook.publication(&record.style);
        let withdrawal = style.and_then(|style| style.withdrawal(EXPIRED));
        if let Some(withdrawal) = withdrawal {
            let decision = record.decision.to_string();
            let of_it = |event: &Event| event.corrects.as_deref().unwrap_or(&event.id) == decision;
            let found = effective(&loaded.timeline)
                .into_iter()
                .find(|(_, event)| of_it(event));
            let decision = found.map(|(_, event)| event.clone());
            let decision = decision.unwrap_or_else(|| Event::new("", "", today));
            let event = event_of(&lawbook, withdrawal, &record, &decision, today);
            let version = loaded.header.version;
            let new = NewEvent::new(event, Nature::Act);
            tx.append(record.timeline, version, vec![new]).await?;
            assess_within(tx, &lawbook, record.timeline, today, EndedBy::Met).await?;
        }
        let detail = json!({ "case": record.timeline.to_string(), "ground": EXPIRED });
        tx.audit(audit(
            "disclosure.withdraw",
            record.id,
            &record.org_path,
            detail,
        ))
        .await?;
        Ok::<_, ServiceError>(true)
    };
    services
        .store
        .write(&services.context(request), write)
        .await
}
