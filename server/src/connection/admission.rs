//! Admission: a guest's lines are parsed, rate limited and turned into proposals. What is malformed is answered here,
//! without the chat. Admin keys are checked here as well, so that no proposal contains one.

use std::time::Duration;

use bytes::Bytes;
use tokio::time::Instant;

use shared::client_msg::{Auth, IrcCertificate, IrcPassword, Link, Upload, Who};
use shared::codec::{Frame, to_line};
use shared::{
    ClientMsg, Code, FileHash, FileProof, Line, LinkCode, Refusal, Request, RequestId, Role, ServerMsg, Uid,
};

use super::admission_context::link_code;
use super::context::Context;
use super::end::EndReason;
use super::greet;
use super::line_reader::LineReader;
use super::propose::propose;
use super::rate_limit::RateLimit;
use crate::chat::conn_id::ConnId;
use crate::chat::linked_secret::MadeOf;
use crate::chat::proposal::{Proposal, ProposedLink, ProposedMachine, SecretHash};
use crate::chat::proposed_request::ProposedRequest;
use crate::hub_msg::HubMsg;
use crate::token_bucket::PerMinute;
use crate::transport::socket::Socket;

/// The admission of one connection.
#[derive(Debug)]
pub(super) struct Admission {
    conn: ConnId,
    rate_limit: RateLimit,
    failed_keys: u32,
    /// Whether it showed a secret when it greeted.
    shows_secret: bool,
    /// The hash of the secret that was made for its greeting.
    fresh: SecretHash,
    /// When the admin key that comes next may be checked, or why it is not.
    key_turn: Option<Result<Instant, Box<Refusal>>>,
    /// The bytes of answers that were charged for before they were there.
    prepaid: u64,
}

/// What is to be done about a line.
enum Step {
    /// The chat decides.
    Propose(Proposal),
    /// It is declined here, with this answer.
    Answer(Bytes),
    /// It wants a code for another machine, of which the chat gets the hash.
    Link(LinkCode, ProposedLink),
    /// It has a word of which a secret must be made first.
    Word(Option<RequestId>, IrcPassword),
    /// It proves that they have a content, which the chat need not see.
    Upload(FileHash, FileProof, Proposal),
    /// It brings a content that other nodes must have first.
    File(Uid, FileHash, u64, Proposal),
    /// It had a wrong admin key; answered so, unless that ends the connection.
    WrongKey(Option<RequestId>, Box<Refusal>),
    /// It waits for a token bucket.
    Wait(Instant),
}

/// After this many wrong keys a connection is closed.
const MAX_FAILED_KEYS: u32 = 3;

impl Admission {
    pub(super) fn new(conn: ConnId, rate_limit: RateLimit, shows_secret: bool, fresh: SecretHash) -> Self {
        Self { conn, rate_limit, failed_keys: 0, shows_secret, fresh, key_turn: None, prepaid: 0 }
    }

    /// What is proposed at its end where the hub closed it before it was welcomed.
    pub(super) fn not_welcomed(&self) -> Proposal {
        Proposal::NotWelcomed { conn: self.conn, fresh: self.fresh }
    }

    /// The chat has answered the greeting: a secret that did not bring somebody back was a wrong one.
    pub(super) fn note_secret(&self, socket: &Socket, context: &Context) {
        if self.shows_secret && !socket.is_known() {
            context.admission.auth_attempts.wrong_secret(socket.peer, context.clock.uptime_ms());
        }
    }

    /// Charges for the answers that were not charged for yet.
    pub(super) fn charge_answers(&mut self, socket: &Socket, context: &Context) {
        let pace = context.admission.answer_pace(socket.uid());
        self.rate_limit.charge_answers(socket, pace, context.clock.uptime_ms(), &mut self.prepaid);
    }

    /// Takes lines until there are none left or a token bucket is empty; returns until when to wait then.
    pub(super) async fn take(
        &mut self,
        reader: &mut LineReader,
        socket: &Socket,
        context: &Context,
    ) -> Result<Option<Instant>, EndReason> {
        while let Some(step) = self.next_step(reader, socket, context)? {
            match step {
                Step::Wait(until) => return Ok(Some(until)),
                Step::Propose(proposal) => propose(proposal, context).await?,
                Step::Answer(line) => self.answer(line, context).await?,
                Step::Link(code, proposed) => {
                    let offered = context.tell_hub(HubMsg::LinkCode(self.conn, code)).await;
                    offered.map_err(|_| EndReason::ServerEnds)?;
                    propose(Proposal::Link(Box::new(proposed)), context).await?;
                }
                Step::Word(id, wanted) => self.propose_word(id, wanted, socket, context).await?,
                Step::Upload(sha256, proof, proposal) => {
                    let given = context.tell_hub(HubMsg::Proof(self.conn, sha256, proof)).await;
                    given.map_err(|_| EndReason::ServerEnds)?;
                    propose(proposal, context).await?;
                }
                Step::File(uid, sha256, bytes, proposal) => {
                    // On the heap: hardly a connection ever waits here.
                    Box::pin(context.transfers.copied(uid, sha256, bytes)).await;
                    propose(proposal, context).await?;
                }
                Step::WrongKey(id, refusal) => {
                    // Answered before it is proposed, so that the answer does not wait for the commit of the audit entry.
                    let end = self.failed_keys >= MAX_FAILED_KEYS;
                    if !end {
                        let line = refusal_line((*refusal).clone().to(id.clone()), context);
                        self.answer(line, context).await?;
                    }
                    propose(Proposal::WrongKey { conn: self.conn }, context).await?;
                    if end {
                        return Err(EndReason::fatal(refusal.to(id)));
                    }
                }
            }
        }
        Ok(None)
    }

    /// Takes the next line, if there is one and no token bucket is empty.
    fn next_step(
        &mut self,
        reader: &mut LineReader,
        socket: &Socket,
        context: &Context,
    ) -> Result<Option<Step>, EndReason> {
        if reader.peek().map_err(EndReason::Failed)?.is_none() {
            return Ok(None);
        }
        let now_ms = context.clock.uptime_ms();
        let settings = &reader.terms().settings;
        let (pace, answer_pace) = (settings.pace_of(socket.uid()), settings.answer_pace(socket.uid()));
        let key_pace = settings.bounds.wrong_guesses;
        self.rate_limit.charge_answers(socket, answer_pace, now_ms, &mut self.prepaid);
        if let Some(wait) = self.rate_limit.answer_wait(answer_pace, now_ms) {
            return Ok(Some(wait_for(wait)));
        }
        let line = match reader.peek().map_err(EndReason::Failed)? {
            None => return Ok(None),
            Some(Frame::Line(line)) => line,
            Some(Frame::TooLong) => {
                return Err(EndReason::fatal(greet::too_long(shared::limits::LINE_BYTES)));
            }
            Some(Frame::BadUtf8) => return Err(EndReason::fatal(greet::bad_utf8())),
        };
        let request = match Request::parse(line) {
            Ok(request) => request,
            Err(refusal) => {
                // A malformed line costs as much as a message.
                if let Err(wait) = self.rate_limit.take_message(pace, now_ms) {
                    return Ok(Some(wait_for(wait)));
                }
                reader.drop_next();
                return Ok(Some(Step::Answer(refusal_line(refusal, context))));
            }
        };
        if matches!(request.msg, ClientMsg::Auth(_))
            && let Some(until) = self.wait_for_key_turn(socket, key_pace, context)
        {
            return Ok(Some(Step::Wait(until)));
        }
        if counts_as_message(&request.msg)
            && let Err(wait) = self.rate_limit.take_message(pace, now_ms)
        {
            return Ok(Some(wait_for(wait)));
        }
        if is_a_look(&request.msg) {
            self.rate_limit.charge_bytes(answer_pace, LOOK_COST, now_ms);
        } else if matches!(request.msg, ClientMsg::Read(_)) {
            self.rate_limit.charge_bytes(answer_pace, READ_COST, now_ms);
        } else if lists_people(&request.msg) {
            let about = context.stats.all_connections() * PERSON_BYTES;
            self.rate_limit.charge_bytes(answer_pace, about, now_ms);
            self.prepaid += about;
        }
        reader.drop_next();
        if matches!(request.msg, ClientMsg::Search(_))
            && let Some(wait) = self.rate_limit.search_wait(now_ms)
        {
            let much = "your searches took long; wait, or search for something rarer";
            let refusal = Refusal::new(Code::RateLimited, much).retry_after(wait);
            return Ok(Some(Step::Answer(refusal_line(refusal.to(request.id), context))));
        }
        Ok(Some(self.step_of(request, socket, key_pace, context)))
    }

    fn step_of(&mut self, request: Request, socket: &Socket, key_pace: PerMinute, context: &Context) -> Step {
        let (conn, Request { id, msg }) = (self.conn, request);
        if matches!(msg, ClientMsg::Hello(_)) {
            // It may carry a secret and a password, which must not be part of a proposal.
            let refusal = Refusal::new(Code::BadRequest, "you are welcome already; go on with requests");
            return Step::Answer(refusal_line(refusal.to(id), context));
        }
        if let ClientMsg::Transfer(_) = msg {
            return Step::Answer(refusal_line(misplaced_transfer().to(id), context));
        }
        if let ClientMsg::Auth(auth) = msg {
            return match self.check_key(&auth, socket, key_pace, context) {
                Ok(role) => Step::Propose(Proposal::Granted { conn, id, role }),
                Err(refusal) => Step::WrongKey(id, refusal),
            };
        }
        if let ClientMsg::Link(Link { machine }) = msg {
            return match link_code() {
                Ok(made) => {
                    let code = SecretHash::of_code(&made);
                    Step::Link(made, ProposedLink { conn, id, code, machine })
                }
                Err(refusal) => Step::Answer(refusal_line(refusal.to(id), context)),
            };
        }
        if let ClientMsg::IrcPassword(wanted) = msg {
            return Step::Word(id, wanted);
        }
        if let ClientMsg::IrcCertificate(IrcCertificate { fingerprint, machine }) = msg {
            let secret = context.derived_secrets.of_certificate(fingerprint);
            let (made_of, name) = (MadeOf::Certificate, machine_name("IRC certificate"));
            let secret = Some(SecretHash::of(&secret));
            let proposed = ProposedMachine { conn, id, made_of, secret, name, machine };
            return Step::Propose(Proposal::Machine(Box::new(proposed)));
        }
        if let ClientMsg::Upload(Upload { sha256, bytes, proof: Some(proof) }) = msg {
            let msg = ClientMsg::Upload(Upload { sha256, bytes, proof: None });
            let proposal = Proposal::Request(Box::new(ProposedRequest::new(conn, id, msg)));
            return Step::Upload(sha256, proof, proposal);
        }
        let mut proposed = ProposedRequest::new(conn, id, msg);
        if let Some((file, uid)) = proposed.file().zip(socket.uid()) {
            let sha256 = file.sha256;
            proposed.held = context.transfers.held(uid, sha256);
            if let Some(bytes) = proposed.held.filter(|_| context.transfers.are_shared()) {
                return Step::File(uid, sha256, bytes, Proposal::Request(Box::new(proposed)));
            }
        }
        Step::Propose(Proposal::Request(Box::new(proposed)))
    }

    /// Makes the secret of a word and proposes its hash.
    async fn propose_word(
        &self,
        id: Option<RequestId>,
        wanted: IrcPassword,
        socket: &Socket,
        context: &Context,
    ) -> Result<(), EndReason> {
        let IrcPassword { word, machine } = wanted;
        let secret = match socket.uid().filter(|_| !word.is_empty()) {
            Some(uid) => match Box::pin(context.derived_secrets.of_word(uid, &word)).await {
                Ok(secret) => Some(SecretHash::of(&secret)),
                Err(refusal) => return self.answer(refusal_line(refusal.to(id), context), context).await,
            },
            None => None,
        };
        let (conn, made_of, name) = (self.conn, MadeOf::Word, machine_name("IRC"));
        let proposed = ProposedMachine { conn, id, made_of, secret, name, machine };
        propose(Proposal::Machine(Box::new(proposed)), context).await
    }

    /// Until when the next admin key has to wait for its turn.
    fn wait_for_key_turn(&mut self, socket: &Socket, pace: PerMinute, context: &Context) -> Option<Instant> {
        let take = || {
            let attempts = &context.admission.auth_attempts;
            let turn = attempts.turn(socket.peer, None, pace, context.clock.uptime_ms());
            turn.map(|wait| Instant::now() + wait).map_err(Box::new)
        };
        let turn = self.key_turn.get_or_insert_with(take);
        turn.as_ref().ok().copied().filter(|at| *at > Instant::now())
    }

    fn check_key(
        &mut self,
        auth: &Auth,
        socket: &Socket,
        pace: PerMinute,
        context: &Context,
    ) -> Result<Role, Box<Refusal>> {
        let now_ms = context.clock.uptime_ms();
        self.key_turn.take().transpose()?;
        if let Some(wait) = self.rate_limit.key_wait(now_ms) {
            let many = "too many wrong keys; wait and try again";
            return Err(Box::new(Refusal::new(Code::RateLimited, many).retry_after(wait)));
        }
        if context.admission.key.is(&auth.key) {
            return Ok(Role::Admin);
        }
        self.failed_keys += 1;
        context.admission.auth_attempts.wrong(socket.peer, None, pace, now_ms);
        self.rate_limit.charge_wrong_key(now_ms);
        tracing::warn!(conn = self.conn.number, "a wrong admin key");
        let wrong = "the key is wrong; it is in the server's state directory";
        Err(Box::new(Refusal::new(Code::AuthFailed, wrong)))
    }

    async fn answer(&self, line: Bytes, context: &Context) -> Result<(), EndReason> {
        context.tell_hub(HubMsg::Answer(self.conn, line)).await.map_err(|_| EndReason::ServerEnds)
    }
}

fn machine_name(name: &str) -> Line {
    Line::parse(name).unwrap_or_default()
}

/// A transfer among requests; its token must not be part of a proposal.
fn misplaced_transfer() -> Refusal {
    let own = "a transfer has a connection of its own; open one that begins with this line";
    Refusal::new(Code::BadRequest, own)
}

fn refusal_line(refusal: Refusal, context: &Context) -> Bytes {
    context.stats.refused(refusal.code);
    to_line(&ServerMsg::Error(refusal))
}

fn wait_for(wait: Duration) -> Step {
    Step::Wait(Instant::now() + wait)
}

/// What a read of the store or a list of rooms costs in bytes of answers, in addition to the answer, and charged before it.
const LOOK_COST: u64 = 16 * 1024;

/// The same for saying how far a room was read, which may be stored and is told to others.
const READ_COST: u64 = 4 * 1024;

/// About what one person takes in a list. Requests come faster than they are answered, so a list is charged for before it is there.
const PERSON_BYTES: u64 = 64;

/// Whether a request is answered with everybody.
fn lists_people(msg: &ClientMsg) -> bool {
    matches!(msg, ClientMsg::Who(Who { uid: None, name: None, .. }))
}

/// Whether a request reads the store, goes through all rooms, or asks for a transfer.
fn is_a_look(msg: &ClientMsg) -> bool {
    matches!(
        msg,
        ClientMsg::History(_)
            | ClientMsg::Search(_)
            | ClientMsg::Rooms(_)
            | ClientMsg::Upload(_)
            | ClientMsg::Download(_)
    )
}

/// Whether a request takes a token from the message bucket (`--pace`): what others see, searches, and keys.
fn counts_as_message(msg: &ClientMsg) -> bool {
    match msg {
        ClientMsg::Say(_)
        | ClientMsg::Direct(_)
        | ClientMsg::Edit(_)
        | ClientMsg::Delete(_)
        | ClientMsg::React(_)
        | ClientMsg::Join(_)
        | ClientMsg::Part(_)
        | ClientMsg::Rename(_)
        | ClientMsg::Topic(_)
        | ClientMsg::SetRoom(_)
        | ClientMsg::RoomKick(_)
        | ClientMsg::RoomMute(_)
        | ClientMsg::RoomUnmute(_)
        | ClientMsg::Search(_)
        | ClientMsg::Auth(_)
        | ClientMsg::Link(_)
        | ClientMsg::Unlink(_)
        | ClientMsg::IrcPassword(_)
        | ClientMsg::IrcCertificate(_)
        | ClientMsg::Absent(_)
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
        | ClientMsg::Limits(_)
        | ClientMsg::Machines(_)
        | ClientMsg::Upload(_)
        | ClientMsg::Download(_)
        | ClientMsg::Transfer(_)
        | ClientMsg::Read(_) => false,
    }
}
