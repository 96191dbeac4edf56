//! 计划：哪个机关、哪个故事、从哪一天起，一共多少案；同一个种子、同一天，得出同一份。

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use mingjing_domain::coverage::Coverage;
use mingjing_domain::event::Event;
use mingjing_domain::timeline::{Facts, Timeline};
use mingjing_domain::value::Value;
use mingjing_kernel::date::Date;
use mingjing_lawbook::example::parse_event;
use mingjing_lawbook::lawbook::Lawbook;

use crate::chance::Chance;
use crate::error::{DemoError, Result};
use crate::files;
use crate::land::{Body, Cause, Land, Post, citizen_id, credit_code};
use crate::story::{Flaw, Step, Story, load_all};

/// Parties of one body; some of them come more than once.
const PARTIES: usize = 40;
/// Parties that are persons are grown up, and not all of one age.
const ADULT_DAYS: i32 = 25 * 365;
const BIRTH_DAYS: i32 = 40 * 365;
/// The rounds in which every course is dealt once: on the platform or, long ago, before it.
const DEALT: [bool; 3] = [false, false, true];
/// Flaws are counted in so many.
const PER_MILLE: u32 = 1_000;

/// 整个演示世界，还没有写进平台。
pub struct Plan {
    /// 今天。
    pub today: Date,
    /// 自这一天起在线办案。
    pub live_from: Date,
    /// 版图。
    pub land: Land,
    /// 故事。
    pub stories: Vec<Story>,
    /// 各案，先发生的在前。
    pub cases: Vec<PlannedCase>,
}

/// 一案。
#[derive(Debug, Clone)]
pub struct PlannedCase {
    /// 案号。
    pub number: String,
    /// 机关的序号。
    pub body: usize,
    /// 故事的序号。
    pub story: usize,
    /// 岔路的序号；照章办的没有。
    pub flaw: Option<usize>,
    /// 故事讲完了没有：今天以前的各步都在，往后的还没有发生。
    pub is_told: bool,
    /// 填报的事实。
    pub facts: Facts,
    /// 各事件，先发生的在前。
    pub events: Vec<Event>,
}

impl Plan {
    /// 作出计划；`cases` 不写的用 `demo/world/world.toml` 的。
    pub fn draw(lawbook: &Lawbook, seed: u64, today: Date, cases: Option<usize>) -> Result<Plan> {
        let land = Land::draw(seed, today)?;
        let stories = load_all()?;
        let live_from = today.add_days(-land.schedule.live_days);
        let facts: toml::Table = files::read(files::FACTS)?;
        let count = cases.unwrap_or(land.schedule.cases);
        let writer = Writer {
            lawbook,
            land: &land,
            stories: &stories,
            facts: &facts,
            today,
            live_from,
        };
        let mut chosen = Vec::with_capacity(count);
        for number in 0..count {
            let wish = writer.wish(number);
            chosen.push(writer.choose(Chance::of(seed, "case", number), wish)?);
        }
        chosen.sort_by_key(|choice| choice.start);
        let mut counters: HashMap<(usize, i16), u32> = HashMap::new();
        let mut planned = Vec::with_capacity(count);
        for choice in chosen {
            let year = choice.start.year();
            let number = counters.entry((choice.body, year)).or_default();
            *number += 1;
            let number = *number;
            planned.push(writer.write(choice, number)?);
        }
        Ok(Plan {
            today,
            live_from,
            land,
            stories,
            cases: planned,
        })
    }

    /// 这一案的故事。
    pub fn story_of(&self, case: &PlannedCase) -> &Story {
        &self.stories[case.story]
    }

    /// 讲完之后应当发现的规则编码。
    pub fn expects(&self, case: &PlannedCase) -> Vec<&str> {
        let flaw = case
            .flaw
            .and_then(|flaw| self.story_of(case).flaws.get(flaw));
        let codes = flaw.into_iter().flat_map(|flaw| &flaw.expects);
        codes.map(String::as_str).collect()
    }
}

impl PlannedCase {
    /// 上线之前的各事件与之后的各事件；机关不在线的全在前一半。
    pub fn split(&self, plan: &Plan) -> (&[Event], &[Event]) {
        if !plan.land.bodies[self.body].is_live {
            return (self.events.as_slice(), &[]);
        }
        let before = self
            .events
            .iter()
            .take_while(|it| it.occurred_on < plan.live_from);
        self.events.split_at(before.count())
    }

    /// 写成一条时间线，只有这些事件。
    pub(crate) fn timeline(&self, plan: &Plan, events: &[Event]) -> Timeline {
        let mut facts = self.facts.clone();
        let name = plan.land.bodies[self.body].name.as_str();
        facts.set("body.name", name.into());
        Timeline {
            id: self.number.clone(),
            procedure: Some(plan.story_of(self).procedure.clone()),
            events: events.to_vec(),
            coverage: Coverage::Closed,
            facts,
        }
    }
}

/// What was chosen for a case, before it has a number.
struct Choice {
    chance: Chance,
    body: usize,
    story: usize,
    flaw: Option<usize>,
    cause: usize,
    start: Date,
    steps: Vec<Step>,
}

struct Writer<'a> {
    lawbook: &'a Lawbook,
    land: &'a Land,
    stories: &'a [Story],
    facts: &'a toml::Table,
    today: Date,
    live_from: Date,
}

/// What a case must be like; the first cases are dealt so that every story and every flaw is there, however small the
/// world.
#[derive(Clone, Copy, Default)]
struct Wish {
    /// A story and its flaw, of all of them in turn.
    course: Option<(usize, Option<usize>)>,
    /// Begun on the day the platform went live, in a body that works on it.
    is_live: bool,
    /// Begun long ago.
    is_old: bool,
}

impl Writer<'_> {
    /// Twice long ago and once on the platform each; from then on as chance has it.
    fn wish(&self, number: usize) -> Wish {
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

    fn choose(&self, mut chance: Chance, wish: Wish) -> Result<Choice> {
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
        Ok(Choice {
            chance,
            body,
            story: index,
            flaw,
            cause,
            start,
            steps,
        })
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

    fn write(&self, choice: Choice, number: u32) -> Result<PlannedCase> {
        let story = &self.stories[choice.story];
        let flaw = choice.flaw.map(|flaw| &story.flaws[flaw]);
        let body = &self.land.bodies[choice.body];
        let cause = &self.land.departments[body.department].causes[choice.cause];
        let words = self.words(&choice, story, flaw, cause, number)?;
        let days: HashMap<&str, Date> = choice
            .steps
            .iter()
            .map(|step| (step.id.as_str(), step.day))
            .collect();
        let vocabulary = &self.lawbook.book.vocabulary;
        let happened: Vec<&Step> = choice
            .steps
            .iter()
            .filter(|step| step.day < self.today)
            .collect();
        let mut lines = Vec::with_capacity(happened.len());
        for step in &happened {
            let (day, at) = (step.day, step.at);
            let said = fill(&step.words, &words, Some((day, &days)));
            let said = said.map_err(|why| self.wrong(story, &step.id, &why))?;
            lines.push((
                day,
                at,
                format!("{day}T{:02}:{:02} {said}", at.hour, at.minute),
            ));
        }
        lines.sort_by_key(|(day, at, _)| (*day, *at));
        let mut events = Vec::with_capacity(lines.len());
        for (index, (_, _, line)) in lines.iter().enumerate() {
            let event = parse_event(vocabulary, line, index);
            events.push(event.map_err(|why| self.wrong(story, line, &why))?);
        }
        Ok(PlannedCase {
            number: words["case"].clone(),
            body: choice.body,
            story: choice.story,
            flaw: choice.flaw,
            is_told: happened.len() == choice.steps.len(),
            facts: self.facts(story, flaw, &words)?,
            events,
        })
    }

    fn wrong(&self, story: &Story, at: &str, why: &str) -> DemoError {
        DemoError::data(format!("故事“{}”", story.title), format!("{at}：{why}"))
    }

    /// What stands for the words in braces.
    fn words(
        &self,
        choice: &Choice,
        story: &Story,
        flaw: Option<&Flaw>,
        cause: &Cause,
        number: u32,
    ) -> Result<BTreeMap<String, String>> {
        let mut chance = choice.chance.clone();
        let body = &self.land.bodies[choice.body];
        let mut words = cast(body, flaw, &mut chance)?;
        let is_natural = self.party(choice, (story, flaw), &mut chance, &mut words)?;
        let yuan = fine((story, flaw), cause, is_natural, &mut chance);
        let [from, to] = story.act_before;
        let before = i32::try_from(chance.between(from, to)).unwrap_or_default();
        let year = choice.start.year();
        let region = body.division.code.as_str();
        let area = match body.level {
            "province" => &region[..2],
            "city" => &region[..4],
            _ => region,
        };
        let measure = cause.measure.as_ref().unwrap_or(&cause.clause);
        let mut put = |name: &str, word: String| words.insert(name.to_owned(), word);
        put("case", format!("{}立〔{year}〕{number}号", body.short));
        put("doc", format!("{}罚〔{year}〕{number}号", body.short));
        put("number", number.to_string());
        put("cause", cause.name.clone());
        put("clause", cause.clause.clone());
        put("penalty", cause.penalty.clone());
        put("measure", measure.clone());
        put("item", cause.item.clone());
        put(
            "domain",
            self.land.departments[body.department].domain.clone(),
        );
        put("fine", (yuan * 100).to_string());
        put("fine_lower", (yuan / 2 * 100).to_string());
        put("fine_text", format!("罚款{yuan}元"));
        put("region", region.to_owned());
        put("area", area.to_owned());
        put("act_on", choice.start.add_days(-before).to_string());
        Ok(words)
    }

    /// Who it is about; says whether a natural person.
    fn party(
        &self,
        choice: &Choice,
        (story, flaw): (&Story, Option<&Flaw>),
        chance: &mut Chance,
        words: &mut BTreeMap<String, String>,
    ) -> Result<bool> {
        let names = &self.land.names;
        let kinds = flaw
            .and_then(|flaw| flaw.parties.as_ref())
            .unwrap_or(&story.parties);
        let kind = chance.pick(kinds).map_or("legal", String::as_str);
        let is_natural = kind == "natural";
        // Some turn up more than once before the same body.
        let number = choice.body * PARTIES + chance.below(PARTIES);
        let person = names.person(chance);
        let mut born = None;
        let (party, shown, code, recipient) = if is_natural {
            let days = i32::try_from(number).unwrap_or_default() % BIRTH_DAYS;
            let birth = self.today.add_days(-ADULT_DAYS - days);
            let surname = person.chars().next().unwrap_or('某');
            let id = citizen_id(birth, number)?;
            born = Some(birth.to_string());
            (person.clone(), format!("{surname}某"), id, "self")
        } else {
            let division = &self.land.bodies[choice.body].division.name;
            let name = names.firm(division, &mut Chance::of(0, "firm", number));
            let code = credit_code("91", number)?;
            (name.clone(), name, code, "legal_representative")
        };
        let mut put = |name: &str, word: &str| words.insert(name.to_owned(), word.to_owned());
        put("place", &format!("{party}经营场所"));
        put("party", &party);
        put("party_shown", &shown);
        put("party_kind", kind);
        put("birth_on", &born.unwrap_or_default());
        put("code", &code);
        put("recipient", recipient);
        put("person", &person);
        Ok(is_natural)
    }

    fn facts(
        &self,
        story: &Story,
        flaw: Option<&Flaw>,
        words: &BTreeMap<String, String>,
    ) -> Result<Facts> {
        let mut facts = Facts::default();
        let own = [Some(&story.facts), flaw.map(|flaw| &flaw.facts)];
        for table in [Some(self.facts)].into_iter().chain(own).flatten() {
            let value = value_of(&toml::Value::Table(table.clone()), words);
            let value = value.map_err(|why| self.wrong(story, files::FACTS.0, &why))?;
            if let Value::Record(scopes) = value {
                lay_over(&mut facts.values, scopes);
            }
        }
        Ok(facts)
    }
}

/// The fine in yuan: the range of the flaw, else of the story, else of the cause.
fn fine(
    (story, flaw): (&Story, Option<&Flaw>),
    cause: &Cause,
    is_natural: bool,
    chance: &mut Chance,
) -> i64 {
    let own = match is_natural {
        true => flaw
            .and_then(|flaw| flaw.fine_natural)
            .or(story.fine_natural),
        false => flaw.and_then(|flaw| flaw.fine_legal).or(story.fine_legal),
    };
    let [low, high] = own.or(cause.fine).unwrap_or_default();
    chance.between(low / 10, high / 10) * 10
}

/// Who is who in the case.
fn cast(body: &Body, flaw: Option<&Flaw>, chance: &mut Chance) -> Result<BTreeMap<String, String>> {
    let handlers = body.cards(Post::Handler);
    let heads = body.cards(Post::Head);
    let first = chance.below(handlers.len());
    let at = |cards: &[&str], index: usize| {
        cards
            .get(index % cards.len().max(1))
            .map(|it| (*it).to_owned())
    };
    let one = |post: Post| body.cards(post).first().map(|it| (*it).to_owned());
    let parts = [
        ("A", at(&handlers, first)),
        ("B", at(&handlers, first + 1)),
        ("X", one(Post::Expired)),
        ("C", one(Post::Host)),
        ("R", one(Post::Recorder)),
        ("D", one(Post::Reviewer)),
        ("H1", one(Post::Principal)),
        ("H2", at(&heads, 0)),
        ("H3", at(&heads, 1)),
    ];
    let mut words = BTreeMap::new();
    for (part, card) in parts {
        let nobody = || DemoError::data(&body.name, format!("没有人担任 {part}"));
        words.insert(part.to_owned(), card.ok_or_else(nobody)?);
    }
    let cast = flaw.map(|flaw| flaw.cast.clone()).unwrap_or_default();
    let swapped = cast
        .iter()
        .filter_map(|(part, by)| Some((part.clone(), words.get(by)?.clone())));
    let swapped: Vec<_> = swapped.collect();
    words.extend(swapped);
    Ok(words)
}

/// Puts the words in the place of the braces; `{day}` is the day of the step, `{day:…}` that of another one.
fn fill(
    text: &str,
    words: &BTreeMap<String, String>,
    days: Option<(Date, &HashMap<&str, Date>)>,
) -> std::result::Result<String, String> {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let (name, after) = after.split_once('}').ok_or("花括号没有闭合")?;
        rest = after;
        match (name.strip_prefix("day:"), days) {
            (Some(step), Some((_, of))) => {
                let day = of.get(step).ok_or_else(|| format!("没有“{step}”这一步"))?;
                filled.push_str(&day.to_string());
            }
            (None, Some((day, _))) if name == "day" => filled.push_str(&day.to_string()),
            _ => {
                let word = words
                    .get(name)
                    .ok_or_else(|| format!("不认得 {{{name}}}"))?;
                filled.push_str(word);
            }
        }
    }
    filled.push_str(rest);
    Ok(filled)
}

fn value_of(
    given: &toml::Value,
    words: &BTreeMap<String, String>,
) -> std::result::Result<Value, String> {
    Ok(match given {
        toml::Value::String(text) => Value::Text(fill(text, words, None)?),
        toml::Value::Integer(number) => Value::Int(*number),
        toml::Value::Boolean(yes) => Value::Bool(*yes),
        toml::Value::Array(items) => {
            let items = items.iter().map(|item| value_of(item, words));
            Value::List(items.collect::<std::result::Result<_, _>>()?)
        }
        toml::Value::Table(table) => {
            let mut record = BTreeMap::new();
            for (name, value) in table {
                let value = value_of(value, words)?;
                // What a party does not have, such as a day of birth, is not stated.
                if value != Value::Text(String::new()) {
                    record.insert(fill(name, words, None)?, value);
                }
            }
            Value::Record(record)
        }
        toml::Value::Float(_) | toml::Value::Datetime(_) => {
            return Err("事实里没有小数和日期时间，日期写成文字".to_owned());
        }
    })
}

fn lay_over(under: &mut BTreeMap<String, Value>, above: BTreeMap<String, Value>) {
    for (name, value) in above {
        match (under.get_mut(&name), value) {
            (Some(Value::Record(under)), Value::Record(above)) => lay_over(under, above),
            (_, value) => {
                under.insert(name, value);
            }
        }
    }
}

/// 计划连同法典，供并行的各段共用。
pub(crate) type Shared = Arc<Plan>;
