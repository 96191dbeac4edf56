//! 工作台：把构建好的网页嵌进程序，在 `/workbench/` 之下送给浏览器；网页只通过 `/api/v1` 办事。
//!
//! Level 6, beside `http`. It knows files, caching and the content security policy, and nothing of what
//! the pages say: the workbench is a client of the published API and nothing more ([ADR 0024]).
//!
//! [ADR 0024]: ../../../docs/adr/0024-workbench.md
#![deny(missing_docs)]

mod encoding;
mod file;
mod page;
mod router;

pub use file::{Built, File};
pub use router::{Nonce, router};

/// 随程序构建的网页；没有先运行 `cargo xtask web` 的，里面什么也没有。
pub fn built() -> Built {
    Built::new(file::EMBEDDED)
}
