//! Carrying out a slash command, by its [`CommandId`]. An error is what to tell the person; the draft stays.

mod admin;
mod attention;
mod files;
mod irc;
mod joins;
mod machines;
mod messages;
mod past;
mod people;
mod program;
mod room_settings;
mod rooms;
mod servers;
mod settings;
mod unread;

use shared::Role;

use super::App;
use super::command::{self, CommandId, split};
use super::timeline::Level;
use crate::effect::Effect;

impl App {
    /// Carries out a line without its slash.
    pub(super) fn run_command(&mut self, line: &str) -> Result<(), String> {
        let Some((command, args)) = command::of_line(line) else {
            let (name, _) = split(line);
            return Err(self.lang().unknown_command(name, command::suggest(name)));
        };
        if let Err(why) = self.need_here_to_run(command, args) {
            // What is to be copied is whole there, in rows of its own, and the line is not in its way.
            self.notice(&why, Level::Info);
            self.effects.push(Effect::NotDone);
            return Ok(());
        }
        match command.id {
            CommandId::Help => self.run_help(args),
            CommandId::Nick => self.run_nick(args),
            CommandId::Me => self.run_me(args),
            CommandId::Msg => self.run_msg(args),
            CommandId::Who => self.run_who(args),
            CommandId::Whois => self.run_whois(args),
            CommandId::Search => self.run_search(args),
            CommandId::History => self.run_history(args),
            CommandId::Rooms => self.run_rooms(args),
            CommandId::Join => self.run_join(args),
            CommandId::Part => self.run_part(args),
            CommandId::Topic => self.run_topic(args),
            CommandId::Invite => self.run_invite(args),
            CommandId::Private => self.run_private(args),
            CommandId::Open => self.run_open(),
            CommandId::ReadOnly => self.run_read_only(args),
            CommandId::Notice => self.run_notice(args),
            CommandId::Pin => self.run_pin(args),
            CommandId::Unpin => self.run_unpin(),
            CommandId::Owner => self.run_owner(args),
            CommandId::Remove => self.run_remove(args),
            CommandId::Silence => self.run_silence(args),
            CommandId::Unsilence => self.run_unsilence(args),
            CommandId::Quit => self.run_quit(false),
            CommandId::Quiet if !args.is_empty() => Err(self.usage("quiet")),
            CommandId::Quiet => self.run_quit(true),
            CommandId::Edit => self.run_edit(args),
            CommandId::Delete => self.run_delete(args),
            CommandId::Undelete => self.run_undelete(args),
            CommandId::Reply => self.run_reply(args),
            CommandId::React => self.run_react(args),
            CommandId::Send => self.run_send(args),
            CommandId::Save => self.run_save(args),
            CommandId::Transfers => self.run_transfers(args),
            CommandId::Notify => self.run_notify(args),
            CommandId::Highlight => self.run_highlight(args),
            CommandId::Joins => self.run_joins(args),
            CommandId::Read => self.run_read(),
            CommandId::Dnd => self.run_dnd(args),
            CommandId::Away => self.run_away(args),
            CommandId::Back => self.run_back(),
            CommandId::Seen => self.run_seen(args),
            CommandId::Ignore => self.run_ignore(args),
            CommandId::Unignore => self.run_unignore(args),
            CommandId::Editor => self.run_editor(args),
            CommandId::Retry => self.run_retry(args),
            CommandId::Reconnect => self.run_reconnect(),
            CommandId::Server => self.run_server(args),
            CommandId::Link => self.run_link(),
            CommandId::Machines => self.run_machines(),
            CommandId::Unlink => self.run_unlink(args),
            CommandId::IrcPassword => self.run_irc_password(args),
            CommandId::IrcCert => self.run_irc_cert(args),
            CommandId::Set => self.run_set(args),
            CommandId::Source => self.run_source(args),
            CommandId::Clear => self.run_clear(),
            CommandId::Admin => self.run_admin(args),
            CommandId::Kick => self.run_kick(args),
            CommandId::Ban => self.run_ban(args),
            CommandId::Unban => self.run_unban(args),
            CommandId::Mute => self.run_mute(args),
            CommandId::Unmute => self.run_unmute(args),
            CommandId::Bans => self.run_bans(),
            CommandId::FreeName => self.run_free_name(args),
            CommandId::Limits => self.run_limits(args),
            CommandId::Role => self.run_role(args),
            CommandId::Announce => self.run_announce(args),
            CommandId::Shutdown => self.run_shutdown(args),
        }
    }

    /// What to tell when a command that needs arguments has none.
    pub(super) fn usage(&self, name: &str) -> String {
        let lang = self.lang();
        command::find(name).map_or_else(String::new, |command| lang.usage(&command.usage(lang)))
    }

    /// The same with what the command does, where that names what can stand after it.
    fn usage_and_help(&self, name: &str) -> String {
        let help = command::find(name).map_or("", |command| self.lang().pick(command.help));
        format!("{} — {help}", self.usage(name))
    }

    /// Declines a command that needs the server while there is no connection.
    pub(super) fn need_online(&self) -> Result<(), String> {
        if self.connection.is_online() { Ok(()) } else { Err(self.lang().needs_connection().to_owned()) }
    }

    /// Declines a command on a server that does not know us yet.
    fn need_identity(&self) -> Result<(), String> {
        if self.has_identity() { Ok(()) } else { Err(self.lang().needs_connection().to_owned()) }
    }

    /// Declines what our role may not do, as far as it is known.
    fn need_role(&self, role: Role) -> Result<(), String> {
        self.need_online()?;
        if self.is_known_below(role) { Err(self.needs_role(role)) } else { Ok(()) }
    }
}
