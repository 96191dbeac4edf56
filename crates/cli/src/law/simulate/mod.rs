//! `mingjing lawbook simulate`：换一份法典，哪些案件会变；清单或库，边读边算，只留不同之处。

mod stored;
mod text;

use std::io::{BufWriter, Write as _};
use std::path::PathBuf;
use std::time::Instant;

use mingjing_documents::foresight::{Foresight, to_xlsx};
use mingjing_domain::value::Value;
use mingjing_interchange::read::Case;
use mingjing_lawbook::diff::{Comparison, Edition, compare};
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_lawbook::simulate::tally::{Room, Seen, Tally};
use mingjing_lawbook::simulate::{Simulation, has_over_cases};

use crate::args::Format;
use crate::check::stream::{self, Job, Told, Worker};
use crate::check::{self, reports, terminal};
use crate::lawbook_args::{self, SimulateArgs};
use crate::server::open::Common;
use crate::{Answer, clock, lawbook_files, output};

/// 工作簿里列出的会变的案件处数；表里每条规则、每种变化举的例子。
const ROOM: Room = Room {
    all: 10_000,
    each: 3,
};

pub(crate) fn run(args: &SimulateArgs, common: &Common<'_>) -> anyhow::Result<Answer> {
    for path in &args.report {
        let is_workbook = reports::kind(path)? == reports::Kind::Xlsx;
        anyhow::ensure!(is_workbook, "试算的报告只写工作簿，请以 .xlsx 结尾");
    }
    let config = if args.store {
        Some(common.load()?)
    } else {
        None
    };
    // Without another to start from, the store is judged by what is configured, overlay and all.
    let (before, before_files) = match (&args.base, &config) {
        (Some(named), _) => lawbook_files::open_with_sources(lawbook_args::folder(named))?,
        (None, Some(config)) => {
            let overlays: Vec<PathBuf> = config.lawbook_overlay().into_iter().collect();
            let folder = config.lawbook_folder();
            let opened = lawbook_files::open_overlaid(folder.as_deref(), &overlays)?;
            (opened.lawbook, opened.files)
        }
        (None, None) => lawbook_files::open_with_sources(None)?,
    };
    let (after, after_files) = lawbook_files::open_with_sources(common.lawbook)?;
    let comparison = compare(
        Edition {
            lawbook: &before,
            files: &before_files,
        },
        Edition {
            lawbook: &after,
            files: &after_files,
        },
    );
    let simulation = Simulation::new(&before, &after, &comparison.affected);
    let trial = Trying {
        before: &before,
        after: &after,
        comparison: &comparison,
        simulation: &simulation,
    };
    let mut desk = Desk::new(args);
    match &config {
        Some(config) => stored::run(args, common, config, &trial, &mut desk)?,
        None => listed(args, &trial, &mut desk)?,
    }
    desk.finish(&trial)
}

/// 试的是什么：两份法典与它们之间的变化。
struct Trying<'a> {
    before: &'a Lawbook,
    after: &'a Lawbook,
    comparison: &'a Comparison,
    simulation: &'a Simulation<'a>,
}

impl Trying<'_> {
    fn has_over_cases(&self) -> bool {
        has_over_cases(self.before, self.after, &self.comparison.affected)
    }

    fn to_xlsx(&self, tally: &Tally) -> anyhow::Result<Vec<u8>> {
        let told = Foresight {
            before: &self.comparison.before,
            after: &self.comparison.after,
            changes: &self.comparison.in_chinese(),
            totals: &tally.totals,
            instances: &tally.kept,
            has_over_cases: self.has_over_cases(),
            notes: &[],
        };
        to_xlsx(&told).map_err(|error| anyhow::anyhow!("{error}"))
    }
}

/// 收下各案：计数，留头几处，JSON 边收边打印。
struct Desk<'a> {
    args: &'a SimulateArgs,
    tally: Tally,
    out: BufWriter<std::io::Stdout>,
    begun: Instant,
}

impl<'a> Desk<'a> {
    fn new(args: &'a SimulateArgs) -> Self {
        Desk {
            args,
            tally: Tally::new(ROOM),
            out: BufWriter::new(std::io::stdout()),
            begun: Instant::now(),
        }
    }

    fn take(&mut self, seen: Seen) -> anyhow::Result<()> {
        if self.args.output.format == Format::Json
            && let Some(changed) = &seen.changed
        {
            writeln!(self.out, "{}", text::line(changed))?;
        }
        self.tally.take(seen);
        Ok(())
    }

    fn finish(mut self, trial: &Trying<'_>) -> anyhow::Result<Answer> {
        let taken = self.begun.elapsed();
        match self.args.output.format {
            Format::Json => writeln!(self.out, "{}", text::summary(&self.tally, trial))?,
            Format::Table => self
                .out
                .write_all(text::table(&self.tally, trial).as_bytes())?,
        }
        self.out.flush()?;
        for path in &self.args.report {
            let bytes = trial.to_xlsx(&self.tally)?;
            reports::save(path, &bytes)?;
        }
        let seconds = taken.as_secs_f64();
        output::aside(format_args!(
            "试算 {} 案，{seconds:.1} 秒",
            self.tally.totals.cases
        ));
        Ok(match (self.tally.totals.cases, self.tally.totals.changed) {
            (0, _) => Answer::Unreadable,
            (_, 0) => Answer::Clean,
            _ => Answer::Found,
        })
    }
}

/// 清单。
fn listed(args: &SimulateArgs, trial: &Trying<'_>, desk: &mut Desk<'_>) -> anyhow::Result<()> {
    let files = check::files_of(&args.files, &args.how, &args.report, trial.after)?;
    let job = check::job(&args.how, trial.after, &files)?;
    let hire = || Trier { job: &job, trial };
    let bar = terminal::Bar::new(job.files);
    let done = stream::walk(&job, &|at| bar.tell(at), &hire, &mut |told| match told {
        Told::Case(seen) => desk.take(seen),
        Told::Refused(errors) => {
            desk.tally.totals.refused += 1;
            for error in errors
                .iter()
                .take(usize::from(desk.tally.totals.refused <= REFUSED_TOLD))
            {
                output::aside(error);
            }
            Ok(())
        }
        Told::Note(_) | Told::Repeated(_) => Ok(()),
    });
    bar.finish();
    done.map(drop)
}

/// 逐行说出的拒绝数；其余只计数，`check` 会全部说出来。
const REFUSED_TOLD: u64 = 20;

struct Trier<'a> {
    job: &'a Job<'a>,
    trial: &'a Trying<'a>,
}

impl Worker for Trier<'_> {
    type Done = Seen;

    fn case(&mut self, mut case: Box<Case>) -> Seen {
        self.job.fill.apply(&mut case);
        let timeline = &case.timeline;
        let turned = self.trial.simulation.case(timeline, self.job.as_of);
        let body = match timeline.facts.at("body.name") {
            Some(Value::Text(name)) => Some(name.as_str()),
            _ => None,
        };
        Seen::new(self.trial.after, timeline, body, turned)
    }

    fn end(self) {}
}

/// 判断日：库里的缺省为今天。
fn day(args: &SimulateArgs) -> anyhow::Result<mingjing_kernel::date::Date> {
    match check::as_of(&args.how)? {
        Some(day) => Ok(day),
        None => clock::today(),
    }
}
