//! How a cluster begins: one node publishes the first message of the stream, which only one can, and from then on all follow what
//! comes after it. Whoever finds a stream that was begun follows, or sets itself up from a node that does.

use std::sync::Arc;
use std::time::Duration;

use async_nats::HeaderMap;
use tokio::time::sleep;

use shared::NodeName;

use super::api::{Api, ApiError, Info, Stored, answer_of};
use super::connection::{self, ANSWER};
use super::failure::Failure;
use super::frame;
use super::options::Options;
use super::peer_files::Peers;
use super::status::Status;
use super::stream::Stream;
use crate::chat::conn_id::NodeStart;
use crate::chat::node_identity::NodeIdentity;
use crate::chat::place::Place;
use crate::chat::proposal::{NodeOrigin, Proposal};
use crate::order::codec;
use crate::order::place;

/// Between attempts to read what cannot be read now.
const AGAIN: Duration = Duration::from_millis(250);

/// The place where every order begins: all nodes have the same chat there.
pub const BEGINNING: Place = place::of(1, 0);

/// The stream, before it is followed.
#[derive(Debug)]
pub struct Ground {
    stream: Stream,
    info: Info,
}

/// Who began an order.
pub type Founder = (NodeName, Option<NodeIdentity>);

/// How a stream is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Which order it is: no other one has the same. When it was made, as NATS says.
    pub order: String,
    /// The first and the last sequence of its messages.
    pub first: u64,
    /// The same.
    pub last: u64,
    /// Who founded it, and with which state directory, as long as its first message is kept.
    pub by: Option<Founder>,
}

impl Ground {
    /// The stream of these options, made if there is none and nothing of one was applied. Waits for NATS as long as it takes.
    ///
    /// # Errors
    /// When waiting cannot help.
    pub async fn find(options: &Options, applied: Place) -> Result<Self, Failure> {
        options.check()?;
        let status = Arc::new(Status::new(Place::default()));
        let (client, _) = connection::open(options, &status).await?;
        let (stream, info) = Stream::open(client, options, &status, place::sequence(applied)).await?;
        Ok(Self { stream, info })
    }

    /// The other nodes, to get things from.
    #[must_use]
    pub fn peers(&self, options: &Options) -> Peers {
        Peers::new(self.stream.api.client.clone(), options)
    }

    /// What it is now.
    pub async fn look(&mut self) -> Found {
        loop {
            match self.stream.api.info().await {
                Ok(info) => self.info = info,
                Err(error) => {
                    tracing::warn!(%error, "waiting for NATS JetStream");
                    sleep(AGAIN).await;
                    continue;
                }
            }
            let state = self.info.state;
            let by = if state.first_seq == 1 && state.last_seq >= 1 {
                match self.founder().await {
                    Some(by) => by,
                    None => continue,
                }
            } else {
                None
            };
            let order = self.info.created.clone();
            return Found { order, first: state.first_seq, last: state.last_seq, by };
        }
    }

    /// Who published the first message, if it is of ours. Nothing where it cannot be read now.
    async fn founder(&self) -> Option<Option<Founder>> {
        let Ok(bytes) = self.stream.api.message(1).await else {
            sleep(AGAIN).await;
            return None;
        };
        let frame = frame::decode(&bytes).ok();
        let first = frame.and_then(|frame| frame.proposals.into_iter().next());
        Some(if let Some(Proposal::Found { by, identity }) = first { Some((by, identity)) } else { None })
    }

    /// What a node has applied last must be what the stream has at that place. It has another message there when it was put back from
    /// an older copy and others, who had not applied more than that, went on. Nothing can be told where the message was trimmed.
    ///
    /// # Errors
    /// When it has another one.
    pub async fn check_history(&self, applied: Place, origin: NodeOrigin) -> Result<(), Failure> {
        let (sequence, index) = (place::sequence(applied), place::index(applied));
        let bytes = loop {
            match self.stream.api.message(sequence).await {
                Ok(bytes) => break bytes,
                Err(ApiError::Refused(_)) => return Ok(()),
                Err(error @ ApiError::Unknown(_)) => {
                    tracing::warn!(%error, "waiting for NATS JetStream");
                    sleep(AGAIN).await;
                }
            }
        };
        if frame::header(&bytes).is_some_and(|header| header.origin(index) != origin) {
            return Err(Failure::OtherHistory { sequence });
        }
        Ok(())
    }

    /// Publishes the first message; false when there is one already.
    pub async fn found(&self, (by, identity): Founder) -> bool {
        let Ok(line) = codec::encode(&Proposal::Found { by, identity }) else { return false };
        let bytes = frame::encode(NodeStart::default(), 1, &[line]);
        let mut headers = HeaderMap::new();
        headers.insert("Nats-Expected-Last-Sequence", "0");
        let Api { client, .. } = &self.stream.api;
        let publish = client.request_with_headers(self.stream.subject.clone(), headers, bytes.into());
        match tokio::time::timeout(ANSWER, publish).await {
            Ok(Ok(answer)) => answer_of::<Stored>(&answer.payload).is_ok_and(|stored| stored.seq == 1),
            // It may be there all the same: whoever looks again sees who founded it.
            Ok(Err(_)) | Err(_) => false,
        }
    }
}
