//! 裁量命令的参数。

use std::path::PathBuf;

use clap::{Args, Subcommand};
use mingjing_kernel::date::Date;

use crate::args::{Output, PLAIN, day, region};

pub(crate) const DISCRETION_EXIT_CODES: &str = "\
退出码：
  0  算出了区间
  1  缺事实，区间或阶次还定不下来（列出缺什么）；import 为有要补的
  2  做不了：没有这个事项，事实看不懂，参数、法典有错";

#[derive(Debug, Args)]
pub(crate) struct DiscretionArgs {
    #[command(subcommand)]
    pub(crate) command: Option<DiscretionCommand>,
    #[command(flatten)]
    pub(crate) reckon: ReckonArgs,
}

#[derive(Debug, Subcommand)]
pub(crate) enum DiscretionCommand {
    /// 列出裁量事项与它们看的事实
    #[command(help_template = PLAIN, override_usage = "mingjing discretion list [选项]")]
    List(DiscretionListArgs),
    /// 由公布的裁量基准表（CSV、JSON）起草；逐行说出看不懂的，由法制人员补全
    #[command(help_template = PLAIN, override_usage = "mingjing discretion import <表> [选项]")]
    Import(DiscretionImportArgs),
}

/// 算一个事项。
#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub(crate) struct ReckonArgs {
    /// 裁量事项的标识，如 food_without_licence；全部见 mingjing discretion list
    #[arg(value_name = "事项", help_heading = "参数")]
    pub(crate) item: Option<String>,
    /// 事实：“名称=值”，可以写几个，如 goods_value=5000元；或者案件文件（案件格式）
    #[arg(long, value_name = "名称=值|文件", num_args = 1..)]
    pub(crate) facts: Vec<String>,
    /// 案件文件里有几案时，指明哪一案
    #[arg(long, value_name = "案件")]
    pub(crate) case: Option<String>,
    /// 适用哪一日的法律：YYYY-MM-DD；不写用违法行为发生日，其次最后一件事之日，再其次今天
    #[arg(long, value_name = "日期", value_parser = day)]
    pub(crate) on: Option<Date>,
    /// 机关所在地的行政区划代码（2、4 或 6 位）
    #[arg(long, value_name = "代码", value_parser = region)]
    pub(crate) region: Option<String>,
    /// 机关的执法领域，如 market_regulation；不写而事项只属一个领域的，按它
    #[arg(long, value_name = "领域")]
    pub(crate) department: Option<String>,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub(crate) struct DiscretionListArgs {
    /// 只列这个领域的
    #[arg(long, value_name = "领域")]
    pub(crate) department: Option<String>,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub(crate) struct DiscretionImportArgs {
    /// 裁量基准表：CSV 或 JSON
    #[arg(value_name = "表", help_heading = "参数")]
    pub(crate) table: PathBuf,
    /// 草稿写到这个目录，一个事项一个文件；不写只试读
    #[arg(long, value_name = "目录")]
    pub(crate) out: Option<PathBuf>,
    /// 基准施行之日
    #[arg(long, value_name = "日期", value_parser = day)]
    pub(crate) from: Option<Date>,
    /// 领域，如 urban_management
    #[arg(long, value_name = "领域")]
    pub(crate) department: Option<String>,
    /// 行政区划代码的前缀
    #[arg(long, value_name = "代码", value_parser = region)]
    pub(crate) region: Option<String>,
    /// 所依据的法规在法典里的简称
    #[arg(long, value_name = "简称")]
    pub(crate) law: Option<String>,
}
