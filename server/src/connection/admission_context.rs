//! What admission shares between connections, and the check of a greeting before it is proposed: the server password, and
//! the random values that the chat cannot make itself because it must be deterministic (a fresh secret, names).

use std::sync::Mutex;

use shared::client_msg::Hello;
use shared::{Code, LinkCode, Name, Refusal, RequestId, Role, Secret, Uid};

use super::auth_attempts::AuthAttempts;
use super::rate_limit::RateLimits;
use crate::admin::AdminKey;
use crate::chat::conn_id::ConnId;
use crate::chat::greeting::{Greeting, Origin};
use crate::chat::proposal::SecretHash;
use crate::config::live::Current;
use crate::random_names::RandomNames;
use crate::token_bucket::Pace;
use crate::transport::peer::Peer;

/// What admission shares between connections.
#[derive(Debug)]
pub struct AdmissionContext {
    /// The admin key.
    pub key: AdminKey,
    /// The settings in force.
    pub terms: Current,
    /// Failed passwords, keys and secrets.
    pub auth_attempts: AuthAttempts,
    /// The token buckets by identity.
    pub rate_limits: RateLimits,
    /// Generates names for people who ask for none.
    pub names: Mutex<RandomNames>,
}

/// How many random names are proposed with a greeting; the chat takes the first that is free.
const CANDIDATES: usize = 8;

impl AdmissionContext {
    /// The rate of answered bytes.
    #[must_use]
    pub fn answer_pace(&self, who: Option<Uid>) -> Pace {
        self.terms.clone().get().settings.answer_pace(who)
    }

    /// Checks a greeting and completes it with random names and the hash of a fresh secret. The secret itself is returned
    /// for the hub.
    pub async fn admit(
        &self,
        conn: ConnId,
        peer: Peer,
        now_ms: u64,
        id: Option<RequestId>,
        hello: Hello,
    ) -> Result<(Greeting, Secret), Refusal> {
        if hello.link.is_some() && hello.secret.is_some() {
            let both = "link stands in place of a secret; give one of them";
            return Err(Refusal::new(Code::BadRequest, both).to(id));
        }
        let secret = fresh_secret().map_err(|refusal| refusal.to(id.clone()))?;
        let (shown, fresh) = (hello.secret.as_ref().map(SecretHash::of), SecretHash::of(&secret));
        self.check_password(peer, hello.password.as_deref(), (shown, fresh), now_ms)
            .await
            .map_err(|refusal| refusal.to(id.clone()))?;
        // Whoever is new and says their name gets that or none.
        let is_known = shown.is_some() || hello.link.is_some();
        let needed = if hello.name.is_some() && !is_known { 0 } else { CANDIDATES };
        let candidates: Vec<Name> = {
            let mut names = self.names.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            (0..needed).filter_map(|_| names.next()).collect()
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
            window: hello.window,
            wish: hello.name,
            shown,
            link: hello.link.as_ref().map(SecretHash::of_code),
            machine: hello.machine,
            has: hello.has,
            resume: hello.resume,
            fresh,
            candidates,
            followed: None,
        };
        Ok((greeting, secret))
    }

    async fn check_password(
        &self,
        peer: Peer,
        given: Option<&str>,
        (shown, fresh): (Option<SecretHash>, SecretHash),
        now_ms: u64,
    ) -> Result<(), Refusal> {
        let mut terms = self.terms.clone();
        let terms = terms.get();
        let Some(password) = &terms.files.password else { return Ok(()) };
        let Some(given) = given else {
            return Err(Refusal::new(Code::AuthFailed, "this server wants a password; give it with hello"));
        };
        let pace = terms.settings.bounds.wrong_guesses;
        tokio::time::sleep(self.auth_attempts.turn(peer, shown, pace, now_ms)?).await;
        if password.is(given).await? {
            self.auth_attempts.passed(password, shown.into_iter().chain([fresh]));
            return Ok(());
        }
        self.auth_attempts.wrong(peer, shown, pace, now_ms);
        tracing::warn!(from = %peer, "a wrong password");
        Err(Refusal::new(Code::AuthFailed, "the password is wrong; check it and come back"))
    }
}

fn fresh_secret() -> Result<Secret, Refusal> {
    Ok(Secret::from_bytes(random()?))
}

/// A code for another machine.
pub(super) fn link_code() -> Result<LinkCode, Refusal> {
    Ok(LinkCode::from_bits(u64::from_le_bytes(random()?)))
}

fn random<const N: usize>() -> Result<[u8; N], Refusal> {
    let mut random = [0; N];
    getrandom::fill(&mut random)
        .map_err(|_| Refusal::new(Code::Internal, "the server has no randomness; try again"))?;
    Ok(random)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::conn_id::NodeStart;
    use crate::config::Config;
    use crate::config::files::Files;
    use crate::config::live::Terms;

    #[tokio::test]
    async fn random_names_are_made_only_for_who_may_need_one() {
        let files = Files { password: None, motd: String::new(), next_key: None };
        let (_change, terms) = Current::new(Terms { settings: Config::defaults().unwrap().live, files });
        let admission = AdmissionContext {
            key: AdminKey::random().unwrap(),
            terms,
            auth_attempts: AuthAttempts::new(true),
            rate_limits: RateLimits::default(),
            names: Mutex::new(RandomNames::always("calm", "otter")),
        };
        let (name, secret) = (Name::parse("ann").ok(), Some(Secret::from_bytes([7; 32])));
        let greetings = [
            ((None, None), CANDIDATES),
            ((name.clone(), None), 0),
            // Somebody who is known may come back under the name they had, which may be taken.
            ((name, secret.clone()), CANDIDATES),
            ((None, secret), CANDIDATES),
        ];
        for ((name, secret), needed) in greetings {
            let hello = Hello { name, secret, ..Hello::default() };
            let told = format!("{hello:?}");
            let conn = ConnId::new(NodeStart::default(), 1);
            let (greeting, _) = admission.admit(conn, Peer::Local, 0, None, hello).await.unwrap();
            assert_eq!(greeting.candidates.len(), needed, "{told}");
        }
    }
}
