//! 读：一个登录的人一页一页地看列表与监督台，每个地址问许多遍。

use std::net::SocketAddr;
use std::time::Instant;

use anyhow::ensure;

use crate::http::Client;
use crate::percentile;

/// Enough for a p99 that is not one unlucky answer.
const TIMES: usize = 300;

pub(crate) fn run(
    address: SocketAddr,
    login: &str,
    password: &str,
    paths: &[&str],
) -> anyhow::Result<()> {
    let mut client = Client::connect(address)?;
    client.sign_in(login, password)?;
    for path in paths {
        let mut took = Vec::with_capacity(TIMES);
        for _ in 0..TIMES {
            let started = Instant::now();
            let answer = client.get(path)?;
            took.push(started.elapsed().as_secs_f64() * 1_000.0);
            ensure!(
                answer.status == 200,
                "{path}：{} {}",
                answer.status,
                answer.body
            );
        }
        // The first answer is the one after a start: caches are cold.
        let first = took.first().copied().unwrap_or(f64::NAN);
        took.sort_by(f64::total_cmp);
        println!(
            "{path}：第一次 {first:.1} 毫秒，中位 {:.1}，p99 {:.1}",
            percentile(&took, 50),
            percentile(&took, 99)
        );
    }
    Ok(())
}
