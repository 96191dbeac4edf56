//! `mingjing migrate`：把库迁移到最新的结构。

use mingjing_store::config::{Location, StoreConfig};
use mingjing_store::context::Context;
use mingjing_store::store::Store;
use serde_json::json;

use crate::Answer;
use crate::config::Config;
use crate::server::open::{Common, make_folder, of_store, runtime};
use crate::server::report;
use crate::server_args::MigrateArgs;

pub(crate) fn run(args: &MigrateArgs, common: &Common<'_>) -> anyhow::Result<Answer> {
    let config = common.load()?;
    let done = runtime(1)?.block_on(async {
        let done = migrate(&config).await?;
        if args.grant_roles {
            Store::grant_roles(&config.store_config()?)
                .await
                .map_err(of_store)?;
        }
        anyhow::Ok(done)
    })?;
    let text = if done.is_empty() {
        "库的结构已是最新".to_owned()
    } else {
        format!("已迁移：{}", done.join("、"))
    };
    report::print(args.format, &text, &json!({ "applied": done }))?;
    Ok(Answer::Clean)
}

/// 迁移；SQLite 的目录没有的建起。
pub(crate) async fn migrate(config: &Config) -> anyhow::Result<Vec<&'static str>> {
    let store_config = config.store_config()?;
    if let Location::Sqlite(path) = &store_config.location {
        make_folder(&config.folder())?;
        if let Some(folder) = path.parent().filter(|it| !it.as_os_str().is_empty()) {
            make_folder(folder)?;
        }
    }
    migrate_at(&store_config).await
}

/// 迁移所指的库。
pub(crate) async fn migrate_at(config: &StoreConfig) -> anyhow::Result<Vec<&'static str>> {
    Store::migrate(config, &Context::system("migrate"))
        .await
        .map_err(of_store)
}
