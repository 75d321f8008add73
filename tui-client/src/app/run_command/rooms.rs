//! Commands about rooms: `/join`, `/part`, `/topic`. A room is entered or left when the server answers.

use shared::client_msg::{RoomOnly, Topic};
use shared::{ClientMsg, Line, RoomName};

use crate::app::App;
use crate::app::pending_requests::Purpose;
use crate::app::timeline::Level;

impl App {
    pub(super) fn run_join(&mut self, args: &str) -> Result<(), String> {
        if args.is_empty() {
            return Err(self.usage("join"));
        }
        let room = self.parse_room(args)?;
        if self.rooms().get(&room).is_some_and(|room| room.joined) && self.is_welcome() {
            self.go_to(&room);
            return Ok(());
        }
        self.need_online()?;
        self.request(Purpose::Join(room.clone()), ClientMsg::Join(RoomOnly { room }));
        Ok(())
    }

    pub(super) fn run_part(&mut self, args: &str) -> Result<(), String> {
        let room = if args.is_empty() { self.rooms().current().name.clone() } else { self.parse_room(args)? };
        if room == RoomName::lobby() {
            return Err(self.lang().cannot_leave_lobby().to_owned());
        }
        self.need_online()?;
        self.request(Purpose::Part(room.clone()), ClientMsg::Part(RoomOnly { room }));
        Ok(())
    }

    pub(super) fn run_topic(&mut self, args: &str) -> Result<(), String> {
        let current = self.rooms().current();
        if args.is_empty() {
            let text = self.lang().topic_is(current.topic.as_str());
            self.notice(&text, Level::Info);
            return Ok(());
        }
        let room = current.name.clone();
        self.need_online()?;
        let topic = if args == "-" { "" } else { args };
        let topic = Line::parse(topic).map_err(|why| self.lang().refusal(why.code).to_owned())?;
        self.request(Purpose::Topic, ClientMsg::Topic(Topic { room, topic }));
        Ok(())
    }

    fn parse_room(&self, name: &str) -> Result<RoomName, String> {
        let room = RoomName::parse(name.trim_start_matches('#')).ok().filter(|room| room.pair().is_none());
        room.ok_or_else(|| self.lang().bad_room_name().to_owned())
    }
}
