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
/// 一次最多列出多少处不合格的填报：再多就不是逐处改的事了。
pub const FIELD_ERRORS_MAX: usize = 100;
/// 理由、附记的最大字数：写得下一段话，写不下一篇文章。
pub const REASON_CHARS_MAX: usize = 500;
/// 一次重评、扫描处理的时间线数：一次持有读的时间短，进度可见。
pub const CHUNK_TIMELINES: u32 = 200;
/// 核对报告最多列多少处不同：再多就不是逐处看的事了。
pub const DIFFERENCES_MAX: usize = 1_000;
/// 一个名单文件的最大字节数：再大的分成几份，断了也少重来。
pub const FILE_BYTES_MAX: u64 = 1 << 30;
/// 来源名称的最大字数。
pub const SOURCE_CHARS_MAX: usize = 100;
/// 文件名的最大字数：各文件系统的通例。
pub const FILE_NAME_CHARS_MAX: usize = 255;
/// 一次定时清理最多删几个原文件。
pub const FILES_REMOVED_AT_ONCE: u32 = 200;
/// 导出时一次读几案：一次持有读的时间短，审计一条写得下它们的标识。
pub const EXPORT_PAGE: u32 = 100;
/// 定时清理一次删几个会话、抹几行导入的细节：占着写的时间短，没有清完的下一段接着。
pub const EXPIRED_AT_ONCE: u32 = 2_000;
/// 走势一次至多看多少天：比一年略多，好与去年的同一天比。
pub const TREND_DAYS_MAX: i32 = 400;
/// 走势按天看，没有写明从哪天起的看几天。
pub const TREND_DAYS_DEFAULT: i32 = 30;
/// 走势按周看，没有写明从哪天起的看几周：一季。
pub const TREND_WEEKS_DEFAULT: i32 = 13;
/// 一件监督事项至多据多少个发现：写得清、改得完，再多的分开立。
pub const MATTER_FINDINGS_MAX: usize = 100;
/// 投诉举报反映的内容的最大字数：实际的留言最长的不到三千字。
pub const COMPLAINT_CHARS_MAX: usize = 4_000;
/// 投诉举报的短项（发生的时间、地点、机关的原话、姓名、联系方式）的最大字数。
pub const COMPLAINT_LINE_CHARS_MAX: usize = 100;
/// 一份表单发出之后至少几秒才收：人填不了这么快，机器填得了。
pub const FORM_SECONDS_MIN: i64 = 3;
/// 一份表单发出之后至多几秒还收：填到半路去查材料的也来得及。
pub const FORM_SECONDS_MAX: i64 = 12 * 3_600;
/// 批准查看身份之后几小时之内看：当天的事当天看。
pub const INFORMANT_HOURS: i64 = 24;
