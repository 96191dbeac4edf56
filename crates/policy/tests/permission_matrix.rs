//! 权限表：打印页不过时（`UPDATE_EXPECT=1` 重写），表本身没有自相矛盾。

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use mingjing_policy::matrix;
use mingjing_policy::permission::{Action, ResourceKind};
use mingjing_policy::role::{Role, RoleClass};
use mingjing_policy::table::{Guard, Reach, TABLE, find_row};

#[test]
fn the_page_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/permission-matrix.md");
    let fresh = matrix::render();
    if std::env::var_os("UPDATE_EXPECT").is_some_and(|v| v == "1") {
        fs::write(&path, &fresh).expect("docs/permission-matrix.md 应可写");
    }
    let present = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        present == fresh,
        "docs/permission-matrix.md 已过时；请运行 UPDATE_EXPECT=1 cargo test -p mingjing-policy --test permission_matrix，差别看过再提交"
    );
}

#[test]
fn each_permission_stands_once_and_each_role_once_in_it() {
    let mut seen = BTreeSet::new();
    for row in TABLE {
        assert!(seen.insert((row.kind, row.action)), "{row:?} 列了两次");
        let roles: BTreeSet<Role> = row.cells.iter().map(|(role, _)| *role).collect();
        assert_eq!(roles.len(), row.cells.len(), "{row:?} 有角色列了两次");
        assert!(!row.cells.is_empty(), "{row:?} 没有人可以");
    }
    let kinds: BTreeSet<_> = TABLE.iter().map(|row| row.kind).collect();
    let actions: BTreeSet<_> = TABLE.iter().map(|row| row.action).collect();
    assert_eq!(kinds, ResourceKind::ALL.into_iter().collect());
    assert_eq!(actions, Action::ALL.into_iter().collect());
}

#[test]
fn what_rests_on_no_grant_is_public_or_ones_own() {
    for row in TABLE {
        for (role, reach) in row.cells {
            let is_bounded = match role {
                Role::Public => matches!(reach, Reach::Published | Reach::All),
                Role::Member => matches!(reach, Reach::Own | Reach::All),
                _ => !matches!(reach, Reach::Published | Reach::All),
            };
            assert!(
                is_bounded,
                "{:?} {:?} {role}：{reach:?}",
                row.kind, row.action
            );
        }
    }
}

#[test]
fn who_may_do_anything_to_a_thing_may_know_that_it_exists() {
    for row in TABLE.iter().filter(|row| !row.kind.is_singular()) {
        for (role, _) in row.cells {
            let sees = [Action::List, Action::Read].into_iter().any(|action| {
                find_row(row.kind, action).is_some_and(|looking| {
                    let everybody = [Role::Public, Role::Member].into_iter();
                    let mut reaches = everybody.map(|all| looking.reach_of(all));
                    let for_all = reaches.any(|reach| reach == Some(Reach::All));
                    for_all || looking.reach_of(*role).is_some()
                })
            });
            assert!(
                sees,
                "{role} 可以{:?}{:?}，却不能列出或查看",
                row.action, row.kind
            );
        }
    }
}

#[test]
fn administrators_and_system_accounts_have_no_cell_on_case_content() {
    for row in TABLE.iter().filter(|row| row.kind.holds_case_content()) {
        for (role, _) in row.cells {
            assert_eq!(role.class(), RoleClass::Business, "{row:?}");
        }
    }
}

#[test]
fn nobody_but_the_audit_administrator_touches_the_audit_trail_and_nobody_changes_it() {
    let rows: Vec<_> = TABLE
        .iter()
        .filter(|row| row.kind == ResourceKind::AuditTrail)
        .collect();
    for row in &rows {
        assert!(matches!(row.action, Action::Read | Action::Export));
        assert_eq!(row.cells, [(Role::AuditAdmin, Reach::Granted)]);
    }
    assert_eq!(rows.len(), 2);
}

#[test]
fn deciding_reviewing_and_handling_are_guarded_against_each_other() {
    let guarded: Vec<Action> = TABLE
        .iter()
        .filter(|row| matches!(row.guard, Guard::Separated(_)))
        .map(|row| row.action)
        .collect();
    let expected = [
        Action::RecordEvent,
        Action::GiveReview,
        Action::Decide,
        Action::Override,
        Action::Correct,
    ];
    assert_eq!(guarded, expected);
}

#[test]
fn codes_of_roles_are_those_they_are_stored_by() {
    for role in Role::ALL {
        let stored = serde_json::to_string(&role).unwrap();
        assert_eq!(stored, format!("\"{}\"", role.code()));
        assert_eq!(Role::from_code(role.code()), Some(role));
    }
    assert_eq!(Role::from_code("root"), None);
}
