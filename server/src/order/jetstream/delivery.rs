//! What NATS sends to somebody who asked a consumer for messages: the messages, and words in between.

use async_nats::Message;

use shared::Millis;

/// A message of the stream: what NATS says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Delivered {
    pub(super) sequence: u64,
    pub(super) stored_at: Millis,
}

/// One of what comes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Pulled {
    Message(Delivered),
    Heartbeat,
    /// A request for messages ended with so many not delivered.
    Expired {
        pending: u64,
    },
    /// The consumer is no more, or another thing that was not expected.
    Odd(String),
}

/// What this is.
pub(super) fn pulled(message: &Message) -> Pulled {
    let description = || message.description.clone().unwrap_or_default();
    match message.status.map(|status| status.as_u16()) {
        None => message.reply.as_ref().and_then(|reply| delivered(reply)).map_or_else(
            || Pulled::Odd(format!("a message without its sequence: {:?}", message.reply)),
            Pulled::Message,
        ),
        Some(100) => Pulled::Heartbeat,
        // No message is there, or the time is over; 409 is also said of a batch that is complete.
        Some(404 | 408) => Pulled::Expired { pending: pending(message).unwrap_or(u64::MAX) },
        Some(409) if description().eq_ignore_ascii_case("batch completed") => {
            Pulled::Expired { pending: pending(message).unwrap_or(0) }
        }
        Some(status) => Pulled::Odd(format!("{status} {}", description())),
    }
}

fn pending(message: &Message) -> Option<u64> {
    message.headers.as_ref()?.get("Nats-Pending-Messages")?.as_str().parse().ok()
}

/// What the subject for acknowledgements says:
/// `$JS.ACK.STREAM.CONSUMER.deliveries.SEQUENCE.sequence.NANOSECONDS.pending`, since 2.10 also with the domain and the account
/// before the stream, and something behind.
fn delivered(subject: &str) -> Option<Delivered> {
    let tokens: Vec<&str> = subject.strip_prefix("$JS.ACK.")?.split('.').collect();
    let at = match tokens.len() {
        7 => 3,
        9.. => 5,
        _ => return None,
    };
    let nanos: Millis = tokens.get(at + 2)?.parse().ok()?;
    Some(Delivered { sequence: tokens.get(at)?.parse().ok()?, stored_at: nanos / 1_000_000 })
}

#[cfg(test)]
mod tests {
    use async_nats::{HeaderMap, StatusCode};

    use super::*;

    fn message(reply: Option<&str>, status: Option<u16>, description: &str) -> Message {
        Message {
            subject: "chinwag.chinwag.order".into(),
            reply: reply.map(Into::into),
            payload: "".into(),
            headers: None,
            status: status.map(|status| StatusCode::from_u16(status).unwrap()),
            description: Some(description.to_owned()),
            length: 0,
        }
    }

    #[test]
    fn the_sequence_and_the_time_are_in_the_subject_for_acknowledgements() {
        let told = Pulled::Message(Delivered { sequence: 4711, stored_at: 1_790_000_000_123 });
        for subject in [
            "$JS.ACK.CHINWAG_x.c1.1.4711.12.1790000000123456789.3",
            "$JS.ACK._.ACCOUNT.CHINWAG_x.c1.1.4711.12.1790000000123456789.3",
            "$JS.ACK.hub.ACCOUNT.CHINWAG_x.c1.1.4711.12.1790000000123456789.3.random",
        ] {
            assert_eq!(pulled(&message(Some(subject), None, "")), told, "{subject}");
        }
    }

    #[test]
    fn a_message_without_a_sequence_is_odd() {
        for reply in
            [None, Some("_INBOX.x"), Some("$JS.ACK.CHINWAG_x.c1.1.x.12.17.3"), Some("$JS.ACK.1.2.3.4.5.6")]
        {
            assert!(matches!(pulled(&message(reply, None, "")), Pulled::Odd(_)), "{reply:?}");
        }
    }

    #[test]
    fn the_end_of_a_request_says_how_many_did_not_come() {
        let mut expired = message(None, Some(408), "Request Timeout");
        assert_eq!(pulled(&expired), Pulled::Expired { pending: u64::MAX });
        let mut headers = HeaderMap::new();
        headers.insert("Nats-Pending-Messages", "200");
        expired.headers = Some(headers);
        assert_eq!(pulled(&expired), Pulled::Expired { pending: 200 });
    }

    #[test]
    fn a_consumer_that_is_no_more_is_odd() {
        for (status, description) in [(409, "Consumer Deleted"), (409, "Leadership Change"), (503, "")] {
            assert!(
                matches!(pulled(&message(None, Some(status), description)), Pulled::Odd(_)),
                "{description}"
            );
        }
        assert_eq!(pulled(&message(None, Some(100), "Idle Heartbeat")), Pulled::Heartbeat);
    }
}
