//! 评估并写下：取事实、判断、推出各表的行，与引起它的改动同一事务。

use std::sync::Arc;

use mingjing_domain::event::Event;
use mingjing_domain::finding::Assessment;
use mingjing_domain::timeline::{Facts, Timeline};
use mingjing_kernel::date::Date;
use mingjing_kernel::id::{Id, kind};
use mingjing_lawbook::assess::{Options, assess_case, assess_rules, assess_trial};
use mingjing_lawbook::forms::Form;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_lawbook::prepare::prepare;
use mingjing_lawbook::proceed::fold::fold;
use mingjing_lawbook::rule::{Rule, RuleStatus};
use mingjing_store::assessment::AssessmentRow;
use mingjing_store::derivation::Derivation;
use mingjing_store::finding::{EndedBy, FindingChange};
use mingjing_store::timeline::{LoadedTimeline, TimelineHeader};
use mingjing_store::tx::{Read, Tx};

use crate::assessment::asked::Asked;
use crate::assessment::facts::{Stated, stated};
use crate::assessment::project::{Projected, Seen, project};
use crate::assessment::registry::{RegistryFacts, Wanted, over};
use crate::error::ServiceError;

/// A timeline with its facts, ready to be judged.
pub(crate) struct Ready {
    pub(crate) header: TimelineHeader,
    /// Events, coverage and all facts.
    pub(crate) timeline: Timeline,
    pub(crate) accounts: Vec<Option<Id<kind::Account>>>,
    pub(crate) stated: Stated,
    pub(crate) wanted: Wanted,
    pub(crate) registry: RegistryFacts,
    pub(crate) snapshot: Vec<u8>,
    pub(crate) digest: [u8; 32],
}

/// What an assessment has written.
pub(crate) struct Written {
    pub(crate) projected: Projected,
    pub(crate) changes: Vec<FindingChange>,
    pub(crate) duties_turned: usize,
}

impl Ready {
    /// Gathers the facts as they are registered now.
    pub(crate) async fn gather(
        read: &Read,
        lawbook: &Lawbook,
        loaded: LoadedTimeline,
        today: Date,
    ) -> Result<Ready, ServiceError> {
        Ready::gather_asking(read, lawbook, loaded, (today, &mut Asked::default())).await
    }

    /// The same for one of many: what others have asked the register is not asked again.
    pub(crate) async fn gather_asking(
        read: &Read,
        lawbook: &Lawbook,
        loaded: LoadedTimeline,
        (today, asked): (Date, &mut Asked),
    ) -> Result<Ready, ServiceError> {
        let mut timeline = loaded.timeline;
        tell_corrections_apart(&mut timeline);
        let mut ready = Ready {
            header: loaded.header,
            timeline,
            accounts: loaded.events.iter().map(|event| event.account).collect(),
            stated: Stated::default(),
            wanted: Wanted::default(),
            registry: RegistryFacts::default(),
            snapshot: Vec::new(),
            digest: [0; 32],
        };
        ready.take_facts(read, lawbook, (today, asked)).await?;
        Ok(ready)
    }

    /// The timeline with events that this transaction has just appended, first-hand and correcting nothing.
    pub(crate) async fn appended(
        &mut self,
        tx: &Tx,
        lawbook: &Lawbook,
        events: Vec<Event>,
        today: Date,
    ) -> Result<(), ServiceError> {
        self.header.version += events.len() as u64;
        let account = tx.context().account;
        self.accounts.extend(events.iter().map(|_| account));
        self.timeline.events.extend(events);
        let stated = stated(&self.timeline);
        if stated == self.stated && Wanted::of(&self.timeline, &stated) == self.wanted {
            return Ok(());
        }
        self.take_facts(tx, lawbook, (today, &mut Asked::default()))
            .await
    }

    async fn take_facts(
        &mut self,
        read: &Read,
        lawbook: &Lawbook,
        (today, asked): (Date, &mut Asked),
    ) -> Result<(), ServiceError> {
        self.stated = stated(&self.timeline);
        self.wanted = Wanted::of(&self.timeline, &self.stated);
        let registered = asked.ask(read, lawbook, &self.wanted, today).await?;
        let registered = Arc::unwrap_or_clone(registered);
        self.registry = registered.facts;
        // Whoever is linked to is asked who names it, and is told by these.
        let linked = self.stated.linked.iter().map(ToString::to_string);
        self.registry.subjects.extend(linked);
        self.snapshot = registered.snapshot;
        self.digest = registered.digest;
        self.timeline.facts = over(&self.stated.facts, &self.registry.facts);
        Ok(())
    }

    /// The same timeline with the facts of a kept snapshot.
    pub(crate) fn with_facts(mut self, facts: &Facts, org_path: Option<String>) -> Ready {
        self.timeline.facts = over(&self.stated.facts, facts);
        self.registry.org_path = org_path;
        self
    }

    /// Where the case belongs: where its body stands now, else where it was registered.
    pub(crate) fn org_path(&self) -> &str {
        let registered = self.registry.org_path.as_deref();
        registered
            .or(self.stated.org_path.as_deref())
            .unwrap_or("/")
    }

    /// Judges and derives, on that day.
    pub(crate) fn judge(&self, lawbook: &Lawbook, as_of: Date) -> (Assessment, Projected) {
        let options = Options {
            as_of: Some(as_of),
            ..Options::default()
        };
        let case = prepare(&lawbook.book.vocabulary, &self.timeline, Some(as_of), None);
        let assessment = assess_case(lawbook, &case, &options);
        let progress = fold(lawbook, &case);
        let is_over = progress.main().is_some_and(|main| main.at.is_final);
        // A rule that still passes may have a limit that is not a duty; when it runs out the rule says something else.
        let options = Options {
            keep_all: true,
            ..options
        };
        let waiting = lawbook
            .rules
            .iter()
            .filter(|rule| !is_over && has_limit(rule))
            .map(|rule| rule.code.as_ref());
        let all = assess_rules(lawbook, &case, &options, waiting);
        let options = Options {
            keep_all: false,
            ..options
        };
        let trials = assess_trial(lawbook, &case, &options);
        let projected = project(&Seen {
            lawbook,
            header: &self.header,
            timeline: &self.timeline,
            accounts: &self.accounts,
            stated: &self.stated,
            org_path: self.org_path(),
            assessment: &assessment,
            all: &all,
            progress: &progress,
            trials: &trials,
        });
        (assessment, projected)
    }

    /// Judges, and writes everything derived. The timeline MUST be locked by this transaction.
    pub(crate) async fn write(
        &self,
        tx: &Tx,
        lawbook: &Lawbook,
        as_of: Date,
        cause: EndedBy,
    ) -> Result<Written, ServiceError> {
        let (assessment, projected) = self.judge(lawbook, as_of);
        self.put(tx, (&assessment, projected), as_of, cause).await
    }

    /// Writes what was judged before; the timeline as it was judged MUST be what this transaction leaves.
    pub(crate) async fn put(
        &self,
        tx: &Tx,
        (assessment, projected): (&Assessment, Projected),
        as_of: Date,
        cause: EndedBy,
    ) -> Result<Written, ServiceError> {
        let id = self.header.id;
        let row = self.row(tx, assessment, &projected, as_of);
        tx.keep_facts(&self.digest, self.snapshot()?).await?;
        tx.put_case(&projected.case).await?;
        // What stands is read together, then each writes its difference; always in this order, so that two commands do
        // not wait for each other.
        let ((), (), (), turned, changes) = tokio::try_join!(
            biased;
            tx.put_assessment(&row),
            tx.put_case_accounts(id, &projected.accounts),
            tx.put_fact_uses(id, &self.registry.subjects),
            tx.put_duties(id, &projected.duties),
            tx.put_findings(id, projected.case.confidentiality, &projected.findings, cause),
        )?;
        if cause == EndedBy::LawChanged {
            tx.put_law_differences(&assessment.lawbook, &changes)
                .await?;
        }
        tx.put_next_look(id, projected.next_look).await?;
        tx.put_trials(id, &projected.trials).await?;
        Ok(Written {
            projected,
            changes,
            duties_turned: turned.len(),
        })
    }

    /// What was judged before of a timeline that this transaction makes, to be written with others.
    pub(crate) fn derivation<'a>(
        &'a self,
        tx: &Tx,
        (assessment, projected): (&Assessment, &'a Projected),
        as_of: Date,
    ) -> Result<Derivation<'a>, ServiceError> {
        Ok(Derivation {
            facts: self.snapshot()?,
            assessment: self.row(tx, assessment, projected, as_of),
            case: &projected.case,
            accounts: &projected.accounts,
            duties: &projected.duties,
            findings: &projected.findings,
            next_look: projected.next_look,
            subjects: &self.registry.subjects,
            trials: &projected.trials,
        })
    }

    fn snapshot(&self) -> Result<&str, ServiceError> {
        std::str::from_utf8(&self.snapshot).map_err(ServiceError::internal)
    }

    fn row(
        &self,
        tx: &Tx,
        assessment: &Assessment,
        projected: &Projected,
        as_of: Date,
    ) -> AssessmentRow {
        AssessmentRow {
            timeline: self.header.id,
            version: self.header.version,
            as_of,
            facts_digest: self.digest,
            lawbook_version: assessment.lawbook.to_string(),
            assessed_at: tx.now(),
            not_judged: projected.not_judged.clone(),
            undetermined: projected.undetermined.clone(),
        }
    }
}

/// In the store a correction keeps the id of what it corrects. A judgement must know which of several corrections of one
/// event is meant: each gets an id of its own, while all of them name the same event as corrected.
pub(crate) fn tell_corrections_apart(timeline: &mut Timeline) {
    for (number, event) in timeline.events.iter_mut().enumerate() {
        if event.corrects.as_ref() == Some(&event.id) {
            event.id = format!("{}~{}", event.id, number + 1);
        }
    }
}

/// Something required within a period, by a rule that is in force.
fn has_limit(rule: &Rule) -> bool {
    let is_limited = |form: &Form| matches!(form, Form::Requires(form) if form.within.is_some());
    rule.status == RuleStatus::Stable && rule.parts.iter().any(|part| is_limited(&part.form))
}
