//! `mingjing rebuild`：由事件、事实与法典重新推出派生的表；`--verify` 只核对。

use std::fmt::Write as _;

use mingjing_services::assessment::rebuild::{rebuild, verify};
use mingjing_services::assessment::report::RebuildReport;
use serde_json::json;

use crate::Answer;
use crate::server::open::{Common, of_service, runtime, services};
use crate::server::report;
use crate::server_args::RebuildArgs;

pub(crate) fn run(args: &RebuildArgs, common: &Common<'_>) -> anyhow::Result<Answer> {
    let config = common.load()?;
    let found = runtime(2)?.block_on(async {
        let services = services(common, &config).await?;
        let found = if args.verify {
            verify(&services).await
        } else {
            rebuild(&services, &services.system("rebuild")).await
        };
        services.store.close().await;
        found.map_err(of_service)
    })?;
    report::print(args.format, &text(&found, args.verify), &json(&found))?;
    // After a rebuild the differences are history.
    Ok(if found.difference_count == 0 || !args.verify {
        Answer::Clean
    } else {
        Answer::Found
    })
}

fn text(found: &RebuildReport, is_verify: bool) -> String {
    let did = if is_verify { "核对" } else { "重建" };
    let mut text = format!("{did}了 {} 条时间线", found.timelines);
    if found.difference_count == 0 {
        text.push_str("，没有不同之处");
        return text;
    }
    let then = if is_verify { "" } else { "，已改正" };
    // Writing to a string does not fail.
    let _ = write!(text, "，{} 处不同{then}：", found.difference_count);
    for difference in &found.differences {
        let _ = write!(
            text,
            "\n  · {} {}：{}",
            difference.table, difference.row, difference.what
        );
    }
    text
}

fn json(found: &RebuildReport) -> serde_json::Value {
    let lines = found
        .differences
        .iter()
        .map(|it| json!({ "table": it.table, "row": it.row, "what": it.what }));
    json!({
        "timelines": found.timelines,
        "difference_count": found.difference_count,
        "differences": lines.collect::<Vec<_>>(),
    })
}
