//! 限额：边缘层各处的上限，一处一个，旁边写明理由。

use std::time::Duration;

/// 边缘层的限额；默认值够一台办公机用。
#[derive(Debug, Clone)]
pub struct Limits {
    /// 没有另行写明的路由，正文至多的字节数：最长的表单也不到它的一半。
    pub body_bytes: usize,
    /// 一次请求至多做多久；事件流只算到开始发送。
    pub request_time: Duration,
    /// 同时处理的请求数；再来的答 503，不排队，排队只会让大家都超时。
    pub requests: usize,
    /// 同时开着的事件流数。
    pub streams: usize,
    /// 同时开着的连接数；再来的等着，由系统的队列管。
    pub connections: usize,
    /// 请求头至多的字节数，连同请求行。
    pub header_bytes: usize,
    /// 请求头至多的个数。
    pub headers: usize,
    /// 收全请求头的时限：慢慢发的占不住连接。
    pub header_time: Duration,
    /// 收不进连接（多半是文件句柄用完）时歇多久再收。
    pub accept_pause: Duration,
    /// 停止时等进行中的请求多久。
    pub drain_time: Duration,
    /// 一个来者每秒补几次。
    pub rate_per_second: u32,
    /// 一个来者一口气至多几次。
    pub rate_burst: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            body_bytes: 1 << 20,
            request_time: Duration::from_secs(30),
            requests: 256,
            streams: 512,
            connections: 2048,
            header_bytes: 32 << 10,
            headers: 64,
            header_time: Duration::from_secs(10),
            accept_pause: Duration::from_millis(100),
            drain_time: Duration::from_secs(20),
            rate_per_second: 50,
            rate_burst: 200,
        }
    }
}
