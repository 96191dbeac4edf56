//! `mingjing config`：现在起作用的配置，与各项的说明。

use anyhow::Context as _;

use crate::Answer;
use crate::config::{load, page};
use crate::output;
use crate::server::open::Common;
use crate::server::{data_key, key};
use crate::server_args::ConfigCommand;

pub(crate) fn run(command: &ConfigCommand, common: &Common<'_>) -> anyhow::Result<Answer> {
    match command {
        ConfigCommand::Page => output::text(page::reference())?,
        ConfigCommand::Check => {
            let loaded = load::load(common.config)?;
            output::text(page::effective(&loaded))?;
            // What the secrets are is nobody's business; whether they are there is.
            loaded.config.store_config()?;
            key::verifying_key(&loaded.config).context("log.key")?;
            data_key::check(&loaded.config).context("store.data_key")?;
        }
    }
    Ok(Answer::Clean)
}
