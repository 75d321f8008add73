//! `topic`: sets the topic of a room. Direct rooms have none.

use shared::client_msg::Topic;
use shared::{Code, Kind, Millis, Refusal};

use super::{CommandResult, Requester};
use crate::chat::Chat;

impl Chat {
    pub(super) fn topic(&mut self, now: Millis, requester: &Requester, topic: Topic) -> CommandResult {
        let Topic { room, topic } = topic;
        self.check_member(requester, &room)?;
        if room.pair().is_some() {
            return Err(Refusal::new(
                Code::BadRequest,
                "a direct conversation has no topic; set that of a room",
            ));
        }
        self.check_may_speak(now, requester, &room)?;
        let Some(identity) = self.roster.get(requester.uid()) else { return Ok(()) };
        let from = identity.to_sender();
        self.rooms.entry(room.clone()).or_default().topic = topic.clone();
        self.save_room(&room);
        let seq = self.publish(now, &room, from, Kind::Topic(topic));
        self.reply_stored(requester, seq);
        Ok(())
    }
}
