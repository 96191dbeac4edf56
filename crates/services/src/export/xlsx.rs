//! 表格写成 xlsx：一行一行往前写，不回头、不落临时文件，占用的内存与行数无关。
//!
//! What the reports of `documents` are made with keeps a sheet in memory until the end; a list of a hundred thousand rows
//! is written as it is read instead ([ADR 0023](../../../../docs/adr/0023-derived-tables-ranges-and-sheets.md)).

use std::fmt::Write as _;
use std::io::{self, Write};

use mingjing_kernel::date::Date;
use mingjing_kernel::moment::Moment;
use zip::write::{SimpleFileOptions, StreamWriter, ZipWriter};
use zip::{CompressionMethod, DateTime};

use crate::export::tables::Cell;

/// Rows that a sheet of Excel holds, its heading among them; more go on in another sheet.
const ROWS_MAX: u32 = 1_048_576;
/// UTF-16 units that a cell of Excel holds.
const CELL_UNITS_MAX: usize = 32_767;
/// The day that Excel calls 25,569.
const EXCEL_OF_1970: i64 = 25_569;
const SECONDS_OF_A_DAY: i64 = 86_400;
const BEIJING_SECONDS: i64 = 8 * 3_600;

/// Styles, by their places in `STYLES`.
const HEADING: u8 = 1;
const DAY: u8 = 2;
const INSTANT: u8 = 3;
const MONEY: u8 = 4;

const XML: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const LINKS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
const OF_SHEETS: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";
const STYLES: &str = "<numFmts count=\"2\"><numFmt numFmtId=\"164\" formatCode=\"yyyy\\-mm\\-dd\"/>\
    <numFmt numFmtId=\"165\" formatCode=\"yyyy\\-mm\\-dd\\ hh:mm:ss\"/></numFmts>\
    <fonts count=\"2\"><font><sz val=\"11\"/><name val=\"等线\"/></font>\
    <font><b/><sz val=\"11\"/><name val=\"等线\"/></font></fonts>\
    <fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill>\
    <fill><patternFill patternType=\"gray125\"/></fill></fills>\
    <borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>\
    <cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs>\
    <cellXfs count=\"5\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/>\
    <xf numFmtId=\"0\" fontId=\"1\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyFont=\"1\"/>\
    <xf numFmtId=\"164\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/>\
    <xf numFmtId=\"165\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/>\
    <xf numFmtId=\"2\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/></cellXfs>\
    <cellStyles count=\"1\"><cellStyle name=\"Normal\" xfId=\"0\" builtinId=\"0\"/></cellStyles>";

/// 正在写的工作簿。
pub(crate) struct Workbook<W: Write> {
    zip: ZipWriter<StreamWriter<W>>,
    title: &'static str,
    columns: &'static [&'static str],
    sheets: u32,
    rows: u32,
    /// One row, written into the file when it is whole.
    text: String,
}

impl<W: Write> Workbook<W> {
    /// 开始写：一张工作表，连同表头。
    pub(crate) fn new(
        out: W,
        title: &'static str,
        columns: &'static [&'static str],
    ) -> io::Result<Self> {
        let mut book = Workbook {
            zip: ZipWriter::new_stream(out),
            title,
            columns,
            sheets: 0,
            rows: 0,
            text: String::new(),
        };
        book.begin_sheet()?;
        Ok(book)
    }

    /// 一行。
    pub(crate) fn row(&mut self, cells: &[Cell]) -> io::Result<()> {
        if self.rows == ROWS_MAX {
            self.end_sheet()?;
            self.begin_sheet()?;
        }
        self.rows += 1;
        let mut text = std::mem::take(&mut self.text);
        text.clear();
        // Writing to a string does not fail.
        let _ = write!(text, "<row r=\"{}\">", self.rows);
        for cell in cells {
            push_cell(&mut text, cell);
        }
        text.push_str("</row>");
        let done = self.zip.write_all(text.as_bytes());
        self.text = text;
        done
    }

    /// 写完：各张工作表的目录在末尾。
    pub(crate) fn finish(mut self) -> io::Result<()> {
        self.end_sheet()?;
        let numbers = 1..=self.sheets;
        let sheets: String = numbers
            .clone()
            .map(|n| {
                let suffix = if n == 1 {
                    String::new()
                } else {
                    format!("（{n}）")
                };
                let name = escaped(&format!("{}{suffix}", self.title));
                format!("<sheet name=\"{name}\" sheetId=\"{n}\" r:id=\"rId{n}\"/>")
            })
            .collect();
        let links: String = numbers
            .clone()
            .map(|n| {
                link(
                    &format!("rId{n}"),
                    "worksheet",
                    &format!("worksheets/sheet{n}.xml"),
                )
            })
            .collect();
        let parts: String = numbers
            .map(|n| part(&format!("/xl/worksheets/sheet{n}.xml"), "worksheet"))
            .collect();
        self.file(
            "xl/workbook.xml",
            &format!("<workbook xmlns=\"{MAIN}\" xmlns:r=\"{LINKS}\"><sheets>{sheets}</sheets></workbook>"),
        )?;
        let styles = link("rIdStyles", "styles", "styles.xml");
        self.file(
            "xl/_rels/workbook.xml.rels",
            &format!(
                "<Relationships xmlns=\"{PACKAGE}/relationships\">{links}{styles}</Relationships>"
            ),
        )?;
        self.file(
            "xl/styles.xml",
            &format!("<styleSheet xmlns=\"{MAIN}\">{STYLES}</styleSheet>"),
        )?;
        let book = link("rId1", "officeDocument", "xl/workbook.xml");
        self.file(
            "_rels/.rels",
            &format!("<Relationships xmlns=\"{PACKAGE}/relationships\">{book}</Relationships>"),
        )?;
        let (book, styles) = (
            part("/xl/workbook.xml", "sheet.main"),
            part("/xl/styles.xml", "styles"),
        );
        self.file(
            "[Content_Types].xml",
            &format!(
                "<Types xmlns=\"{PACKAGE}/content-types\"><Default Extension=\"rels\" \
                 ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>{book}{styles}{parts}</Types>"
            ),
        )?;
        let stream = self.zip.finish().map_err(io::Error::other)?;
        stream.into_inner().flush()
    }

    fn begin_sheet(&mut self) -> io::Result<()> {
        self.sheets += 1;
        self.rows = 0;
        let name = format!("xl/worksheets/sheet{}.xml", self.sheets);
        self.start(&name)?;
        let head = format!(
            "{XML}<worksheet xmlns=\"{MAIN}\"><sheetViews><sheetView workbookViewId=\"0\">\
             <pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/></sheetView></sheetViews>\
             <cols><col min=\"1\" max=\"{}\" width=\"18\" customWidth=\"1\"/></cols><sheetData>",
            self.columns.len()
        );
        self.zip.write_all(head.as_bytes())?;
        let heading: Vec<Cell> = self
            .columns
            .iter()
            .map(|name| Cell::Heading((*name).to_owned()))
            .collect();
        self.row(&heading)
    }

    fn end_sheet(&mut self) -> io::Result<()> {
        self.zip.write_all(b"</sheetData></worksheet>")
    }

    fn file(&mut self, name: &str, content: &str) -> io::Result<()> {
        self.start(name)?;
        self.zip.write_all(XML.as_bytes())?;
        self.zip.write_all(content.as_bytes())
    }

    fn start(&mut self, name: &str) -> io::Result<()> {
        // The same rows make the same file: no clock stands in it.
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(DateTime::default());
        self.zip.start_file(name, options).map_err(io::Error::other)
    }
}

fn link(id: &str, kind: &str, target: &str) -> String {
    format!("<Relationship Id=\"{id}\" Type=\"{LINKS}/{kind}\" Target=\"{target}\"/>")
}

fn part(name: &str, kind: &str) -> String {
    format!("<Override PartName=\"{name}\" ContentType=\"{OF_SHEETS}.{kind}+xml\"/>")
}

fn push_cell(text: &mut String, cell: &Cell) {
    // Writing to a string does not fail.
    let _ = match cell {
        Cell::Empty => write!(text, "<c/>"),
        Cell::Heading(it) => inline(text, it, HEADING),
        Cell::Text(it) => inline(text, it, 0),
        Cell::Count(it) => write!(text, "<c><v>{it}</v></c>"),
        Cell::Day(it) => write!(text, "<c s=\"{DAY}\"><v>{}</v></c>", serial(*it)),
        Cell::Instant(it) => write!(text, "<c s=\"{INSTANT}\"><v>{}</v></c>", serial_of(*it)),
        Cell::Money(it) => write!(text, "<c s=\"{MONEY}\"><v>{}</v></c>", Cell::yuan(*it)),
    };
}

fn inline(text: &mut String, it: &str, style: u8) -> std::fmt::Result {
    write!(
        text,
        "<c s=\"{style}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{}</t></is></c>",
        escaped(it)
    )
}

fn serial(day: Date) -> i64 {
    i64::from(day.day_number()) + EXCEL_OF_1970
}

/// Days and the part of a day in Beijing, without floating point.
fn serial_of(at: Moment) -> String {
    let seconds = at.unix_micros().div_euclid(1_000_000) + BEIJING_SECONDS;
    let day = seconds.div_euclid(SECONDS_OF_A_DAY) + EXCEL_OF_1970;
    let part = seconds.rem_euclid(SECONDS_OF_A_DAY) * 10_000_000_000 / SECONDS_OF_A_DAY;
    format!("{day}.{part:010}")
}

/// What XML cannot hold is shown as a replacement; what a cell cannot hold is cut off.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut units = 0;
    for c in text.chars() {
        units += c.len_utf16();
        if units > CELL_UNITS_MAX {
            break;
        }
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\t' | '\n' | '\r' => escaped.push(c),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_told_as_in_beijing_to_the_second() {
        let at = Moment::from_unix_micros(1_772_413_200_000_000).expect("an instant");
        // 2026-03-02T09:00 in Beijing: nine of twenty-four hours of day 46,083.
        assert_eq!(serial_of(at), "46083.3750000000");
        let day = Date::parse_iso("2026-03-02").expect("a day");
        assert_eq!(serial(day), 46_083);
    }

    #[test]
    fn what_xml_cannot_hold_does_not_break_the_sheet() {
        assert_eq!(
            escaped("a<b>&\"\u{1}\u{ffff}"),
            "a&lt;b&gt;&amp;&quot;\u{fffd}\u{fffd}"
        );
        assert_eq!(
            escaped(&"字".repeat(40_000)).chars().count(),
            CELL_UNITS_MAX
        );
    }
}
