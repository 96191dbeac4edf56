//! 接线：配置与服务怎样成为接口的状态与边缘层的设置。

use std::sync::Arc;

use mingjing_edge::context::Sources;
use mingjing_edge::layers::{Edge, EdgeSettings};
use mingjing_edge::limit::Limits;
use mingjing_edge::measure::Meter;
use mingjing_edge::session::{CookieKind, CsrfToken, Session};
use mingjing_edge::stream::Streams;
use mingjing_http::state::{self, FindSession, ReadyCheck, State};
use mingjing_services::admin::session::find_session;
use mingjing_services::admin::token::Token;
use mingjing_services::context::Services;
use mingjing_services::rulebook::Rulebook;
use mingjing_store::context::{Clock as _, Rng as _, SystemClock, SystemRng};

use crate::config::Config;

/// 边缘层的设置。
pub(crate) fn edge(config: &Config, limits: Limits) -> Edge {
    Edge::new(EdgeSettings {
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
    })
}

/// 接口的状态。
pub(crate) fn state(
    config: &Config,
    services: &Arc<Services>,
    streams: Streams,
    meter: Meter,
) -> State {
    let cookie = if config.server.is_https {
        CookieKind::Secure
    } else {
        CookieKind::Loopback
    };
    State::new(state::Services {
        rulebook: Rulebook::new(services.lawbook()),
        find_session: sessions(services),
        ready_checks: vec![database_check(services)],
        cookie,
        streams,
        meter,
    })
}

fn sessions(services: &Arc<Services>) -> FindSession {
    let services = Arc::clone(services);
    Arc::new(move |token, context| {
        let services = Arc::clone(&services);
        Box::pin(async move {
            let request = services.system(context.trace_id.as_str());
            let token = Token::from_bytes(*token.as_bytes());
            let found = find_session(&services, &token, &request).await?;
            Ok(found.map(|session| Session {
                csrf: CsrfToken::from_bytes(*session.csrf.as_bytes()),
                actor: session.actor,
            }))
        })
    })
}

fn database_check(services: &Arc<Services>) -> ReadyCheck {
    let services = Arc::clone(services);
    ReadyCheck {
        name: "database",
        is_ready: Arc::new(move || {
            let services = Arc::clone(&services);
            Box::pin(async move { services.store.reader().await.is_ok() })
        }),
    }
}
