//! 案卷包：一案的全部事件、内容、盐、证明与检查点，一个文件；拿到的人不问任何服务器就能核对。

use mingjing_kernel::id::{Id, TimelineId, kind};
use mingjing_ledger::bundle::{CaseBundle, Disclosure, Record};
use mingjing_ledger::checkpoint::SignedCheckpoint;
use mingjing_ledger::entry::Entry;
use mingjing_ledger::key::VerifyingKey;
use mingjing_policy::permission::Action;
use mingjing_store::event_record::EventRecord;
use mingjing_store::tx::{Read, Tx};
use serde_json::json;

use crate::access::{case_audit, load_case, note_refusal, require};
use crate::casework::record_event::check_reason;
use crate::context::{RequestContext, Services};
use crate::error::ServiceError;

/// 做一案的案卷包。里面有个人信息的原文，理由记入审计；`key` 是本节点的公钥，包里写它的指纹。
///
/// [`ServiceError::Unavailable`] when an event has not reached the log yet: that takes a second, then ask again.
pub async fn bundle(
    services: &Services,
    request: &RequestContext,
    case: Id<kind::Case>,
    reason: &str,
    key: &VerifyingKey,
) -> Result<Vec<u8>, ServiceError> {
    check_reason("reason", reason)?;
    let id = TimelineId::from(case);
    let refused = case_audit("case.bundle", id, "/", json!({}));
    let (held, reason) = (request.clone(), reason.to_owned());
    let write = async move |tx: &Tx| {
        let (row, resource) = load_case(tx, id).await?;
        require(&held.actor, Action::Bundle, &resource, held.today())?;
        let audit = case_audit(
            "case.bundle",
            id,
            &row.org_path,
            json!({ "reason": reason }),
        );
        tx.audit(audit).await?;
        Ok::<_, ServiceError>(())
    };
    let permitted = services
        .store
        .write(&services.context(request), write)
        .await;
    note_refusal(services, request, refused, permitted).await?;
    let gather = async |read: &Read| gather(read, id).await;
    let (checkpoint, records) = services.store.read(gather).await?;
    let fingerprint = key
        .fingerprint()
        .map_err(ServiceError::internal)?
        .to_string();
    let bundle = CaseBundle::new(checkpoint, fingerprint, records);
    bundle
        .and_then(|bundle| bundle.to_bytes())
        .map_err(ServiceError::internal)
}

async fn gather(
    read: &Read,
    id: TimelineId,
) -> Result<(SignedCheckpoint, Vec<Record>), ServiceError> {
    let found = read.list_event_records(id).await?;
    let size = found.records.last().map_or(0, |record| record.index + 1);
    if found.pending > 0 {
        return Err(ServiceError::Unavailable);
    }
    let erased = found
        .records
        .iter()
        .filter(|record| is_erased(record))
        .count();
    let erasures = found
        .records
        .iter()
        .filter(|record| is_erasure(record))
        .count();
    if erased > erasures {
        // The entry that says so is still on its way into the log.
        return Err(ServiceError::Unavailable);
    }
    let checkpoint = read.checkpoint_covering(size).await?;
    let checkpoint = checkpoint.ok_or(ServiceError::Unavailable)?;
    let log_size = checkpoint.checkpoint().size;
    let mut records = Vec::with_capacity(found.records.len());
    for record in found.records {
        records.push(Record {
            index: record.index,
            proof: read.inclusion_proof(record.index, log_size).await?,
            disclosure: disclosure(&record),
            entry: record.entry,
        });
    }
    Ok((checkpoint, records))
}

fn disclosure(record: &EventRecord) -> Disclosure {
    match (&record.entry, &record.content) {
        (_, Some((content, salt))) => Disclosure::Salted {
            content: content.clone(),
            salt: *salt,
        },
        (Entry::Erasure(_), None) => Disclosure::Nothing,
        (Entry::Event(_) | Entry::Audit(_) | Entry::Public(_), None) => Disclosure::Erased,
    }
}

fn is_erasure(record: &EventRecord) -> bool {
    matches!(record.entry, Entry::Erasure(_))
}

fn is_erased(record: &EventRecord) -> bool {
    !is_erasure(record) && record.content.is_none()
}
