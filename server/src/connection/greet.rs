//! The first lines of a connection, up to an admitted `hello`. It must not know who has which name.

use std::sync::Arc;

use bytes::Bytes;

use shared::codec::{Frame, to_line};
use shared::{ClientMsg, Code, PROTOCOL, Refusal, Request, RequestId, Secret, ServerMsg};

use super::context::Context;
use super::line_reader::LineReader;
use super::rate_limit::RateLimit;
use crate::chat::conn_id::ConnId;
use crate::chat::proposal::{Greeting, Proposal};
use crate::hub_msg::HubMsg;
use crate::transport::socket::Socket;

/// How many lines a connection may use up before its `hello` is right.
const LINES: usize = 8;

/// Why a greeting came to nothing.
#[derive(Debug)]
pub(super) enum GreetingError {
    /// The connection is gone, or never was a client.
    Disconnected,
    /// It is told so.
    Refused(Refusal),
}

/// What a connection turned out to be.
#[derive(Debug)]
pub(super) enum Greeted {
    /// Somebody who wants to chat, and what they have used up.
    Guest(RateLimit),
    /// The operator, this Unix user, who asks without a greeting.
    Operator(u32),
}

/// Reads until an admitted `hello`, and proposes it. The hub answers with `welcome` or a refusal. The operator need not
/// greet: their first line is left to be read.
pub(super) async fn greet(
    conn: ConnId,
    socket: &Arc<Socket>,
    reader: &mut LineReader,
    context: &Context,
) -> Result<Greeted, GreetingError> {
    for _ in 0..LINES {
        let line = match next_frame(socket, reader, context).await? {
            Frame::Line(line) => line,
            Frame::TooLong => {
                return Err(GreetingError::Refused(too_long(shared::limits::GREETING_LINE_BYTES)));
            }
            Frame::BadUtf8 => return Err(GreetingError::Refused(bad_utf8())),
        };
        if let Some(uid) = socket.peer.operator()
            && !Request::claims(&line, "hello")
        {
            reader.frames.push_front(Frame::Line(line));
            let open = HubMsg::Open(conn, Arc::clone(socket), None);
            return context
                .hub
                .send(open)
                .await
                .map(|()| Greeted::Operator(uid))
                .map_err(|_| GreetingError::Disconnected);
        }
        match Request::parse(&line) {
            Ok(Request { id, msg: ClientMsg::Hello(hello) }) => {
                if hello.protocol[0] > PROTOCOL[1] || hello.protocol[1] < PROTOCOL[0] {
                    let ours = format!("this server speaks protocol {} to {}", PROTOCOL[0], PROTOCOL[1]);
                    return Err(GreetingError::Refused(Refusal::new(Code::Version, ours).to(id)));
                }
                let now_ms = context.clock.uptime_ms();
                let admitted = context.admission.admit(conn, socket.peer, now_ms, id, hello).await;
                let (greeting, secret) = admitted.map_err(GreetingError::Refused)?;
                let rate_limit = context.admission.rate_limits.open(greeting.shown, greeting.fresh, now_ms);
                wait_for_answer_bucket(&rate_limit, greeting.id.as_ref(), context).await?;
                propose((conn, secret), socket, context, greeting).await?;
                return Ok(Greeted::Guest(rate_limit));
            }
            Ok(Request { id, .. }) => {
                let refusal = Refusal::new(Code::BadRequest, "say hello first").to(id);
                answer(socket, refusal).await?;
            }
            // A name that will not do, a secret that is none: the greeting has failed, and says why.
            Err(refusal) if Request::claims(&line, "hello") => return Err(GreetingError::Refused(refusal)),
            Err(refusal) => answer(socket, refusal).await?,
        }
    }
    Err(GreetingError::Refused(Refusal::new(Code::BadRequest, "too many lines before hello")))
}

/// Whoever was answered a lot and comes back waits before they are answered again: a welcome may be long. A wait that
/// leaves no time for the greeting is a refusal that says how long it is.
async fn wait_for_answer_bucket(
    rate_limit: &RateLimit,
    id: Option<&RequestId>,
    context: &Context,
) -> Result<(), GreetingError> {
    let wait = rate_limit.answer_wait(context.admission.answer_pace(), context.clock.uptime_ms());
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

async fn propose(
    (conn, secret): (ConnId, Secret),
    socket: &Arc<Socket>,
    context: &Context,
    greeting: Greeting,
) -> Result<(), GreetingError> {
    context
        .hub
        .send(HubMsg::Open(conn, Arc::clone(socket), Some(secret)))
        .await
        .map_err(|_| GreetingError::Disconnected)?;
    context
        .proposer
        .propose(Proposal::Hello(Box::new(greeting)))
        .await
        .map_err(|_| GreetingError::Disconnected)
}

async fn answer(socket: &Socket, refusal: Refusal) -> Result<(), GreetingError> {
    socket.stats.refused(refusal.code);
    let line: Bytes = to_line(&ServerMsg::Error(refusal));
    socket.write_all(&line).await.map_err(|_| GreetingError::Disconnected)
}

async fn next_frame(
    socket: &Socket,
    reader: &mut LineReader,
    context: &Context,
) -> Result<Frame, GreetingError> {
    loop {
        if let Some(frame) = reader.frames.pop_front() {
            return Ok(frame);
        }
        socket.readable().await.map_err(|_| GreetingError::Disconnected)?;
        let more = reader.read(socket, context).map_err(|_| GreetingError::Disconnected)?;
        if !more {
            return Err(GreetingError::Disconnected);
        }
        if reader.first.is_some_and(|byte| byte != b'{') {
            // Not a client of ours: HTTP, a scanner, a TLS hello. Nothing we could say would help it.
            return Err(GreetingError::Disconnected);
        }
    }
}

pub(super) fn too_long(max: usize) -> Refusal {
    Refusal::new(Code::TooLong, format!("a line has at most {max} bytes"))
}

pub(super) fn bad_utf8() -> Refusal {
    Refusal::new(Code::BadUtf8, "a line is UTF-8")
}
