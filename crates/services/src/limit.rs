//! 限额：服务各处的上限，一处一个常数，旁边写明理由。

/// 一页最多的条数：一屏看不完更多，数据库也不必一次取更多。
pub const PAGE_ITEMS_MAX: u16 = 200;
/// 没有写明时一页的条数。
pub const PAGE_ITEMS_DEFAULT: u16 = 50;
/// 游标文字的最大字节数：排序键至多两三项，都短。
pub const CURSOR_BYTES_MAX: usize = 512;
/// 查询文字的最大字数：比最长的规则名、案号都长。
pub const QUERY_CHARS_MAX: usize = 100;
