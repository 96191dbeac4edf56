//! `mingjing lawbook` 里比较、试算的参数。

use std::path::{Path, PathBuf};

use clap::Args;

use crate::args::{HowToRead, Output};

pub(crate) const DIFF_EXIT_CODES: &str = "\
退出码：
  0  两份法典写的一样
  1  有变化
  2  做不了：有一份打不开或者有错";

/// 指随程序带的那一份法典。
const BUILT_IN: &str = "builtin";

#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub(crate) struct DiffArgs {
    /// 旧的一份：法典的目录；builtin 为随程序带的一份
    #[arg(value_name = "旧", help_heading = "参数")]
    pub(crate) before: PathBuf,
    /// 新的一份；不写的，用 --lawbook 的，再没有用随程序带的
    #[arg(value_name = "新", help_heading = "参数")]
    pub(crate) after: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) output: Output,
}

/// 命令行上指的法典：目录，或者随程序带的一份。
pub(crate) fn folder(named: &Path) -> Option<&Path> {
    (named.as_os_str() != BUILT_IN).then_some(named)
}

pub(crate) const SIMULATE_EXIT_CODES: &str = "\
退出码：
  0  没有一案会变
  1  有会变的案件
  2  做不了：一案也没有读成，法典、参数有错，库打不开";

#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub(crate) struct SimulateArgs {
    /// 案件清单；“-”为标准输入
    #[arg(
        value_name = "文件",
        help_heading = "参数",
        required_unless_present = "store",
        conflicts_with = "store"
    )]
    pub(crate) files: Vec<PathBuf>,
    /// 试算平台的库里的全部案件（用 --config 的配置），不读清单；只读，判断日缺省为今天
    #[arg(long)]
    pub(crate) store: bool,
    /// 与这一份比：法典的目录；不写的与现用的比（清单是随程序带的，库是配置里的）
    #[arg(long, value_name = "目录")]
    pub(crate) base: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) how: HowToRead,
    #[command(flatten)]
    pub(crate) output: Output,
    /// 另写一个工作簿（.xlsx）：按规则、按机关的计数与会变的案件
    #[arg(long, value_name = "报告文件")]
    pub(crate) report: Vec<PathBuf>,
}
