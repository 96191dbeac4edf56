//! 导出日志：检查点、瓦片、条目包，落成一个文件夹；条目里只有摘要，人人可以核对。

use std::fs;
use std::io;
use std::path::Path;

use mingjing_ledger::checkpoint::SignedCheckpoint;
use mingjing_store::log::export::LogRange;

use crate::context::Services;
use crate::error::ServiceError;

/// 整个日志写进一个新的文件夹，到最新的检查点为止；文件夹已有内容的不写。不问权限：检查点与条目是公开的。
#[crate::boxed]
pub async fn log_to_folder(
    services: &Services,
    folder: &Path,
) -> Result<SignedCheckpoint, ServiceError> {
    require_empty(folder).map_err(ServiceError::internal)?;
    let write = |path: &str, bytes: &[u8]| -> io::Result<()> {
        let path = folder.join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(path, bytes)
    };
    Ok(services
        .store
        .export_log(LogRange::default(), write)
        .await?)
}

/// 有没有别的东西；没有的建起。
pub(crate) fn require_empty(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    if fs::read_dir(folder)?.next().is_some() {
        let message = format!(
            "{} 里已有内容，不覆盖；请给一个空的文件夹",
            folder.display()
        );
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, message));
    }
    Ok(())
}
