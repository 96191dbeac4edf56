//! 暂存：收下的原文件按内容的摘要放着，导完过期或依法清除时删去。

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use sm3::{Digest as _, Sm3};

use crate::limit::FILE_BYTES_MAX;

/// 暂存处：一个目录，只有运行本程序的账户能读。
#[derive(Debug, Clone)]
pub struct Spool {
    folder: PathBuf,
}

/// 收好的一个文件。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    /// SM3 摘要，也是它的名字。
    pub digest: [u8; 32],
    /// 字节数。
    pub bytes: u64,
}

impl Spool {
    /// 打开暂存处，没有的建起。
    pub fn open(folder: impl Into<PathBuf>) -> io::Result<Spool> {
        let folder = folder.into();
        fs::create_dir_all(&folder)?;
        private(&folder, 0o700)?;
        Ok(Spool { folder })
    }

    /// 开始收一个文件。`nonce` 是随机字节，免得两个同时收的撞名。
    pub fn begin(&self, nonce: [u8; 16]) -> io::Result<Incoming> {
        let path = self.folder.join(format!("incoming-{}", hex(&nonce)));
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&path)?;
        private(&path, 0o600)?;
        Ok(Incoming {
            spool: self.clone(),
            path,
            file,
            hash: Sm3::new(),
            bytes: 0,
            is_kept: false,
        })
    }

    /// 打开收好的文件。
    pub fn read(&self, digest: &[u8; 32]) -> io::Result<Box<dyn Read>> {
        Ok(Box::new(File::open(self.path(digest))?))
    }

    /// 有没有这个文件。
    pub fn has(&self, digest: &[u8; 32]) -> bool {
        self.path(digest).is_file()
    }

    /// 删去；本来就没有的也算删去。
    pub fn remove(&self, digest: &[u8; 32]) -> io::Result<()> {
        match fs::remove_file(self.path(digest)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            Ok(()) | Err(_) => sync_folder(&self.folder),
        }
    }

    /// 收好的文件的路径。
    pub fn path(&self, digest: &[u8; 32]) -> PathBuf {
        self.folder.join(hex(digest))
    }
}

/// 正在收的文件；没有收完就放下的，不留下什么。
#[derive(Debug)]
pub struct Incoming {
    spool: Spool,
    path: PathBuf,
    file: File,
    hash: Sm3,
    bytes: u64,
    is_kept: bool,
}

impl Incoming {
    /// 收完：落盘，以摘要为名。返回时断电也不丢。
    pub fn finish(mut self) -> io::Result<Kept> {
        self.file.sync_all()?;
        let digest: [u8; 32] = self.hash.clone().finalize().into();
        fs::rename(&self.path, self.spool.path(&digest))?;
        self.is_kept = true;
        sync_folder(&self.spool.folder)?;
        Ok(Kept {
            digest,
            bytes: self.bytes,
        })
    }
}

impl Write for Incoming {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        if self.bytes + buffer.len() as u64 > FILE_BYTES_MAX {
            let message = format!("文件超过 {} MiB，请分成几份", FILE_BYTES_MAX >> 20);
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
        }
        let written = self.file.write(buffer)?;
        self.hash.update(&buffer[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        if !self.is_kept {
            // Nobody waits for the outcome; a file left behind is found by its name.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// 十六进制。
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A rename or a removal lasts once the folder itself is synced.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

#[cfg(unix)]
fn private(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn private(_path: &Path, _mode: u32) -> io::Result<()> {
    Ok(())
}
