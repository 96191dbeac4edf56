//! 数过的案件各在哪里：一个跨案发现属于容得下它数了的案件的最低一级机构。

use std::collections::HashMap;
use std::sync::Arc;

use mingjing_kernel::id::TimelineId;
use mingjing_policy::org::OrgPath;
use mingjing_store::over_cases::run::CasePlace;

use crate::error::ServiceError;

/// 一处：组织路径与领域。
pub(super) type Place = (OrgPath, Option<String>);

/// 各案在哪里；同一处只存一份。
#[derive(Debug, Default)]
pub(super) struct Places {
    of: HashMap<TimelineId, u32>,
    numbers: HashMap<(String, Option<String>), u32>,
    all: Vec<Place>,
}

impl Places {
    /// 记下一案在哪里。
    pub(super) fn add(&mut self, place: CasePlace) -> Result<(), ServiceError> {
        let key = (place.org_path, place.department);
        let number = match self.numbers.get(&key) {
            Some(number) => *number,
            None => {
                let path = OrgPath::parse(&key.0).map_err(ServiceError::internal)?;
                let number = u32::try_from(self.all.len()).map_err(ServiceError::internal)?;
                self.all.push((path, key.1.clone()));
                self.numbers.insert(key, number);
                number
            }
        };
        self.of.insert(place.timeline, number);
        Ok(())
    }

    /// 容得下这些案件的最低一级机构，与它们共同的领域；一案也没有的没有。
    pub(super) fn common(&self, cases: &[Arc<str>]) -> Option<Place> {
        let numbers = cases.iter().filter_map(|case| {
            let id = TimelineId::parse(case).ok()?;
            self.of.get(&id)
        });
        // Most cases of a result are in a few places.
        let mut seen: Vec<u32> = numbers.copied().collect();
        seen.sort_unstable();
        seen.dedup();
        let mut places = seen.iter().map(|number| &self.all[*number as usize]);
        let (path, department) = places.next()?.clone();
        Some(
            places.fold((path, department), |(path, department), other| {
                let same = department.filter(|own| Some(own) == other.1.as_ref());
                (path.common_with(&other.0), same)
            }),
        )
    }
}
