//! 换钥：旧钥签新钥的声明进库，此后的检查点由新钥签；与整合者同用一道栅栏，两把不会同时在签。

use mingjing_ledger::checkpoint::Checkpoint;
use mingjing_ledger::handover::{KeyChain, SignedHandover};
use mingjing_ledger::key::{SigningKey, VerifyingKey};

use crate::error::{Result, StoreError};
use crate::row::row;
use crate::sql::values;
use crate::tx::{Read, Tx};

row! {
    struct NoteRow {
        note: String,
    }
}

impl Read {
    /// 历次换钥的声明，按先后。
    pub async fn list_key_handovers(&self) -> Result<Vec<SignedHandover>> {
        let rows = self.rows::<NoteRow>("SELECT note FROM key_handover ORDER BY number", vec![]);
        let read = |row: &NoteRow| {
            SignedHandover::parse(&row.note).map_err(|error| StoreError::corrupt(error.to_string()))
        };
        rows.await?.iter().map(read).collect()
    }

    /// 先后用过的密钥；一次也没有换过的为 `None`。
    pub async fn key_chain(&self) -> Result<Option<KeyChain>> {
        let handovers = self.list_key_handovers().await?;
        KeyChain::of(&handovers).map_err(|error| StoreError::corrupt(error.to_string()))
    }
}

impl Tx {
    /// A process that still has a key which was handed over must not sign with it.
    pub(super) async fn require_current_key(&self, key: &VerifyingKey) -> Result<()> {
        let Some(chain) = self.key_chain().await? else {
            return Ok(());
        };
        let current = chain.last().fingerprint().map_err(StoreError::internal)?;
        match key.fingerprint().map_err(StoreError::internal)? == current {
            true => Ok(()),
            false => Err(StoreError::internal("the log key has been handed over")),
        }
    }

    /// 换钥：在日志此刻的末尾交出。别的进程正在编叶号的为 `None`，什么也没有变。
    ///
    /// `old` MUST be the key that signs now. The lease is taken and let go in this transaction: an integrator that wakes
    /// up later with the old key is fenced off.
    pub async fn hand_over_key(
        &self,
        holder: &str,
        old: &SigningKey,
        new: &SigningKey,
    ) -> Result<Option<SignedHandover>> {
        let Some(lease) = self.become_integrator(holder).await? else {
            return Ok(None);
        };
        let identity = self.identity();
        if new.suite() != identity.suite {
            return Err(StoreError::internal(
                "the key is of another suite than the log",
            ));
        }
        let latest = self.latest_checkpoint().await?;
        let latest = latest.ok_or_else(|| StoreError::NotFound("检查点".to_owned()))?;
        let said = latest.checkpoint();
        if self.log_state().await?.size != said.size {
            return Err(StoreError::corrupt("日志的末尾没有检查点"));
        }
        let chain = self.key_chain().await?;
        let number = chain.as_ref().map_or(0, |it| it.handovers().len() as u64) + 1;
        let at = Checkpoint {
            origin: identity.node.clone(),
            size: said.size,
            root: said.root,
            suite: identity.suite,
            time: self.now(),
        };
        let signed = SignedHandover::sign(at, number, old, new).map_err(StoreError::internal)?;
        let mut chain = chain.unwrap_or_else(|| KeyChain::new(old.verifying_key()));
        let signer = chain.key_for(said.size);
        let verified = latest.verify(&identity.node, signer);
        verified.map_err(|error| StoreError::corrupt(error.to_string()))?;
        chain.follow(&signed).map_err(StoreError::internal)?;
        let text = signed.to_text().map_err(StoreError::internal)?;
        self.execute(
            "INSERT INTO key_handover (number, note, at) VALUES ($1, $2, $3)",
            values![number, text, self.now()],
        )
        .await?;
        self.release_lease(&lease).await?;
        Ok(Some(signed))
    }
}
