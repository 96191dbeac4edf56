//! The slow reference: the words of the signed page taken one by one, over lists of path segments.
//!
//! It shares no code with the crate but the plain input structs: no table, no areas, no prefix strings.

use mingjing_kernel::date::Date;
use mingjing_policy::actor::Actor;
use mingjing_policy::grant::{AccountId, Grant, Term};
use mingjing_policy::permission::Action;
use mingjing_policy::resource::{Resource, Secrecy};

use super::signed_page::{Line, SignedPage};

const ADMINISTRATORS: [&str; 3] = ["系统管理员", "安全保密管理员", "安全审计员"];
const ALONE: [&str; 4] = ["系统管理员", "安全保密管理员", "安全审计员", "汇入账号"];
const INSIDE_BODY: [&str; 5] = [
    "本人",
    "本人（可开放本机构）",
    "本机构",
    "本机关",
    "被监督的本机关",
];

/// Someone for whom one role counts: the actor himself, or the delegator for whom he acts.
struct Holder<'a> {
    role: String,
    grant: Option<&'a Grant>,
    person: Option<&'a AccountId>,
    /// Set when acting for another: the organisation of the delegation.
    delegated_within: Option<Vec<String>>,
}

pub(crate) fn is_allowed(
    page: &SignedPage,
    actor: &Actor,
    action: Action,
    r: &Resource,
    on: Date,
) -> bool {
    let key = (
        r.kind.in_chinese().to_owned(),
        action.in_chinese().to_owned(),
    );
    let Some(line) = page.lines.get(&key) else {
        return false;
    };
    holders(actor, on)
        .iter()
        .any(|holder| reaches(line, holder, actor, r) && may_now(line, holder, actor, action, r))
}

pub(crate) fn is_visible(
    page: &SignedPage,
    actor: &Actor,
    action: Action,
    r: &Resource,
    on: Date,
) -> bool {
    let open_secrets = ["审计记录", "法典", "备份", "配置", "运行指标"];
    let kind = r.kind.in_chinese();
    let looks = |word: &str| {
        let line = page.lines.get(&(kind.to_owned(), word.to_owned()));
        line.is_some_and(|line| {
            holders(actor, on)
                .iter()
                .any(|h| reaches(line, h, actor, r))
        })
    };
    open_secrets.contains(&kind)
        || looks("列出")
        || looks("查看")
        || is_allowed(page, actor, action, r, on)
}

fn holders(actor: &Actor, on: Date) -> Vec<Holder<'_>> {
    let implicit = |role: &str, person| Holder {
        role: role.to_owned(),
        grant: None,
        person,
        delegated_within: None,
    };
    let mut all = vec![implicit("公众", None)];
    let Some(account) = &actor.account else {
        return all;
    };
    all.push(implicit("登录账号", Some(account)));
    let own = effective(&actor.grants, on);
    let is_alone = |g: &&Grant| ALONE.contains(&g.role.in_chinese());
    if !own.iter().any(is_alone) && !conflicts(&actor.grants, on) {
        for received in &actor.delegations {
            let d = &received.delegation;
            let is_mine = d.to == *account && d.from != *account;
            if !is_mine || d.reason.trim().is_empty() || !runs(&d.term, on) {
                continue;
            }
            for grant in effective(&received.delegator_grants, on) {
                if d.roles.contains(&grant.role) && !is_alone(&grant) {
                    all.push(Holder {
                        role: grant.role.in_chinese().to_owned(),
                        grant: Some(grant),
                        person: Some(&d.from),
                        delegated_within: Some(parts(d.org.as_str())),
                    });
                }
            }
        }
    }
    for grant in own {
        all.push(Holder {
            role: grant.role.in_chinese().to_owned(),
            grant: Some(grant),
            person: Some(account),
            delegated_within: None,
        });
    }
    all
}

/// Nothing at all when two of them exclude each other.
fn effective(grants: &[Grant], on: Date) -> Vec<&Grant> {
    if conflicts(grants, on) {
        return Vec::new();
    }
    grants.iter().filter(|g| counts(g, on)).collect()
}

fn conflicts(grants: &[Grant], on: Date) -> bool {
    let roles: Vec<&str> = grants
        .iter()
        .filter(|g| counts(g, on))
        .map(|g| g.role.in_chinese())
        .collect();
    let alone = roles.iter().find(|role| ALONE.contains(role));
    alone.is_some_and(|one| roles.iter().any(|other| other != one))
}

fn counts(grant: &Grant, on: Date) -> bool {
    let org = parts(grant.org.as_str());
    let has_body = org.iter().any(|s| s.starts_with("b-"));
    let ends_in_body = org.last().is_some_and(|s| s.starts_with("b-"));
    let is_in_town = org.iter().any(|s| s.len() == 9 && !s.contains('-'));
    let is_placed = match grant.role.in_chinese() {
        "公众" | "登录账号" => false,
        "机关负责人" => ends_in_body,
        "执法人员" | "主办人员" | "承办机构负责人" | "法制审核人员" | "内勤人员" => {
            has_body
        }
        "司法所协助人员" => is_in_town,
        "上级业务主管部门人员" => grant.line.is_some(),
        _ => true,
    };
    is_placed && runs(&grant.term, on)
}

fn runs(term: &Term, on: Date) -> bool {
    let day = on.day_number();
    let end = term.to.map_or(i32::MAX, |to| to.day_number());
    (term.from.day_number()..end).contains(&day)
}

/// Whether the cell of the holder's role reaches the thing, restricted or not.
fn reaches(line: &Line, holder: &Holder<'_>, actor: &Actor, r: &Resource) -> bool {
    let Some(word) = line.cells.get(&holder.role) else {
        return false;
    };
    let place = match (word.as_str(), &r.supervised) {
        ("被监督的本机关", None) => return false,
        ("被监督的本机关", Some(supervised)) => parts(supervised.as_str()),
        _ => parts(r.org.as_str()),
    };
    let is_own = holder
        .person
        .is_some_and(|p| r.owner.as_ref() == Some(p) || r.handlers.iter().any(|h| h == p));
    let Some(grant) = holder.grant else {
        return match word.as_str() {
            "已公开" => r.is_published,
            "本人" => is_own,
            "全部" => true,
            other => panic!("{} 不凭授权而有“{other}”", holder.role),
        };
    };
    let is_in_line = grant.line.is_none() || grant.line == r.line;
    let is_in_delegation = holder
        .delegated_within
        .as_ref()
        .is_none_or(|org| is_under(&place, org));
    let org = parts(grant.org.as_str());
    let body: Vec<String> = upto(&org, |s| s.starts_with("u-"));
    let has_body = body.last().is_some_and(|s| s.starts_with("b-"));
    let division: Vec<String> = upto(&org, |s| s.contains('-'));
    let is_open = || {
        let mut opening = actor.opening_bodies.iter();
        opening.any(|b| parts(b.as_str()) == body) && is_under(&place, &org)
    };
    let is_reached = match word.as_str() {
        "本人" => has_body && is_own && is_under(&place, &body),
        "本人（可开放本机构）" => {
            has_body && (is_own && is_under(&place, &body) || is_open())
        }
        "本机构" => has_body && is_under(&place, &org),
        "本机关" | "被监督的本机关" => has_body && is_under(&place, &body),
        "本级及下级" | "本乡镇" => is_under(&place, &division),
        "本条线" => grant.line.is_some() && is_under(&place, &division),
        "授权范围" => is_under(&place, &org),
        other => panic!("不认识的范围“{other}”"),
    };
    is_in_line && is_in_delegation && is_reached
}

/// Approvals, and who did what before.
fn may_now(line: &Line, holder: &Holder<'_>, actor: &Actor, action: Action, r: &Resource) -> bool {
    let me = actor.account.as_ref();
    let is_delegated = holder.delegated_within.is_some();
    let is_approved = !is_delegated && me.is_some_and(|me| r.released_to.contains(me));
    let is_content = matches!(
        r.kind.in_chinese(),
        "案件" | "义务与发现" | "监督事项" | "投诉举报"
    ) && action != Action::List;
    let is_outside = !INSIDE_BODY.contains(&line.cells[&holder.role].as_str());
    if is_content && is_outside && r.secrecy == Secrecy::Restricted && !is_approved {
        return false;
    }
    let persons: Vec<&AccountId> = me.into_iter().chain(holder.person).collect();
    let none_in = |list: &[AccountId]| !persons.iter().any(|p| list.contains(p));
    match line.condition.as_str() {
        "" => true,
        "逐件批准" => is_approved,
        "未审核、未决定本案" => none_in(&r.reviewers) && none_in(&r.deciders),
        "未承办、未决定本案" => none_in(&r.handlers) && none_in(&r.deciders),
        "未承办、未审核本案" => none_in(&r.handlers) && none_in(&r.reviewers),
        "由另一人申请" => !r.requested_by.is_empty() && none_in(&r.requested_by),
        "不对本人账号" => persons.iter().all(|p| r.owner.as_ref() != Some(*p)),
        other => panic!("不认识的条件“{other}”"),
    }
}

pub(crate) fn is_administrator(grant: &Grant, on: Date) -> bool {
    counts(grant, on) && ADMINISTRATORS.contains(&grant.role.in_chinese())
}

pub(crate) fn parts(path: &str) -> Vec<String> {
    let parts = path.split('/').filter(|s| !s.is_empty());
    parts.map(str::to_owned).collect()
}

pub(crate) fn is_under(place: &[String], org: &[String]) -> bool {
    org.len() <= place.len() && (0..org.len()).all(|at| org[at] == place[at])
}

fn upto(path: &[String], ends: impl Fn(&str) -> bool) -> Vec<String> {
    path.iter().take_while(|s| !ends(s)).cloned().collect()
}
