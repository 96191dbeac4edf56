//! 文件：名单文件与标准输入怎样打开，错误怎样说。

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use mingjing_interchange::text::TextStream;

/// 代表标准输入的文件名。
pub(crate) const STDIN: &str = "-";

/// 系统的读写错误，用中文说。
pub(crate) fn in_chinese(error: &io::Error) -> io::Error {
    let words = match error.kind() {
        io::ErrorKind::NotFound => "文件不存在",
        io::ErrorKind::PermissionDenied => "没有权限",
        io::ErrorKind::IsADirectory => "是目录，不是文件",
        io::ErrorKind::NotADirectory => "路径中有一段不是目录",
        io::ErrorKind::InvalidFilename => "文件名不合法",
        io::ErrorKind::StorageFull => "磁盘已满",
        io::ErrorKind::ReadOnlyFilesystem => "磁盘只读",
        _ => return io::Error::new(error.kind(), error.to_string()),
    };
    io::Error::new(error.kind(), words)
}

/// 名单文件：可以反复打开。
#[derive(Debug)]
pub(crate) enum ListFile {
    /// 磁盘上的文件
    Path(PathBuf),
    /// 标准输入，已存成没有名字的临时文件：查重要看两遍，内容可以很大
    Spooled(File),
}

impl ListFile {
    /// 由命令行上的名字。
    pub(crate) fn new(path: &Path) -> anyhow::Result<Self> {
        if path.as_os_str() != STDIN {
            return Ok(ListFile::Path(path.to_owned()));
        }
        let spool = || {
            let mut file = tempfile::tempfile()?;
            io::copy(&mut io::stdin().lock(), &mut file)?;
            Ok(file)
        };
        let file = spool().map_err(|error: io::Error| {
            anyhow::anyhow!("标准输入存不下来：{}", in_chinese(&error))
        })?;
        Ok(ListFile::Spooled(file))
    }

    /// 显示的名字。
    pub(crate) fn name(&self) -> String {
        match self {
            ListFile::Path(path) => path.display().to_string(),
            ListFile::Spooled(_) => "标准输入".to_owned(),
        }
    }

    /// 从头打开。
    pub(crate) fn open(&self) -> io::Result<Box<dyn Read>> {
        let file = match self {
            ListFile::Path(path) if path.is_dir() => {
                Err(io::Error::from(io::ErrorKind::IsADirectory))
            }
            ListFile::Path(path) => File::open(path),
            // The clones share one offset; a source is read to its end, or given up, before it is opened again.
            ListFile::Spooled(file) => file.try_clone().and_then(|mut file| {
                file.seek(SeekFrom::Start(0))?;
                Ok(file)
            }),
        };
        match file {
            Ok(file) => Ok(Box::new(file)),
            Err(error) => Err(in_chinese(&error)),
        }
    }

    /// 字节数，进度用；不知道为 0。
    pub(crate) fn bytes(&self) -> u64 {
        let metadata = match self {
            ListFile::Path(path) => std::fs::metadata(path),
            ListFile::Spooled(file) => file.metadata(),
        };
        metadata.map_or(0, |m| m.len())
    }

    /// 格式的名称，写进报告：由内容认出，不看扩展名。
    pub(crate) fn format(&self) -> String {
        let Ok(mut reader) = self.open() else {
            return "打不开".to_owned();
        };
        let mut head = Vec::new();
        if reader
            .by_ref()
            .take(64 * 1024)
            .read_to_end(&mut head)
            .is_err()
        {
            return "读不了".to_owned();
        }
        if head.starts_with(b"PK") || head.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
            return "Excel".to_owned();
        }
        let Ok(mut text) = TextStream::new(head.as_slice()) else {
            return "读不了".to_owned();
        };
        let encoding = text.encoding().name();
        let mut start = [0; 64];
        let n = text.read(&mut start).unwrap_or(0);
        let first = start[..n].iter().find(|b| !b.is_ascii_whitespace());
        let kind = if first == Some(&b'{') {
            "JSON Lines"
        } else {
            "CSV"
        };
        format!("{kind}（{encoding}）")
    }
}
