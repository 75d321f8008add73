//! What only concerns one connection, settled before anything is proposed: secrets, keys, pace, malformed lines.
//! It must not know the state of the chat.

use std::collections::VecDeque;
use std::sync::Mutex;

use tokio::time::Instant;

use shared::client_msg::{Auth, Hello};
use shared::codec::{Frame, to_line};
use shared::{ClientMsg, Code, Name, Refusal, Request, RequestId, Role, Secret, ServerMsg};

use super::account::{Accounts, Tab};
use super::guesses::Guesses;
use super::socket::{Peer, Socket};
use super::{Context, End, greet};
use crate::admin::AdminKey;
use crate::chat::proposal::{Asked, ConnId, Greeting, Origin, Proposal, SecretHash};
use crate::config::live::Current;
use crate::hub::Local;
use crate::naming::RandomNames;
use crate::pace::Pace;

/// What admission knows about the server.
#[derive(Debug)]
pub struct Gate {
    /// What makes a connection admin.
    pub key: AdminKey,
    /// The terms in force.
    pub terms: Current,
    /// What was guessed wrong.
    pub guesses: Guesses,
    /// What everyone has used up.
    pub accounts: Accounts,
    /// Names for those who bring none.
    pub names: Mutex<RandomNames>,
}

/// How many random names a greeting brings along; the chat takes the first that is free.
const CANDIDATES: usize = 8;

impl Gate {
    /// How many bytes one may be answered.
    #[must_use]
    pub fn answer_pace(&self) -> Pace {
        self.terms.clone().get().settings.answer_pace()
    }

    /// Checks a greeting and completes it with what the chat cannot make: a secret and random names.
    pub async fn admit(
        &self,
        conn: ConnId,
        peer: Peer,
        now_ms: u64,
        id: Option<RequestId>,
        hello: Hello,
    ) -> Result<Greeting, Refusal> {
        self.check_password(peer, hello.password.as_deref(), now_ms)
            .await
            .map_err(|refusal| refusal.to(id.clone()))?;
        let secret = fresh_secret().map_err(|refusal| refusal.to(id.clone()))?;
        let candidates: Vec<Name> = {
            let mut names = self.names.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            (0..CANDIDATES).filter_map(|_| names.next()).collect()
        };
        Ok(Greeting {
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
            fresh: (secret.clone(), hash(&secret)),
            candidates,
        })
    }

    async fn check_password(&self, peer: Peer, given: Option<&str>, now_ms: u64) -> Result<(), Refusal> {
        let mut terms = self.terms.clone();
        let terms = terms.get();
        let Some(password) = &terms.files.password else { return Ok(()) };
        let Some(given) = given else {
            return Err(Refusal::new(Code::AuthFailed, "this server wants a password"));
        };
        let pace = terms.settings.bounds.wrong_guesses;
        self.guesses.check(peer, pace, now_ms)?;
        if password.is(given).await? {
            return Ok(());
        }
        self.guesses.wrong(peer, pace, now_ms);
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

/// One connection's way from lines to proposals.
#[derive(Debug)]
pub(super) struct Admission<'a> {
    pub(super) conn: ConnId,
    peer: Peer,
    terms: Current,
    tab: &'a Tab,
    failed_keys: u32,
}

/// After this many wrong keys a connection is closed.
const MAX_FAILED_KEYS: u32 = 3;

impl<'a> Admission<'a> {
    pub(super) fn new(conn: ConnId, peer: Peer, terms: Current, tab: &'a Tab) -> Self {
        Self { conn, peer, terms, tab, failed_keys: 0 }
    }

    /// Takes lines until there are none left, or until the pace says wait; returns until when.
    pub(super) async fn take(
        &mut self,
        frames: &mut VecDeque<Frame>,
        socket: &Socket,
        context: &Context,
    ) -> Result<Option<Instant>, End> {
        while let Some(frame) = frames.front() {
            let now_ms = context.clock.uptime_ms();
            let settings = &self.terms.get().settings;
            let (pace, answer_pace) = (settings.pace, settings.answer_pace());
            self.tab.settle(socket, answer_pace, now_ms);
            if let Some(wait) = self.tab.owes(answer_pace, now_ms) {
                return Ok(Some(Instant::now() + wait));
            }
            let line = match frame {
                Frame::Line(line) => line,
                Frame::TooLong => return Err(End::Fatal(greet::too_long(shared::limits::LINE_BYTES))),
                Frame::BadUtf8 => return Err(End::Fatal(greet::bad_utf8())),
            };
            match Request::parse(line) {
                Ok(request) => {
                    if costs(&request.msg)
                        && let Err(wait) = self.tab.say(pace, now_ms)
                    {
                        return Ok(Some(Instant::now() + wait));
                    }
                    if reads(&request.msg) {
                        self.tab.charge(answer_pace, READ_COST, now_ms);
                    }
                    frames.pop_front();
                    self.propose(request, context).await?;
                }
                Err(refusal) => {
                    // Whoever sends nonsense is slowed down like somebody who talks.
                    if let Err(wait) = self.tab.say(pace, now_ms) {
                        return Ok(Some(Instant::now() + wait));
                    }
                    frames.pop_front();
                    self.refuse(refusal, context).await?;
                }
            }
        }
        Ok(None)
    }

    async fn propose(&mut self, request: Request, context: &Context) -> Result<(), End> {
        let Request { id, msg } = request;
        let proposal = if let ClientMsg::Auth(auth) = msg {
            match self.check_key(&auth, context) {
                Ok(role) => Proposal::Granted { conn: self.conn, id, role },
                Err(refusal) => {
                    // It is told first: what the audit trail has to write must not keep it waiting.
                    let end = self.failed_keys >= MAX_FAILED_KEYS;
                    if !end {
                        self.refuse(refusal.clone().to(id.clone()), context).await?;
                    }
                    let wrong = Proposal::WrongKey { conn: self.conn };
                    context.proposer.propose(wrong).await.map_err(|_| End::ServerEnds)?;
                    return if end { Err(End::Fatal(refusal.to(id))) } else { Ok(()) };
                }
            }
        } else {
            Proposal::Request(Box::new(Asked { conn: self.conn, id, msg, said_before: None }))
        };
        context.proposer.propose(proposal).await.map_err(|_| End::ServerEnds)
    }

    fn check_key(&mut self, auth: &Auth, context: &Context) -> Result<Role, Refusal> {
        let now_ms = context.clock.uptime_ms();
        let pace = self.terms.get().settings.bounds.wrong_guesses;
        context.gate.guesses.check(self.peer, pace, now_ms)?;
        if let Some(wait) = self.tab.may_guess(now_ms) {
            let many = "too many wrong keys; wait and try again";
            return Err(Refusal::new(Code::RateLimited, many).retry_after(wait));
        }
        if context.gate.key.is(&auth.key) {
            return Ok(Role::Admin);
        }
        self.failed_keys += 1;
        context.gate.guesses.wrong(self.peer, pace, now_ms);
        self.tab.guessed(now_ms);
        tracing::warn!(conn = self.conn.0, "a wrong admin key");
        Err(Refusal::new(Code::AuthFailed, "the key is wrong; it is in the server's state directory"))
    }

    async fn refuse(&self, refusal: Refusal, context: &Context) -> Result<(), End> {
        context.stats.refused(refusal.code);
        let msg = ServerMsg::Error(refusal);
        context.local.send(Local::Answer(self.conn, to_line(&msg))).await.map_err(|_| End::ServerEnds)
    }
}

/// What looking into the store costs beside the bytes that are found, and before they are.
const READ_COST: u64 = 16 * 1024;

/// Whether a request looks into the store.
fn reads(msg: &ClientMsg) -> bool {
    matches!(msg, ClientMsg::History(_) | ClientMsg::Search(_))
}

/// Whether a request counts against the pace: everything that others see or that reads the store.
fn costs(msg: &ClientMsg) -> bool {
    match msg {
        ClientMsg::Say(_)
        | ClientMsg::Direct(_)
        | ClientMsg::Join(_)
        | ClientMsg::Part(_)
        | ClientMsg::Rename(_)
        | ClientMsg::Topic(_)
        | ClientMsg::Search(_)
        | ClientMsg::Auth(_)
        | ClientMsg::Announce(_) => true,
        ClientMsg::Hello(_)
        | ClientMsg::Who(_)
        | ClientMsg::History(_)
        | ClientMsg::Typing(_)
        | ClientMsg::Ping(_)
        | ClientMsg::Pong(_)
        | ClientMsg::Quit(_)
        | ClientMsg::Bans(_)
        | ClientMsg::Kick(_)
        | ClientMsg::Ban(_)
        | ClientMsg::Unban(_)
        | ClientMsg::Mute(_)
        | ClientMsg::Unmute(_)
        | ClientMsg::Role(_)
        | ClientMsg::Shutdown(_) => false,
    }
}
