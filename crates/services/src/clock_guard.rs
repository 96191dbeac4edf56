//! 时钟的看守：时钟突然跳到了以后的，不做收不回的事，直到这个钟走满一小时。
//!
//! A clock set wrong once would otherwise delete in one minute what is kept for months. An hour of the new clock, not an
//! administrator, releases the guard: after a long holiday the clock of an installation that was switched off is days
//! ahead and right.

use mingjing_kernel::moment::Moment;
use mingjing_store::tx::Read;

use crate::context::{RequestContext, Services};
use crate::error::ServiceError;

const HOUR_MICROS: i64 = 3_600 * 1_000_000;
/// 超前不到这么久的不问：周末停机是常事；删早三天，也还在各项期限（三十天、九十天）的零头之内。
const LEAP_MICROS: i64 = 72 * HOUR_MICROS;
/// 新的时刻要走满这么久：一小时之内，看运行日志、登录的人来得及发现钟不对。
const SETTLED_MICROS: i64 = HOUR_MICROS;

/// 时钟可信。刚跳到了以后的，拒绝并说明怎么办。
///
/// What the database knows from more than an hour ago is compared with now: what the wrong clock itself has written
/// within its first hour proves nothing.
pub(crate) async fn require_settled(
    services: &Services,
    request: &RequestContext,
) -> Result<(), ServiceError> {
    let until = request.now.add_micros(-SETTLED_MICROS);
    let pulse = async move |read: &Read| read.last_pulse(until).await;
    match services.store.read(pulse).await? {
        Some(last) if last.add_micros(LEAP_MICROS) < request.now => Err(leapt(last, request.now)),
        _ => Ok(()),
    }
}

fn leapt(last: Moment, now: Moment) -> ServiceError {
    let hours = (now.unix_micros() - last.unix_micros()) / HOUR_MICROS;
    ServiceError::refused(format!(
        "服务器的时钟（{}）比库里此前最后一次有人做事（{}）晚了 {} 天：可能拨错了，到期的先不删除、不撤下。请核对时钟，错了的拨正后重启；没有错（停机久了）的不用做什么，运行满一小时自动照常",
        now.timestamp(),
        last.timestamp(),
        hours / 24,
    ))
}
