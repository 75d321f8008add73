//! The limit of open files of this process (`RLIMIT_NOFILE`): each connection is one, and some are kept for the operator.

use std::os::fd::{AsRawFd, RawFd};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// How many descriptors connections over the network leave free: for the operator's socket, for the store, and for what a
/// status reads.
const RESERVE: u64 = 64;

/// Raises the soft limit to the hard one. Many systems give 1,024, which a thousand users and their files exceed; the
/// soft limit is that low for programs that use `select`, and this one does not.
pub fn raise_limit() {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current == maximum {
        return;
    }
    match setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }) {
        Ok(()) => tracing::debug!(?current, ?maximum, "may open more files"),
        // Not fatal: beyond the limit, connections wait in the backlog.
        Err(error) => tracing::warn!(%error, ?current, "could not raise the limit of open files"),
    }
}

/// From which descriptor on connections over the network are turned away; none without a limit.
#[must_use]
pub fn operators_share() -> Option<RawFd> {
    let limit = getrlimit(Resource::Nofile).current?;
    RawFd::try_from(limit - RESERVE.min(limit / 4)).ok()
}

/// Whether a connection that was just accepted takes a descriptor of the operator's share. The system gives the lowest one
/// that is free, so its number says how many are taken.
#[must_use]
pub fn is_short(stream: &impl AsRawFd, share: Option<RawFd>) -> bool {
    share.is_some_and(|share| stream.as_raw_fd() >= share)
}
