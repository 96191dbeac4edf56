//! 建成：登记、账号、汇入、在线办案、到期扫描，按时间的次序，全部经由平台的服务。

use std::collections::BTreeMap;
use std::sync::Arc;

use mingjing_domain::event::Event;
use mingjing_jobs::kind::QUEUES;
use mingjing_jobs::runner::Runner;
use mingjing_kernel::date::Timestamp;
use mingjing_kernel::moment::Moment;
use mingjing_kernel::sensitive::Sensitive;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_policy::org::OrgPath;
use mingjing_policy::scope::{Area, Release, Scope};
use mingjing_services::assessment::sweep::sweep;
use mingjing_services::context::Services;
use mingjing_services::spool::Spool;
use mingjing_store::context::{Clock, Rng as _, SystemRng};
use mingjing_store::store::Store;

use crate::accounts::{self, Account};
use crate::clock::SetClock;
use crate::error::{DemoError, Doing as _, Result};
use crate::founding::found;
use crate::living::Office;
use crate::plan::{Plan, PlannedCase, Shared};

/// The registers are opened so many days before the platform goes live.
const OPENED_BEFORE: i32 = 20;
/// Letters and digits that nobody mistakes for others when the password is typed in.
const ALPHABET: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789x";
const PASSWORD_CHARS: usize = 14;

/// 在哪里建。
pub struct Ground {
    /// 迁移好的、空的库。
    pub store: Store,
    /// 法典。
    pub lawbook: Arc<Lawbook>,
    /// 汇入的原文件放在哪里。
    pub spool: Spool,
    /// 平台真的时钟：改第一次的口令时用。
    pub clock: Arc<dyn Clock>,
}

/// 建好了。
#[derive(Debug, Clone)]
pub struct Built {
    /// 账号，口令都是同一个。
    pub accounts: Vec<Account>,
    /// 机关。
    pub bodies: usize,
    /// 执法人员。
    pub officers: usize,
    /// 案件。
    pub cases: usize,
    /// 其中汇入的。
    pub imported: u64,
    /// 在平台上记下的事。
    pub recorded: u64,
    /// 上线时补登公示的决定；上线之后的随办随公布。
    pub published: u64,
}

/// 照计划建成；`tell` 逐段说做到了哪里。
pub async fn build(ground: Ground, plan: Shared, tell: impl Fn(&str)) -> Result<Built> {
    let opened = at(&plan, plan.live_from.add_days(-OPENED_BEFORE), 9)?;
    let clock = Arc::new(SetClock::at(opened));
    let Ground {
        store,
        lawbook,
        spool,
        clock: real,
    } = ground;
    let services = Arc::new(Services::new(
        store.clone(),
        Arc::clone(&lawbook),
        clock.clone(),
        Arc::new(SystemRng),
    ));
    tell("登记区划、机关、人员、证件、事项");
    let register = found(&services, &plan).await?;
    drain_jobs(&services).await?;
    tell("开账号");
    let mut staffed = accounts::open(&services, &plan, &register).await?;
    let printed = std::mem::take(&mut staffed.printed);
    let office = Office {
        services: &services,
        clock: &clock,
        spool: &spool,
        plan: &plan,
        register: &register,
        staffed: &staffed,
    };
    tell("汇入上线之前的案件，接办其中没有办完的");
    clock.turn_to(at(&plan, plan.live_from, 8)?);
    let mut imported = 0;
    for (source, cases) in sources(&plan, true) {
        imported += office.import(&source, &cases).await?;
    }
    let standing = office.take_over().await?;
    tell("补登公示");
    let published = office.publish_backlog().await?;
    tell("在线办案，一天一天往前走");
    let recorded = office.live(standing).await?;
    tell("汇入不在线的机关的案件");
    clock.turn_to(at(&plan, plan.today, 0)?);
    for (source, cases) in sources(&plan, false) {
        imported += office.import(&source, &cases).await?;
    }
    tell("到期扫描");
    sweep_all(&services).await?;
    let now = Services::new(store, lawbook, real, Arc::new(SystemRng));
    let accounts = accounts::settle(&now, printed, &password()).await?;
    Ok(Built {
        accounts,
        bodies: plan.land.bodies.len(),
        officers: plan.land.officer_count(),
        cases: plan.cases.len(),
        imported,
        recorded,
        published,
    })
}

/// Registering asks for the cases concerned to be judged again; there are none yet.
async fn drain_jobs(services: &Arc<Services>) -> Result<()> {
    let runner = Runner::new(Arc::clone(services), "demo".to_owned());
    for queue in QUEUES {
        let done = runner.drain(queue).await;
        done.doing(|| "做完登记之后的任务".to_owned())?;
    }
    Ok(())
}

/// What has fallen due since a case was last judged is seen before anybody looks.
async fn sweep_all(services: &Services) -> Result<()> {
    let request = services.system("demo");
    loop {
        let done = sweep(services, &request).await;
        if done.doing(|| "到期扫描".to_owned())?.next.is_none() {
            return Ok(());
        }
    }
}

type Listed<'a> = Vec<(&'a PlannedCase, &'a [Event])>;

/// What the earlier systems of the cities have, of the bodies that are live or of the others.
fn sources(plan: &Plan, is_live: bool) -> BTreeMap<String, Listed<'_>> {
    let mut lists: BTreeMap<String, Listed<'_>> = BTreeMap::new();
    for case in &plan.cases {
        let body = &plan.land.bodies[case.body];
        let (before, _) = case.split(plan);
        if body.is_live != is_live || before.is_empty() {
            continue;
        }
        let city = format!("{}00", body.division.code.get(..4).unwrap_or_default());
        let name = plan
            .land
            .divisions
            .iter()
            .find(|division| division.code == city);
        let name = name.map_or("省本级", |division| division.name.as_str());
        lists
            .entry(format!("{name}原有办案系统"))
            .or_default()
            .push((case, before));
    }
    lists
}

fn at(plan: &Plan, day: mingjing_kernel::date::Date, hour: u8) -> Result<Timestamp> {
    let wrong = || DemoError::data("demo/world", format!("{} 之前没有这样的时刻", plan.today));
    Timestamp::at(day, hour, 0, 0).ok_or_else(wrong)
}

/// One password for all accounts of this demo, made here and nowhere else.
fn password() -> Sensitive<String> {
    let mut bytes = [0; PASSWORD_CHARS];
    SystemRng.fill(&mut bytes);
    let letters = bytes
        .iter()
        .map(|byte| char::from(ALPHABET[usize::from(byte & 31)]));
    Sensitive::new(letters.collect())
}

/// 全平台：演示自己找回汇入的案件时用。
pub(crate) fn everywhere() -> Scope {
    Scope {
        areas: vec![Area {
            within: OrgPath::root(),
            line: None,
            related_to: None,
            as_supervised: false,
            is_published_only: false,
            release: Release::Never,
        }],
        account: None,
    }
}

/// 今天，按北京时间。
pub fn today(now: Moment) -> mingjing_kernel::date::Date {
    now.timestamp().date()
}
