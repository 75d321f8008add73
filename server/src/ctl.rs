//! `chinwagd ctl`: what an operator does to a server on this machine, one verb after another. It must not know the
//! chat's rules: the server has them, and says no by itself.
//!
//! Verbs that read or replace the store work on its file; all others speak to the server over its socket.

pub mod backup;
pub mod export;
pub mod output;
pub mod place;
pub mod restore;
pub mod tail;

mod story;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Subcommand};

use self::output::Output;
use self::place::Place;

/// What `--help` says about the end of the program.
const EXITS: &str = "Exit status: 0 done, 1 refused or failed (the reason is on standard error), 2 wrong usage, \
                     3 no server answers";

/// Whom to talk to, how to answer, and what to do.
#[derive(Clone, Debug, Args)]
#[command(after_help = EXITS, after_long_help = EXITS)]
pub struct Ctl {
    /// Where the server is.
    #[command(flatten)]
    pub place: Place,

    /// Answer in JSON: one object, or one a line
    #[arg(long, global = true)]
    pub json: bool,

    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
}

/// What an operator can ask for.
#[derive(Clone, Debug, Subcommand)]
pub enum Verb {
    /// Follow what is said in rooms, whether the server runs or not; direct messages are never shown
    Tail(tail::Tail),
    /// Write everything that happened in a room to a file or a pipe; a running server is not disturbed
    Export(export::Export),
    /// Copy the message store to a file while people chat
    Backup(backup::Backup),
    /// Put a backup in the place of the message store of a server that is stopped
    Restore(restore::Restore),
}

impl Ctl {
    /// Does it, and says on standard error why it could not.
    #[must_use]
    pub fn run(&self) -> ExitCode {
        let mut output = Output::new(self.json);
        let done = self.carry_out(&mut output).and_then(|()| output.finish());
        output.conclude(done)
    }

    fn carry_out(&self, output: &mut Output) -> Result<()> {
        match &self.verb {
            Verb::Tail(tail) => tail.run(&self.place, output),
            Verb::Export(export) => export.run(&self.place, output),
            Verb::Backup(backup) => backup.run(&self.place, output),
            Verb::Restore(restore) => restore.run(&self.place, output),
        }
    }
}
