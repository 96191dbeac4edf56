//! 路由器：只由路由表装配，每条路由按登记把守。

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use mingjing_edge::access::{guard, sound_body};
use mingjing_edge::layers::Edge;

use crate::repeat;
use crate::route::{Entry, Tree};
use crate::state::State;
use crate::table;

/// 装好的路由器。
pub fn build(state: State, edge: &Edge) -> Router {
    build_beside(state, edge, Router::new())
}

/// 装好的路由器，旁边连同别的包的网页：限额与最外一层共用一份。
pub fn build_beside(state: State, edge: &Edge, pages: Router<State>) -> Router {
    assemble_beside(table::entries(), state, edge, pages)
}

/// 由给定的登记装配；登记与处理函数不是一回事的，是程序的错，启动时就停下。
///
/// # Panics
///
/// Panics when a registration and its handler disagree, which the tests of the table rule out.
pub fn assemble(entries: Vec<Entry>, state: State, edge: &Edge) -> Router {
    assemble_beside(entries, state, edge, Router::new())
}

fn assemble_beside(entries: Vec<Entry>, state: State, edge: &Edge, pages: Router<State>) -> Router {
    let mut api = Router::new();
    let mut probes = Router::new();
    for entry in entries {
        let wrong = entry.disagreements();
        assert!(wrong.is_empty(), "{}", wrong.join("；"));
        let Entry { route, handlers } = entry;
        let (_, _, handlers) = handlers;
        let body_bytes = route
            .body_bytes
            .unwrap_or(edge.settings().limits.body_bytes);
        let guarded = (state.clone(), route.guard());
        let handlers = handlers
            .route_layer(from_fn_with_state(repeat::state(&route), repeat::keyed))
            .route_layer(from_fn_with_state(body_bytes, sound_body))
            .route_layer(from_fn_with_state(guarded, guard::<State>))
            .route_layer(DefaultBodyLimit::max(body_bytes));
        let tree = match route.tree {
            Tree::Api => &mut api,
            Tree::Probe => &mut probes,
        };
        *tree = std::mem::take(tree).route(route.path, handlers);
    }
    let all = edge.limited(api.merge(pages)).merge(probes);
    edge.outermost(all).with_state(state)
}
