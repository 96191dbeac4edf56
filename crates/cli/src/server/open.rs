//! 打开：由配置得存储、法典与服务；错误说成命令行上的话。

use std::fs;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, anyhow};
use mingjing_services::admin::rules::AdminRules;
use mingjing_services::context::Services;
use mingjing_services::error::ServiceError;
use mingjing_services::law_source::LoadedLaw;
use mingjing_services::retention::Retention;
use mingjing_store::config::Location;
use mingjing_store::context::{SystemClock, SystemRng};
use mingjing_store::error::StoreError;
use mingjing_store::store::Store;
use tokio::runtime::{Builder, Runtime};

use crate::config::Config;
use crate::config::load;
use crate::files::in_chinese;
use crate::server::law_source::Folders;

/// 命令共用的选项。
#[derive(Debug, Clone, Copy)]
pub(crate) struct Common<'a> {
    /// `--config`。
    pub(crate) config: Option<&'a Path>,
    /// `--lawbook`。
    pub(crate) lawbook: Option<&'a Path>,
}

impl Common<'_> {
    /// 读配置。
    pub(crate) fn load(&self) -> anyhow::Result<Config> {
        Ok(load::load(self.config)?.config)
    }

    /// 法典在哪里：`--lawbook` 压过配置。
    pub(crate) fn law_source(&self, config: &Config) -> Folders {
        Folders::of(self.lawbook, config)
    }

    /// 加载法典，连同叠加的文件。
    pub(crate) fn lawbook(&self, config: &Config) -> anyhow::Result<LoadedLaw> {
        self.law_source(config).open()
    }
}

/// 运行异步的部分；`threads` 为 0 是处理器数。
pub(crate) fn runtime(threads: usize) -> anyhow::Result<Runtime> {
    let mut builder = Builder::new_multi_thread();
    if threads > 0 {
        builder.worker_threads(threads);
    }
    builder
        .enable_all()
        .build()
        .context("启动不了运行时（线程或文件句柄不够）")
}

/// 建起数据目录，只有本账户能进。
pub(crate) fn make_folder(folder: &Path) -> anyhow::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(folder)
        .map_err(|error| in_chinese(&error))
        .with_context(|| format!("建不了数据目录 {}", folder.display()))
}

/// 打开迁移好的库。
pub(crate) async fn store(config: &Config) -> anyhow::Result<Store> {
    let store_config = config.store_config()?;
    if let Location::Sqlite(path) = &store_config.location
        && !path.exists()
    {
        anyhow::bail!(
            "没有库 {}；第一次用请先运行 mingjing migrate（或 mingjing serve --migrate）",
            path.display()
        );
    }
    Store::open(&store_config).await.map_err(of_store)
}

/// 打开库、加载法典，得服务。
pub(crate) async fn services(common: &Common<'_>, config: &Config) -> anyhow::Result<Services> {
    let store = store(config).await?;
    let law = common.lawbook(config)?;
    let minutes = |number: u32| u16::try_from(number).unwrap_or(u16::MAX);
    let rules = AdminRules {
        idle_minutes: minutes(config.session.idle_minutes.get()),
        absolute_minutes: minutes(config.session.absolute_minutes.get()),
        second_factor_minutes: minutes(config.session.second_factor_minutes.get()),
        ..AdminRules::default()
    };
    let keeping = &config.retention;
    let retention = Retention {
        import_file_days: keeping.import_file_days.get(),
        import_detail_days: keeping.import_detail_days.get(),
        session_days: keeping.session_days.get(),
        reply_days: keeping.reply_days.get(),
        job_days: keeping.job_days.get(),
    };
    let lawbook = Arc::clone(&law.lawbook);
    let services = Services::new(store, lawbook, Arc::new(SystemClock), Arc::new(SystemRng));
    services.take_law(law);
    Ok(services.with_admin_rules(rules).with_retention(retention))
}

/// 存储的错误，说成命令行上的话，连同起因。
pub(crate) fn of_store(error: StoreError) -> anyhow::Error {
    anyhow::Error::new(error)
}

/// 服务的错误，说成命令行上的话。
pub(crate) fn of_service(error: ServiceError) -> anyhow::Error {
    match error {
        ServiceError::NotFound => anyhow!("没有找到"),
        ServiceError::Invalid(errors) => {
            let lines: Vec<String> = errors.into_iter().map(|error| error.message).collect();
            anyhow!("{}", lines.join("；"))
        }
        ServiceError::Refused(_) => anyhow!("程序走到这一步不许这样做"),
        ServiceError::Blocked(findings) => anyhow!("有 {} 处发现挡住这一决定", findings.len()),
        ServiceError::Conflict { expected, found } => {
            anyhow!("别人先写了：所据的版本是 {expected}，现在是 {found}；请重来一次")
        }
        ServiceError::Forbidden => anyhow!("不许做"),
        ServiceError::KeyReused => anyhow!("幂等键已用于别的请求"),
        ServiceError::LimitExceeded => anyhow!("超出限额"),
        ServiceError::Unavailable => {
            anyhow!("数据库暂时不可用（连不上、磁盘满或忙）；没有写成的不会留下一半，请稍后重来")
        }
        // The cause stays in the chain: a reader that has gone is no failure.
        ServiceError::Internal(source) => anyhow::Error::from_boxed(source).context("没有做成"),
    }
}
