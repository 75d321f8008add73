//! Admission: a guest's lines are parsed, rate limited and turned into proposals. What is malformed is answered here,
//! without the chat. Admin keys are checked here as well, so that no proposal contains one.

use tokio::time::Instant;

use shared::client_msg::Auth;
use shared::codec::{Frame, to_line};
use shared::{ClientMsg, Code, Refusal, Request, Role, ServerMsg};

use super::context::Context;
use super::end::EndReason;
use super::greet;
use super::line_reader::LineReader;
use super::rate_limit::RateLimit;
use crate::chat::conn_id::ConnId;
use crate::chat::proposal::{Proposal, ProposedRequest};
use crate::config::live::Current;
use crate::hub_msg::HubMsg;
use crate::transport::peer::Peer;
use crate::transport::socket::Socket;

/// The admission of one connection.
#[derive(Debug)]
pub(super) struct Admission<'a> {
    pub(super) conn: ConnId,
    peer: Peer,
    terms: Current,
    rate_limit: &'a RateLimit,
    failed_keys: u32,
    /// Whether it showed a secret when it greeted.
    shows_secret: bool,
    /// When the admin key that comes next may be checked, or why it is not.
    key_turn: Option<Result<Instant, Refusal>>,
}

/// After this many wrong keys a connection is closed.
const MAX_FAILED_KEYS: u32 = 3;

impl<'a> Admission<'a> {
    pub(super) fn new(
        conn: ConnId,
        peer: Peer,
        terms: Current,
        rate_limit: &'a RateLimit,
        shows_secret: bool,
    ) -> Self {
        Self { conn, peer, terms, rate_limit, failed_keys: 0, shows_secret, key_turn: None }
    }

    /// The chat has answered the greeting: a secret that did not bring somebody back was a wrong one.
    pub(super) fn note_secret(&self, socket: &Socket, context: &Context) {
        if self.shows_secret && !socket.is_known() {
            context.admission.auth_attempts.wrong_secret(self.peer, context.clock.uptime_ms());
        }
    }

    /// Takes lines until there are none left or a token bucket is empty; returns until when to wait then.
    pub(super) async fn take(
        &mut self,
        reader: &mut LineReader,
        socket: &Socket,
        context: &Context,
    ) -> Result<Option<Instant>, EndReason> {
        while let Some(frame) = reader.peek().map_err(EndReason::Failed)? {
            let now_ms = context.clock.uptime_ms();
            let settings = &self.terms.get().settings;
            let (pace, answer_pace) = (settings.pace_of(socket.uid()), settings.answer_pace(socket.uid()));
            self.rate_limit.charge_answers(socket, answer_pace, now_ms);
            if let Some(wait) = self.rate_limit.answer_wait(answer_pace, now_ms) {
                return Ok(Some(Instant::now() + wait));
            }
            let line = match frame {
                Frame::Line(line) => line,
                Frame::TooLong => return Err(EndReason::Fatal(greet::too_long(shared::limits::LINE_BYTES))),
                Frame::BadUtf8 => return Err(EndReason::Fatal(greet::bad_utf8())),
            };
            match Request::parse(line) {
                Ok(request) => {
                    if matches!(request.msg, ClientMsg::Auth(_))
                        && let Some(until) = self.wait_for_key_turn(context)
                    {
                        return Ok(Some(until));
                    }
                    if counts_as_message(&request.msg)
                        && let Err(wait) = self.rate_limit.take_message(pace, now_ms)
                    {
                        return Ok(Some(Instant::now() + wait));
                    }
                    if is_a_look(&request.msg) {
                        self.rate_limit.charge_bytes(answer_pace, LOOK_COST, now_ms);
                    }
                    reader.drop_next();
                    if matches!(request.msg, ClientMsg::Search(_))
                        && let Some(wait) = self.rate_limit.search_wait(now_ms)
                    {
                        let much = "your searches took long; wait, or search for something rarer";
                        let refusal = Refusal::new(Code::RateLimited, much).retry_after(wait);
                        self.refuse(refusal.to(request.id), context).await?;
                        continue;
                    }
                    self.propose(request, context).await?;
                }
                Err(refusal) => {
                    // A malformed line costs as much as a message.
                    if let Err(wait) = self.rate_limit.take_message(pace, now_ms) {
                        return Ok(Some(Instant::now() + wait));
                    }
                    reader.drop_next();
                    self.refuse(refusal, context).await?;
                }
            }
        }
        Ok(None)
    }

    async fn propose(&mut self, request: Request, context: &Context) -> Result<(), EndReason> {
        let Request { id, msg } = request;
        if matches!(msg, ClientMsg::Hello(_)) {
            // It may carry a secret and a password, which must not be part of a proposal.
            let refusal = Refusal::new(Code::BadRequest, "you are welcome already; go on with requests");
            return self.refuse(refusal.to(id), context).await;
        }
        let proposal = if let ClientMsg::Auth(auth) = msg {
            match self.check_key(&auth, context) {
                Ok(role) => Proposal::Granted { conn: self.conn, id, role },
                Err(refusal) => {
                    // Answered before it is proposed, so that the answer does not wait for the commit of the audit entry.
                    let end = self.failed_keys >= MAX_FAILED_KEYS;
                    if !end {
                        self.refuse(refusal.clone().to(id.clone()), context).await?;
                    }
                    let wrong = Proposal::WrongKey { conn: self.conn };
                    context.proposer.propose(wrong).await.map_err(|_| EndReason::ServerEnds)?;
                    return if end { Err(EndReason::Fatal(refusal.to(id))) } else { Ok(()) };
                }
            }
        } else {
            Proposal::Request(Box::new(ProposedRequest { conn: self.conn, id, msg }))
        };
        context.proposer.propose(proposal).await.map_err(|_| EndReason::ServerEnds)
    }

    /// Until when the next admin key has to wait for its turn.
    fn wait_for_key_turn(&mut self, context: &Context) -> Option<Instant> {
        let (peer, pace) = (self.peer, self.terms.get().settings.bounds.wrong_guesses);
        let take = || {
            let turn = context.admission.auth_attempts.turn(peer, None, pace, context.clock.uptime_ms());
            turn.map(|wait| Instant::now() + wait)
        };
        let turn = self.key_turn.get_or_insert_with(take);
        turn.as_ref().ok().copied().filter(|at| *at > Instant::now())
    }

    fn check_key(&mut self, auth: &Auth, context: &Context) -> Result<Role, Refusal> {
        let now_ms = context.clock.uptime_ms();
        let pace = self.terms.get().settings.bounds.wrong_guesses;
        self.key_turn.take().transpose()?;
        if let Some(wait) = self.rate_limit.key_wait(now_ms) {
            let many = "too many wrong keys; wait and try again";
            return Err(Refusal::new(Code::RateLimited, many).retry_after(wait));
        }
        if context.admission.key.is(&auth.key) {
            return Ok(Role::Admin);
        }
        self.failed_keys += 1;
        context.admission.auth_attempts.wrong(self.peer, None, pace, now_ms);
        self.rate_limit.charge_wrong_key(now_ms);
        tracing::warn!(conn = self.conn.number, "a wrong admin key");
        Err(Refusal::new(Code::AuthFailed, "the key is wrong; it is in the server's state directory"))
    }

    async fn refuse(&self, refusal: Refusal, context: &Context) -> Result<(), EndReason> {
        context.stats.refused(refusal.code);
        let msg = ServerMsg::Error(refusal);
        context.hub.send(HubMsg::Answer(self.conn, to_line(&msg))).await.map_err(|_| EndReason::ServerEnds)
    }
}

/// What a read of the store or a list of rooms costs in bytes of answers, in addition to the answer, and charged before it.
const LOOK_COST: u64 = 16 * 1024;

/// Whether a request reads the store or goes through all rooms.
fn is_a_look(msg: &ClientMsg) -> bool {
    matches!(msg, ClientMsg::History(_) | ClientMsg::Search(_) | ClientMsg::Rooms(_))
}

/// Whether a request takes a token from the message bucket (`--pace`): what others see, searches, and keys.
fn counts_as_message(msg: &ClientMsg) -> bool {
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
        | ClientMsg::Identify(_)
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
        | ClientMsg::Shutdown(_)
        | ClientMsg::Rooms(_)
        | ClientMsg::FreeName(_)
        | ClientMsg::Limits(_) => false,
    }
}
