//! The list of the server's rooms: asked for page by page, kept for the picker and for completion, printed by `/rooms`.

use shared::client_msg::ListRooms;
use shared::server_msg::{Answer, LimitValue, ListedRoom};
use shared::{ClientMsg, Line};

use super::App;
use super::pending_requests::Purpose;
use super::timeline::Level;

/// The most rooms that are kept, and so asked for: more than anybody looks through.
const MOST: usize = 1000;

impl App {
    /// Asks which rooms there are.
    pub(super) fn request_room_list(&mut self, prefix: Line, print: bool) {
        if self.connection.is_online() {
            self.session.begin_room_list();
            self.request_room_page(prefix, print);
        }
    }

    fn request_room_page(&mut self, prefix: Line, print: bool) {
        let after = self.session.room_list().last().map(|room| room.name.clone());
        let wanted = ListRooms { after, prefix: prefix.clone(), limit: None };
        self.request(Purpose::RoomList { prefix, print }, ClientMsg::Rooms(wanted));
    }

    pub(super) fn on_room_list(&mut self, prefix: Line, print: bool, answer: Answer) {
        let page = answer.rooms.unwrap_or_default();
        let is_last = page.is_empty() || answer.more != Some(true);
        let has_room = self.session.add_to_room_list(page);
        if !is_last && has_room && self.session.room_list().len() < MOST {
            return self.request_room_page(prefix, print);
        }
        if print {
            self.print_room_list();
        }
    }

    fn print_room_list(&mut self) {
        let lang = self.lang();
        let mut text = lang.room_count(self.session.room_list().len());
        for ListedRoom { name, topic, people, private, read_only } in self.session.room_list() {
            let here = self.rooms.get(name).filter(|room| room.joined);
            let mark = if here.is_some() { "*" } else { " " };
            text.extend(["\n", mark, " ", name.as_str(), "  ", &lang.people_in_room(*people)]);
            let access = lang.room_access(*private, *read_only);
            if !access.is_empty() {
                text.extend([" · ", &access]);
            }
            if here.is_some_and(|room| room.settings.owner == Some(self.my_uid())) {
                text.extend([" · ", lang.own_room()]);
            }
            if !topic.is_empty() {
                text.extend(["  ", topic.as_str()]);
            }
        }
        self.notice(&text, Level::Info);
    }

    pub(super) fn on_limits(&mut self, changed: bool, limits: &[LimitValue]) {
        let mut text = self.lang().limits_are(changed).to_owned();
        for LimitValue { setting, value } in limits {
            text.extend(["\n  ", setting.as_str(), " ", value.as_str()]);
        }
        self.notice(&text, Level::Info);
    }
}
