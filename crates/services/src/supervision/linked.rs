//! 事项所监督的发现：在各自的案件上，现在的样子。

use mingjing_kernel::date::Date;
use mingjing_policy::actor::Actor;
use mingjing_policy::decision::decide;
use mingjing_policy::permission::{Action, ResourceKind};
use mingjing_policy::resource::Resource;
use mingjing_store::finding::FindingRow;
use mingjing_store::tx::Read;

use crate::access::load_case;
use crate::assessment::facts::Stated;
use crate::error::ServiceError;

/// The findings of a matter that its reader sees.
pub(crate) struct Linked {
    /// As they stand; those ended are among them.
    pub(crate) rows: Vec<FindingRow>,
    /// Those on cases that were made confidential since: nothing of them is told but that they are.
    pub(crate) hidden: usize,
}

/// The findings that a matter supervises, as far as the actor may read them.
pub(crate) async fn linked_findings(
    read: &Read,
    stated: &Stated,
    (actor, on): (&Actor, Date),
) -> Result<Linked, ServiceError> {
    let mut linked = Linked {
        rows: Vec::new(),
        hidden: 0,
    };
    for id in stated.supervises.values().flatten() {
        let Some(row) = read.find_finding(id).await? else {
            continue;
        };
        let (_, resource) = load_case(read, row.timeline).await?;
        let finding = Resource {
            kind: ResourceKind::Finding,
            ..resource
        };
        match decide(actor, Action::Read, &finding, on).allowed {
            true => linked.rows.push(row),
            false => linked.hidden += 1,
        }
    }
    Ok(linked)
}

/// All of them, for the body whose own cases they are on.
pub(crate) async fn own_findings(read: &Read, stated: &Stated) -> Result<Linked, ServiceError> {
    let mut rows = Vec::new();
    for id in stated.supervises.values().flatten() {
        rows.extend(read.find_finding(id).await?);
    }
    Ok(Linked { rows, hidden: 0 })
}
