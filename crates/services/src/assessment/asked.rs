//! 问过登记簿的：许多案件问的是同一句（同一个机关，没有写人），同一次读里只问一遍，答复与它的快照也只做一遍。

use std::collections::HashMap;
use std::sync::Arc;

use mingjing_kernel::date::Date;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_store::tx::Read;

use crate::assessment::registry::{Register, RegistryFacts, Wanted};
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
pub(crate) struct Asked {
    register: Register,
    answers: HashMap<(Wanted, Date), Arc<Registered>>,
}

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
        if let Some(known) = self.answers.get(&question) {
            return Ok(known.clone());
        }
        self.read_ahead(read, [wanted]).await?;
        let facts = self.facts(lawbook, wanted, today);
        let content = facts.snapshot()?;
        let digest = read.identity().suite.public_digest(&content);
        let registered = Arc::new(Registered {
            facts,
            snapshot: content.to_bytes().map_err(ServiceError::internal)?,
            digest: *digest.map_err(ServiceError::internal)?.as_bytes(),
        });
        self.answers.insert(question, registered.clone());
        Ok(registered)
    }

    /// Reads what all of these will ask for, together.
    pub(crate) async fn read_ahead<'w>(
        &mut self,
        read: &Read,
        all: impl IntoIterator<Item = &'w Wanted>,
    ) -> Result<(), ServiceError> {
        self.register.read(read, all).await
    }

    /// The facts alone, for whoever keeps nothing of them; they MUST have been read.
    pub(crate) fn facts(&self, lawbook: &Lawbook, wanted: &Wanted, today: Date) -> RegistryFacts {
        let vocabulary = &lawbook.book.vocabulary;
        RegistryFacts::of_register(vocabulary, wanted, &self.register, today)
    }
}
