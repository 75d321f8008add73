//! A connection that has greeted: reads and admits requests until it ends, then proposes the loss and lets the peer read
//! what is left.
//!
//! What `read_requests` holds while it waits is what a connection costs that idles, so it is little: a waker for the hub and
//! one for the socket; timers, and the state of taking lines, are allocated while there are any.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use tokio::time::{Instant, Sleep};

use super::admission::Admission;
use super::close::{CLOSE_TIMEOUT, half_close};
use super::context::Context;
use super::end::EndReason;
use super::line_reader::LineReader;
use super::operator::OperatorSession;
use crate::chat::conn_id::ConnId;
use crate::chat::proposal::Proposal;
use crate::hub_msg::HubMsg;
use crate::transport::signals::Signal;
use crate::transport::socket::Socket;

/// A connection that has greeted.
#[derive(Debug)]
pub struct Session {
    conn: ConnId,
    socket: Arc<Socket>,
    reader: LineReader,
    requester: Requester,
    context: Arc<Context>,
}

/// Who sends the requests.
#[derive(Debug)]
pub(super) enum Requester {
    Guest(Admission),
    Operator(OperatorSession),
}

impl Session {
    /// For whoever greeted.
    pub(super) fn new(
        conn: ConnId,
        socket: Arc<Socket>,
        reader: LineReader,
        requester: Requester,
        context: Arc<Context>,
    ) -> Self {
        Self { conn, socket, reader, requester, context }
    }

    /// Serves it until it ends.
    pub async fn serve(mut self: Box<Self>) {
        // What is only for a while is boxed: it would be part of every connection's task for as long as that lasts.
        let end = match Box::pin(self.wait_for_welcome()).await {
            Ok(()) => self.read_requests().await,
            Err(end) => end,
        };
        Box::pin(self.finish(end)).await;
    }

    /// Reads requests until the connection ends; returns why.
    async fn read_requests(&mut self) -> EndReason {
        // Until the rate limit lets it be read again, and how long the socket may stay unwritable.
        let (mut waits, mut blocked): (Timer, Timer) = (None, None);
        loop {
            if waits.is_none() && self.reader.has_read() {
                match Box::pin(self.take()).await {
                    Ok(until) => waits = timer(until),
                    Err(end) => return end,
                }
            }
            let signals: &[Signal] = if blocked.is_none() {
                &[Signal::End, Signal::SlowConsumer, Signal::WantWrite]
            } else {
                &[Signal::End, Signal::SlowConsumer]
            };
            let (socket, context) = (&*self.socket, &*self.context);
            tokio::select! {
                biased;
                signal = socket.signalled(signals) => match signal {
                    Signal::WantWrite => blocked = timer(Some(Instant::now() + context.write_stall)),
                    Signal::SlowConsumer => return EndReason::SlowConsumer,
                    Signal::End | Signal::Welcomed => return EndReason::GoodbyeSent,
                },
                result = socket.writable(), if blocked.is_some() => {
                    blocked = None;
                    if let Err(error) = result {
                        return EndReason::Failed(error);
                    }
                    if Box::pin(context.tell_hub(HubMsg::Writable(self.conn))).await.is_err() {
                        return EndReason::ServerEnds;
                    }
                }
                () = over(&mut blocked), if blocked.is_some() => return EndReason::WriteStall,
                () = over(&mut waits), if waits.is_some() => {
                    waits = None;
                    // Nothing was received because the rate limit stopped the reading, so the connection was not idle.
                    socket.heard(context.clock.uptime_ms());
                }
                result = socket.readable(), if waits.is_none() => {
                    match result.and_then(|()| self.reader.read(socket, context)) {
                        Ok(true) => {
                            waits = timer(self.reader.wait(socket, context));
                            if self.reader.may_have_more {
                                tokio::task::yield_now().await;
                            }
                        }
                        Ok(false) => return EndReason::Closed,
                        Err(error) => return EndReason::Failed(error),
                    }
                }
            }
        }
    }

    /// What came right behind the greeting is taken after the welcome, or its answer could come before that.
    async fn wait_for_welcome(&self) -> Result<(), EndReason> {
        let Requester::Guest(admission) = &self.requester else { return Ok(()) };
        let signal = tokio::select! {
            biased;
            signal = self.socket.signalled(&[Signal::End, Signal::Welcomed]) => Some(signal),
            () = self.context.hub.closed() => None,
        };
        // Whether it was a guess is not known where the greeting was not carried out.
        if !self.context.stall_flags.sends_away() {
            admission.note_secret(&self.socket, &self.context);
        }
        match signal {
            Some(Signal::Welcomed) => Ok(()),
            Some(Signal::End | Signal::SlowConsumer | Signal::WantWrite) => Err(EndReason::GoodbyeSent),
            None => Err(EndReason::ServerEnds),
        }
    }

    /// Takes the lines that may be taken now; returns until when the rate limit delays the others.
    async fn take(&mut self) -> Result<Option<Instant>, EndReason> {
        match &mut self.requester {
            Requester::Guest(admission) => {
                admission.take(&mut self.reader, &self.socket, &self.context).await
            }
            Requester::Operator(operator) => {
                operator.take(&mut self.reader, &self.context).await.map(|()| None)
            }
        }
    }

    /// Ends the connection: tells the chat and the hub, and lets the peer read its last lines.
    async fn finish(self: Box<Self>, end: EndReason) {
        let Self { conn, socket, mut requester, context, .. } = *self;
        if let EndReason::Fatal(refusal) = &end {
            // The hub may have written part of a line: it completes that, says goodbye, and ends the socket.
            if context.tell_hub(HubMsg::Fatal(conn, refusal.clone())).await.is_ok() {
                tokio::time::timeout(CLOSE_TIMEOUT, socket.signalled(&[Signal::End])).await.ok();
            }
        }
        tracing::info!(conn = conn.number, from = %socket.peer, why = %end, "connection ended");
        let not_welcomed = match &requester {
            Requester::Guest(admission)
                if matches!(end, EndReason::GoodbyeSent) && socket.uid().is_none() =>
            {
                Some(admission.not_welcomed())
            }
            Requester::Guest(_) | Requester::Operator(_) => None,
        };
        // Fails only when the server ends, or where not all nodes know what was proposed.
        let proposal = not_welcomed.unwrap_or(Proposal::Lost { conn });
        if context.proposer.propose(proposal).await.is_err() {
            context.proposer.propose(Proposal::Lost { conn }).await.ok();
        }
        if matches!(end, EndReason::SlowConsumer | EndReason::Closed) {
            tokio::time::timeout(context.write_stall, drain_outbox(conn, &socket, &context)).await.ok();
        }
        context.tell_hub(HubMsg::Closed(conn)).await.ok();
        if matches!(
            end,
            EndReason::GoodbyeSent | EndReason::SlowConsumer | EndReason::Closed | EndReason::Fatal(_)
        ) {
            half_close(&socket).await;
        }
        // The last answers are charged too, so that reconnecting does not avoid the limit.
        if let Requester::Guest(admission) = &mut requester {
            admission.charge_answers(&socket, &context);
        }
    }
}

/// Lets a peer read what is left in its outbox, until the hub has written its last line.
async fn drain_outbox(conn: ConnId, socket: &Socket, context: &Context) {
    loop {
        tokio::select! {
            biased;
            _ = socket.signalled(&[Signal::End]) => return,
            result = socket.writable() => {
                if result.is_err() || context.tell_hub(HubMsg::Writable(conn)).await.is_err() {
                    return;
                }
            }
        }
        if socket.signalled(&[Signal::End, Signal::WantWrite]).await == Signal::End {
            return;
        }
    }
}

/// A timer, if there is one. Boxed: most of the time there is none.
type Timer = Option<Pin<Box<Sleep>>>;

fn timer(until: Option<Instant>) -> Timer {
    until.map(|until| Box::pin(tokio::time::sleep_until(until)))
}

/// Waits until a timer is over; for no time if there is none.
fn over(timer: &mut Timer) -> impl Future<Output = ()> {
    poll_fn(move |context| timer.as_mut().map_or(Poll::Ready(()), |timer| timer.as_mut().poll(context)))
}
