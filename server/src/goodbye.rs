//! The last lines of a connection that ends with a refusal. A connection that never greeted writes them itself; for every
//! other one the hub does.

use shared::codec::append_line;
use shared::server_msg::{Farewell, Goodbye};
use shared::{Code, Line, Refusal, ServerMsg};

/// The `error` and the `goodbye` of a connection that ends with a refusal.
#[must_use]
pub fn refusal_lines(refusal: Refusal) -> Vec<u8> {
    let goodbye = goodbye_after(&refusal);
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
pub fn goodbye_after(refusal: &Refusal) -> Goodbye {
    // What the person can change by waiting is worth coming back for; a wrong name or secret is not.
    const PASSING: [Code; 5] =
        [Code::Timeout, Code::TooManyConnections, Code::ServerFull, Code::Storage, Code::ShuttingDown];
    let wait = refusal.retry_ms.or_else(|| PASSING.contains(&refusal.code).then_some(5000));
    Goodbye {
        code: Farewell::Error(refusal.code),
        message: refusal.message.clone(),
        reason: Line::default(),
        by: None,
        until: None,
        reconnect: wait.is_some(),
        after_ms: wait,
    }
}
