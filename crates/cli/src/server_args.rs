//! 平台的命令：参数与中文说明。

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::args::Format;

#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub(crate) struct ServeArgs {
    /// 启动之前先把库迁移到最新的结构；没有库的建起
    #[arg(long)]
    pub(crate) migrate: bool,
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

/// 输出的样子。
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Output {
    /// 输出：table（给人看，缺省）、json（一个 JSON 对象）
    #[arg(
        long,
        value_name = "格式",
        default_value = "table",
        hide_default_value = true,
        hide_possible_values = true,
        help_heading = "选项"
    )]
    pub(crate) format: Format,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// 打印现在起作用的各项与来处，核对秘密读不读得出
    #[command(override_usage = "mingjing config check [选项]")]
    Check,
    /// 打印各项的说明（即 docs/configuration.md）
    #[command(override_usage = "mingjing config page")]
    Page,
}

#[derive(Debug, Subcommand)]
pub(crate) enum UserCommand {
    /// 在空库上建立三员，打印各自的一次性口令
    #[command(override_usage = "mingjing user init [选项]")]
    Init(UserInitArgs),
    /// 列出账号
    #[command(override_usage = "mingjing user list [选项]")]
    List(Output),
    /// 重置口令，打印新的一次性口令；原来的会话下线
    #[command(override_usage = "mingjing user reset <登录名> [选项]")]
    Reset(UserNameArgs),
    /// 停用账号，当即下线
    #[command(override_usage = "mingjing user disable <登录名> [选项]")]
    Disable(UserNameArgs),
}

#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub(crate) struct UserInitArgs {
    /// 系统管理员，登录名:姓名
    #[arg(long, value_name = "登录名:姓名", default_value = "system:系统管理员", hide_default_value = true)]
    pub(crate) system: String,
    /// 安全保密管理员，登录名:姓名
    #[arg(long, value_name = "登录名:姓名", default_value = "security:安全保密管理员", hide_default_value = true)]
    pub(crate) security: String,
    /// 安全审计员，登录名:姓名
    #[arg(long, value_name = "登录名:姓名", default_value = "audit:安全审计员", hide_default_value = true)]
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
    /// 受信的公钥（PEM），取自公布之处，不取自与材料同来的；可以写几次
    #[arg(long, required = true, value_name = "公钥文件")]
    pub(crate) key: Vec<PathBuf>,
    /// 节点名；不写则取检查点里写的
    #[arg(long, value_name = "名称")]
    pub(crate) node: Option<String>,
    /// 以前收到的检查点（文件）：证明那时之后没有改写过去，只用于日志
    #[arg(long, value_name = "检查点文件")]
    pub(crate) older: Option<PathBuf>,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub(crate) struct ExportLogArgs {
    /// 写在哪里：空的目录，没有的建起
    #[arg(value_name = "目录", help_heading = "参数")]
    pub(crate) folder: PathBuf,
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
    /// 备份成这个文件；已经存在的不覆盖
    #[arg(value_name = "文件", help_heading = "参数")]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub(crate) struct RestoreArgs {
    /// 备份的文件
    #[arg(value_name = "文件", help_heading = "参数")]
    pub(crate) file: PathBuf,
    /// 外面已知的最新的检查点（文件，如 export-log 写出的 checkpoint）：备份比它旧或与它不合的不恢复
    #[arg(long, value_name = "检查点文件")]
    pub(crate) checkpoint: Option<PathBuf>,
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
    MigrateArgs,
    UserInitArgs,
    UserNameArgs,
    VerifyArgs,
    ExportLogArgs,
    FsckArgs,
    RebuildArgs,
    BackupArgs,
    RestoreArgs
);
