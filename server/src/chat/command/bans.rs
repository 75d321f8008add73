//! `bans`: the bans and mutes in force. It must not show one that has run out.

use shared::server_msg::Answer;
use shared::{Millis, Role, ServerMsg};

use super::{Asker, Outcome};
use crate::chat::Chat;

impl Chat {
    pub(super) fn bans(&mut self, now: Millis, asker: &Asker) -> Outcome {
        asker.need(Role::Moderator)?;
        self.tidy_sanctions(now);
        let bans = self.sanctions.in_force(now);
        let answer = Answer { id: asker.id.clone(), bans: Some(bans), ..Answer::default() };
        self.reply(asker.conn, ServerMsg::Ok(Box::new(answer)));
        Ok(())
    }
}
