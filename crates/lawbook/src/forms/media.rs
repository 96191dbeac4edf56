//! 音像覆盖与文字检出。

use std::sync::Arc;

use mingjing_domain::finding::MissingWhy;
use mingjing_kernel::codes::{CitizenId, CreditCode};

use super::{Part, Verdict, each};
use crate::cel::compile::Fun;
use crate::cel::value::{Miss, Tri, Val, miss};
use crate::context::{Ctx, Slot};
use crate::selector::Selector;

/// `covers`：音像的并集覆盖行为的全过程。
pub struct Covers {
    /// 行为。
    pub event: Selector,
    /// 行为的起、止时刻。
    pub span: (Fun, Fun),
    /// 音像。
    pub media: Selector,
    /// 音像的起、止时刻。
    pub media_span: (Fun, Fun),
    /// 允许的合计空隙（秒）。
    pub gap_seconds_max: Fun,
}

impl Covers {
    /// 判断：行为区间减去音像并集，余下不超过允许的空隙。
    pub fn judge(&self, ctx: &Ctx<'_>, part: &Part) -> Vec<Verdict> {
        each(ctx, &self.event, part, |inner, _, result| {
            match self.uncovered(inner, result) {
                Err(m) => result.holds = Tri::Unknown(m),
                Ok((seconds, allowed)) => {
                    result.holds = Tri::of(seconds <= allowed);
                    result.detail.amount = Some((seconds, allowed));
                    result.scope.actual = Some(seconds);
                    result.scope.limit = Some(allowed);
                    // Media that the material does not carry may fill the gap.
                    if matches!(result.holds, Tri::False)
                        && let Some(m) = self.media.gap(inner, ctx.run.case.as_of)
                    {
                        result.holds = Tri::Unknown(m);
                    }
                }
            }
            true
        })
    }

    fn uncovered(&self, ctx: &Ctx<'_>, result: &mut Verdict) -> Result<(i64, i64), Miss> {
        let allowed = match (self.gap_seconds_max)(ctx) {
            Val::Int(n) => n,
            Val::Unknown(m) => return Err(m),
            _ => return Err(miss("gap_seconds_max", MissingWhy::Error)),
        };
        let (start, end) = (instant((self.span.0)(ctx))?, instant((self.span.1)(ctx))?);
        let mut spans: Vec<(i64, i64)> = Vec::new();
        for (position, doubt) in self.media.candidates(ctx) {
            if let Some(m) = doubt {
                return Err(m);
            }
            let inner = ctx.with(Slot::Act, position);
            let from = instant((self.media_span.0)(&inner))?;
            let to = instant((self.media_span.1)(&inner))?;
            result.evidence.push(position);
            spans.push((from.max(start), to.min(end)));
        }
        spans.retain(|(a, b)| a < b);
        spans.sort_unstable();
        let mut uncovered = 0;
        let mut reached = start;
        for (from, to) in spans {
            uncovered += (from - reached).max(0);
            reached = reached.max(to);
        }
        Ok((uncovered + (end - reached).max(0), allowed))
    }
}

fn instant(value: Val) -> Result<i64, Miss> {
    match value {
        Val::Instant(at) => Ok(at.unix_seconds()),
        Val::Unknown(m) => Err(m),
        _ => Err(miss("时刻", MissingWhy::Error)),
    }
}

/// 检出器。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detector {
    /// 公民身份号码
    CitizenId,
    /// 手机号码
    MobilePhone,
    /// 银行账号
    BankCard,
    /// 详细住址
    Address,
}

impl Detector {
    /// 由标识解析。
    pub fn parse(name: &str) -> Option<Detector> {
        Some(match name {
            "citizen_id" => Detector::CitizenId,
            "mobile_phone" => Detector::MobilePhone,
            "bank_card" => Detector::BankCard,
            "address" => Detector::Address,
            _ => return None,
        })
    }

    /// 中文名。
    pub fn name(self) -> &'static str {
        match self {
            Detector::CitizenId => "公民身份号码",
            Detector::MobilePhone => "手机号码",
            Detector::BankCard => "银行账号",
            Detector::Address => "详细住址",
        }
    }

    fn finds(self, text: &str) -> bool {
        match self {
            Detector::CitizenId => {
                runs(text, |c| c.is_ascii_digit() || c == 'X' || c == 'x').any(|run| {
                    run.len() == 18
                        && CreditCode::parse(run).is_err()
                        && CitizenId::parse(run).is_ok()
                })
            }
            Detector::MobilePhone => digits(text).any(|run| run.len() == 11 && is_mobile(run)),
            Detector::BankCard => {
                digits(text).any(|run| (16..=19).contains(&run.len()) && passes_luhn(run))
            }
            Detector::Address => has_address(text),
        }
    }
}

fn runs<'t>(
    text: &'t str,
    keep: impl Fn(char) -> bool + Copy + 't,
) -> impl Iterator<Item = &'t str> {
    text.split(move |c| !keep(c)).filter(|run| !run.is_empty())
}

fn digits(text: &str) -> impl Iterator<Item = &str> {
    runs(text, |c| c.is_ascii_digit())
}

fn is_mobile(run: &str) -> bool {
    run.starts_with('1')
        && run
            .as_bytes()
            .get(1)
            .is_some_and(|b| (b'3'..=b'9').contains(b))
}

fn passes_luhn(run: &str) -> bool {
    let sum: u32 = run
        .bytes()
        .rev()
        .enumerate()
        .map(|(i, b)| {
            let digit = u32::from(b - b'0') * if i % 2 == 1 { 2 } else { 1 };
            digit / 10 + digit % 10
        })
        .sum();
    sum.is_multiple_of(10)
}

/// 门牌号写到室、单元、栋的地址；机关与企业住所到“号”为止的不算。
fn has_address(text: &str) -> bool {
    let place = |c: &str| text.contains(c);
    (place("室") || place("单元") || place("栋"))
        && text
            .chars()
            .zip(text.chars().skip(1))
            .any(|(a, b)| a.is_ascii_digit() && matches!(b, '室' | '单' | '栋' | '号'))
        && (place("住址") || place("住所") || place("家住") || place("住"))
}

/// `matches`：公开文本中检出不应出现的内容。
pub struct Matches {
    /// 触发。
    pub on: Selector,
    /// 文本。
    pub text: Fun,
    /// 检出器。
    pub detectors: Vec<Detector>,
}

impl Matches {
    /// 判断：检出任何一种即不合规，列出检出的种类（不重复原文）。
    pub fn judge(&self, ctx: &Ctx<'_>, part: &Part) -> Vec<Verdict> {
        each(ctx, &self.on, part, |inner, _, result| {
            let (holds, found) = match (self.text)(inner) {
                Val::Text(text) => {
                    let found: Vec<Arc<str>> = self
                        .detectors
                        .iter()
                        .filter(|d| d.finds(&text))
                        .map(|d| Arc::from(d.name()))
                        .collect();
                    (Tri::of(found.is_empty()), found)
                }
                Val::Unknown(m) => (Tri::Unknown(m), Vec::new()),
                _ => (Tri::Unknown(miss("text", MissingWhy::Error)), Vec::new()),
            };
            result.holds = holds;
            result.detail.lacking = found;
            true
        })
    }
}
