//! The greeting: reads the first lines of a connection up to a `hello` that admission accepts, and proposes it. Whether
//! the name is free and the identity may come in is decided by the chat.

use std::sync::Arc;

use bytes::Bytes;

use shared::client_msg::Transfer;
use shared::codec::{Frame, to_line};
use shared::server_msg::{Form, Identity};
use shared::{ClientMsg, Code, PROTOCOL, Refusal, Request, RequestId, Secret, ServerMsg};

use super::close::half_close;
use super::context::Context;
use super::door;
use super::line_reader::LineReader;
use super::rate_limit::RateLimit;
use crate::chat::conn_id::ConnId;
use crate::chat::greeting::Greeting;
use crate::chat::proposal::{Proposal, SecretHash};
use crate::doors::DoorEntry;
use crate::hub::replica::Followed;
use crate::hub_msg::HubMsg;
use crate::transport::socket::Socket;

/// The most lines before a valid `hello`.
const LINES: usize = 8;
/// The most bytes before the end of a `hello`, blank lines and line ends included.
const BYTES: u64 = (LINES * (shared::limits::GREETING_LINE_BYTES + 2)) as u64;

/// Why a greeting failed.
#[derive(Debug)]
pub(super) enum GreetingError {
    /// The peer disconnected or is not a client; it gets no answer.
    Disconnected,
    /// It was refused; the refusal is sent.
    Refused(Refusal),
}

/// Whose connection it is.
#[derive(Debug)]
pub(super) enum Greeted {
    /// A chat client, with the token buckets of its identity.
    Guest {
        /// The buckets.
        rate_limit: RateLimit,
        /// Whether it showed a secret, which may be a guess.
        shows_secret: bool,
        /// The hash of the secret that was made for it, in case that it is new.
        fresh: SecretHash,
    },
    /// The operator, with their Unix user id, who needs no greeting.
    Operator(u32),
    /// It moves a content, and has no more lines.
    Transfer(Transfer),
    /// It tells of a door.
    Door(DoorEntry),
}

/// Reads until an admitted `hello`, and proposes it; the hub answers with `welcome` or a refusal. A first line of the
/// operator that is no `hello` is put back as a request.
pub(super) async fn greet(
    conn: ConnId,
    socket: &Arc<Socket>,
    reader: &mut LineReader,
    context: &Context,
) -> Result<Greeted, GreetingError> {
    for _ in 0..LINES {
        let line = match next_line(socket, reader, context).await? {
            Frame::Line(line) => line,
            Frame::TooLong => {
                return Err(GreetingError::Refused(too_long(shared::limits::GREETING_LINE_BYTES)));
            }
            Frame::BadUtf8 => return Err(GreetingError::Refused(bad_utf8())),
        };
        if Request::claims(&line, "identify") {
            identify(socket, &line, context).await?;
            continue;
        }
        if Request::claims(&line, "transfer") {
            return transfer(&line, socket).await;
        }
        if Request::claims(&line, door::REQUEST) {
            match door::enter(&line, (conn, socket.peer), context) {
                Ok((entry, id)) => {
                    let accepted = door::accepted(id);
                    socket.write_all(&accepted).await.map_err(|_| GreetingError::Disconnected)?;
                    return Ok(Greeted::Door(entry));
                }
                Err(refusal) => answer(socket, refusal).await?,
            }
            continue;
        }
        if let Some(uid) = socket.peer.operator()
            && !Request::claims(&line, "hello")
        {
            reader.put_back(Frame::Line(line));
            let open = HubMsg::Open(conn, Arc::clone(socket), None, Form::Full);
            let opened = context.tell_hub(open).await;
            return opened.map(|()| Greeted::Operator(uid)).map_err(|_| GreetingError::Disconnected);
        }
        match Request::parse(&line) {
            Ok(Request { id, msg: ClientMsg::Hello(hello) }) => {
                if hello.protocol[0] > PROTOCOL[1] || hello.protocol[1] < PROTOCOL[0] {
                    let ours = format!(
                        "this server speaks protocol {} to {}; use one of them",
                        PROTOCOL[0], PROTOCOL[1]
                    );
                    return Err(GreetingError::Refused(Refusal::new(Code::Version, ours).to(id)));
                }
                let form = if hello.compact { Form::Compact } else { Form::Full };
                let now_ms = context.clock.uptime_ms();
                let admitted = context.admission.admit(conn, socket.peer, now_ms, id, hello).await;
                let (greeting, secret) = admitted.map_err(GreetingError::Refused)?;
                let rate_limit = context.admission.rate_limits.open(greeting.shown, greeting.fresh, now_ms);
                wait_for_answer_bucket(&rate_limit, greeting.id.as_ref(), context).await?;
                let (shows_secret, fresh) = (greeting.shown.is_some(), greeting.fresh);
                if shows_secret {
                    wait_for_secret_turn(socket, greeting.id.as_ref(), context).await?;
                    wait_for_message_token(&rate_limit, context).await;
                }
                propose((conn, secret, form), socket, context, greeting).await?;
                return Ok(Greeted::Guest { rate_limit, shows_secret, fresh });
            }
            Ok(Request { id, .. }) => {
                let refusal =
                    Refusal::new(Code::BadRequest, "nothing is done for strangers; say hello first").to(id);
                answer(socket, refusal).await?;
            }
            // A `hello` that does not parse ends the connection; other malformed lines are only answered.
            Err(refusal) if Request::claims(&line, "hello") => return Err(GreetingError::Refused(refusal)),
            Err(refusal) => answer(socket, refusal).await?,
        }
    }
    Err(GreetingError::Refused(too_much()))
}

/// A transfer needs no greeting: its token says whose it is. What is wrong with the line is said in an `error` alone, as everything is
/// on such a connection.
async fn transfer(line: &[u8], socket: &Socket) -> Result<Greeted, GreetingError> {
    let refusal = match Request::parse(line) {
        Ok(Request { id: None, msg: ClientMsg::Transfer(transfer) }) => {
            return Ok(Greeted::Transfer(transfer));
        }
        Ok(Request { id, .. }) => Refusal::new(Code::BadRequest, "a transfer has no id").to(id),
        Err(refusal) => refusal,
    };
    answer(socket, refusal).await?;
    half_close(socket).await;
    Err(GreetingError::Disconnected)
}

/// Waits until the answer bucket of the identity has tokens again, since a welcome may be long. If that takes more than
/// half of the greeting's time, the greeting is refused with the time to wait.
async fn wait_for_answer_bucket(
    rate_limit: &RateLimit,
    id: Option<&RequestId>,
    context: &Context,
) -> Result<(), GreetingError> {
    let wait = rate_limit.answer_wait(context.admission.answer_pace(None), context.clock.uptime_ms());
    let Some(wait) = wait else { return Ok(()) };
    if wait > context.greeting / 2 {
        let much = "you were answered a lot before you came back; wait a little";
        return Err(GreetingError::Refused(
            Refusal::new(Code::RateLimited, much).retry_after(wait).to(id.cloned()),
        ));
    }
    tokio::time::sleep(wait).await;
    Ok(())
}

/// Waits for the turn to try a secret; see [`super::auth_attempts`].
async fn wait_for_secret_turn(
    socket: &Socket,
    id: Option<&RequestId>,
    context: &Context,
) -> Result<(), GreetingError> {
    let turn = context.admission.auth_attempts.secret_turn(socket.peer, context.clock.uptime_ms());
    let wait = turn.map_err(|refusal| GreetingError::Refused(refusal.to(id.cloned())))?;
    tokio::time::sleep(wait).await;
    Ok(())
}

/// Waits for a token of the messages: somebody who is known joins, leaves and is renamed by greeting, and may do so no
/// faster than by a request for it.
async fn wait_for_message_token(rate_limit: &RateLimit, context: &Context) {
    let pace = context.admission.terms.clone().get().settings.pace;
    while let Err(wait) = rate_limit.take_message(pace, context.clock.uptime_ms()) {
        tokio::time::sleep(wait).await;
    }
}

async fn propose(
    (conn, secret, form): (ConnId, Secret, Form),
    socket: &Arc<Socket>,
    context: &Context,
    mut greeting: Greeting,
) -> Result<(), GreetingError> {
    greeting.followed = context.followed.as_ref().map(Followed::place);
    let open = HubMsg::Open(conn, Arc::clone(socket), Some(secret), form);
    context.tell_hub(open).await.map_err(|_| GreetingError::Disconnected)?;
    if context.stall_flags.sends_away() {
        return context.tell_hub(HubMsg::SendAway(conn)).await.map_err(|_| GreetingError::Disconnected);
    }
    let hello = Proposal::Hello(Box::new(greeting));
    context.proposer.propose(hello).await.map_err(|_| GreetingError::Disconnected)
}

/// Says which server this is, so that a client knows which of its secrets is for it. It tells a stranger nothing else.
async fn identify(socket: &Socket, line: &[u8], context: &Context) -> Result<(), GreetingError> {
    let id = match Request::parse(line) {
        Ok(request) => request.id,
        Err(refusal) => return answer(socket, refusal).await,
    };
    let Some(server) = context.server_id.clone() else {
        let none = "this server has no id of its own; say hello";
        return answer(socket, Refusal::new(Code::BadRequest, none).to(id)).await;
    };
    let line: Bytes = to_line(&ServerMsg::Identity(Identity { server }));
    socket.write_all(&line).await.map_err(|_| GreetingError::Disconnected)
}

async fn answer(socket: &Socket, refusal: Refusal) -> Result<(), GreetingError> {
    socket.stats.refused(refusal.code);
    let line: Bytes = to_line(&ServerMsg::Error(refusal));
    socket.write_all(&line).await.map_err(|_| GreetingError::Disconnected)
}

async fn next_line(
    socket: &Socket,
    reader: &mut LineReader,
    context: &Context,
) -> Result<Frame, GreetingError> {
    loop {
        // One at a time: what follows the greeting is cut by another limit.
        let next = reader.next_line().map_err(|_| GreetingError::Disconnected)?;
        if reader.cut_bytes() > BYTES {
            return Err(GreetingError::Refused(too_much()));
        }
        if let Some(line) = next {
            return Ok(line);
        }
        socket.readable().await.map_err(|_| GreetingError::Disconnected)?;
        let more = reader.read(socket, context).map_err(|_| GreetingError::Disconnected)?;
        if !more {
            return Err(GreetingError::Disconnected);
        }
        if reader.first.is_some_and(|byte| byte != b'{') {
            // Another protocol (HTTP, a port scanner): closed without an answer it could not read.
            return Err(GreetingError::Disconnected);
        }
        if reader.may_have_more {
            // Without this no timer and nobody else would run.
            tokio::task::yield_now().await;
        }
    }
}

fn too_much() -> Refusal {
    Refusal::new(Code::BadRequest, "too much before hello; say hello in the first line")
}

pub(super) fn too_long(max: usize) -> Refusal {
    Refusal::new(Code::TooLong, format!("a line has at most {max} bytes; send less at a time"))
}

pub(super) fn bad_utf8() -> Refusal {
    Refusal::new(Code::BadUtf8, "a line is UTF-8; send it in that")
}
