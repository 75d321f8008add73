//! The connection by which a door tells of itself (see [`crate::doors`]). Only a trusted proxy's own connection may, the one
//! whose PROXY header names nobody, and code of this process. It needs no greeting and takes no part in the chat; it lasts as
//! long as the door, or the server.

use std::sync::Arc;

use bytes::Bytes;
use shared::codec::{Frame, to_line};
use shared::server_msg::Answer;
use shared::{Code, Refusal, Request, RequestId, ServerMsg};

use super::context::Context;
use super::line_reader::LineReader;
use crate::chat::conn_id::ConnId;
use crate::doors::{DoorEntry, DoorReport};
use crate::transport::peer::Peer;
use crate::transport::socket::Socket;

/// The type of the request.
pub(super) const REQUEST: &str = "door";

/// A door's connection, whose first request was read.
#[derive(Debug)]
pub struct Door {
    pub(super) socket: Arc<Socket>,
    pub(super) reader: LineReader,
    pub(super) context: Arc<Context>,
    pub(super) entry: DoorEntry,
}

/// Whether the connection of this peer may be a door's.
pub(super) fn may_be_door(peer: Peer, context: &Context) -> bool {
    match peer {
        Peer::Local => true,
        // One that connects for somebody has their address.
        Peer::Unix { .. } => {
            let mut terms = context.admission.terms.clone();
            terms.get().settings.proxy_from.iter().any(|proxy| proxy.is(peer))
        }
        Peer::Net(_) => false,
    }
}

/// Takes the first request.
pub(super) fn enter(
    line: &[u8],
    (conn, peer): (ConnId, Peer),
    context: &Context,
) -> Result<(DoorEntry, Option<RequestId>), Refusal> {
    let (report, id) = parse(line)?;
    if !may_be_door(peer, context) {
        let why =
            "only a trusted proxy may be a door, on a connection of its own; name its user in proxy-from";
        return Err(Refusal::new(Code::Forbidden, why).to(id));
    }
    match context.doors.enter(conn, report) {
        Ok(entry) => Ok((entry, id)),
        Err(refusal) => Err(refusal.to(id)),
    }
}

fn parse(line: &[u8]) -> Result<(DoorReport, Option<RequestId>), Refusal> {
    let id = Request::heading(line).and_then(|(_, id)| id);
    match serde_json::from_slice(line) {
        Ok(report) => Ok((report, id)),
        Err(_) => {
            Err(Refusal::new(Code::BadRequest, "door has a kind, listen, a key and sessions; send all four")
                .to(id))
        }
    }
}

impl Door {
    /// Serves it until it or the server ends.
    pub async fn serve(mut self) {
        let hub = self.context.hub.clone();
        tokio::select! {
            () = hub.closed() => {}
            () = self.take_all() => {}
        }
    }

    async fn take_all(&mut self) {
        loop {
            match self.reader.next_line() {
                Ok(Some(Frame::Line(line))) => {
                    let answer = self.take(&line);
                    if self.socket.write_all(&answer).await.is_err() {
                        return;
                    }
                }
                Ok(Some(Frame::TooLong | Frame::BadUtf8)) | Err(_) => return,
                Ok(None) => {
                    if self.socket.readable().await.is_err()
                        || !self.reader.read(&self.socket, &self.context).is_ok_and(|more| more)
                    {
                        return;
                    }
                    // A door that never stops takes nobody's turn.
                    tokio::task::yield_now().await;
                }
            }
        }
    }

    fn take(&self, line: &[u8]) -> Bytes {
        if !Request::claims(line, REQUEST) {
            let id = Request::heading(line).and_then(|(_, id)| id);
            let nothing = "a door's own connection only tells of the door; connect once more for each person";
            return to_line(&ServerMsg::Error(Refusal::new(Code::BadRequest, nothing).to(id)));
        }
        match parse(line).and_then(|(report, id)| self.entry.update(report).map(|()| id)) {
            Ok(id) => accepted(id),
            Err(refusal) => to_line(&ServerMsg::Error(refusal)),
        }
    }
}

/// The answer to a door that tells of itself.
pub(super) fn accepted(id: Option<RequestId>) -> Bytes {
    to_line(&ServerMsg::Ok(Box::new(Answer { id, ..Answer::default() })))
}
