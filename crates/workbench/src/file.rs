//! 构建好的文件：名字、内容、标签；预先压缩好的是同名加 `.br`、`.gz` 的另一个。

/// 一个文件。
#[derive(Debug, Clone, Copy)]
pub struct File {
    /// 相对 `web/dist` 的路径，用 `/` 分隔。
    pub name: &'static str,
    /// 内容。
    pub bytes: &'static [u8],
    /// 内容的标签。
    pub tag: &'static str,
}

/// 构建时写进程序的文件。
pub(crate) static EMBEDDED: &[File] = include!(concat!(env!("OUT_DIR"), "/workbench_files.rs"));

/// 构建好的网页。
#[derive(Debug, Clone, Copy)]
pub struct Built {
    files: &'static [File],
}

impl Built {
    /// 由一张按名字排好序的表构成。
    pub fn new(files: &'static [File]) -> Self {
        debug_assert!(files.is_sorted_by_key(|file| file.name));
        Built { files }
    }

    /// 首页；没有构建过的没有。
    pub(crate) fn index(&self) -> Option<&'static File> {
        self.find("index.html")
    }

    pub(crate) fn find(&self, name: &str) -> Option<&'static File> {
        let at = self.files.binary_search_by(|file| file.name.cmp(name));
        at.ok().map(|at| &self.files[at])
    }
}

/// 媒体类型：只有网页构建会产生的几种，别的一律当作字节。
pub(crate) fn media_type(name: &str) -> &'static str {
    match extension(name) {
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("html") => "text/html; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("json") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        Some("wasm") => "application/wasm",
        Some("woff2") => "font/woff2",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// 末一段的扩展名；页面的地址没有。
pub(crate) fn extension(path: &str) -> Option<&str> {
    let last = path.rsplit('/').next()?;
    let (stem, extension) = last.rsplit_once('.')?;
    let is_extension = !stem.is_empty()
        && !extension.is_empty()
        && extension.bytes().all(|b| b.is_ascii_alphanumeric());
    is_extension.then_some(extension)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_last_segment_has_an_extension() {
        for (path, expected) in [
            ("assets/app-1a.js", Some("js")),
            ("cases/a.b/findings", None),
            ("cases", None),
            ("cases/..", None),
            (".hidden", None),
        ] {
            assert_eq!(extension(path), expected, "{path}");
        }
    }
}
