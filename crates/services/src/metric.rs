//! 指标的名字：服务、任务与边缘层记数时所用，一处登记；单位写在名字末尾。

/// 一项指标。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Metric {
    /// 名字。
    pub name: &'static str,
    /// 记的是什么。
    pub says: &'static str,
    /// 种类。
    pub kind: MetricKind,
}

/// 指标的种类。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricKind {
    /// 只增的计数。
    Counter,
    /// 现值。
    Gauge,
    /// 分布。
    Histogram,
}

macro_rules! metrics {
    ($($(#[$doc:meta])* $id:ident = $kind:ident $name:literal $says:literal;)*) => {
        $($(#[$doc])* pub const $id: &str = $name;)*
        /// 全部指标。
        pub const ALL: &[Metric] = &[$(Metric { name: $name, says: $says, kind: MetricKind::$kind },)*];
    };
}

metrics! {
    /// 请求数；标签 `route`（路径模板）、`method`、`status`。
    HTTP_REQUESTS_TOTAL = Counter "mingjing_http_requests_total" "按路径模板、方法、状态码计的请求数";
    /// 请求用时；标签 `route`、`method`。
    HTTP_REQUEST_SECONDS = Histogram "mingjing_http_request_seconds" "从收到请求头到写出回答头的秒数";
    /// 正在处理的请求数。
    HTTP_REQUESTS_IN_FLIGHT = Gauge "mingjing_http_requests_in_flight" "正在处理的请求数";
    /// 被限额挡下的请求数；标签 `reason`。
    HTTP_REJECTED_TOTAL = Counter "mingjing_http_rejected_total" "被限额挡下的请求数，按原因";
    /// 开着的事件流数。
    STREAMS_OPEN = Gauge "mingjing_streams_open" "开着的事件流数";
    /// 因读得太慢而断开的事件流数。
    STREAMS_CLOSED_SLOW_TOTAL = Counter "mingjing_streams_closed_slow_total" "因读得太慢而断开的事件流数";
    /// 最早一条未处理的待发消息等了多久；标签 `consumer`。
    OUTBOX_AGE_SECONDS = Gauge "mingjing_outbox_age_seconds" "最早一条未处理的待发消息已等的秒数，按消费者";
    /// 待入日志的条目等了多久。
    LOG_INTEGRATION_LAG_SECONDS = Gauge "mingjing_log_integration_lag_seconds" "最早一条待入日志的条目已等的秒数";
    /// 派生表折到日志的第几条；标签 `projection`。
    PROJECTION_WATERMARK_INDEX = Gauge "mingjing_projection_watermark_index" "派生表已折到的日志序号，按派生表";
    /// 一次评估的用时。
    RULE_ASSESS_SECONDS = Histogram "mingjing_rule_assess_seconds" "评估一条时间线的秒数";
    /// 排队的任务数；标签 `queue`。
    JOB_QUEUE_DEPTH = Gauge "mingjing_job_queue_depth" "排队等着做的任务数，按队列";
    /// 判为失败、等人处理的任务数；标签 `queue`。
    JOB_FAILED_DEPTH = Gauge "mingjing_job_failed_depth" "判为失败、等人处理的任务数，按队列";
    /// 法典重新加载了几次；标签 `outcome`。
    LAWBOOK_RELOADS_TOTAL = Counter "mingjing_lawbook_reloads_total" "法典的文件改了之后重新加载的次数，按用上与否";
    /// 法典最近一次改动没有用上。
    LAWBOOK_REFUSED = Gauge "mingjing_lawbook_refused" "法典最近一次改动不能用、仍用原来的为 1";
    /// 期满删去的件数；标签 `what`。
    EXPIRED_TOTAL = Counter "mingjing_expired_total" "保存期满而删去、抹去的件数，按种类";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_carry_the_prefix_and_counters_end_in_total() {
        for metric in ALL {
            assert!(metric.name.starts_with("mingjing_"), "{}", metric.name);
            let is_total = metric.name.ends_with("_total");
            assert_eq!(
                is_total,
                metric.kind == MetricKind::Counter,
                "{}",
                metric.name
            );
            let has_unit = metric.name.ends_with("_seconds");
            assert!(
                has_unit || metric.kind != MetricKind::Histogram,
                "{}",
                metric.name
            );
        }
    }
}
