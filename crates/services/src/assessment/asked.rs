//! 问过登记簿的：许多案件问的是同一句（同一个机关，没有写人），同一次读里只问一遍，答复与它的快照也只做一遍。

use std::collections::HashMap;
use std::sync::Arc;

use mingjing_kernel::date::Date;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_store::tx::Read;

use crate::assessment::registry::{RegistryFacts, Wanted, gather};
use crate::error::ServiceError;

/// What the register says to one question, and how that is kept.
#[derive(Debug, Clone, Default)]
pub(crate) struct Registered {
    pub(crate) facts: RegistryFacts,
    pub(crate) snapshot: Vec<u8>,
    pub(crate) digest: [u8; 32],
}

/// The answers so far. They MUST all come from one state of the register.
#[derive(Default)]
pub(crate) struct Asked(HashMap<(Wanted, Date), Arc<Registered>>);

impl Asked {
    /// The answer, asked for at most once.
    pub(crate) async fn ask(
        &mut self,
        read: &Read,
        lawbook: &Lawbook,
        wanted: &Wanted,
        today: Date,
    ) -> Result<Arc<Registered>, ServiceError> {
        let question = (wanted.clone(), today);
        if let Some(known) = self.0.get(&question) {
            return Ok(known.clone());
        }
        let rows = gather(read, wanted).await?;
        let facts = RegistryFacts::from_rows(&lawbook.book.vocabulary, wanted, &rows, today);
        let content = facts.snapshot()?;
        let digest = read.identity().suite.public_digest(&content);
        let registered = Arc::new(Registered {
            facts,
            snapshot: content.to_bytes().map_err(ServiceError::internal)?,
            digest: *digest.map_err(ServiceError::internal)?.as_bytes(),
        });
        self.0.insert(question, registered.clone());
        Ok(registered)
    }
}
