//! 来者：登录完成的人，与他的这一次请求；登录到一半的只能做登录自己的事。

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use mingjing_edge::context::RequestContext;
use mingjing_edge::problem::{Problem, ProblemCode};
use mingjing_edge::session::SignedIn;
use mingjing_services::admin::session::{CurrentSession, Stage};
use mingjing_services::context::RequestContext as ServiceRequest;
use mingjing_services::model::AccountKey;

use crate::repeat::Sent;
use crate::state::State;

/// 登录完成的人。
pub struct Caller {
    /// 会话。
    pub session: Arc<CurrentSession>,
    /// 这一次请求。
    pub request: ServiceRequest,
}

/// 有会话的人，登录到哪一步都可以：只用于登录自己的事。
pub struct HalfCaller {
    /// 会话。
    pub session: Arc<CurrentSession>,
    /// 这一次请求。
    pub request: ServiceRequest,
    /// 从哪里来。
    pub client: String,
}

impl Caller {
    /// “只要自己的”写成账号；没有要求的不限。
    pub fn mine(&self, is_mine: Option<bool>) -> Option<AccountKey> {
        is_mine.unwrap_or_default().then_some(self.session.account)
    }
}

impl FromRequestParts<State> for HalfCaller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Problem> {
        let SignedIn(session) =
            SignedIn::<Arc<CurrentSession>>::from_request_parts(parts, state).await?;
        let context = RequestContext::from_request_parts(parts, state).await?;
        let trace_id = context.trace_id.as_str();
        let actor = session.actor.clone();
        let account = Some(session.account);
        Ok(HalfCaller {
            request: state.services.request(actor, account, trace_id),
            session,
            client: context.peer.to_string(),
        })
    }
}

impl FromRequestParts<State> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Problem> {
        let half = HalfCaller::from_request_parts(parts, state).await?;
        match half.session.stage {
            Stage::Full => {
                let once = match parts.extensions.get::<Sent>() {
                    Some(Sent::Keyed(once)) => Some(once.clone()),
                    Some(Sent::KeyMissing) => {
                        return Err(Problem::new(ProblemCode::IdempotencyKeyRequired));
                    }
                    None => None,
                };
                Ok(Caller {
                    session: half.session,
                    request: ServiceRequest {
                        once,
                        ..half.request
                    },
                })
            }
            Stage::SecondFactor | Stage::ChangePassword => {
                Err(Problem::new(ProblemCode::SignInUnfinished))
            }
        }
    }
}
