//! The command line of `chinwagd`: the flags of the server, and the subcommands that do something else than serving.
//! It stands above everything it configures or calls, so nothing but `main` imports it.

pub mod hash_password;

use std::ffi::OsString;

use clap::{Command, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use crate::config::setting::with_value;
use crate::config::sources::Flags;
use crate::ctl::Ctl;

/// The Chinwag server: group chat for terminals.
#[derive(Clone, Debug, Parser)]
#[command(name = "chinwagd", version, about, max_term_width = 100, args_conflicts_with_subcommands = true)]
#[command(
    after_help = "Every setting is also a variable of the environment, such as CHINWAGD_MAX_USERS=200, and a line \
    of the configuration file, such as max-users = 200. A flag outweighs the environment, which outweighs the file."
)]
pub struct Cli {
    /// The flags of the server.
    #[command(flatten)]
    pub flags: Flags,

    /// Something else than serving.
    #[command(subcommand)]
    pub subcommand: Option<Subcommands>,
}

/// What `chinwagd` does beside serving.
#[derive(Clone, Debug, Subcommand)]
pub enum Subcommands {
    /// Operate a server on this machine
    Ctl(Ctl),
    /// Read a password from standard input and print what to write into a password file
    HashPassword,
}

impl Cli {
    /// Reads a command line. The error shows the usage, as every program does; so do the help and the version, which
    /// are errors here, too.
    pub fn read<A: Into<OsString> + Clone>(args: impl IntoIterator<Item = A>) -> Result<Self, clap::Error> {
        Self::from_arg_matches(&command().try_get_matches_from(args)?)
    }
}

/// The definition of the command line: for help, man pages and completions.
#[must_use]
pub fn command() -> Command {
    Cli::command().mut_args(with_value)
}
