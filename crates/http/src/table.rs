//! 路由表：全部路由登记在这里，每条写明权限与是否写东西；测试据此核对权限与审计没有遗漏。

use utoipa_axum::routes;

use crate::route::{Access, Entry, Route};
use crate::{event_kinds, procedures, rules, system};

/// 全部路由。
pub fn entries() -> Vec<Entry> {
    let mut all = system();
    all.extend(law());
    all
}

/// 探测、文档与问题说明。
fn system() -> Vec<Entry> {
    vec![
        Entry::new(
            Route::probe("/healthz", "get_health"),
            routes!(system::healthz::get_health),
        ),
        Entry::new(
            Route::probe("/readyz", "get_readiness"),
            routes!(system::readyz::get_readiness),
        ),
        Entry::new(
            Route::probe("/metrics", "get_metrics"),
            routes!(system::metrics::get_metrics),
        ),
        Entry::new(
            Route::get("/api/v1/openapi.json", "get_document", Access::Public),
            routes!(system::openapi::get_document),
        ),
        Entry::new(
            Route::get("/problems/{code}", "get_problem", Access::Public),
            routes!(system::problem::get_problem),
        ),
    ]
}

/// 施行中的法典：法是公开的，不必登录。
fn law() -> Vec<Entry> {
    vec![
        Entry::new(
            Route::get("/api/v1/rules", "list_rules", Access::Public),
            routes!(rules::list_rules::list_rules),
        ),
        Entry::new(
            Route::get("/api/v1/rules/{code}", "get_rule", Access::Public),
            routes!(rules::get_rule::get_rule),
        ),
        Entry::new(
            Route::get("/api/v1/event_kinds", "list_event_kinds", Access::Public),
            routes!(event_kinds::list_event_kinds::list_event_kinds),
        ),
        Entry::new(
            Route::get("/api/v1/procedures", "list_procedures", Access::Public),
            routes!(procedures::list_procedures::list_procedures),
        ),
    ]
}
