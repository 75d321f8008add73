//! `rooms`: the rooms there are, by name, a page at a time. Direct rooms are listed to nobody, private ones to those who may know of
//! them.

use shared::client_msg::ListRooms;
use shared::server_msg::{Answer, ListedRoom};
use shared::{RoomName, ServerMsg};

use super::Requester;
use crate::chat::Chat;
use crate::chat::room::Room;

impl Chat {
    pub(super) fn list_rooms(&mut self, requester: &Requester, wanted: &ListRooms) {
        let limit = self.page_limit(wanted.limit);
        let prefix = wanted.prefix.as_str().to_lowercase();
        let fits = |room: &&RoomName| {
            wanted.after.as_ref().is_none_or(|after| *room > after)
                && room.as_str().starts_with(&prefix)
                && self.may_know(room, requester)
        };
        let mut names = self.roster.rooms().filter(fits);
        let rooms: Vec<ListedRoom> = names.by_ref().take(limit).map(|name| self.listed(name)).collect();
        let more = Some(names.next().is_some());
        drop(names);
        let answer = Answer { id: requester.id.clone(), rooms: Some(rooms), more, ..Answer::default() };
        self.tell(requester.conn, ServerMsg::Ok(Box::new(answer)));
    }

    fn listed(&self, name: &RoomName) -> ListedRoom {
        let room = self.rooms.get(name);
        ListedRoom {
            name: name.clone(),
            topic: room.map(|room| room.topic.clone()).unwrap_or_default(),
            people: room.map_or(0, |room| room.members.len()),
            private: room.is_some_and(Room::is_private),
            read_only: room
                .and_then(|room| room.settings.as_ref())
                .is_some_and(|settings| settings.read_only),
        }
    }
}
