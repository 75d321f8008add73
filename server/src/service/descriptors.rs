//! The limit of open files of this process (`RLIMIT_NOFILE`): each connection is one.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

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
