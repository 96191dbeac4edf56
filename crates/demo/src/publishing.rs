//! 公示：主办人员拟稿，另一人逐件批准，再公布；与在平台上办案同一天同一人。

use mingjing_kernel::id::{Id, kind};
use mingjing_services::casework::list_events::list_events;
use mingjing_services::disclosure::approve::approve;
use mingjing_services::disclosure::prepare::{Prepare, prepare};
use mingjing_services::disclosure::publish::{Publish, publish};
use mingjing_services::error::ServiceError;
use mingjing_services::page::{PageRequest, PageSize};

use crate::accounts::Hand;
use crate::error::{DemoError, Doing as _, Result};
use crate::founding::together;
use crate::living::{AT_ONCE, Office, Standing};
use crate::plan::PlannedCase;

/// No case of the demo has more events.
const EVENTS_MAX: u16 = 200;

impl Office<'_> {
    /// 公布一案的决定：`by` 拟稿、公布，`approver` 批准。
    pub(crate) async fn publish(
        &self,
        case: &PlannedCase,
        standing: Standing,
        by: &Hand,
        approver: &Hand,
    ) -> Result<Standing> {
        let what = || format!("公示 {}", case.number);
        let request = by.request(self.services);
        let decision = self.decision_of(case, standing, by).await?;
        let command = Prepare {
            case: standing.case,
            expected_version: standing.version,
            decision,
            shown_until: None,
        };
        let prepared = prepare(self.services, &request, command, None)
            .await
            .doing(what)?
            .value;
        let asked = approver.request(self.services);
        approve(self.services, &asked, prepared.disclosure)
            .await
            .doing(what)?;
        let mut command = Publish {
            disclosure: prepared.disclosure,
            expected_version: standing.version,
            confirm: Vec::new(),
        };
        let mut done = publish(self.services, &request, command.clone(), None).await;
        if let Err(ServiceError::Blocked(findings)) = &done
            && findings.iter().all(|finding| finding.id.is_some())
        {
            // Late is late: it has been seen, and what is decided is published all the same.
            command.confirm = findings.iter().filter_map(|it| it.id.clone()).collect();
            done = publish(self.services, &request, command, None).await;
        }
        Ok(Standing {
            version: done.doing(what)?.value.case_version,
            ..standing
        })
    }

    /// 上线之日，各机关把汇入的决定补登到平台的公示栏：最近的若干件，由承办机构负责人拟稿，机关负责人批准。
    pub(crate) async fn publish_backlog(&self) -> Result<u64> {
        let is_decided = |case: &&PlannedCase| {
            let (before, after) = case.split(self.plan);
            let is_over = self.plan.land.bodies[case.body].is_live && after.is_empty();
            is_over && case.flaw.is_none() && before.iter().any(|it| it.kind == "decided")
        };
        let limit = self.plan.land.schedule.published_before;
        let backlog = self.plan.cases.iter().rev().filter(is_decided).take(limit);
        let backlog: Vec<&PlannedCase> = backlog.collect();
        for cases in backlog.chunks(AT_ONCE) {
            let publishing = cases.iter().map(|case| async move {
                let staff = self.staff(case)?;
                let standing = self.find(case).await?;
                self.publish(case, standing, &staff.unit, &staff.head).await
            });
            for done in together(publishing).await {
                done?;
            }
        }
        Ok(backlog.len() as u64)
    }

    async fn decision_of(
        &self,
        case: &PlannedCase,
        standing: Standing,
        by: &Hand,
    ) -> Result<Id<kind::Event>> {
        let size = PageSize::new(EVENTS_MAX);
        let size = size.ok_or_else(|| DemoError::data("演示", "一页放不下一案的事"))?;
        let page = PageRequest { size, after: None };
        let request = by.request(self.services);
        let events = list_events(self.services, &request, standing.case, &page).await;
        let events = events
            .doing(|| format!("看 {} 的时间线", case.number))?
            .items;
        let decided = events
            .iter()
            .rev()
            .find(|view| view.event.kind == "decided");
        decided
            .map(|view| view.id)
            .ok_or_else(|| DemoError::data(&case.number, "要公示，还没有决定"))
    }
}
