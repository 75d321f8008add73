//! The last lines of a connection that ends with a refusal: `error`, then `goodbye`, which says whether and when to
//! reconnect. A connection that never greeted writes them itself; for every other one the hub does. Reconnects are spread
//! per connection, so that clients that are refused together do not return together (thundering herd).

use shared::codec::append_line;
use shared::server_msg::{Goodbye, GoodbyeCode};
use shared::{Code, Line, Refusal, ServerMsg};

use crate::chat::conn_id::ConnId;

/// The `error` and the `goodbye` of a connection that ends with a refusal.
#[must_use]
pub fn refusal_lines(conn: ConnId, refusal: Refusal) -> Vec<u8> {
    let goodbye = goodbye_after(conn, &refusal);
    last_lines(refusal, goodbye)
}

/// An `error` and this `goodbye`, as lines of the wire.
#[must_use]
pub fn last_lines(refusal: Refusal, goodbye: Goodbye) -> Vec<u8> {
    let mut lines = Vec::new();
    append_line(&mut lines, &ServerMsg::Error(refusal));
    append_line(&mut lines, &ServerMsg::Goodbye(goodbye));
    lines
}

/// The `goodbye` that follows a fatal refusal: whether to come back, and after how long.
#[must_use]
pub fn goodbye_after(conn: ConnId, refusal: &Refusal) -> Goodbye {
    // Transient causes, for which a retry can succeed unchanged. A wrong name or secret is not one.
    const TRANSIENT: [Code; 6] = [
        Code::Timeout,
        Code::TooManyConnections,
        Code::TooManyWindows,
        Code::ServerFull,
        Code::Storage,
        Code::ShuttingDown,
    ];
    let wait = refusal.retry_ms.or_else(|| TRANSIENT.contains(&refusal.code).then_some(5000));
    Goodbye {
        code: GoodbyeCode::Error(refusal.code),
        message: refusal.message.clone(),
        reason: Line::default(),
        by: None,
        until: None,
        reconnect: wait.is_some(),
        after_ms: wait.map(|wait| wait.saturating_add(spread(conn, wait))),
        try_next: Vec::new(),
    }
}

/// Jitter: a number of milliseconds below `over` that depends on the connection. Added to the time a client is to wait,
/// it spreads the reconnects of clients that were disconnected together.
#[must_use]
pub fn spread(conn: ConnId, over: u64) -> u64 {
    // A multiplicative hash of the connection's number (Knuth): even, and needs no randomness.
    conn.number.wrapping_mul(0x9E37_79B9_7F4A_7C15) % over.max(1)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::chat::conn_id::NodeStart;

    #[test]
    fn refused_clients_come_back_spread_and_none_too_early() {
        let full = Refusal::new(Code::ServerFull, "full");
        let exact = Refusal::new(Code::RateLimited, "later").retry_after(std::time::Duration::from_secs(20));
        for (refusal, least) in [(full, 5000), (exact, 20_000)] {
            let after = |number| {
                let conn = ConnId::new(NodeStart::default(), number);
                goodbye_after(conn, &refusal).after_ms.unwrap()
            };
            let times: Vec<u64> = (1..=100).map(after).collect();
            assert!(times.iter().all(|time| (least..2 * least).contains(time)), "{times:?}");
            let quarters: BTreeSet<_> = times.iter().map(|time| 4 * (time - least) / least).collect();
            assert_eq!(quarters.len(), 4, "{times:?}");
        }
        let final_word = Refusal::new(Code::NameTaken, "taken");
        assert_eq!(goodbye_after(ConnId::new(NodeStart::default(), 1), &final_word).after_ms, None);
    }
}
