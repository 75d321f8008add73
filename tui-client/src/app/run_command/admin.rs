//! Commands of moderators and admins. Whom a command is about must be known by name or number, never guessed, and what it
//! says is confirmed once more where somebody can answer.

use shared::client_msg::{Auth, Empty, SetLimit};
use shared::server_msg::SanctionKind;
use shared::{ClientMsg, Line, Name, Role, Style, Text, Uid};

use crate::admin_action::{AdminAction, Subject};
use crate::app::App;
use crate::app::command::split;
use crate::app::duration;
use crate::app::pending_requests::{BansFor, Purpose};
use crate::app::popup::Popup;
use crate::app::popup::ban_list::BanList;
use crate::app::popup::dialog::{Dialog, LONGEST_SHUTDOWN_S};
use crate::app::popup::unseen_prompt::UnseenPrompt;
use crate::app::timeline::Level;

impl App {
    pub(super) fn run_admin(&mut self, args: &str) -> Result<(), String> {
        if self.role() >= Role::Admin {
            self.hint(self.lang().already_admin(), Level::Info);
            return Ok(());
        }
        if args.is_empty() {
            let prompt = Popup::Unseen(UnseenPrompt::default());
            return self.prompt(|_| prompt, |app| Err(app.lang().admin_key_needs_screen().to_owned()));
        }
        self.need_online()?;
        self.request(Purpose::Auth, ClientMsg::Auth(Auth { key: args.to_owned() }));
        self.warn_of_visible(self.lang().admin_key_was_visible());
        Ok(())
    }

    pub(super) fn run_kick(&mut self, args: &str) -> Result<(), String> {
        let Some((mut dialog, reason)) = self.dialog_about(AdminAction::Kick, "kick", args)? else {
            return Ok(());
        };
        self.set_reason(&mut dialog, reason)?;
        self.confirm(dialog.at_confirmation());
        Ok(())
    }

    pub(super) fn run_ban(&mut self, args: &str) -> Result<(), String> {
        let Some((mut dialog, rest)) = self.dialog_about(AdminAction::Ban, "ban", args)? else {
            return Ok(());
        };
        let mut rest = self.take_duration(&mut dialog, rest)?;
        let (word, after) = split(rest);
        if ["address", "주소"].contains(&word) {
            dialog.address = true;
            rest = if dialog.for_s.is_none() { self.take_duration(&mut dialog, after)? } else { after };
        }
        self.set_reason(&mut dialog, rest)?;
        self.confirm(dialog.at_confirmation());
        Ok(())
    }

    pub(super) fn run_mute(&mut self, args: &str) -> Result<(), String> {
        let Some((mut dialog, rest)) = self.dialog_about(AdminAction::Mute, "mute", args)? else {
            return Ok(());
        };
        let reason = self.take_duration(&mut dialog, rest)?;
        self.set_reason(&mut dialog, reason)?;
        self.confirm(dialog.at_confirmation());
        Ok(())
    }

    pub(super) fn run_unban(&mut self, args: &str) -> Result<(), String> {
        self.lift(args, SanctionKind::Ban, "unban")
    }

    pub(super) fn run_unmute(&mut self, args: &str) -> Result<(), String> {
        self.lift(args, SanctionKind::Mute, "unmute")
    }

    /// Whom it holds for need not be here: the server is asked who that is.
    fn lift(&mut self, args: &str, kind: SanctionKind, name: &str) -> Result<(), String> {
        if args.is_empty() {
            return Err(self.usage(name));
        }
        self.need_role(Role::Moderator)?;
        self.request(Purpose::Bans(BansFor::Lift(kind, args.to_owned())), ClientMsg::Bans(Empty {}));
        Ok(())
    }

    pub(super) fn run_bans(&mut self) -> Result<(), String> {
        self.need_role(Role::Moderator)?;
        self.prompt(
            |app| {
                app.refresh_bans();
                Popup::BanList(BanList::default())
            },
            |app| {
                app.request(Purpose::Bans(BansFor::Tell), ClientMsg::Bans(Empty {}));
                Ok(())
            },
        )
    }

    pub(super) fn run_free_name(&mut self, args: &str) -> Result<(), String> {
        if args.is_empty() {
            return Err(self.usage("free-name"));
        }
        self.need_role(Role::Moderator)?;
        let name = Name::parse(args).map_err(|why| self.lang().refusal(why.code))?;
        // Who that is only the server knows: the name is what counts.
        let subject = Subject { uid: Uid::ZERO, name, style: Style::ALL[0] };
        self.confirm(Dialog::about(AdminAction::FreeName, subject, self.now));
        Ok(())
    }

    pub(super) fn run_limits(&mut self, args: &str) -> Result<(), String> {
        let (setting, value) = split(args);
        if !setting.is_empty() && value.is_empty() {
            return Err(self.usage("limits"));
        }
        self.need_role(Role::Admin)?;
        let line = |text: &str| Line::parse(text).map_err(|why| self.lang().refusal(why.code));
        let wanted = SetLimit { setting: line(setting)?, value: line(value)? };
        self.request(Purpose::Limits(!setting.is_empty()), ClientMsg::Limits(wanted));
        Ok(())
    }

    pub(super) fn run_role(&mut self, args: &str) -> Result<(), String> {
        let (name, word) = split(args);
        let role = match word {
            "member" | "회원" => Role::Member,
            "moderator" | "부관리자" => Role::Moderator,
            "admin" | "관리자" => Role::Admin,
            _ => return Err(self.usage("role")),
        };
        self.need_role(Role::Admin)?;
        let subject = self.find_subject(name)?;
        self.confirm(Dialog::about(AdminAction::Role(role), subject, self.now).at_confirmation());
        Ok(())
    }

    pub(super) fn run_announce(&mut self, args: &str) -> Result<(), String> {
        self.need_role(Role::Admin)?;
        if args.is_empty() {
            return self.prompt_dialog(AdminAction::Announce, |app| Err(app.usage("announce")));
        }
        Text::parse(args).map_err(|why| self.lang().refusal(why.code))?;
        let mut dialog = Dialog::new(AdminAction::Announce, self.now);
        dialog.text.set_text(args.to_owned());
        self.confirm(dialog.at_confirmation());
        Ok(())
    }

    pub(super) fn run_shutdown(&mut self, args: &str) -> Result<(), String> {
        self.need_role(Role::Admin)?;
        if args.is_empty() {
            return self.prompt_dialog(AdminAction::Shutdown, |app| app.shut_down(""));
        }
        let (first, rest) = split(args);
        if ["cancel", "취소"].contains(&first) {
            let mut dialog = Dialog::new(AdminAction::CancelShutdown, self.now);
            self.set_reason(&mut dialog, rest)?;
            self.confirm(dialog);
            return Ok(());
        }
        self.shut_down(args)
    }

    fn shut_down(&mut self, args: &str) -> Result<(), String> {
        let (first, after) = split(args);
        let mut dialog = Dialog::new(AdminAction::Shutdown, self.now);
        // Seconds need no unit here.
        let seconds = first.parse().ok().or_else(|| duration::parse(first));
        let rest = match seconds.filter(|seconds| *seconds <= LONGEST_SHUTDOWN_S) {
            None if duration::is_meant(first) => return Err(self.lang().no_duration().to_owned()),
            None => args,
            Some(_) => after,
        };
        dialog.for_s = Some(seconds.unwrap_or(0));
        let (word, after) = split(rest);
        dialog.restart = ["restart", "재시작"].contains(&word);
        let reason = if dialog.restart { after } else { rest };
        self.set_reason(&mut dialog, reason)?;
        self.confirm(dialog.at_confirmation());
        Ok(())
    }

    /// A dialog about whom the arguments begin with, and the rest of them. Without arguments it is opened at its first
    /// step, and there is nothing more to do.
    fn dialog_about<'a>(
        &mut self,
        action: AdminAction,
        command: &str,
        args: &'a str,
    ) -> Result<Option<(Dialog, &'a str)>, String> {
        self.need_role(Role::Moderator)?;
        let (name, rest) = split(args);
        if name.is_empty() {
            self.prompt_dialog(action, |app| Err(app.usage(command)))?;
            return Ok(None);
        }
        let subject = self.find_subject(name)?;
        if subject.uid == self.my_uid() {
            return Err(self.lang().that_is_you().to_owned());
        }
        let role = self.rooms.everyone().get(subject.uid).map(|member| member.role);
        if let Some(role) = role.filter(|role| self.is_known_outranked(*role)) {
            return Err(self.lang().outranked(subject.name.as_str(), role));
        }
        Ok(Some((Dialog::about(action, subject, self.now), rest)))
    }

    fn prompt_dialog(
        &mut self,
        action: AdminAction,
        instead: impl FnOnce(&mut Self) -> Result<(), String>,
    ) -> Result<(), String> {
        self.prompt(|app| Popup::dialog(app.begin_dialog(action)), instead)
    }

    fn set_reason(&self, dialog: &mut Dialog, reason: &str) -> Result<(), String> {
        Line::parse(reason).map_err(|why| self.lang().refusal(why.code))?;
        dialog.reason.set_text(reason.to_owned());
        Ok(())
    }

    /// Takes a duration off the front of the arguments, if one is there. What was meant as one and is none must not become
    /// the reason of something that holds for good.
    fn take_duration<'a>(&self, dialog: &mut Dialog, args: &'a str) -> Result<&'a str, String> {
        let (word, mut rest) = split(args);
        let mut seconds = duration::parse(word);
        if seconds.is_none() {
            let is_meant = duration::is_meant(word);
            return if is_meant { Err(self.lang().no_duration().to_owned()) } else { Ok(args) };
        }
        // `1h 30m` are two words.
        while let (word, after) = split(rest)
            && let Some(more) = duration::parse(word)
        {
            (seconds, rest) = (seconds.map(|seconds| seconds.saturating_add(more)), after);
        }
        dialog.for_s = seconds;
        Ok(rest)
    }
}
