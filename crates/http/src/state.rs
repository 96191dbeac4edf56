//! 状态：处理函数要用的服务，一个进程一份。

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use mingjing_edge::context::RequestContext;
use mingjing_edge::measure::Meter;
use mingjing_edge::problem::{Problem, ProblemCode};
use mingjing_edge::session::{CookieKind, CsrfToken, Session, SessionToken, Sessions};
use mingjing_edge::stream::Streams;
use mingjing_policy::actor::Actor;
use mingjing_services::admin::session::{CurrentSession, find_session};
use mingjing_services::admin::token::Token;
use mingjing_services::context::{RequestContext as ServiceRequest, Services};
use mingjing_services::error::ServiceError;
use mingjing_services::log::is_log_moving;
use mingjing_services::model::SigningKey;
use mingjing_services::rulebook::Rulebook;
use mingjing_services::spool::Spool;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// 同时做着的导入：每个占着一个读文件的线程，写者又只有一个，多了谁也快不了。
const RUNS_MAX: usize = 2;

/// 一个装箱的将来的结果。
pub type Pending<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// 一项就绪核对。
#[derive(Clone)]
pub struct ReadyCheck {
    /// 名字，如 `database`。
    pub name: &'static str,
    /// 没好的就不能办事；否则只是说出来：事照办，人去看。
    pub is_required: bool,
    /// 好了没有。
    pub is_ready: Arc<dyn Fn() -> Pending<bool> + Send + Sync>,
}

impl ReadyCheck {
    /// 库读得到。
    pub fn of_database(services: &Arc<Services>) -> ReadyCheck {
        let services = Arc::clone(services);
        ReadyCheck {
            name: "database",
            is_required: true,
            is_ready: Arc::new(move || {
                let services = Arc::clone(&services);
                Box::pin(async move { services.store.reader().await.is_ok() })
            }),
        }
    }

    /// 日志有人在入：没有条目等得太久。等着的已经落盘，迟早会入，来的请求照样办得了。
    pub fn of_log(services: &Arc<Services>) -> ReadyCheck {
        let services = Arc::clone(services);
        ReadyCheck {
            name: "log",
            is_required: false,
            is_ready: Arc::new(move || {
                let services = Arc::clone(&services);
                Box::pin(async move { is_log_moving(&services).await.unwrap_or(false) })
            }),
        }
    }
}

/// 接线：由装配的一方给出。
#[derive(Clone)]
pub struct Wiring {
    /// 服务。
    pub services: Arc<Services>,
    /// 就绪核对。
    pub ready_checks: Vec<ReadyCheck>,
    /// 会话 cookie 的写法。
    pub cookie: CookieKind,
    /// 事件流。
    pub streams: Streams,
    /// 暂存处：收下的名单放在这里；没有的不收名单，也不清除。
    pub spool: Option<Spool>,
    /// 日志的签名密钥：案卷包里整案的声明由它签；没有的不给案卷包。
    pub log_key: Option<SigningKey>,
    /// 指标。
    pub meter: Meter,
}

/// 状态。
#[derive(Clone)]
pub struct State(Arc<Inner>);

struct Inner {
    wiring: Wiring,
    rulebook: Mutex<Rulebook>,
    runs: Arc<Semaphore>,
}

impl State {
    /// 由接线构成。
    pub fn new(wiring: Wiring) -> Self {
        let rulebook = Mutex::new(Rulebook::new(wiring.services.lawbook()));
        let runs = Arc::new(Semaphore::new(RUNS_MAX));
        State(Arc::new(Inner {
            wiring,
            rulebook,
            runs,
        }))
    }

    /// 占一个导入的位置；满了的答“服务繁忙”。
    pub fn begin_run(&self) -> Result<OwnedSemaphorePermit, Problem> {
        let permit = Arc::clone(&self.0.runs).try_acquire_owned();
        permit.map_err(|_| Problem::new(ProblemCode::Overloaded))
    }

    /// 暂存处；没有配置的答“暂时不能办理”。
    pub fn spool(&self) -> Result<&Spool, Problem> {
        let detail = "本节点没有配置暂存处，不能收名单，也不能清除；请管理员配置后再来。";
        self.spool
            .as_ref()
            .ok_or_else(|| Problem::new(ProblemCode::Unavailable).detail(detail))
    }

    /// 施行中的法典目录；法典换了，目录跟着换。
    pub fn rulebook(&self) -> Rulebook {
        let lawbook = self.services.lawbook();
        let held = self.0.rulebook.lock();
        let mut held = held.unwrap_or_else(PoisonError::into_inner);
        if !held.is_of(&lawbook) {
            *held = Rulebook::new(lawbook);
        }
        held.clone()
    }

    /// 没有登录的人的一次请求：登录本身、公开的记录。
    pub fn anonymous(&self, context: &RequestContext) -> ServiceRequest {
        let trace_id = context.trace_id.as_str();
        self.services.request(Actor::anonymous(), None, trace_id)
    }
}

impl std::ops::Deref for State {
    type Target = Wiring;

    fn deref(&self) -> &Wiring {
        &self.0.wiring
    }
}

impl Sessions for State {
    type Actor = Arc<CurrentSession>;

    fn cookie(&self) -> CookieKind {
        self.0.wiring.cookie
    }

    async fn find_session(
        &self,
        token: &SessionToken,
        context: &RequestContext,
    ) -> Result<Option<Session<Arc<CurrentSession>>>, ServiceError> {
        let token = Token::from_bytes(*token.as_bytes());
        let found = find_session(&self.services, &token, &self.anonymous(context)).await?;
        Ok(found.map(|session| Session {
            csrf: CsrfToken::from_bytes(*session.csrf.as_bytes()),
            actor: Arc::new(session),
        }))
    }
}
