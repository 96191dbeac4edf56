//! `mingjing real-data`：三份真实清单从头跑一遍，与已核定的结果对照；只留结果，不留原行。

mod expectation;
mod outcome;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use mingjing_interchange::read::Summary;
use mingjing_lawbook::lawbook::Lawbook;

use crate::Answer;
use crate::args::RealDataArgs;
use crate::check::stream::{self, Fill, Job, Told};
use crate::files::{self, ListFile};
use crate::real_data::outcome::{Outcome, Results};
use crate::table::{self, Column};
use crate::{clock, lawbook_files, output};

/// 一份真实清单：名称、在目录里的位置。
struct List {
    name: &'static str,
    title: &'static str,
    place: Place,
}

enum Place {
    /// 一个文件夹里的全部 CSV
    Folder(&'static str),
    /// 一个文件
    File(&'static str),
}

/// 案件时间线另有逐案的核定。
const CASE_TIMELINES: &str = "case-timelines";

const LISTS: [List; 3] = [
    List {
        name: "penalty-market",
        title: "市场监管处罚公开",
        place: Place::Folder("penalty-market"),
    },
    List {
        name: "csrc",
        title: "证监会处罚公告",
        place: Place::File("penalty-csrc/events.jsonl"),
    },
    List {
        name: CASE_TIMELINES,
        title: "裁判文书办案时间线",
        place: Place::File("case-timelines/timelines.jsonl"),
    },
];

pub(crate) fn run(args: &RealDataArgs, folder: Option<&Path>) -> anyhow::Result<Answer> {
    let lawbook = lawbook_files::open(folder)?;
    let mut figures = Vec::new();
    let mut problems = Vec::new();
    for list in &LISTS {
        let (results, summary) = check(list, &args.path, &lawbook)?;
        problems.extend(accounts(list, &results, &summary));
        figures.push(figure(list, &results, &summary));
        settle(list, &results, args, &mut problems)?;
    }
    output::text(table::render(&COLUMNS, &figures, table::output_width()))?;
    for problem in &problems {
        output::line(problem)?;
    }
    if problems.is_empty() {
        output::line(format_args!("与 {} 里核定的结果相同", args.out.display()))?;
        Ok(Answer::Clean)
    } else {
        output::line(format_args!(
            "{} 处不符。核对后以 --accept 改写核定的结果",
            problems.len()
        ))?;
        Ok(Answer::Found)
    }
}

fn list_files(list: &List, root: &Path) -> anyhow::Result<Vec<ListFile>> {
    let paths = match list.place {
        Place::File(path) => vec![root.join(path)],
        Place::Folder(path) => {
            let folder = root.join(path);
            let entries = fs::read_dir(&folder)
                .map_err(|error| files::in_chinese(&error))
                .with_context(|| format!("打不开 {}", folder.display()))?;
            let mut paths = entries
                .map(|e| Ok(e?.path()))
                .collect::<std::io::Result<Vec<_>>>()?;
            paths.retain(|path| path.extension().is_some_and(|e| e == "csv"));
            paths.sort();
            paths
        }
    };
    paths.iter().map(|path| ListFile::new(path)).collect()
}

fn check(list: &List, root: &Path, lawbook: &Lawbook) -> anyhow::Result<(Results, Summary)> {
    let files = list_files(list, root)?;
    let job = Job {
        lawbook,
        files: &files,
        adapter: None,
        today: clock::today()?,
        as_of: None,
        fill: Fill::default(),
        skip_duties: false,
        threads: std::thread::available_parallelism().map_or(1, |n| n.get()),
    };
    let mut results = Results::default();
    let render = |case: &_, assessment: &_| Outcome::new(lawbook, case, assessment);
    let (summary, _) = stream::run(&job, &|_| {}, &render, &mut |told| {
        match told {
            Told::Case(judged) => results.add(judged.rendered, &judged.mismatches),
            Told::Refused(errors) => results.refuse(&errors),
            Told::Note(_) | Told::Repeated(_) => {}
        }
        Ok(())
    })?;
    Ok((results, summary))
}

/// 每一行或读成、或拒绝、或重复；每一条违反都站得住。
fn accounts(list: &List, results: &Results, summary: &Summary) -> Vec<String> {
    let mut problems = Vec::new();
    let told = summary.cases + summary.refused + summary.repeated;
    if summary.rows != told || summary.unreadable > 0 {
        problems.push(format!(
            "{}：{} 行里只有 {told} 行有着落，读不了的文件 {} 个",
            list.title, summary.rows, summary.unreadable
        ));
    }
    for outcome in &results.outcomes {
        problems.extend(outcome.unfounded.iter().map(|code| {
            format!(
                "{}：{} 的 {code} 建立在清单没有的事件之上，不得认定",
                list.title, outcome.key
            )
        }));
    }
    problems.extend(
        results
            .mismatches
            .iter()
            .map(|m| format!("{}：数据与词表不符：{m}", list.title)),
    );
    problems
}

const COLUMNS: [Column; 11] = [
    Column {
        title: "清单",
        min: 8,
        max: Some(20),
    },
    Column {
        title: "行",
        min: 4,
        max: Some(7),
    },
    Column {
        title: "读成",
        min: 4,
        max: Some(7),
    },
    Column {
        title: "拒绝",
        min: 4,
        max: Some(7),
    },
    Column {
        title: "重复",
        min: 4,
        max: Some(7),
    },
    Column {
        title: "违反",
        min: 4,
        max: Some(7),
    },
    Column {
        title: "疑点",
        min: 4,
        max: Some(7),
    },
    Column {
        title: "临期",
        min: 4,
        max: Some(7),
    },
    Column {
        title: "无法判定（案）",
        min: 14,
        max: Some(14),
    },
    Column {
        title: "无法判定（条）",
        min: 14,
        max: Some(14),
    },
    Column {
        title: "未判",
        min: 4,
        max: None,
    },
];

fn figure(list: &List, results: &Results, summary: &Summary) -> Vec<String> {
    let sum = |count: &dyn Fn(&Outcome) -> usize| -> String {
        results
            .outcomes
            .iter()
            .map(count)
            .sum::<usize>()
            .to_string()
    };
    vec![
        list.title.to_owned(),
        summary.rows.to_string(),
        summary.cases.to_string(),
        summary.refused.to_string(),
        summary.repeated.to_string(),
        sum(&|o| o.violated),
        sum(&|o| o.doubts),
        sum(&|o| o.near),
        sum(&|o| usize::from(!o.undetermined.is_empty())),
        sum(&|o| o.undetermined.len()),
        sum(&|o| o.not_judged as usize),
    ]
}

/// 与核定的结果对照，或改写它。
fn settle(
    list: &List,
    results: &Results,
    args: &RealDataArgs,
    problems: &mut Vec<String>,
) -> anyhow::Result<()> {
    let path = |name: String| args.out.join(name);
    let mut texts = vec![
        (path(format!("{}.csv", list.name)), results.to_csv()),
        (
            path(format!("{}-undetermined.csv", list.name)),
            results.undetermined_to_csv(),
        ),
    ];
    if list.name == CASE_TIMELINES {
        let place = path(format!("{}.toml", list.name));
        let compared = expectation::compared(&read(&place)?.unwrap_or_default(), &place)?;
        problems.extend(expectation::lacking(results, &compared));
        texts.push((place, expectation::to_toml(results, &compared)));
    }
    for (place, text) in texts {
        let known = read(&place)?;
        if known.as_deref() == Some(text.as_str()) {
            continue;
        }
        if args.accept {
            fs::create_dir_all(&args.out)?;
            fs::write(&place, &text).with_context(|| format!("写不了 {}", place.display()))?;
            output::line(format_args!("已改写 {}", place.display()))?;
        } else {
            problems.push(difference(&place, &known.unwrap_or_default(), &text));
        }
    }
    Ok(())
}

fn read(path: &PathBuf) -> anyhow::Result<Option<String>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("读不了 {}", path.display())),
    }
}

/// 逐行的差别最多显示的行数。
const DIFFERENCES_SHOWN: usize = 30;

/// 核定的与这次的差别，逐行。
fn difference(path: &Path, known: &str, now: &str) -> String {
    let only = |a: &str, b: &str, sign: char| -> Vec<String> {
        let there: std::collections::HashSet<&str> = b.lines().collect();
        a.lines()
            .filter(|line| !there.contains(line))
            .map(|line| format!("  {sign} {line}"))
            .collect()
    };
    let mut lines = only(known, now, '-');
    lines.extend(only(now, known, '+'));
    let rest = lines.len().saturating_sub(DIFFERENCES_SHOWN);
    lines.truncate(DIFFERENCES_SHOWN);
    if rest > 0 {
        lines.push(format!("  ……另有 {rest} 行"));
    }
    format!(
        "{} 与这次的结果不同（- 核定，+ 这次）：\n{}",
        path.display(),
        lines.join("\n")
    )
}
