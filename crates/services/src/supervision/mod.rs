//! 监督：由发现或者线索立监督事项，看监督事项与它的台账。事项的各步与案件走同一个机制（`casework`）。

pub mod get_matter;
pub(crate) mod linked;
pub mod list_matters;
pub mod open_matter;
