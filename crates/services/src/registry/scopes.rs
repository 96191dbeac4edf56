//! 哪些范围的事实取自登记簿：它们不由办案的人填报。

/// 这一范围的事实取自登记簿。评估时由 `assessment::registry` 放进去。
pub fn is_registered(scope: &str) -> bool {
    matches!(scope, "body" | "item" | "officers")
}
