//! 一句处罚的话：罚款的上下限、按什么计、以什么为基数，另有什么处罚。

use std::cmp::Ordering;

use super::super::amount::Amount;
use super::numeral;

/// 一句处罚的话里读懂的。
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Penalty {
    /// 不予处罚。
    pub(super) is_none: bool,
    /// 下限；“以下”的没有。
    pub(super) least: Option<Amount>,
    /// 上限。
    pub(super) most: Amount,
    /// 按每一什么计，如“处设施”。
    pub(super) per: Option<String>,
    /// 倍数、比例的基数，如“货值金额”。
    pub(super) base: Option<String>,
    /// 另有的处罚，代码。
    pub(super) others: Vec<&'static str>,
}

impl Penalty {
    /// 另一句在不在这一句的幅度以内；写法不同比不出的算在内，由加载时查。
    pub(super) fn holds(&self, other: &Penalty) -> bool {
        if other.is_none {
            return true;
        }
        let is_below = |a: Amount, b: Amount| a.order(b) != Some(Ordering::Greater);
        let least = other.least.unwrap_or(other.most);
        self.least.is_none_or(|own| is_below(own, least)) && is_below(other.most, self.most)
    }
}

/// 没有数额的处罚的字样。
const OTHERS: [(&str, &str); 7] = [
    ("没收违法所得", "confiscate_illegal_gains"),
    ("没收", "confiscate_illegal_property"),
    ("警告", "warning"),
    ("通报批评", "circulated_criticism"),
    ("停产停业", "suspend_business"),
    ("停业整顿", "suspend_business"),
    ("吊销", "revoke_license"),
];

/// 读一句处罚的话；没有罚款数额、又不是不予处罚的没有。
pub(super) fn penalty(text: &str) -> Option<Penalty> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let mut others: Vec<&'static str> = Vec::new();
    let mut rest = text.clone();
    for (word, code) in OTHERS {
        if rest.contains(word) {
            rest = rest.replacen(word, "", 1);
            if !others.contains(&code) {
                others.push(code);
            }
        }
    }
    if text.contains("不予处罚") || text.contains("免予处罚") {
        return Some(Penalty {
            is_none: true,
            least: None,
            most: Amount::parse("0元").ok()?,
            per: None,
            base: None,
            others,
        });
    }
    // The first amount that a fine follows; what else the sentence says stays for the reader.
    let (start, (least, most)) = text
        .char_indices()
        .find_map(|(at, _)| Some((at, bounds(&text[at..])?)))?;
    let before = &text[..start];
    Some(Penalty {
        is_none: false,
        least,
        most,
        per: counted(before),
        base: matches!(most, Amount::Share(_)).then(|| base(before)),
        others,
    })
}

/// `甲以上乙以下罚款`、`乙以下罚款`、`甲罚款`；单写一个数的是定额，上下限相同。
fn bounds(text: &str) -> Option<(Option<Amount>, Amount)> {
    let (first, rest) = numeral::amount(text)?;
    if let Some(rest) = rest.strip_prefix("以上") {
        let rest = rest.strip_prefix('、').unwrap_or(rest);
        let (second, rest) = numeral::amount(rest)?;
        rest.strip_prefix("以下").filter(|r| is_fine(r))?;
        return Some((Some(first), second));
    }
    if let Some(rest) = rest.strip_prefix("以下") {
        return is_fine(rest).then_some((None, first));
    }
    is_fine(rest).then_some((Some(first), first))
}

fn is_fine(rest: &str) -> bool {
    rest.strip_prefix('的').unwrap_or(rest).starts_with("罚款")
}

/// 数额之前的“每……”。
fn counted(before: &str) -> Option<String> {
    let at = before.rfind('每')?;
    let unit = before[at + '每'.len_utf8()..].trim_matches('处');
    Some(if unit.is_empty() { "处" } else { unit }.to_owned())
}

/// 数额之前的基数：最后一个“处”之后的话。
fn base(before: &str) -> String {
    let at = before.rfind('处').map_or(0, |at| at + '处'.len_utf8());
    before[at..].trim_end_matches('的').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> String {
        let Some(found) = penalty(text) else {
            return "看不懂".to_owned();
        };
        if found.is_none {
            return "不予".to_owned();
        }
        let least = found.least.map_or_else(String::new, Amount::in_words);
        let more = [found.per, found.base].into_iter().flatten();
        let more: Vec<String> = more
            .chain(found.others.iter().map(|o| (*o).to_owned()))
            .collect();
        format!("{least}-{} {}", found.most.in_words(), more.join(" "))
    }

    #[test]
    fn sentences_of_public_tables_are_read() {
        let cases = [
            ("处二千元以上二万元以下罚款", "2000元-2万元 "),
            ("处二千元罚款。", "2000元-2000元 "),
            ("不予处罚。", "不予"),
            ("处5万元以下的罚款", "-5万元 "),
            (
                "按照每处设施处五千元以上二万元以下罚款",
                "5000元-2万元 设施",
            ),
            ("每处设施处五千元罚款。", "5000元-5000元 设施"),
            (
                "按照占地面积处每平方米一千元罚款，并处没收违法堆放的物品",
                "1000元-1000元 平方米 confiscate_illegal_property",
            ),
            (
                "没收违法所得，并处货值金额十倍以上二十倍以下罚款",
                "10倍-20倍 货值金额 confiscate_illegal_gains",
            ),
            ("处工程合同价款2%以上4%以下的罚款", "2%-4% 工程合同价款"),
            ("责令改正", "看不懂"),
        ];
        for (text, wanted) in cases {
            assert_eq!(words(text), wanted, "{text}");
        }
    }
}
