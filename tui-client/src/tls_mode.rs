//! `--tls`: when a connection is encrypted, and what makes a server trusted. A setting that both the command line and the
//! dialer name, so it lives below them.

use clap::ValueEnum;

/// When a connection is encrypted, and whom it trusts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum TlsMode {
    /// In the clear on this machine, else as trust
    #[default]
    Auto,
    /// A server is known by the key it showed the first time
    Trust,
    /// A server is known by its name, which the system's authorities vouch for
    Verify,
    /// Everything in the clear; servers may refuse that
    Off,
}
