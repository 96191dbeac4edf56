//! 大名单逐行读：内存不随行数增长。只有这一个文件看本进程的内存，所以单独成一个程序。
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    reason = "a panic is how a test fails, in its aids as well"
)]

use std::io::Read;
use std::ops::ControlFlow;

use mingjing_interchange::read::{Item, Options, Source, Summary, read};
use mingjing_kernel::date::Date;

/// 一行行现造的文件：从不整个在内存里。
struct Made<F> {
    next: u64,
    rows: u64,
    row: F,
    text: Vec<u8>,
    at: usize,
}

impl<F: Fn(u64) -> String> Read for Made<F> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.at == self.text.len() {
            if self.next == self.rows {
                return Ok(0);
            }
            self.text = (self.row)(self.next).into_bytes();
            (self.at, self.next) = (0, self.next + 1);
        }
        let n = buffer.len().min(self.text.len() - self.at);
        buffer[..n].copy_from_slice(&self.text[self.at..self.at + n]);
        self.at += n;
        Ok(n)
    }
}

/// 本进程用过的最大内存，MB。
fn peak_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM"))
        .unwrap();
    let kb: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kb / 1024
}

fn read_made(
    name: &str,
    rows: u64,
    row: impl Fn(u64) -> String + Copy + 'static,
) -> (Summary, u64) {
    let open = move || {
        Ok(Box::new(Made {
            next: 0,
            rows,
            row,
            text: Vec::new(),
            at: 0,
        }) as Box<dyn Read>)
    };
    let sources = [Source {
        name: name.to_owned(),
        open: &open,
    }];
    let options = Options {
        today: Date::new(2026, 3, 10).unwrap(),
        is_unsigned: &|_, _| true,
        adapter: None,
        progress: None,
    };
    // The built-in mappings are parsed once, by whoever comes first.
    let _ = mingjing_interchange::adapters::choice::Adapter::list();
    let before = peak_mb();
    let summary = read(&sources, &options, &mut |item| {
        assert!(matches!(item, Item::Case(_) | Item::Refused(_)), "{item:?}");
        ControlFlow::Continue(())
    });
    (summary, peak_mb() - before)
}

/// 每行二百多字节，合计七 MB：哪怕只把原文留一份，也过了下面的线。
const ROWS: u64 = 30_000;
const LINE_MB: u64 = 5;

#[test]
fn a_long_csv_is_read_row_by_row() {
    let (summary, grown) = read_made("长.csv", ROWS, |n| {
        let head = if n == 0 {
            "决定书文号,相对人名称,违法事实,处罚决定日期,处罚机关\n"
        } else {
            ""
        };
        let day = if n % 100 == 0 {
            "2024-02-30"
        } else {
            "2024-03-01"
        };
        format!(
            "{head}甲罚〔2024〕{n}号,某某店,{},{day},某局\n",
            "某".repeat(60)
        )
    });
    assert_eq!((summary.rows, summary.refused), (ROWS, ROWS / 100));
    assert!(grown < LINE_MB, "{grown} MB");
}

#[test]
fn long_json_lines_are_read_line_by_line() {
    let (summary, grown) = read_made("长.jsonl", ROWS, |n| {
        let day = if n % 100 == 0 {
            "2024-02-30"
        } else {
            "2024-03-01"
        };
        format!(
            "{{\"case\":\"{n}\",\"events\":[{{\"kind\":\"decided\",\"on\":\"{day}\",\"note\":\"{}\"}}]}}\n",
            "某".repeat(60)
        )
    });
    assert_eq!((summary.rows, summary.refused), (ROWS, ROWS / 100));
    assert!(grown < LINE_MB, "{grown} MB");
}
