//! 故障：断电、磁盘满、数据库断开、睡过头；之后自查相符，答应过的都在，接着做完与没有出事的一样。
#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod appending;
mod cut_off;
mod divided;
mod full_disk;
mod killed;
mod list;
#[path = "../support/office.rs"]
mod office;
mod overslept;
#[path = "../support/place.rs"]
mod place;
mod proxy;
