//! `topic`: what a room is about. It must not touch direct rooms, which are about two people.

use shared::client_msg::Topic;
use shared::{Code, Kind, Millis, Refusal};

use super::{Asker, Outcome};
use crate::chat::Chat;
use crate::chat::effect::{Effect, Record};

impl Chat {
    pub(super) fn topic(&mut self, now: Millis, asker: &Asker, topic: Topic) -> Outcome {
        let Topic { room, topic } = topic;
        self.need_member(asker, &room)?;
        if room.pair().is_some() {
            return Err(Refusal::new(Code::BadRequest, "a direct conversation has no topic"));
        }
        self.need_voice(now, asker.uid())?;
        let Some(identity) = self.roster.get(asker.uid()) else { return Ok(()) };
        let from = identity.to_sender();
        self.rooms.entry(room.clone()).or_default().topic = topic.clone();
        self.effects.push(Effect::Save(Record::Room { name: room.clone(), topic: topic.clone() }));
        let seq = self.publish(now, &room, from, None, Kind::Topic(topic));
        self.stored(asker, seq);
        Ok(())
    }
}
