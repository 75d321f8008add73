//! The exit statuses of a command.

/// It was not done.
pub(super) const FAILED: u8 = 1;
/// It is no command.
pub(super) const WRONG: u8 = 2;
/// Nobody reads its output, as a shell says it of a process that SIGPIPE ended.
pub(super) const UNREAD: u8 = 141;
