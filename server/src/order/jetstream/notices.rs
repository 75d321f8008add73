//! Carries what nodes tell each other beside the order ([`passing`](crate::order::passing)): by a plain publish, of which NATS keeps
//! nothing, to all that listen at the moment. While there is no connection it is dropped.

use std::collections::BTreeSet;
use std::time::Duration;

use async_nats::Client;
use async_nats::connection::State;
use futures_util::StreamExt as _;
use serde::{Deserialize, Serialize};
use tokio::task::AbortHandle;
use tokio::time::sleep;

use crate::order::passing::{Heard, Notice, Passing, TOGETHER};

/// How long what is told is collected after something was told: clients see nothing sooner, and somebody who says it all the time
/// costs the other nodes little.
const PAUSE: Duration = Duration::from_millis(50);

/// The most bytes of a message that are read: many more than the most that is told together has.
const MOST_BYTES: usize = 256 * 1024;

/// The way to the other nodes.
#[derive(Clone, Debug)]
pub struct Notices {
    client: Client,
    subject: String,
}

/// Carries until it is dropped.
#[derive(Debug)]
pub struct Carrying(AbortHandle);

impl Drop for Carrying {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// A message.
#[derive(Debug, Serialize, Deserialize)]
struct Told {
    typing: BTreeSet<Notice>,
}

impl Notices {
    pub(super) fn new(client: Client, cluster: &str) -> Self {
        Self { client, subject: format!("chinwag.{cluster}.typing") }
    }

    /// Carries what this node tells to the others, and what they tell to it.
    #[must_use]
    pub fn carry(&self, passing: Passing) -> Carrying {
        let Self { client, subject } = self.clone();
        let heard = passing.heard();
        Carrying(
            tokio::spawn(async move {
                tokio::join!(listen(&client, &subject, &heard), tell(&client, &subject, passing));
            })
            .abort_handle(),
        )
    }
}

async fn tell(client: &Client, subject: &str, mut passing: Passing) {
    while let Some(typing) = passing.next().await {
        // The library would keep it until there is a connection, and send it late.
        if client.connection_state() == State::Connected
            && let Ok(line) = serde_json::to_vec(&Told { typing })
        {
            // Fails where the connection is closed for good, which the order notices.
            client.publish(subject.to_owned(), line.into()).await.unwrap_or_default();
        }
        sleep(PAUSE).await;
    }
}

async fn listen(client: &Client, subject: &str, heard: &Heard) {
    let Ok(mut messages) = client.subscribe(subject.to_owned()).await else { return };
    while let Some(message) = messages.next().await {
        for notice in read(&message.payload) {
            heard.hear(notice);
        }
    }
}

/// What a message says. What cannot be read, as from a newer node, is ignored: nobody misses it.
fn read(payload: &[u8]) -> impl Iterator<Item = Notice> + use<> {
    let told = (payload.len() <= MOST_BYTES).then(|| serde_json::from_slice::<Told>(payload).ok());
    told.flatten().into_iter().flat_map(|told| told.typing).take(TOGETHER)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::conn_id::{ConnId, NodeStart};

    #[test]
    fn what_is_told_is_read_and_anything_else_is_ignored() {
        let conn = ConnId::new(NodeStart { node: 1, start: 2 }, 3);
        let notice = Notice { conn, room: "dev".parse().unwrap() };
        let told = serde_json::to_vec(&Told { typing: BTreeSet::from([notice.clone()]) }).unwrap();
        let text = String::from_utf8(told.clone()).unwrap();
        assert_eq!(text, r#"{"typing":[{"conn":{"node":1,"start":2,"number":3},"room":"dev"}]}"#);
        assert_eq!(read(&told).collect::<Vec<_>>(), [notice]);
        for other in [&b""[..], b"{}", br#"{"typing":[{"room":"dev"}]}"#, &vec![b' '; MOST_BYTES + 1]] {
            assert_eq!(read(other).count(), 0);
        }
    }
}
