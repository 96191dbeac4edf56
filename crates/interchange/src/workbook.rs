//! Excel：逐行读 xlsx，有限度地读 xls；合并格填满，数字、日期各按其格式，表名与列标写进错误。

use std::cell::Cell as Flag;
use std::io::{Cursor, Read};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use calamine::{Data, DataRef, Reader, Sheet, SheetType, SheetVisible, Xls, Xlsx};
use mingjing_domain::event::Origin;

use crate::archive::{self, ArchiveKind};
use crate::csv_table::{Read1, unknown_header};
use crate::dates::{self, ExcelEpoch};
use crate::error::RowError;
use crate::header::{self, HEADER_SEARCH_ROWS, Merge};
use crate::record::{Cell, Columns, Row};

/// 一张表最多的非空格数。
pub const CELLS_MAX: u64 = 20_000_000;
/// Excel 最多的列数。
const COLUMNS_MAX: u32 = 16_384;
/// xls 展开后最多的格数（旧格式由读取器整张放进内存）。
const XLS_AREA_MAX: u64 = 5_000_000;
/// 合并区域最多的个数。
const MERGES_MAX: usize = 200_000;

thread_local! {
    static DECODING: Flag<bool> = const { Flag::new(false) };
}

/// 本线程是不是正在解码 Excel：其间的崩溃由 [`read`] 接住，算作文件损坏，程序不必另说。
pub fn is_decoding() -> bool {
    DECODING.get()
}

/// 读 Excel（内容已全在 `bytes`）；每张认得表头的可见工作表都读，没有一张认得则为错误。
pub fn read<T: Clone>(
    bytes: &[u8],
    file: &str,
    recognise: &dyn Fn(&Columns) -> Option<T>,
    sink: &mut dyn FnMut(Read1<T>) -> ControlFlow<()>,
) -> ControlFlow<()> {
    // The decoders are other people's code over hostile bytes: whatever still panics in them is a broken file to us.
    DECODING.set(true);
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        read_checked(bytes, file, recognise, sink)
    }));
    DECODING.set(false);
    match outcome {
        Ok(Ok(flow)) => flow,
        Ok(Err(error)) => sink(Read1::Problem(error.at(file, None, None))),
        Err(_) => sink(Read1::Problem(broken("内部结构错误").at(file, None, None))),
    }
}

fn broken(reason: &str) -> RowError {
    RowError::new(
        format!("Excel 文件损坏（{reason}）"),
        "请用 Excel 或 WPS 打开后另存为 xlsx。",
    )
}

fn read_checked<T: Clone>(
    bytes: &[u8],
    file: &str,
    recognise: &dyn Fn(&Columns) -> Option<T>,
    sink: &mut dyn FnMut(Read1<T>) -> ControlFlow<()>,
) -> Result<ControlFlow<()>, RowError> {
    if bytes.starts_with(&OLE_MAGIC) {
        check_xls(bytes)?;
        let mut book: Xls<_> = Xls::new(Cursor::new(bytes)).map_err(|e| broken(&e.to_string()))?;
        return read_xls(&mut book, &mut Sheets::new(file, recognise, sink));
    }
    match archive::check(bytes)? {
        ArchiveKind::Xlsx => {}
        ArchiveKind::Ods => {
            return Err(RowError::new(
                "是 ods 表格，尚不能读",
                "请用 WPS 或 LibreOffice 另存为 xlsx 或 CSV。",
            ));
        }
        ArchiveKind::Other => {
            return Err(RowError::new(
                "是压缩包，不是 Excel 表格",
                "请解压后给出其中的 xlsx、CSV 或 JSON Lines 文件。",
            ));
        }
    }
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|e| broken(&e.to_string()))?;
    read_xlsx(&mut book, &mut Sheets::new(file, recognise, sink))
}

/// 复合文档（xls）的开头。
pub const OLE_MAGIC: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

type Book<'b> = Cursor<&'b [u8]>;

fn read_xlsx<T: Clone>(
    book: &mut Xlsx<Book<'_>>,
    sheets: &mut Sheets<'_, T>,
) -> Result<ControlFlow<()>, RowError> {
    let epoch = if book.has_1904_epoch() {
        ExcelEpoch::From1904
    } else {
        ExcelEpoch::From1900
    };
    for sheet in book.sheets_metadata().to_vec() {
        if !is_readable(&sheet) {
            continue;
        }
        let merges = book
            .merge_cells_by_sheet_name(&sheet.name)
            .map_err(|e| broken(&e.to_string()))?;
        let mut table = Table::new(sheets, &sheet.name, epoch, merges_of(&merges)?);
        let mut cells = book
            .worksheet_cells_reader(&sheet.name)
            .map_err(|e| broken(&e.to_string()))?;
        let (mut count, mut current, mut row) = (0_u64, None, Vec::new());
        loop {
            let cell = cells.next_cell().map_err(|e| {
                broken(&e.to_string()).at(table.sheets.file, Some(&sheet.name), None)
            })?;
            let position = cell.as_ref().map(calamine::Cell::get_position);
            if let (Some(number), true) = (current, position.map(|p| p.0) != current)
                && table
                    .push(u64::from(number), std::mem::take(&mut row))
                    .is_break()
            {
                return Ok(table.finish());
            }
            let (Some(cell), Some((number, column))) = (cell, position) else {
                break;
            };
            current = Some(number);
            count += 1;
            if count > CELLS_MAX || column >= COLUMNS_MAX {
                return Err(RowError::new(
                    format!("工作表超过 {CELLS_MAX} 格或 {COLUMNS_MAX} 列"),
                    "请分成几个文件，或导出为 CSV。",
                ));
            }
            put(
                &mut row,
                column as usize,
                cell_of_ref(cell.get_value(), epoch),
            );
        }
        if table.finish().is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    Ok(sheets.finish())
}

fn read_xls<T: Clone>(
    book: &mut Xls<Book<'_>>,
    sheets: &mut Sheets<'_, T>,
) -> Result<ControlFlow<()>, RowError> {
    let epoch = if book.has_1904_epoch() {
        ExcelEpoch::From1904
    } else {
        ExcelEpoch::From1900
    };
    for sheet in book.sheets_metadata().to_vec() {
        if !is_readable(&sheet) {
            continue;
        }
        let merges = book
            .merge_cells_by_sheet_name(&sheet.name)
            .unwrap_or_default();
        let range = book
            .worksheet_range(&sheet.name)
            .map_err(|e| broken(&e.to_string()))?;
        let (top, left) = range.start().unwrap_or_default();
        let mut table = Table::new(sheets, &sheet.name, epoch, merges_of(&merges)?);
        for (at, row) in range.rows().enumerate() {
            let mut cells = vec![Cell::Blank; left as usize];
            cells.extend(row.iter().map(|data| cell_of(data, epoch)));
            if table.push(u64::from(top) + at as u64, cells).is_break() {
                return Ok(table.finish());
            }
        }
        if table.finish().is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    Ok(sheets.finish())
}

fn is_readable(sheet: &Sheet) -> bool {
    sheet.visible == SheetVisible::Visible && sheet.typ == SheetType::WorkSheet
}

fn merges_of(merges: &[calamine::Dimensions]) -> Result<Vec<Merge>, RowError> {
    if merges.len() > MERGES_MAX {
        return Err(RowError::new(
            format!("合并格超过 {MERGES_MAX} 处"),
            "请取消合并后另存，或导出为 CSV。",
        ));
    }
    let mut merges: Vec<Merge> = merges
        .iter()
        .filter(|d| d.end.0 >= d.start.0 && d.end.1 >= d.start.1)
        .map(|d| Merge {
            top: d.start.0.into(),
            left: d.start.1.min(COLUMNS_MAX - 1) as usize,
            bottom: d.end.0.into(),
            right: d.end.1.min(COLUMNS_MAX - 1) as usize,
        })
        .collect();
    merges.sort_by_key(|m| (m.top, m.left));
    Ok(merges)
}

fn put(row: &mut Vec<Cell>, column: usize, cell: Cell) {
    if cell.is_blank() {
        return;
    }
    if row.len() <= column {
        row.resize(column + 1, Cell::Blank);
    }
    row[column] = cell;
}

fn cell_of_ref(data: &DataRef<'_>, epoch: ExcelEpoch) -> Cell {
    match data {
        DataRef::Empty => Cell::Blank,
        DataRef::Int(n) => Cell::Number(*n as f64),
        DataRef::Float(n) => Cell::Number(*n),
        DataRef::String(text) => Cell::of_text(text),
        DataRef::SharedString(text) => Cell::of_text(text),
        DataRef::Bool(yes) => Cell::Bool(*yes),
        DataRef::DateTime(at) => cell_of_serial(at.as_f64(), at.is_duration(), epoch),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Cell::of_text(text),
        DataRef::Error(code) => Cell::Broken(code.to_string()),
    }
}

fn cell_of(data: &Data, epoch: ExcelEpoch) -> Cell {
    match data {
        Data::Empty => Cell::Blank,
        Data::Int(n) => Cell::Number(*n as f64),
        Data::Float(n) => Cell::Number(*n),
        Data::String(text) => Cell::of_text(text),
        Data::Bool(yes) => Cell::Bool(*yes),
        Data::DateTime(at) => cell_of_serial(at.as_f64(), at.is_duration(), epoch),
        Data::DateTimeIso(text) | Data::DurationIso(text) => Cell::of_text(text),
        Data::Error(code) => Cell::Broken(code.to_string()),
    }
}

fn cell_of_serial(serial: f64, is_duration: bool, epoch: ExcelEpoch) -> Cell {
    match dates::from_excel(serial, epoch) {
        Ok(moment) if !is_duration => Cell::Moment(moment),
        _ => Cell::Number(serial),
    }
}

/// 全部工作表共有的：出口、认表头者、有没有一张认得。
struct Sheets<'a, T> {
    file: &'a str,
    recognise: &'a dyn Fn(&Columns) -> Option<T>,
    sink: &'a mut dyn FnMut(Read1<T>) -> ControlFlow<()>,
    is_any_known: bool,
    unknown: Option<RowError>,
}

impl<'a, T> Sheets<'a, T> {
    fn new(
        file: &'a str,
        recognise: &'a dyn Fn(&Columns) -> Option<T>,
        sink: &'a mut dyn FnMut(Read1<T>) -> ControlFlow<()>,
    ) -> Self {
        Sheets {
            file,
            recognise,
            sink,
            is_any_known: false,
            unknown: None,
        }
    }

    fn finish(&mut self) -> ControlFlow<()> {
        if self.is_any_known {
            return ControlFlow::Continue(());
        }
        let problem = self.unknown.take().unwrap_or_else(|| {
            RowError::new(
                "没有可见的、有内容的工作表",
                "请取消隐藏，或确认保存的是有数据的文件。",
            )
        });
        (self.sink)(Read1::Problem(problem.at(self.file, None, None)))
    }
}

/// 一张工作表：先攒开头找表头，再逐行放出。
struct Table<'s, 'a, T> {
    sheets: &'s mut Sheets<'a, T>,
    name: String,
    epoch: ExcelEpoch,
    merges: Vec<Merge>,
    next_merge: usize,
    active: Vec<(Merge, Cell)>,
    head: Vec<(u64, Vec<Cell>)>,
    found: Option<(Arc<Columns>, T)>,
    is_settled: bool,
    is_stopped: bool,
}

impl<'s, 'a, T: Clone> Table<'s, 'a, T> {
    fn new(
        sheets: &'s mut Sheets<'a, T>,
        name: &str,
        epoch: ExcelEpoch,
        merges: Vec<Merge>,
    ) -> Self {
        Table {
            sheets,
            name: name.to_owned(),
            epoch,
            merges,
            next_merge: 0,
            active: Vec::new(),
            head: Vec::new(),
            found: None,
            is_settled: false,
            is_stopped: false,
        }
    }

    fn push(&mut self, number: u64, mut cells: Vec<Cell>) -> ControlFlow<()> {
        self.fill_merged(number, &mut cells);
        while cells.last().is_some_and(Cell::is_blank) {
            cells.pop();
        }
        if cells.is_empty() {
            return ControlFlow::Continue(());
        }
        if self.is_settled {
            return self.emit(number, cells);
        }
        self.head.push((number, cells));
        if self.head.len() < HEADER_SEARCH_ROWS {
            ControlFlow::Continue(())
        } else {
            self.settle()
        }
    }

    /// 合并格只有左上角有值：把它填到合并区域的每一格。
    fn fill_merged(&mut self, number: u64, cells: &mut Vec<Cell>) {
        self.active.retain(|(merge, _)| merge.bottom >= number);
        while let Some(merge) = self.merges.get(self.next_merge).filter(|m| m.top <= number) {
            let value = if merge.top == number {
                cells.get(merge.left).cloned()
            } else {
                None
            };
            if let Some(value) = value.filter(|v| !v.is_blank()) {
                self.active.push((*merge, value));
            }
            self.next_merge += 1;
        }
        for (merge, value) in &self.active {
            // A title merged over the whole sheet must not make sixteen thousand columns.
            let right = merge.right.min(merge.left + MERGE_FILL_MAX);
            for column in merge.left..=right {
                if cells.get(column).is_none_or(Cell::is_blank) {
                    put(cells, column, value.clone());
                }
            }
        }
    }

    fn settle(&mut self) -> ControlFlow<()> {
        self.is_settled = true;
        let rows = std::mem::take(&mut self.head);
        let Some(found) = header::find(&rows, &self.merges, self.sheets.recognise) else {
            if !rows.is_empty() && self.sheets.unknown.is_none() {
                self.sheets.unknown =
                    Some(unknown_header(&rows).at(self.sheets.file, Some(&self.name), None));
            }
            return ControlFlow::Continue(());
        };
        self.sheets.is_any_known = true;
        self.found = Some((found.columns, found.matched));
        rows.into_iter()
            .skip(found.last + 1)
            .try_for_each(|(number, cells)| self.emit(number, cells))
    }

    fn emit(&mut self, number: u64, mut cells: Vec<Cell>) -> ControlFlow<()> {
        let Some((columns, matched)) = &self.found else {
            return ControlFlow::Continue(());
        };
        cells.truncate(columns.len());
        if cells.iter().all(Cell::is_blank) {
            return ControlFlow::Continue(());
        }
        let origin = Origin {
            file: self.sheets.file.to_owned(),
            sheet: Some(self.name.clone()),
            row: number + 1,
        };
        let row = Row {
            origin,
            columns: Arc::clone(columns),
            cells,
            epoch: self.epoch,
        };
        let flow = (self.sheets.sink)(Read1::Row(row, matched.clone()));
        self.is_stopped |= flow.is_break();
        flow
    }

    fn finish(mut self) -> ControlFlow<()> {
        if !self.is_settled && !self.is_stopped {
            return self.settle();
        }
        if self.is_stopped {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }
}

/// 合并格向右最多填的格数。
const MERGE_FILL_MAX: usize = 256;

/// 查 xls：逐个记录看它占的格子，免得读取器按自称的范围要内存。
fn check_xls(bytes: &[u8]) -> Result<(), RowError> {
    if bytes.len() as u64 > archive::COMPRESSED_MAX {
        return Err(RowError::new(
            format!(
                "文件 {} MB，超过上限 {} MB",
                bytes.len() >> 20,
                archive::COMPRESSED_MAX >> 20
            ),
            "请分成几个文件，或导出为 CSV。",
        ));
    }
    let mut compound =
        cfb::CompoundFile::open(Cursor::new(bytes)).map_err(|e| broken(&e.to_string()))?;
    let name = ["/Workbook", "/Book"]
        .into_iter()
        .find(|name| compound.is_stream(name));
    let Some(name) = name else {
        return Err(RowError::new(
            "不是 Excel 表格，或加了密码",
            "请去掉密码后另存为 xlsx。",
        ));
    };
    let mut stream = Vec::new();
    compound
        .open_stream(name)
        .and_then(|s| s.take(archive::COMPRESSED_MAX).read_to_end(&mut stream))
        .map_err(|e| broken(&e.to_string()))?;
    let (mut area, mut sheet) = (0_u64, Area::default());
    let mut at = 0;
    while let Some(head) = stream.get(at..at + 4) {
        let (kind, length) = (
            u16::from_le_bytes([head[0], head[1]]),
            usize::from(u16::from_le_bytes([head[2], head[3]])),
        );
        let data = stream.get(at + 4..at + 4 + length).unwrap_or_default();
        at += 4 + length;
        match kind {
            0x0809 => area += std::mem::take(&mut sheet).cells(),
            0x0200 => check_dimensions(data)?,
            0x0006 | 0x00BD | 0x00BE | 0x00D6 | 0x00FD | 0x0201 | 0x0203..=0x0205 | 0x027E => {
                sheet.include(data)
            }
            _ => {}
        }
        if area + sheet.cells() > XLS_AREA_MAX {
            return Err(RowError::new(
                format!("工作表展开后超过 {XLS_AREA_MAX} 格"),
                "请删去空白的远处单元格，另存为 xlsx，或导出为 CSV。",
            ));
        }
    }
    Ok(())
}

fn check_dimensions(data: &[u8]) -> Result<(), RowError> {
    let word = |at: usize| {
        data.get(at..at + 2)
            .map_or(0, |b| u64::from(u16::from_le_bytes([b[0], b[1]])))
    };
    let long = |at: usize| word(at) | word(at + 2) << 16;
    let (top, bottom, left, right) = if data.len() >= 14 {
        (long(0), long(4), word(8), word(10))
    } else {
        (word(0), word(2), word(4), word(6))
    };
    if bottom > 65_536 || right > 256 || bottom < top || right < left {
        return Err(broken("范围不合理"));
    }
    Ok(())
}

#[derive(Default)]
struct Area(Option<[u64; 4]>);

impl Area {
    fn include(&mut self, data: &[u8]) {
        let Some(&[r0, r1, c0, c1]) = data.first_chunk::<4>() else {
            return;
        };
        let (row, column) = (
            u64::from(u16::from_le_bytes([r0, r1])),
            u64::from(u16::from_le_bytes([c0, c1])),
        );
        let [top, bottom, left, right] = self.0.unwrap_or([row, row, column, column]);
        self.0 = Some([
            top.min(row),
            bottom.max(row),
            left.min(column),
            right.max(column),
        ]);
    }

    fn cells(&self) -> u64 {
        self.0.map_or(0, |[top, bottom, left, right]| {
            (bottom - top + 1) * (right - left + 1)
        })
    }
}
