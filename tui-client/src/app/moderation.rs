//! Moderation: the answers to admin actions, the ban list and whois, and finding the subject of an action by name or number.

use shared::client_msg::Who;
use shared::server_msg::{Answer, KeptOut, Sanction, User};
use shared::{ClientMsg, Name, RoomName, Uid};

use super::App;
use super::pending_requests::{BansFor, Purpose};
use super::popup::Popup;
use super::popup::ban_list::{lifting, subject_of};
use super::popup::dialog::Dialog;
use super::timeline::Level;
use crate::admin_action::{AdminAction, Subject};
use crate::effect::Effect;

impl App {
    pub(super) fn on_bans(&mut self, then: BansFor, answer: Answer) {
        self.session.set_sanctions(answer.bans.unwrap_or_default());
        match then {
            BansFor::Keep => {}
            BansFor::Tell => {
                let lines: Vec<String> =
                    self.session.sanctions().iter().map(|sanction| self.describe(sanction)).collect();
                let text =
                    if lines.is_empty() { self.lang().empty_ban_list().to_owned() } else { lines.join("\n") };
                self.notice(&text, Level::Info);
            }
            BansFor::Lift(kind, name) => {
                let subject = self.session.find_sanction(&name, Some(kind)).map(subject_of);
                let Some((subject, action)) = subject.zip(lifting(kind)) else {
                    let text = self.lang().nobody_sanctioned(&name, kind);
                    self.effects.push(Effect::NotDone);
                    return self.hint(text, Level::Warning);
                };
                self.confirm(Dialog::about(action, subject, self.now));
            }
        }
    }

    /// The subject of an action by name or `#number`.
    pub(super) fn find_subject(&self, name: &str) -> Result<Subject, String> {
        let uid = match Uid::parse_written(name) {
            Some(uid) => uid,
            None => match (self.find_person(name), self.session.find_sanction(name, None)) {
                (Ok(uid), _) => uid,
                (Err(_), Some(sanction)) => sanction.target.uid,
                (Err(why), None) => return Err(why),
            },
        };
        let seen = self.rooms.list().iter().find_map(|room| room.roster.get(uid));
        let known = seen.map(|member| Subject { uid, name: member.name.clone(), style: member.style });
        let held =
            || self.session.sanctions().iter().find(|sanction| sanction.target.uid == uid).map(subject_of);
        let named = || {
            let name = Name::parse(name.trim_start_matches(['@', '#'])).ok()?;
            Some(Subject { uid, name, style: shared::Style::ALL[0] })
        };
        known.or_else(held).or_else(named).ok_or_else(|| self.lang().nobody_called(name))
    }

    /// The server did what a moderator asked.
    pub(super) fn on_action_done(&mut self, action: AdminAction, name: Option<&Name>) {
        let text = self.lang().action_done(action, name.map_or("", Name::as_str));
        self.hint(text, Level::Info);
        if matches!(action, AdminAction::Ban | AdminAction::Mute | AdminAction::Unban | AdminAction::Unmute)
            && !self.session.sanctions().is_empty()
            || self.screen.popups().iter().any(|popup| matches!(popup, Popup::BanList(_)))
        {
            self.refresh_bans();
        }
    }

    /// Everything the server tells about one person.
    pub(super) fn on_whois(&mut self, asked: Option<&Name>, users: &[User]) {
        let Some(User { member, rooms, last_seen, absent, windows, details }) = users.first() else {
            self.effects.push(Effect::NotDone);
            let nobody = asked.map(|name| self.lang().nobody_has_name(name.as_str()));
            let nobody = nobody.unwrap_or_else(|| self.lang().refusal(shared::Code::NoSuchUser));
            return self.hint(nobody, Level::Warning);
        };
        let lang = self.lang();
        let rooms: Vec<&str> =
            rooms.iter().filter(|room| room.pair().is_none()).map(RoomName::as_str).collect();
        let mut lines = vec![lang.whois(member)];
        if self.session.ignored().has(member.uid) {
            lines.push(format!("  {}", lang.ignored()));
        }
        if let Some(absence) = absent {
            let since = lang.moment(absence.since, self.now, &self.times);
            lines.push(format!("  {}", lang.whois_away(&since, absence.why.as_str())));
        }
        if !rooms.is_empty() {
            lines.push(format!("  {} {}", lang.whois_rooms(), rooms.join(" ")));
        }
        if let Some(last_seen) = last_seen {
            let at = lang.moment(*last_seen, self.now, &self.times);
            lines.push(format!("  {} {at}", lang.whois_last_seen()));
        }
        if let Some(windows @ 2..) = windows {
            lines.push(format!("  {} {windows}", lang.whois_windows()));
        }
        if let Some(details) = details {
            let address = details.address.map(|address| address.to_string());
            lines.push(format!("  {} {}", lang.whois_address(), address.as_deref().unwrap_or("–")));
            if !details.client.is_empty() {
                lines.push(format!("  {} {}", lang.whois_client(), details.client));
            }
            if let Some(since) = details.since {
                let since = lang.moment(since, self.now, &self.times);
                lines.push(format!("  {} {since}", lang.whois_since(details.present)));
            }
            lines.extend(details.sanctions.iter().map(|sanction| format!("  {}", self.describe(sanction))));
        }
        self.notice(&lines.join("\n"), Level::Info);
    }

    /// A ban or mute in one line.
    fn describe(&self, sanction: &Sanction) -> String {
        let lang = self.lang();
        let until = sanction.until.map(|until| lang.moment(until, self.now, &self.times));
        let address = sanction.address.map(|address| format!(" · {address}")).unwrap_or_default();
        let reason =
            if sanction.reason.is_empty() { String::new() } else { format!(": {}", sanction.reason) };
        let what = lang.sanction_status(sanction.kind, until.as_deref());
        let by = lang.by_person(lang.person_name(sanction.by.uid, &sanction.by.name));
        format!("{} · {what} · {by}{address}{reason}", sanction.target.name)
    }

    /// A limit kept people out; only admins are told.
    pub(super) fn on_kept_out(&mut self, told: &KeptOut) {
        let address = told.address.map(|address| address.to_string());
        let text = self.lang().kept_out(told.setting.as_str(), told.count, address.as_deref());
        self.notice(&text, Level::Warning);
    }

    /// Asks for everything about one person (whois).
    pub(super) fn request_whois(&mut self, uid: Uid) {
        self.request(Purpose::Whois(None), ClientMsg::Who(Who { uid: Some(uid), ..Who::default() }));
    }
}
