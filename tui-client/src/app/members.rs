//! Who is where, as far as the server must be asked: lists that it has cut, since they are long, are paged.

use shared::client_msg::Who;
use shared::server_msg::{Answer, User};
use shared::{ClientMsg, RoomName, Uid};

use super::App;
use super::memory_budget::{self, add_within};
use super::pending_requests::Purpose;
use super::timeline::Level;

/// More people than this are not listed: a server may say for ever that there are more.
const MAX_LISTED: usize = 10_000;

impl App {
    /// Asks who is in a room, or in any of ours, to put the lists of members right; those after this uid.
    pub(super) fn request_members(&mut self, room: Option<RoomName>, after: Option<Uid>) {
        self.asks.charge(self.now);
        let who = Who { room: room.clone(), after, ..Who::default() };
        self.request(Purpose::Members { room, after }, ClientMsg::Who(who));
    }

    /// A page of members has come.
    pub(super) fn on_members(&mut self, name: Option<RoomName>, after: Option<Uid>, answer: Answer) {
        let users = answer.users.unwrap_or_default();
        let next = next_page(&users, answer.more);
        for user in &users {
            self.rooms.set_absent(user.member.uid, user.absent.is_some());
        }
        let first = after.is_none();
        match &name {
            Some(name) => {
                let Some(room) = self.rooms.get_mut(name) else { return };
                let members: Vec<_> = users.into_iter().map(|user| user.member).collect();
                if first {
                    room.roster.replace(&members);
                } else {
                    for member in members {
                        room.roster.put(member);
                    }
                }
            }
            None => {
                for User { member, rooms, .. } in users {
                    for name in rooms {
                        if let Some(room) = self.rooms.get_mut(&name).filter(|room| room.joined) {
                            room.roster.put(member.clone());
                        }
                    }
                }
            }
        }
        // A server may say for ever that there is more.
        if next.is_some_and(|next| after.is_none_or(|after| next > after)) && self.asks.may_ask(self.now) {
            self.request_members(name, next);
        }
    }

    /// Asks who is here, to print it when all pages have come.
    pub(super) fn request_who(&mut self, room: Option<RoomName>, listed: Vec<User>) {
        let after = listed.last().map(|user| user.member.uid);
        let who = Who { room: room.clone(), after, ..Who::default() };
        self.request(Purpose::Who(room, listed), ClientMsg::Who(who));
    }

    /// A page of who is here.
    pub(super) fn on_who(&mut self, room: Option<RoomName>, mut listed: Vec<User>, answer: Answer) {
        let after = listed.last().map(|user| user.member.uid);
        let users = answer.users.unwrap_or_default();
        let next = next_page(&users, answer.more);
        let has_room = add_within(&mut listed, users, memory_budget::LIST);
        let goes_on = has_room && next.is_some_and(|next| after.is_none_or(|after| next > after));
        if goes_on && listed.len() < MAX_LISTED && self.asks.may_ask(self.now) {
            self.asks.charge(self.now);
            return self.request_who(room, listed);
        }
        self.list_users(room.as_ref(), &listed);
    }

    fn list_users(&mut self, room: Option<&RoomName>, users: &[User]) {
        let mut text = self.lang().user_count(users.len(), room.map(RoomName::as_str));
        for User { member, rooms, absent, .. } in users {
            let rooms: Vec<&str> =
                rooms.iter().filter(|room| room.pair().is_none()).map(RoomName::as_str).collect();
            let lang = self.lang();
            let away = absent.as_ref().map(|absence| lang.away_because(absence.why.as_str()));
            let how = self.session.how_is(member, absent.is_some(), lang);
            let how = how.map(|how| away.filter(|_| how == lang.away()).unwrap_or_else(|| how.to_owned()));
            let how = how.map_or_else(String::new, |how| format!(" ({how})"));
            let role = if member.role.is_member() {
                String::new()
            } else {
                format!(" · {}", self.lang().role(member.role))
            };
            text.extend(["\n  ", member.name.as_str(), &role, &how, "  ", &rooms.join(" ")]);
        }
        self.notice(&text, Level::Info);
    }
}

/// After whom the next page begins, if there is one.
fn next_page(users: &[User], more: Option<bool>) -> Option<Uid> {
    users.last().filter(|_| more == Some(true)).map(|user| user.member.uid)
}
