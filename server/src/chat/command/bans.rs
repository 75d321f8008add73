//! `bans`: the list of bans and mutes in force.

use shared::server_msg::Answer;
use shared::{Millis, Role, ServerMsg};

use super::{CommandResult, Requester};
use crate::chat::Chat;

impl Chat {
    pub(super) fn bans(&mut self, now: Millis, requester: &Requester) -> CommandResult {
        requester.check_role(Role::Moderator)?;
        self.remove_expired_sanctions(now);
        let bans = self.sanctions.in_force(now);
        let answer = Answer { id: requester.id.clone(), bans: Some(bans), ..Answer::default() };
        self.tell(requester.conn, ServerMsg::Ok(Box::new(answer)));
        Ok(())
    }
}
