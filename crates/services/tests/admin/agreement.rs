//! 列表与单件判断一致：随机的机构、账号、授权，列出来的恰是逐个判断许可的。

use std::collections::BTreeMap;

use mingjing_kernel::date::Date;
use mingjing_policy::actor::Actor;
use mingjing_policy::decision::decide;
use mingjing_policy::grant::{AccountId, Grant, Line, Term, account_org};
use mingjing_policy::org::OrgPath;
use mingjing_policy::permission::{Action, ResourceKind};
use mingjing_policy::resource::Resource;
use mingjing_policy::role::Role;
use mingjing_policy::scope::{Area, Release, Scope, scope};
use mingjing_store::account::{AccountFilter, AccountKey, NewAccount, PasswordHash};
use mingjing_store::delegation::DelegationKey;
use mingjing_store::officer::{OfficerKey, OfficerRow, OfficerState, RegisterFilter};
use mingjing_store::session::{NewSession, SessionFilter, SessionKey, SessionStage};
use mingjing_store::tx::{Read, Tx};
use mingjing_testkit::chance::SeededRng;
use mingjing_testkit::database::Database;
use mingjing_testkit::on_both_engines;

use crate::desk::{Desk, day};

on_both_engines! {
    a_list_holds_what_a_single_look_would_allow_and_nothing_else,
}

const ORGS: [&str; 12] = [
    "/",
    "/330000/",
    "/330000/330200/",
    "/330000/330200/330212/",
    "/330000/330200/330212/330212001/",
    "/330000/330200/b-1/",
    "/330000/330200/b-1/u-1/",
    "/330000/330200/b-10/",
    "/330000/330200/330212/b-2/",
    "/330000/330300/",
    "/330000/330300/b-3/",
    "/330000/330300/b-3/u-1/",
];
const LINES: [Option<&str>; 3] = [None, Some("ecology"), Some("urban_management")];
const ACCOUNTS: usize = 40;
const OFFICERS: usize = 60;

struct Dice(SeededRng);

impl Dice {
    fn pick<'a, T>(&self, list: &'a [T]) -> &'a T {
        let length = u64::try_from(list.len()).unwrap();
        &list[usize::try_from(self.0.next() % length).unwrap()]
    }

    fn org(&self) -> OrgPath {
        let text: &&str = self.pick(&ORGS);
        OrgPath::parse(text).unwrap()
    }

    fn grant(&self) -> Grant {
        let roles = &Role::ALL[2..];
        let spans = [
            ("2020-01-01", None),
            ("2020-01-01", Some("2025-01-01")),
            ("2027-01-01", None),
        ];
        let (from, to) = *self.pick(&spans);
        Grant {
            role: *self.pick(roles),
            org: self.org(),
            line: self.pick(&LINES).map(|line| Line::parse(line).unwrap()),
            term: Term {
                from: day(from),
                to: to.map(day),
            },
        }
    }
}

/// Straight into the store: the services would refuse most of it, and what is in the tables is what must agree.
async fn populate(desk: &Desk, dice: Dice) -> Vec<(AccountKey, OrgPath)> {
    let work = async move |tx: &Tx| {
        let mut made: Vec<(AccountKey, OrgPath)> = Vec::new();
        for number in 0..ACCOUNTS {
            let home = dice.org();
            let new = NewAccount {
                login: format!("person-{number}"),
                name: "试用人员".to_owned(),
                officer: None,
                org: home.clone(),
                password_hash: PasswordHash::new("-".to_owned()),
                must_change_password: false,
            };
            let id = tx.create_account(&new).await?;
            let count = usize::try_from(dice.0.next() % 3).unwrap();
            let grants: Vec<Grant> = (0..count).map(|_| dice.grant()).collect();
            for grant in &grants {
                tx.add_grant(id, grant).await?;
            }
            let reach = account_org(&home, &grants, &[]);
            tx.set_reach(id, &reach).await?;
            let session = NewSession {
                token_digest: tx.context().random(),
                account: id,
                client: String::new(),
                stage: SessionStage::Full,
                expires_at: tx.now().add_micros(1_000_000),
            };
            tx.create_session(&session).await?;
            if let Some((from, _)) = made.first().filter(|_| number % 4 == 0) {
                let delegation = mingjing_policy::delegation::Delegation {
                    from: person(*from),
                    to: person(id),
                    roles: Role::ALL[2..].to_vec(),
                    org: dice.org(),
                    term: Term {
                        from: day("2026-01-01"),
                        to: Some(day("2026-12-31")),
                    },
                    reason: "出差".to_owned(),
                };
                let _: DelegationKey = tx.add_delegation(*from, id, &delegation).await?;
            }
            made.push((id, reach));
        }
        for _ in 0..OFFICERS {
            let id: OfficerKey = tx.new_id();
            let row = OfficerRow {
                id,
                term: Term {
                    from: day("2020-01-01"),
                    to: None,
                },
                body: None,
                org: dice.org(),
                department: dice.pick(&LINES).map(str::to_owned),
                name_masked: "某*".to_owned(),
                state: OfficerState::Active,
                facts: serde_json::json!({}),
            };
            tx.put_officer(id, &[row]).await?;
        }
        Ok::<_, mingjing_store::error::StoreError>(made)
    };
    desk.db.store.write(&desk.db.context, work).await.unwrap()
}

fn person(account: AccountKey) -> AccountId {
    AccountId::parse(&account.to_string()).unwrap()
}

async fn a_list_holds_what_a_single_look_would_allow_and_nothing_else(db: Database) {
    let desk = Desk::open(db).await;
    let people = populate(&desk, Dice(SeededRng::new(20_260_302))).await;
    let read = desk.db.store.reader().await.unwrap();
    let everything = World::seen_by(&read, [(); 3].map(|()| scope_of_all())).await;
    assert_eq!(everything.officers.len(), OFFICERS);
    let mut told_apart = 0;
    for (viewer, _) in &people {
        let request = desk.as_account(*viewer).await;
        let kinds = [
            ResourceKind::Account,
            ResourceKind::Session,
            ResourceKind::Personnel,
        ];
        let scopes = kinds.map(|kind| scope(&request.actor, Action::List, kind, on()));
        let listed = World::seen_by(&read, scopes).await;
        let allowed = everything.allowed_to(&request.actor);
        assert_eq!(listed, allowed, "{viewer}: {:?}", request.actor);
        let sizes = [
            (listed.accounts.len(), everything.accounts.len()),
            (listed.officers.len(), OFFICERS),
        ];
        told_apart += sizes
            .iter()
            .filter(|(some, all)| (1..*all).contains(some))
            .count();
    }
    assert!(told_apart > 20, "the world is too dull: {told_apart}");
}

fn on() -> Date {
    day("2026-03-02")
}

/// What there is, or what somebody sees of it: what belongs where, by identifier.
#[derive(Debug, PartialEq)]
struct World {
    accounts: BTreeMap<AccountKey, OrgPath>,
    sessions: BTreeMap<SessionKey, AccountKey>,
    officers: BTreeMap<OfficerKey, (OrgPath, Option<String>)>,
}

impl World {
    /// As the store lists it, by the scopes over accounts, sessions and officers.
    async fn seen_by(read: &Read, scopes: [Scope; 3]) -> World {
        let [of_accounts, of_sessions, of_officers] = scopes;
        let (any_account, any_session) = (AccountFilter::default(), SessionFilter::default());
        let accounts = read.list_accounts(&of_accounts, &any_account, None, 500);
        let accounts = accounts.await.unwrap().into_iter();
        let sessions = read.list_sessions(&of_sessions, &any_session, None, 500);
        let sessions = sessions.await.unwrap().into_iter();
        let officers = read.list_officers(&of_officers, RegisterFilter::default(), on(), None, 500);
        let officers = officers.await.unwrap().into_iter();
        World {
            accounts: accounts.map(|it| (it.id, it.reach)).collect(),
            sessions: sessions.map(|it| (it.id, it.account)).collect(),
            officers: officers
                .map(|it| (it.id, (it.org, it.department)))
                .collect(),
        }
    }

    /// As single looks would have it.
    fn allowed_to(&self, actor: &Actor) -> World {
        let may = |kind, org: &OrgPath, line: Option<&String>, owner: Option<AccountKey>| {
            let resource = Resource {
                line: line.map(|line| Line::parse(line).unwrap()),
                owner: owner.map(person),
                ..Resource::new(kind, org.clone())
            };
            decide(actor, Action::List, &resource, on()).allowed
        };
        let accounts = self.accounts.iter();
        let sessions = self.sessions.iter();
        let officers = self.officers.iter();
        World {
            accounts: accounts
                .filter(|(id, reach)| may(ResourceKind::Account, reach, None, Some(**id)))
                .map(|(id, reach)| (*id, reach.clone()))
                .collect(),
            sessions: sessions
                .filter(|(_, id)| may(ResourceKind::Session, &self.accounts[*id], None, Some(**id)))
                .map(|(session, id)| (*session, *id))
                .collect(),
            officers: officers
                .filter(|(_, (org, line))| may(ResourceKind::Personnel, org, line.as_ref(), None))
                .map(|(id, place)| (*id, place.clone()))
                .collect(),
        }
    }
}

/// A scope over everything, to read the tables as they are.
fn scope_of_all() -> Scope {
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
