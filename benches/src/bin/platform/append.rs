//! 追加：按定好的时刻发，不因前一条慢了就晚发；时间从该发的时刻算到答复（答复在落盘之后）。

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use serde_json::json;

use crate::http::Client;
use crate::percentile;

/// Connections, each with a case of its own: nobody races for a version.
const CONNECTIONS: u64 = 32;
/// Then the next case is opened, and its opening is counted as one more append: a file of ordinary length.
const EVENTS_PER_CASE: u64 = 15;

pub(crate) struct Load {
    pub(crate) address: SocketAddr,
    pub(crate) login: String,
    pub(crate) password: String,
    pub(crate) body: String,
    pub(crate) per_second: u64,
    pub(crate) seconds: u64,
}

pub(crate) fn run(load: &Load) -> anyhow::Result<()> {
    let mut first = Client::connect(load.address)?;
    first.sign_in(&load.login, &load.password)?;
    let total = load.per_second * load.seconds;
    let next = Arc::new(AtomicU64::new(0));
    let started = Instant::now() + Duration::from_millis(200);
    let pause = Duration::from_secs(1) / u32::try_from(load.per_second)?;
    let mut threads = Vec::new();
    for number in 0..CONNECTIONS {
        let client = first.another(load.address)?;
        let mut writer = Writer::new(client, &load.body, number)?;
        let next = Arc::clone(&next);
        threads.push(std::thread::spawn(move || {
            let mut took = Vec::new();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= total {
                    return anyhow::Ok(took);
                }
                let due = started + pause * u32::try_from(number)?;
                wait_until(due);
                writer.write(number)?;
                took.push(due.elapsed().as_secs_f64() * 1_000.0);
            }
        }));
    }
    let mut took = Vec::new();
    for thread in threads {
        let part = thread.join().ok().context("一个线程中途停了")??;
        took.extend(part);
    }
    let elapsed = started.elapsed().as_secs_f64();
    took.sort_by(f64::total_cmp);
    println!(
        "追加 {} 条，每秒 {:.0}：中位 {:.1} 毫秒，p90 {:.1}，p99 {:.1}，最久 {:.1}",
        took.len(),
        took.len() as f64 / elapsed,
        percentile(&took, 50),
        percentile(&took, 90),
        percentile(&took, 99),
        percentile(&took, 100)
    );
    Ok(())
}

#[expect(
    clippy::disallowed_methods,
    reason = "an open load keeps to its own times"
)]
fn wait_until(due: Instant) {
    std::thread::sleep(due.saturating_duration_since(Instant::now()));
}

struct Writer {
    client: Client,
    body: String,
    case: String,
    version: u64,
    events: u64,
}

impl Writer {
    fn new(client: Client, body: &str, number: u64) -> anyhow::Result<Self> {
        let mut writer = Writer {
            client,
            body: body.to_owned(),
            case: String::new(),
            version: 0,
            events: 0,
        };
        writer.open(&format!("first-{number}"))?;
        Ok(writer)
    }

    fn write(&mut self, number: u64) -> anyhow::Result<()> {
        if self.events == EVENTS_PER_CASE {
            self.open(&format!("{number:08}"))
        } else {
            self.append(number)
        }
    }

    fn open(&mut self, number: &str) -> anyhow::Result<()> {
        let case = json!({ "procedure": "ordinary_penalty", "body": self.body });
        let key = format!(
            "Idempotency-Key: load-case-{}-{number}\r\n",
            std::process::id()
        );
        let made = self.client.post("/api/v1/cases", &case, &key)?;
        ensure!(made.status == 201, "建案：{} {}", made.status, made.body);
        let made = &made.body["case"];
        made["id"]
            .as_str()
            .context("没有标识")?
            .clone_into(&mut self.case);
        self.version = made["version"].as_u64().context("没有版本")?;
        self.events = 0;
        Ok(())
    }

    fn append(&mut self, number: u64) -> anyhow::Result<()> {
        // One of the plain ones: read, judged, written, committed, answered.
        let event = json!({ "kind": "clue_registered", "on": "2025-02-02",
            "fields": { "source": "inspection", "real_name_informant": false } });
        let path = format!("/api/v1/cases/{}/events", self.case);
        let more = format!(
            "If-Match: \"{}\"\r\nIdempotency-Key: load-{}-{number:08}\r\n",
            self.version,
            std::process::id()
        );
        let answer = self.client.post(&path, &event, &more)?;
        ensure!(
            answer.status == 201,
            "追加：{} {}",
            answer.status,
            answer.body
        );
        self.version += 1;
        self.events += 1;
        Ok(())
    }
}
