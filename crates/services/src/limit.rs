//! 限额：服务各处的上限，一处一个常数，旁边写明理由。

/// 一页最多的条数：一屏看不完更多，数据库也不必一次取更多。
pub const PAGE_ITEMS_MAX: u16 = 200;
/// 没有写明时一页的条数。
pub const PAGE_ITEMS_DEFAULT: u16 = 50;
/// 游标文字的最大字节数：排序键至多两三项，都短。
pub const CURSOR_BYTES_MAX: usize = 512;
/// 查询文字的最大字数：比最长的规则名、案号都长。
pub const QUERY_CHARS_MAX: usize = 100;
/// 一条事件最多的参与人、文书、音像：超过的多半是弄错了。
pub const EVENT_ITEMS_MAX: usize = 200;
/// 理由、附记的最大字数：写得下一段话，写不下一篇文章。
pub const REASON_CHARS_MAX: usize = 500;
/// 一次重评、扫描处理的时间线数：一次持有读的时间短，进度可见。
pub const CHUNK_TIMELINES: u32 = 200;
/// 核对报告最多列多少处不同：再多就不是逐处看的事了。
pub const DIFFERENCES_MAX: usize = 1_000;
