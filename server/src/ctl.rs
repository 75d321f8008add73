//! `chinwagd ctl`: what an operator does to a server on this machine, a verb a file.
//!
//! Verbs that read or replace the store work on its file; all others are a request over the Unix socket
//! (`socket_client`), where the kernel vouches for the operator's user id, so that no key is needed. The chat's rules are
//! not repeated here: the server refuses by itself.

pub mod announce;
pub mod audit;
pub mod backup;
pub mod cluster;
pub mod compact;
pub mod export;
pub mod free_name;
pub mod limits;
pub mod moderation;
pub mod output;
mod output_file;
pub mod person;
pub mod restore;
pub mod room;
pub mod rooms;
pub mod secret;
pub mod server_location;
pub mod shutdown;
pub mod tail;
pub mod target;
pub mod verify;
pub mod who;

mod bans;
mod columns;
mod contents;
mod duration;
mod event_text;
mod kept;
mod partial_file;
mod size;
mod socket_client;
mod status;
mod without_index;

use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;
use clap::{Args, Subcommand};

use self::output::Output;
use self::server_location::ServerLocation;
use self::socket_client::SocketClient;

/// What `--help` says about the exit status.
const EXITS: &str = "Exit status: 0 done, 1 refused or failed (the reason is on standard error), 2 wrong usage, \
                     3 no server answers";

/// Whom to talk to, how to answer, and what to do.
#[derive(Clone, Debug, Args)]
#[command(after_help = EXITS, after_long_help = EXITS)]
pub struct Ctl {
    /// Where the server is.
    #[command(flatten)]
    pub location: ServerLocation,

    /// Answer in JSON: one object, or one a line
    #[arg(long, global = true)]
    pub json: bool,

    /// How long to wait for the server's answer
    #[arg(long, global = true, value_name = "SECONDS", default_value = "10", value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub timeout: u64,

    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
}

/// What an operator can ask for.
#[derive(Clone, Debug, Subcommand)]
pub enum Verb {
    /// How the server is; ends with 1 when something is wrong
    Status,
    /// The servers that are one chat with this one
    Cluster(cluster::Cluster),
    /// Who is here, in a room or in all
    Who(who::Who),
    /// Which rooms there are, and how many people are in each; direct ones are never listed
    Rooms(rooms::Rooms),
    /// Set a room up: private or open, read-only or not, its notice, its owner
    Room(room::Room),
    /// Everything about somebody, here or not, where they connect from included
    Whois(who::Whois),
    /// Remove somebody
    Kick(moderation::Kick),
    /// Remove somebody and keep them out
    Ban(moderation::Ban),
    /// Let somebody back
    Unban(moderation::Pardon),
    /// Take somebody's voice
    Mute(moderation::Mute),
    /// Give it back
    Unmute(moderation::Pardon),
    /// List the bans and mutes in force
    Bans,
    /// Make somebody a member, a moderator or an admin
    Role(moderation::GiveRole),
    /// Take a name from somebody who is not here, so that somebody else can have it
    FreeName(free_name::FreeName),
    /// End a secret that was stolen: whoever has it is not that person any more
    Revoke(secret::Whose),
    /// Give somebody a new secret, which is printed, to come back with; the old one ends
    Reset(secret::Whose),
    /// List the limits of the running server, or change one until the restart or the next reload
    Limits(limits::Limits),
    /// Tell everybody something
    Announce(announce::Announce),
    /// Stop the server (of several that are one chat, all), at once or after a countdown, or call that off
    Shutdown(shutdown::Shutdown),
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
    /// Write everything the message store has of one person, as JSON lines; a running server is not disturbed
    ExportPerson(person::ExportPerson),
    /// Delete one person: everything they said, in every room, and what is known of them; the server must be stopped
    DeletePerson(person::DeletePerson),
    /// Give the space that is free inside the message store back to the disk, while people chat
    Compact(compact::Compact),
    /// Say whether a backup can be restored, and what of it is damaged; ends with 1 when anything is
    Verify(verify::Verify),
    /// Put a backup in the place of the message store of a server that is stopped
    Restore(restore::Restore),
}

impl Ctl {
    /// Carries the verb out; on failure the reason is on standard error.
    #[must_use]
    pub fn run(&self) -> ExitCode {
        let mut output = Output::new(self.json);
        let done = self.carry_out(&mut output).and_then(|()| output.finish());
        output.conclude(done)
    }

    fn carry_out(&self, output: &mut Output) -> Result<()> {
        let client = || SocketClient::connect(&self.location, Duration::from_secs(self.timeout));
        match &self.verb {
            Verb::Status => status::status(&mut client()?, output),
            Verb::Cluster(cluster) => cluster.run(&mut client()?, output),
            Verb::Who(who) => who.run(&mut client()?, output),
            Verb::Rooms(rooms) => rooms.run(&mut client()?, output),
            Verb::Room(room) => room.run(&mut client()?, output),
            Verb::Whois(whois) => whois.run(&mut client()?, output),
            Verb::Kick(kick) => kick.run(&mut client()?, output),
            Verb::Ban(ban) => ban.run(&mut client()?, output),
            Verb::Unban(pardon) => pardon.unban(&mut client()?, output),
            Verb::Mute(mute) => mute.run(&mut client()?, output),
            Verb::Unmute(pardon) => pardon.unmute(&mut client()?, output),
            Verb::Bans => bans::bans(&mut client()?, output),
            Verb::Role(role) => role.run(&mut client()?, output),
            Verb::FreeName(free) => free.run(&mut client()?, output),
            Verb::Revoke(whose) => whose.revoke(&mut client()?, output),
            Verb::Reset(whose) => whose.reset(&mut client()?, output),
            Verb::Limits(limits) => limits.run(&mut client()?, output),
            Verb::Announce(announce) => announce.run(&mut client()?, output),
            Verb::Shutdown(shutdown) => shutdown.run(&mut client()?, output),
            Verb::Reload => status::reload(&mut client()?, output),
            Verb::Audit(audit) => audit.run(&self.location, output),
            Verb::Tail(tail) => tail.run(&self.location, output),
            Verb::Export(export) => export.run(&self.location, output),
            Verb::Backup(backup) => backup.run(&self.location, output),
            Verb::ExportPerson(export) => export.run(&self.location, output),
            Verb::DeletePerson(delete) => delete.run(&self.location, output),
            Verb::Compact(compact) => compact.run(&self.location, output),
            Verb::Verify(verify) => verify.run(output),
            Verb::Restore(restore) => restore.run(&self.location, output),
        }
    }
}
