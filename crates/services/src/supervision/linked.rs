//! 事项所监督的发现：在各自的案件上，现在的样子。

use mingjing_store::finding::FindingRow;
use mingjing_store::tx::Read;

use crate::assessment::facts::Stated;
use crate::error::ServiceError;

/// The findings that a matter supervises, as they stand; those ended are among them.
pub(crate) async fn linked_findings(
    read: &Read,
    stated: &Stated,
) -> Result<Vec<FindingRow>, ServiceError> {
    let mut rows = Vec::new();
    for id in stated.supervises.values().flatten() {
        rows.extend(read.find_finding(id).await?);
    }
    Ok(rows)
}
