//! 命令行：命令、参数与中文说明。

use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use mingjing_kernel::date::Date;
use mingjing_kernel::period::Period;

use crate::discretion_args::{DISCRETION_EXIT_CODES, DiscretionArgs};
use crate::lawbook_args::{DIFF_EXIT_CODES, DiffArgs, SIMULATE_EXIT_CODES, SimulateArgs};
use crate::server_args::{
    BackupArgs, BundleArgs, ConfigCommand, DemoArgs, ExportArgs, ExportLogArgs, FsckArgs,
    ImportArgs, MigrateArgs, RebuildArgs, RestoreArgs, RotateKeyArgs, ServeArgs, UserCommand,
    VerifyArgs,
};

/// 软件与法典的版本。
pub(crate) const VERSION: &str = concat!(
    env!("CARGO_PKG_VERSION"),
    "（法典 ",
    env!("EMBEDDED_LAWBOOK_VERSION"),
    "）"
);

pub(crate) const WITH_COMMANDS: &str = "{about}\n\n用法：{usage}\n\n{all-args}{after-help}";
pub(crate) const PLAIN: &str = "{about}\n\n用法：{usage}\n\n{all-args}{after-help}";

const EXIT_CODES: &str = "\
退出码：
  0  没有违反，也没有疑点（临期、无法判定的会说出来）
  1  有违反或疑点；lawbook check、lawbook test、real-data、verify、fsck、rebuild --verify、restore 为“有不符之处”
  2  做不了：一案也没有读成，参数、法典、配置有错，库打不开";

const SCORE_EXIT_CODES: &str = "\
退出码：
  0  评完，没有命中否决项，也没有等次已定为不合格的
  1  有命中否决项、不合格的案卷
  2  做不了：一张评分表也没有评成，参数、法典有错";

/// 明镜：把案件清单放到法典面前，说出哪里不合法、依据哪一条、从哪一天起。
#[derive(Debug, Parser)]
#[command(
    name = "mingjing",
    bin_name = "mingjing",
    version = VERSION,
    disable_help_flag = true,
    disable_version_flag = true,
    disable_help_subcommand = true,
    help_template = WITH_COMMANDS,
    override_usage = "mingjing <命令> [选项]",
    subcommand_help_heading = "命令",
    subcommand_value_name = "命令",
    after_help = EXIT_CODES,
    arg_required_else_help = true
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// 用这个目录里的法典，不用随程序带的一份
    #[arg(long, global = true, value_name = "目录", help_heading = "通用")]
    pub(crate) lawbook: Option<PathBuf>,
    /// 平台的命令：用这个配置文件（缺省看环境变量 MINGJING_CONFIG，再看当前目录的 mingjing.toml）
    #[arg(long, global = true, value_name = "文件", help_heading = "通用")]
    pub(crate) config: Option<PathBuf>,
    /// 显示说明
    #[arg(short, long, global = true, action = ArgAction::Help, help_heading = "通用")]
    help: Option<bool>,
    /// 显示软件与法典的版本
    #[arg(short = 'V', long, action = ArgAction::Version, help_heading = "通用")]
    version: Option<bool>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// 检查案件清单（JSON Lines、CSV、Excel），说出发现与依据
    #[command(help_template = PLAIN, override_usage = "mingjing check <文件>… [选项]", after_help = EXIT_CODES)]
    Check(CheckArgs),
    /// 案卷评查：按评分表逐项给案卷打分，写明每一分凭什么、哪些留给人
    #[command(help_template = PLAIN, override_usage = "mingjing score <文件>… [选项]", after_help = SCORE_EXIT_CODES)]
    Score(ScoreArgs),
    /// 推算到期日，写出推算过程
    #[command(help_template = PLAIN, override_usage = "mingjing due <起算日> <期限> [选项]")]
    Due(DueArgs),
    /// 一案走到了哪里，现在可以做什么、还缺什么
    #[command(help_template = PLAIN, override_usage = "mingjing next <文件> [案件] [选项]")]
    Next(NextArgs),
    /// 裁量：按事实算出阶次与建议的区间，每个条件符合与否、还缺什么；数额由人定
    #[command(help_template = WITH_COMMANDS, override_usage = "mingjing discretion <事项> [选项]\n      mingjing discretion <命令> [选项]",
        subcommand_help_heading = "命令", subcommand_value_name = "命令", disable_help_subcommand = true,
        args_conflicts_with_subcommands = true, arg_required_else_help = true, after_help = DISCRETION_EXIT_CODES)]
    Discretion(DiscretionArgs),
    /// 法典：检查、运行例子、列出、讲解规则
    #[command(help_template = WITH_COMMANDS, override_usage = "mingjing lawbook <命令> [选项]",
        subcommand_help_heading = "命令", subcommand_value_name = "命令", disable_help_subcommand = true,
        arg_required_else_help = true)]
    Lawbook {
        #[command(subcommand)]
        command: LawbookCommand,
    },
    /// 检查三份真实清单，与已核定的结果对照
    #[command(name = "real-data", help_template = PLAIN, override_usage = "mingjing real-data <目录> [选项]")]
    RealData(RealDataArgs),
    /// 平台：演示，一个省、两个市、三千案；没有的先建，再启动服务，打印各角色的账号
    #[command(help_template = PLAIN, override_usage = "mingjing demo [选项]")]
    Demo(DemoArgs),
    /// 平台：启动服务
    #[command(help_template = PLAIN, override_usage = "mingjing serve [选项]")]
    Serve(ServeArgs),
    /// 平台：把库迁移到最新的结构，空库从头建起
    #[command(help_template = PLAIN, override_usage = "mingjing migrate [选项]")]
    Migrate(MigrateArgs),
    /// 平台：配置的现值与说明
    #[command(help_template = WITH_COMMANDS, override_usage = "mingjing config <命令> [选项]",
        subcommand_help_heading = "命令", subcommand_value_name = "命令", disable_help_subcommand = true,
        arg_required_else_help = true)]
    Config {
        #[command(subcommand)]
        command: ConfigCommand,
    },
    /// 平台：最初的三员，在本机上重置、列出、停用账号
    #[command(help_template = WITH_COMMANDS, override_usage = "mingjing user <命令> [选项]",
        subcommand_help_heading = "命令", subcommand_value_name = "命令", disable_help_subcommand = true,
        arg_required_else_help = true)]
    User {
        #[command(subcommand)]
        command: UserCommand,
    },
    /// 平台：名单与区划名录进库；先试，再 --apply
    #[command(help_template = PLAIN, override_usage = "mingjing import <种类> <文件> [选项]")]
    Import(ImportArgs),
    /// 平台：案件、发现、义务写成文件
    #[command(help_template = PLAIN, override_usage = "mingjing export <种类> [选项]")]
    Export(ExportArgs),
    /// 平台：一案的案卷包，谁都能离线核对
    #[command(help_template = PLAIN, override_usage = "mingjing bundle <案件> --out <文件> --reason <理由> [选项]")]
    Bundle(BundleArgs),
    /// 核对案卷包或导出的日志，只凭其字节与公钥，不用库
    #[command(help_template = PLAIN, override_usage = "mingjing verify <案卷包或目录> --key <公钥文件> [选项]")]
    Verify(VerifyArgs),
    /// 平台：把防篡改日志写成一个目录，谁都能核对
    #[command(name = "export-log", help_template = PLAIN, override_usage = "mingjing export-log <目录> [选项]")]
    ExportLog(ExportLogArgs),
    /// 平台：换日志的签名密钥，旧钥签新钥；先停下 serve
    #[command(name = "rotate-key", help_template = PLAIN, override_usage = "mingjing rotate-key [选项]")]
    RotateKey(RotateKeyArgs),
    /// 平台：自查库里的事件、日志、检查点是否处处相符
    #[command(help_template = PLAIN, override_usage = "mingjing fsck [选项]")]
    Fsck(FsckArgs),
    /// 平台：由事件重新推出派生的表，或只核对
    #[command(help_template = PLAIN, override_usage = "mingjing rebuild [选项]")]
    Rebuild(RebuildArgs),
    /// 平台：备份，写入照常进行
    #[command(help_template = PLAIN, override_usage = "mingjing backup <目录> [选项]")]
    Backup(BackupArgs),
    /// 平台：由备份恢复到还没有库的地方
    #[command(help_template = PLAIN, override_usage = "mingjing restore <目录> [选项]")]
    Restore(RestoreArgs),
}

/// 输出的样子。
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// 给人看的表
    Table,
    /// 给程序读的 JSON Lines，每行一个对象
    Json,
}

/// 覆盖范围：材料之外的空缺能不能说明“没有做”。
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CoverageChoice {
    /// 以清单自己声明的为准
    Declared,
    /// 案卷完整：没有写的就没有发生
    Closed,
    /// 一概不完整：只有写出的才知道
    Open,
}

/// 判断日。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AsOf {
    /// 今天，由时钟
    Today,
    /// 指明的一天
    Day(Date),
}

/// 读什么、怎样读：检查与评分共用。
#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub(crate) struct ReadArgs {
    /// 案件清单；“-”为标准输入
    #[arg(required = true, value_name = "文件", help_heading = "参数")]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) how: HowToRead,
}

/// 怎样读：检查、评分、试算共用。
#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub(crate) struct HowToRead {
    /// 判断日：YYYY-MM-DD 或 today（今天）；不写则各案以自己最后一件事之日为准，此后才到期的都不算迟
    #[arg(long, value_name = "日期", value_parser = as_of)]
    pub(crate) as_of: Option<AsOf>,
    /// 清单没有写明时，机关的执法领域，如 market_regulation
    #[arg(long, value_name = "领域")]
    pub(crate) department: Option<String>,
    /// 清单没有写明时，机关所在地的行政区划代码（2、4 或 6 位）
    #[arg(long, value_name = "代码", value_parser = region)]
    pub(crate) region: Option<String>,
    /// 覆盖范围：declared（以清单声明的为准，缺省）、closed（案卷完整，没写的就没发生）、open（一概不完整）
    #[arg(
        long,
        value_name = "范围",
        default_value = "declared",
        hide_default_value = true,
        hide_possible_values = true
    )]
    pub(crate) coverage: CoverageChoice,
    /// 映射文件：本机关的列怎样对应（写法见 docs/mapping.md）
    #[arg(long, value_name = "映射文件", conflicts_with = "adapter")]
    pub(crate) mapping: Option<PathBuf>,
    /// 指明清单的种类，不由表头去认；写错名称会列出全部可用的
    #[arg(long, value_name = "名称")]
    pub(crate) adapter: Option<String>,
    /// 同时评估的线程数；缺省为处理器数
    #[arg(long, value_name = "个数", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) jobs: Option<u16>,
}

/// 输出的样子。
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Output {
    /// 输出：table（给人看，缺省）、json（见 docs/cli.md）
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

#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    pub(crate) read: ReadArgs,
    /// 输出：table（给人看的表，缺省）、json（每行一个 JSON 对象，见 docs/cli.md）
    #[arg(
        long,
        value_name = "格式",
        default_value = "table",
        hide_default_value = true,
        hide_possible_values = true
    )]
    pub(crate) format: Format,
    /// 另写一份报告，以扩展名定格式（.html 或 .xlsx）；可以写几次
    #[arg(long, value_name = "报告文件")]
    pub(crate) report: Vec<PathBuf>,
    /// 只说一案的一条规则：为什么是这个结论
    #[arg(long, num_args = 2, value_names = ["案件", "规则"])]
    pub(crate) why: Option<Vec<String>>,
    /// 另列试行的规则会说的，与发现分开，不影响合计与退出码
    #[arg(long, conflicts_with = "why")]
    pub(crate) trial: bool,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub(crate) struct ScoreArgs {
    #[command(flatten)]
    pub(crate) read: ReadArgs,
    /// 只评这一案
    #[arg(long, value_name = "案件")]
    pub(crate) case: Option<String>,
    /// 用这张评分表，不由程序去认；写错会列出全部
    #[arg(long, value_name = "评分表")]
    pub(crate) sheet: Option<String>,
    /// 输出：table（一案一行，缺省；只评一案时逐项）、json（每张评分表一行，见 docs/cli.md）
    #[arg(
        long,
        value_name = "格式",
        default_value = "table",
        hide_default_value = true,
        hide_possible_values = true
    )]
    pub(crate) format: Format,
    /// 另写可以打印、签名的评分表，以扩展名定格式（.html 或 .xlsx）；可以写几次
    #[arg(long, value_name = "报告文件")]
    pub(crate) report: Vec<PathBuf>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub(crate) struct DueArgs {
    /// 起算日 YYYY-MM-DD（当日不计）；以小时计的写到分：2025-06-02T16:20
    #[arg(value_name = "起算日", help_heading = "参数")]
    pub(crate) start: String,
    /// 期限：WD(7) 工作日、CD(90) 日、CD!(30) 末日不顺延、HR(24) 小时、MO(6) 月、YR(2) 年、FIX(01-31) 固定日期
    #[arg(value_name = "期限", help_heading = "参数")]
    pub(crate) period: Period,
    /// 扣除期间“起..止:名称”（名称可不写）：起日之后到止日（含）不计入；止日不写为尚未终了。可以写几次
    #[arg(long, value_name = "起..止:名称")]
    pub(crate) exclude: Vec<String>,
    /// 延期“期限@批准日”，如 CD(30)@2025-01-20。可以写几次
    #[arg(long, value_name = "期限@批准日")]
    pub(crate) extend: Vec<String>,
    /// 以小时计的期限从这一时刻起，如 16:20
    #[arg(long, value_name = "时刻")]
    pub(crate) hours_from: Option<String>,
    /// 输出：table（文字，缺省）、json
    #[arg(
        long,
        value_name = "格式",
        default_value = "table",
        hide_default_value = true,
        hide_possible_values = true
    )]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub(crate) struct NextArgs {
    /// 案件文件（案件格式）；“-”为标准输入
    #[arg(value_name = "文件", help_heading = "参数")]
    pub(crate) file: PathBuf,
    /// 只看这一案；不写为文件里的每一案
    #[arg(value_name = "案件", help_heading = "参数")]
    pub(crate) case: Option<String>,
    /// 判断日：YYYY-MM-DD 或 today（今天）；不写则各案以自己最后一件事之日为准
    #[arg(long, value_name = "日期", value_parser = as_of)]
    pub(crate) as_of: Option<AsOf>,
    /// 输出：table（文字，缺省）、json（每案一行）
    #[arg(
        long,
        value_name = "格式",
        default_value = "table",
        hide_default_value = true,
        hide_possible_values = true
    )]
    pub(crate) format: Format,
}

#[derive(Debug, Subcommand)]
pub(crate) enum LawbookCommand {
    /// 检查法典有没有错：文件、行、列、原因、办法
    #[command(help_template = PLAIN, override_usage = "mingjing lawbook check [选项]")]
    Check,
    /// 运行规则自带的例子
    #[command(help_template = PLAIN, override_usage = "mingjing lawbook test [编码] [选项]")]
    Test {
        /// 只运行这条规则的例子
        #[arg(value_name = "编码", help_heading = "参数")]
        code: Option<String>,
    },
    /// 列出规则
    #[command(help_template = PLAIN, override_usage = "mingjing lawbook list [选项]")]
    List(ListArgs),
    /// 讲解一条规则
    #[command(help_template = PLAIN, override_usage = "mingjing lawbook explain <编码> [选项]")]
    Explain {
        /// 规则编码，如 P-TIME-90D
        #[arg(value_name = "编码", help_heading = "参数")]
        code: String,
    },
    /// 比较两份法典：规则、参数、程序、评分表、裁量事项各变了什么，影响哪些日子、哪些规则
    #[command(help_template = PLAIN, override_usage = "mingjing lawbook diff <旧> [新] [选项]", after_help = DIFF_EXIT_CODES)]
    Diff(DiffArgs),
    /// 试算：换成 --lawbook 的法典，哪些案件会变，从什么变成什么；清单或平台的库，只读
    #[command(help_template = PLAIN, override_usage = "mingjing lawbook simulate <文件>… --lawbook <目录> [选项]\n      mingjing lawbook simulate --store --lawbook <目录> [选项]", after_help = SIMULATE_EXIT_CODES)]
    Simulate(SimulateArgs),
    /// 法典的目录：规则一组一页，程序一个一页连同状态图（SVG），写成 Markdown，各有总目
    #[command(help_template = PLAIN, override_usage = "mingjing lawbook catalogue <目录> [选项]")]
    Catalogue {
        /// 写到这个目录之下的 rules 与 procedures；没有的建起，已有的同名文件换掉
        #[arg(value_name = "目录", help_heading = "参数")]
        folder: PathBuf,
    },
    /// 法典各种文件的 JSON 模式，给编辑器提示与检查键名用
    #[command(help_template = PLAIN, override_usage = "mingjing lawbook schema <目录> [选项]")]
    Schema {
        /// 写到这个目录；没有的建起，已有的同名文件换掉
        #[arg(value_name = "目录", help_heading = "参数")]
        folder: PathBuf,
    },
}

#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub(crate) struct ListArgs {
    /// 只列这一组：rules/ 下的文件夹名，如 penalty、coercion
    #[arg(long, value_name = "组")]
    pub(crate) section: Option<String>,
    /// 只列用到这种形式的，如 deadline、requires
    #[arg(long, value_name = "形式")]
    pub(crate) form: Option<String>,
    /// 只列这种状态的：trial、stable、deprecated、removed
    #[arg(long, value_name = "状态")]
    pub(crate) status: Option<String>,
    /// 输出：table（缺省）、json
    #[arg(
        long,
        value_name = "格式",
        default_value = "table",
        hide_default_value = true,
        hide_possible_values = true
    )]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub(crate) struct RealDataArgs {
    /// 存放 penalty-market、penalty-csrc、case-timelines 的目录
    #[arg(value_name = "目录", help_heading = "参数")]
    pub(crate) path: PathBuf,
    /// 已核定的结果所在的目录
    #[arg(
        long,
        value_name = "目录",
        default_value = "docs/real-data",
        hide_default_value = true
    )]
    pub(crate) out: PathBuf,
    /// 以这次的结果改写已核定的结果；案件的对照说明保留
    #[arg(long)]
    pub(crate) accept: bool,
}

/// 一天：YYYY-MM-DD。
pub(crate) fn day(text: &str) -> Result<Date, String> {
    Date::parse_iso(text).map_err(|error| error.to_string())
}

fn as_of(text: &str) -> Result<AsOf, String> {
    if text == "today" || text == "今天" {
        return Ok(AsOf::Today);
    }
    day(text)
        .map(AsOf::Day)
        .map_err(|error| format!("{error}；或写 today"))
}

pub(crate) fn region(text: &str) -> Result<String, String> {
    let is_code = matches!(text.len(), 2 | 4 | 6) && text.bytes().all(|b| b.is_ascii_digit());
    if is_code {
        Ok(text.to_owned())
    } else {
        Err("行政区划代码是 2、4 或 6 位数字，如 330000".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    /// 每个命令的说明里没有留下 clap 的英文。
    #[test]
    fn help_is_in_chinese() {
        fn check(command: &mut clap::Command) {
            let help = command.render_long_help().to_string();
            for word in [
                "Usage",
                "Options",
                "Arguments",
                "Commands",
                "Print",
                "possible values",
                "default:",
            ] {
                assert!(!help.contains(word), "{word} in:\n{help}");
            }
            for inner in command.get_subcommands_mut() {
                check(inner);
            }
        }
        let mut command = Cli::command();
        command.build();
        check(&mut command);
    }

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
