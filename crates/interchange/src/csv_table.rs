//! 分隔文本：逐行读 CSV、TSV，认分隔符、表头，报出格数不齐的行，内存不随文件增长。

use std::cell::Cell as Counter;
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::rc::Rc;
use std::sync::Arc;

use mingjing_domain::event::Origin;

use crate::dates::ExcelEpoch;
use crate::error::RowError;
use crate::header::{self, HEADER_SEARCH_ROWS};
use crate::record::{Cell, Columns, Row};

/// 一行（含引号内换行）最多的字节数：没有闭合的引号会把整个文件吞成一格。
pub const RECORD_BYTES_MAX: u64 = 8 * 1024 * 1024;
/// 一行最多的格数。
pub const CELLS_MAX: usize = 4_096;

/// 读出的东西：认出的表头、一行、或一处错误。
#[derive(Debug)]
pub enum Read1<T> {
    /// 一行，附认表头者给出的东西
    Row(Row, T),
    /// 一处错误
    Problem(RowError),
}

/// 读分隔文本（已是 UTF-8）；`recognise` 认表头。返回是否找到表头。
pub fn read<T: Clone>(
    text: impl Read,
    file: &str,
    recognise: &dyn Fn(&Columns) -> Option<T>,
    sink: &mut dyn FnMut(Read1<T>) -> ControlFlow<()>,
) -> io::Result<ControlFlow<()>> {
    let (head, rest) = take_head(text)?;
    let delimiter = sniff_delimiter(&head);
    let since = Rc::new(Counter::new(0));
    let limited = SinceRecord {
        inner: io::Cursor::new(head).chain(rest),
        since: Rc::clone(&since),
        last: b'\n',
        is_done: false,
    };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .has_headers(false)
        .from_reader(limited);
    let mut table = Table {
        file,
        recognise,
        sink,
        head: Vec::new(),
        found: None,
    };
    let mut record = csv::StringRecord::new();
    loop {
        since.set(0);
        let line = reader.position().line();
        match reader.read_record(&mut record) {
            Ok(false) => break,
            Ok(true) => {
                // The line after the record, less its own: the parser tells the start of the blank lines before it.
                let inner: usize = record.iter().map(|cell| cell.matches('\n').count()).sum();
                let number = reader.position().line().saturating_sub(1 + inner as u64);
                if table.push(number, &record).is_break() {
                    return Ok(ControlFlow::Break(()));
                }
            }
            Err(error) => match error.into_kind() {
                csv::ErrorKind::Io(error) if error.kind() == io::ErrorKind::InvalidData => {
                    let problem = RowError::new(
                        error.to_string(),
                        "请检查这一行的引号是否成对，改正后重新导出。",
                    );
                    return Ok((table.sink)(Read1::Problem(problem.at(
                        file,
                        None,
                        Some(line),
                    ))));
                }
                csv::ErrorKind::Io(error) => return Err(error),
                other => {
                    let problem = RowError::new(
                        format!("这一行读不成表格（{other:?}）"),
                        "请用 Excel 打开后另存为 CSV UTF-8 或 xlsx。",
                    );
                    if (table.sink)(Read1::Problem(problem.at(file, None, Some(line)))).is_break() {
                        return Ok(ControlFlow::Break(()));
                    }
                }
            },
        }
    }
    Ok(table.finish())
}

struct Table<'a, T> {
    file: &'a str,
    recognise: &'a dyn Fn(&Columns) -> Option<T>,
    sink: &'a mut dyn FnMut(Read1<T>) -> ControlFlow<()>,
    head: Vec<(u64, Vec<Cell>)>,
    found: Option<(Arc<Columns>, T)>,
}

impl<T: Clone> Table<'_, T> {
    fn push(&mut self, number: u64, record: &csv::StringRecord) -> ControlFlow<()> {
        if record.iter().all(|cell| cell.trim().is_empty()) {
            return ControlFlow::Continue(());
        }
        if record.len() > CELLS_MAX {
            let problem = RowError::new(
                format!("这一行有 {} 格，超过上限 {CELLS_MAX}", record.len()),
                "请检查分隔符是否正确。",
            );
            return (self.sink)(Read1::Problem(problem.at(self.file, None, Some(number))));
        }
        let cells: Vec<Cell> = record.iter().map(Cell::of_text).collect();
        if self.found.is_some() {
            return self.emit(number, cells);
        }
        self.head.push((number, cells));
        if self.head.len() < HEADER_SEARCH_ROWS {
            return ControlFlow::Continue(());
        }
        self.settle()
    }

    /// 开头够多（或文件已完）：定表头，放出其下各行。
    fn settle(&mut self) -> ControlFlow<()> {
        let rows = std::mem::take(&mut self.head);
        let Some(found) = header::find(&rows, &[], self.recognise) else {
            (self.sink)(Read1::Problem(
                unknown_header(&rows).at(self.file, None, None),
            ))?;
            return ControlFlow::Break(());
        };
        self.found = Some((found.columns, found.matched));
        rows.into_iter()
            .skip(found.last + 1)
            .try_for_each(|(number, cells)| self.emit(number, cells))
    }

    fn emit(&mut self, number: u64, mut cells: Vec<Cell>) -> ControlFlow<()> {
        let Some((columns, matched)) = &self.found else {
            return ControlFlow::Continue(());
        };
        while cells.len() > columns.len() && cells.last().is_some_and(Cell::is_blank) {
            cells.pop();
        }
        if cells.len() != columns.len() {
            let problem = RowError::new(
                format!("这一行有 {} 格，表头有 {} 格", cells.len(), columns.len()),
                "请检查是否缺格，或格内有没加引号的分隔符、换行。",
            );
            return (self.sink)(Read1::Problem(problem.at(self.file, None, Some(number))));
        }
        let origin = Origin {
            file: self.file.to_owned(),
            sheet: None,
            row: number,
        };
        (self.sink)(Read1::Row(
            Row {
                origin,
                columns: Arc::clone(columns),
                cells,
                epoch: ExcelEpoch::From1900,
            },
            matched.clone(),
        ))
    }

    fn finish(mut self) -> ControlFlow<()> {
        if self.found.is_none() && !self.head.is_empty() {
            return self.settle();
        }
        if self.found.is_none() {
            let problem = RowError::new("文件是空的", "请确认导出是否成功。");
            return (self.sink)(Read1::Problem(problem.at(self.file, None, None)));
        }
        ControlFlow::Continue(())
    }
}

/// 认不出表头：说出看到的列名和办法。
pub fn unknown_header(rows: &[(u64, Vec<Cell>)]) -> RowError {
    let seen = header::fullest(rows)
        .map(|(_, cells)| {
            let names: Vec<String> = cells
                .iter()
                .map(Cell::shown)
                .filter(|n| !n.is_empty())
                .take(12)
                .collect();
            crate::error::mask_numbers(&names.join("、"))
                .chars()
                .take(160)
                .collect::<String>()
        })
        .unwrap_or_default();
    RowError::new(
        format!("认不出表头（看到的列：{seen}）"),
        "请把表头改成认得的列名，或写一个映射文件说明各列的意思（见随程序的 docs/mapping.md）；命令行也可以用 --adapter 指明格式。",
    )
}

/// 取开头一块看分隔符，不丢。
fn take_head<R: Read>(mut text: R) -> io::Result<(Vec<u8>, R)> {
    let mut head = vec![0; 32 * 1024];
    let mut filled = 0;
    while filled < head.len() {
        match text.read(&mut head[filled..])? {
            0 => break,
            n => filled += n,
        }
    }
    head.truncate(filled);
    Ok((head, text))
}

/// 分隔符：在开头各行里（引号之外）出现得最齐的那个；都没有则逗号。
fn sniff_delimiter(head: &[u8]) -> u8 {
    const CANDIDATES: [u8; 4] = [b',', b'\t', b';', b'|'];
    let mut counts = [const { Vec::<usize>::new() }; CANDIDATES.len()];
    let mut line = [0; CANDIDATES.len()];
    let (mut is_quoted, mut has_text) = (false, false);
    for &byte in head {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'\n' if !is_quoted => {
                if has_text {
                    for (all, n) in counts.iter_mut().zip(line) {
                        all.push(n);
                    }
                }
                (line, has_text) = ([0; CANDIDATES.len()], false);
            }
            _ if !is_quoted => {
                has_text |= !byte.is_ascii_whitespace();
                for (n, candidate) in line.iter_mut().zip(CANDIDATES) {
                    *n += usize::from(byte == candidate);
                }
            }
            _ => {}
        }
    }
    if counts[0].is_empty() {
        for (all, n) in counts.iter_mut().zip(line) {
            all.push(n);
        }
    }
    // The commonest non-zero count per line, times how many lines share it.
    let score = |all: &[usize]| {
        all.iter()
            .filter(|n| **n > 0)
            .map(|n| all.iter().filter(|m| *m == n).count() * 100 + n)
            .max()
            .unwrap_or(0)
    };
    let best = (0..CANDIDATES.len()).max_by_key(|at| (score(&counts[*at]), usize::MAX - at));
    best.filter(|at| score(&counts[*at]) > 0)
        .map_or(b',', |at| CANDIDATES[at])
}

/// 计着上一行以来的字节数，超过上限就报错；行尾一律成为一个换行，文件末尾补上换行，行号才数得准。
struct SinceRecord<R> {
    inner: R,
    since: Rc<Counter<u64>>,
    last: u8,
    is_done: bool,
}

impl<R: Read> Read for SinceRecord<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.since.get() > RECORD_BYTES_MAX {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                format!("一行超过 {} MB，多半是引号没有闭合", RECORD_BYTES_MAX >> 20),
            ));
        }
        loop {
            let n = self.inner.read(buffer)?;
            if n == 0 {
                if self.is_done || buffer.is_empty() || self.last == b'\n' {
                    return Ok(0);
                }
                (self.is_done, buffer[0]) = (true, b'\n');
                return Ok(1);
            }
            let kept = self.unify_line_ends(&mut buffer[..n]);
            self.since.set(self.since.get() + n as u64);
            // A block that held nothing but the second half of a line end is not the end of the file.
            if kept > 0 {
                return Ok(kept);
            }
        }
    }
}

impl<R> SinceRecord<R> {
    /// `\r\n` and a lone `\r` become `\n`, in place; gives the length that remains.
    fn unify_line_ends(&mut self, bytes: &mut [u8]) -> usize {
        let mut kept = 0;
        for at in 0..bytes.len() {
            let byte = bytes[at];
            let is_second_half = byte == b'\n' && self.last == b'\r';
            self.last = byte;
            if !is_second_half {
                bytes[kept] = if byte == b'\r' { b'\n' } else { byte };
                kept += 1;
            }
        }
        kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> (Vec<Vec<String>>, Vec<String>) {
        let (mut rows, mut problems) = (Vec::new(), Vec::new());
        let recognise = |c: &Columns| (c.find("案号").len() == 1).then_some(());
        let _ = read(text.as_bytes(), "t.csv", &recognise, &mut |item| {
            match item {
                Read1::Row(row, ()) => rows.push(row.cells.iter().map(Cell::shown).collect()),
                Read1::Problem(problem) => problems.push(problem.to_string()),
            }
            ControlFlow::Continue(())
        })
        .unwrap();
        (rows, problems)
    }

    #[test]
    fn delimiters_quotes_blank_lines_and_titles() {
        for text in [
            "某县台账,\n\n案号,内容\n1,\"甲,乙\"\n,\n2,丙\n",
            "案号\t内容\n1\t甲,乙\n2\t丙",
            "案号;内容\r\n1;甲,乙\r\n\r\n2;丙\r\n",
        ] {
            let (rows, problems) = rows(text);
            assert_eq!(rows, [["1", "甲,乙"], ["2", "丙"]], "{text}");
            assert!(problems.is_empty());
        }
    }

    #[test]
    fn rows_are_named_by_the_line_they_begin_on() {
        for end in ["\n", "\r\n", "\r"] {
            let text = ["某台账,", "", "", "案号,内容", "1,\"甲", "乙\"", "", "2"].join(end);
            let (_, problems) = rows(&text);
            assert!(problems[0].contains("第 8 行"), "{problems:?}");
        }
    }

    #[test]
    fn ragged_rows_are_named_by_line() {
        let (rows, problems) = rows("案号,甲,乙\n1,2\n2,3,4,5\n3,4,5,,\n");
        assert_eq!(rows.len(), 1);
        assert!(
            problems[0].contains("第 2 行") && problems[0].contains("有 2 格"),
            "{problems:?}"
        );
        assert!(
            problems[1].contains("第 3 行") && problems[1].contains("有 4 格"),
            "{problems:?}"
        );
    }

    #[test]
    fn unknown_header_says_what_was_seen() {
        let (_, problems) = rows("甲,乙\n1,2\n");
        assert!(
            problems[0].contains("认不出表头（看到的列：甲、乙）"),
            "{problems:?}"
        );
        assert!(rows("").1[0].contains("空的"));
    }

    #[test]
    fn an_open_quote_does_not_swallow_the_file() {
        let text = format!("案号,甲\n1,\"没有闭合\n{}", "二,2\n".repeat(3_000_000));
        let (_, problems) = rows(&text);
        assert!(
            problems.iter().any(|p| p.contains("引号没有闭合")),
            "{problems:?}"
        );
    }
}
