//! Answers to our requests, sorted by what was asked. It must not ask what the answer does not call for.

use shared::server_msg::{Answer, User};
use shared::{Nonce, Refusal, RoomName};

use crate::app::App;
use crate::app::request::{Asked, Bans};
use crate::app::timeline::Level;

impl App {
    /// The server did what we asked.
    pub(super) fn on_answer(&mut self, answer: Answer) {
        let Some(id) = answer.id.clone() else { return };
        let Some(asked) = self.requests.close(&id) else {
            return self.on_stored(id.as_str(), &answer);
        };
        match asked {
            Asked::History { room, before } => self.on_page(&room, before, &answer),
            Asked::Newer { room, after } => self.on_newer_page(&room, after, &answer),
            Asked::Around { room, seq } => self.on_around(&room, seq, &answer),
            Asked::Search(query) => self.on_found(query, &answer),
            Asked::Join(room) => self.on_joined(&room, &answer, true),
            Asked::Rejoin(room) => self.on_joined(&room, &answer, false),
            Asked::Part(room) => self.forget_room(&room),
            Asked::Rename(name) => self.rename_self(&name),
            Asked::Members(room) => self.put_members(&room, answer.users.unwrap_or_default()),
            Asked::Who => self.list_users(&answer.users.unwrap_or_default()),
            Asked::Auth => self.on_authenticated(&answer),
            Asked::Act(verb, name) => self.on_act_done(verb, name.as_ref()),
            Asked::Bans(then) => self.on_bans(then, answer),
            Asked::Whois => self.on_whois(&answer.users.unwrap_or_default()),
            Asked::Topic => {}
        }
        self.dirty.frame = true;
    }

    /// A message is on the server's disk. Its event may have come already, or is on its way.
    fn on_stored(&mut self, id: &str, answer: &Answer) {
        let Ok(nonce) = Nonce::parse(id) else { return };
        let Some(unsent) = self.outbox.remove(&nonce) else { return };
        self.dirty.profile = true;
        if let Some(room) = self.rooms.get_mut(&unsent.room)
            && answer.seq.is_some_and(|seq| seq <= room.position)
        {
            // It was stored before the connection was lost; the scrollback has it, or will page it.
            room.timeline.drop_pending(&nonce);
        }
        self.dirty.frame = true;
        self.leave_if_done();
    }

    fn on_joined(&mut self, name: &RoomName, answer: &Answer, look: bool) {
        let name = answer.room.as_ref().unwrap_or(name).clone();
        match &answer.state {
            Some(state) => self.settle_room(state, false),
            None => self.rooms.ensure(&name).joined = true,
        }
        if let Some(at) = self.rooms.index_of(&name).filter(|_| look) {
            self.go(at);
        }
        self.dirty.view = true;
    }

    fn put_members(&mut self, room: &RoomName, users: Vec<User>) {
        if let Some(room) = self.rooms.get_mut(room) {
            let members: Vec<_> = users.into_iter().map(|user| user.member).collect();
            room.roster.replace(&members);
        }
    }

    fn on_authenticated(&mut self, answer: &Answer) {
        if let Some(role) = answer.role {
            self.set_own_role(role);
            let text = self.lang().role_now(role);
            self.notice(&text, Level::Info);
        }
    }

    fn list_users(&mut self, users: &[User]) {
        let mut text = self.lang().users(users.len());
        for User { member, rooms, .. } in users {
            let rooms: Vec<&str> =
                rooms.iter().filter(|room| room.pair().is_none()).map(RoomName::as_str).collect();
            let away = if member.away { format!(" ({})", self.lang().away()) } else { String::new() };
            let role = if member.role.is_member() {
                String::new()
            } else {
                format!(" · {}", self.lang().role(member.role))
            };
            text.extend(["\n  ", member.name.as_str(), &role, &away, "  ", &rooms.join(" ")]);
        }
        self.notice(&text, Level::Info);
    }

    /// The server declined what we asked.
    pub(super) fn on_refusal(&mut self, asked: &Asked, refusal: &Refusal) {
        let why = self.lang().refusal(refusal.code);
        match asked {
            Asked::History { room, .. } | Asked::Newer { room, .. } => return self.on_page_refused(room),
            Asked::Search(query) => return self.on_search_refused(query, refusal),
            Asked::Members(_) | Asked::Bans(Bans::Keep) => return,
            Asked::Rejoin(room) => {
                let text = self.lang().room_lost(room.as_str(), why);
                return self.notice(&text, Level::Warning);
            }
            Asked::Join(_)
            | Asked::Part(_)
            | Asked::Around { .. }
            | Asked::Rename(_)
            | Asked::Topic
            | Asked::Who
            | Asked::Auth
            | Asked::Act(..)
            | Asked::Bans(Bans::Tell | Bans::Lift(..))
            | Asked::Whois => {}
        }
        // What is wrong with an act only the server knows.
        let is_act = matches!(asked, Asked::Act(..)) && refusal.code == shared::Code::BadRequest;
        let why = if is_act && !refusal.message.is_empty() { refusal.message.as_str() } else { why };
        let text = self.lang().not_done(why);
        self.notice(&text, Level::Warning);
    }
}
