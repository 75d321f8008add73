//! `who`: who is here. It must not tell of direct rooms the asker is not in.

use shared::server_msg::{Answer, User};
use shared::{RoomName, ServerMsg, Uid};

use super::{Asker, Outcome};
use crate::chat::Chat;
use crate::chat::roster::Identity;

impl Chat {
    pub(super) fn who(&mut self, asker: &Asker, room: Option<&RoomName>) -> Outcome {
        if let Some(room) = room {
            self.need_member(asker, room)?;
        }
        let wanted = |identity: &&Identity| room.is_none_or(|room| identity.rooms.contains(room));
        let users = self.roster.present().filter(wanted).map(|identity| {
            let open = |room: &&RoomName| may_know(room, asker.uid());
            User {
                member: identity.to_member(),
                rooms: identity.rooms.iter().filter(open).cloned().collect(),
                details: None,
            }
        });
        let answer = Answer { id: asker.id.clone(), users: Some(users.collect()), ..Answer::default() };
        self.reply(asker.conn, ServerMsg::Ok(Box::new(answer)));
        Ok(())
    }
}

fn may_know(room: &RoomName, asker: Uid) -> bool {
    room.pair().is_none_or(|(a, b)| a == asker || b == asker)
}
