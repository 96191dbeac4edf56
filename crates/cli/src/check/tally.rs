//! 合计：读了多少、拒绝多少、重复多少，发现各有几条，无法判定与未判的另计。

use std::collections::{BTreeMap, BTreeSet};

use mingjing_documents::check_report::coverage_in_words;
use mingjing_domain::finding::{Severity, Status};
use mingjing_interchange::read::Summary;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_lawbook::sets::SetAssessment;

use crate::Answer;
use crate::check::findings::Rendered;
use crate::check::stream::{Job, Judged, Told};

/// 一个文件里列出的覆盖范围最多几种；各案自己声明的可以各不相同。
const COVERAGES_MAX: usize = 3;

/// 一个文件的合计。
#[derive(Debug, Default)]
pub(crate) struct FileTally {
    pub(crate) name: String,
    pub(crate) format: String,
    pub(crate) cases: u64,
    pub(crate) refused: u64,
    pub(crate) repeated: u64,
    pub(crate) adapters: BTreeSet<String>,
    pub(crate) coverages: Vec<Vec<String>>,
    pub(crate) has_more_coverages: bool,
}

/// 全部的合计。
pub(crate) struct Tally<'a> {
    lawbook: &'a Lawbook,
    pub(crate) files: Vec<FileTally>,
    /// 各程度、各状态的条数；无法判定的不在内
    pub(crate) findings: BTreeMap<(Severity, Status), u64>,
    /// 有无法判定的案件数与（规则的）条数
    pub(crate) undetermined_cases: u64,
    pub(crate) undetermined: u64,
    /// 跨案的发现数；不算在各案的发现里
    pub(crate) over_cases: u64,
    /// 规则施行前而不判的条数
    pub(crate) not_judged: u64,
    /// 判断日是指定的
    has_day: bool,
    /// 判断日之后的事（没有看）的件数
    pub(crate) later_events: u64,
    /// 到判断日还没有一件事的案件数
    pub(crate) not_begun: u64,
    /// 没有发现也没有无法判定的案件数
    pub(crate) clean_cases: u64,
    pub(crate) summary: Summary,
}

impl<'a> Tally<'a> {
    pub(crate) fn new(job: &Job<'a>) -> Self {
        let file = |file: &crate::files::ListFile| FileTally {
            name: file.name(),
            format: file.format(),
            ..FileTally::default()
        };
        Tally {
            lawbook: job.lawbook,
            files: job.files.iter().map(file).collect(),
            findings: BTreeMap::new(),
            undetermined_cases: 0,
            undetermined: 0,
            over_cases: 0,
            not_judged: 0,
            has_day: job.as_of.is_some(),
            later_events: 0,
            not_begun: 0,
            clean_cases: 0,
            summary: Summary::default(),
        }
    }

    pub(crate) fn add(&mut self, told: &Told<Box<Judged<Rendered>>>) {
        match told {
            Told::Case(judged) => self.add_case(judged),
            Told::Refused(errors) => {
                let name = errors
                    .first()
                    .map(|error| error.file.clone())
                    .unwrap_or_default();
                if let Some(file) = self.file(&name) {
                    file.refused += 1;
                }
            }
            Told::Repeated(note) => {
                if let Some(file) = self.file(&note.file) {
                    file.repeated += 1;
                }
            }
            Told::Note(_) => {}
        }
    }

    fn file(&mut self, name: &str) -> Option<&mut FileTally> {
        self.files.iter_mut().find(|file| file.name == name)
    }

    fn add_case(&mut self, judged: &Judged<Rendered>) {
        let mut undetermined = 0;
        for result in &judged.assessment.results {
            match result.status {
                Some(Status::Undetermined) => undetermined += 1,
                Some(status) => *self.findings.entry((result.severity, status)).or_default() += 1,
                None => {}
            }
        }
        self.undetermined += undetermined;
        self.undetermined_cases += u64::from(undetermined > 0);
        self.clean_cases += u64::from(judged.assessment.results.is_empty());
        let events = &judged.case.timeline.events;
        let as_of = judged.assessment.as_of;
        // Without a day of judgement only what nobody knows can be later than the last event.
        let is_later = |e: &&mingjing_domain::event::Event| self.has_day && e.occurred_on > as_of;
        let later = events.iter().filter(is_later).count();
        self.later_events += later as u64;
        self.not_begun += u64::from(later > 0 && later == events.len());
        self.not_judged += u64::from(judged.assessment.not_judged);
        let lawbook = self.lawbook;
        let Some(file) = self.file(&judged.case.origin.file) else {
            return;
        };
        file.cases += 1;
        if !file.adapters.contains(&judged.case.adapter) {
            file.adapters.insert(judged.case.adapter.clone());
        }
        if !file.has_more_coverages {
            let words = coverage_in_words(lawbook, &judged.case.timeline.coverage);
            if file.coverages.contains(&words) {
                return;
            }
            if file.coverages.len() < COVERAGES_MAX {
                file.coverages.push(words);
            } else {
                file.has_more_coverages = true;
            }
        }
    }

    /// 跨案的发现：与各案的分开数。
    pub(crate) fn add_over_cases(&mut self, assessment: &SetAssessment) {
        let results = assessment.results.iter();
        let found =
            results.filter(|r| matches!(r.result.status, Some(Status::Violated | Status::Doubt)));
        self.over_cases = found.count() as u64;
    }

    /// 法典的版本。
    pub(crate) fn lawbook_version(&self) -> &str {
        &self.lawbook.version
    }

    /// 某种状态的条数。
    pub(crate) fn of_status(&self, status: Status) -> u64 {
        self.findings
            .iter()
            .filter(|((_, s), _)| *s == status)
            .map(|(_, n)| n)
            .sum()
    }

    /// 退出码。
    pub(crate) fn answer(&self) -> Answer {
        if self.summary.cases == 0 {
            Answer::Unreadable
        } else if self.of_status(Status::Violated) + self.of_status(Status::Doubt) + self.over_cases
            > 0
        {
            Answer::Found
        } else {
            Answer::Clean
        }
    }
}
