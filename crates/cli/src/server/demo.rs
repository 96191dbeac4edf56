//! `mingjing demo`：演示世界；数据目录空的先建成，再启动服务，打印账号。

use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, bail, ensure};
use mingjing_demo::build::{Built, Ground, build, today};
use mingjing_demo::plan::Plan;
use mingjing_ledger::token::Token;
use mingjing_policy::role::Role;
use mingjing_services::casework::list_findings::summarise_findings;
use mingjing_services::spool::Spool;
use mingjing_store::context::{Clock as _, Context, SystemClock};
use mingjing_store::counter::{CounterStatus, SumBy};
use mingjing_store::finding::FindingFilter;
use mingjing_store::log::integrator::Integrator;
use serde_json::{Value, json};

use crate::Answer;
use crate::config::Config;
use crate::config::secret::Database;
use crate::config::setting::Level;
use crate::files::in_chinese;
use crate::output;
use crate::server::open::{Common, make_folder, of_service, of_store, runtime, services, store};
use crate::server::{acting, key, migrate, serve};
use crate::server_args::DemoArgs;
use crate::table::{Column, output_width, plain, render};

/// 日志的来源：时钟是拨的，不是真的（写进每一个检查点）。
const NODE: &str = "demo.injected-clock";
/// The same story at every place on the same day.
const SEED: u64 = 20_260_101;
/// Stands in the folder from the first moment on: only what has it is ever removed.
const MARKER: &str = "demo-world";
const MARKED: &str = "明镜演示世界的数据目录，可以整个删去；mingjing demo --reset 重新建。\n";
/// What a demo, and the commands that are pointed at it, write into the folder.
const OURS: [&str; 4] = [MARKER, CONFIG, ACCOUNTS, "uploads"];
/// The database with its side files, and the keys.
const OUR_BEGINNINGS: [&str; 3] = ["mingjing.db", "log-key.", "data-key"];
const CONFIG: &str = "mingjing.toml";
/// Written when the world is complete.
const ACCOUNTS: &str = "demo-accounts.json";

pub(crate) fn run(args: &DemoArgs, common: &Common<'_>) -> anyhow::Result<Answer> {
    let config = configure(common.load()?, args)?;
    ready_folder(&config.folder(), args.reset)?;
    if args.once {
        let runtime = runtime(config.server.threads.size())?;
        return runtime.block_on(once(args, common, &config));
    }
    serve::start(&config, common, async |config: &Config| {
        let told = prepare(args, common, config).await?;
        Ok(Some(told))
    })
}

/// The defaults, in the folder of the demo; no sensitive setting of a real platform applies to it.
fn configure(mut config: Config, args: &DemoArgs) -> anyhow::Result<Config> {
    let folder = std::path::absolute(&args.data);
    config.store.folder = folder.with_context(|| format!("{} 不可用", args.data.display()))?;
    config.store.database = Database::InFolder;
    config.log.node = Token::new(NODE)?;
    config.log.key = None;
    config.intake.folder = None;
    config.telemetry.level = Level(tracing::Level::WARN);
    if let Some(listen) = args.listen {
        require_local(listen)?;
        config.server.listen = listen;
    }
    Ok(config)
}

/// Everybody knows how the demo is signed in to: it is not for a network.
fn require_local(listen: SocketAddr) -> anyhow::Result<()> {
    ensure!(
        listen.ip().is_loopback(),
        "演示只在本机看（127.0.0.1），不监听 {listen}；要给别人看，请用 mingjing serve 并换上自己的账号"
    );
    Ok(())
}

/// Whether it is a folder that a demo made: the mark is a text of ours, not only a name.
fn is_demo(folder: &Path) -> anyhow::Result<bool> {
    let marked = match fs::read(folder.join(MARKER)) {
        Ok(marked) => marked,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(in_chinese(&error).into()),
    };
    Ok(marked == MARKED.as_bytes())
}

/// What is removed is what a demo wrote: a name that it never writes is somebody else's.
fn require_only_ours(folder: &Path) -> anyhow::Result<()> {
    for entry in fs::read_dir(folder).map_err(|error| in_chinese(&error))? {
        let name = entry?.file_name();
        let name = name.to_string_lossy();
        let is_ours =
            OURS.contains(&&*name) || OUR_BEGINNINGS.iter().any(|it| name.starts_with(it));
        ensure!(
            is_ours,
            "{} 里有不是演示建的“{name}”，不删；请先把它挪走，或用 --data 另指一个空目录",
            folder.display()
        );
    }
    Ok(())
}

/// Empties the folder where asked, and never one that is not a demo's.
fn ready_folder(folder: &Path, reset: bool) -> anyhow::Result<()> {
    let is_demo = is_demo(folder)?;
    let is_complete = folder.join(ACCOUNTS).is_file();
    let is_empty = !folder.exists()
        || fs::read_dir(folder)
            .map_err(|error| in_chinese(&error))?
            .next()
            .is_none();
    ensure!(
        is_demo || is_empty,
        "{} 里有别的东西，不是演示的数据目录；请用 --data 另指一个空目录",
        folder.display()
    );
    // What was cut off half way is made again from the start.
    if is_demo && (reset || !is_complete) {
        require_only_ours(folder)?;
        let removed = fs::remove_dir_all(folder).map_err(|error| in_chinese(&error));
        removed.with_context(|| format!("删不掉 {}（也许演示正在运行）", folder.display()))?;
    }
    make_folder(folder)?;
    fs::write(folder.join(MARKER), MARKED).context("数据目录写不进")?;
    // The other commands find the demo with --config.
    let config = format!("[store]\nfolder = \".\"\n\n[log]\nnode = \"{NODE}\"\n");
    fs::write(folder.join(CONFIG), config).context("数据目录写不进")
}

/// Makes the world where there is none yet; gives what is to be printed when it is served.
async fn prepare(args: &DemoArgs, common: &Common<'_>, config: &Config) -> anyhow::Result<String> {
    let path = config.folder().join(ACCOUNTS);
    // A world of an earlier release is brought up to date, too.
    migrate::migrate(config).await?;
    if path.is_file() {
        let text = fs::read_to_string(&path).map_err(|error| in_chinese(&error));
        let kept = serde_json::from_str(&text.context("账号的文件读不了")?)?;
        return Ok(told(&kept, true));
    }
    let started = SystemClock.now();
    let lawbook = common.lawbook(config)?.lawbook;
    let day = today(started);
    let plan = Arc::new(Plan::draw(&lawbook, SEED, day, args.cases)?);
    output::line(format_args!(
        "演示世界：{} 个机关，{} 案，今天是 {day}",
        plan.land.bodies.len(),
        plan.cases.len()
    ))?;
    let store = store(config).await?;
    let ground = Ground {
        store: store.clone(),
        lawbook,
        spool: Spool::open(config.spool_folder()).context("汇入的原文件没有地方放")?,
        clock: Arc::new(SystemClock),
    };
    let built = build(ground, plan, |step| {
        output::aside(format_args!("  {step} …"))
    })
    .await?;
    store.close().await;
    let seconds = (SystemClock.now().unix_micros() - started.unix_micros()) / 1_000_000;
    let kept = kept(&built, &day.to_string(), seconds);
    write_private(&path, &kept.to_string())?;
    Ok(told(&kept, false))
}

fn kept(built: &Built, day: &str, seconds: i64) -> Value {
    let accounts = built.accounts.iter().map(|account| {
        json!({
            "login": account.login,
            "password": account.password,
            "role": account.role.in_chinese(),
            "place": account.place,
            "says": account.says,
        })
    });
    json!({
        "built_on": day,
        "seconds": seconds,
        "bodies": built.bodies,
        "officers": built.officers,
        "cases": built.cases,
        "imported": built.imported,
        "recorded": built.recorded,
        "accounts": accounts.collect::<Vec<_>>(),
    })
}

/// The accounts and how the world was made.
fn told(kept: &Value, is_old: bool) -> String {
    let text = |value: &Value| plain(value.as_str().unwrap_or_default());
    let accounts = kept["accounts"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let rows = accounts.iter().map(|account| {
        ["login", "role", "place", "says"]
            .iter()
            .map(|name| text(&account[*name]))
            .collect::<Vec<String>>()
    });
    let titles = ["登录名", "角色", "在哪里", "用来看什么"];
    let columns = titles.map(|title| Column {
        title,
        min: 0,
        max: None,
    });
    let table = render(&columns, &rows.collect::<Vec<_>>(), output_width());
    let password = accounts.first().map(|account| text(&account["password"]));
    let mut told = format!(
        "{table}\n口令都是 {}（随机生成，只用于这一个演示；演示不要二次验证）\n",
        password.unwrap_or_default()
    );
    told.push_str(&format!(
        "{} 个机关、{} 名执法人员、{} 案：汇入 {} 案，另在平台上记下 {} 件事，用时 {} 秒。",
        kept["bodies"],
        kept["officers"],
        kept["cases"],
        kept["imported"],
        kept["recorded"],
        kept["seconds"],
    ));
    if is_old {
        told.push_str(&format!(
            "\n这个演示建于 {}；要建一个今天的，加 --reset。",
            text(&kept["built_on"])
        ));
    }
    told
}

/// Makes the world, integrates its log, says what it holds, and ends.
async fn once(args: &DemoArgs, common: &Common<'_>, config: &Config) -> anyhow::Result<Answer> {
    let told = prepare(args, common, config).await?;
    let services = services(common, config).await?;
    let key = key::signing_key(config, &services.store).await?;
    let verifying = key.verifying_key();
    let context = Context::system("demo");
    let integrator = Integrator::new(services.store.clone(), context, key, "demo".to_owned());
    integrator
        .map_err(of_store)?
        .drain()
        .await
        .map_err(of_store)?;
    let found = services
        .store
        .fsck(Some(&verifying), |_| {})
        .await
        .map_err(of_store)?;
    let request = acting::request(&services, Role::SupervisorLead)?;
    let filter = FindingFilter::default();
    let sums = summarise_findings(&services, &request, &filter, SumBy::Code).await;
    let (sums, _) = sums.map_err(of_service)?;
    let lawbook = services.lawbook();
    let rows = sums.iter().map(|sum| {
        let name = lawbook
            .rule(&sum.group)
            .map_or("", |rule| rule.name.as_ref());
        vec![
            sum.severity.name().to_owned(),
            sum.group.clone(),
            name.to_owned(),
            status_name(sum.status).to_owned(),
            sum.n.to_string(),
        ]
    });
    let titles = ["程度", "规则编码", "名称", "状态", "个数"];
    let columns = titles.map(|title| Column {
        title,
        min: 0,
        max: None,
    });
    output::line(render(&columns, &rows.collect::<Vec<_>>(), output_width()))?;
    output::line(crate::server::fsck::text(&found, true))?;
    output::line(told)?;
    services.store.close().await;
    ensure!(found.is_sound(), "演示世界的日志不相符");
    Ok(Answer::Clean)
}

fn status_name(status: CounterStatus) -> &'static str {
    match status {
        CounterStatus::Live(status) => status.name(),
        CounterStatus::Ended(by) => by.in_chinese(),
    }
}

/// Only this account may read it.
fn write_private(path: &Path, text: &str) -> anyhow::Result<()> {
    let written = key::write_new(path, text.as_bytes(), 0o600);
    if let Err(error) = written {
        bail!("{} 写不下：{}", path.display(), in_chinese(&error));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_folder_that_a_demo_wrote_and_nobody_else_is_emptied() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        let write = |name: &str, text: &str| fs::write(path.join(name), text).unwrap();
        // Somebody's folder in which a file happens to have that name.
        write(MARKER, "我的");
        write("账.txt", "1");
        assert!(ready_folder(path, true).is_err());
        // A demo into which somebody has put something.
        write(MARKER, MARKED);
        let told = ready_folder(path, true).unwrap_err().to_string();
        assert!(told.contains("账.txt"), "{told}");
        assert!(path.join("账.txt").exists());
        fs::remove_file(path.join("账.txt")).unwrap();
        write("mingjing.db-wal", "");
        write("log-key.pem", "");
        ready_folder(path, true).unwrap();
        assert!(!path.join("mingjing.db-wal").exists());
        assert_eq!(fs::read_to_string(path.join(MARKER)).unwrap(), MARKED);
    }
}
