//! One connection: greeting, then reading and admitting requests until it ends. Until the hub knows the connection, its
//! task answers by itself; from then on only the hub writes to it, so that answers and events have one order.
//!
//! However it ends, the loss is proposed (the identity is away then, unless it has quit) and the hub is told; the peer
//! has a bounded time to read the last lines, and a peer that only stopped sending what it asked for before. A peer whose socket stays unwritable is dropped (write stall).

pub mod admission;
pub mod admission_context;
pub mod auth_attempts;
pub mod context;
mod end;
pub mod greet;
mod guess_turns;
mod line_reader;
mod operator;
pub mod rate_limit;
pub mod refusal_log;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Instant;

use shared::Refusal;

use self::admission::Admission;
use self::context::Context;
use self::end::EndReason;
use self::greet::Greeted;
use self::line_reader::LineReader;
use self::operator::OperatorSession;
use crate::chat::conn_id::ConnId;
use crate::chat::proposal::Proposal;
use crate::goodbye::refusal_lines;
use crate::hub_msg::HubMsg;
use crate::transport::socket::Socket;

/// How long a peer may take to read its last lines and to close.
pub const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);

/// Serves a connection until it ends. It must have greeted by `greet_by`; the `greeting_permits` are released once it has.
pub async fn serve(
    conn: ConnId,
    socket: Arc<Socket>,
    greet_by: Instant,
    greeting_permits: Vec<OwnedSemaphorePermit>,
    context: Arc<Context>,
) {
    let mut reader = LineReader::new(shared::limits::GREETING_LINE_BYTES, context.admission.terms.clone());
    let greeted = greet::greet(conn, &socket, &mut reader, &context);
    let greeted = match tokio::time::timeout_at(greet_by, greeted).await {
        Ok(Ok(greeted)) => greeted,
        Ok(Err(greet::GreetingError::Disconnected)) => return,
        Ok(Err(greet::GreetingError::Refused(refusal))) => {
            return refuse(conn, &socket, refusal, &context).await;
        }
        Err(_) => return refuse(conn, &socket, context.greeting_timeout(), &context).await,
    };
    drop(greeting_permits);
    reader.set_max(shared::limits::LINE_BYTES);
    let session = match &greeted {
        Greeted::Guest { rate_limit, shows_secret } => {
            let terms = context.admission.terms.clone();
            Session::Guest(Admission::new(conn, socket.peer, terms, rate_limit, *shows_secret))
        }
        Greeted::Operator(uid) => Session::Operator(OperatorSession { conn, uid: *uid }),
    };
    let end = read_requests(conn, &socket, reader, session, &context).await;
    if let EndReason::Fatal(refusal) = &end {
        // The hub may have written part of a line: it completes that, says goodbye, and ends the socket.
        if context.hub.send(HubMsg::Fatal(conn, refusal.clone())).await.is_ok() {
            tokio::time::timeout(CLOSE_TIMEOUT, socket.wait_end()).await.ok();
        }
    }
    tracing::info!(conn = conn.number, from = %socket.peer, why = %end, "connection ended");
    // Fails only when the server ends.
    context.proposer.propose(Proposal::Lost { conn }).await.ok();
    if matches!(end, EndReason::SlowConsumer | EndReason::Closed) {
        tokio::time::timeout(context.write_stall, drain_outbox(conn, &socket, &context)).await.ok();
    }
    context.hub.send(HubMsg::Closed(conn)).await.ok();
    if matches!(
        end,
        EndReason::GoodbyeSent | EndReason::SlowConsumer | EndReason::Closed | EndReason::Fatal(_)
    ) {
        half_close(&socket).await;
    }
    // The last answers are charged too, so that reconnecting does not avoid the limit.
    if let Greeted::Guest { rate_limit, .. } = &greeted {
        rate_limit.charge_answers(
            &socket,
            context.admission.answer_pace(socket.uid()),
            context.clock.uptime_ms(),
        );
    }
}

/// Closes a connection so that the peer can read everything that was written to it.
async fn half_close(socket: &Socket) {
    tokio::time::timeout(CLOSE_TIMEOUT, socket.half_close()).await.ok();
}

/// Refuses a connection that the hub does not know.
pub async fn refuse(conn: ConnId, socket: &Socket, refusal: Refusal, context: &Context) {
    context.note_refusal(socket.peer, &refusal);
    tell_refusal(conn, socket, refusal).await;
}

/// Tells the peer of a refusal that is noted already, and closes the connection.
pub async fn tell_refusal(conn: ConnId, socket: &Socket, refusal: Refusal) {
    let lines = refusal_lines(conn, refusal);
    tokio::time::timeout(CLOSE_TIMEOUT, socket.write_all(&lines)).await.ok();
    half_close(socket).await;
}

/// Who sends the requests.
#[derive(Debug)]
enum Session<'a> {
    Guest(Admission<'a>),
    Operator(OperatorSession),
}

impl Session<'_> {
    /// Takes the lines that may be taken now; returns until when the rate limit delays the others.
    async fn take(
        &mut self,
        reader: &mut LineReader,
        socket: &Socket,
        context: &Context,
    ) -> Result<Option<Instant>, EndReason> {
        match self {
            Self::Guest(admission) => admission.take(reader, socket, context).await,
            // Boxed, or its state would enlarge the future of every guest's task.
            Self::Operator(operator) => Box::pin(operator.take(reader, context)).await.map(|()| None),
        }
    }
}

async fn read_requests(
    conn: ConnId,
    socket: &Socket,
    mut reader: LineReader,
    mut session: Session<'_>,
    context: &Context,
) -> EndReason {
    let mut wait_until: Option<Instant> = None;
    let mut blocked_until: Option<Instant> = None;
    if let Session::Guest(admission) = &session {
        // What came right behind the greeting is taken after the welcome, or its answer could come before that.
        let end = tokio::select! {
            biased;
            () = socket.wait_end() => Some(EndReason::GoodbyeSent),
            () = socket.wait_welcome() => None,
            () = context.hub.closed() => Some(EndReason::ServerEnds),
        };
        admission.note_secret(socket, context);
        if let Some(end) = end {
            return end;
        }
    }
    loop {
        if wait_until.is_none() {
            match session.take(&mut reader, socket, context).await {
                Ok(until) => wait_until = until,
                Err(end) => return end,
            }
        }
        tokio::select! {
            biased;
            () = socket.wait_end() => return EndReason::GoodbyeSent,
            () = socket.wait_slow_consumer() => return EndReason::SlowConsumer,
            () = socket.wait_want_write(), if blocked_until.is_none() => {
                blocked_until = Some(Instant::now() + context.write_stall);
            }
            result = socket.writable(), if blocked_until.is_some() => {
                blocked_until = None;
                if let Err(error) = result {
                    return EndReason::Failed(error);
                }
                if context.hub.send(HubMsg::Writable(conn)).await.is_err() {
                    return EndReason::ServerEnds;
                }
            }
            () = sleep(blocked_until), if blocked_until.is_some() => return EndReason::WriteStall,
            () = sleep(wait_until), if wait_until.is_some() => {
                wait_until = None;
                // Nothing was received because the rate limit stopped the reading, so the connection was not idle.
                socket.heard(context.clock.uptime_ms());
            }
            result = socket.readable(), if wait_until.is_none() => {
                match result.and_then(|()| reader.read(socket, context)) {
                    Ok(true) => {
                        wait_until = reader.wait(socket, context);
                        // A socket with something to read is ready at once: others have their turn first.
                        tokio::task::yield_now().await;
                    }
                    Ok(false) => return EndReason::Closed,
                    Err(error) => return EndReason::Failed(error),
                }
            }
        }
    }
}

/// Lets a peer read what is left in its outbox, until the hub has written its last line.
async fn drain_outbox(conn: ConnId, socket: &Socket, context: &Context) {
    loop {
        tokio::select! {
            biased;
            () = socket.wait_end() => return,
            result = socket.writable() => {
                if result.is_err() || context.hub.send(HubMsg::Writable(conn)).await.is_err() {
                    return;
                }
            }
        }
        tokio::select! {
            biased;
            () = socket.wait_end() => return,
            () = socket.wait_want_write() => {}
        }
    }
}

async fn sleep(until: Option<Instant>) {
    if let Some(until) = until {
        tokio::time::sleep_until(until).await;
    }
}
