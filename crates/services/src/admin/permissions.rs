//! 许可：一个行为人今天在什么地方可以做些什么，只到“有没有这一行”；具体的那一件由用例判断。

use mingjing_kernel::date::Date;
use mingjing_policy::actor::Actor;
use mingjing_policy::permission::{Action, ResourceKind};
use mingjing_policy::scope::scope;
use mingjing_policy::table::TABLE;

/// 行为人在这一天有范围的各项，按权限表的次序：给界面决定列出哪些入口。
pub fn permissions(actor: &Actor, on: Date) -> Vec<(ResourceKind, Action)> {
    let rows = TABLE.iter().map(|row| (row.kind, row.action));
    rows.filter(|&(kind, action)| !scope(actor, action, kind, on).is_empty())
        .collect()
}
