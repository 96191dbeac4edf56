//! 接线：配置与服务怎样成为接口的状态与边缘层的设置。

use std::sync::Arc;

use anyhow::Context as _;
use mingjing_edge::context::Sources;
use mingjing_edge::layers::{Edge, EdgeSettings};
use mingjing_edge::limit::Limits;
use mingjing_edge::measure::Meter;
use mingjing_edge::session::CookieKind;
use mingjing_edge::stream::Streams;
use mingjing_http::state::{ReadyCheck, State, Wiring};
use mingjing_ledger::key::{SigningKey, VerifyingKey};
use mingjing_portal::{Portal, Site, Wiring as PortalWiring, problem_page};
use mingjing_services::context::Services;
use mingjing_services::spool::Spool;
use mingjing_store::context::{Clock as _, Rng as _, SystemClock, SystemRng};

use crate::config::Config;

/// 边缘层的设置。
pub(crate) fn edge(config: &Config, limits: Limits) -> Edge {
    let settings = EdgeSettings {
        sources: Sources {
            now_micros: Arc::new(|| SystemClock.now().unix_micros()),
            random: Arc::new(|| {
                let mut bytes = [0; 16];
                SystemRng.fill(&mut bytes);
                bytes
            }),
        },
        proxies: config.server.proxies.clone(),
        is_https: config.server.is_https,
        limits,
    };
    Edge::with_problem_page(settings, problem_page(site(config)))
}

/// 公众门户的网页，在网站的根。
pub(crate) fn portal(
    config: &Config,
    services: &Arc<Services>,
    log_key: VerifyingKey,
) -> axum::Router<State> {
    let portal = Portal::new(PortalWiring {
        services: Arc::clone(services),
        log_key: Some(log_key),
        site: site(config),
    });
    portal.router()
}

fn site(config: &Config) -> Site {
    let origin = config.portal.origin.as_ref();
    Site {
        name: config.portal.name.0.clone(),
        origin: origin.map(|origin| origin.0.clone()),
    }
}

/// 工作台的网页，在 `/workbench/` 之下。
pub(crate) fn workbench(edge: &Edge) -> axum::Router<State> {
    let nonce = Arc::clone(&edge.settings().sources.random);
    mingjing_workbench::router(mingjing_workbench::built(), nonce)
}

/// 接口的状态。
pub(crate) fn state(
    config: &Config,
    services: &Arc<Services>,
    streams: Streams,
    meter: Meter,
    log_key: SigningKey,
) -> anyhow::Result<State> {
    let cookie = if config.server.is_https {
        CookieKind::Secure
    } else {
        CookieKind::Loopback
    };
    let spool = Spool::open(config.spool_folder());
    Ok(State::new(Wiring {
        services: Arc::clone(services),
        ready_checks: vec![
            ReadyCheck::of_database(services),
            ReadyCheck::of_log(services),
        ],
        cookie,
        streams,
        spool: Some(spool.context("收下的原文件没有地方放（intake.folder）")?),
        log_key: Some(log_key),
        meter,
    }))
}
