//! 换签名密钥：旧钥签新钥，写进库，留审计；由命令行在服务停着时做。

use mingjing_ledger::handover::SignedHandover;
use mingjing_ledger::key::SigningKey;
use mingjing_policy::permission::ResourceKind;
use mingjing_store::tx::Tx;
use serde_json::json;

use crate::context::{RequestContext, Services};
use crate::error::ServiceError;
use crate::perform::{Act, Done, Stop, Subject, perform_afresh};

/// 换钥：在日志此刻的末尾由 `old` 交给 `new`。有进程正在编叶号的，答“暂时做不了”；日志还是空的，答“没有”。
///
/// MUST NOT be reachable over the network: whoever holds both keys is not asked who he is.
#[crate::boxed]
pub async fn hand_over_key(
    services: &Services,
    request: &RequestContext,
    (old, new): (SigningKey, SigningKey),
    holder: String,
) -> Result<SignedHandover, ServiceError> {
    let work = async move |tx: &Tx| {
        let signed = tx.hand_over_key(&holder, &old, &new).await?;
        let signed = signed.ok_or(ServiceError::Unavailable)?;
        let said = signed.handover();
        let print = said.to.fingerprint().map_err(ServiceError::internal)?;
        let detail = json!({
            "number": said.number,
            "size": said.at.size,
            "to": print.to_string(),
        });
        let subject = Subject::of_platform(ResourceKind::LogProof);
        Ok::<_, Stop>(Done::new(signed, subject, detail))
    };
    perform_afresh(services, request, Act::HandOverLogKey, work).await
}
