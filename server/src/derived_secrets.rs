//! The secrets of people who log in by something else than a secret: made of a word by argon2id, or of a TLS client certificate by
//! a key that only this server has. The chat sees what it always sees, the hash of a secret.
//!
//! Whoever has the store must run argon2id for each word they try, since the hash stored is that of what argon2id made. A
//! certificate is no secret, so without the key everybody could compute what it stands for.
//!
//! One word is hashed at a time, on a thread of its own, and few wait for it, so that guessing costs neither the memory nor the
//! time of those who talk; see also [`password`](crate::password).

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::Result;
use argon2::{Algorithm, Argon2, Block, Params, Version};
use sha2::{Digest as _, Sha256};
use tokio::sync::Semaphore;

use shared::{CertificateHash, Code, LoginWord, Refusal, Secret, ServerId, Uid};

use crate::admin::AdminKey;

/// The file with the key, in the state directory. When it is lost, certificates must be registered anew.
pub const KEY_FILE: &str = "certificates.key";

/// The memory of a hash, in KiB, its passes and lanes: what RFC 9106 and OWASP advise servers. Changing them makes every word
/// another secret.
const KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// The least memory that is allocated, in KiB; see `LEAST_KIB` in [`password`](crate::password).
const LEAST_KIB: usize = 40 * 1024;

/// How many may wait for the one word that is hashed at a time: everybody who logs in by a word comes back at once after a
/// restart. Whoever comes when so many wait is refused and told to come back.
const WAITING: usize = 256;
/// When they should come back.
const COME_BACK: Duration = Duration::from_secs(2);

/// Makes secrets of words and certificates.
pub struct DerivedSecrets {
    server: Option<ServerId>,
    key: [u8; 32],
    turn: Arc<Semaphore>,
    waiting: AtomicUsize,
}

impl DerivedSecrets {
    /// With the key in this directory, which is made when there is none.
    pub fn open(dir: &Path, server: Option<ServerId>) -> Result<Self> {
        Ok(Self::with(&AdminKey::load_or_create_as(dir, KEY_FILE)?, server))
    }

    /// With this key.
    #[must_use]
    pub fn with(key: &AdminKey, server: Option<ServerId>) -> Self {
        let key = Sha256::digest(key.reveal()).into();
        Self { server, key, turn: Arc::new(Semaphore::new(1)), waiting: AtomicUsize::new(0) }
    }

    /// The secret that a word of somebody stands for.
    ///
    /// Cancel safe: a hash that was begun goes on without its asker, and the next one waits for its end.
    ///
    /// # Errors
    /// When too many wait already, or it could not be run.
    pub async fn of_word(&self, uid: Uid, word: &LoginWord) -> Result<Secret, Refusal> {
        let _queued = self.queue()?;
        let gone = || Refusal::new(Code::Internal, "the server cannot check words now; try again");
        let turn = Arc::clone(&self.turn).acquire_owned().await.map_err(|_| gone())?;
        let (salt, word) = (self.salt(uid), word.clone());
        let hash = tokio::task::spawn_blocking(move || {
            let made = hash(word.as_str(), &salt);
            // Released only here: otherwise whoever hangs up would start another beside the running one.
            drop(turn);
            made
        });
        hash.await.ok().flatten().map(Secret::from_bytes).ok_or_else(gone)
    }

    /// The secret that a certificate stands for: its HMAC-SHA256 (RFC 2104).
    #[must_use]
    pub fn of_certificate(&self, certificate: CertificateHash) -> Secret {
        let padded = |pad: u8| {
            let mut block = [pad; 64];
            block.iter_mut().zip(self.key).for_each(|(byte, key)| *byte ^= key);
            Sha256::new().chain_update(block)
        };
        let inner = padded(0x36).chain_update(certificate.0).finalize();
        Secret::from_bytes(padded(0x5c).chain_update(inner).finalize().into())
    }

    /// Each word of each person on each server has a salt of its own.
    fn salt(&self, uid: Uid) -> [u8; 32] {
        let server = self.server.as_ref().map_or("", |server| server.as_str());
        Sha256::new().chain_update(server).chain_update(uid.get().to_be_bytes()).finalize().into()
    }

    fn queue(&self) -> Result<Queued<'_>, Refusal> {
        let queued = Queued(&self.waiting);
        if self.waiting.fetch_add(1, Ordering::Relaxed) >= WAITING {
            let many = "many words are being checked; try again in a moment";
            return Err(Refusal::new(Code::RateLimited, many).retry_after(COME_BACK));
        }
        Ok(queued)
    }
}

/// Counts as waiting until it is dropped.
struct Queued<'a>(&'a AtomicUsize);

impl Drop for Queued<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

fn hash(word: &str, salt: &[u8]) -> Option<[u8; 32]> {
    let params = Params::new(KIB, PASSES, LANES, None).ok()?;
    let mut made = [0; 32];
    let mut memory = Vec::with_capacity(params.block_count().max(LEAST_KIB));
    memory.resize(params.block_count(), Block::default());
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    argon2.hash_password_into_with_memory(word.as_bytes(), salt, &mut made, &mut memory[..]).ok()?;
    Some(made)
}

impl std::fmt::Debug for DerivedSecrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DerivedSecrets(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn derived(key: &str, server: &str) -> DerivedSecrets {
        let dir = tempfile::TempDir::new().unwrap();
        std::fs::write(dir.path().join(KEY_FILE), key).unwrap();
        DerivedSecrets::open(dir.path(), server.parse().ok()).unwrap()
    }

    #[tokio::test]
    async fn a_word_is_another_secret_for_everybody_and_on_every_server_and_the_same_tomorrow() {
        let ours = derived("a key of some length", "here");
        let (ann, ben) = (Uid::new(1).unwrap(), Uid::new(2).unwrap());
        let (word, other) = (LoginWord::parse("sesame").unwrap(), LoginWord::parse("sesame2").unwrap());
        let secret = ours.of_word(ann, &word).await.unwrap();
        assert_eq!(secret, derived("another key of it", "here").of_word(ann, &word).await.unwrap());
        for another in [
            ours.of_word(ben, &word).await.unwrap(),
            ours.of_word(ann, &other).await.unwrap(),
            derived("a key of some length", "there").of_word(ann, &word).await.unwrap(),
        ] {
            assert_ne!(secret, another);
        }
    }

    #[tokio::test]
    async fn whoever_comes_when_many_wait_is_told_to_come_back() {
        let derived = derived("a key of some length", "here");
        let places: Vec<_> = (0..WAITING).map(|_| derived.queue().ok().unwrap()).collect();
        let word = LoginWord::parse("sesame").unwrap();
        assert_eq!(derived.of_word(Uid::ZERO, &word).await.unwrap_err().retry_ms, Some(2000));
        drop(places);
        assert!(derived.of_word(Uid::ZERO, &word).await.is_ok());
    }

    #[test]
    fn a_certificate_is_another_secret_under_another_key() {
        let certificate = CertificateHash([7; 32]);
        let secret = |key, hash| derived(key, "here").of_certificate(hash);
        let ours = secret("a key of some length", certificate);
        assert_eq!(ours, secret("a key of some length", certificate));
        assert_ne!(ours, secret("another key of it", certificate));
        assert_ne!(ours, secret("a key of some length", CertificateHash([8; 32])));
    }
}
