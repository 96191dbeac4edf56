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

use crate::cast::Diary;
use crate::chance::Chance;
use crate::choosing::Choice;
use crate::error::{DemoError, Result};
use crate::files;
use crate::land::{Cause, Land, citizen_id, credit_code};
use crate::story::{Flaw, Step, Story, load_all};

/// Parties of one body; some of them come more than once.
const PARTIES: usize = 40;
/// Parties that are persons are grown up, and not all of one age.
const ADULT_DAYS: i32 = 25 * 365;
const BIRTH_DAYS: i32 = 40 * 365;

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
        let mut diary = Diary::default();
        for number in 0..count {
            let wish = writer.wish(number);
            let chance = Chance::of(seed, "case", number);
            chosen.push(writer.choose(chance, wish, &mut diary)?);
        }
        chosen.sort_by_key(|choice| choice.begun.start);
        let mut counters: HashMap<(usize, i16), u32> = HashMap::new();
        let mut planned = Vec::with_capacity(count);
        for choice in chosen {
            let year = choice.begun.start.year();
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

pub(crate) struct Writer<'a> {
    pub(crate) lawbook: &'a Lawbook,
    pub(crate) land: &'a Land,
    pub(crate) stories: &'a [Story],
    facts: &'a toml::Table,
    pub(crate) today: Date,
    pub(crate) live_from: Date,
}

impl Writer<'_> {
    fn write(&self, choice: Choice, number: u32) -> Result<PlannedCase> {
        let story = &self.stories[choice.begun.story];
        let flaw = choice.begun.flaw.map(|flaw| &story.flaws[flaw]);
        let body = &self.land.bodies[choice.body];
        let cause = &self.land.departments[body.department].causes[choice.cause];
        let words = self.words(&choice, (story, flaw), cause, number)?;
        let days: HashMap<&str, Date> = choice
            .begun
            .steps
            .iter()
            .map(|step| (step.id.as_str(), step.day))
            .collect();
        let vocabulary = &self.lawbook.book.vocabulary;
        let happened: Vec<&Step> = choice
            .begun
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
            story: choice.begun.story,
            flaw: choice.begun.flaw,
            is_told: happened.len() == choice.begun.steps.len(),
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
        (story, flaw): (&Story, Option<&Flaw>),
        cause: &Cause,
        number: u32,
    ) -> Result<BTreeMap<String, String>> {
        let mut chance = choice.chance.clone();
        let mut words = choice.cast.clone();
        let body = &self.land.bodies[choice.body];
        let is_natural = self.party(choice, (story, flaw), &mut chance, &mut words)?;
        let yuan = fine((story, flaw), cause, is_natural, &mut chance);
        let [from, to] = story.act_before;
        let before = i32::try_from(chance.between(from, to)).unwrap_or_default();
        let year = choice.begun.start.year();
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
        put("act_on", choice.begun.start.add_days(-before).to_string());
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
