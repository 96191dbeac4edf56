//! 防篡改日志的测试：规范字节、条目、散列树、密钥、检查点、导出、案卷包与格式文档。
#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod bundle;
mod canonical;
mod checkpoint;
mod entries;
mod export;
mod format_doc;
mod handover;
mod keys;
mod openssl;
mod support;
mod tree;
