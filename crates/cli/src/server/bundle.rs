//! `mingjing bundle`：一案的案卷包，拿到的人不问任何服务器就能核对。

use std::fs::OpenOptions;
use std::io::Write as _;

use anyhow::{Context as _, anyhow, ensure};
use mingjing_kernel::id::{Id, kind};
use mingjing_policy::role::Role;
use mingjing_services::bundle::bundle;
use mingjing_services::casework::list_cases::list_cases;
use mingjing_services::context::Services;
use mingjing_services::error::ServiceError;
use mingjing_services::page::PageRequest;
use mingjing_store::case_row::{CaseFilter, CaseOrder};
use serde_json::json;

use crate::Answer;
use crate::files::in_chinese;
use crate::server::open::{Common, of_service, runtime, services};
use crate::server::{acting, key, report};
use crate::server_args::BundleArgs;

pub(crate) fn run(args: &BundleArgs, common: &Common<'_>) -> anyhow::Result<Answer> {
    let config = common.load()?;
    let key = key::existing_key(&config)?;
    let key = key.context("没有签名私钥，日志还没有检查点；先让 mingjing serve 运行一会儿")?;
    let (case, bytes) = runtime(2)?.block_on(async {
        let services = services(common, &config).await?;
        let made = make(args, &services, &key).await;
        services.store.close().await;
        made
    })?;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    // It holds personal data as they are.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options
        .open(&args.out)
        .map_err(|error| in_chinese(&error))
        .with_context(|| format!("{} 写不了（已有的不覆盖）", args.out.display()))?;
    file.write_all(&bytes)?;
    file.sync_all()?;
    let text = format!(
        "案卷包已写到 {}（{} 字节），里面有个人信息的原文；核对：mingjing verify {} --key 公钥文件",
        args.out.display(),
        bytes.len(),
        args.out.display()
    );
    let json = json!({ "case": case.to_string(), "bytes": bytes.len() });
    report::print(args.format, &text, &json)?;
    Ok(Answer::Clean)
}

async fn make(
    args: &BundleArgs,
    services: &Services,
    key: &mingjing_ledger::key::SigningKey,
) -> anyhow::Result<(Id<kind::Case>, Vec<u8>)> {
    let case = find(&args.case, services).await?;
    let request = acting::request(services, Role::SupervisorLead)?;
    match bundle(services, &request, case, &args.reason, key).await {
        Ok(bytes) => Ok((case, bytes)),
        Err(ServiceError::Unavailable) => Err(anyhow!(
            "这一案还有事件没有入日志；服务运行着的，等一秒再来；没有运行的，先启动 mingjing serve"
        )),
        Err(error) => Err(of_service(error)),
    }
}

/// By its identifier, or by its number where only one case has it.
async fn find(text: &str, services: &Services) -> anyhow::Result<Id<kind::Case>> {
    if let Ok(id) = text.parse::<Id<kind::Case>>() {
        return Ok(id);
    }
    let filter = CaseFilter {
        number_prefix: Some(text.to_owned()),
        ..CaseFilter::default()
    };
    let request = acting::request(services, Role::SupervisorLead)?;
    let page = PageRequest::default();
    let found = list_cases(services, &request, &filter, CaseOrder::LastOn, &page);
    let found = found.await.map_err(of_service)?.items.into_iter();
    let mut found = found.filter(|row| row.number.as_deref() == Some(text));
    let first = found.next();
    let first = first.with_context(|| format!("没有案号为“{text}”的案件"))?;
    ensure!(
        found.next().is_none(),
        "案号为“{text}”的不止一案，请用案件的标识（case_…）"
    );
    Ok(first.timeline.to_string().parse()?)
}
