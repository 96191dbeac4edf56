//! 收下一份名单：原文件已按摘要暂存，这里记下一批；再交一次得到同一批。

use mingjing_interchange::adapters::choice::Adapter;
use mingjing_interchange::mapping::Mapping;
use mingjing_kernel::id::{Id, kind};
use mingjing_lawbook::explain::value::mask_numbers;
use mingjing_ledger::suite::Suite;
use mingjing_policy::grant::AccountId;
use mingjing_policy::org::OrgPath;
use mingjing_policy::permission::{Action, ResourceKind};
use mingjing_policy::resource::Resource;
use mingjing_store::import::{Batch, NewBatch};
use mingjing_store::tx::{Read, Tx};
use serde_json::json;
use std::sync::Arc;

use crate::access::{note_refusal, require};
use crate::context::{RequestContext, Services};
use crate::error::{FieldCode, FieldError, Pointer, ServiceError};
use crate::intake::chunk::batch_audit;
use crate::limit::{FILE_NAME_CHARS_MAX, SOURCE_CHARS_MAX};
use crate::spool::Kept;

/// 要收下的名单。
#[derive(Debug, Clone)]
pub struct AcceptList {
    /// 来源的名称：同一来源里同一标识的是同一案，如“市监局·双公示”。
    pub source: String,
    /// 是别的系统推来的；假的为人交来的文件。
    pub is_pushed: bool,
    /// 内置适配器的标识；不写由内容认出。
    pub adapter: Option<String>,
    /// 映射文件的原文；与 `adapter` 只能写一个。
    pub mapping: Option<String>,
    /// 文件名，用在位置里。
    pub file_name: String,
    /// 暂存好的文件。
    pub file: Kept,
    /// 没有写机关的行归哪个登记的主体。
    pub body: Option<String>,
    /// 交来的人代表的机构。
    pub org: OrgPath,
}

/// 收下的结果。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// 批。
    pub batch: Batch,
    /// 早已收过同样的一份，这是原来的那一批。
    pub is_repeated: bool,
}

/// 收下。返回时批与文件都已落盘，交的人可以走了。
#[crate::boxed]
pub async fn accept(
    services: &Services,
    request: &RequestContext,
    command: AcceptList,
) -> Result<Accepted, ServiceError> {
    check(&command)?;
    let resource = batch_resource(&command.org, request.actor.account.clone());
    let permitted = require(&request.actor, Action::DryRun, &resource, request.today());
    let refused = batch_audit("import.accept", None, command.org.as_str(), json!({}));
    note_refusal(
        services,
        request,
        refused,
        permitted.map_err(|_| ServiceError::Forbidden),
    )
    .await?;
    let new = NewBatch {
        request_digest: digest(&command),
        source: command.source,
        is_pushed: command.is_pushed,
        adapter: command.adapter,
        mapping: command.mapping,
        // Some name the file after the person that it is about; nobody needs the number to find the file.
        file_name: mask_numbers(&command.file_name),
        file_digest: command.file.digest,
        file_bytes: command.file.bytes,
        body: command.body,
        org_path: command.org.to_string(),
    };
    let write = async move |tx: &Tx| {
        let earlier = tx.find_batch_of_request(&new.request_digest).await?;
        if let Some(batch) = earlier.filter(|batch| batch.file_removed_at.is_none()) {
            return Ok(Accepted {
                batch,
                is_repeated: true,
            });
        }
        let id = tx.create_batch(&new).await?;
        let detail = json!({ "bytes": new.file_bytes, "is_pushed": new.is_pushed });
        tx.audit(batch_audit("import.accept", id, &new.org_path, detail))
            .await?;
        let batch = tx.find_batch(id).await?.ok_or(ServiceError::NotFound)?;
        Ok::<_, ServiceError>(Accepted {
            batch,
            is_repeated: false,
        })
    };
    services
        .store
        .write(&services.context(request), write)
        .await
}

/// The adapter that a batch names; `None` leaves it to the content.
pub(super) fn adapter_of(
    adapter: Option<&str>,
    mapping: Option<&str>,
) -> Result<Option<Adapter>, ServiceError> {
    if let Some(text) = mapping {
        let mapping = Mapping::parse(text, "映射文件").map_err(|error| {
            let pointer = Pointer::body().member("mapping");
            ServiceError::invalid(pointer, FieldCode::Malformed, error.to_string())
        })?;
        return Ok(Some(Adapter::Mapped(Arc::new(mapping))));
    }
    let Some(id) = adapter else {
        return Ok(None);
    };
    let found = Adapter::find(id).ok_or_else(|| {
        let names: Vec<String> = Adapter::list()
            .iter()
            .map(|(id, name)| format!("{id}（{name}）"))
            .collect();
        let message = format!("没有这个适配器；可以是：{}", names.join("、"));
        ServiceError::invalid(
            Pointer::body().member("adapter"),
            FieldCode::NotAChoice,
            message,
        )
    })?;
    Ok(Some(found))
}

/// A batch as the policy sees it.
pub(super) fn batch_resource(org: &OrgPath, owner: Option<AccountId>) -> Resource {
    Resource {
        owner,
        ..Resource::new(ResourceKind::Import, org.clone())
    }
}

/// A batch that the actor may do this with; what he may not know of is not found.
pub(super) async fn permitted_batch(
    services: &Services,
    request: &RequestContext,
    id: Id<kind::Batch>,
    action: Action,
) -> Result<Batch, ServiceError> {
    let find = async |read: &Read| read.find_batch(id).await;
    let batch = services
        .store
        .read(find)
        .await?
        .ok_or(ServiceError::NotFound)?;
    let org = OrgPath::parse(&batch.of.org_path).map_err(ServiceError::internal)?;
    let owner = batch
        .account
        .map(|account| AccountId::parse(&account.to_string()));
    let owner = owner.transpose().map_err(ServiceError::internal)?;
    let allowed = require(
        &request.actor,
        action,
        &batch_resource(&org, owner),
        request.today(),
    );
    let refused = batch_audit(
        "import.refused",
        id,
        org.as_str(),
        json!({ "action": action }),
    );
    note_refusal(services, request, refused, allowed).await?;
    Ok(batch)
}

fn check(command: &AcceptList) -> Result<(), ServiceError> {
    let mut errors = Vec::new();
    for (name, text, max) in [
        ("source", &command.source, SOURCE_CHARS_MAX),
        ("file_name", &command.file_name, FILE_NAME_CHARS_MAX),
    ] {
        let is_plain = !text.trim().is_empty() && !text.chars().any(char::is_control);
        if !is_plain || text.chars().count() > max {
            let message = format!("须为 1 至 {max} 个字，没有换行");
            let pointer = Pointer::body().member(name);
            errors.push(FieldError::new(pointer, FieldCode::Malformed, message));
        }
    }
    if command.adapter.is_some() && command.mapping.is_some() {
        let pointer = Pointer::body().member("mapping");
        let message = "适配器与映射文件只能写一个";
        errors.push(FieldError::new(pointer, FieldCode::NotAllowed, message));
    }
    if !errors.is_empty() {
        return Err(ServiceError::Invalid(errors));
    }
    adapter_of(command.adapter.as_deref(), command.mapping.as_deref()).map(|_| ())
}

/// The same file read in the same way for the same place is the same request, whoever sends it and whatever its name.
fn digest(command: &AcceptList) -> [u8; 32] {
    let text = json!([
        command.source,
        command.is_pushed,
        command.adapter,
        command.mapping,
        command.body,
        command.org.as_str(),
    ]);
    let text = text.to_string();
    *Suite::Sm
        .hash(&[&command.file.digest, b"\n", text.as_bytes()])
        .as_bytes()
}
