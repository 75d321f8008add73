//! One connection: greeting, then reading and admitting requests until it ends. Until the hub knows the connection, its
//! task answers by itself; from then on only the hub writes to it, so that answers and events have one order.
//!
//! However it ends, the loss is proposed (the identity is away then, unless it has quit) and the hub is told; the peer
//! has a bounded time to read the last lines, and a peer that only stopped sending what it asked for before. A peer whose
//! socket stays unwritable is dropped (write stall).

pub mod admission;
pub mod admission_context;
pub mod auth_attempts;
pub mod close;
pub mod context;
pub mod door;
mod end;
pub mod greet;
mod guess_turns;
mod line_reader;
mod operator;
mod propose;
pub mod rate_limit;
pub mod refusal_log;
pub mod session;
mod stall_refusal;

use std::sync::Arc;

use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Instant;

use self::admission::Admission;
use self::close::refuse;
use self::context::Context;
use self::door::Door;
use self::greet::{Greeted, GreetingError};
use self::line_reader::LineReader;
use self::operator::OperatorSession;
use self::session::{Requester, Session};
use crate::chat::conn_id::ConnId;
use crate::transfers::Transfers;
use crate::transfers::handover::Handover;
use crate::transport::peer::Peer;
use crate::transport::pipe::{Pipe, pair};
use crate::transport::socket::{Socket, Stream};

/// Serves a connection until it ends. It must have greeted by `greet_by`; the `greeting_permits` are released once it has.
pub async fn serve(
    conn: ConnId,
    socket: Arc<Socket>,
    greet_by: Instant,
    greeting_permits: Vec<OwnedSemaphorePermit>,
    context: Arc<Context>,
) {
    if let Some(admitted) = Box::pin(greet(conn, socket, greet_by, greeting_permits, context)).await {
        admitted.serve().await;
    }
}

/// A connection that was let in.
#[derive(Debug)]
pub enum Admitted {
    /// It sends requests.
    Session(Box<Session>),
    /// It moves a content.
    Transfer(Box<(Handover, Transfers)>),
    /// It tells of a door.
    Door(Box<Door>),
}

impl Admitted {
    /// Serves it until it ends.
    pub async fn serve(self) {
        match self {
            Self::Session(session) => session.serve().await,
            Self::Transfer(transfer) => Box::pin(transfer.1.serve(transfer.0)).await,
            Self::Door(door) => Box::pin(door.serve()).await,
        }
    }
}

/// Accepts a connection in memory with somebody of this machine, whose buffers hold so many bytes: the client's end, and what serves
/// the other until it ends.
pub fn over_pipe(context: Arc<Context>, capacity: usize) -> (Pipe, impl Future<Output = ()> + Send) {
    let (near, far) = pair(capacity);
    let (uptime, stats) = (context.clock.uptime_ms(), Arc::clone(&context.stats));
    let socket = Socket::new(Stream::Memory(near), Peer::Local, uptime, stats);
    let (conn, greet_by) = (context.conn_ids.next(), Instant::now() + context.greeting);
    (far, serve(conn, Arc::new(socket), greet_by, Vec::new(), context))
}

/// Waits for a connection's greeting. Without one in time, or when it is refused, the connection is closed.
pub async fn greet(
    conn: ConnId,
    socket: Arc<Socket>,
    greet_by: Instant,
    _greeting_permits: Vec<OwnedSemaphorePermit>,
    context: Arc<Context>,
) -> Option<Admitted> {
    let mut reader = LineReader::new(shared::limits::GREETING_LINE_BYTES, context.admission.terms.clone());
    let greeted = greet::greet(conn, &socket, &mut reader, &context);
    let refusal = match tokio::time::timeout_at(greet_by, greeted).await {
        Ok(Ok(greeted)) => {
            let requester = match greeted {
                Greeted::Guest { rate_limit, shows_secret, fresh } => {
                    Requester::Guest(Admission::new(conn, rate_limit, shows_secret, fresh))
                }
                Greeted::Operator(uid) => Requester::Operator(OperatorSession { conn, uid }),
                Greeted::Transfer(request) => {
                    let handover = Handover { socket, request, early: reader.take_rest().freeze() };
                    return Some(Admitted::Transfer(Box::new((handover, context.transfers.clone()))));
                }
                Greeted::Door(entry) => {
                    return Some(Admitted::Door(Box::new(Door { socket, reader, context, entry })));
                }
            };
            reader.set_max(shared::limits::LINE_BYTES);
            let session = Session::new(conn, socket, reader, requester, context);
            return Some(Admitted::Session(Box::new(session)));
        }
        Ok(Err(GreetingError::Disconnected)) => return None,
        Ok(Err(GreetingError::Refused(refusal))) => refusal,
        Err(_) => context.greeting_timeout(),
    };
    refuse(conn, &socket, refusal, &context).await;
    None
}
