//! 换法典之前先看后果：候选的法典改了什么，存着的案件会怎样变；只数个数，案件凭看发现的权限才看得到。
//!
//! What judges and counts is the same as behind `mingjing lawbook simulate`. Confidential cases are never among those
//! that are tried: a number here opens onto no case that a single look would refuse.

pub mod candidates;
pub mod read;
pub mod run;
pub mod start;

use std::collections::BTreeMap;

use mingjing_kernel::date::Date;
use mingjing_lawbook::simulate::tally::Totals;
use mingjing_policy::decision::decide;
use mingjing_policy::grant::Line;
use mingjing_policy::org::OrgPath;
use mingjing_policy::permission::{Action, ResourceKind};
use mingjing_policy::resource::Resource;
use mingjing_policy::scope::{Area, Release, Scope, scope};
use mingjing_store::foresight::{ForesightRun, ForesightState};
use serde::{Deserialize, Serialize};

use crate::context::RequestContext;
use crate::error::ServiceError;

/// 队列：不排在重评前面，也不挡着清理。
pub const QUEUE: &str = "foresight";
/// 任务：试算的一段。
pub const SIMULATE: &str = "simulate_lawbook";
/// 留着几次试算，新的顶去旧的。
pub const RUNS_KEPT: u32 = 50;
/// 一次试算留的例子：共几处。
pub const EXAMPLES_MAX: u64 = 1_000;
/// 每条规则、每种不同留几处。
pub const EXAMPLES_EACH: usize = 20;

/// 一次试算及于哪里：一个机构及其下，或其中的一条线。
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reach {
    /// 组织树上的路径。
    pub within: OrgPath,
    /// 只限这条线；没有的不限。
    pub line: Option<Line>,
}

impl Reach {
    fn resource(&self) -> Resource {
        Resource {
            line: self.line.clone(),
            ..Resource::new(ResourceKind::Lawbook, self.within.clone())
        }
    }
}

/// 变了什么与合计：写在库里，一段一段接着数。
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// 法典变了什么，一句话。
    pub changes: String,
    /// 变化里有跨案的规则，它们没有试算。
    pub has_over_cases: bool,
    /// 合计。
    pub totals: Totals,
    /// 各条规则、各种不同留了几处例子。
    pub kept: BTreeMap<String, usize>,
}

/// 一次试算，读好的。
#[derive(Debug, Clone)]
pub struct Run {
    /// 行。
    pub row: ForesightRun,
    /// 及于哪里。
    pub reach: Vec<Reach>,
    /// 变了什么与合计。
    pub record: Record,
}

impl Run {
    fn of(row: ForesightRun) -> Result<Self, ServiceError> {
        Ok(Run {
            reach: serde_json::from_str(&row.reach).map_err(ServiceError::internal)?,
            record: serde_json::from_str(&row.record).map_err(ServiceError::internal)?,
            row,
        })
    }

    /// 算完了：合计是全部案件的。
    pub fn is_complete(&self) -> bool {
        self.row.state == ForesightState::Done
    }

    /// Whether whoever asks may try the lawbook wherever this run has.
    fn is_within_reach_of(&self, request: &RequestContext) -> bool {
        self.reach.iter().all(|reach| may(request, reach))
    }

    fn cases(&self) -> Scope {
        cases_of(&self.reach)
    }
}

fn may(request: &RequestContext, reach: &Reach) -> bool {
    let resource = reach.resource();
    decide(&request.actor, Action::Simulate, &resource, request.today()).allowed
}

/// Where whoever asks may try a lawbook.
fn reach_of(request: &RequestContext) -> Vec<Reach> {
    let today: Date = request.today();
    let areas = scope(
        &request.actor,
        Action::Simulate,
        ResourceKind::Lawbook,
        today,
    )
    .areas;
    let reach = areas.into_iter().map(|area| Reach {
        within: area.within,
        line: area.line,
    });
    reach.collect()
}

/// The cases there; confidential ones are nobody's here.
fn cases_of(reach: &[Reach]) -> Scope {
    let areas = reach.iter().map(|reach| Area {
        within: reach.within.clone(),
        line: reach.line.clone(),
        related_to: None,
        as_supervised: false,
        is_published_only: false,
        release: Release::OrdinaryOnly,
    });
    Scope {
        areas: areas.collect(),
        account: None,
    }
}

/// Refuses whoever may try no lawbook anywhere.
fn require_reach(request: &RequestContext) -> Result<Vec<Reach>, ServiceError> {
    let reach = reach_of(request);
    match reach.is_empty() {
        true => Err(ServiceError::Forbidden),
        false => Ok(reach),
    }
}
