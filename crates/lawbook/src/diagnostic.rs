//! 法典加载的错误：文件、行、列、编码、说明、提示。

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// 错误编码（`LB01` …），只增不改。
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    /// LB01 TOML 语法
    Toml,
    /// LB02 未知键或缺键
    Key,
    /// LB03 未知事件
    Event,
    /// LB04 未知字段、定义、参数、函数
    Name,
    /// LB05 类型
    Type,
    /// LB06 引用的条文不在法规库或当时无效
    Citation,
    /// LB07 参数空档、重叠、并列
    Parameter,
    /// LB08 推定与义务成环
    Cycle,
    /// LB09 此处不允许的期限
    Period,
    /// LB10 延期单位混用
    ExtensionUnit,
    /// LB11 规则永不触发
    DeadRule,
    /// LB12 示例不成立
    Example,
    /// LB13 缺少某类示例
    ExampleMissing,
    /// LB14 编码或种类重复
    Duplicate,
    /// LB15 状态不可达或无出口
    State,
    /// LB16 日历缺年
    Calendar,
    /// LB17 超出限制
    Limit,
}

impl Code {
    /// 编码文字。
    pub fn name(self) -> &'static str {
        match self {
            Code::Toml => "LB01",
            Code::Key => "LB02",
            Code::Event => "LB03",
            Code::Name => "LB04",
            Code::Type => "LB05",
            Code::Citation => "LB06",
            Code::Parameter => "LB07",
            Code::Cycle => "LB08",
            Code::Period => "LB09",
            Code::ExtensionUnit => "LB10",
            Code::DeadRule => "LB11",
            Code::Example => "LB12",
            Code::ExampleMissing => "LB13",
            Code::Duplicate => "LB14",
            Code::State => "LB15",
            Code::Calendar => "LB16",
            Code::Limit => "LB17",
        }
    }
}

/// 一条加载错误。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// 文件（相对法典根）。
    pub file: Arc<str>,
    /// 行，从 1 起。
    pub line: usize,
    /// 列（字符），从 1 起。
    pub column: usize,
    /// 编码。
    pub code: Code,
    /// 说明。
    pub message: String,
    /// 提示。
    pub hint: Option<String>,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}:{}:{} {} {}",
            self.file,
            self.line,
            self.column,
            self.code.name(),
            self.message
        )?;
        match &self.hint {
            Some(hint) => write!(f, "；提示：{hint}"),
            None => Ok(()),
        }
    }
}

/// 源文件：相对路径与文本。
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// 相对法典根的路径，`/` 分隔。
    pub path: Arc<str>,
    /// 文本。
    pub text: Arc<str>,
}

impl SourceFile {
    /// 新的源文件。
    pub fn new(path: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> Self {
        SourceFile {
            path: path.into(),
            text: text.into(),
        }
    }

    /// 字节位置对应的行与列。
    pub fn line_column(&self, offset: usize) -> (usize, usize) {
        let mut end = offset.min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        let before = &self.text[..end];
        let line = before.bytes().filter(|b| *b == b'\n').count() + 1;
        let column = before.rsplit('\n').next().map_or(0, |l| l.chars().count()) + 1;
        (line, column)
    }
}

/// 收集错误：加载报告全部错误而不是第一个。
#[derive(Debug, Default)]
pub struct Sink {
    /// 已收集的错误。
    pub diagnostics: Vec<Diagnostic>,
    /// 记下各张表问过的键，为编辑器写出模式；平常不记。
    pub(crate) asked: Option<Vec<Asked>>,
}

/// 加载时一张表问过的键；表由它的节点在内存里的位置认，只在树还在的时候有意义。
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) node: usize,
    pub(crate) keys: Vec<String>,
    pub(crate) required: Vec<String>,
    pub(crate) is_open: bool,
}

impl Sink {
    /// 记一条错误。
    pub fn error(&mut self, at: &At, code: Code, message: impl Into<String>, hint: Option<String>) {
        let (line, column) = at.file.line_column(at.span.start);
        self.diagnostics.push(Diagnostic {
            file: at.file.path.clone(),
            line,
            column,
            code,
            message: message.into(),
            hint,
        });
    }
}

/// 位置：哪个文件的哪一段。
#[derive(Debug, Clone)]
pub struct At {
    /// 文件。
    pub file: SourceFile,
    /// 字节范围。
    pub span: Range<usize>,
}

impl At {
    /// 段内的一个子位置（条件文本里的偏移）。
    pub fn inside(&self, offset: usize) -> At {
        let start = (self.span.start + offset + 1).min(self.span.end);
        At {
            file: self.file.clone(),
            span: start..self.span.end,
        }
    }
}

/// 同 [`nearest`]，接在一句话后面：`，是否为 x？` 或空。
pub fn or_nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> String {
    nearest(name, known).map_or_else(String::new, |hint| format!("，{hint}"))
}

/// 再长的名字不找最接近者。
const NEAREST_CHARS_MAX: usize = 64;

/// 最接近的已知名字（编辑距离不超过三），用作提示。
pub fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    // A name longer than any of ours is not a slip of the pen, and comparing it would take long.
    if name.chars().count() > NEAREST_CHARS_MAX {
        return None;
    }
    known
        .map(|k| (distance(name, k), k))
        .filter(|(d, k)| *d <= 3 && *d < k.chars().count())
        .min()
        .map(|(_, k)| format!("是否为 {k}？"))
}

fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, cb) in b.iter().enumerate() {
            let next = (diagonal + usize::from(ca != *cb))
                .min(row[j] + 1)
                .min(row[j + 1] + 1);
            diagonal = std::mem::replace(&mut row[j + 1], next);
        }
    }
    row[b.len()]
}
