//! 公示的权限与审计：案件作为公示的对象，拟稿人是第一步的人。

use mingjing_kernel::id::{Id, TimelineId, kind};
use mingjing_policy::grant::AccountId;
use mingjing_policy::permission::ResourceKind;
use mingjing_policy::resource::Resource;
use mingjing_store::audit::NewAudit;
use mingjing_store::case_row::CaseRow;
use mingjing_store::tx::Read;

use crate::access::load_case;
use crate::error::ServiceError;

/// The case as a thing to be disclosed.
pub(super) async fn load(
    read: &Read,
    timeline: TimelineId,
    prepared_by: Option<Id<kind::Account>>,
) -> Result<(CaseRow, Resource), ServiceError> {
    let (row, resource) = load_case(read, timeline).await?;
    let by = prepared_by.map(|account| AccountId::parse(&account.to_string()));
    let by = by.transpose().map_err(ServiceError::internal)?;
    let resource = Resource {
        kind: ResourceKind::Disclosure,
        requested_by: by.into_iter().collect(),
        ..resource
    };
    Ok((row, resource))
}

/// An audit record of a disclosure. The detail holds identifiers and codes only.
pub(super) fn audit(
    action: &str,
    id: impl ToString,
    org_path: &str,
    detail: serde_json::Value,
) -> NewAudit {
    NewAudit {
        action: action.to_owned(),
        resource_kind: "disclosure".to_owned(),
        resource_id: Some(id.to_string()),
        org_path: org_path.to_owned(),
        is_allowed: true,
        detail,
    }
}
