//! 账号：三员、各个角色、在线机关的办案人员；口令随机，由本人改过一次，登录后不再要求改。

use std::collections::BTreeMap;

use mingjing_kernel::date::Date;
use mingjing_kernel::id::TimelineId;
use mingjing_kernel::sensitive::Sensitive;
use mingjing_policy::actor::Actor;
use mingjing_policy::grant::{Grant, Line, Term};
use mingjing_policy::org::OrgPath;
use mingjing_policy::role::Role;
use mingjing_services::admin::account::{CreateAccount, NewCredentials, create_account};
use mingjing_services::admin::actor::load_actor;
use mingjing_services::admin::grant::grant_role;
use mingjing_services::admin::password::{ChangePassword, change_password};
use mingjing_services::admin::session::{find_session, sign_out};
use mingjing_services::admin::set_up::{Administrator, SetUp, set_up};
use mingjing_services::admin::sign_in::{SignIn, SignInOutcome, sign_in};
use mingjing_services::context::{Reason, RequestContext, Services};
use mingjing_store::account::AccountKey;
use mingjing_store::tx::Read;
use serde::Deserialize;

use crate::error::{DemoError, Doing as _, Result};
use crate::files;
use crate::founding::Register;
use crate::land::{Land, Post};
use crate::plan::Plan;

/// Where the sessions that change the first passwords come from.
const CLIENT: &str = "127.0.0.1";
const TRACE: &str = "demo";

/// 一个账号，连同打印出来的口令。
#[derive(Debug, Clone)]
pub struct Account {
    /// 登录名。
    pub login: String,
    /// 口令。
    pub password: String,
    /// 角色。
    pub role: Role,
    /// 用来看什么。
    pub says: String,
    /// 在哪里。
    pub place: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    desk: Desk,
    account: Vec<WrittenAccount>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Desk {
    division: String,
    department: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenAccount {
    login: String,
    role: Role,
    says: String,
    at: String,
    line: Option<String>,
}

/// 办案的一个人。
#[derive(Debug, Clone)]
pub(crate) struct Hand {
    pub(crate) account: AccountKey,
    actor: Actor,
}

impl Hand {
    /// 他现在的一次请求。
    pub(crate) fn request(&self, services: &Services) -> RequestContext {
        services.request(self.actor.clone(), Some(self.account), TRACE)
    }
}

/// 一个在线机关办案的四个人。
#[derive(Debug, Clone)]
pub(crate) struct Staff {
    pub(crate) lead: Hand,
    pub(crate) unit: Hand,
    pub(crate) head: Hand,
    pub(crate) reviewer: Hand,
}

/// 全部账号。
pub(crate) struct Staffed {
    /// 在线机关的序号到办案的人。
    pub(crate) staff: BTreeMap<usize, Staff>,
    /// 汇入账号。
    pub(crate) importer: Hand,
    /// 要打印的，口令还是第一次的。
    pub(crate) printed: Vec<(Account, NewCredentials)>,
}

/// The four who handle cases in a body that works on the platform, and whose account each is.
const STAFF: [(&str, Role, Post); 4] = [
    ("lead", Role::LeadOfficer, Post::Handler),
    ("unit", Role::UnitHead, Post::Head),
    ("head", Role::AuthorityHead, Post::Principal),
    ("reviewer", Role::LegalReviewer, Post::Reviewer),
];

/// 首次设置三员，再由他们给各人建账号、授角色。
pub(crate) async fn open(services: &Services, plan: &Plan, register: &Register) -> Result<Staffed> {
    let written: Written = files::read(files::ACCOUNTS)?;
    let opener = Opener::set_up(services, plan, register).await?;
    let land = &plan.land;
    let desk = land.bodies.iter().position(|body| {
        body.division.code == written.desk.division
            && land.departments[body.department].code == written.desk.department
    });
    let desk = desk.ok_or_else(|| DemoError::data(files::ACCOUNTS.0, "没有 desk 所说的机关"))?;
    let mut printed = opener.administrators();
    let mut staff = BTreeMap::new();
    let live = land
        .bodies
        .iter()
        .enumerate()
        .filter(|(_, body)| body.is_live);
    for (index, body) in live {
        let (hired, made) = opener.staff(index, index == desk).await?;
        staff.insert(index, hired);
        for (made, (login, role, _)) in made.into_iter().zip(STAFF) {
            let written = written.account.iter().find(|it| it.login == login);
            if let Some(written) = written.filter(|_| index == desk) {
                printed.push((opener.printed(&made, role, &written.says, &body.name), made));
            }
        }
    }
    let mut importer = None;
    let is_other = |it: &&WrittenAccount| STAFF.iter().all(|(login, ..)| it.login != *login);
    for account in written.account.iter().filter(is_other) {
        let (org, place) = register.place(land, &account.at, desk)?;
        let line = account.line.as_deref();
        let made = opener
            .give(&account.login, account.role, &org, line, None)
            .await?;
        if account.role == Role::Importer {
            importer = Some(opener.hand(made.account).await?);
        }
        let account = opener.printed(&made, account.role, &account.says, &place);
        printed.push((account, made));
    }
    let importer = importer.ok_or_else(|| DemoError::data(files::ACCOUNTS.0, "没有汇入账号"))?;
    Ok(Staffed {
        staff,
        importer,
        printed,
    })
}

struct Opener<'a> {
    services: &'a Services,
    land: &'a Land,
    register: &'a Register,
    from: Date,
    three: [NewCredentials; 3],
    system: Hand,
    security: Hand,
}

impl<'a> Opener<'a> {
    async fn set_up(
        services: &'a Services,
        plan: &'a Plan,
        register: &'a Register,
    ) -> Result<Opener<'a>> {
        let administrator = |login: &str, name: &str| Administrator {
            login: login.to_owned(),
            name: name.to_owned(),
        };
        let request = services.system(TRACE);
        let command = SetUp {
            system: administrator("system", "系统管理员"),
            security: administrator("security", "安全保密管理员"),
            audit: administrator("audit", "安全审计员"),
        };
        let three = set_up(services, &request, command)
            .await
            .doing(|| "首次设置三员".to_owned())?;
        let system = hand(services, three[0].account).await?;
        let security = hand(services, three[1].account).await?;
        Ok(Opener {
            services,
            land: &plan.land,
            register,
            from: request.today(),
            three,
            system,
            security,
        })
    }

    fn administrators(&self) -> Vec<(Account, NewCredentials)> {
        let told = [
            (Role::SystemAdmin, "建账号、备份、配置"),
            (Role::SecurityAdmin, "授角色、解锁、内容清除"),
            (Role::AuditAdmin, "看审计记录"),
        ];
        let pairs = self.three.iter().zip(told);
        let printed = pairs
            .map(|(made, (role, says))| (self.printed(made, role, says, "全平台"), made.clone()));
        printed.collect()
    }

    /// The four of a body that works on the platform; those of the desk have plain names.
    async fn staff(&self, body: usize, is_desk: bool) -> Result<(Staff, Vec<NewCredentials>)> {
        let (mut hands, mut made) = (Vec::new(), Vec::new());
        for (login, role, post) in STAFF {
            let name = match is_desk {
                true => login.to_owned(),
                false => format!("{login}-{body}"),
            };
            let hired = self.hire(&name, role, body, post).await?;
            hands.push(self.hand(hired.account).await?);
            made.push(hired);
        }
        let four = <[Hand; 4]>::try_from(hands);
        let few = |_| DemoError::data(files::ACCOUNTS.0, "在线机关应有四个办案的人");
        let [lead, unit, head, reviewer] = four.map_err(few)?;
        let staff = Staff {
            lead,
            unit,
            head,
            reviewer,
        };
        Ok((staff, made))
    }

    /// The account of somebody of that body who holds that post.
    async fn hire(
        &self,
        login: &str,
        role: Role,
        body: usize,
        post: Post,
    ) -> Result<NewCredentials> {
        let of = &self.land.bodies[body];
        let officer = of.officers.iter().position(|officer| officer.post == post);
        let org = self.register.body(body).path.clone();
        self.give(login, role, &org, None, officer.map(|index| (body, index)))
            .await
    }

    async fn give(
        &self,
        login: &str,
        role: Role,
        org: &OrgPath,
        line: Option<&str>,
        officer: Option<(usize, usize)>,
    ) -> Result<NewCredentials> {
        let name = match officer {
            Some((body, index)) => self.land.bodies[body].officers[index].name.clone(),
            None => format!("演示{role}"),
        };
        let command = CreateAccount {
            login: login.to_owned(),
            name,
            org: org.clone(),
            officer: officer.map(|(body, index)| self.register.officer(body, index)),
        };
        let request = self.system.request(self.services);
        let made = create_account(self.services, &request, command).await;
        let made = made.doing(|| format!("建账号 {login}"))?;
        let line = line.map(Line::parse).transpose();
        let grant = Grant {
            role,
            org: org.clone(),
            line: line.map_err(|error| DemoError::data(files::ACCOUNTS.0, error.to_string()))?,
            term: Term {
                from: self.from,
                to: None,
            },
        };
        let reason = Reason::parse("演示世界开张");
        let reason = reason.doing(|| "写明授予角色的理由".to_owned())?;
        let request = self.security.request(self.services).because(reason);
        let granted = grant_role(self.services, &request, made.account, grant).await;
        granted.doing(|| format!("给 {login} 授角色"))?;
        Ok(made)
    }

    async fn hand(&self, account: AccountKey) -> Result<Hand> {
        hand(self.services, account).await
    }

    fn printed(&self, made: &NewCredentials, role: Role, says: &str, place: &str) -> Account {
        Account {
            login: made.login.clone(),
            password: String::new(),
            role,
            says: says.to_owned(),
            place: place.to_owned(),
        }
    }
}

/// The account as its grants stand now.
async fn hand(services: &Services, account: AccountKey) -> Result<Hand> {
    let today = services.system(TRACE).today();
    let actor = services.store.read(async move |read: &Read| {
        let record = read.find_account(account).await?;
        let record = record.ok_or(mingjing_services::error::ServiceError::NotFound)?;
        load_actor(read, &record, today).await
    });
    let actor = actor.await.doing(|| "查账号".to_owned())?;
    Ok(Hand { account, actor })
}

/// 各人登录一次，把第一次的口令改成 `password`。
pub(crate) async fn settle(
    services: &Services,
    printed: Vec<(Account, NewCredentials)>,
    password: &Sensitive<String>,
) -> Result<Vec<Account>> {
    let mut settled = Vec::with_capacity(printed.len());
    // Two at once: a hash takes a core for tens of milliseconds.
    let mut rest = printed.into_iter();
    while let Some(first) = rest.next() {
        match rest.next() {
            Some(second) => {
                let both = tokio::join!(
                    change(services, first, password),
                    change(services, second, password),
                );
                settled.extend([both.0?, both.1?]);
            }
            None => settled.push(change(services, first, password).await?),
        }
    }
    Ok(settled)
}

async fn change(
    services: &Services,
    (account, made): (Account, NewCredentials),
    password: &Sensitive<String>,
) -> Result<Account> {
    let what = || format!("{} 改第一次的口令", account.login);
    let command = SignIn {
        login: account.login.clone(),
        password: made.password.clone(),
        client: CLIENT.to_owned(),
        replacing: None,
    };
    let request = services.system(TRACE);
    let opened = match sign_in(services, &request, command).await.doing(what)? {
        SignInOutcome::Opened(opened) => opened,
        SignInOutcome::Refused => return Err(DemoError::data("账号", what())),
    };
    let session = find_session(services, &opened.token, &request)
        .await
        .doing(what)?;
    let session = session.ok_or_else(|| DemoError::data("账号", what()))?;
    let command = ChangePassword {
        current: made.password.clone(),
        new: password.clone(),
        client: CLIENT.to_owned(),
    };
    let opened = change_password(services, &request, &session, command)
        .await
        .doing(what)?;
    let opened = opened.ok_or_else(|| DemoError::data("账号", what()))?;
    let session = find_session(services, &opened.token, &request)
        .await
        .doing(what)?;
    if let Some(session) = session {
        sign_out(services, &request, &session).await.doing(what)?;
    }
    Ok(Account {
        password: password.reveal("打印演示账号").clone(),
        ..account
    })
}

/// An id of the register as the id of a timeline of that kind.
pub(crate) fn id_of<K: mingjing_kernel::id::kind::Kind>(
    id: TimelineId,
) -> Result<mingjing_kernel::id::Id<K>> {
    mingjing_kernel::id::Id::parse(&id.to_string())
        .map_err(|error| DemoError::data("登记簿", error.to_string()))
}
