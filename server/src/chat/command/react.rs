//! `react`: somebody reacts to a message, or takes that back. Twice is the same as once, so there is no nonce; who reacts with
//! what is in the store.

use shared::client_msg::React;
use shared::{Code, Kind, Millis, Refusal, event};

use super::{CommandResult, Requester, Stored};
use crate::chat::Chat;
use crate::chat::effect::{Effect, Record};

/// The most reactions to one message, of everybody together: a page of history has them all.
const MOST: u32 = 1000;

impl Chat {
    pub(super) fn react(
        &mut self,
        now: Millis,
        requester: &Requester,
        react: React,
        stored: Stored<'_>,
    ) -> CommandResult {
        let React { room, of, with, off } = react;
        self.check_member(requester, &room)?;
        self.check_not_muted_in(now, requester, &room)?;
        let (_, reactions) = stored.message()?;
        if reactions >= MOST && !off {
            let full = format!("this message has {MOST} reactions, which is the most; answer it instead");
            return Err(Refusal::new(Code::BadRequest, full));
        }
        let kind = Kind::React(event::React { of, with: with.clone(), off });
        let seq = self.publish(now, &room, requester.by.clone(), kind);
        if !off {
            self.deferred.reacted(of);
        }
        let uid = requester.uid();
        self.effects.push(Effect::Save(Record::React { of, uid, with, seq, off }));
        self.reply_stored(requester, seq);
        Ok(())
    }
}
