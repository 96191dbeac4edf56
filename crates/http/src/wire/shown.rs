//! 答复里称呼与换算所用的：法典、今天、各种名称；一次答复查一次。

use std::sync::Arc;

use mingjing_edge::problem::Problem;
use mingjing_kernel::date::Date;
use mingjing_kernel::id::TimelineId;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_services::context::RequestContext;
use mingjing_services::naming::Names;

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
    /// 查出这些机关的现名与这些案件的称呼。
    pub async fn gather<'r>(
        state: &State,
        request: &RequestContext,
        bodies: impl IntoIterator<Item = Option<&'r str>>,
        cases: impl IntoIterator<Item = TimelineId>,
    ) -> Result<Shown, Problem> {
        Ok(Shown {
            lawbook: state.services.lawbook(),
            today: request.today(),
            names: Names::gather(&state.services, request, bodies, cases).await?,
        })
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
