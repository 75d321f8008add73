//! How far a connection is: told by the library's task and the session, waited for by the task that watches them.

/// How far a connection is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    /// Nobody has authenticated.
    Stranger,
    /// Somebody has.
    LoggedIn,
    /// There is a session.
    Begun,
    /// The session has ended.
    Ended,
}
