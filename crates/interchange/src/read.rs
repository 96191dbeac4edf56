//! 读入：认出文件是什么，逐条读成案件，坏的一行不妨碍其余，跨文件查重，说出进度。

use std::cell::Cell as Counter;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::ops::ControlFlow;
use std::rc::Rc;

use mingjing_domain::event::Origin;
use mingjing_domain::timeline::Timeline;
use mingjing_kernel::date::Date;
use serde_json::{Map, Value as Json};

use crate::adapters::choice::Adapter;
use crate::archive::COMPRESSED_MAX;
use crate::csv_table::{self, Read1};
use crate::duplicates::{Census, Duplicates, Verdict};
use crate::error::{RowError, SourceError};
use crate::json_lines::{self, Line};
use crate::limits::Limits;
use crate::mapping_rules::Mapped;
use crate::names;
use crate::record::{Columns, Row, hash128};
use crate::text::TextStream;
use crate::workbook;

/// 每读这么多条报一次进度。
const PROGRESS_EVERY: u64 = 1_000;

/// 来源：一个可以反复打开的文件（查重要看两遍以上）。
pub struct Source<'a> {
    /// 文件名，用在错误与事件的位置里。
    pub name: String,
    /// 打开。
    pub open: &'a dyn Fn() -> io::Result<Box<dyn Read>>,
}

/// 读入的选项。
pub struct Options<'a> {
    /// 今天：之后的事件日期拒绝。
    pub today: Date,
    /// 某种事件（或某个范围的事实）的某个字段是不是不得为负的数，由法典的词表定。
    pub is_unsigned: &'a dyn Fn(&str, &str) -> bool,
    /// 指明的适配器；`None` 由内容认出。
    pub adapter: Option<Adapter>,
    /// 进度。
    pub progress: Option<&'a dyn Fn(Progress<'_>)>,
}

impl Options<'_> {
    fn limits(&self) -> Limits<'_> {
        Limits {
            today: self.today,
            is_unsigned: self.is_unsigned,
        }
    }
}

/// 进度：第几遍，读到哪个文件的多少字节、多少条。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress<'a> {
    /// 文件名。
    pub file: &'a str,
    /// 是不是最后一遍（前面是查重）。
    pub is_final: bool,
    /// 本文件已读的字节数。
    pub bytes: u64,
    /// 本遍全部文件已读的条数。
    pub rows: u64,
}

/// 读出的一项。
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// 一案
    Case(Box<Case>),
    /// 不能读的一行（一条），或整个文件（没有行号）；一行的各处错误在一起
    Refused(Vec<RowError>),
    /// 与先读的一案标识、内容都相同而略去的一行
    Repeated(RowError),
    /// 说明：怎样读的、略去了什么
    Note(RowError),
}

/// 读出的案件。
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// 时间线。
    pub timeline: Timeline,
    /// 位置。
    pub origin: Origin,
    /// 适配器的名称。
    pub adapter: String,
}

/// 读入的总数。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Summary {
    /// 读到的行（条）数，不含空行、表头。
    pub rows: u64,
    /// 读成的案件数。
    pub cases: u64,
    /// 拒绝的行数。
    pub refused: u64,
    /// 内容相同而略去的行数。
    pub repeated: u64,
    /// 整个不能读的文件数。
    pub unreadable: u64,
}

/// 读全部来源，逐项交给 `sink`；`sink` 说停就停。
pub fn read(
    sources: &[Source<'_>],
    options: &Options<'_>,
    sink: &mut dyn FnMut(Item) -> ControlFlow<()>,
) -> Summary {
    let mut duplicates = find_duplicates(sources, options);
    let mut summary = Summary::default();
    let mut rows = 0;
    for source in sources {
        let before = (summary.rows, summary.unreadable);
        let flow = scan(source, options, true, &mut rows, &mut |raw| {
            emit(raw, source, options, &mut duplicates, &mut summary, sink)
        });
        let flow = flow.unwrap_or_else(|error| {
            summary.unreadable += 1;
            sink(Item::Refused(vec![error.to_row_error()]))
        });
        if flow.is_break() {
            return summary;
        }
        if before == (summary.rows, summary.unreadable) {
            let note = RowError::new("没有读到任何一行", "请确认文件里有数据。");
            if sink(Item::Note(note.at(&source.name, None, None))).is_break() {
                return summary;
            }
        }
    }
    for error in duplicates.leftovers() {
        summary.refused += 1;
        if sink(Item::Refused(vec![error])).is_break() {
            break;
        }
    }
    summary
}

/// 先看一遍（行多时几遍），找出重复的案件标识。
fn find_duplicates(sources: &[Source<'_>], options: &Options<'_>) -> Duplicates {
    let mut census = Census::new();
    loop {
        let mut rows = 0;
        for source in sources {
            // What cannot be read is told in the last pass.
            let _ = scan(source, options, false, &mut rows, &mut |raw| {
                if let Some(id) = raw.id() {
                    census.record(hash128(&names::folded(&id)), raw.content_hash());
                }
                ControlFlow::Continue(())
            });
        }
        if !census.end_pass() {
            return census.finish();
        }
    }
}

fn emit(
    raw: Raw,
    source: &Source<'_>,
    options: &Options<'_>,
    duplicates: &mut Duplicates,
    summary: &mut Summary,
    sink: &mut dyn FnMut(Item) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let origin = match &raw {
        Raw::Problem(error) => {
            if error.row.is_some() {
                summary.rows += 1;
                summary.refused += 1;
            } else {
                summary.unreadable += 1;
            }
            return sink(Item::Refused(vec![error.clone()]));
        }
        Raw::Note(error) => return sink(Item::Note(error.clone())),
        Raw::Row(row, _) => row.origin.clone(),
        Raw::Object { origin, .. } => origin.clone(),
    };
    summary.rows += 1;
    if let Some(id) = raw.id().filter(|_| !duplicates.is_empty()) {
        match duplicates.judge(hash128(&names::folded(&id)), &id, &origin, &|| {
            raw.contents()
        }) {
            Verdict::Read => {}
            Verdict::Same(note) => {
                summary.repeated += 1;
                return sink(Item::Repeated(note));
            }
            Verdict::Conflict(errors) => {
                for error in errors {
                    summary.refused += 1;
                    sink(Item::Refused(vec![error]))?;
                }
                return ControlFlow::Continue(());
            }
        }
    }
    let locate =
        |error: RowError| error.at(&source.name, origin.sheet.as_deref(), Some(origin.row));
    match raw.read(options.limits()) {
        Ok((mut mapped, adapter)) => {
            names::unify(&mut mapped.timeline);
            summary.cases += 1;
            for note in mapped.notes {
                sink(Item::Note(locate(note)))?;
            }
            let case = Case {
                timeline: mapped.timeline,
                origin: origin.clone(),
                adapter: adapter.name().to_owned(),
            };
            sink(Item::Case(Box::new(case)))
        }
        Err(errors) => {
            summary.refused += 1;
            sink(Item::Refused(errors.into_iter().map(locate).collect()))
        }
    }
}

/// 扫出的一条，还没有解释。
enum Raw {
    Row(Row, Adapter),
    Object {
        object: Map<String, Json>,
        origin: Origin,
        adapter: Adapter,
    },
    Problem(RowError),
    Note(RowError),
}

impl Raw {
    fn id(&self) -> Option<String> {
        match self {
            Raw::Row(row, adapter) => adapter.row_id(row),
            Raw::Object {
                object, adapter, ..
            } => adapter.object_id(object),
            Raw::Problem(_) | Raw::Note(_) => None,
        }
    }

    /// 内容的散列：相同的内容有相同的散列，不论来自表格还是 JSON。
    fn content_hash(&self) -> u64 {
        match self {
            Raw::Row(row, _) => row.content_hash(),
            Raw::Object {
                object,
                origin,
                adapter: Adapter::Mapped(_),
            } => Row::of_json(origin.clone(), object).content_hash(),
            Raw::Object { .. } | Raw::Problem(_) | Raw::Note(_) => hash128(&self.contents()) as u64,
        }
    }

    /// 内容：列（键）与值，空白的除外，按名排序。
    fn contents(&self) -> Vec<(String, String)> {
        match self {
            Raw::Row(row, _) => row.contents(),
            Raw::Object {
                object,
                origin,
                adapter: Adapter::Mapped(_),
            } => Row::of_json(origin.clone(), object).contents(),
            Raw::Object { object, .. } => {
                let mut pairs: Vec<_> = object
                    .iter()
                    .map(|(key, value)| (key.clone(), canonical(value)))
                    .collect();
                pairs.sort();
                pairs
            }
            Raw::Problem(_) | Raw::Note(_) => Vec::new(),
        }
    }

    fn read(&self, limits: Limits<'_>) -> Result<(Mapped, &Adapter), Vec<RowError>> {
        match self {
            Raw::Row(row, adapter) => adapter
                .read_row(row, limits)
                .map(|mapped| (mapped, adapter)),
            Raw::Object {
                object,
                origin,
                adapter,
            } => adapter
                .read_object(object, origin, limits)
                .map(|mapped| (mapped, adapter)),
            Raw::Problem(error) | Raw::Note(error) => Err(vec![error.clone()]),
        }
    }
}

/// JSON 的归一写法：对象的键排序，文字按比较用的写法。
fn canonical(json: &Json) -> String {
    match json {
        Json::Object(fields) => {
            let mut parts: Vec<String> = fields
                .iter()
                .map(|(key, value)| format!("{key}:{}", canonical(value)))
                .collect();
            parts.sort();
            format!("{{{}}}", parts.join(","))
        }
        Json::Array(items) => format!(
            "[{}]",
            items.iter().map(canonical).collect::<Vec<_>>().join(",")
        ),
        Json::String(text) => Json::from(names::comparable(text).as_ref()).to_string(),
        Json::Null | Json::Bool(_) | Json::Number(_) => json.to_string(),
    }
}

/// 把一个来源扫一遍。
fn scan(
    source: &Source<'_>,
    options: &Options<'_>,
    is_final: bool,
    rows: &mut u64,
    sink: &mut dyn FnMut(Raw) -> ControlFlow<()>,
) -> Result<ControlFlow<()>, SourceError> {
    let failed = |error: io::Error| SourceError::Read {
        file: source.name.clone(),
        source: error,
    };
    let bytes = Rc::new(Counter::new(0));
    let mut counted = |raw: Raw| {
        *rows += 1;
        if let Some(progress) = options
            .progress
            .filter(|_| rows.is_multiple_of(PROGRESS_EVERY))
        {
            progress(Progress {
                file: &source.name,
                is_final,
                bytes: bytes.get(),
                rows: *rows,
            });
        }
        sink(raw)
    };
    let inner = (source.open)().map_err(failed)?;
    let mut input = CountingReader {
        inner,
        bytes: Rc::clone(&bytes),
    };
    let mut magic = Vec::new();
    input
        .by_ref()
        .take(8)
        .read_to_end(&mut magic)
        .map_err(failed)?;
    let is_zip = magic.starts_with(b"PK\x03\x04") || magic.starts_with(b"PK\x05\x06");
    if is_zip || magic == workbook::OLE_MAGIC {
        // One byte more than the limit is enough to know that the file is too large.
        input
            .take(COMPRESSED_MAX + 1)
            .read_to_end(&mut magic)
            .map_err(failed)?;
        return Ok(scan_workbook(&magic, &source.name, options, &mut counted));
    }
    if let Some(error) = not_a_list(&magic) {
        return Ok(counted(Raw::Problem(error.at(&source.name, None, None))));
    }
    let text = TextStream::new(Cursor::new(magic).chain(input)).map_err(failed)?;
    scan_text(text, source, options, &mut counted).map_err(failed)
}

/// 一看开头就知道不是名单的文件。
fn not_a_list(magic: &[u8]) -> Option<RowError> {
    let what = match magic {
        [0x25, b'P', b'D', b'F', ..] => "PDF 文件",
        [0x1F, 0x8B, ..] => "gzip 压缩文件",
        [b'R', b'a', b'r', b'!', ..] => "rar 压缩文件",
        [b'7', b'z', 0xBC, 0xAF, ..] => "7z 压缩文件",
        _ => return None,
    };
    Some(RowError::new(
        format!("是 {what}，不是名单"),
        "请给出 xlsx、CSV 或 JSON Lines 文件。",
    ))
}

/// 认表头：指明了适配器的只认它。
fn recogniser<'a>(options: &'a Options<'_>) -> impl Fn(&Columns) -> Option<Adapter> + 'a {
    move |columns: &Columns| match &options.adapter {
        Some(adapter) => adapter.reads_table(columns).then(|| adapter.clone()),
        None => Adapter::of_columns(columns),
    }
}

/// 认不出表头时，说出指明的适配器要哪些列。
fn explain(mut error: RowError, options: &Options<'_>) -> RowError {
    if let Some(Adapter::Mapped(mapping)) = &options.adapter
        && error.row.is_none()
        && error.reason.starts_with("认不出表头")
    {
        let wanted: Vec<&str> = mapping
            .detect
            .iter()
            .filter_map(|names| names.first())
            .map(|name| name.text.as_str())
            .collect();
        error.reason = format!(
            "{}；“{}”要有这些列：{}",
            error.reason,
            mapping.name,
            wanted.join("、")
        );
    }
    error
}

fn of_table(item: Read1<Adapter>, options: &Options<'_>) -> Raw {
    match item {
        Read1::Row(row, adapter) => Raw::Row(row, adapter),
        Read1::Problem(error) => Raw::Problem(explain(error, options)),
    }
}

fn of_line(line: Line, options: &Options<'_>) -> Raw {
    let (object, origin) = match line {
        Line::Object(object, origin) => (object, origin),
        Line::Problem(error) => return Raw::Problem(error),
    };
    let adapter = options
        .adapter
        .clone()
        .or_else(|| Adapter::of_object(&object));
    if let Some(adapter) = adapter {
        return Raw::Object {
            object,
            origin,
            adapter,
        };
    }
    let keys: Vec<&str> = object.keys().map(String::as_str).take(12).collect();
    let error = RowError::new(
        format!(
            "认不出这是什么（看到的字段：{}）",
            crate::error::mask_numbers(&keys.join("、"))
        ),
        "请按案件格式写（见 docs/case-format.md），或写一个映射文件（见 docs/mapping.md）。",
    );
    Raw::Problem(error.at(&origin.file, None, Some(origin.row)))
}

fn scan_workbook(
    bytes: &[u8],
    file: &str,
    options: &Options<'_>,
    sink: &mut dyn FnMut(Raw) -> ControlFlow<()>,
) -> ControlFlow<()> {
    workbook::read(bytes, file, &recogniser(options), &mut |item| {
        sink(of_table(item, options))
    })
}

fn scan_text(
    text: TextStream<impl Read>,
    source: &Source<'_>,
    options: &Options<'_>,
    sink: &mut dyn FnMut(Raw) -> ControlFlow<()>,
) -> io::Result<ControlFlow<()>> {
    let encoding = text.encoding();
    let mut reader = BufReader::with_capacity(64 * 1024, text);
    let first = first_byte(&mut reader)?;
    let flow = match first {
        Some(b'{') => json_lines::read(&mut reader, &source.name, &mut |line| {
            sink(of_line(line, options))
        })?,
        Some(b'[') => sink(Raw::Problem(
            RowError::new(
                "是一个 JSON 数组，不是 JSON Lines",
                "请把每一案写成一行，不要外面的方括号和行尾逗号。",
            )
            .at(&source.name, None, None),
        )),
        Some(b'<') => sink(Raw::Problem(
            RowError::new(
                "是网页或 XML（有的系统把它存成 .xls）",
                "请用 Excel 或 WPS 打开后另存为 xlsx。",
            )
            .at(&source.name, None, None),
        )),
        _ => csv_table::read(
            &mut reader,
            &source.name,
            &recogniser(options),
            &mut |item| sink(of_table(item, options)),
        )?,
    };
    if flow.is_continue() && reader.get_ref().has_replacements() {
        let note = RowError::new(
            format!("按 {} 解码，有的字节不成字，已显示为“�”", encoding.name()),
            "请确认原文件的编码，必要时另存为 UTF-8。",
        );
        return Ok(sink(Raw::Note(note.at(&source.name, None, None))));
    }
    Ok(flow)
}

/// 第一个不是空白的字节（只看缓冲区里已有的，不丢）。
fn first_byte(reader: &mut impl BufRead) -> io::Result<Option<u8>> {
    Ok(reader
        .fill_buf()?
        .iter()
        .copied()
        .find(|b| !b.is_ascii_whitespace()))
}

/// 计数的读者。
struct CountingReader {
    inner: Box<dyn Read>,
    bytes: Rc<Counter<u64>>,
}

impl Read for CountingReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.bytes.set(self.bytes.get() + n as u64);
        Ok(n)
    }
}
