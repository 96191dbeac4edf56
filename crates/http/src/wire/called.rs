//! 标识叫什么：账号、机关、组织树上的路径，一次答复查一次。

use std::collections::{BTreeMap, BTreeSet};

use mingjing_edge::problem::Problem;
use mingjing_services::naming::ids_in_words;

use crate::state::State;

/// 一次答复里各标识的名称。
pub struct Called(BTreeMap<String, String>);

impl Called {
    /// 查出这些标识的名称；没有登记的没有。
    pub async fn gather(
        state: &State,
        ids: impl IntoIterator<Item = String>,
    ) -> Result<Called, Problem> {
        let ids: BTreeSet<String> = ids.into_iter().collect();
        let texts = ids.iter().map(String::as_str).collect();
        Ok(Called(ids_in_words(&state.services, &texts).await?))
    }

    /// 一个标识的名称。
    pub fn of(&self, id: impl ToString) -> Option<String> {
        self.0.get(&id.to_string()).cloned()
    }
}
