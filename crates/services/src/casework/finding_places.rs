//! 发现在哪里：某一级之下，各下级区划、各主体有几个；没有发现的下级区划也列出。

use std::collections::{BTreeMap, BTreeSet};

use mingjing_policy::org::OrgPath;
use mingjing_policy::permission::{Action, ResourceKind};
use mingjing_policy::scope::{Scope, scope};
use mingjing_store::counter::FindingSum;
use mingjing_store::finding::FindingFilter;
use mingjing_store::org_node::{OrgKind, OrgNode};
use mingjing_store::timeline::PAGE_MAX;
use mingjing_store::tx::Read;

use crate::casework::list_findings::watermark;
use crate::context::{RequestContext, Services};
use crate::error::ServiceError;
use crate::page::Watermark;

/// Levels of divisions there are at most, with room to spare: descending ends.
const LEVELS_MAX: usize = 8;

/// 一处的发现。
#[derive(Debug, Clone)]
pub struct Place {
    /// 路径；就在这一级、不在任何下级的，是这一级自己。
    pub path: String,
    /// 登记簿里今天的样子；没有的没有。
    pub node: Option<OrgNode>,
    /// 各程度、各状态的个数。
    pub sums: Vec<FindingSum>,
}

/// 某一级之下的各处。
#[derive(Debug, Clone)]
pub struct Places {
    /// 哪一级。
    pub at: OrgPath,
    /// 由最上一级直到这一级。
    pub trail: Vec<OrgNode>,
    /// 各处：下级区划在先，各按路径。
    pub places: Vec<Place>,
    /// 计数折到了日志的哪里。
    pub watermark: Option<Watermark>,
}

/// 各处的发现；没有说哪一级的，从看得到的最低一级说起：只有一个下级区划的，到那一级去。
#[crate::boxed]
pub async fn finding_places(
    services: &Services,
    request: &RequestContext,
    filter: &FindingFilter,
    at: Option<OrgPath>,
) -> Result<Places, ServiceError> {
    let actor = &request.actor;
    let scope = scope(actor, Action::Read, ResourceKind::Finding, request.today());
    let read = &services.store.reader().await?;
    let is_given = at.is_some();
    let mut at = at.unwrap_or_else(|| reach(&scope));
    let mut places = below(read, request, &scope, filter, &at).await?;
    for _ in 0..LEVELS_MAX {
        let only = match places.as_slice() {
            [only] if !is_given => only.node.as_ref(),
            _ => None,
        };
        match only {
            Some(node) if node.kind == OrgKind::Division && node.path != at => {
                at = node.path.clone();
            }
            Some(_) | None => break,
        }
        places = below(read, request, &scope, filter, &at).await?;
    }
    let steps = steps_to(&at);
    let steps: BTreeSet<&str> = steps.iter().map(String::as_str).collect();
    Ok(Places {
        trail: read.list_org_at(&steps, request.today()).await?,
        watermark: watermark(read, request).await?,
        at,
        places,
    })
}

async fn below(
    read: &Read,
    request: &RequestContext,
    scope: &Scope,
    filter: &FindingFilter,
    at: &OrgPath,
) -> Result<Vec<Place>, ServiceError> {
    let today = request.today();
    let mut sums: BTreeMap<String, Vec<FindingSum>> = BTreeMap::new();
    for sum in read.sum_findings_below(scope, filter, at).await? {
        sums.entry(sum.group.clone()).or_default().push(sum);
    }
    let children = match at.as_str() {
        "/" => read.list_org_roots(today, PAGE_MAX).await?,
        path => match read
            .list_org_at(&BTreeSet::from([path]), today)
            .await?
            .pop()
        {
            Some(node) => read.list_divisions_of(node.id, today).await?,
            None => Vec::new(),
        },
    };
    // A division that nobody of this reader's reach can have findings in is not one with none.
    let is_within = |node: &OrgNode| {
        let areas = scope.areas.iter();
        areas.map(|area| &area.within).any(|within| {
            within.as_str().starts_with(node.path.as_str())
                || node.path.as_str().starts_with(within.as_str())
        })
    };
    let mut places: Vec<Place> = children
        .into_iter()
        .filter(is_within)
        .map(|node| Place {
            path: node.path.to_string(),
            sums: sums.remove(node.path.as_str()).unwrap_or_default(),
            node: Some(node),
        })
        .collect();
    let rest: BTreeSet<&str> = sums.keys().map(String::as_str).collect();
    let nodes = read.list_org_at(&rest, today).await?.into_iter();
    let mut nodes: BTreeMap<String, OrgNode> =
        nodes.map(|node| (node.path.to_string(), node)).collect();
    places.extend(sums.into_iter().map(|(path, sums)| Place {
        node: nodes.remove(&path),
        path,
        sums,
    }));
    Ok(places)
}

/// The lowest place that holds everything the reader may see.
fn reach(scope: &Scope) -> OrgPath {
    let mut paths = scope.areas.iter().map(|area| steps_to(&area.within));
    let mut shared = paths.next().unwrap_or_default();
    for path in paths {
        let same = shared.iter().zip(&path).take_while(|(a, b)| a == b).count();
        shared.truncate(same);
    }
    let last = shared.last().and_then(|path| OrgPath::parse(path).ok());
    last.unwrap_or_else(OrgPath::root)
}

/// Every path from the highest division down to this one; nothing for the root.
fn steps_to(path: &OrgPath) -> Vec<String> {
    let mut steps = Vec::new();
    let mut so_far = String::from("/");
    for segment in path.as_str().split('/').filter(|part| !part.is_empty()) {
        so_far.push_str(segment);
        so_far.push('/');
        steps.push(so_far.clone());
    }
    steps
}

#[cfg(test)]
mod tests {
    use mingjing_policy::scope::{Area, Release};

    use super::*;

    fn scope_of(paths: &[&str]) -> Scope {
        let area = |path: &&str| Area {
            within: OrgPath::parse(path).unwrap(),
            line: None,
            related_to: None,
            as_supervised: false,
            is_published_only: false,
            release: Release::Never,
        };
        Scope {
            areas: paths.iter().map(area).collect(),
            account: None,
        }
    }

    #[test]
    fn the_view_begins_at_the_lowest_place_that_holds_all_areas() {
        for (areas, expected) in [
            (&["/"][..], "/"),
            (&["/410000/410100/"], "/410000/410100/"),
            (
                &["/410000/410100/b-1/", "/410000/410100/410102/"],
                "/410000/410100/",
            ),
            (&["/410000/", "/420000/"], "/"),
            (&[], "/"),
        ] {
            assert_eq!(reach(&scope_of(areas)).as_str(), expected, "{areas:?}");
        }
    }
}
