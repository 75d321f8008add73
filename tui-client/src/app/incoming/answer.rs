//! Answers to our requests, dispatched by their purpose: ok with what was asked for, or a refusal.

use shared::event::{Delete, Edit, React};
use shared::server_msg::{Answer, SanctionKind};
use shared::{Code, Event, Kind, Line, Nonce, Refusal, Role, RoomName, Seq};

use crate::admin_action::AdminAction;

use crate::app::App;
use crate::app::pending_requests::{BansFor, Past, Purpose};
use crate::app::timeline::Level;
use crate::effect::Effect;
use crate::profile::{Act, Unsent};

/// So many files of a room's past are remembered, the newest.
const RECALLED_FILES: usize = 1_000;

impl App {
    /// The server did what we asked.
    pub(super) fn on_answer(&mut self, answer: Answer) {
        let Some(id) = answer.id.clone() else { return };
        let Some(purpose) = self.requests.close(&id) else {
            return self.on_stored(id.as_str(), &answer);
        };
        self.withdraw_that_it_waits();
        match purpose {
            Purpose::History { room, before } => self.on_page(&room, before, &answer),
            Purpose::Newer { room, after } => self.on_newer_page(&room, after, &answer),
            Purpose::Around { room, seq, words } => self.on_around(&room, (seq, &words), &answer),
            Purpose::Original { room, seq } => self.on_original(&room, seq, &answer),
            Purpose::Oldest(room) => self.on_oldest(&room, &answer),
            Purpose::Search(query) => self.on_found(query, &answer),
            Purpose::Past(past) => self.on_past(past, answer),
            Purpose::Join(room) => self.on_joined(&room, &answer),
            Purpose::Part(room) => self.on_parted(&room),
            Purpose::Rename(name) => self.session.rename(&name),
            Purpose::Members { room, after } => self.on_members(room, after, answer),
            Purpose::Who(room, listed) => self.on_who(room, listed, answer),
            Purpose::Auth => self.on_authenticated(&answer),
            Purpose::Act(action, name) => self.on_action_done(action, name.as_ref()),
            Purpose::Bans(then) => self.on_bans(then, answer),
            Purpose::Away(why) => self.on_away(why.as_ref()),
            Purpose::Seen(name) => self.on_seen(&name, &answer.users.unwrap_or_default()),
            Purpose::Ignore(name) => self.on_ignore_found(&name, answer.users.unwrap_or_default()),
            Purpose::Whois(name) => self.on_whois(name.as_ref(), &answer.users.unwrap_or_default()),
            Purpose::RoomList { prefix, print } => self.on_room_list(prefix, print, answer),
            Purpose::MessageTo(wanted) => self.on_person_found(&wanted, answer.users.unwrap_or_default()),
            Purpose::RoomAct(act) => self.on_room_act(*act, &answer.users.unwrap_or_default()),
            Purpose::FreeName(name) => self.notice(&self.lang().name_freed(name.as_str()), Level::Info),
            Purpose::OwnWindows { quiet } => {
                let users = answer.users.unwrap_or_default();
                self.on_own_windows(users.first().and_then(|me| me.windows).unwrap_or(0), quiet);
            }
            Purpose::Limits(changed) => self.on_limits(changed, &answer.settings.unwrap_or_default()),
            Purpose::Link => self.on_link_offer(answer.link),
            Purpose::Machines => self.on_machines(&answer.machines.unwrap_or_default()),
            Purpose::Unlink(number) => self.notice(&self.lang().machine_unlinked(number), Level::Info),
            Purpose::IrcPassword(is_set) => self.on_irc_password(is_set),
            Purpose::IrcCert => self.notice(self.lang().irc_cert_added(), Level::Info),
            Purpose::FileOf(wanted) => self.on_file_message(wanted.1, wanted.2, &answer),
            Purpose::Transfer(id) => self.on_transfer_allowed(id, answer.token),
            Purpose::Topic | Purpose::SetRoom => {}
        }
    }

    /// What was asked for of the past, to be printed.
    fn on_past(&mut self, past: Past, answer: Answer) {
        let (events, more) = (answer.events.unwrap_or_default(), answer.more.unwrap_or(false));
        let lang = self.lang();
        let ignored = self.session.ignored();
        let (events, hidden): (Vec<_>, Vec<_>) =
            events.into_iter().partition(|event| !ignored.hides_event(event));
        let told = match past {
            Past::Search => Some(lang.search_count(events.len(), more)),
            Past::History if events.is_empty() && !hidden.is_empty() => {
                Some(lang.message_is_ignored().to_owned())
            }
            Past::History if events.is_empty() => Some(lang.empty_timeline().to_owned()),
            Past::History => None,
        };
        for event in events.iter().filter(|event| event.file.is_some()) {
            if let Some(room) = self.rooms.get_mut(&event.room) {
                room.recalled_files.insert(event.seq);
                if room.recalled_files.len() > RECALLED_FILES {
                    room.recalled_files.pop_first();
                }
            }
        }
        self.effects.extend(events.into_iter().map(|event| Effect::Recalled(Box::new(event))));
        if let Some(told) = told {
            self.notice(&told, Level::Info);
        }
    }

    /// A message is on the server's disk. Its event may have come already, or is on its way.
    fn on_stored(&mut self, id: &str, answer: &Answer) {
        let Ok(nonce) = Nonce::parse(id) else { return };
        self.tell_away(answer);
        let Some(unsent) = self.outbox.remove(&nonce) else { return };
        self.file_is_said(&unsent);
        let Unsent { room, act, .. } = unsent;
        if let (Some(text), Some(seq)) = (act.text(), act.of().or(answer.seq)) {
            self.note_typed(&room, text, seq);
        }
        match act {
            Act::Edit { edits: of, text } => {
                self.on_changed(&room, Kind::Edit(Edit { of, text: Some(text) }), answer.seq);
            }
            Act::Delete { deletes: of } => {
                self.on_changed(&room, Kind::Delete(Delete { of, reason: Line::default() }), answer.seq);
                self.note_deleted(&room, of);
            }
            Act::React { reacts: of, with, off } => {
                self.on_changed(&room, Kind::React(React { of, with, off }), answer.seq);
            }
            Act::Say { .. } => self.on_said(&room, &nonce, answer.seq),
        }
        self.leave_if_done();
    }

    fn on_said(&mut self, room: &RoomName, nonce: &Nonce, seq: Option<Seq>) {
        let (Some(room), Some(seq)) = (self.rooms.get_mut(room), seq) else { return };
        if seq <= room.position {
            // It was stored before the connection was lost; the scrollback has it, or will page it.
            room.timeline.drop_pending(nonce);
        } else {
            room.timeline.note_stored(nonce, seq);
        }
    }

    /// A message was edited or deleted, or has a reaction: what is typed next counts on it, so the event is not waited for.
    fn on_changed(&mut self, room: &RoomName, change: Kind, seq: Option<Seq>) {
        let (Some(from), Some(seq)) = (self.session.sender(), seq) else { return };
        let event = Event::new(room.clone(), (Seq::ZERO, seq), self.now, from, change);
        if let Some(room) = self.rooms.get_mut(room) {
            room.timeline.change_own(&event);
        }
    }

    /// We have proved the admin key. The lobby's event tells that our role is another one.
    fn on_authenticated(&mut self, answer: &Answer) {
        if let Some(role) = answer.role {
            self.set_own_role(role);
        }
    }

    /// The server declined what we asked.
    pub(super) fn on_refusal(&mut self, purpose: &Purpose, refusal: &Refusal) {
        match purpose {
            Purpose::History { room, .. } | Purpose::Newer { room, .. } => return self.on_page_refused(room),
            Purpose::Oldest(room) => {
                self.rooms.seeking.take_if(|seeking| seeking == room);
            }
            Purpose::Search(query) => return self.on_search_refused(query, refusal),
            Purpose::Original { .. }
            | Purpose::Members { .. }
            | Purpose::Bans(BansFor::Keep)
            | Purpose::RoomList { print: false, .. } => return,
            Purpose::MessageTo(wanted) => self.restore_message_to(wanted),
            Purpose::Join(room) => return self.on_join_refused(room, refusal),
            Purpose::Part(room) => return self.on_part_refused(room, refusal),
            Purpose::OwnWindows { quiet } => return self.on_own_windows(0, *quiet),
            Purpose::Transfer(id) => return self.on_transfer_refused(*id, refusal),
            Purpose::Around { .. }
            | Purpose::Rename(_)
            | Purpose::Topic
            | Purpose::SetRoom
            | Purpose::Who(..)
            | Purpose::Auth
            | Purpose::Act(..)
            | Purpose::Bans(BansFor::Tell | BansFor::Lift(..))
            | Purpose::Past(_)
            | Purpose::RoomList { print: true, .. }
            | Purpose::RoomAct(_)
            | Purpose::FreeName(_)
            | Purpose::Limits(_)
            | Purpose::Link
            | Purpose::Machines
            | Purpose::Unlink(_)
            | Purpose::IrcPassword(_)
            | Purpose::IrcCert
            | Purpose::FileOf(_)
            | Purpose::Ignore(_)
            | Purpose::Away(_)
            | Purpose::Seen(_)
            | Purpose::Whois(_) => {}
        }
        let text = self.why_declined(purpose, refusal);
        self.notice(&text, Level::Warning);
        self.effects.push(Effect::NotDone);
        self.leave_if_done();
    }

    /// Why it was declined, and what to do next: with the names and numbers that belong to the request, as far as they are
    /// known here.
    fn why_declined(&self, purpose: &Purpose, refusal: &Refusal) -> String {
        let lang = self.lang();
        let told = match (purpose, refusal.code) {
            (Purpose::Past(Past::Search), Code::BadRequest) => return lang.search_hint().to_owned(),
            (Purpose::MessageTo(wanted), Code::NoSuchUser) => {
                return lang.nobody_to_write_to(wanted.name.as_str());
            }
            (
                Purpose::Whois(Some(name))
                | Purpose::Ignore(name)
                | Purpose::Seen(name)
                | Purpose::FreeName(name),
                Code::NoSuchUser,
            ) => lang.nobody_has_name(name.as_str()),
            (Purpose::RoomAct(act), Code::NoSuchUser) => lang.nobody_has_name(act.1.as_str()),
            (Purpose::Act(AdminAction::Kick, Some(name)), Code::NoSuchUser) => {
                lang.nobody_called(name.as_str())
            }
            (Purpose::Act(AdminAction::Unban, Some(name)), Code::BadRequest) => {
                lang.nobody_sanctioned(name.as_str(), SanctionKind::Ban)
            }
            (Purpose::Act(AdminAction::Unmute, Some(name)), Code::BadRequest) => {
                lang.nobody_sanctioned(name.as_str(), SanctionKind::Mute)
            }
            (Purpose::Act(AdminAction::CancelShutdown, _), Code::BadRequest) => lang.no_shutdown().to_owned(),
            (Purpose::FreeName(name), Code::BadRequest) => lang.is_here_with_name(name.as_str()),
            (Purpose::Unlink(number), Code::BadRequest) => lang.other_machines_only(*number),
            (Purpose::IrcPassword(false), Code::BadRequest) => lang.no_irc_word().to_owned(),
            (Purpose::IrcCert, Code::AlreadyLinked) => lang.irc_cert_of_other().to_owned(),
            // What is wrong with another act only the server knows.
            (Purpose::Act(..) | Purpose::Limits(_) | Purpose::SetRoom, Code::BadRequest)
                if !refusal.message.is_empty() =>
            {
                return lang.act_declined(&refusal.message);
            }
            (Purpose::SetRoom, Code::NoSuchUser) => lang.not_in_this_room().to_owned(),
            (Purpose::SetRoom, Code::Forbidden) => lang.needs_room_power().to_owned(),
            (
                Purpose::Link
                | Purpose::Machines
                | Purpose::Unlink(_)
                | Purpose::IrcPassword(_)
                | Purpose::IrcCert
                | Purpose::Away(_)
                | Purpose::SetRoom,
                Code::UnknownType,
            ) => return lang.server_cannot().to_owned(),
            (_, Code::Forbidden) => self.why_forbidden(purpose),
            _ => self.why_refused(refusal),
        };
        lang.request_declined(&told)
    }

    /// A role is missing, or whom it is about has as high a one.
    fn why_forbidden(&self, purpose: &Purpose) -> String {
        let takes_admin = matches!(
            purpose,
            Purpose::Limits(_)
                | Purpose::Act(
                    AdminAction::Role(_)
                        | AdminAction::Announce
                        | AdminAction::Shutdown
                        | AdminAction::CancelShutdown,
                    _,
                )
        );
        let takes = if takes_admin { Role::Admin } else { Role::Moderator };
        if let Purpose::Act(_, Some(name)) | Purpose::FreeName(name) = purpose
            && self.role() >= takes
        {
            return self.lang().same_rank(name.as_str());
        }
        self.needs_role(takes)
    }
}
