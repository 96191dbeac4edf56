//! `mingjing serve`：打开库、加载法典、监听；收到停止的信号，先收尾再走。

use std::net::SocketAddr;
use std::process;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use mingjing_edge::context::Listener;
use mingjing_edge::limit::Limits;
use mingjing_edge::measure::{self, Meter};
use mingjing_edge::serve::{Drained, Port, serve};
use mingjing_edge::stream::{StopStreams, Streams};
use mingjing_edge::telemetry;
use mingjing_http::router;
use mingjing_jobs::kind::QUEUES;
use mingjing_jobs::law_watch::LawWatch;
use mingjing_jobs::runner::Runner;
use mingjing_jobs::stop::{Stop, Stopping};
use mingjing_jobs::{clockwork, integrate, observe};
use mingjing_ledger::key::SigningKey;
use mingjing_services::admin::second_factor::seal_clear_secrets;
use mingjing_services::assessment::reassess::enqueue_for_law;
use mingjing_services::context::Services;
use mingjing_services::law_source::LawSource as _;
use mingjing_services::spool::Spool;
use mingjing_store::context::{Context, Rng as _, SystemRng};
use mingjing_store::log::integrator::Integrator;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinSet;

use crate::Answer;
use crate::config::Config;
use crate::output;
use crate::server::open::{Common, of_service, of_store, runtime, services};
use crate::server::{data_key, key, migrate, wiring};
use crate::server_args::ServeArgs;

/// What is left after the work is done: blocked threads are not waited for longer.
const RUNTIME_END: Duration = Duration::from_secs(1);
/// As a shell reports a program that a second signal has ended.
const ENDED_AT_ONCE: i32 = 130;

pub(crate) fn run(args: &ServeArgs, common: &Common<'_>) -> anyhow::Result<Answer> {
    let config = common.load()?;
    start(&config, common, async |config: &Config| {
        if args.migrate {
            for name in migrate::migrate(config).await? {
                tracing::info!(migration.name = name, "migrated");
            }
        }
        Ok(None)
    })
}

/// 占住端口，做好准备，再一直服务；准备时要说的话，启动之后打印。
pub(crate) fn start(
    config: &Config,
    common: &Common<'_>,
    prepare: impl AsyncFnOnce(&Config) -> anyhow::Result<Option<String>>,
) -> anyhow::Result<Answer> {
    let telemetry = &config.telemetry;
    let lines = telemetry::subscriber(telemetry.format, telemetry.level.0, std::io::stderr);
    tracing::subscriber::set_global_default(lines).context("运行日志已经装过")?;
    telemetry::install_panic_hook();
    let meter = measure::install()?.context("指标已经装过")?;
    let runtime = runtime(config.server.threads.size())?;
    let ended = runtime.block_on(async {
        // The port first: whoever starts a second one is told before anything is opened.
        let ports = bind(config).await?;
        let told = prepare(config).await?;
        let source = Arc::new(common.law_source(config));
        // Looked at before it is loaded: what changes meanwhile is seen at the first look.
        let mark = source.glance();
        let mut services = sealing(services(common, config).await?, config).await?;
        if source.has_candidates() {
            services = services.with_candidates(source.clone());
        }
        let services = Arc::new(services);
        let key = key::signing_key(config, &services.store).await?;
        let watch = LawWatch::new(source, mark);
        stay(config, ports, services, (key, told, watch), meter).await
    });
    runtime.shutdown_timeout(RUNTIME_END);
    ended
}

/// The services with the data key; what an older program left in clear is sealed before anybody is served.
async fn sealing(services: Services, config: &Config) -> anyhow::Result<Services> {
    let key = data_key::data_key(config, &services).await?;
    let spool = Spool::open(config.spool_folder());
    let spool = spool.context("收下的原文件没有地方放（intake.folder）")?;
    let services = services.with_data_key(key).with_spool(spool);
    let sealed = seal_clear_secrets(&services, &services.system("start")).await;
    let sealed = sealed.map_err(of_service).with_context(|| {
        format!(
            "数据密钥（{}）打不开库里封存的秘密。请放回原来的那一把",
            config.data_key()
        )
    })?;
    if sealed > 0 {
        tracing::info!(
            secrets.sealed = sealed,
            "secrets that stood in clear are sealed"
        );
    }
    Ok(services)
}

struct Bound {
    public: TcpListener,
    admin: Option<TcpListener>,
}

async fn bind(config: &Config) -> anyhow::Result<Bound> {
    let admin = match config.server.admin_listen {
        Some(address) => Some(listen("server.admin_listen", address).await?),
        None => None,
    };
    Ok(Bound {
        public: listen("server.listen", config.server.listen).await?,
        admin,
    })
}

async fn listen(setting: &str, address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => anyhow!(
            "端口 {address} 已被别的程序占用（也许明镜已经在运行）；请停掉它，或换一个 {setting}"
        ),
        std::io::ErrorKind::PermissionDenied => anyhow!(
            "不许监听 {address}（1024 以下的端口要管理员）；请换一个 {setting}"
        ),
        std::io::ErrorKind::AddrNotAvailable => anyhow!(
            "本机没有地址 {address}；请改 {setting}"
        ),
        _ => anyhow!("监听不了 {address}（{setting}）：{error}"),
    })
}

/// Serves until told to stop, then lets everything come to its end, in the order in which it depends on what is left.
async fn stay(
    config: &Config,
    ports: Bound,
    services: Arc<Services>,
    (key, told, watch): (SigningKey, Option<String>, LawWatch),
    meter: Meter,
) -> anyhow::Result<Answer> {
    let mut started = self::told(&ports, &key)?;
    if let Some(told) = told {
        started = format!("{told}\n{started}");
    }
    let (http_stop, work_stop) = (Stop::new(), Stop::new());
    watch_signals(&http_stop)?;
    let (streams, stop_streams) = Streams::new(config.limits.streams.size());
    let limits = limits(config);
    let edge = wiring::edge(config, limits.clone());
    let pages = wiring::portal(config, &services, key.verifying_key());
    let state = wiring::state(config, &services, streams, meter.clone(), key.clone())?;
    let router = router::build_beside(state, &edge, pages.merge(wiring::workbench(&edge)));
    let mut work = background(config, &services, key, &work_stop)?;
    work.spawn(watch.run(Arc::clone(&services), work_stop.watch()));
    let upkeep = tokio::spawn(meter.keep());
    output::line(started)?;
    let drained = answer(ports, router, &limits, &stop_streams, &http_stop).await;
    drop(edge);
    work_stop.press();
    work.join_all().await;
    upkeep.abort();
    let store = services.store.clone();
    drop(services);
    store.close().await;
    Ok(match drained {
        Drained::All => {
            tracing::info!("stopped, every request was answered");
            Answer::Clean
        }
        Drained::TimedOut => {
            tracing::warn!("stopped, some requests were cut off");
            Answer::Found
        }
    })
}

/// What is printed when it is ready.
fn told(ports: &Bound, key: &SigningKey) -> anyhow::Result<String> {
    let fingerprint = key.verifying_key().fingerprint()?;
    let mut text = format!("日志公钥指纹 {fingerprint}\n");
    if let Some(admin) = &ports.admin {
        text.push_str(&format!("管理口 http://{}\n", admin.local_addr()?));
    }
    text.push_str(&format!("明镜已启动 http://{}", ports.public.local_addr()?));
    Ok(text)
}

fn limits(config: &Config) -> Limits {
    let set = &config.limits;
    Limits {
        body_bytes: set.body_bytes.size(),
        request_time: set.request_time.get(),
        requests: set.requests.size(),
        streams: set.streams.size(),
        connections: set.connections.size(),
        rate_per_second: set.rate_per_second.get(),
        rate_burst: set.rate_burst.get(),
        drain_time: config.server.drain_time.get(),
        ..Limits::default()
    }
}

/// Both ports, until both are drained.
async fn answer(
    ports: Bound,
    router: axum::Router,
    limits: &Limits,
    streams: &StopStreams,
    stop: &Stop,
) -> Drained {
    let pressed = |mut stopping: Stopping| async move { stopping.pressed().await };
    let admin = async {
        let Some(listener) = ports.admin else {
            return Drained::All;
        };
        let port = Port {
            listener,
            kind: Listener::Admin,
            router: router.clone(),
        };
        serve(port, limits, streams, pressed(stop.watch())).await
    };
    let public = Port {
        listener: ports.public,
        kind: Listener::Public,
        router: router.clone(),
    };
    let public = serve(public, limits, streams, pressed(stop.watch()));
    match tokio::join!(public, admin) {
        (Drained::All, Drained::All) => Drained::All,
        _ => Drained::TimedOut,
    }
}

/// Everything that works after the commit.
fn background(
    config: &Config,
    services: &Arc<Services>,
    key: SigningKey,
    stop: &Stop,
) -> anyhow::Result<JoinSet<()>> {
    let mut work = JoinSet::new();
    let mut random = [0; 8];
    SystemRng.fill(&mut random);
    let holder = format!("{}-{:016x}", process::id(), u64::from_be_bytes(random));
    if config.log.runs_integrator {
        let context = Context::system("integrator");
        let store = services.store.clone();
        let integrator = Integrator::new(store, context, key, holder.clone());
        work.spawn(integrate::run(integrator.map_err(of_store)?, stop.watch()));
    }
    if config.server.runs_jobs {
        for queue in QUEUES {
            let runner = Runner::new(Arc::clone(services), holder.clone());
            work.spawn(runner.run(queue, stop.watch()));
        }
        work.spawn(clockwork::run(Arc::clone(services), stop.watch()));
        let services = Arc::clone(services);
        work.spawn(async move {
            // Cases judged by another version of the law are judged again; without any, the job ends at once.
            let asked = enqueue_for_law(&services, &services.system("start")).await;
            if let Err(error) = asked.map_err(of_service) {
                tracing::warn!(error.cause = %error, "the reassessment for the lawbook could not be queued");
            }
        });
    }
    work.spawn(observe::run(Arc::clone(services), stop.watch()));
    Ok(work)
}

/// The first signal asks everything to come to its end; the second ends the process.
fn watch_signals(stop: &Stop) -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let stop = stop.clone();
    tokio::spawn(async move {
        for is_first in [true, false] {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            if is_first {
                tracing::info!("stopping, a second signal ends at once");
                stop.press();
            }
        }
        process::exit(ENDED_AT_ONCE);
    });
    Ok(())
}
