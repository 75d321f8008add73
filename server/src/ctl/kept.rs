//! What is kept of the past, in words.

/// So many days, so many events, both, or everything.
pub(super) fn kept(days: u32, events: u32) -> String {
    match (days, events) {
        (0, 0) => "everything".to_owned(),
        (days, 0) => format!("{days} days"),
        (0, events) => format!("{events} events"),
        (days, events) => format!("{days} days, {events} events"),
    }
}
