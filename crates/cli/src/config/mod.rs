//! 配置：一个类型，一节一个结构；每一项的说明、写法、缺省都写在这里，说明页与 `config check` 由此生成。
//!
//! What differs by jurisdiction (bodies, calendars, standards, rules) is data with dates, not configuration.

pub(crate) mod load;
pub(crate) mod page;
pub(crate) mod secret;
pub(crate) mod setting;
mod values;

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::{Context as _, ensure};
use mingjing_edge::network::Network;
use mingjing_edge::telemetry::LogFormat;
use mingjing_ledger::suite::Suite;
use mingjing_ledger::token::Token;
use mingjing_store::config::{Location, StoreConfig};
use mingjing_store::log::LogIdentity;

use crate::config::secret::{Database, Reference};
use crate::config::setting::{Field, Level, Number, Origin, Setting, SiteName, Span};
use crate::config::values::Values;

/// 环境变量的前缀：`MINGJING_<节>_<项>`，全大写。
pub(crate) const PREFIX: &str = "MINGJING_";
/// 指出配置文件的环境变量。
pub(crate) const FILE_VARIABLE: &str = "MINGJING_CONFIG";
/// 没有指出时，当前目录里有这个文件就用它。
pub(crate) const FILE_NAME: &str = "mingjing.toml";
/// The database file in the data folder.
const DATABASE_FILE: &str = "mingjing.db";
/// The signing key in the data folder.
const KEY_FILE: &str = "log-key.pem";
/// The key that seals secrets, in the data folder.
const DATA_KEY_FILE: &str = "data-key";
/// Kept originals of imported lists in the data folder.
const SPOOL_FOLDER: &str = "uploads";

/// One section: the struct, the table of its fields, and the reading of it.
macro_rules! section {
    ($(#[doc = $says:literal])+ $name:ident $key:literal {
        $($(#[doc = $doc:literal])+ $field:ident: $type:ty = $default:literal;)*
    }) => {
        $(#[doc = $says])+
        #[derive(Debug, Clone)]
        pub(crate) struct $name {
            $($(#[doc = $doc])+ pub(crate) $field: $type,)*
        }

        impl $name {
            const SECTION: Section = Section {
                key: $key,
                says: concat!($($says),+),
                fields: &[$(Field {
                    section: $key,
                    name: stringify!($field),
                    says: concat!($($doc),+),
                    kind: <$type as Setting>::kind,
                    default: $default,
                    from_env: <$type as Setting>::from_env,
                },)*],
            };

            fn read(values: &mut Values) -> Option<Self> {
                $(let $field = values.read::<$type>($key, stringify!($field));)*
                Some($name { $($field: $field?,)* })
            }
        }
    };
}

/// 一节。
#[derive(Debug)]
pub(crate) struct Section {
    /// 节名。
    pub(crate) key: &'static str,
    /// 管什么。
    pub(crate) says: &'static str,
    /// 各项。
    pub(crate) fields: &'static [Field],
}

section! {
    /// 监听：对外的口与管理口。
    Server "server" {
        /// 对外的地址与端口；端口写 0 为任取一个空闲的，启动时打印出来。
        listen: SocketAddr = "\"127.0.0.1:8080\"";
        /// 管理口的地址与端口，只答探测与指标；空为不另开，此时指标只答本机。
        admin_listen: Option<SocketAddr> = "\"\"";
        /// 对外经 HTTPS（由前面的代理做）：会话 cookie 带 Secure，回答带 HSTS。监听的不是本机地址时必须为 true。
        is_https: bool = "false";
        /// 前面的代理的网段，如 "10.1.0.0/16"：只有它们写的来者地址与追踪号才算数。
        proxies: Vec<Network> = "[]";
        /// 处理请求的线程数；0 为处理器数。
        threads: Number<0, 256> = "0";
        /// 停止时等进行中的请求多久。
        drain_time: Span<0, 600> = "\"20s\"";
        /// 做后台任务：到期扫描、重评、清理。几个进程共用一个 PostgreSQL 时，可以只让其中几个做。
        runs_jobs: bool = "true";
    }
}

section! {
    /// 存储：数据放在哪里。
    Store "store" {
        /// 数据目录：SQLite 的库、签名密钥、数据密钥、收下的原文件都在里面；没有的，第一次用时建起，只有本账户能读。相对路径从配置文件所在的目录算起，没有配置文件的从当前目录算起。
        folder: PathBuf = "\"mingjing-data\"";
        /// 数据库：空为数据目录里的 SQLite；PostgreSQL 写 postgres:// 地址，含口令的须放在文件或环境变量里，这里写 file:路径 或 env:变量名；也可以写另一个 SQLite 文件的路径。
        database: Database = "\"\"";
        /// 数据密钥（64 位十六进制，一行），封存落库的秘密（动态口令的密钥），file:路径 或 env:变量名；空为数据目录里的 data-key。文件不存在而库里还没有封存的，第一次启动时生成；本账户之外有人能读的不用。备份里没有它，须另存。
        data_key: Option<Reference> = "\"\"";
        /// 读连接的上限。
        read_connections: Number<1, 512> = "8";
        /// 写连接的上限；SQLite 只有一条，不看此项。
        write_connections: Number<1, 512> = "8";
        /// SQLite：写锁在别的进程手里时等多久。
        lock_wait: Span<0, 600> = "\"10s\"";
    }
}

section! {
    /// 日志：防篡改日志的身份与密钥。
    Log "log" {
        /// 节点名，也是日志与检查点的名称：字母、数字与 . - _，在互相核对的节点中唯一；写进库之后不能改。
        node: Token = "\"mingjing.local\"";
        /// 算法套件：sm2-sm3（国密）或 ed25519-sha256；写进库之后不能改。
        suite: Suite = "\"sm2-sm3\"";
        /// 签名私钥（PKCS#8 的 PEM），file:路径 或 env:变量名；空为数据目录里的 log-key.pem。文件不存在而日志还是空的，第一次启动时生成；本账户之外有人能读的不用。
        key: Option<Reference> = "\"\"";
        /// 由本进程编叶号、签检查点；几个进程共用一个库时都可以为 true，同时只有一个在做。
        runs_integrator: bool = "true";
    }
}

section! {
    /// 会话：登录之后多久要重新登录。
    Session "session" {
        /// 多久不用即过期（分钟）。
        idle_minutes: Number<1, 1440> = "30";
        /// 登录多久之后一律重新登录（分钟）。
        absolute_minutes: Number<1, 10080> = "720";
        /// 口令对了之后，多久之内输入动态口令（分钟）。
        second_factor_minutes: Number<1, 60> = "5";
    }
}

section! {
    /// 限额：一个进程同时接多少。
    Limits "limits" {
        /// 没有另行规定的请求，正文至多的字节数。
        body_bytes: Number<1024, 67_108_864> = "1048576";
        /// 一次请求至多做多久。
        request_time: Span<1, 600> = "\"30s\"";
        /// 同时处理的请求数；再来的答 503。
        requests: Number<1, 65_536> = "256";
        /// 同时开着的事件流数。
        streams: Number<0, 65_536> = "512";
        /// 同时开着的连接数。
        connections: Number<1, 65_536> = "2048";
        /// 一个来者每秒至多几次请求。
        rate_per_second: Number<1, 100_000> = "50";
        /// 一个来者一口气至多几次请求。
        rate_burst: Number<1, 1_000_000> = "200";
    }
}

section! {
    /// 汇入：收下的名单。
    Intake "intake" {
        /// 收下的原文件放在哪里；空为数据目录里的 uploads。
        folder: Option<PathBuf> = "\"\"";
    }
}

section! {
    /// 保存期限：期满由后台删去，依据与理由见 docs/retention.md。
    Keeping "retention" {
        /// 导完之后，收下的原文件留多少天；文件里有个人信息。
        import_file_days: Number<1, 3650> = "30";
        /// 导完之后，各行的细节（不能收的原因、与旧版的差别）留多少天；里面可能有个人信息。行数与结果一直留着。
        import_detail_days: Number<1, 3650> = "90";
        /// 会话在绝对期限之后留多少天。
        session_days: Number<1, 3650> = "90";
        /// 幂等键的答复留多少天；重发须在此之内。
        reply_days: Number<1, 30> = "1";
        /// 做完的后台任务留多少天。
        job_days: Number<1, 3650> = "14";
    }
}

section! {
    /// 门户：公众不登录就看的网页，在网站的根。
    Portal "portal" {
        /// 网站的名称，写在每页的抬头。
        name: SiteName = "\"行政执法信息公示\"";
        /// 对外的地址，如 `https://gongshi.example.gov.cn`；写了的才有网站地图，页里的规范地址才完整。
        origin: Option<Origin> = "\"\"";
    }
}

section! {
    /// 法典：用哪一部。
    LawbookSource "lawbook" {
        /// 法典的目录；空为随程序带的一部。
        folder: Option<PathBuf> = "\"\"";
        /// 叠加的目录：里面的文件按路径换掉法典里的，或者加进去（本地的规则、参数、裁量基准）；版本随之带上它们的摘要。空为不叠加。目录里的文件改了，服务不必重启：能用的几秒之内换上，案件在后台重评；不能用的照旧用原来的，并在运行日志、指标与工作台“法典”之下的“版本”一页说出来。几个进程共用一个库的，各自的目录须一样。
        overlay: Option<PathBuf> = "\"\"";
        /// 候选的法典的目录：每个子目录一部，照叠加的办法叠加在施行中的上面，只供试算，从不施行。有试算许可的人在工作台“法典”之下的“试算”一页看它改了什么、存着的案件会怎样变；有错的在那里说出来。空为没有。
        candidates: Option<PathBuf> = "\"\"";
    }
}

section! {
    /// 运行日志：写到标准错误，一行一事。
    Telemetry "telemetry" {
        /// 写法：text（给人看）或 json（给程序收）。
        format: LogFormat = "\"text\"";
        /// 本程序各包记到哪一级：error、warn、info、debug；别的包只记警告以上。
        level: Level = "\"info\"";
    }
}

/// 全部各节，按说明页的次序。
pub(crate) const SECTIONS: &[&Section] = &[
    &Server::SECTION,
    &Store::SECTION,
    &Log::SECTION,
    &Session::SECTION,
    &Limits::SECTION,
    &Intake::SECTION,
    &Keeping::SECTION,
    &Portal::SECTION,
    &LawbookSource::SECTION,
    &Telemetry::SECTION,
];

/// 配置：读好、核对过的。
#[derive(Debug, Clone)]
pub(crate) struct Config {
    pub(crate) server: Server,
    pub(crate) store: Store,
    pub(crate) log: Log,
    pub(crate) session: Session,
    pub(crate) limits: Limits,
    pub(crate) intake: Intake,
    pub(crate) retention: Keeping,
    pub(crate) portal: Portal,
    pub(crate) lawbook: LawbookSource,
    pub(crate) telemetry: Telemetry,
    /// Relative paths start here.
    base: PathBuf,
}

impl Config {
    fn read(values: &mut Values, base: PathBuf) -> Option<Self> {
        // Every section is read before any is given up, so that all faults are told at once.
        let server = Server::read(values);
        let store = Store::read(values);
        let log = Log::read(values);
        let session = Session::read(values);
        let limits = Limits::read(values);
        let intake = Intake::read(values);
        let retention = Keeping::read(values);
        let portal = Portal::read(values);
        let lawbook = LawbookSource::read(values);
        let telemetry = Telemetry::read(values);
        Some(Config {
            server: server?,
            store: store?,
            log: log?,
            session: session?,
            limits: limits?,
            intake: intake?,
            retention: retention?,
            portal: portal?,
            lawbook: lawbook?,
            telemetry: telemetry?,
            base,
        })
    }

    /// What no field alone can know.
    fn combinations(&self) -> Vec<String> {
        let mut faults = Vec::new();
        if !self.server.is_https && !self.server.listen.ip().is_loopback() {
            faults.push(format!(
                "server.listen 是 {}，不是本机地址，而 server.is_https 是 false：口令与会话会在网上明文传送。请在前面放一个做 HTTPS 的代理，并把 server.is_https 写成 true",
                self.server.listen
            ));
        }
        if self.session.idle_minutes.get() > self.session.absolute_minutes.get() {
            faults.push(
                "session.idle_minutes 不应大于 session.absolute_minutes：到了后者一律重新登录"
                    .to_owned(),
            );
        }
        if self.limits.rate_burst.get() < self.limits.rate_per_second.get() {
            faults.push("limits.rate_burst 不应小于 limits.rate_per_second".to_owned());
        }
        faults
    }

    /// 配置里的路径，从配置文件所在的目录算起。
    pub(crate) fn path(&self, path: &std::path::Path) -> PathBuf {
        self.base.join(path)
    }

    /// 数据目录。
    pub(crate) fn folder(&self) -> PathBuf {
        self.path(&self.store.folder)
    }

    /// 收下的原文件放在哪里。
    pub(crate) fn spool_folder(&self) -> PathBuf {
        match &self.intake.folder {
            Some(folder) => self.path(folder),
            None => self.folder().join(SPOOL_FOLDER),
        }
    }

    /// 签名私钥在哪里。
    pub(crate) fn key(&self) -> Reference {
        self.reference(self.log.key.as_ref(), KEY_FILE)
    }

    /// 数据密钥在哪里。
    pub(crate) fn data_key(&self) -> Reference {
        self.reference(self.store.data_key.as_ref(), DATA_KEY_FILE)
    }

    fn reference(&self, configured: Option<&Reference>, file: &str) -> Reference {
        match configured {
            Some(Reference::File(path)) => Reference::File(self.path(path)),
            Some(reference) => reference.clone(),
            None => Reference::File(self.folder().join(file)),
        }
    }

    /// 法典的目录；没有写的用随程序带的一部。
    pub(crate) fn lawbook_folder(&self) -> Option<PathBuf> {
        self.lawbook.folder.as_ref().map(|folder| self.path(folder))
    }

    /// 叠加的目录；没有写的不叠加。
    pub(crate) fn lawbook_overlay(&self) -> Option<PathBuf> {
        let overlay = self.lawbook.overlay.as_ref();
        overlay.map(|folder| self.path(folder))
    }

    /// 候选的法典的目录；没有写的没有。
    pub(crate) fn lawbook_candidates(&self) -> Option<PathBuf> {
        let candidates = self.lawbook.candidates.as_ref();
        candidates.map(|folder| self.path(folder))
    }

    /// 存储的配置；库的地址是秘密的，到这时才读出来。
    pub(crate) fn store_config(&self) -> anyhow::Result<StoreConfig> {
        let location = match &self.store.database {
            Database::InFolder => Location::Sqlite(self.folder().join(DATABASE_FILE)),
            Database::File(path) => Location::Sqlite(self.path(path)),
            Database::Address(address) => Location::Postgres(address.clone()),
            Database::Secret(reference) => {
                let reference = match reference {
                    Reference::File(path) => Reference::File(self.path(path)),
                    Reference::Variable(name) => Reference::Variable(name.clone()),
                };
                let text = reference.read().context("store.database 读不出")?;
                let location = Location::parse(text.reveal("opening the database").trim());
                ensure!(
                    matches!(location, Location::Postgres(_)),
                    "store.database 所指的（{reference}）不是 postgres:// 地址"
                );
                location
            }
        };
        let log = LogIdentity {
            node: self.log.node.clone(),
            suite: self.log.suite,
        };
        Ok(StoreConfig {
            read_connections: self.store.read_connections.get(),
            write_connections: self.store.write_connections.get(),
            lock_wait: self.store.lock_wait.get(),
            ..StoreConfig::new(location, log)
        })
    }
}
