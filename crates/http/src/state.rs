//! 状态：处理函数要用的服务，一个进程一份。

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use mingjing_edge::context::RequestContext;
use mingjing_edge::measure::Meter;
use mingjing_edge::session::{CookieKind, Session, SessionToken, Sessions};
use mingjing_edge::stream::Streams;
use mingjing_policy::actor::Actor;
use mingjing_services::error::ServiceError;
use mingjing_services::rulebook::Rulebook;

/// 一个装箱的将来的结果。
pub type Pending<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// 由会话令牌找会话，接到服务上。
pub type FindSession = Arc<
    dyn Fn(SessionToken, RequestContext) -> Pending<Result<Option<Session<Actor>>, ServiceError>>
        + Send
        + Sync,
>;

/// 一项就绪核对。
#[derive(Clone)]
pub struct ReadyCheck {
    /// 名字，如 `database`。
    pub name: &'static str,
    /// 好了没有。
    pub is_ready: Arc<dyn Fn() -> Pending<bool> + Send + Sync>,
}

/// 处理函数要用的服务。
#[derive(Clone)]
pub struct Services {
    /// 法典目录。
    pub rulebook: Rulebook,
    /// 由会话令牌找会话。
    pub find_session: FindSession,
    /// 就绪核对。
    pub ready_checks: Vec<ReadyCheck>,
    /// 会话 cookie 的写法。
    pub cookie: CookieKind,
    /// 事件流。
    pub streams: Streams,
    /// 指标。
    pub meter: Meter,
}

/// 状态。
#[derive(Clone)]
pub struct State(Arc<Services>);

impl State {
    /// 由各项服务构成。
    pub fn new(services: Services) -> Self {
        State(Arc::new(services))
    }
}

impl std::ops::Deref for State {
    type Target = Services;

    fn deref(&self) -> &Services {
        &self.0
    }
}

impl Sessions for State {
    type Actor = Actor;

    fn cookie(&self) -> CookieKind {
        self.0.cookie
    }

    async fn find_session(
        &self,
        token: &SessionToken,
        context: &RequestContext,
    ) -> Result<Option<Session<Actor>>, ServiceError> {
        (self.0.find_session)(token.clone(), context.clone()).await
    }
}
