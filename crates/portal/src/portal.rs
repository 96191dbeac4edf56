//! 门户：服务、日志的公钥、网站的名称与存着的页，一个进程一份。

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::routing::get;
use mingjing_edge::rate::RateLimiter;
use mingjing_policy::actor::Actor;
use mingjing_services::context::{RequestContext, Services};
use mingjing_services::error::ServiceError;
use mingjing_services::model::VerifyingKey;
use mingjing_services::registry::public::regions;
use mingjing_services::rulebook::Rulebook;

use crate::answer::{answer, answer_form};
use crate::ask::Ask;
use crate::epoch::{Epoch, Epochs, RECHECK, Rests};
use crate::keep::Keep;
use crate::route::ROUTES;
use crate::site::Site;

/// Whoever reports something, looks how it stands and mistypes his code a few times stays below; a program that tries
/// codes does not get far, and an office behind one address gets through.
const FORMS_PER_MINUTE: u32 = 12;
const FORMS_BURST: u32 = 30;

/// 接线：由装配的一方给出。
#[derive(Clone)]
pub struct Wiring {
    /// 服务。
    pub services: Arc<Services>,
    /// 日志的公钥：页上写它的指纹，核对文件里也写；没有的不给核对文件。
    pub log_key: Option<VerifyingKey>,
    /// 网站。
    pub site: Site,
}

/// 门户。
#[derive(Clone)]
pub struct Portal(Arc<Inner>);

struct Inner {
    wiring: Wiring,
    rulebook: Mutex<(Rulebook, u64)>,
    epochs: Epochs,
    keep: Keep,
    forms: RateLimiter,
    regions: Mutex<Option<(Epoch, Regions)>>,
}

/// 可供选择的区划：代码与名称，由上而下。
pub(crate) type Regions = Arc<Vec<(String, String)>>;

impl Portal {
    /// 由接线构成。
    pub fn new(wiring: Wiring) -> Self {
        Portal::with_recheck(wiring, RECHECK)
    }

    /// 同上，另定多久去库里问一次有没有新的公示；零为每次都问。
    pub fn with_recheck(wiring: Wiring, recheck: Duration) -> Self {
        let rulebook = Rulebook::new(wiring.services.lawbook());
        Portal(Arc::new(Inner {
            wiring,
            rulebook: Mutex::new((rulebook, 0)),
            epochs: Epochs::new(recheck),
            keep: Keep::new(),
            forms: RateLimiter::per_minute(FORMS_PER_MINUTE, FORMS_BURST),
            regions: Mutex::new(None),
        }))
    }

    /// 各页的路由；限额、追踪号与安全头由边缘层加。
    pub fn router<S: Clone + Send + Sync + 'static>(&self) -> Router<S> {
        let mut router = Router::new();
        for route in ROUTES {
            let portal = self.clone();
            let handler = move |request: Request| {
                let portal = portal.clone();
                // A page is asked for without a body.
                let (request, _) = request.into_parts();
                async move { answer(&portal, route, request).await }
            };
            let mut methods = get(handler);
            if let Some(submit) = route.submit {
                let portal = self.clone();
                let handler = move |request: Request| {
                    let portal = portal.clone();
                    async move { answer_form(&portal, submit, request).await }
                };
                methods = methods.post(handler);
            }
            router = router.route(route.path, methods);
        }
        router
    }

    pub(crate) fn services(&self) -> &Services {
        &self.0.wiring.services
    }

    pub(crate) fn site(&self) -> &Site {
        &self.0.wiring.site
    }

    pub(crate) fn log_key(&self) -> Option<&VerifyingKey> {
        self.0.wiring.log_key.as_ref()
    }

    pub(crate) fn keep(&self) -> &Keep {
        &self.0.keep
    }

    /// 交表单的限速。
    pub(crate) fn forms(&self) -> &RateLimiter {
        &self.0.forms
    }

    /// 此时的时期。
    pub(crate) async fn epoch(&self) -> Result<Epoch, ServiceError> {
        let law = || self.rulebook_and_turn().1;
        self.0.epochs.now(self.services(), law).await
    }

    /// 施行中的法典目录；法典换了，目录跟着换。
    pub(crate) fn rulebook(&self) -> Rulebook {
        self.rulebook_and_turn().0
    }

    /// 可供选择的区划；登记簿没有变的，不必再问。
    pub(crate) async fn regions(&self, ask: &Ask) -> Result<Regions, ServiceError> {
        let stamp = ask.epoch.of(Rests::Everything);
        let held = self.0.regions.lock();
        if let Some((of, regions)) = &*held.unwrap_or_else(PoisonError::into_inner)
            && *of == stamp
        {
            return Ok(Arc::clone(regions));
        }
        let nodes = regions(self.services(), &self.anybody(&ask.trace)).await?;
        let named = nodes.into_iter().map(|node| {
            let depth = node.path.as_str().matches('/').count().saturating_sub(2);
            (node.code, format!("{}{}", "　".repeat(depth), node.name))
        });
        let regions: Regions = Arc::new(named.collect());
        let held = self.0.regions.lock();
        *held.unwrap_or_else(PoisonError::into_inner) = Some((stamp, Arc::clone(&regions)));
        Ok(regions)
    }

    /// 公众的一次请求。
    pub(crate) fn anybody(&self, trace: &str) -> RequestContext {
        self.services().request(Actor::anonymous(), None, trace)
    }

    /// The rulebook, and how many lawbooks came before it.
    fn rulebook_and_turn(&self) -> (Rulebook, u64) {
        let lawbook = self.services().lawbook();
        let held = self.0.rulebook.lock();
        let mut held = held.unwrap_or_else(PoisonError::into_inner);
        if !held.0.is_of(&lawbook) {
            *held = (Rulebook::new(lawbook), held.1 + 1);
        }
        (held.0.clone(), held.1)
    }
}
