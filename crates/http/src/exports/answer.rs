//! 导出的答复：整份写在内存里，大小有限；太大的说出怎么办。

use std::io::{self, Write};

use axum::body::{Body, Bytes};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use mingjing_edge::problem::{Problem, ProblemCode};
use mingjing_services::error::ServiceError;

/// 一个答复至多的字节数：更多的用命令行导出，或缩小范围。
const BYTES_MAX: usize = 64 << 20;

/// 一行一条 JSON 的类型。
pub const JSON_LINES: &str = "application/x-ndjson; charset=utf-8";
/// CSV 的类型。
pub const CSV: &str = "text/csv; charset=utf-8";
/// Excel 工作簿的类型。
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// An answer as far as it may grow.
#[derive(Default)]
pub struct Limited {
    bytes: Vec<u8>,
    is_full: bool,
}

impl Write for Limited {
    fn write(&mut self, part: &[u8]) -> io::Result<usize> {
        self.is_full |= self.bytes.len() + part.len() > BYTES_MAX;
        if self.is_full {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.bytes.extend_from_slice(part);
        Ok(part.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Limited {
    /// 写好了的，或为什么没有写成。
    pub fn answer<T>(
        self,
        content_type: &'static str,
        exported: Result<T, ServiceError>,
    ) -> Result<Response, Problem> {
        if self.is_full {
            let detail = "一次至多 64 MiB。请缩小范围，或用命令行 mingjing export。";
            return Err(Problem::new(ProblemCode::LimitExceeded).detail(detail));
        }
        exported?;
        let body = Body::from(Bytes::from(self.bytes));
        Ok(([(CONTENT_TYPE, content_type)], body).into_response())
    }
}
