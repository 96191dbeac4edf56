//! 裁量文件的核对：幅度、阶次、情节互相合不合。

use std::cmp::Ordering;

use super::super::amount::Amount;
use super::super::{Bounds, Factor, Item, Match, Range, Tier};
use crate::diagnostic::{Code, Sink, nearest};
use crate::tree::Reader;

/// 百分之百，以万分之一计。
pub(super) const WHOLE: u32 = 10_000;

/// 幅度自己的写法：罚款有上限，上限不低于下限，份额有基数。
pub(super) fn range(range: &Range, reader: &Reader<'_>, sink: &mut Sink) {
    let is_fine = range.kind.as_ref() == "fine";
    if is_fine && reader.lacks(&["most"]) {
        let message = "罚款没有上限 most";
        sink.error(&reader.here(), Code::Key, message, None);
    }
    for key in ["least", "most", "base", "per"] {
        if !is_fine && !reader.lacks(&[key]) {
            let message = format!("{key} 只用于罚款");
            sink.error(&reader.at_key(key), Code::Key, message, None);
        }
    }
    let is_share = |amount: &Option<Amount>| matches!(amount, Some(Amount::Share(_)));
    if (is_share(&range.least) || is_share(&range.most)) && reader.lacks(&["base"]) {
        let hint = Some("写 base = \"discretion.goods_value\"".into());
        let message = "倍数、比例没有基数 base";
        sink.error(&reader.here(), Code::Key, message, hint);
    }
    if let (Some(least), Some(most)) = (range.least, range.most)
        && !matches!(least.order(most), Some(Ordering::Less | Ordering::Equal))
    {
        let message = "上限低于下限，或者两个写法不同";
        sink.error(&reader.at_key("most"), Code::Type, message, None);
    }
}

/// 阶次所说的幅度：要有，要是罚款。
pub(super) fn range_named(
    ranges: &[Range],
    id: &str,
    reader: &Reader<'_>,
    sink: &mut Sink,
) -> Option<usize> {
    let place = ranges
        .iter()
        .position(|r| r.id.as_ref() == id && r.has_amount());
    if place.is_none() {
        let hint = nearest(id, ranges.iter().map(|r| r.id.as_ref()));
        let message = format!("事项没有罚款的幅度 {id}");
        sink.error(&reader.at_key("range"), Code::Name, message, hint);
    }
    place
}

/// 阶次的上下限在条款的幅度以内。
pub(super) fn bounds(range: &Range, bounds: Bounds, reader: &Reader<'_>, sink: &mut Sink) {
    let within = |low: Option<Amount>, high: Option<Amount>| match (low, high) {
        (Some(low), Some(high)) => low.order(high),
        _ => Some(Ordering::Equal),
    };
    let pairs = [
        ("least", range.least, Some(bounds.least)),
        ("most", Some(bounds.least), Some(bounds.most)),
        ("most", Some(bounds.most), range.most),
    ];
    for (key, low, high) in pairs {
        let message = match within(low, high) {
            Some(Ordering::Less | Ordering::Equal) => continue,
            Some(Ordering::Greater) => "阶次超出条款的幅度，或者上限低于下限",
            None => "阶次与条款的写法不同（一个写数额，一个写倍数），比不出大小",
        };
        sink.error(&reader.at_key(key), Code::Type, message, None);
        return;
    }
}

/// 情节的标识不重。
pub(super) fn factors(factors: &[Factor], sink: &mut Sink) {
    for (place, factor) in factors.iter().enumerate() {
        if factors[..place].iter().any(|f| f.code == factor.code) {
            let message = format!("情节 {} 重复", factor.code);
            sink.error(&factor.at, Code::Duplicate, message, None);
        }
    }
}

/// 事项的各部分合不合。
pub(super) fn item(item: &Item, reader: &Reader<'_>, sink: &mut Sink) {
    if item.ranges.is_empty() {
        sink.error(&reader.here(), Code::Key, "事项没有 [[range]]", None);
    }
    for (place, range) in item.ranges.iter().enumerate() {
        if item.ranges[..place].iter().any(|r| r.id == range.id) {
            let message = format!("幅度 {} 重复", range.id);
            sink.error(&reader.at_key("range"), Code::Duplicate, message, None);
        }
    }
    let mut otherwise = 0;
    for (place, tier) in item.tiers.iter().enumerate() {
        if item.tiers[..place].iter().any(|s| s.name == tier.name) {
            let message = format!("阶次 {} 重复", tier.name);
            sink.error(&tier.at, Code::Duplicate, message, None);
        }
        otherwise += usize::from(tier.circumstances.how == Match::Otherwise);
        if otherwise > 1 && tier.circumstances.how == Match::Otherwise {
            let message = "没有情形的阶次（其余都归它）只能有一档";
            sink.error(&tier.at, Code::Duplicate, message, None);
        }
        if place > 0 {
            order(&item.tiers[place - 1], tier, sink);
        }
    }
}

/// 由轻到重：后一档的上下限都不低于前一档；每一档写同样几种罚款，写法相同。
fn order(before: &Tier, tier: &Tier, sink: &mut Sink) {
    let is_same_shape = before.share.is_some() == tier.share.is_some()
        && before.amounts.len() == tier.amounts.len();
    let follows = |a: &Bounds, b: &Bounds| {
        let rises =
            |a: Amount, b: Amount| matches!(a.order(b), Some(Ordering::Less | Ordering::Equal));
        a.range == b.range && rises(a.least, b.least) && rises(a.most, b.most)
    };
    let is_rising = tier
        .amounts
        .iter()
        .all(|b| before.amounts.iter().any(|a| follows(a, b)));
    let shares_rise = match (before.share, tier.share) {
        (Some(a), Some(b)) => a.0 <= b.0 && a.1 <= b.1,
        _ => true,
    };
    let is_forward = tier.share.is_none_or(|(from, to)| from <= to);
    if !(is_same_shape && is_rising && shares_rise && is_forward) {
        let message = format!(
            "阶次要由轻到重写，每一档写同样几种罚款：“{}”低于前面的“{}”，或者写法不同",
            tier.name, before.name
        );
        sink.error(&tier.at, Code::Type, message, None);
    }
}

/// 同一标识、同一地区，起止重叠的两个分不出用哪一个（LB14）。
pub(crate) fn overlaps(items: &[Item], sink: &mut Sink) {
    for (place, item) in items.iter().enumerate() {
        let is_apart = |a: &Item, b: &Item| a.to.is_some_and(|to| to <= b.from);
        let rival = items[..place].iter().find(|other| {
            other.code == item.code
                && other.regions == item.regions
                && !is_apart(item, other)
                && !is_apart(other, item)
        });
        if let Some(other) = rival {
            let message = format!(
                "裁量事项 {} 与 {} 起止重叠，分不出用哪一个",
                item.code, other.at.file.path
            );
            let hint = Some("旧的写 to，或者写明 regions".into());
            sink.error(&item.at, Code::Duplicate, message, hint);
        }
    }
}
