//! What the dialogs and commands of moderators stand on: who there is, what holds for them, and what follows from an answer.
//! It must not do anything to anybody without [`App::decide`].

use shared::client_msg::{Empty, Who};
use shared::server_msg::{Answer, Sanction, SanctionKind, User};
use shared::{ClientMsg, Name, Role, RoomName, Uid};

use super::App;
use super::layer::Layer;
use super::layer::bans::{lifts, whom};
use super::layer::dialog::{Dialog, Verb, Whom};
use super::request::{Asked, Bans};
use super::roster::Roster;
use super::timeline::Level;

impl App {
    /// What we may do here.
    #[must_use]
    pub fn role(&self) -> Role {
        self.me.as_ref().map_or(Role::Member, |me| me.role)
    }

    /// Everybody on the server: the lobby is where all are.
    #[must_use]
    pub fn everyone(&self) -> &Roster {
        let lobby = self.rooms.get(&RoomName::lobby());
        &lobby.unwrap_or_else(|| self.rooms.current()).roster
    }

    /// The bans and mutes in force, as far as the server was asked.
    #[must_use]
    pub fn sanctions(&self) -> &[Sanction] {
        &self.sanctions
    }

    /// The server's name, to be typed before it is stopped; its address, where it has none.
    #[must_use]
    pub fn server_name(&self) -> String {
        let name = self.server.as_ref().map_or("", |server| server.name.as_str());
        if name.is_empty() { self.setup.address.to_string() } else { name.to_owned() }
    }

    /// Asks what holds for whom, without a word about it.
    pub(super) fn ask_bans(&mut self) {
        if self.link.is_online() {
            self.ask(Asked::Bans(Bans::Keep), ClientMsg::Bans(Empty {}));
        }
    }

    /// An act is said completely. On a screen it is asked for once more, on a terminal too; a script gets what it says.
    pub(super) fn decide(&mut self, dialog: Dialog) {
        if self.setup.has_screen {
            return self.open(Layer::Dialog(Box::new(dialog)));
        }
        let Some((asked, msg)) = dialog.deed() else { return };
        if !self.setup.confirms {
            return self.ask(asked, msg);
        }
        let question = format!("{} {}", dialog.question(self), self.lang().yes_or_no());
        self.unconfirmed = Some((asked, msg));
        self.notice(&question, Level::Info);
    }

    /// A line that answers the question above it. Says whether there was one.
    pub(super) fn answer(&mut self, line: &str) -> bool {
        let Some((asked, msg)) = self.unconfirmed.take() else { return false };
        if !self.lang().is_yes(line) {
            let text = self.lang().left_undone().to_owned();
            self.remark(text, Level::Info);
        } else if self.link.is_online() {
            self.ask(asked, msg);
        } else {
            let text = self.lang().needs_connection().to_owned();
            self.remark(text, Level::Warning);
        }
        true
    }

    pub(super) fn on_bans(&mut self, then: Bans, answer: Answer) {
        self.sanctions = answer.bans.unwrap_or_default();
        match then {
            Bans::Keep => {}
            Bans::Tell => {
                let lines: Vec<String> =
                    self.sanctions.iter().map(|sanction| self.describe(sanction)).collect();
                let text = if lines.is_empty() { self.lang().no_bans().to_owned() } else { lines.join("\n") };
                self.notice(&text, Level::Info);
            }
            Bans::Lift(kind, name) => {
                let whom = self.sanctioned(&name, Some(kind)).map(whom);
                let Some((whom, verb)) = whom.zip(lifts(kind)) else {
                    let text = self.lang().nobody_held(&name, kind);
                    return self.remark(text, Level::Warning);
                };
                self.decide(Dialog::about(verb, whom, self.now));
            }
        }
    }

    /// Somebody a ban or mute holds for, by name or `#number`.
    pub(super) fn sanctioned(&self, name: &str, kind: Option<SanctionKind>) -> Option<&Sanction> {
        let name = name.trim_start_matches('@').to_lowercase();
        let uid = uid_of(&name);
        let fits = |sanction: &&Sanction| {
            kind.is_none_or(|kind| sanction.kind == kind)
                && (Some(sanction.target.uid) == uid || sanction.target.name.as_str().to_lowercase() == name)
        };
        self.sanctions.iter().find(fits)
    }

    /// Somebody by name or `#number`, with what to show of them.
    pub(super) fn whom(&self, name: &str) -> Result<Whom, String> {
        let uid = match uid_of(name) {
            Some(uid) => uid,
            None => match (self.find_person(name), self.sanctioned(name, None)) {
                (Ok(uid), _) => uid,
                (Err(_), Some(sanction)) => sanction.target.uid,
                (Err(why), None) => return Err(why),
            },
        };
        let seen = self.rooms.list().iter().find_map(|room| room.roster.get(uid));
        let known = seen.map(|member| Whom { uid, name: member.name.clone(), style: member.style });
        let held = || self.sanctions.iter().find(|sanction| sanction.target.uid == uid).map(whom);
        let named = || {
            let name = Name::parse(name.trim_start_matches(['@', '#'])).ok()?;
            Some(Whom { uid, name, style: shared::Style::ALL[0] })
        };
        known.or_else(held).or_else(named).ok_or_else(|| self.lang().nobody_called(name))
    }

    /// The server did what a moderator asked.
    pub(super) fn on_act_done(&mut self, verb: Verb, name: Option<&Name>) {
        let text = self.lang().act_done(verb, name.map_or("", Name::as_str));
        self.remark(text, Level::Info);
        if matches!(verb, Verb::Ban | Verb::Mute | Verb::Unban | Verb::Unmute) && !self.sanctions.is_empty()
            || self.layers.iter().any(|layer| matches!(layer, Layer::Bans(_)))
        {
            self.ask_bans();
        }
    }

    /// Everything the server tells about one person.
    pub(super) fn on_whois(&mut self, users: &[User]) {
        let Some(User { member, rooms, details }) = users.first() else {
            let text = self.lang().refusal(shared::Code::NoSuchUser).to_owned();
            return self.remark(text, Level::Warning);
        };
        let lang = self.lang();
        let rooms: Vec<&str> =
            rooms.iter().filter(|room| room.pair().is_none()).map(RoomName::as_str).collect();
        let mut lines = vec![lang.whois(member)];
        if !rooms.is_empty() {
            lines.push(format!("  {} {}", lang.whois_rooms(), rooms.join(" ")));
        }
        if let Some(details) = details {
            let address = details.address.map(|address| address.to_string());
            lines.push(format!("  {} {}", lang.whois_address(), address.as_deref().unwrap_or("–")));
            if !details.client.is_empty() {
                lines.push(format!("  {} {}", lang.whois_client(), details.client));
            }
            if let Some(since) = details.since {
                let since = lang.moment(since, self.now, self.offset_minutes());
                lines.push(format!("  {} {since}", lang.whois_since(details.present)));
            }
            lines.extend(details.sanctions.iter().map(|sanction| format!("  {}", self.describe(sanction))));
        }
        self.notice(&lines.join("\n"), Level::Info);
    }

    /// A ban or mute in one line.
    fn describe(&self, sanction: &Sanction) -> String {
        let lang = self.lang();
        let until = sanction.until.map(|until| lang.moment(until, self.now, self.offset_minutes()));
        let address = sanction.address.map(|address| format!(" · {address}")).unwrap_or_default();
        let reason =
            if sanction.reason.is_empty() { String::new() } else { format!(": {}", sanction.reason) };
        let what = lang.held(sanction.kind, until.as_deref());
        let by = lang.by(lang.person(sanction.by.uid, &sanction.by.name));
        format!("{} · {what} · {by}{address}{reason}", sanction.target.name)
    }

    /// Who it is: everything about one person.
    pub(super) fn ask_whois(&mut self, uid: Uid) {
        self.ask(Asked::Whois, ClientMsg::Who(Who { room: None, uid: Some(uid) }));
    }
}

/// The number in `#12`.
fn uid_of(name: &str) -> Option<Uid> {
    name.strip_prefix('#').and_then(|number| number.parse().ok()).and_then(Uid::new)
}
