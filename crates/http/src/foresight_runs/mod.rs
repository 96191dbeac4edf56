//! 试算：换一部候选的法典，存着的案件会怎样变。

pub mod cancel_foresight_run;
pub mod create_foresight_run;
pub mod export_foresight_run;
pub mod get_foresight_run;
pub mod get_foresight_runs;
pub mod run;
