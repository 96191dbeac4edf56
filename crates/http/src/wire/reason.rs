//! 理由：对别人的账号做的事要写明，记入审计。

use mingjing_edge::problem::Problem;
use mingjing_services::context::{Reason, RequestContext};
use serde::Deserialize;
use utoipa::ToSchema;

/// 为何这样做。
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReasonBody {
    /// 理由，记入审计；审计不删，不要写进个人信息。
    #[schema(max_length = 500)]
    reason: String,
}

/// 为何这样做；对自己做的可以不写。
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReasonIfAny {
    /// 理由，记入审计；是自己的会话，可以不写。
    #[schema(max_length = 500)]
    reason: Option<String>,
}

impl ReasonBody {
    /// 写明了理由的请求。
    pub fn of(self, request: &RequestContext) -> Result<RequestContext, Problem> {
        because(request, &self.reason)
    }
}

impl ReasonIfAny {
    /// 写明了理由的，连同理由的请求。
    pub fn of(self, request: &RequestContext) -> Result<RequestContext, Problem> {
        match self.reason {
            Some(reason) => because(request, &reason),
            None => Ok(request.clone()),
        }
    }
}

/// 同一次请求，写明理由。
pub fn because(request: &RequestContext, reason: &str) -> Result<RequestContext, Problem> {
    Ok(request.clone().because(Reason::parse(reason)?))
}
