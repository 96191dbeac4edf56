//! 一行一个判断（`tests/data/decisions.txt`）；委托、期间、路径、账号所属另有几例。

use mingjing_kernel::date::Date;
use mingjing_policy::actor::Actor;
use mingjing_policy::decision::{Because, decide};
use mingjing_policy::delegation::{Delegation, ReceivedDelegation};
use mingjing_policy::grant::{AccountId, Grant, Line, Term, account_org};
use mingjing_policy::org::{OrgPath, OrgPathError};
use mingjing_policy::permission::{Action, ResourceKind};
use mingjing_policy::resource::{Resource, Secrecy};
use mingjing_policy::role::Role;
use mingjing_policy::scope::scope;

fn day(text: &str) -> Date {
    Date::parse_iso(text).expect("日期")
}

fn path(text: &str) -> OrgPath {
    OrgPath::parse(text).expect("路径")
}

fn account(text: &str) -> AccountId {
    AccountId::parse(text).expect("账号")
}

fn grant(role: Role, org: &str) -> Grant {
    Grant {
        role,
        org: path(org),
        line: None,
        term: Term {
            from: day("2026-01-01"),
            to: None,
        },
    }
}

/// `role@/path/:line+role@/path/`, or `-`.
fn actor(text: &str) -> Actor {
    if text == "-" {
        return Actor::anonymous();
    }
    let grants = text.split('+').map(|one| {
        let (role, place) = one.split_once('@').expect("角色@机构");
        let (org, line) = place.split_once(':').unwrap_or((place, ""));
        let line = (!line.is_empty()).then(|| Line::parse(line).expect("条线"));
        let role = Role::from_code(role).expect("角色");
        Grant {
            line,
            ..grant(role, org)
        }
    });
    Actor {
        opening_bodies: vec![path("/330000/330200/330212/b-open/")],
        ..Actor::signed_in(account("me"), grants.collect())
    }
}

fn resource(kind: &str, org: &str, rest: &str) -> Resource {
    let kind = ResourceKind::ALL
        .into_iter()
        .find(|k| k.in_chinese() == kind);
    let mut thing = Resource::new(kind.expect("对象"), path(org));
    for part in rest.split(',').map(str::trim).filter(|p| !p.is_empty()) {
        let (key, value) = part.split_once('=').unwrap_or((part, ""));
        match key {
            "h" => thing.handlers.push(account(value)),
            "v" => thing.reviewers.push(account(value)),
            "d" => thing.deciders.push(account(value)),
            "q" => thing.requested_by.push(account(value)),
            "r" => thing.released_to.push(account(value)),
            "o" => thing.owner = Some(account(value)),
            "密" => thing.secrecy = Secrecy::Restricted,
            "公" => thing.is_published = true,
            "线" => thing.line = Some(Line::parse(value).expect("条线")),
            other => panic!("不认识“{other}”"),
        }
    }
    thing
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
}

#[test]
fn each_line_of_the_table_of_decisions_holds() {
    let mut wrong = Vec::new();
    for line in lines(include_str!("data/decisions.txt")) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [who, action, kind, org, rest, expected, reason] = cells[..] else {
            panic!("不是七格：{line}");
        };
        let action = Action::ALL.into_iter().find(|a| a.in_chinese() == action);
        let thing = resource(kind, org, rest);
        let found = decide(
            &actor(who),
            action.expect("动作"),
            &thing,
            day("2026-03-02"),
        );
        let answer = match (found.allowed, found.visible) {
            (true, true) => "许",
            (false, true) => "无权",
            (false, false) => "没有",
            (true, false) => "许而不可见",
        };
        if answer != expected || !found.because.to_string().contains(reason) {
            wrong.push(format!("{line}\n    实为 {answer}：{}", found.because));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn paths_are_taken_or_refused_as_listed() {
    for line in lines(include_str!("data/org-paths.txt")) {
        let (text, expected) = line.split_once('|').expect("两格");
        let found = match OrgPath::parse(text.trim()) {
            Ok(path) => {
                assert_eq!(path.as_str(), text.trim());
                "成立"
            }
            Err(OrgPathError::Slashes { .. }) => "Slashes",
            Err(OrgPathError::Segment { .. }) => "Segment",
            Err(OrgPathError::Order { .. }) => "Order",
        };
        assert_eq!(found, expected.trim(), "{line}");
    }
}

#[test]
fn above_means_a_prefix_that_ends_at_a_segment() {
    let county = path("/330000/330200/330212/");
    let unit = county.child("b-1").unwrap().child("u-1").unwrap();
    assert!(county.contains(&county) && county.contains(&unit));
    assert!(OrgPath::root().contains(&county) && !county.contains(&OrgPath::root()));
    assert!(!path("/b-1/").contains(&path("/b-11/")));
    assert_eq!(county.like_pattern(), "/330000/330200/330212/%");
    assert_eq!(unit.division(), county);
    assert_eq!(unit.body(), Some(path("/330000/330200/330212/b-1/")));
    assert_eq!(county.body(), None);
    assert_eq!(path("/b-1/").division(), OrgPath::root());
    let other = path("/330000/330200/330213/b-1/");
    assert_eq!(unit.common_with(&other), path("/330000/330200/"));
    assert_eq!(unit.common_with(&path("/340000/")), OrgPath::root());
}

const COUNTY_BODY: &str = "/330000/330200/330212/b-1/";

/// `me` acts for the head of the body from 1 to 8 March.
fn deputy(delegator_grants: Vec<Grant>, roles: Vec<Role>) -> Actor {
    let delegation = Delegation {
        from: account("head"),
        to: account("me"),
        roles,
        org: path(COUNTY_BODY),
        term: Term {
            from: day("2026-03-01"),
            to: Some(day("2026-03-08")),
        },
        reason: "出差".to_owned(),
    };
    Actor {
        delegations: vec![ReceivedDelegation {
            delegation,
            delegator_grants,
        }],
        ..Actor::signed_in(account("me"), vec![grant(Role::Officer, COUNTY_BODY)])
    }
}

fn check_decides(actor: &Actor, thing: &Resource, on: &str) -> Result<(), Because> {
    let found = decide(actor, Action::Decide, thing, day(on));
    if found.allowed {
        Ok(())
    } else {
        Err(found.because)
    }
}

#[test]
fn a_delegation_gives_what_the_delegator_holds_on_that_day() {
    let head = grant(Role::AuthorityHead, COUNTY_BODY);
    let case = resource("案件", COUNTY_BODY, "h=other");
    let roles = || vec![Role::AuthorityHead];
    let actor = deputy(vec![head.clone()], roles());
    assert!(check_decides(&actor, &case, "2026-03-01").is_ok());
    assert!(check_decides(&actor, &case, "2026-03-07").is_ok());
    assert_eq!(
        check_decides(&actor, &case, "2026-02-28"),
        Err(Because::NoGrant)
    );
    assert_eq!(
        check_decides(&actor, &case, "2026-03-08"),
        Err(Because::NoGrant)
    );

    let mut leaving = head.clone();
    leaving.term.to = Some(day("2026-03-04"));
    let actor = deputy(vec![leaving], roles());
    assert!(check_decides(&actor, &case, "2026-03-03").is_ok());
    assert_eq!(
        check_decides(&actor, &case, "2026-03-04"),
        Err(Because::NoGrant)
    );

    let not_named = deputy(vec![head.clone()], vec![Role::UnitHead]);
    assert_eq!(
        check_decides(&not_named, &case, "2026-03-02"),
        Err(Because::NoGrant)
    );
    let elsewhere = resource("案件", "/330000/330200/330212/b-2/", "h=other");
    assert_eq!(
        check_decides(&deputy(vec![head], roles()), &elsewhere, "2026-03-02"),
        Err(Because::OutOfReach)
    );
}

#[test]
fn who_acts_for_another_answers_for_both() {
    let actor = deputy(
        vec![grant(Role::AuthorityHead, COUNTY_BODY)],
        vec![Role::AuthorityHead],
    );
    for handler in ["me", "head"] {
        let case = resource("案件", COUNTY_BODY, &format!("h={handler}"));
        let refused = check_decides(&actor, &case, "2026-03-02").unwrap_err();
        assert!(
            matches!(refused, Because::DutiesConflict { .. }),
            "{handler}"
        );
        let erasure = resource("内容清除", COUNTY_BODY, &format!("q={handler}"));
        let answer = decide(&actor, Action::Approve, &erasure, day("2026-03-02"));
        assert_eq!(answer.because, Because::SamePerson);
    }
}

#[test]
fn another_account_of_the_same_person_is_no_second_person() {
    let mut actor = deputy(
        vec![grant(Role::AuthorityHead, COUNTY_BODY)],
        vec![Role::AuthorityHead],
    );
    actor.other_accounts = vec![
        (account("me"), account("me-before")),
        (account("head"), account("head-before")),
        (account("other"), account("other-before")),
    ];
    let approve = |by: &str| {
        let erasure = resource("内容清除", COUNTY_BODY, &format!("q={by}"));
        decide(&actor, Action::Approve, &erasure, day("2026-03-02"))
    };
    for by in ["me-before", "head-before"] {
        assert_eq!(approve(by).because, Because::SamePerson, "{by}");
    }
    assert!(approve("other-before").allowed);
}

#[test]
fn an_administrator_neither_delegates_nor_receives() {
    let admins = vec![grant(Role::SystemAdmin, "/")];
    let actor = deputy(admins.clone(), vec![Role::SystemAdmin]);
    let config = Resource::of_platform(ResourceKind::Config);
    assert!(!decide(&actor, Action::Read, &config, day("2026-03-02")).allowed);

    let mut actor = deputy(
        vec![grant(Role::AuthorityHead, COUNTY_BODY)],
        vec![Role::AuthorityHead],
    );
    actor.grants = admins;
    let case = resource("案件", COUNTY_BODY, "h=other");
    assert_eq!(
        check_decides(&actor, &case, "2026-03-02"),
        Err(Because::NoGrant)
    );
}

#[test]
fn what_needs_a_release_is_no_part_of_a_delegation() {
    let county = "/330000/330200/330212/";
    let mut actor = deputy(
        vec![grant(Role::SupervisorLead, county)],
        vec![Role::SupervisorLead],
    );
    actor.grants.clear();
    let on = day("2026-03-02");
    let read = |rest: &str| {
        let case = resource("案件", COUNTY_BODY, rest);
        let listed = scope(&actor, Action::Read, ResourceKind::Case, on).contains(&case);
        let allowed = decide(&actor, Action::Read, &case, on).allowed;
        assert_eq!(listed, allowed);
        allowed
    };
    assert!(read(""));
    assert!(!read("密"));
    assert!(!read("密,r=me,r=head"));
}

#[test]
fn a_scope_says_in_areas_what_the_query_asks() {
    let actor = actor("officer@/330000/330200/330212/b-open/u-1/+legal_reviewer@/330000/b-9/");
    let on = day("2026-03-02");
    let scope = scope(&actor, Action::List, ResourceKind::Case, on);
    let said: Vec<(String, Option<&str>)> = scope
        .areas
        .iter()
        .map(|area| {
            let person = area.related_to.as_ref().map(AccountId::as_str);
            (area.within.like_pattern(), person)
        })
        .collect();
    let expected = [
        ("/330000/330200/330212/b-open/%".to_owned(), Some("me")),
        ("/330000/330200/330212/b-open/u-1/%".to_owned(), None),
        ("/330000/b-9/%".to_owned(), None),
    ];
    assert_eq!(said, expected);
}

#[test]
fn an_area_inside_another_is_not_asked_twice() {
    let actor = actor(
        "supervisor@/330000/330200/330212/+supervisor@/330000/330200/+supervisor@/330000/330200/",
    );
    let scope = scope(&actor, Action::List, ResourceKind::Case, day("2026-03-02"));
    assert_eq!(scope.areas.len(), 1);
    assert_eq!(scope.areas[0].within, path("/330000/330200/"));
}

#[test]
fn a_wider_area_that_needs_a_release_does_not_swallow_a_narrower_one_that_needs_none() {
    let county = "supervisor@/330000/330200/330212/";
    let head = "authority_head@/330000/330200/330212/b-1/";
    let restricted = resource("案件", COUNTY_BODY, "密");
    let on = day("2026-03-02");
    for who in [format!("{county}+{head}"), format!("{head}+{county}")] {
        let actor = actor(&who);
        assert!(decide(&actor, Action::Read, &restricted, on).allowed);
        let scope = scope(&actor, Action::Read, ResourceKind::Case, on);
        assert!(scope.contains(&restricted), "{who}");
    }
}

#[test]
fn nobody_signed_in_with_nothing_granted_has_an_empty_scope() {
    let actor = Actor::signed_in(account("me"), Vec::new());
    assert!(scope(&actor, Action::List, ResourceKind::Case, day("2026-03-02")).is_empty());
}

#[test]
fn an_account_belongs_above_all_that_it_may_do() {
    let home = path("/330000/330200/330212/b-1/u-1/");
    let officer = grant(Role::Officer, home.as_str());
    let supervisor = grant(Role::Supervisor, "/330000/330200/330213/b-sfj/");
    assert_eq!(account_org(&home, &[], &[]), home);
    assert_eq!(
        account_org(&home, std::slice::from_ref(&officer), &[]),
        path(COUNTY_BODY)
    );
    assert_eq!(
        account_org(&home, &[officer, supervisor], &[]),
        path("/330000/330200/")
    );
    assert_eq!(
        account_org(&home, &[], &[path("/340000/")]),
        OrgPath::root()
    );
}
