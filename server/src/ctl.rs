//! `chinwagd ctl`: what an operator does to a server on this machine, one verb after another. It must not know the
//! chat's rules: the server has them, and says no by itself.
//!
//! Verbs that read or replace the store work on its file; all others speak to the server over its socket.

pub mod act;
pub mod audit;
pub mod backup;
pub mod export;
pub mod output;
pub mod people;
pub mod person;
pub mod place;
pub mod restore;
pub mod tail;

mod call;
mod span;
mod status;
mod story;
mod table;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Subcommand};

use self::call::Call;
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
    /// How the server is; ends with 1 when something is wrong
    Status,
    /// Who is here, in a room or in all
    Who(people::Who),
    /// Everything about somebody, where they connect from included
    Whois(people::Whois),
    /// Remove somebody
    Kick(act::Kick),
    /// Remove somebody and keep them out
    Ban(act::Ban),
    /// Let somebody back
    Unban(act::Pardon),
    /// Take somebody's voice
    Mute(act::Mute),
    /// Give it back
    Unmute(act::Pardon),
    /// List the bans and mutes in force
    Bans,
    /// Make somebody a member, a moderator or an admin
    Role(act::GiveRole),
    /// Tell everybody something
    Announce(act::Announce),
    /// Stop the server, at once or after a countdown, or call that off
    Shutdown(act::Shutdown),
    /// Have the server read its configuration and certificates again
    Reload,
    /// List what operators, admins and moderators did
    Audit(audit::Audit),
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
        let call = || Call::connect(&self.place);
        match &self.verb {
            Verb::Status => status::status(&mut call()?, output),
            Verb::Who(who) => who.run(&mut call()?, output),
            Verb::Whois(whois) => whois.run(&mut call()?, output),
            Verb::Kick(kick) => kick.run(&mut call()?, output),
            Verb::Ban(ban) => ban.run(&mut call()?, output),
            Verb::Unban(pardon) => pardon.unban(&mut call()?, output),
            Verb::Mute(mute) => mute.run(&mut call()?, output),
            Verb::Unmute(pardon) => pardon.unmute(&mut call()?, output),
            Verb::Bans => people::bans(&mut call()?, output),
            Verb::Role(role) => role.run(&mut call()?, output),
            Verb::Announce(announce) => announce.run(&mut call()?, output),
            Verb::Shutdown(shutdown) => shutdown.run(&mut call()?, output),
            Verb::Reload => status::reload(&mut call()?, output),
            Verb::Audit(audit) => audit.run(&self.place, output),
            Verb::Tail(tail) => tail.run(&self.place, output),
            Verb::Export(export) => export.run(&self.place, output),
            Verb::Backup(backup) => backup.run(&self.place, output),
            Verb::Restore(restore) => restore.run(&self.place, output),
        }
    }
}
