//! 时刻在接口里的写法：RFC 3339，协调世界时，末尾是 `Z`。

use mingjing_edge::problem::Problem;
use mingjing_kernel::date::Timestamp;
use mingjing_kernel::moment::Moment;
use mingjing_services::error::{FieldCode, FieldError, Pointer};

/// 记录时刻，到微秒；整秒的不写小数。
pub fn of(moment: Moment) -> String {
    let text = moment.to_string();
    match text.strip_suffix(".000000Z") {
        Some(whole) => format!("{whole}Z"),
        None => text,
    }
}

/// 到秒的时刻。
pub fn of_timestamp(at: Timestamp) -> String {
    let micros = at.unix_seconds().saturating_mul(1_000_000);
    // INVARIANT: a Timestamp of the last hours of 2199 in Beijing is within 2199 in UTC.
    Moment::from_unix_micros(micros).map_or_else(|| at.to_string(), of)
}

/// 查询参数里的时刻。
pub fn in_query(name: &str, given: Option<Timestamp>) -> Result<Option<Moment>, Problem> {
    at(Pointer::query(name), given)
}

/// 一处写着的时刻。
pub fn at(pointer: Pointer, at: Option<Timestamp>) -> Result<Option<Moment>, Problem> {
    let Some(at) = at else {
        return Ok(None);
    };
    let micros = at.unix_seconds().saturating_mul(1_000_000);
    match Moment::from_unix_micros(micros) {
        Some(moment) => Ok(Some(moment)),
        None => {
            let error = FieldError::new(pointer, FieldCode::OutOfRange, "超出范围");
            Err(Problem::invalid(vec![error]))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_end_in_z_and_drop_an_empty_fraction() {
        for (given, expected) in [
            ("2026-03-01T08:00:00.000000Z", "2026-03-01T08:00:00Z"),
            ("2026-03-01T08:00:00.120000Z", "2026-03-01T08:00:00.120000Z"),
        ] {
            assert_eq!(of(Moment::parse(given).unwrap()), expected);
        }
        let at = Timestamp::parse("2026-03-01T08:00").unwrap();
        assert_eq!(of_timestamp(at), "2026-03-01T00:00:00Z");
    }
}
