//! 指标：记数器装在进程里，`/metrics` 以 Prometheus 文本写出。

use std::time::Duration;

use metrics::Unit;
use metrics_exporter_prometheus::{
    BuildError, PrometheusBuilder, PrometheusHandle, PrometheusRecorder,
};
use mingjing_services::metric::{ALL, MetricKind};

/// 用时分布的界，秒：从一毫秒到三十秒（请求的时限）。
const SECONDS: [f64; 13] = [
    0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 30.0,
];
/// 隔多久整理一次分布：没有人来取，内存也不增长。
const UPKEEP: Duration = Duration::from_secs(10);

/// 写出指标的手柄。
#[derive(Clone)]
pub struct Meter(PrometheusHandle);

/// 记数器与手柄；测试用局部的记数器，进程用 [`install`]。
pub fn recorder() -> Result<(PrometheusRecorder, Meter), BuildError> {
    let recorder = PrometheusBuilder::new()
        .set_buckets(&SECONDS)?
        .build_recorder();
    let meter = Meter(recorder.handle());
    Ok((recorder, meter))
}

/// 装上本进程的记数器；已经装过的为 `None`。
pub fn install() -> Result<Option<Meter>, BuildError> {
    let (recorder, meter) = recorder()?;
    if metrics::set_global_recorder(recorder).is_err() {
        return Ok(None);
    }
    describe();
    Ok(Some(meter))
}

/// 登记全部指标的说明。
pub fn describe() {
    for metric in ALL {
        match metric.kind {
            MetricKind::Counter => metrics::describe_counter!(metric.name, metric.says),
            MetricKind::Gauge => metrics::describe_gauge!(metric.name, metric.says),
            MetricKind::Histogram => {
                metrics::describe_histogram!(metric.name, Unit::Seconds, metric.says);
            }
        }
    }
}

impl Meter {
    /// Prometheus 文本。
    pub fn render(&self) -> String {
        self.0.render()
    }

    /// 一直整理下去，由进程在后台运行。
    pub async fn keep(self) {
        let mut ticks = tokio::time::interval(UPKEEP);
        loop {
            ticks.tick().await;
            self.0.run_upkeep();
        }
    }
}
