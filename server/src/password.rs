//! The password of a private server, kept plain or as an argon2id hash, and the check of what a greeting brings along.
//! One check runs at a time, in a thread of its own, and few wait for it, so that guessing costs neither the memory nor
//! the time of those who talk. `Debug` shows neither form.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, bail};
use argon2::password_hash::PasswordHasher as _;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Block, Params, Version};
use sha2::{Digest as _, Sha256};
use tokio::sync::Semaphore;

use shared::{Code, Refusal};

use crate::constant_time;

/// The most memory a hash may ask for, in KiB: whoever guesses must not be able to fill the machine with our help.
const MOST_KIB: u32 = 256 * 1024;
/// The most passes over it.
const MOST_PASSES: u32 = 16;
/// How many may wait for the one check that runs at a time. Whoever comes when so many wait is refused and told to come
/// back. The right password does not wait once it was given before, for then its digest is known.
const WAITING: usize = 32;
/// When they should come back.
const COME_BACK: Duration = Duration::from_secs(2);

/// The password a `hello` must bring. Clones share the queue and the known digest.
#[derive(Clone)]
pub struct Password(Arc<Kind>);

enum Kind {
    Plain(String),
    Hashed(Hashed),
}

struct Hashed {
    /// As `argon2` and `chinwagd hash-password` write it (PHC string format).
    phc: String,
    /// One check at a time: each takes a core and the memory of the hash for as long as it lasts.
    turn: Arc<Semaphore>,
    waiting: AtomicUsize,
    /// The SHA-256 of the right password, once somebody gave it: a thousand clients that reconnect are let in without a
    /// thousand runs of argon2, and guessing delays nobody who knows it. It is never written down.
    right: OnceLock<[u8; 32]>,
}

impl Password {
    /// Reads what a password file says: an argon2id hash, or the password itself.
    pub fn parse(text: &str) -> Result<Self> {
        let text = text.trim_end_matches(['\r', '\n']);
        if text.is_empty() {
            bail!("it is empty; write the password into it, or what chinwagd hash-password makes of it");
        }
        if !text.starts_with("$argon2") {
            return Ok(Self(Arc::new(Kind::Plain(text.to_owned()))));
        }
        let hash = PasswordHash::new(text).ok().filter(|hash| hash.hash.is_some());
        let hash = hash.context("it begins like a hash and is none; make one with chinwagd hash-password")?;
        if hash.algorithm != Algorithm::Argon2id.ident() {
            bail!(
                "it is a hash by {}; argon2id is needed, as chinwagd hash-password makes it",
                hash.algorithm
            );
        }
        let params =
            Params::try_from(&hash).ok().context("the hash has parameters that argon2id does not know")?;
        if params.m_cost() > MOST_KIB || params.t_cost() > MOST_PASSES {
            bail!("the hash asks for more than {MOST_KIB} KiB or {MOST_PASSES} passes; make a cheaper one");
        }
        Ok(Self(Arc::new(Kind::Hashed(Hashed {
            phc: text.to_owned(),
            turn: Arc::new(Semaphore::new(1)),
            waiting: AtomicUsize::new(0),
            right: OnceLock::new(),
        }))))
    }

    /// Whether this is the password. A hash is verified on a blocking thread, one at a time.
    ///
    /// Cancel safe: a check that was begun goes on without its asker, and the next one waits for its end.
    ///
    /// # Errors
    /// When too many wait already, or the check could not be run.
    pub async fn is(&self, given: &str) -> Result<bool, Refusal> {
        let hashed = match &*self.0 {
            Kind::Plain(password) => return Ok(constant_time::equal(given.as_bytes(), password.as_bytes())),
            Kind::Hashed(hashed) => hashed,
        };
        let digest: [u8; 32] = Sha256::digest(given).into();
        if hashed.right.get().is_some_and(|right| constant_time::equal(&digest, right)) {
            return Ok(true);
        }
        let _queued = hashed.queue()?;
        let gone = |_| Refusal::new(Code::Internal, "the server cannot check passwords now; try again");
        let turn =
            Arc::clone(&hashed.turn).acquire_owned().await.map_err(|closed| gone(closed.to_string()))?;
        let (phc, given) = (hashed.phc.clone(), given.to_owned());
        let check = tokio::task::spawn_blocking(move || {
            let right = verify(&phc, &given);
            // Released only here: otherwise whoever hangs up would start another check beside the running one.
            drop(turn);
            right
        });
        let right = check.await.map_err(|error| gone(error.to_string()))?;
        if right {
            hashed.right.get_or_init(|| digest);
        }
        Ok(right)
    }
}

/// The least memory a check allocates, in KiB, though it touches only what it needs. The allocator maps a block of more than
/// 32 MiB by itself and gives it back when it is freed, whatever was allocated before (glibc, `M_MMAP_THRESHOLD`, mallopt(3));
/// smaller ones it keeps, a few for each thread that ever checked a password.
const LEAST_KIB: usize = 40 * 1024;

fn verify(phc: &str, given: &str) -> bool {
    PasswordHash::new(phc).ok().and_then(|hash| matches(&hash, given)).unwrap_or(false)
}

fn matches(hash: &PasswordHash, given: &str) -> Option<bool> {
    let params = Params::try_from(hash).ok()?;
    let version = hash.version.map_or(Some(Version::default()), |version| Version::try_from(version).ok())?;
    let (salt, expected) = (hash.salt?, hash.hash?);
    let mut made = vec![0; expected.len()];
    let mut memory = Vec::with_capacity(params.block_count().max(LEAST_KIB));
    memory.resize(params.block_count(), Block::default());
    let argon2 = Argon2::new(Algorithm::Argon2id, version, params);
    argon2.hash_password_into_with_memory(given.as_bytes(), &salt, &mut made, &mut memory[..]).ok()?;
    Some(constant_time::equal(&made, expected.as_bytes()))
}

/// The argon2id hash of a password, with the parameters of RFC 9106's and OWASP's first advice for servers.
pub fn hash(password: &str) -> Result<String> {
    let mut random = [0; 16];
    getrandom::fill(&mut random).context("the system has no randomness")?;
    let hash: argon2::password_hash::Result<PasswordHash> =
        Argon2::default().hash_password_with_salt(password.as_bytes(), &random);
    Ok(hash.map_err(|error| anyhow!("cannot hash this: {error}"))?.to_string())
}

/// Counts as waiting until it is dropped.
struct Queued<'a>(&'a AtomicUsize);

impl Hashed {
    fn queue(&self) -> Result<Queued<'_>, Refusal> {
        let queued = Queued(&self.waiting);
        if self.waiting.fetch_add(1, Ordering::Relaxed) >= WAITING {
            let many = "many passwords are being checked; try again in a moment";
            return Err(Refusal::new(Code::RateLimited, many).retry_after(COME_BACK));
        }
        Ok(queued)
    }
}

impl Drop for Queued<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(…)")
    }
}

impl PartialEq for Password {
    /// Whether two password files are the same, not in constant time; what a client gives is compared by
    /// [`Password::is`].
    fn eq(&self, other: &Self) -> bool {
        match (&*self.0, &*other.0) {
            (Kind::Plain(one), Kind::Plain(other)) => one == other,
            (Kind::Hashed(one), Kind::Hashed(other)) => one.phc == other.phc,
            (Kind::Plain(_), Kind::Hashed(_)) | (Kind::Hashed(_), Kind::Plain(_)) => false,
        }
    }
}

impl Eq for Password {}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of "password": a test vector of the reference implementation.
    const HASH: &str = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";

    #[tokio::test]
    async fn a_password_is_checked_as_it_is_or_by_its_hash() {
        for text in ["password\n", HASH] {
            let password = Password::parse(text).unwrap();
            for given in ["password", "password"] {
                assert!(password.is(given).await.unwrap(), "{text}");
            }
            for given in ["", "pass", "password ", HASH] {
                assert!(!password.is(given).await.unwrap(), "{given:?} for {text}");
            }
        }
    }

    #[tokio::test]
    async fn what_hash_password_makes_is_a_password() {
        let hashed = hash("비밀").unwrap();
        assert!(hashed.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hashed}");
        assert!(Password::parse(&hashed).unwrap().is("비밀").await.unwrap());
        assert_ne!(hashed, hash("비밀").unwrap(), "each has a salt of its own");
    }

    #[tokio::test]
    async fn whoever_comes_when_many_wait_is_told_to_come_back_unless_they_know_it() {
        let password = Password::parse(HASH).unwrap();
        assert!(password.is("password").await.unwrap());
        let Kind::Hashed(hashed) = &*password.0 else { panic!("not hashed") };
        let places: Vec<_> = (0..WAITING).map(|_| hashed.queue().ok().unwrap()).collect();
        assert_eq!(password.is("guess").await.unwrap_err().retry_ms, Some(2000));
        assert!(password.is("password").await.unwrap());
        drop(places);
        assert!(!password.is("guess").await.unwrap());
    }

    #[test]
    fn what_cannot_be_a_password_says_why() {
        for (text, why) in [
            ("\n", "empty"),
            ("$argon2id$nonsense", "none"),
            ("$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ", "none"),
            ("$argon2i$v=19$m=64,t=1,p=1$c29tZXNhbHQ$2mXTXWTtCPpVGDJGfzCDDQ", "argon2id is needed"),
            ("$argon2id$v=19$m=1048576,t=1,p=1$c29tZXNhbHQ$2mXTXWTtCPpVGDJGfzCDDQ", "KiB"),
            ("$argon2id$v=19$m=64,t=99,p=1$c29tZXNhbHQ$2mXTXWTtCPpVGDJGfzCDDQ", "passes"),
        ] {
            let error = Password::parse(text).unwrap_err().to_string();
            assert!(error.contains(why), "{text:?}: {error}");
        }
    }
}
