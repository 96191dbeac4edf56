//! `GET /api/v1/log/key`：核对检查点所用的公钥，与历次换钥的声明。

use axum::Json;
use axum::extract::State as Of;
use mingjing_edge::problem::{Problem, ProblemCode};
use mingjing_services::error::ServiceError;
use mingjing_services::log::list_handovers;
use mingjing_services::model::{SignedHandover, SigningKey, VerifyingKey};
use serde::Serialize;
use utoipa::ToSchema;

use crate::state::State;
use crate::wire::instant;

/// 日志的公钥。
#[derive(Debug, Serialize, ToSchema)]
pub struct LogKeyAnswer {
    /// 公钥与换钥的经过。
    log_key: LogKey,
}

/// 公钥与换钥的经过。
#[derive(Debug, Serialize, ToSchema)]
pub struct LogKey {
    /// 现在签检查点的公钥，PEM；核对用的文件就是它。
    public_key: String,
    /// 指纹：散列的名称与十六进制。以本机关公布的为准，不以这里的为准。
    fingerprint: String,
    /// 算法套件。
    #[schema(example = "sm2-sm3")]
    suite: String,
    /// 历次换钥，先后为序；没有换过的为空。
    handovers: Vec<HandoverOut>,
}

/// 一次换钥：旧钥、新钥都签了名。
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KeyHandover)]
pub struct HandoverOut {
    /// 第几次，从 1 起。
    number: u64,
    /// 换钥时的条数：不多于此的检查点由旧钥签，更多的由新钥签。
    size: u64,
    /// 何时。
    #[schema(format = DateTime)]
    at: String,
    /// 旧钥的指纹。
    from: String,
    /// 新钥的指纹。
    to: String,
    /// 声明的原文连同两个签名，写法见 docs/log-format.md；核对时以它为准。
    note: String,
}

/// 查看日志的公钥
///
/// 换过钥的，信得过最早的一把就核对得了后来的各把。
#[utoipa::path(get, path = "/api/v1/log/key", operation_id = "get_log_key", tag = "存证",
    responses(
        (status = 200, description = "公钥", body = LogKeyAnswer),
        (status = 404, description = "这一个进程没有日志的公钥"),
    ))]
pub async fn get_log_key(Of(state): Of<State>) -> Result<Json<LogKeyAnswer>, Problem> {
    let Some(key) = state.log_key.as_ref().map(SigningKey::verifying_key) else {
        return Err(Problem::new(ProblemCode::NotFound));
    };
    let handovers = list_handovers(&state.services).await?;
    let handovers = handovers.iter().map(handover);
    Ok(Json(LogKeyAnswer {
        log_key: LogKey {
            public_key: key.to_pem().map_err(ServiceError::internal)?,
            fingerprint: fingerprint(&key)?,
            suite: key.suite().name().to_owned(),
            handovers: handovers.collect::<Result<_, _>>()?,
        },
    }))
}

fn handover(signed: &SignedHandover) -> Result<HandoverOut, Problem> {
    let said = signed.handover();
    Ok(HandoverOut {
        number: said.number,
        size: said.at.size,
        at: instant::of(said.at.time),
        from: fingerprint(&said.from)?,
        to: fingerprint(&said.to)?,
        note: signed.to_text().map_err(ServiceError::internal)?,
    })
}

fn fingerprint(key: &VerifyingKey) -> Result<String, Problem> {
    let print = key.fingerprint().map_err(ServiceError::internal)?;
    Ok(print.to_string())
}
