//! 授权与委托在写入之前的核对：说出哪里不成立。

use mingjing_kernel::date::Date;
use mingjing_policy::delegation::{Delegation, DelegationFlaw, Parties, check_delegation};
use mingjing_policy::grant::{AccountId, Grant, GrantFlaw, Line, Term, check_grants};
use mingjing_policy::org::OrgPath;
use mingjing_policy::role::{Role, RoleClass};

const BODY: &str = "/330000/330200/330212/b-1/";

fn term(from: &str, to: Option<&str>) -> Term {
    let day = |text| Date::parse_iso(text).expect("日期");
    Term {
        from: day(from),
        to: to.map(day),
    }
}

fn grant(role: Role, org: &str) -> Grant {
    Grant {
        role,
        org: OrgPath::parse(org).expect("路径"),
        line: None,
        term: term("2026-01-01", None),
    }
}

fn delegation(roles: Vec<Role>) -> Delegation {
    Delegation {
        from: AccountId::parse("head").expect("账号"),
        to: AccountId::parse("deputy").expect("账号"),
        roles,
        org: OrgPath::parse(BODY).expect("路径"),
        term: term("2026-03-01", Some("2026-03-08")),
        reason: "出差".to_owned(),
    }
}

fn checked(
    delegation: &Delegation,
    held: &[Grant],
    receiver: &[Grant],
) -> Result<(), Vec<DelegationFlaw>> {
    checked_of(delegation, held, receiver, BODY)
}

/// With a receiver who belongs to that organisation.
fn checked_of(
    delegation: &Delegation,
    held: &[Grant],
    receiver: &[Grant],
    home: &str,
) -> Result<(), Vec<DelegationFlaw>> {
    let delegator_home = OrgPath::parse(BODY).expect("路径");
    let receiver_home = OrgPath::parse(home).expect("路径");
    let parties = Parties {
        delegator_grants: held,
        delegator_home: &delegator_home,
        receiver_grants: receiver,
        receiver_home: &receiver_home,
    };
    check_delegation(delegation, parties)
}

/// Where each role is well placed.
fn placed(role: Role) -> Grant {
    let org = if role == Role::StreetAssistant {
        "/330000/330200/330212/330212005/"
    } else {
        BODY
    };
    Grant {
        line: Some(Line::parse("ecology").expect("条线")),
        ..grant(role, org)
    }
}

fn grantable() -> impl Iterator<Item = Role> {
    Role::ALL
        .into_iter()
        .filter(|role| role.class() != RoleClass::Implicit)
}

#[test]
fn administrators_and_system_accounts_exclude_everything_else() {
    let alone = [
        Role::Importer,
        Role::SystemAdmin,
        Role::SecurityAdmin,
        Role::AuditAdmin,
    ];
    for first in grantable() {
        assert_eq!(check_grants(&[placed(first), placed(first)]), Ok(()));
        for second in grantable().filter(|second| *second != first) {
            let found = check_grants(&[placed(first), placed(second)]);
            let is_refused = alone.contains(&first) || alone.contains(&second);
            assert_eq!(found.is_err(), is_refused, "{first}、{second}");
        }
    }
}

#[test]
fn a_conflict_is_named_with_both_roles_and_its_first_day() {
    let mut later = grant(Role::AuditAdmin, "/");
    later.term = term("2026-05-01", None);
    let flaws = check_grants(&[grant(Role::SystemAdmin, "/"), later]).unwrap_err();
    let said = flaws[0].to_string();
    for word in ["系统管理员", "安全审计员", "2026-05-01", "三员分立"] {
        assert!(said.contains(word), "{said}");
    }
}

#[test]
fn one_after_the_other_is_no_conflict() {
    let mut before = grant(Role::Officer, BODY);
    before.term = term("2026-01-01", Some("2026-04-01"));
    let mut after = grant(Role::SystemAdmin, "/");
    after.term = term("2026-04-01", None);
    assert_eq!(check_grants(&[before.clone(), after.clone()]), Ok(()));
    before.term = term("2026-01-01", Some("2026-04-02"));
    assert!(check_grants(&[before, after]).is_err());
}

#[test]
fn a_grant_in_the_wrong_place_is_named() {
    let county = "/330000/330200/330212/";
    for (role, org) in [
        (Role::Officer, county),
        (Role::AuthorityHead, "/330000/330200/330212/b-1/u-1/"),
        (Role::StreetAssistant, BODY),
        (Role::LegalReviewer, "/"),
    ] {
        let flaws = check_grants(&[grant(role, org)]).unwrap_err();
        assert!(
            matches!(flaws[..], [GrantFlaw::Misplaced { .. }]),
            "{role} {org}"
        );
    }
    let flaws = check_grants(&[grant(Role::Public, county)]).unwrap_err();
    assert_eq!(flaws, [GrantFlaw::NotGrantable { role: Role::Public }]);
    let role = Role::LineSupervisor;
    let flaws = check_grants(&[grant(role, county)]).unwrap_err();
    assert_eq!(flaws, [GrantFlaw::LineMissing { role }]);
}

#[test]
fn a_term_of_no_day_is_named() {
    let mut empty = grant(Role::Officer, BODY);
    empty.term = term("2026-03-01", Some("2026-03-01"));
    let flaws = check_grants(&[empty]).unwrap_err();
    assert_eq!(
        flaws,
        [GrantFlaw::EmptyTerm {
            role: Role::Officer
        }]
    );
}

#[test]
fn a_sound_delegation_passes() {
    let held = [grant(Role::AuthorityHead, BODY)];
    let found = checked(&delegation(vec![Role::AuthorityHead]), &held, &[]);
    assert_eq!(found, Ok(()));
}

#[test]
fn everything_wrong_with_a_delegation_is_said_at_once() {
    let mut bad = delegation(vec![Role::SystemAdmin, Role::UnitHead]);
    bad.to = bad.from.clone();
    bad.reason = " ".to_owned();
    bad.term = term("2026-03-01", Some("2026-03-01"));
    let held = [grant(Role::AuthorityHead, BODY)];
    let found = checked(&bad, &held, &[]).unwrap_err();
    let expected = [
        DelegationFlaw::ToSelf,
        DelegationFlaw::ReasonMissing,
        DelegationFlaw::EmptyTerm,
        DelegationFlaw::NotDelegable {
            role: Role::SystemAdmin,
        },
        DelegationFlaw::NotHeld {
            role: Role::UnitHead,
            org: OrgPath::parse(BODY).unwrap(),
        },
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_role_held_elsewhere_or_no_longer_cannot_be_delegated() {
    let elsewhere = [grant(Role::UnitHead, "/330000/330200/330213/b-1/")];
    let beside = [grant(Role::UnitHead, "/330000/330200/330212/b-2/")];
    let mut ended = [grant(Role::UnitHead, BODY)];
    ended[0].term = term("2026-01-01", Some("2026-03-01"));
    for held in [elsewhere, beside, ended] {
        let found = checked(&delegation(vec![Role::UnitHead]), &held, &[]);
        let flaws = found.unwrap_err();
        assert!(matches!(flaws[..], [DelegationFlaw::NotHeld { .. }]));
    }
}

#[test]
fn a_delegation_goes_to_somebody_of_the_same_place_who_does_the_same_work() {
    let role = Role::UnitHead;
    let held = [grant(role, BODY)];
    let delegation = delegation(vec![role]);
    let beside = "/330000/330200/330212/b-2/";
    let found = checked_of(&delegation, &held, &[], beside);
    assert_eq!(found, Err(vec![DelegationFlaw::ReceiverElsewhere { role }]));
    let officer = [grant(Role::Officer, BODY)];
    assert_eq!(checked(&delegation, &held, &officer), Ok(()));
    for has in [Role::SocialSupervisor, Role::Supervisor, Role::Jurist] {
        let other = [placed(has)];
        let found = checked(&delegation, &held, &other);
        let expected = DelegationFlaw::ReceiverOfOtherKind { role, has };
        assert_eq!(found, Err(vec![expected]));
        let both = [placed(has), officer[0].clone()];
        assert_eq!(checked(&delegation, &held, &both), Ok(()));
    }
    // A bureau supervises the bodies of its division: being one of them is not being of the bureau.
    let role = Role::Supervisor;
    let held = [grant(role, BODY)];
    let delegation = Delegation {
        roles: vec![role],
        ..delegation
    };
    assert_eq!(checked(&delegation, &held, &[]), Ok(()));
    let found = checked_of(&delegation, &held, &[], beside);
    assert_eq!(found, Err(vec![DelegationFlaw::ReceiverElsewhere { role }]));
}

#[test]
fn an_administrator_cannot_receive_and_nothing_is_delegated_without_a_role() {
    let held = [grant(Role::AuthorityHead, BODY)];
    let receiver = [grant(Role::AuditAdmin, "/")];
    let found = checked(&delegation(vec![Role::AuthorityHead]), &held, &receiver);
    let role = Role::AuditAdmin;
    assert_eq!(
        found,
        Err(vec![DelegationFlaw::ReceiverNotEligible { role }])
    );
    let found = checked(&delegation(Vec::new()), &held, &[]);
    assert_eq!(found, Err(vec![DelegationFlaw::RolesMissing]));
}

#[test]
fn grants_are_stored_and_read_back_and_odd_ones_refused() {
    let stored = serde_json::to_string(&placed(Role::LineSupervisor)).unwrap();
    let back: Grant = serde_json::from_str(&stored).unwrap();
    assert_eq!(back, placed(Role::LineSupervisor));
    for (from, to) in [
        ("line_supervisor", "root"),
        ("/330000/", "/3302/"),
        ("ecology", "Eco'logy"),
        ("\"role\"", "\"rule\""),
    ] {
        let odd = stored.replace(from, to);
        assert_ne!(odd, stored);
        assert!(serde_json::from_str::<Grant>(&odd).is_err(), "{odd}");
    }
    assert!(AccountId::parse("").is_err() && AccountId::parse("a b").is_err());
}
