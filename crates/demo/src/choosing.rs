//! 选：一案是哪个机关的、讲哪个故事、走哪条岔路、从哪一天起、由谁办。

use std::collections::BTreeMap;

use mingjing_kernel::date::Date;

use crate::cast::{Diary, cast};
use crate::chance::Chance;
use crate::error::{DemoError, Result};
use crate::land::{Body, Post};
use crate::plan::Writer;
use crate::story::{Flaw, Step, Story};

/// The rounds in which every course is dealt once: on the platform or, long ago, before it.
const DEALT: [bool; 3] = [false, false, true];
/// Flaws are counted in so many.
const PER_MILLE: u32 = 1_000;
/// So many other days are tried for a case on whose days nobody is free; then somebody is in two places.
const OTHER_DAYS: u32 = 12;

/// What was chosen for a case, before it has a number.
pub(crate) struct Choice {
    pub(crate) chance: Chance,
    pub(crate) body: usize,
    pub(crate) cause: usize,
    pub(crate) begun: Begun,
    /// Who is who.
    pub(crate) cast: BTreeMap<String, String>,
}

/// A story from its first day on.
pub(crate) struct Begun {
    pub(crate) story: usize,
    pub(crate) flaw: Option<usize>,
    pub(crate) start: Date,
    pub(crate) steps: Vec<Step>,
}

/// What a case must be like; the first cases are dealt so that every story and every flaw is there, however small the
/// world.
#[derive(Clone, Copy, Default)]
pub(crate) struct Wish {
    /// A story and its flaw, of all of them in turn.
    course: Option<(usize, Option<usize>)>,
    /// Begun on the day the platform went live, in a body that works on it.
    is_live: bool,
    /// Begun long ago.
    is_old: bool,
}

impl Writer<'_> {
    /// Twice long ago and once on the platform each; from then on as chance has it.
    pub(crate) fn wish(&self, number: usize) -> Wish {
        let courses = self.stories.iter().enumerate().flat_map(|(story, of)| {
            let flaws = (0..of.flaws.len()).map(Some);
            [None]
                .into_iter()
                .chain(flaws)
                .map(move |flaw| (story, flaw))
        });
        let courses: Vec<_> = courses.collect();
        let round = number / courses.len().max(1);
        if round >= DEALT.len() || courses.is_empty() {
            return Wish::default();
        }
        Wish {
            course: courses.get(number % courses.len()).copied(),
            is_live: DEALT[round],
            is_old: !DEALT[round],
        }
    }

    /// Whether a case of that body can take that course.
    fn fits(&self, body: &Body, story: &Story, flaw: Option<&Flaw>) -> bool {
        let department = &self.land.departments[body.department];
        let has_cause = department
            .causes
            .iter()
            .any(|it| it.stories.contains(&story.cause));
        let allowed = flaw.and_then(|flaw| flaw.departments.as_ref());
        has_cause && allowed.is_none_or(|list| list.contains(&department.code))
    }

    pub(crate) fn choose(
        &self,
        mut chance: Chance,
        wish: Wish,
        diary: &mut Diary,
    ) -> Result<Choice> {
        let schedule = &self.land.schedule;
        let flaw_of = |(story, flaw): (usize, Option<usize>)| {
            let story: &Story = &self.stories[story];
            (story, flaw.map(|flaw| &story.flaws[flaw]))
        };
        let weights = self.land.bodies.iter().map(|body| {
            let is_fit = wish.course.is_none_or(|course| {
                let (story, flaw) = flaw_of(course);
                self.fits(body, story, flaw)
            });
            match (is_fit, body.is_live) {
                (false, _) => 0,
                (true, false) if wish.is_live => 0,
                (true, true) => schedule.live_weight,
                (true, false) => 1,
            }
        });
        let nothing = |what: &str| DemoError::data("demo/world", format!("没有可取的{what}"));
        let body = chance.weighted(weights).ok_or_else(|| nothing("机关"))?;
        let index = match wish.course {
            Some((story, _)) => story,
            None => {
                let of = &self.land.bodies[body];
                let weights = self
                    .stories
                    .iter()
                    .map(|story| match self.fits(of, story, None) {
                        true => story.weight,
                        false => 0,
                    });
                chance.weighted(weights).ok_or_else(|| nothing("故事"))?
            }
        };
        let story = &self.stories[index];
        let flaw = match wish.course {
            Some((_, flaw)) => flaw,
            None => self.flaw(&self.land.bodies[body], story, &mut chance),
        };
        let causes = &self.land.departments[self.land.bodies[body].department].causes;
        let causes = causes
            .iter()
            .enumerate()
            .filter(|(_, it)| it.stories.contains(&story.cause));
        let causes: Vec<usize> = causes.map(|(index, _)| index).collect();
        let cause = *chance.pick(&causes).ok_or_else(|| nothing("案由"))?;
        let start = self.start(wish, &mut chance);
        let told = chance.clone();
        let first = chance.below(self.land.bodies[body].cards(Post::Handler).len());
        let mut begun = self.begin((body, index), flaw, start, &told);
        let mut team = self.team(body, &begun, first, diary)?;
        for day in self.other_days(start, wish) {
            if team.is_some() {
                break;
            }
            begun = self.begin((body, index), flaw, day, &told);
            team = self.team(body, &begun, first, diary)?;
        }
        let cast = match team {
            Some(team) => team,
            None => cast(&self.land.bodies[body], self.flaw_of(&begun), first)?,
        };
        Ok(Choice {
            chance,
            body,
            cause,
            begun,
            cast,
        })
    }

    /// The case as it goes when it begins on that day.
    fn begin(
        &self,
        (body, index): (usize, usize),
        flaw: Option<usize>,
        start: Date,
        told: &Chance,
    ) -> Begun {
        let story = &self.stories[index];
        let tell = |flaw: Option<usize>| {
            let flaw = flaw.map(|flaw| &story.flaws[flaw]);
            story.steps(flaw, start, &self.lawbook.calendar, &mut told.clone())
        };
        let (mut flaw, mut steps) = (flaw, tell(flaw));
        let is_imported_only = flaw.is_some_and(|flaw| story.flaws[flaw].imported_only);
        let is_live = self.land.bodies[body].is_live;
        if is_imported_only && is_live && steps.iter().any(|step| step.day >= self.live_from) {
            // The platform would stop it on the way: there the case takes the good course.
            flaw = None;
            steps = tell(None);
        }
        Begun {
            story: index,
            flaw,
            start,
            steps,
        }
    }

    fn flaw_of(&self, begun: &Begun) -> Option<&Flaw> {
        begun
            .flaw
            .map(|flaw| &self.stories[begun.story].flaws[flaw])
    }

    /// Who is who, if two are free on the days of its visits; they are then out on them.
    fn team(
        &self,
        body: usize,
        begun: &Begun,
        first: usize,
        diary: &mut Diary,
    ) -> Result<Option<BTreeMap<String, String>>> {
        let visits = begun.steps.iter().filter(|step| step.is_visit());
        let days: Vec<Date> = visits.map(|step| step.day).collect();
        diary.team(&self.land.bodies[body], self.flaw_of(begun), &days, first)
    }

    /// Other days to begin on when nobody is free: the next working days; before, if it need not be on the platform.
    fn other_days(&self, start: Date, wish: Wish) -> impl Iterator<Item = Date> {
        let calendar = &self.lawbook.calendar;
        let later = (1..=OTHER_DAYS).filter_map(move |nth| calendar.nth_working_day(start, nth));
        let before =
            std::iter::successors(Some(start), move |day| calendar.previous_working_day(*day));
        let before = before
            .skip(1)
            .take(OTHER_DAYS as usize)
            .filter(move |_| !wish.is_live);
        later.filter(|day| *day < self.today).chain(before)
    }

    /// A working day; the youngest began on the last one before today.
    fn start(&self, wish: Wish, chance: &mut Chance) -> Date {
        let calendar = &self.lawbook.calendar;
        let days = self.land.schedule.days;
        let first = if wish.is_old { days / 2 } else { 1 };
        let back = i32::try_from(chance.between(first.into(), days.into())).unwrap_or(1);
        let day = match wish.is_live {
            true => self.live_from,
            false => self.today.add_days(-back),
        };
        let start = calendar.roll_forward(day).unwrap_or(day);
        match start < self.today {
            true => start,
            false => calendar.previous_working_day(self.today).unwrap_or(day),
        }
    }

    fn flaw(&self, body: &Body, story: &Story, chance: &mut Chance) -> Option<usize> {
        let weights = story
            .flaws
            .iter()
            .map(|flaw| match self.fits(body, story, Some(flaw)) {
                true => flaw.weight,
                false => 0,
            });
        let flawed: u32 = weights.clone().sum();
        let good = PER_MILLE.saturating_sub(flawed);
        let index = chance.weighted([good].into_iter().chain(weights))?;
        index.checked_sub(1)
    }
}
