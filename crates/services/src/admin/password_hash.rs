//! 口令的摘要：Argon2id，在阻塞线程上算，同时只算几个。

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use argon2::{Algorithm, Argon2, Block, Params, Version};
use base64ct::{Base64Unpadded, Encoding as _};
use mingjing_kernel::sensitive::Sensitive;
use mingjing_store::account::PasswordHash;
use mingjing_store::context::Rng;
use subtle::ConstantTimeEq as _;
use tokio::sync::Semaphore;

use crate::error::ServiceError;

/// 算一次的代价，写在摘要里。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Cost {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

/// OWASP 口令存储指南的第一组：19 MiB、两遍、一路；两核的机器上一次几十毫秒。
const COST: Cost = Cost {
    memory_kib: 19 * 1024,
    passes: 2,
    lanes: 1,
};
/// 同时只算几个：每个占 19 MiB 与一个核，两核的机器上更多的只是排队，别的请求还要跑。内存也只有这几份，用了再用。
const AT_ONCE_MAX: usize = 2;
/// A stored hash may not ask for more than this, whoever wrote it there.
const MEMORY_KIB_MAX: u32 = 256 * 1024;
const PASSES_MAX: u32 = 16;
const SALT_BYTES: usize = 16;
const HASH_BYTES: usize = 32;

/// 口令的摘要器。
pub struct PasswordHasher {
    slots: Arc<Semaphore>,
    spare: Arc<Spare>,
    verified: AtomicU64,
}

impl Default for PasswordHasher {
    fn default() -> Self {
        PasswordHasher {
            slots: Arc::new(Semaphore::new(AT_ONCE_MAX)),
            spare: Arc::default(),
            verified: AtomicU64::new(0),
        }
    }
}

impl PasswordHasher {
    /// 求摘要，盐由 `rng` 出。
    pub(crate) async fn hash(
        &self,
        password: &Sensitive<String>,
        rng: &dyn Rng,
    ) -> Result<PasswordHash, ServiceError> {
        let mut salt = [0; SALT_BYTES];
        rng.fill(&mut salt);
        let password = password.clone();
        let hash = self
            .blocking(move |memory| derive(&password, &salt, COST, memory))
            .await?;
        Ok(PasswordHash::new(encode(&salt, &hash?, COST)))
    }

    /// 口令与摘要相合。没有摘要的（没有这个账号）照样算一次，答不合：用时不说明有没有。
    pub(crate) async fn verify(
        &self,
        password: &Sensitive<String>,
        stored: Option<&PasswordHash>,
    ) -> Result<bool, ServiceError> {
        self.verified.fetch_add(1, Ordering::Relaxed);
        let expected = match stored {
            Some(stored) => decode(stored.as_str())
                .ok_or_else(|| ServiceError::internal("a stored password hash is unreadable"))?,
            None => Stored {
                salt: vec![0; SALT_BYTES],
                hash: vec![0; HASH_BYTES],
                cost: COST,
            },
        };
        let is_dummy = stored.is_none();
        let password = password.clone();
        let Stored { salt, hash, cost } = expected;
        let found = self
            .blocking(move |memory| derive(&password, &salt, cost, memory))
            .await??;
        let is_same = bool::from(found.as_slice().ct_eq(&hash));
        Ok(is_same && !is_dummy)
    }

    /// 核对过多少次，连同没有账号的；只增。
    pub fn verified(&self) -> u64 {
        self.verified.load(Ordering::Relaxed)
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Vec<Block>) -> T + Send + 'static,
    ) -> Result<T, ServiceError> {
        let slot = self.slots.clone().acquire_owned().await;
        let slot = slot.map_err(ServiceError::internal)?;
        let spare = Arc::clone(&self.spare);
        let done = tokio::task::spawn_blocking(move || {
            let mut memory = spare.take();
            let value = work(&mut memory);
            spare.put_back(memory);
            drop(slot);
            value
        });
        done.await.map_err(ServiceError::internal)
    }
}

/// The memory of the slots that nobody uses now: as many as there are slots, never more.
///
/// An allocator that gets 19 MiB back from one thread after another keeps much of it; after some sign-ins the process
/// would hold many times what it works with.
#[derive(Default)]
struct Spare(Mutex<Vec<Vec<Block>>>);

impl Spare {
    fn take(&self) -> Vec<Block> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.pop().unwrap_or_default()
    }

    /// Wiped: what is left in it would spare whoever reads it the cost of guessing.
    fn put_back(&self, mut memory: Vec<Block>) {
        memory.fill(Block::default());
        if memory.len() > COST.memory_kib as usize {
            // A stored hash asked for more than ours do; that much is not kept.
            memory = Vec::new();
        }
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.push(memory);
    }
}

fn derive(
    password: &Sensitive<String>,
    salt: &[u8],
    cost: Cost,
    memory: &mut Vec<Block>,
) -> Result<[u8; HASH_BYTES], ServiceError> {
    let wrong = |error: argon2::Error| ServiceError::internal(error.to_string());
    let params =
        Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(HASH_BYTES)).map_err(wrong)?;
    let mut hash = [0; HASH_BYTES];
    let blocks = params.block_count();
    if memory.len() < blocks {
        memory.resize(blocks, Block::default());
    }
    let password = password.reveal("核对口令").as_bytes();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into_with_memory(password, salt, &mut hash, &mut memory[..blocks])
        .map_err(wrong)?;
    Ok(hash)
}

/// What a stored hash says.
#[derive(Debug, PartialEq, Eq)]
struct Stored {
    salt: Vec<u8>,
    hash: Vec<u8>,
    cost: Cost,
}

/// The usual text: `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`.
fn encode(salt: &[u8], hash: &[u8], cost: Cost) -> String {
    format!(
        "$argon2id$v=19$m={},t={},p={}${}${}",
        cost.memory_kib,
        cost.passes,
        cost.lanes,
        Base64Unpadded::encode_string(salt),
        Base64Unpadded::encode_string(hash)
    )
}

/// `None` for whatever we have not written.
fn decode(text: &str) -> Option<Stored> {
    let mut parts = text.strip_prefix("$argon2id$v=19$")?.split('$');
    let (cost, salt, hash) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let mut numbers = cost.split(',');
    let mut number = |name: &str| numbers.next()?.strip_prefix(name)?.parse::<u32>().ok();
    let cost = Cost {
        memory_kib: number("m=")?,
        passes: number("t=")?,
        lanes: number("p=")?,
    };
    let hash = Base64Unpadded::decode_vec(hash).ok()?;
    let is_sound =
        cost.memory_kib <= MEMORY_KIB_MAX && cost.passes <= PASSES_MAX && hash.len() == HASH_BYTES;
    is_sound.then_some(Stored {
        salt: Base64Unpadded::decode_vec(salt).ok()?,
        hash,
        cost,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_comes_back_and_strange_text_does_not() {
        let text = encode(&[1; SALT_BYTES], &[2; HASH_BYTES], COST);
        let expected = Stored {
            salt: vec![1; SALT_BYTES],
            hash: vec![2; HASH_BYTES],
            cost: COST,
        };
        assert_eq!(decode(&text), Some(expected));
        for bad in [
            "",
            "$argon2id$v=19$m=1,t=1$AA$AA",
            "$argon2i$v=19$m=19456,t=2,p=1$AA$AA",
            &text.replace("m=19456", "m=99999999"),
        ] {
            assert!(decode(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn the_hash_is_that_of_the_reference_program() {
        // echo -n password | argon2 somesalt -id -t 2 -k 65536 -p 1 -l 32
        let password = Sensitive::new("password".to_owned());
        let cost = Cost {
            memory_kib: 65_536,
            passes: 2,
            lanes: 1,
        };
        // The memory of before, as another left it, changes nothing.
        let mut memory = Vec::new();
        for _ in 0..2 {
            let hash = derive(&password, b"somesalt", cost, &mut memory).unwrap();
            let hex: String = hash.iter().map(|b| format!("{b:02x}")).collect();
            assert_eq!(
                hex,
                "09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7"
            );
        }
    }

    #[tokio::test]
    async fn many_at_once_use_no_more_memory_than_there_are_slots() {
        let hasher = Arc::new(PasswordHasher::default());
        let stored = PasswordHash::new(encode(&[1; SALT_BYTES], &[2; HASH_BYTES], COST));
        let many = [(); 3 * AT_ONCE_MAX].map(|()| {
            let (hasher, stored) = (Arc::clone(&hasher), stored.clone());
            tokio::spawn(async move {
                let password = Sensitive::new("password".to_owned());
                hasher.verify(&password, Some(&stored)).await.unwrap()
            })
        });
        for one in many {
            assert!(!one.await.unwrap());
        }
        let held = hasher.spare.0.lock().unwrap();
        assert!((1..=AT_ONCE_MAX).contains(&held.len()), "{}", held.len());
        let blank = Block::default();
        for memory in held.iter() {
            assert_eq!(memory.len(), COST.memory_kib as usize);
            let is_blank = |block: &Block| block.as_ref() == blank.as_ref();
            assert!(memory.iter().all(is_blank), "wiped");
        }
    }
}
