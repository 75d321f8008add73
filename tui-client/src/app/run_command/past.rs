//! Commands about what was said before: `/search`, `/history`. A screen shows it in a popup and by scrolling; without one it
//! is asked for here, and printed when it comes.

use shared::client_msg::{History, Search};
use shared::{ClientMsg, Line, RoomName, Seq};

use crate::app::App;
use crate::app::action::{Action, Scroll};
use crate::app::command::split;
use crate::app::pending_requests::{Past, Purpose};
use crate::app::popup::Popup;

/// How many events are printed where it is not said.
const EVENTS: usize = 20;

impl App {
    pub(super) fn run_search(&mut self, args: &str) -> Result<(), String> {
        self.prompt(|_| Popup::search(args), |app| app.print_search(args))
    }

    fn print_search(&mut self, args: &str) -> Result<(), String> {
        if args.is_empty() {
            return Err(self.lang().search_needs_words().to_owned());
        }
        self.need_online()?;
        let query = Line::parse(args).map_err(|why| self.lang().refusal(why.code))?;
        let limit = Some(self.session().limits().page_events);
        let msg = ClientMsg::Search(Search { query, room: None, before: None, limit });
        self.request(Purpose::Past(Past::Search), msg);
        Ok(())
    }

    pub(super) fn run_history(&mut self, args: &str) -> Result<(), String> {
        if self.has_screen() {
            self.run_action(Action::Scroll(Scroll::PageUp));
            return Ok(());
        }
        let (first, second) = split(args);
        let (room, count) = if first.parse::<usize>().is_ok() { ("", first) } else { (first, second) };
        let count =
            if count.is_empty() { Some(EVENTS) } else { count.parse().ok().filter(|count| *count > 0) };
        let count = count.ok_or_else(|| self.usage("history"))?;
        self.need_online()?;
        let room = self.named_room(room)?;
        let limit = Some(count.min(self.session().limits().page_events));
        let msg = ClientMsg::History(History { limit, ..History::newest(room) });
        self.request(Purpose::Past(Past::History), msg);
        Ok(())
    }

    /// Has a message printed.
    pub(super) fn request_message(&mut self, room: &RoomName, seq: Seq) {
        let (room, around, limit) = (room.clone(), Some(seq), Some(1));
        let msg = ClientMsg::History(History { around, limit, ..History::newest(room) });
        self.request(Purpose::Past(Past::History), msg);
    }

    /// A room as it is called: by its name, by the other person's name (`@kim`), or this one.
    fn named_room(&self, name: &str) -> Result<RoomName, String> {
        if name.is_empty() {
            return Ok(self.rooms().current().name.clone());
        }
        match name.strip_prefix('@') {
            Some(person) => Ok(RoomName::direct(self.my_uid(), self.find_person(person)?)),
            None => RoomName::parse(name.trim_start_matches('#'))
                .map_err(|_| self.lang().bad_room_name().to_owned()),
        }
    }
}
