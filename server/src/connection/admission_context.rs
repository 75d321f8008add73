//! Checks a greeting before it is proposed: the server password, and everything the chat cannot make itself because it
//! must be the same on every machine that applies the proposal (a fresh secret, random names).

use std::sync::Mutex;

use shared::client_msg::Hello;
use shared::{Code, Name, Refusal, RequestId, Role, Secret};

use super::auth_attempts::AuthAttempts;
use super::rate_limit::RateLimits;
use crate::admin::AdminKey;
use crate::chat::conn_id::ConnId;
use crate::chat::proposal::{Greeting, Origin, SecretHash};
use crate::config::live::Current;
use crate::random_names::RandomNames;
use crate::token_bucket::Pace;
use crate::transport::peer::Peer;

/// What admission knows about the server.
#[derive(Debug)]
pub struct AdmissionContext {
    /// What makes a connection admin.
    pub key: AdminKey,
    /// The terms in force.
    pub terms: Current,
    /// What was guessed wrong.
    pub auth_attempts: AuthAttempts,
    /// What everyone has used up.
    pub rate_limits: RateLimits,
    /// Names for those who bring none.
    pub names: Mutex<RandomNames>,
}

/// How many random names a greeting brings along; the chat takes the first that is free.
const CANDIDATES: usize = 8;

impl AdmissionContext {
    /// How many bytes one may be answered.
    #[must_use]
    pub fn answer_pace(&self) -> Pace {
        self.terms.clone().get().settings.answer_pace()
    }

    /// Checks a greeting and completes it with what the chat cannot make: a secret, of which it gets the hash, and random
    /// names.
    pub async fn admit(
        &self,
        conn: ConnId,
        peer: Peer,
        now_ms: u64,
        id: Option<RequestId>,
        hello: Hello,
    ) -> Result<(Greeting, Secret), Refusal> {
        self.check_password(peer, hello.password.as_deref(), now_ms)
            .await
            .map_err(|refusal| refusal.to(id.clone()))?;
        let secret = fresh_secret().map_err(|refusal| refusal.to(id.clone()))?;
        let candidates: Vec<Name> = {
            let mut names = self.names.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            (0..CANDIDATES).filter_map(|_| names.next()).collect()
        };
        let greeting = Greeting {
            conn,
            id,
            origin: Origin {
                address: peer.ip(),
                unix: peer.unix(),
                client: hello.client,
                role: if peer.operator().is_some() { Role::Admin } else { Role::Member },
            },
            wish: hello.name,
            shown: hello.secret.as_ref().map(hash),
            resume: hello.resume,
            fresh: hash(&secret),
            candidates,
        };
        Ok((greeting, secret))
    }

    async fn check_password(&self, peer: Peer, given: Option<&str>, now_ms: u64) -> Result<(), Refusal> {
        let mut terms = self.terms.clone();
        let terms = terms.get();
        let Some(password) = &terms.files.password else { return Ok(()) };
        let Some(given) = given else {
            return Err(Refusal::new(Code::AuthFailed, "this server wants a password"));
        };
        let pace = terms.settings.bounds.wrong_guesses;
        self.auth_attempts.check(peer, pace, now_ms)?;
        if password.is(given).await? {
            return Ok(());
        }
        self.auth_attempts.wrong(peer, pace, now_ms);
        tracing::warn!(from = %peer, "a wrong password");
        Err(Refusal::new(Code::AuthFailed, "the password is wrong"))
    }
}

fn fresh_secret() -> Result<Secret, Refusal> {
    let mut random = [0; 32];
    getrandom::fill(&mut random)
        .map_err(|_| Refusal::new(Code::Internal, "the server has no randomness; try again"))?;
    Ok(Secret::from_bytes(random))
}

fn hash(secret: &Secret) -> SecretHash {
    use sha2::Digest as _;
    SecretHash(sha2::Sha256::digest(secret.as_str()).into())
}
