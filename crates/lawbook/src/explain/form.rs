//! 形式的要求：规则的一个部分要求什么，写成句子。

use mingjing_kernel::period::Period;

use crate::cel::types::KindId;
use crate::forms::Part;

use super::phrase::Phrases;
use super::source::Source;

/// 形式的名称；没有这种形式的没有。
pub fn name(form: &str) -> Option<&'static str> {
    Some(match form {
        "deadline" => "期限",
        "near_due" => "临期",
        "extension" => "延期",
        "exclusion" => "不计入",
        "wait" => "等待",
        "notice" => "提前通知",
        "requires" => "须有",
        "precedes" => "先后",
        "forbids" => "不得",
        "must" => "条件成立",
        "elements" => "要素",
        "agrees" => "一致",
        "accrues" => "按日累计",
        "covers" => "音像覆盖",
        "matches" => "检出",
        "checklist" => "由人回答",
        "refers" => "指引",
        "periodic" => "按期",
        "count" => "次数",
        "ratio" => "比例",
        "outlier" => "离群",
        "sequence" => "编号连续",
        "overlap" => "时间重叠",
        "reconcile" => "两边对账",
        _ => return None,
    })
}

/// 一个部分的要求；`phrases` 决定参数是否写出取值。
pub(super) fn requirement(phrases: &Phrases<'_>, part: &Part, source: Source<'_>) -> Vec<String> {
    let phrases = named(phrases, part, source);
    let text = |key: &str| source.text(key).unwrap_or_default();
    let mut lines = match part.form_name.as_ref() {
        "deadline" => deadline(&phrases, source),
        "near_due" => vec!["义务没有完成而临近到期的，提前提醒。".to_owned()],
        "extension" => {
            vec!["所作的延期须符合规定的条件，并在当时的到期日以前（含当日）批准。".to_owned()]
        }
        "exclusion" => vec!["不计入期限的期间须有依据。".to_owned()],
        "wait" => vec![format!(
            "{}之后须等满{}，其后才可有{}。",
            phrases.selector_bare(text("start")),
            period(&phrases, text("period")),
            phrases.selector_bare(text("before"))
        )],
        "notice" => notice(&phrases, source),
        "requires" => requires(&phrases, source),
        "precedes" => {
            let order: Vec<String> = source
                .texts("order")
                .iter()
                .map(|s| phrases.selector_bare(s))
                .collect();
            vec![format!("先后次序应为：{}。", order.join("，然后是"))]
        }
        "forbids" => forbids(&phrases, source),
        "must" => vec![format!("应当：{}。", phrases.sentence(text("that")))],
        "elements" => vec![format!(
            "{}应当具备：{}。",
            on(&phrases, source),
            elements(part, source, &phrases).join("、")
        )],
        "agrees" => agrees(&phrases, source),
        "accrues" => accrues(&phrases, source),
        "covers" => vec![format!(
            "{}的全过程应当有{}。",
            phrases.selector_bare(text("event")),
            phrases.selector_bare(text("by_media"))
        )],
        "matches" => vec![format!(
            "{}公开的文本不得出现个人信息。",
            on(&phrases, source)
        )],
        "checklist" => vec![format!("由人回答：{}", text("question"))],
        "ratio" => vec!["按给出的分子、分母计算比例。".to_owned()],
        "count" => vec!["按给出的各行计数。".to_owned()],
        "outlier" => vec!["在一批案件里，数额不得明显偏离同组的多数而没有说明。".to_owned()],
        "overlap" => vec!["在一批案件里，同一组的两段时间不得在不同的地方相交。".to_owned()],
        "sequence" => vec!["在一批案件里，编号应当连续、不重复、与日期一致。".to_owned()],
        "reconcile" => vec!["在一批案件里，两边的记录应当对得上。".to_owned()],
        "periodic" => vec!["在一批时间线里，每一期都应当按期做够。".to_owned()],
        _ => vec!["这一条只说明问题所在，由其他编码判断。".to_owned()],
    };
    if let Some(when) = source
        .text("when")
        .filter(|_| part.form_name.as_ref() != "forbids")
    {
        lines.push(format!("适用于：{}。", phrases.sentence(when)));
    }
    if let Some(unless) = source.text("unless") {
        lines.push(format!("例外（不适用）：{}。", phrases.sentence(unless)));
    }
    lines
}

/// 提前通知：隔足多少日，哪一次通知算数。
fn notice(phrases: &Phrases<'_>, source: Source<'_>) -> Vec<String> {
    let text = |key: &str| source.text(key).unwrap_or_default();
    let period = period(phrases, text("period"));
    let period = period.strip_suffix('前').unwrap_or(&period);
    let mut lines = vec![format!(
        "{}之前应有{}，通知当日与行为当日都不算，中间隔足{period}。",
        phrases.selector_bare(text("act")),
        phrases.selector_bare(text("notice")),
    )];
    if let Some(that) = source.text("that") {
        lines.push(format!(
            "有几次通知的，只看说的是这一次的：{}；其中有一次够早就合规。",
            phrases.sentence(that)
        ));
    }
    for lesser in source.tables("lesser") {
        let when = phrases.sentence(lesser.text("when").unwrap_or_default());
        let to = lesser.text("to").unwrap_or_default();
        lines.push(format!("不够早而{when}的，程度为{to}。"));
    }
    lines
}

/// 部分里各具名事件的叫法。
pub(super) fn named<'p>(phrases: &Phrases<'p>, part: &Part, source: Source<'_>) -> Phrases<'p> {
    let mut named = phrases.clone();
    if !part.triggers.is_empty() {
        named = named.slot("e", &part.triggers);
    }
    let kinds = |keys: &[&str]| -> Vec<KindId> {
        let mut kinds: Vec<KindId> = keys
            .iter()
            .flat_map(|key| source.text(key).into_iter().chain(source.texts(key)))
            .flat_map(|text| phrases.selector_kinds(text))
            .collect();
        kinds.dedup();
        kinds
    };
    for (name, keys) in [
        ("act", &["before", "act", "needs", "any"][..]),
        ("notice", &["notice"]),
        ("left", &["left"]),
        ("right", &["right"]),
    ] {
        let kinds = kinds(keys);
        if !kinds.is_empty() {
            named = named.slot(name, &kinds);
        }
    }
    named
}

/// 触发的读法。
pub(super) fn on(phrases: &Phrases<'_>, source: Source<'_>) -> String {
    match source.text("on") {
        None | Some("case") => "本案".to_owned(),
        Some(selector) => phrases.selector_bare(selector),
    }
}

/// 期限的读法：字面或参数。
pub(super) fn period(phrases: &Phrases<'_>, text: &str) -> String {
    match text.strip_prefix("param:") {
        Some(name) => phrases.value(&format!("param('{name}')")).0,
        None => text
            .parse::<Period>()
            .map_or_else(|_| "规定的期限".to_owned(), Period::in_chinese),
    }
}

fn deadline(phrases: &Phrases<'_>, source: Source<'_>) -> Vec<String> {
    let start = phrases.selector_bare(source.text("start").unwrap_or_default());
    let from = match source.text("start_at") {
        Some(expression) => format!("自{}", phrases.value(expression).0),
        None => format!("自{start}"),
    };
    let limit = match (source.text("due"), source.text("period")) {
        (Some(due), _) => format!("至{}为止", phrases.value(due).0),
        (None, period_text) => format!("{}内", period(phrases, period_text.unwrap_or_default())),
    };
    let met = done(phrases, source);
    let mut lines = vec![match source.text("judge_on") {
        Some(judge_on) => {
            format!(
                "{from}起，{limit}{met}；到有{}时判断。",
                phrases.selector_bare(judge_on)
            )
        }
        None => format!("{from}起，{limit}{met}。"),
    }];
    if let Some(ends) = source.text("ends_by") {
        lines.push(format!(
            "到期以前有{}的，义务终止。",
            phrases.selector_bare(ends)
        ));
    }
    if let Some(restart) = source.text("restart_on") {
        lines.push(format!(
            "每有{}，期限重新起算。",
            phrases.selector_bare(restart)
        ));
    }
    lines
}

/// 怎样算完成。
pub(super) fn done(phrases: &Phrases<'_>, source: Source<'_>) -> String {
    match (
        source.text("met_by"),
        source.text("met_on"),
        source.text("restart_on"),
    ) {
        (Some(selector), _, _) => format!("应有{}", phrases.selector_bare(selector)),
        (None, Some(expression), _) => format!("应当完成（以{}为准）", phrases.value(expression).0),
        (None, None, Some(_)) => "应有新的进展".to_owned(),
        (None, None, None) => "应当完成".to_owned(),
    }
}

fn requires(phrases: &Phrases<'_>, source: Source<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    let needed = needed(phrases, source);
    if !needed.is_empty() {
        let within = source
            .text("within")
            .map(|text| format!("{}内", period(phrases, text)))
            .unwrap_or_default();
        let place = match source.text("position") {
            Some("same_day") => "的同一日",
            Some("after") => "之后",
            Some("any") => "的案件中",
            _ => "之前",
        };
        lines.push(format!(
            "{}{place}{within}应有{needed}。",
            on(phrases, source)
        ));
    }
    if let Some(that) = source.text("that") {
        lines.push(format!("并且：{}。", phrases.sentence(that)));
    }
    if source.flag("document") {
        lines.push(format!("{}应当附有文书。", on(phrases, source)));
    }
    if source.flag("media") {
        lines.push(format!("{}应当附有音像记录。", on(phrases, source)));
    }
    lines
}

/// 须有的各种事，“或”相连。
pub(super) fn needed(phrases: &Phrases<'_>, source: Source<'_>) -> String {
    let mut list: Vec<String> = source
        .text("needs")
        .into_iter()
        .map(|s| phrases.selector_bare(s))
        .collect();
    list.extend(source.texts("any").iter().map(|s| phrases.selector_bare(s)));
    list.join("或")
}

fn forbids(phrases: &Phrases<'_>, source: Source<'_>) -> Vec<String> {
    let mut scope = String::new();
    if let Some(after) = source.text("after") {
        scope.push_str(&format!("在{}之后，", phrases.selector_bare(after)));
    }
    let during = source.table("during");
    if let (Some(from), Some(to)) = (during.text("from"), during.text("to")) {
        scope.push_str(&format!(
            "在{}至{}期间，",
            phrases.selector_bare(from),
            phrases.selector_bare(to)
        ));
    }
    let on = on(phrases, source);
    vec![match source.text("when") {
        Some(when) => format!("{scope}不得有这样的{on}：{}。", phrases.sentence(when)),
        None => format!("{scope}不得有{on}。"),
    }]
}

/// 要素的中文名：字段与文书。
pub(super) fn elements(part: &Part, source: Source<'_>, phrases: &Phrases<'_>) -> Vec<String> {
    let mut names: Vec<String> = source
        .texts("fields")
        .iter()
        .map(|f| element(part, f, phrases))
        .collect();
    names.extend(source.texts("documents").iter().map(|d| format!("《{d}》")));
    names
}

/// 一个要素（或一致的一项）的中文名。
pub(super) fn element(part: &Part, name: &str, phrases: &Phrases<'_>) -> String {
    let field = name.split_once('=').map_or(name, |(left, _)| left);
    let label = part
        .triggers
        .iter()
        .find_map(|k| phrases.field_label(*k, field));
    match label {
        Some(label) => label,
        None if field.is_ascii() => phrases.any_field_label(field),
        None => format!("《{field}》"),
    }
}

fn agrees(phrases: &Phrases<'_>, source: Source<'_>) -> Vec<String> {
    let text = |key: &str| source.text(key).unwrap_or_default();
    let (left, right) = (
        phrases.selector_bare(text("left")),
        phrases.selector_bare(text("right")),
    );
    let fields = source.table("fields");
    let items: Vec<String> = fields
        .keys()
        .into_iter()
        .map(|pair| {
            let (a, b) = pair.split_once('=').unwrap_or((pair, pair));
            let (a, b) = (phrases.any_field_label(a), phrases.any_field_label(b));
            let both = if a == b {
                a
            } else {
                format!("前者的{a}与后者的{b}")
            };
            let how = match fields.text(pair) {
                Some("no_more") => "后者不得高于前者",
                Some("no_worse") => "后者不得重于前者",
                Some("subset") => "后者不得超出前者",
                _ => "应当相同",
            };
            format!("{both}（{how}）")
        })
        .collect();
    vec![format!(
        "{right}与在先的{left}应当一致：{}。",
        items.join("、")
    )]
}

fn accrues(phrases: &Phrases<'_>, source: Source<'_>) -> Vec<String> {
    let value = |key: &str| {
        let text = source.text(key).unwrap_or_default();
        match text.strip_prefix("param:") {
            Some(name) => phrases.value(&format!("param('{name}')")).0,
            None => phrases.value(text).0,
        }
    };
    let mut lines = vec![match source.text("judge") {
        Some("rate") => format!(
            "自{}的次日起，按{}每日加收{}，累计不超过本金的{}；实际不得高于算出的数。",
            value("from"),
            value("principal"),
            value("rate"),
            value("cap")
        ),
        Some("from") => format!("开始加收之日应当晚于{}。", value("from")),
        _ => format!(
            "累计的数额不得超过{}的{}。",
            value("principal"),
            value("cap")
        ),
    }];
    let pauses: Vec<String> = source
        .tables("pause")
        .iter()
        .map(|p| {
            format!(
                "{}至{}",
                phrases.selector_bare(p.text("from").unwrap_or_default()),
                phrases.selector_bare(p.text("to").unwrap_or_default())
            )
        })
        .collect();
    if !pauses.is_empty() {
        lines.push(format!("不计的期间（含首尾两日）：{}。", pauses.join("；")));
    }
    lines
}
