//! 压缩包检查：交给 Excel 读取器之前，先按目录、再按实际解压的字节查大小与压缩比。

use std::io::{Cursor, Read};

use zip::ZipArchive;

use crate::error::RowError;

/// Excel 文件本身最大的字节数（50 MB）：十万行三十列的名单通常不到 20 MB。
pub const COMPRESSED_MAX: u64 = 50 << 20;
/// 解压后各部分合计最大的字节数（500 MB）。
pub const EXPANDED_MAX: u64 = 500 << 20;
/// 共享文字部分解压后最大的字节数（150 MB）：它整个留在内存里。
pub const STRINGS_MAX: u64 = 150 << 20;
/// 解压后的大小与压缩大小之比的上限；小于 [`RATIO_FREE`] 的部分不查。
pub const RATIO_MAX: u64 = 100;
/// 解压后不到这么大的部分不查压缩比（1 MB）。
pub const RATIO_FREE: u64 = 1 << 20;
/// 压缩包里最多的部分数。
pub const ENTRIES_MAX: usize = 10_000;
/// 共享文字的最大条数：读取器按它自称的数目预留内存。
const STRING_COUNT_MAX: u64 = 20_000_000;

/// 压缩包是哪一种表格。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArchiveKind {
    /// xlsx（xlsm）
    Xlsx,
    /// ods
    Ods,
    /// 不是表格
    Other,
}

fn bomb(reason: String) -> RowError {
    RowError::new(
        reason,
        "疑为压缩炸弹或带有大片空白格式，未读取；请只留需要的工作表和行，另存为新的 xlsx，或导出为 CSV。",
    )
}

fn broken(reason: &str) -> RowError {
    RowError::new(
        format!("压缩包损坏（{reason}）"),
        "请用 Excel 打开后另存为 xlsx。",
    )
}

/// 查压缩包：先看目录，再逐个部分解压计数（不留存），都在限度之内才可读取。
pub fn check(bytes: &[u8]) -> Result<ArchiveKind, RowError> {
    if bytes.len() as u64 > COMPRESSED_MAX {
        return Err(bomb(format!(
            "文件 {} MB，超过上限 {} MB",
            bytes.len() >> 20,
            COMPRESSED_MAX >> 20
        )));
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|e| broken(&e.to_string()))?;
    if archive.len() > ENTRIES_MAX {
        return Err(bomb(format!(
            "压缩包里有 {} 个部分，超过上限 {ENTRIES_MAX}",
            archive.len()
        )));
    }
    check_directory(&mut archive)?;
    let kind = kind_of(&archive);
    let mut total = 0;
    for at in 0..archive.len() {
        let mut part = archive.by_index(at).map_err(|e| broken(&e.to_string()))?;
        let (name, packed) = (name_of(part.name()), part.compressed_size());
        total += read_part(&mut part, &name, packed, EXPANDED_MAX - total)?;
    }
    Ok(kind)
}

fn kind_of(archive: &ZipArchive<Cursor<&[u8]>>) -> ArchiveKind {
    let names: Vec<String> = archive
        .file_names()
        .map(|name| name_of(name).to_ascii_lowercase().replace('\\', "/"))
        .collect();
    if names.iter().any(|name| name.ends_with("xl/workbook.xml")) {
        ArchiveKind::Xlsx
    } else if names.iter().any(|name| name == "content.xml") {
        ArchiveKind::Ods
    } else {
        ArchiveKind::Other
    }
}

/// A part whose name is not text is still counted; it just has no name to show.
fn name_of<E>(name: Result<std::borrow::Cow<'_, str>, E>) -> String {
    name.map_or_else(|_| "（名称损坏）".to_owned(), std::borrow::Cow::into_owned)
}

/// The sizes that the directory claims: a lie is found out by [`read_part`].
fn check_directory(archive: &mut ZipArchive<Cursor<&[u8]>>) -> Result<(), RowError> {
    let mut total = 0_u64;
    for at in 0..archive.len() {
        let part = archive
            .by_index_raw(at)
            .map_err(|e| broken(&e.to_string()))?;
        if part.encrypted() {
            return Err(RowError::new("文件加了密码", "请去掉打开密码后另存。"));
        }
        check_ratio(&name_of(part.name()), part.size(), part.compressed_size())?;
        total = total.saturating_add(part.size());
    }
    if total > EXPANDED_MAX {
        return Err(bomb(format!(
            "解压后共 {} MB，超过上限 {} MB",
            total >> 20,
            EXPANDED_MAX >> 20
        )));
    }
    Ok(())
}

fn check_ratio(name: &str, expanded: u64, packed: u64) -> Result<(), RowError> {
    if expanded > RATIO_FREE && expanded / packed.max(1) > RATIO_MAX {
        let ratio = expanded / packed.max(1);
        return Err(bomb(format!(
            "“{name}”的压缩比约 {ratio} 倍，超过上限 {RATIO_MAX} 倍"
        )));
    }
    Ok(())
}

/// 解压一个部分，只计数；途中一超限就停。
fn read_part(part: &mut impl Read, name: &str, packed: u64, budget: u64) -> Result<u64, RowError> {
    let is_strings = name.to_ascii_lowercase().ends_with("sharedstrings.xml");
    let is_xml =
        name.to_ascii_lowercase().ends_with(".xml") || name.to_ascii_lowercase().ends_with(".rels");
    let limit = if is_strings {
        STRINGS_MAX.min(budget)
    } else {
        budget
    };
    let mut buffer = vec![0; 64 * 1024];
    let mut tail: Vec<u8> = Vec::new();
    let mut count = 0_u64;
    loop {
        let n = part.read(&mut buffer).map_err(|e| broken(&e.to_string()))?;
        if n == 0 {
            return Ok(count);
        }
        // UTF-16 parts would slip past the scan below; no spreadsheet program writes them.
        if is_xml && count == 0 && buffer[..n].contains(&0) {
            return Err(broken("部分不是 UTF-8"));
        }
        count += n as u64;
        if count > limit {
            return Err(bomb(format!("“{name}”解压后超过 {} MB", limit >> 20)));
        }
        check_ratio(name, count, packed)?;
        if is_strings {
            tail.extend_from_slice(&buffer[..n]);
            check_string_count(&tail)?;
            let keep = tail.len().saturating_sub(64);
            tail.drain(..keep);
        }
    }
}

/// `uniqueCount="…"` tells the reader how much to reserve: a lie there would ask for all memory at once.
fn check_string_count(bytes: &[u8]) -> Result<(), RowError> {
    const KEY: &[u8] = b"uniqueCount";
    for at in 0..bytes.len().saturating_sub(KEY.len()) {
        if bytes[at] != KEY[0] || !bytes[at..].starts_with(KEY) {
            continue;
        }
        let digits = bytes[at + KEY.len()..]
            .iter()
            .skip_while(|b| b.is_ascii_whitespace() || matches!(b, b'=' | b'"' | b'\'' | b'+'))
            .take_while(|b| b.is_ascii_digit());
        let claimed = digits.fold(0_u64, |n, b| {
            n.saturating_mul(10).saturating_add(u64::from(b - b'0'))
        });
        if claimed > STRING_COUNT_MAX {
            return Err(bomb(format!(
                "自称有 {claimed} 条文字，超过上限 {STRING_COUNT_MAX}"
            )));
        }
    }
    Ok(())
}
