//! 平台的命令：参数与中文说明。

use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use mingjing_kernel::date::Date;

use crate::args::{Output, PLAIN, day};

#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub(crate) struct ServeArgs {
    /// 启动之前先把库迁移到最新的结构；没有库的建起
    #[arg(long)]
    pub(crate) migrate: bool,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub(crate) struct DemoArgs {
    /// 演示的数据目录；没有的建起
    #[arg(
        long,
        value_name = "目录",
        default_value = "mingjing-demo",
        hide_default_value = true
    )]
    pub(crate) data: PathBuf,
    /// 丢掉以前的，从头再建一个今天的
    #[arg(long)]
    pub(crate) reset: bool,
    /// 监听的地址与端口，只能是本机（缺省 127.0.0.1:8080）
    #[arg(long, value_name = "地址")]
    pub(crate) listen: Option<SocketAddr>,
    /// 建好、核对、打印之后就结束，不启动服务
    #[arg(long)]
    pub(crate) once: bool,
    /// 只编这么多案（缺省 3000）
    #[arg(long, value_name = "案数")]
    pub(crate) cases: Option<usize>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub(crate) struct MigrateArgs {
    /// PostgreSQL：建立 mingjing_migrator、mingjing_app、mingjing_reader 三个角色并授权；每次迁移之后再做一次
    #[arg(long)]
    pub(crate) grant_roles: bool,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// 打印现在起作用的各项与来处，核对秘密读不读得出
    #[command(help_template = PLAIN, override_usage = "mingjing config check [选项]")]
    Check,
    /// 打印各项的说明（即 docs/configuration.md）
    #[command(help_template = PLAIN, override_usage = "mingjing config page")]
    Page,
}

#[derive(Debug, Subcommand)]
pub(crate) enum UserCommand {
    /// 在空库上建立三员，打印各自的一次性口令
    #[command(help_template = PLAIN, override_usage = "mingjing user init [选项]")]
    Init(UserInitArgs),
    /// 列出账号
    #[command(help_template = PLAIN, override_usage = "mingjing user list [选项]")]
    List(Output),
    /// 重置口令，打印新的一次性口令；原来的会话下线
    #[command(help_template = PLAIN, override_usage = "mingjing user reset <登录名> [选项]")]
    Reset(UserNameArgs),
    /// 去掉动态口令与恢复码；原来的会话下线
    #[command(help_template = PLAIN, override_usage = "mingjing user reset-totp <登录名> [选项]")]
    ResetTotp(UserNameArgs),
    /// 停用账号，当即下线
    #[command(help_template = PLAIN, override_usage = "mingjing user disable <登录名> [选项]")]
    Disable(UserNameArgs),
}

#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub(crate) struct UserInitArgs {
    /// 系统管理员，登录名:姓名
    #[arg(
        long,
        value_name = "登录名:姓名",
        default_value = "system:系统管理员",
        hide_default_value = true
    )]
    pub(crate) system: String,
    /// 安全保密管理员，登录名:姓名
    #[arg(
        long,
        value_name = "登录名:姓名",
        default_value = "security:安全保密管理员",
        hide_default_value = true
    )]
    pub(crate) security: String,
    /// 安全审计员，登录名:姓名
    #[arg(
        long,
        value_name = "登录名:姓名",
        default_value = "audit:安全审计员",
        hide_default_value = true
    )]
    pub(crate) audit: String,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub(crate) struct UserNameArgs {
    /// 登录名
    #[arg(value_name = "登录名", help_heading = "参数")]
    pub(crate) login: String,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub(crate) struct VerifyArgs {
    /// 案卷包（文件）或导出的日志（目录）
    #[arg(value_name = "案卷包或目录", help_heading = "参数")]
    pub(crate) path: PathBuf,
    /// 受信的公钥（PEM），取自公布之处，不取自与材料同来的；可以写几次。换过钥的，最初的一把就够
    #[arg(long, required_unless_present = "fingerprint", value_name = "公钥文件")]
    pub(crate) key: Vec<PathBuf>,
    /// 受信的公钥的指纹，取自公布之处；公钥由材料里找，指纹相符的才用。可以写几次
    #[arg(long, value_name = "指纹")]
    pub(crate) fingerprint: Vec<String>,
    /// 节点名；不写则取检查点里写的
    #[arg(long, value_name = "名称")]
    pub(crate) node: Option<String>,
    /// 以前收到的检查点（文件）：证明那时之后没有改写过去，只用于日志
    #[arg(long, value_name = "检查点文件")]
    pub(crate) older: Option<PathBuf>,
    /// 要整案：节选的、没有核对得了的声明的案卷包（旧格式），也算未通过
    #[arg(long)]
    pub(crate) whole: bool,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub(crate) struct RotateKeyArgs {
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub(crate) struct ExportLogArgs {
    /// 写在哪里：空的目录，没有的建起
    #[arg(value_name = "目录", help_heading = "参数")]
    pub(crate) folder: PathBuf,
    /// 只要一段：从第几条起（叶号；从它所在的那一包起写）。写上次导出的条数，就是其后新增的
    #[arg(
        long,
        value_name = "叶号",
        default_value_t = 0,
        hide_default_value = true
    )]
    pub(crate) from: u64,
    /// 到不超过这么多条的最新的检查点为止；不写到最新的检查点
    #[arg(long, value_name = "条数")]
    pub(crate) to: Option<u64>,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub(crate) struct FsckArgs {
    /// 公钥（PEM），核对检查点的签名；不写则由配置里的签名私钥得出
    #[arg(long, value_name = "公钥文件")]
    pub(crate) key: Option<PathBuf>,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub(crate) struct RebuildArgs {
    /// 只核对，什么也不写
    #[arg(long)]
    pub(crate) verify: bool,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub(crate) struct BackupArgs {
    /// 备份到这个目录：空的，没有的建起
    #[arg(value_name = "目录", help_heading = "参数")]
    pub(crate) folder: PathBuf,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub(crate) struct RestoreArgs {
    /// 备份的目录
    #[arg(value_name = "目录", help_heading = "参数")]
    pub(crate) folder: PathBuf,
    /// 外面已知的最新的检查点（文件，如 export-log 写出的 checkpoint）：备份比它旧或与它不合的不恢复
    #[arg(long, value_name = "检查点文件")]
    pub(crate) checkpoint: Option<PathBuf>,
    #[command(flatten)]
    output: Output,
}

/// 导入什么。
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ImportKind {
    /// 案件清单：check 读得了的都可以
    Cases,
    /// 执法主体名录：CSV（name, region, department，另可有 level, body_kind, credit_code）
    Bodies,
    /// 区划名录：CSV（code, name, parent）
    Divisions,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub(crate) struct ImportArgs {
    /// 导入什么：cases（案件清单）、bodies（执法主体名录）、divisions（区划名录）
    #[arg(
        value_name = "种类",
        help_heading = "参数",
        hide_possible_values = true
    )]
    pub(crate) kind: ImportKind,
    /// 文件
    #[arg(value_name = "文件", help_heading = "参数")]
    pub(crate) file: PathBuf,
    /// 真的导入；不写只试，打印每一行会怎样，什么也不写进案件。断了再来一次，从断处接着做
    #[arg(long)]
    pub(crate) apply: bool,
    /// 来源的名称：同一来源里同一标识的是同一案，新版只记差别
    #[arg(
        long,
        value_name = "名称",
        default_value = "命令行",
        hide_default_value = true
    )]
    pub(crate) source: String,
    /// 指明清单的种类，不由内容去认
    #[arg(long, value_name = "名称", conflicts_with = "mapping")]
    pub(crate) adapter: Option<String>,
    /// 映射文件：本机关的列怎样对应
    #[arg(long, value_name = "映射文件")]
    pub(crate) mapping: Option<PathBuf>,
    /// 没有写机关的行归哪个登记的主体（标识）
    #[arg(long, value_name = "主体")]
    pub(crate) body: Option<String>,
    /// 交来的人代表的机构（路径）；缺省为全平台
    #[arg(long, value_name = "路径")]
    pub(crate) org: Option<String>,
    /// 认定名单里的机关名称是哪个登记的主体，按来源记住。可以写几次
    #[arg(long, value_name = "名称=主体")]
    pub(crate) map: Vec<String>,
    /// 每段至多几行：一段一起提交，打印一行。不写的由快慢定；写小些的，断了少重来，慢些
    #[arg(long, value_name = "行数")]
    pub(crate) chunk_rows: Option<NonZeroUsize>,
    /// 另写一份回执，每一行的结果（.csv，或 JSON Lines）
    #[arg(long, value_name = "回执文件")]
    pub(crate) receipt: Option<PathBuf>,
    /// 名录自何日起有效；缺省为今天
    #[arg(long, value_name = "日期", value_parser = day)]
    pub(crate) on: Option<Date>,
    #[command(flatten)]
    output: Output,
}

/// 导出什么。
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportKind {
    /// 案件，案件格式
    Cases,
    /// 案件一览
    CaseTable,
    /// 发现
    Findings,
    /// 有到期日的义务
    Duties,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TableFormatArg {
    /// CSV
    Csv,
    /// Excel
    Xlsx,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub(crate) struct ExportArgs {
    /// 导出什么：cases（案件格式，可以再导入）、case-table、findings、duties（列表）
    #[arg(
        value_name = "种类",
        help_heading = "参数",
        hide_possible_values = true
    )]
    pub(crate) kind: ExportKind,
    /// 写到这个文件，已有的不覆盖；不写为标准输出
    #[arg(long, value_name = "文件")]
    pub(crate) out: Option<PathBuf>,
    /// 列表写成 csv（缺省）或 xlsx，列相同
    #[arg(
        long,
        value_name = "格式",
        default_value = "csv",
        hide_default_value = true,
        hide_possible_values = true
    )]
    pub(crate) format: TableFormatArg,
    /// 个人信息不遮盖，写明理由，记入审计（只用于 cases）
    #[arg(long, value_name = "理由")]
    pub(crate) reveal: Option<String>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub(crate) struct BundleArgs {
    /// 案件：标识（case_…）或案号
    #[arg(value_name = "案件", help_heading = "参数")]
    pub(crate) case: String,
    /// 写到这个文件，已有的不覆盖
    #[arg(long, value_name = "文件")]
    pub(crate) out: PathBuf,
    /// 做案卷包的理由：里面有个人信息的原文，记入审计
    #[arg(long, value_name = "理由")]
    pub(crate) reason: String,
    #[command(flatten)]
    output: Output,
}

/// The format of whoever carries an [`Output`].
macro_rules! with_output {
    ($($name:ident),*) => {
        $(impl std::ops::Deref for $name {
            type Target = Output;

            fn deref(&self) -> &Output {
                &self.output
            }
        })*
    };
}

with_output!(
    ImportArgs,
    BundleArgs,
    MigrateArgs,
    UserInitArgs,
    UserNameArgs,
    VerifyArgs,
    ExportLogArgs,
    FsckArgs,
    RebuildArgs,
    BackupArgs,
    RestoreArgs,
    RotateKeyArgs
);
