//! Writing to people who are not here: the server is asked who has the name. Until it answers, nothing is said in the room
//! where `/msg` was typed, and what was typed there since goes into the draft of the direct room with them.

use shared::client_msg::Who;
use shared::server_msg::User;
use shared::{ClientMsg, Name, RoomName};

use super::App;
use super::pending_requests::{Purpose, Wanted};
use super::timeline::{HowSaid, Level};
use super::typed_line;
use crate::effect::Effect;

impl App {
    /// Asks who has a name, to write to them; of one room, one at a time.
    pub(super) fn request_message_to(&mut self, name: Name, text: &str) -> Result<(), String> {
        let who = Who::named(name.clone());
        let typed_in = self.rooms.current().name.clone();
        if let Some(wanted) = self.requests.wanted_from(&typed_in) {
            return Err(self.lang().looks_for(wanted.name.as_str()));
        }
        let wanted = Wanted { name, text: text.to_owned(), typed_in };
        self.request(Purpose::MessageTo(Box::new(wanted)), ClientMsg::Who(who));
        Ok(())
    }

    /// The server says who has the name: what was to be said goes into the direct room with them.
    pub(super) fn on_person_found(&mut self, wanted: &Wanted, users: Vec<User>) {
        let me = self.session.my_uid();
        let nobody = || self.lang().nobody_to_write_to(wanted.name.as_str());
        let found = users.into_iter().next().ok_or_else(nobody);
        let is_me = |user: &User| user.member.uid == me;
        let User { member, last_seen, .. } = match found {
            Ok(user) if is_me(&user) => return self.not_written(wanted, self.lang().that_is_you()),
            Ok(user) => user,
            Err(why) => return self.not_written(wanted, &why),
        };
        self.input.set_astray(false);
        let direct = self.direct_room(member.uid);
        let (name, is_away) = (member.name.clone(), member.away);
        if let Some(room) = self.rooms.get_mut(&direct) {
            room.know(member.uid, &name, me);
            room.roster.put(member);
        }
        let typed_since = self.take_draft_of(&wanted.typed_in);
        self.prepend_to_draft(&direct, &typed_since);
        if self.rooms.current().name == wanted.typed_in {
            self.go_to(&direct);
        }
        if !wanted.text.is_empty()
            && let Err(why) = self.say_in(direct.clone(), &wanted.text, HowSaid::default())
        {
            self.prepend_to_draft(&direct, &wanted.text);
            self.effects.push(Effect::NotDone);
            return self.hint(why, Level::Warning);
        }
        if is_away {
            let at = last_seen.map(|at| self.lang().moment(at, self.now, &self.times));
            let text = self.lang().not_here_now(name.as_str(), at.as_deref());
            self.notice_in(&direct, &text, Level::Info);
        }
    }

    fn has_command(&self, room: &RoomName) -> bool {
        let is_current = self.rooms.current().name == *room;
        let draft = self.rooms.get(room).map(|room| room.draft.text());
        typed_line::is_command(if is_current { self.input.text() } else { draft.unwrap_or_default() })
    }

    fn not_written(&mut self, wanted: &Wanted, why: &str) {
        self.restore_message_to(wanted);
        self.effects.push(Effect::NotDone);
        self.hint(why, Level::Warning);
        self.leave_if_done();
    }

    /// They were not found: what was to be said is typed again where it was, and what was typed since stays behind it. A
    /// command stays alone; what was to be said is in the history then.
    pub(super) fn restore_message_to(&mut self, wanted: &Wanted) {
        if !self.has_no_draft() && !self.has_command(&wanted.typed_in) {
            self.prepend_to_draft(&wanted.typed_in, &wanted.as_typed(self.lang()));
        }
    }
}
