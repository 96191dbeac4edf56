//! 跨案的发现：要点写成一句，说出是哪一组、哪一期、差在哪里。

use mingjing_domain::finding::Span;

use super::CaseWords;
use super::observed::View;

/// 括号里的一段时间；同一日的，日子只写一遍。
fn in_words(span: Span) -> String {
    let from = span.from.in_chinese();
    match span.to {
        None => format!("（{from}起）"),
        Some(to) if to.date() == span.from.date() => {
            let (hour, minute) = (to.minute_of_day() / 60, to.minute_of_day() % 60);
            format!("（{from}至{hour}时{minute:02}分）")
        }
        Some(to) => format!("（{from}至{}）", to.in_chinese()),
    }
}

impl CaseWords<'_> {
    /// 跨案形式的要点；不是跨案的为 `None`。
    pub(super) fn over_cases(&self, view: &View<'_>) -> Option<String> {
        let key = |name: &str| view.result.keys.get(name).map_or("", String::as_str);
        let detail = &view.result.detail;
        let (actual, limit) = detail.amount.unwrap_or_default();
        let said = match view.part.form_name.as_ref() {
            "outlier" => {
                let (_, sense) = view.phrases.value(view.text("value"));
                let number = |n| self.values().number(n, &sense);
                let (actual, limit) = (number(actual), number(limit));
                match (key("case"), key("high"), key("low")) {
                    ("", high, low) => {
                        format!("{high}的中位数为{actual}，{low}的中位数为{limit}，相差过大")
                    }
                    (case, _, _) => format!("{case}的数额为{actual}，同组的中位数为{limit}"),
                }
            }
            "overlap" => {
                let spans = detail.spans.as_deref();
                let [first, second] = spans.map_or_else(Default::default, |it| it.map(in_words));
                format!(
                    "{}{first}与{}{second}的时间相交",
                    key("first"),
                    key("second")
                )
            }
            "sequence" if !detail.lacking.is_empty() => format!(
                "{}缺 {actual} 个号：{}",
                key("series"),
                detail.lacking.join("、")
            ),
            "sequence" if detail.actual.is_some() => {
                format!("{}第 {} 号早于号小的", key("series"), key("number"))
            }
            "sequence" => format!(
                "{}第 {} 号用在 {actual} 个案件上",
                key("series"),
                key("number")
            ),
            "reconcile" => format!("{}：一边 {actual}，另一边 {limit}", key("key")),
            "periodic" => format!("截止日以前做到 {actual}，应不少于 {limit}"),
            _ => return None,
        };
        Some(said)
    }
}
