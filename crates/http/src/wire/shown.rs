//! 答复里称呼与换算所用的：法典、今天、各种名称；一次答复查一次。

use std::collections::BTreeSet;
use std::sync::Arc;

use mingjing_edge::problem::Problem;
use mingjing_kernel::date::Date;
use mingjing_kernel::id::TimelineId;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_services::context::RequestContext;
use mingjing_services::model::CaseRow;
use mingjing_services::naming::{Named, Names};

use super::label::Label;
use super::names;
use crate::state::State;

/// 一次答复所用的法典、今天与名称。
pub struct Shown {
    /// 法典。
    pub lawbook: Arc<Lawbook>,
    /// 今天。
    pub today: Date,
    /// 名称。
    pub names: Names,
}

impl Shown {
    /// 查出要称呼的。
    pub async fn gather(
        state: &State,
        request: &RequestContext,
        named: &Named<'_>,
    ) -> Result<Shown, Problem> {
        Ok(Shown {
            lawbook: state.services.lawbook(),
            today: request.today(),
            names: Names::gather(&state.services, request, named).await?,
        })
    }

    /// 案件列表所用的。
    pub async fn of_cases(
        state: &State,
        request: &RequestContext,
        rows: &[CaseRow],
    ) -> Result<Shown, Problem> {
        let named = Named {
            bodies: rows.iter().filter_map(|row| row.body.as_deref()).collect(),
            regions: rows
                .iter()
                .filter_map(|row| row.region.as_deref())
                .collect(),
            cases: BTreeSet::new(),
        };
        Shown::gather(state, request, &named).await
    }

    /// 义务、发现的列表所用的：各在哪个机关、哪一案。
    pub async fn of_matters<'r>(
        state: &State,
        request: &RequestContext,
        matters: impl Iterator<Item = (Option<&'r str>, TimelineId)>,
    ) -> Result<Shown, Problem> {
        let mut named = Named::default();
        for (body, case) in matters {
            named.bodies.extend(body);
            named.cases.insert(case);
        }
        Shown::gather(state, request, &named).await
    }

    /// 地区：法典没有名称的，用登记簿里的。
    pub fn region(&self, code: &str) -> Label {
        let label = names::region(&self.lawbook, code);
        match self.names.region(code) {
            Some(name) if label.name == code => Label::new(code, Some(name)),
            _ => label,
        }
    }

    /// 机关的现名。
    pub fn body(&self, id: Option<&str>) -> Option<String> {
        self.names.body(id).map(str::to_owned)
    }

    /// 到期日前还有几个工作日，逾期为负。
    pub fn remaining(&self, due: Option<Date>) -> Option<i32> {
        let calendar = &self.lawbook.calendar;
        calendar.remaining_working_days(self.today, due?)
    }
}
