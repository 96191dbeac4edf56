//! 公开记录：填进许多条像真的一样的决定，供门户的列表与检索量；企业、案由、机关由词凑成，都是编的。

use std::time::Instant;

use anyhow::Context as _;
use mingjing_domain::coverage::Coverage;
use mingjing_domain::event::{Event, Source};
use mingjing_kernel::date::Date;
use mingjing_kernel::id::kind::TimelineKind;
use mingjing_ledger::key::SigningKey;
use mingjing_ledger::suite::Suite;
use mingjing_services::disclosure::terms::{search_text, terms_of};
use mingjing_store::error::StoreError;
use mingjing_store::event::{Nature, NewEvent};
use mingjing_store::log::integrator::Integrator;
use mingjing_store::public_record::NewPublicRecord;
use mingjing_store::timeline::{Confidentiality, NewTimeline};
use mingjing_store::tx::Tx;
use serde_json::{Value, json};

use crate::log::{open, tell};

/// The name of the node where nothing else was configured: the server opens the same database.
const NODE: &str = "mingjing.local";
/// Records of one transaction.
const CHUNK: u64 = 200;
const FIRST: [&str; 24] = [
    "恒", "盛", "安", "泰", "华", "瑞", "丰", "源", "鑫", "诚", "德", "广", "宏", "金", "嘉", "康",
    "利", "美", "润", "顺", "同", "祥", "信", "裕",
];
const LAST: [&str; 24] = [
    "达", "隆", "和", "兴", "昌", "茂", "通", "远", "捷", "辉", "宇", "翔", "博", "凯", "林", "峰",
    "江", "海", "川", "原", "晟", "益", "佳", "荣",
];
const TRADES: [&str; 16] = [
    "商贸",
    "食品",
    "餐饮管理",
    "物流",
    "建筑工程",
    "网络科技",
    "医药",
    "汽车服务",
    "服装",
    "家居",
    "农业发展",
    "环保科技",
    "物业管理",
    "教育咨询",
    "文化传媒",
    "化工",
];
const CAUSES: [&str; 20] = [
    "违法有奖销售",
    "未按规定明码标价",
    "销售超过保质期的食品",
    "虚假宣传",
    "未取得许可从事餐饮服务",
    "侵犯注册商标专用权",
    "未按规定公示年度报告",
    "使用未经检验的特种设备",
    "超标排放水污染物",
    "未按规定贮存危险废物",
    "擅自占用城市道路",
    "违法建设",
    "道路运输车辆未随车携带许可证件",
    "未按规定设置消防设施",
    "生产不符合国家标准的产品",
    "发布违法广告",
    "销售假冒伪劣商品",
    "无照经营",
    "未履行进货查验义务",
    "价格欺诈",
];

/// 填。
pub(crate) fn fill(database: &str, count: u64) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let (store, context) = open(database, NODE).await?;
        let day = Date::new(2026, 2, 26).context("a day")?;
        let started = Instant::now();
        let mut done = 0;
        while done < count {
            let numbers = done..(done + CHUNK).min(count);
            let write = async move |tx: &Tx| {
                for number in numbers.clone() {
                    publish(tx, number, day).await?;
                }
                Ok::<_, StoreError>(())
            };
            store.write_bulk(&context, write).await?;
            done += CHUNK;
        }
        tell("公布", count, started);
        let key = SigningKey::generate(Suite::Sm, &context.random())?;
        let key_text = key.to_pem()?;
        let integrator = Integrator::new(store.clone(), context, key, "bench".to_owned());
        let started = Instant::now();
        let entries = integrator?.drain().await?;
        tell("入日志", entries, started);
        store.close().await;
        // The server must sign with the key of the last checkpoint.
        std::fs::write("log-key.pem", key_text.reveal("a key of a benchmark"))
            .context("log-key.pem 写不了")?;
        Ok(())
    })
}

async fn publish(tx: &Tx, number: u64, day: Date) -> Result<(), StoreError> {
    let timeline = NewTimeline {
        kind: TimelineKind::Case,
        procedure: None,
        coverage: Coverage::Closed,
        confidentiality: Confidentiality::Ordinary,
    };
    let timeline = tx.create_timeline(&timeline).await?;
    let events = ["decided", "published"].map(|kind| {
        let mut event = Event::new("", kind, day);
        event.source = Source::FirstHand;
        NewEvent::new(event, Nature::Fact)
    });
    let made = tx.append(timeline, 0, events.to_vec()).await?;
    let (decided, published) = (&made[0], &made[1]);
    let body = content(number);
    let record = NewPublicRecord {
        id: tx.new_id(),
        timeline,
        decision: decided.id,
        decision_seq: decided.seq,
        event: published.id,
        event_seq: published.seq,
        org_path: "/".to_owned(),
        style: "penalty_decision".to_owned(),
        search_text: search_text(&body),
        terms: terms_of(&body),
        body,
        shown_until: None,
    };
    tx.publish(&record).await.map(drop)
}

fn content(number: u64) -> Value {
    // A walk over the words without a pattern that a reader of the list would see.
    let mixed = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let pick = |words: &[&'static str], shift: u32| words[(mixed >> shift) as usize % words.len()];
    let party = format!(
        "{}{}{}{}有限公司",
        pick(&FIRST, 3),
        pick(&LAST, 11),
        pick(&FIRST, 19),
        pick(&TRADES, 27)
    );
    let city = mixed >> 35 & 15;
    let place = (mixed >> 40) % 120;
    let region = format!("41{:02}{:02}", city + 1, place % 12 + 1);
    let department = [
        "market_regulation",
        "ecology",
        "transport",
        "urban_management",
    ][(mixed >> 50) as usize % 4];
    let field = |name: &str, label: &str, text: String| json!({"name": name, "label": label, "value": text, "text": text});
    let fine = mixed % 200_000 + 500;
    json!({
        "format": "mingjing-public-record/1",
        "style": "penalty_decision",
        "title": "行政处罚决定信息公示",
        "decided_on": "2026-02-26",
        "fields": [
            field("doc_no", "决定书文号", format!("第{place}局罚〔2026〕{number}号")),
            field("party_name", "当事人", party),
            field("cause", "违法事实", pick(&CAUSES, 44).to_owned()),
            field("basis", "处罚依据", "有关法律、法规的规定".to_owned()),
            field("kinds", "处罚种类", "罚款、没收违法所得".to_owned()),
            field("fine", "罚款金额", format!("{fine}.00 元")),
        ],
        "body": {"id": format!("body_{place}"), "name": format!("第{place}执法局")},
        "region": region,
        "department": department,
    })
}
