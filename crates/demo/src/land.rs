//! 版图：一个省、两个市及其县、乡，各级机关与人员；区划代码是公开的，机关与人是虚构的。

use mingjing_kernel::codes::{CitizenId, CreditCode};
use mingjing_kernel::date::Date;
use serde::Deserialize;

use crate::chance::Chance;
use crate::error::{DemoError, Result};
use crate::files;

/// 执法领域。
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Department {
    /// 代码，同法典。
    pub code: String,
    /// 机关名称去掉区划。
    pub name: String,
    /// 文号里的简称。
    pub short: String,
    /// 证件上的执法门类。
    pub domain: String,
    levels: Vec<String>,
    /// 案由。
    #[serde(rename = "cause")]
    pub causes: Vec<Cause>,
}

/// 案由。
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cause {
    /// 名称。
    pub name: String,
    /// 事项编码。
    pub item: String,
    /// 违反的条款。
    pub clause: String,
    /// 处罚的依据。
    pub penalty: String,
    /// 强制措施的依据。
    pub measure: Option<String>,
    /// 用在哪几类故事里。
    pub stories: Vec<String>,
    /// 罚款的上下限（元）。
    pub fine: Option<[i64; 2]>,
}

#[derive(Debug, Deserialize)]
struct Departments {
    department: Vec<Department>,
}

/// 大小与日程。
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    /// 多少案。
    pub cases: usize,
    /// 多少天之内。
    pub days: i32,
    /// 自今天之前多少天起在线办案。
    pub live_days: i32,
    live: Vec<String>,
    /// 上线时把多少件汇入的决定补登到公示栏。
    pub published_before: usize,
    /// 在线办案的机关案件是别处的几倍。
    pub live_weight: u32,
    officers_per_body: usize,
    registered_on: String,
}

/// 起名用的字词。
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Names {
    surnames: Vec<String>,
    given: Vec<String>,
    trades: Vec<String>,
    words: Vec<String>,
    mark: String,
    tails: Vec<String>,
}

impl Names {
    /// 一个人的姓名。
    pub(crate) fn person(&self, chance: &mut Chance) -> String {
        let mut name = String::new();
        for characters in [&self.surnames, &self.given, &self.given] {
            name.extend(chance.pick(characters).map(String::as_str));
        }
        name
    }

    /// 一家企业的名称。
    pub(crate) fn firm(&self, place: &str, chance: &mut Chance) -> String {
        let mut name = self.short(place).to_owned();
        for parts in [&self.words, &self.trades] {
            name.extend(chance.pick(parts).map(String::as_str));
        }
        name
    }

    /// 区划的简称。
    fn short<'a>(&self, division: &'a str) -> &'a str {
        let tail = self
            .tails
            .iter()
            .find_map(|it| division.strip_suffix(it.as_str()));
        tail.filter(|rest| !rest.is_empty()).unwrap_or(division)
    }
}

/// 区划。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Division {
    /// 代码。
    pub code: String,
    /// 名称。
    pub name: String,
}

impl Division {
    fn level(&self) -> &'static str {
        match self.code.as_bytes() {
            code if code.len() > 6 => "town",
            code if code.ends_with(b"0000") => "province",
            code if code.ends_with(b"00") => "city",
            _ => "county",
        }
    }
}

/// 机关与它的人。
#[derive(Debug, Clone)]
pub struct Body {
    /// 名称。
    pub name: String,
    /// 文号里的简称。
    pub short: String,
    /// 执法领域的序号。
    pub department: usize,
    /// 区划。
    pub division: Division,
    /// 层级。
    pub level: &'static str,
    /// 统一社会信用代码。
    pub credit_code: String,
    /// 在平台上办案，还是由原有的系统推送。
    pub is_live: bool,
    /// 人员；各人担任什么见 [`Post`]。
    pub officers: Vec<Officer>,
}

/// 执法人员。
#[derive(Debug, Clone)]
pub struct Officer {
    /// 姓名。
    pub name: String,
    /// 证号。
    pub card: String,
    /// 发证之日。
    pub issued_on: Date,
    /// 有效期至。
    pub valid_until: Date,
    /// 岗位。
    pub post: Post,
}

/// 一个人在故事里担任什么。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Post {
    /// 主要负责人、两位负责人。
    Principal,
    /// 负责人。
    Head,
    /// 审核。
    Reviewer,
    /// 听证主持。
    Host,
    /// 听证记录。
    Recorder,
    /// 办案。
    Handler,
    /// 证件早已过期。
    Expired,
}

impl Post {
    /// 中文。
    pub const fn in_chinese(self) -> &'static str {
        match self {
            Post::Principal => "主要负责人",
            Post::Head => "负责人",
            Post::Reviewer => "法制审核",
            Post::Host => "听证主持",
            Post::Recorder => "听证记录",
            Post::Handler => "办案",
            Post::Expired => "办案（证件过期）",
        }
    }
}

/// The posts of a body in order; whoever comes after handles cases.
const POSTS: [Post; 7] = [
    Post::Principal,
    Post::Head,
    Post::Head,
    Post::Reviewer,
    Post::Host,
    Post::Recorder,
    Post::Expired,
];

/// 版图。
#[derive(Debug, Clone)]
pub struct Land {
    /// 大小与日程。
    pub schedule: Schedule,
    /// 执法领域。
    pub departments: Vec<Department>,
    /// 区划，上级在前。
    pub divisions: Vec<Division>,
    /// 机关。
    pub bodies: Vec<Body>,
    /// 字词。
    pub names: Names,
    /// 登记簿的起点。
    pub registered_on: Date,
}

impl Land {
    /// 由数据、种子与今天得出；同样的，得出同一个。
    pub(crate) fn draw(seed: u64, today: Date) -> Result<Land> {
        let schedule: Schedule = files::read(files::WORLD)?;
        let departments: Departments = files::read(files::DEPARTMENTS)?;
        let names: Names = files::read(files::NAMES)?;
        let registered_on = Date::parse_iso(&schedule.registered_on)
            .map_err(|error| DemoError::data(files::WORLD.0, error.to_string()))?;
        let mut land = Land {
            schedule,
            departments: departments.department,
            divisions: divisions(files::DIVISIONS)?,
            bodies: Vec::new(),
            names,
            registered_on,
        };
        let above_towns = land.divisions.iter().filter(|it| it.level() != "town");
        let mut bodies = Vec::new();
        for division in above_towns {
            for (index, department) in land.departments.iter().enumerate() {
                let level = division.level();
                if department.levels.iter().any(|it| it == level) {
                    let number = bodies.len();
                    bodies.push(land.body(division, level, index, (seed, number), today)?);
                }
            }
        }
        land.bodies = bodies;
        Ok(land)
    }

    /// 执法人员的人数。
    pub fn officer_count(&self) -> usize {
        self.bodies.iter().map(|body| body.officers.len()).sum()
    }

    fn body(
        &self,
        division: &Division,
        level: &'static str,
        department: usize,
        (seed, number): (u64, usize),
        today: Date,
    ) -> Result<Body> {
        let of = &self.departments[department];
        let mut chance = Chance::of(seed, "officers", number);
        let officers = (0..self.schedule.officers_per_body)
            .map(|index| self.officer((number, index), &mut chance, today))
            .collect();
        Ok(Body {
            name: format!("{}{}{}", division.name, of.name, self.names.mark),
            short: format!("{}{}", self.names.short(&division.name), of.short),
            department,
            division: division.clone(),
            level,
            credit_code: credit_code("11", number)?,
            is_live: self.schedule.live.contains(&division.code),
            officers,
        })
    }

    fn officer(&self, (body, index): (usize, usize), chance: &mut Chance, today: Date) -> Officer {
        let post = POSTS.get(index).copied().unwrap_or(Post::Handler);
        // Issued before the first case; the expired one ran out before it, the others run out some time from now on.
        let before = self.schedule.days + 60;
        let (issued, ends) = match post {
            Post::Expired => (before + 1_500, -before),
            _ => (
                before + 200,
                i32::try_from(chance.between(5, 1_200)).unwrap_or(5),
            ),
        };
        Officer {
            name: self.names.person(chance),
            card: format!("演{body:03}{index:03}"),
            issued_on: today.add_days(-issued),
            valid_until: today.add_days(ends),
            post,
        }
    }
}

impl Body {
    /// 担任这一岗位的各人的证号。
    pub fn cards(&self, post: Post) -> Vec<&str> {
        let held = self.officers.iter().filter(|officer| officer.post == post);
        held.map(|officer| officer.card.as_str()).collect()
    }
}

fn divisions((name, text): files::File) -> Result<Vec<Division>> {
    let rows = text.lines().enumerate().skip(1);
    let read = rows.map(|(index, line)| {
        let mut cells = line.split(',');
        match (cells.next(), cells.next()) {
            (Some(code), Some(division)) if !code.is_empty() && !division.is_empty() => {
                Ok(Division {
                    code: code.to_owned(),
                    name: division.to_owned(),
                })
            }
            _ => Err(DemoError::data(
                name,
                format!("第 {} 行应有代码与名称", index + 1),
            )),
        }
    });
    read.collect()
}

/// An enterprise's code in the division 95, which does not exist, with a check character that holds.
pub(crate) fn credit_code(kind: &str, number: usize) -> Result<String> {
    let lasts = "0123456789ABCDEFGHJKLMNPQRTUWXY".chars();
    let texts = lasts.map(|last| format!("{kind}950100MA{number:06}0{last}"));
    let mut found = texts.filter(|text| CreditCode::parse(text).is_ok_and(|code| code.check_ok()));
    found
        .next()
        .ok_or_else(|| DemoError::data("企业代码", "拼不成一个校验位相合的"))
}

/// A citizen's number in the division 95, which does not exist, with a check character that holds.
pub(crate) fn citizen_id(birth: Date, number: usize) -> Result<String> {
    let day = birth.to_string().replace('-', "");
    let texts = "0123456789X"
        .chars()
        .map(|last| format!("950101{day}{:03}{last}", number % 1_000));
    let mut found = texts.filter(|text| CitizenId::parse(text).is_ok_and(|id| id.check_ok()));
    found
        .next()
        .ok_or_else(|| DemoError::data("证件号码", "拼不成一个校验位相合的"))
}
