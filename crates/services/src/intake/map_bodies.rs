//! 认定机关：名单里的名称是哪个登记的主体；按来源记住，下一次照用。

use std::collections::BTreeMap;

use mingjing_kernel::id::{Id, kind};
use mingjing_policy::org::OrgPath;
use mingjing_policy::permission::{Action, ResourceKind};
use mingjing_policy::resource::Resource;
use mingjing_store::body_mapping::RegisteredBody;
use mingjing_store::import_row::UnknownBody;
use mingjing_store::tx::{Read, Tx};
use serde_json::json;

use crate::access::require;
use crate::context::{RequestContext, Services};
use crate::error::{FieldCode, FieldError, Pointer, ServiceError};
use crate::idempotency::{earlier, keep};
use crate::intake::accept::permitted_batch;
use crate::intake::chunk::batch_audit;

/// 一条认定。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MapBody {
    /// 名单里的名称。
    pub name: String,
    /// 登记的主体的标识。
    pub body: String,
}

/// 名单里还没有认定的机关，行多的在前。
#[crate::boxed]
pub async fn list_unknown_bodies(
    services: &Services,
    request: &RequestContext,
    id: Id<kind::Batch>,
) -> Result<Vec<UnknownBody>, ServiceError> {
    permitted_batch(services, request, id, Action::Read).await?;
    let read = async |read: &Read| Ok(read.list_unknown_bodies(id).await?);
    services.store.read(read).await
}

/// 认定。主体须已登记，且在认定的人的范围之内；一条不成立，一条也不记。
#[crate::boxed]
pub async fn map_bodies(
    services: &Services,
    request: &RequestContext,
    id: Id<kind::Batch>,
    mappings: Vec<MapBody>,
) -> Result<(), ServiceError> {
    let batch = permitted_batch(services, request, id, Action::MapBodies).await?;
    let request_held = request.clone();
    let write = async move |tx: &Tx| {
        let once = request_held.once.as_ref();
        if earlier::<()>(tx, &request_held, once).await?.is_some() {
            return Ok(());
        }
        let ids: Vec<&str> = mappings
            .iter()
            .map(|mapping| mapping.body.as_str())
            .collect();
        let bodies = tx.list_bodies_by_id(&ids).await?;
        check(&request_held, &mappings, &bodies)?;
        for mapping in &mappings {
            tx.put_body_mapping(&batch.of.source, mapping.name.trim(), &mapping.body)
                .await?;
        }
        let detail = json!({ "bodies": ids });
        tx.audit(batch_audit(
            "import.map_bodies",
            id,
            &batch.of.org_path,
            detail,
        ))
        .await?;
        keep(tx, &request_held, once, ()).await?;
        Ok::<_, ServiceError>(())
    };
    services
        .store
        .write(&services.context(request), write)
        .await
}

fn check(
    request: &RequestContext,
    mappings: &[MapBody],
    bodies: &BTreeMap<String, RegisteredBody>,
) -> Result<(), ServiceError> {
    let mut errors = Vec::new();
    for (index, mapping) in mappings.iter().enumerate() {
        let pointer = Pointer::body()
            .member("body_mappings")
            .index(index)
            .member("body");
        let org = bodies
            .get(&mapping.body)
            .map(|body| OrgPath::parse(&body.path));
        let org = org.transpose().map_err(ServiceError::internal)?;
        let is_permitted = org.is_some_and(|org| {
            let resource = Resource::new(ResourceKind::Import, org);
            require(
                &request.actor,
                Action::MapBodies,
                &resource,
                request.today(),
            )
            .is_ok()
        });
        if !is_permitted {
            let message = "登记簿里没有这个主体，或不在您的范围；请核对，没有登记的先登记";
            errors.push(FieldError::new(pointer, FieldCode::NoSuchTarget, message));
        }
    }
    if errors.is_empty() {
        Ok(())
    } else {
        Err(ServiceError::Invalid(errors))
    }
}
