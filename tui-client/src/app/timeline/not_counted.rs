//! Why a message that was named by its distance from the newest one is none that can be named to the server.

/// Why no message is that many from the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotCounted {
    /// It is one's own, and the server has not said that it is stored.
    OnItsWay,
    /// There are not so many.
    TooFar,
}
