//! Finds out whose the credentials of an IRC client are, before it is greeted: a wrong word must not make a stranger of somebody.
//!
//! Wrong ones count as guesses, by address as every wrong password does, and words also by whose they were tried on, so that many
//! addresses get no further than one (see [`auth_attempts`](crate::connection::auth_attempts)). A word for somebody who does not
//! exist, or has set none, takes as long as any: it is hashed as well.

use shared::{CertificateHash, Code, LoginWord, Name, Refusal, Secret, SecretHash, Uid};

use super::names::uid;
use super::session::{Credentials, LoginOutcome};
use crate::chat::find::Wanted;
use crate::connection::context::Context;
use crate::transport::peer::Peer;

/// Whose these are.
pub(super) async fn log_in(
    credentials: Credentials,
    certificate: Option<[u8; 32]>,
    peer: Peer,
    context: &Context,
) -> LoginOutcome {
    match credentials {
        Credentials::Password { account, password } => {
            by_password(&account, &password, peer, context).await.unwrap_or_else(refused)
        }
        Credentials::Certificate(account) => {
            by_certificate(&account, certificate, peer, context).await.unwrap_or_else(refused)
        }
        Credentials::Pass(text) => by_pass(&text, peer, context).await,
    }
}

fn refused(refusal: Refusal) -> LoginOutcome {
    LoginOutcome::Refused(refusal.message)
}

async fn by_password(
    account: &str,
    password: &str,
    peer: Peer,
    context: &Context,
) -> Result<LoginOutcome, Refusal> {
    wait_for_turn(peer, context).await?;
    if let Ok(secret) = Secret::parse(password)
        && let Some(known) = by_secret(secret, context).await
        && known.is(account)
    {
        return Ok(known.into());
    }
    let wanted = find_account(account, context).await;
    let attempts = &context.admission.auth_attempts;
    if let Some((uid, _)) = &wanted {
        attempts.word_turn(peer, *uid, context.clock.uptime_ms())?;
    }
    if let Ok(word) = LoginWord::parse(password)
        && !word.is_empty()
    {
        let of = wanted.as_ref().map_or(Uid::ZERO, |(uid, _)| *uid);
        let secret = Box::pin(context.derived_secrets.of_word(of, &word)).await?;
        if let Some(known) = by_secret(secret, context).await
            && wanted.as_ref().is_some_and(|(uid, _)| *uid == known.uid)
        {
            attempts.right_word(peer, known.uid);
            return Ok(known.into());
        }
    }
    if let Some((uid, _)) = wanted {
        attempts.wrong_word(peer, uid, context.clock.uptime_ms());
    }
    Err(wrong(peer, context))
}

async fn by_certificate(
    account: &str,
    certificate: Option<[u8; 32]>,
    peer: Peer,
    context: &Context,
) -> Result<LoginOutcome, Refusal> {
    let Some(certificate) = certificate else {
        let none = "your connection shows no client certificate";
        return Err(Refusal::new(Code::AuthFailed, none));
    };
    wait_for_turn(peer, context).await?;
    let secret = context.derived_secrets.of_certificate(CertificateHash(certificate));
    match by_secret(secret, context).await {
        Some(known) if account.is_empty() || known.is(account) => Ok(known.into()),
        Some(_) | None => Err(wrong(peer, context)),
    }
}

/// `PASS` is the server's password, or a secret, or `NAME:WORD` where the server has no password.
async fn by_pass(text: &str, peer: Peer, context: &Context) -> LoginOutcome {
    if let Ok(secret) = Secret::parse(text) {
        if let Err(refusal) = wait_for_turn(peer, context).await {
            return refused(refusal);
        }
        return match by_secret(secret, context).await {
            Some(known) => known.into(),
            None if has_password(context) => LoginOutcome::NoCredentials,
            None => refused(wrong(peer, context)),
        };
    }
    match text.split_once(':') {
        Some((account, word)) if !has_password(context) => {
            by_password(account, word, peer, context).await.unwrap_or_else(refused)
        }
        Some(_) | None => LoginOutcome::NoCredentials,
    }
}

fn has_password(context: &Context) -> bool {
    context.admission.terms.clone().get().files.password.is_some()
}

/// Somebody and their secret.
struct Known {
    uid: Uid,
    name: Name,
    secret: Secret,
}

impl Known {
    /// Whether they are called so, by name or uid.
    fn is(&self, account: &str) -> bool {
        account_uid(account) == Some(self.uid) || Name::parse(account).is_ok_and(|name| name == self.name)
    }
}

impl From<Known> for LoginOutcome {
    fn from(known: Known) -> Self {
        let Known { uid, name, secret } = known;
        Self::Known { uid, name, secret }
    }
}

async fn by_secret(secret: Secret, context: &Context) -> Option<Known> {
    let (uid, name) = context.find(Wanted::Secret(SecretHash::of(&secret))).await?;
    Some(Known { uid, name, secret })
}

async fn find_account(account: &str, context: &Context) -> Option<(Uid, Name)> {
    let wanted = match account_uid(account) {
        Some(uid) => Wanted::Uid(uid),
        None => Wanted::Name(Name::parse(account).ok()?),
    };
    context.find(wanted).await
}

/// A uid as `#17`, or as the user name `u17`; a name may be digits alone, so without a mark it is one.
fn account_uid(account: &str) -> Option<Uid> {
    match account.strip_prefix('#') {
        Some(digits) => digits.parse().ok().and_then(Uid::new),
        None => uid(account),
    }
}

/// Waits for the turn to try something; see [`auth_attempts`](crate::connection::auth_attempts).
async fn wait_for_turn(peer: Peer, context: &Context) -> Result<(), Refusal> {
    let pace = context.admission.terms.clone().get().settings.bounds.wrong_guesses;
    let turn = context.admission.auth_attempts.turn(peer, None, pace, context.clock.uptime_ms())?;
    tokio::time::sleep(turn).await;
    Ok(())
}

/// Counts a guess.
fn wrong(peer: Peer, context: &Context) -> Refusal {
    let pace = context.admission.terms.clone().get().settings.bounds.wrong_guesses;
    context.admission.auth_attempts.wrong(peer, None, pace, context.clock.uptime_ms());
    tracing::warn!(from = %peer, "a wrong word or certificate over IRC");
    let why = "the name, the word or the certificate is wrong; in chinwag, /irc-password sets a word";
    Refusal::new(Code::AuthFailed, why)
}
