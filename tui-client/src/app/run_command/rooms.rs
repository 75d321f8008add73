//! Commands about rooms: `/rooms`, `/join`, `/part`, `/topic`. `/join` and `/part` are looked at at once and settled by
//! `entering_room.rs` and `membership.rs`.

use shared::client_msg::Topic;
use shared::{ClientMsg, Code, Line, RoomName, Word};

use crate::app::App;
use crate::app::command::split;
use crate::app::pending_requests::Purpose;
use crate::app::popup::Popup;
use crate::app::timeline::Level;

impl App {
    pub(super) fn run_join(&mut self, args: &str) -> Result<(), String> {
        if args.is_empty() {
            return Err(self.usage("join"));
        }
        let (room, word) = split(args);
        let room = self.parse_room(room)?;
        let word = (!word.is_empty()).then(|| Word::parse(word)).transpose();
        let word = word.map_err(|_| self.lang().bad_word().to_owned())?;
        self.need_identity()?;
        self.rooms.ensure(&room).word = word;
        self.join_room(&room);
        Ok(())
    }

    /// On a screen the picker shows them; as lines they are printed.
    pub(super) fn run_rooms(&mut self, args: &str) -> Result<(), String> {
        self.need_online()?;
        let prefix = args.trim_start_matches('#').to_owned();
        let line = Line::parse(&prefix).map_err(|why| self.lang().refusal(why.code))?;
        self.prompt(
            |app| {
                app.request_room_list(Line::default(), false);
                Popup::rooms(&prefix)
            },
            |app| {
                app.request_room_list(line, true);
                Ok(())
            },
        )
    }

    pub(super) fn run_part(&mut self, args: &str) -> Result<(), String> {
        let room = if args.is_empty() { self.rooms().current().name.clone() } else { self.parse_room(args)? };
        if room == RoomName::lobby() {
            return Err(self.lang().cannot_leave_lobby().to_owned());
        }
        if self.rooms().get(&room).is_none() {
            return Err(self.lang().refusal(Code::NotMember));
        }
        self.part_room(&room);
        Ok(())
    }

    pub(super) fn run_topic(&mut self, args: &str) -> Result<(), String> {
        let current = self.rooms().current();
        if args.is_empty() {
            let text = self.lang().topic_is(current.topic.as_str());
            self.notice(&text, Level::Info);
            return Ok(());
        }
        let room = self.own_room("topic", args)?;
        let topic = if args == "-" { "" } else { args };
        let topic = Line::parse(topic).map_err(|why| self.lang().refusal(why.code))?;
        self.request(Purpose::Topic, ClientMsg::Topic(Topic { room, topic }));
        Ok(())
    }

    fn parse_room(&self, name: &str) -> Result<RoomName, String> {
        let room = RoomName::parse(name.trim_start_matches('#')).ok().filter(|room| room.pair().is_none());
        room.ok_or_else(|| self.lang().bad_room_name().to_owned())
    }
}
