//! 请求的计数与用时：每条路由、方法、状态的记数器只登记一次，此后直接加；正在处理的有几个也在这里。

use std::collections::HashMap;
use std::sync::{OnceLock, PoisonError, RwLock};
use std::time::Duration;

use metrics::{Counter, Gauge, Histogram};
use mingjing_services::metric;

/// 已登记的记数器，按路由模板。
#[derive(Default)]
pub(crate) struct Counts {
    by_route: RwLock<HashMap<String, Vec<Series>>>,
    in_flight: OnceLock<Gauge>,
}

/// 正在处理的一个请求：进来加一，出去减一，半途而废的也减。
pub(crate) struct InFlight(Gauge);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.decrement(1.0);
    }
}

/// Of one route, what one method came to with one status: a handful per route, so they are looked through.
struct Series {
    method: &'static str,
    status: u16,
    requests: Counter,
    seconds: Histogram,
}

impl Counts {
    /// 又来了一个请求。
    pub(crate) fn enter(&self) -> InFlight {
        let register = || metrics::gauge!(metric::HTTP_REQUESTS_IN_FLIGHT);
        let gauge = self.in_flight.get_or_init(register).clone();
        gauge.increment(1.0);
        InFlight(gauge)
    }

    /// 记下一次请求；`method` 与 `route` 都出自有限的几种，不是来者所写的字。
    pub(crate) fn count(&self, method: &'static str, route: &str, status: u16, took: Duration) {
        let by_route = self.by_route.read().unwrap_or_else(PoisonError::into_inner);
        let of_route = by_route.get(route).map_or(&[][..], Vec::as_slice);
        let same = |it: &&Series| it.method == method && it.status == status;
        if let Some(counted) = of_route.iter().find(same) {
            counted.add(took);
            return;
        }
        drop(by_route);
        let counted = Series::register(method, route, status);
        counted.add(took);
        let mut by_route = self
            .by_route
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        // Two at once register the same counter: the handles add to one number.
        by_route.entry(route.to_owned()).or_default().push(counted);
    }
}

impl Series {
    fn register(method: &'static str, route: &str, status: u16) -> Self {
        let labels = [("method", method.to_owned()), ("route", route.to_owned())];
        let seconds = metrics::histogram!(metric::HTTP_REQUEST_SECONDS, &labels);
        let [method_label, route_label] = labels;
        let labels = [method_label, route_label, ("status", status.to_string())];
        Series {
            method,
            status,
            requests: metrics::counter!(metric::HTTP_REQUESTS_TOTAL, &labels),
            seconds,
        }
    }

    fn add(&self, took: Duration) {
        self.requests.increment(1);
        self.seconds.record(took);
    }
}
