//! How an order that several servers share fares, as it is told to the operator, to `ctl cluster status` and to the metrics: a
//! copy of numbers at one moment. An order within one process has nothing to tell.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// What was proposed and has not come back for so long stands still: people are told, and whoever asks for the node's health.
pub const STANDS_AFTER: Duration = Duration::from_secs(2);

/// An order over NATS at one moment, as this server sees it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderReport {
    /// The NATS server that this one is connected to; none while it is connected to none.
    pub nats: Option<String>,
    /// Its version.
    pub version: String,
    /// The stream's name.
    pub stream: String,
    /// The NATS server that leads the stream; none during an election, or if there is only one.
    pub leader: Option<String>,
    /// The other NATS servers that store the stream.
    pub replicas: Vec<NatsReplica>,
    /// The bytes of the stream.
    pub bytes: u64,
    /// How large it may grow before it forgets its oldest messages; 0 for without bound.
    pub max_bytes: u64,
    /// The first message that the stream still has.
    pub first: u64,
    /// Its last message.
    pub last: u64,
    /// The message that the hub took last.
    pub applied: u64,
    /// How many messages of the stream were not taken yet.
    pub lag: u64,
    /// How long the oldest proposal that was published and has not come back is under way, in milliseconds.
    pub stalled_ms: Option<u64>,
    /// What was sent, and what happened, since the order was joined.
    #[serde(flatten)]
    pub totals: OrderTotals,
    /// Why the order ended, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
}

impl OrderReport {
    /// Why nobody can say anything over this node now, if that is so, and where to look.
    #[must_use]
    pub fn why_it_stands(&self) -> Option<String> {
        if let Some(why) = &self.failure {
            return Some(format!("the order ended: {why}"));
        }
        let stands = self.stalled_ms.map(Duration::from_millis).filter(|&stands| stands >= STANDS_AFTER);
        let nats = self.nats.is_none().then_some("this node is connected to no NATS server");
        let stands = stands.map(|stands| {
            format!(
                "the order stands still for {} s: what people say over this node waits; look at NATS",
                stands.as_secs()
            )
        });
        let all: Vec<String> = nats.map(str::to_owned).into_iter().chain(stands).collect();
        (!all.is_empty()).then(|| all.join("; "))
    }
}

/// A NATS server that stores the stream and does not lead it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NatsReplica {
    /// Its name.
    pub name: String,
    /// Whether it has all.
    pub current: bool,
    /// Whether it is gone.
    pub offline: bool,
    /// How many messages it is behind the leader.
    pub lag: u64,
}

/// Numbers that only grow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderTotals {
    /// Frames published for the first time.
    pub frames_sent: u64,
    /// Proposals in them.
    pub proposals_sent: u64,
    /// Frames published again.
    pub frames_resent: u64,
    /// Frames of this server that came again.
    pub repeats: u64,
    /// Proposals that were not sent, by a fault of this program.
    pub refused: u64,
    /// How often reading the stream was begun anew.
    pub tails_remade: u64,
    /// How often the connection to NATS was lost.
    pub connections_lost: u64,
    /// Frames that came back.
    pub round_trips: u64,
    /// What they took together, in microseconds.
    pub round_trip_us: u64,
    /// What the longest of them took.
    pub longest_round_trip_us: u64,
}

#[cfg(test)]
mod tests {
    use super::OrderReport;

    #[test]
    fn an_order_stands_after_two_seconds_or_without_nats() {
        let report = |nats: Option<&str>, stalled_ms| OrderReport {
            nats: nats.map(str::to_owned),
            stalled_ms,
            ..OrderReport::default()
        };
        assert_eq!(report(Some("a"), None).why_it_stands(), None);
        assert_eq!(report(Some("a"), Some(1_999)).why_it_stands(), None);
        assert!(report(Some("a"), Some(2_000)).why_it_stands().unwrap().contains("stands still for 2 s"));
        assert!(report(None, None).why_it_stands().unwrap().contains("no NATS server"));
    }
}
