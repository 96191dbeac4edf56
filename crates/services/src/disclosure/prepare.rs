//! 拟公示稿：把公开稿定下来，等另一人批准；一份决定同时至多一份没有了结的。

use mingjing_kernel::date::Date;
use mingjing_kernel::id::{Id, TimelineId, kind};
use mingjing_policy::permission::Action;
use mingjing_store::disclosure::NewDisclosure;
use mingjing_store::public_record::PublicRecord;
use mingjing_store::tx::{Read, Tx};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::access::{note_refusal, require};
use crate::assessment::write::Ready;
use crate::casework::record_event::require_version;
use crate::context::{RequestContext, Services};
use crate::disclosure::access::{audit, load};
use crate::disclosure::draft::{draft, require_clear};
use crate::error::{FieldCode, Pointer, ServiceError};
use crate::idempotency::{Done, Once, earlier, keep};

/// 要拟的。
#[derive(Debug, Clone)]
pub struct Prepare {
    /// 案件。
    pub case: Id<kind::Case>,
    /// 所据的版本。
    pub expected_version: u64,
    /// 决定事件的标识。
    pub decision: Id<kind::Event>,
    /// 公开到哪一日（含）；没有期限的不写。
    pub shown_until: Option<Date>,
}

/// 拟好了。
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prepared {
    /// 公示稿。
    pub disclosure: Id<kind::Disclosure>,
    /// 案件。
    pub case: Id<kind::Case>,
}

/// 拟一份公示稿。
#[crate::boxed]
pub async fn prepare(
    services: &Services,
    request: &RequestContext,
    command: Prepare,
    once: Option<Once>,
) -> Result<Done<Prepared>, ServiceError> {
    let today = request.today();
    if command.shown_until.is_some_and(|until| until < today) {
        let message = "公开期限已经过去；请写今天以后的日子，或不写";
        let pointer = Pointer::body().member("shown_until");
        return Err(ServiceError::invalid(
            pointer,
            FieldCode::OutOfRange,
            message,
        ));
    }
    let id = TimelineId::from(command.case);
    let refused = audit("disclosure.prepare", id, "/", json!({}));
    let (held, lawbook) = (request.clone(), services.lawbook());
    let write = async move |tx: &Tx| {
        let (row, resource) = load(tx, id, None).await?;
        require(&held.actor, Action::Request, &resource, today)?;
        let loaded = tx.load_for_append(id).await?;
        if let Some(done) = earlier(tx, &held, once.as_ref()).await? {
            return Ok(done);
        }
        require_version(&loaded, command.expected_version)?;
        if tx
            .find_open_disclosure(id, command.decision)
            .await?
            .is_some()
        {
            let text = "这份决定已有一份没有了结的公示稿；请先办完，或作废它。";
            return Err(ServiceError::refused(text));
        }
        let headers = loaded.events.clone();
        let ready = Ready::gather(tx, &lawbook, loaded, today).await?;
        let records = tx.list_public_records_of(id).await?;
        let drafted = draft(
            &lawbook,
            &ready,
            (&headers, &records),
            command.decision,
            today,
        )?;
        require_clear(&drafted.draft)?;
        let standing = standing(tx, id, command.decision).await?;
        let new = NewDisclosure {
            timeline: id,
            decision: command.decision,
            org_path: row.org_path,
            style: drafted.draft.style.clone(),
            body: linked(
                drafted.draft.content,
                command.shown_until,
                standing.as_ref(),
            ),
            shown_until: command.shown_until,
        };
        let made = tx.create_disclosure(&new).await?;
        let detail = json!({ "case": id.to_string(), "decision": command.decision });
        tx.audit(audit("disclosure.prepare", made, &new.org_path, detail))
            .await?;
        let prepared = Prepared {
            disclosure: made,
            case: command.case,
        };
        keep(tx, &held, once.as_ref(), prepared).await
    };
    let result = services
        .store
        .write(&services.context(request), write)
        .await;
    note_refusal(services, request, refused, result).await
}

/// The version of that decision which the public sees now: a new one corrects it.
pub(super) async fn standing(
    read: &Read,
    timeline: TimelineId,
    decision: Id<kind::Event>,
) -> Result<Option<PublicRecord>, ServiceError> {
    let records = read.list_public_records_of(timeline).await?;
    let mut live = records
        .into_iter()
        .filter(|record| record.decision == decision && record.withdrawn.is_none());
    Ok(live.next_back())
}

/// The content with how long it is shown and which version it corrects.
pub(super) fn linked(
    mut content: Json,
    shown_until: Option<Date>,
    corrected: Option<&PublicRecord>,
) -> Json {
    if let Some(members) = content.as_object_mut() {
        if let Some(until) = shown_until {
            members.insert("shown_until".to_owned(), until.to_string().into());
        }
        if let Some(record) = corrected {
            members.insert("corrects".to_owned(), record.id.to_string().into());
        }
    }
    content
}
