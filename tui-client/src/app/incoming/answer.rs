//! Answers to our requests, dispatched by their purpose: ok with what was asked for, or a refusal.

use shared::server_msg::Answer;
use shared::{Nonce, Refusal};

use crate::app::App;
use crate::app::pending_requests::{BansFor, Past, Purpose};
use crate::app::timeline::Level;
use crate::effect::Effect;

impl App {
    /// The server did what we asked.
    pub(super) fn on_answer(&mut self, answer: Answer) {
        let Some(id) = answer.id.clone() else { return };
        let Some(purpose) = self.requests.close(&id) else {
            return self.on_stored(id.as_str(), &answer);
        };
        match purpose {
            Purpose::History { room, before } => self.on_page(&room, before, &answer),
            Purpose::Newer { room, after } => self.on_newer_page(&room, after, &answer),
            Purpose::Around { room, seq } => self.on_around(&room, seq, &answer),
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
            Purpose::Whois => self.on_whois(&answer.users.unwrap_or_default()),
            Purpose::RoomList { prefix, print } => self.on_room_list(prefix, print, answer),
            Purpose::MessageTo(wanted) => self.on_person_found(&wanted, answer.users.unwrap_or_default()),
            Purpose::FreeName(name) => self.notice(&self.lang().name_freed(name.as_str()), Level::Info),
            Purpose::Limits(changed) => self.on_limits(changed, &answer.settings.unwrap_or_default()),
            Purpose::Topic => {}
        }
    }

    /// What was asked for of the past, to be printed.
    fn on_past(&mut self, past: Past, answer: Answer) {
        let (events, more) = (answer.events.unwrap_or_default(), answer.more.unwrap_or(false));
        let lang = self.lang();
        let told = match past {
            Past::Search => Some(lang.search_count(events.len(), more)),
            Past::History if events.is_empty() => Some(lang.empty_timeline().to_owned()),
            Past::History => None,
        };
        self.effects.extend(events.into_iter().map(|event| Effect::Recalled(Box::new(event))));
        if let Some(told) = told {
            self.notice(&told, Level::Info);
        }
    }

    /// A message is on the server's disk. Its event may have come already, or is on its way.
    fn on_stored(&mut self, id: &str, answer: &Answer) {
        let Ok(nonce) = Nonce::parse(id) else { return };
        let Some(unsent) = self.outbox.remove(&nonce) else { return };
        if let Some(room) = self.rooms.get_mut(&unsent.room)
            && answer.seq.is_some_and(|seq| seq <= room.position)
        {
            // It was stored before the connection was lost; the scrollback has it, or will page it.
            room.timeline.drop_pending(&nonce);
        }
        self.leave_if_done();
    }

    /// We have proved the admin key. The lobby's event tells that our role is another one.
    fn on_authenticated(&mut self, answer: &Answer) {
        if let Some(role) = answer.role {
            self.set_own_role(role);
        }
    }

    /// The server declined what we asked.
    pub(super) fn on_refusal(&mut self, purpose: &Purpose, refusal: &Refusal) {
        let why = self.lang().refusal(refusal.code);
        match purpose {
            Purpose::History { room, .. } | Purpose::Newer { room, .. } => return self.on_page_refused(room),
            Purpose::Oldest(room) => {
                self.rooms.seeking.take_if(|seeking| seeking == room);
            }
            Purpose::Search(query) => return self.on_search_refused(query, refusal),
            Purpose::Members { .. }
            | Purpose::Bans(BansFor::Keep)
            | Purpose::RoomList { print: false, .. } => return,
            Purpose::MessageTo(wanted) => self.restore_message_to(wanted),
            Purpose::Join(room) => return self.on_join_refused(room, refusal.code),
            Purpose::Part(room) => return self.on_part_refused(room, refusal.code),
            Purpose::Around { .. }
            | Purpose::Rename(_)
            | Purpose::Topic
            | Purpose::Who(..)
            | Purpose::Auth
            | Purpose::Act(..)
            | Purpose::Bans(BansFor::Tell | BansFor::Lift(..))
            | Purpose::Past(_)
            | Purpose::RoomList { print: true, .. }
            | Purpose::FreeName(_)
            | Purpose::Limits(_)
            | Purpose::Whois => {}
        }
        // What is wrong with an act only the server knows.
        let is_action = matches!(purpose, Purpose::Act(..) | Purpose::FreeName(_) | Purpose::Limits(_))
            && refusal.code == shared::Code::BadRequest;
        let has_no_words =
            *purpose == Purpose::Past(Past::Search) && refusal.code == shared::Code::BadRequest;
        let text = if has_no_words {
            self.lang().search_hint().to_owned()
        } else if let Purpose::MessageTo(wanted) = purpose
            && refusal.code == shared::Code::NoSuchUser
        {
            self.lang().nobody_has_name(wanted.name.as_str())
        } else if is_action && !refusal.message.is_empty() {
            self.lang().act_declined(&refusal.message)
        } else {
            let mut text = self.lang().request_declined(why);
            if let Some(setting) = &refusal.setting {
                text.extend(["; ", &self.lang().ask_to_raise(setting.as_str())]);
            }
            text
        };
        self.notice(&text, Level::Warning);
        self.effects.push(Effect::NotDone);
        self.leave_if_done();
    }
}
