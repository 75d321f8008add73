//! `kick`: a moderator removes somebody. It must go by uid: names change hands.

use shared::client_msg::Kick;
use shared::event::Act;
use shared::server_msg::{Farewell, Goodbye};
use shared::{Code, Kind, Millis, Refusal, Role, Uid};

use super::{Asker, Outcome};
use crate::chat::Chat;
use crate::chat::effect::{Effect, Record};
use crate::chat::roster::{Identity, Presence};

impl Chat {
    pub(super) fn kick(&mut self, now: Millis, asker: &Asker, kick: Kick) -> Outcome {
        asker.need(Role::Moderator)?;
        let target = self.target(asker, kick.uid)?;
        let (conn, act) =
            (target.presence, Act { target: target.to_sender(), reason: kick.reason, until: None });
        let by = asker.by.clone();
        self.audit(now, asker, "kick", Some(kick.uid), &act.reason);
        self.expel(now, kick.uid, &by, &Kind::Kick(act.clone()));
        if let Presence::Here(conn) = conn {
            let message = format!("you were kicked by {}", by.name);
            let code = Farewell::Kicked;
            let goodbye = Goodbye {
                code,
                message,
                reason: act.reason,
                by: Some(by.name),
                until: None,
                reconnect: false,
                after_ms: None,
            };
            self.effects.push(Effect::Close { conn, goodbye: Box::new(goodbye) });
        }
        self.done(asker);
        Ok(())
    }

    /// Somebody present whom the asker may act on.
    fn target(&self, asker: &Asker, uid: Uid) -> Result<&Identity, Refusal> {
        let present = self.roster.get(uid).filter(|target| target.is_present());
        let Some(target) = present else {
            return Err(Refusal::new(Code::NoSuchUser, format!("nobody with the uid {uid} is here")));
        };
        if target.role >= asker.role && !asker.is_operator() && uid != asker.uid() {
            return Err(Refusal::new(Code::Forbidden, format!("{} has as much say as you", target.name)));
        }
        Ok(target)
    }

    /// Takes somebody out; every room they are in sees who did it.
    fn expel(&mut self, now: Millis, uid: Uid, by: &shared::Sender, line: &Kind) {
        let rooms = self.roster.rooms_of(uid);
        for room in rooms.iter().filter(|room| room.pair().is_none()) {
            self.publish(now, room, by.clone(), None, line.clone());
        }
        self.depart(now, uid, None);
    }

    /// Writes an act of an admin down.
    pub(super) fn audit(
        &mut self,
        at: Millis,
        asker: &Asker,
        act: &'static str,
        target: Option<Uid>,
        reason: &shared::Line,
    ) {
        self.effects.push(Effect::Save(Record::Audit {
            at,
            by: asker.uid(),
            act,
            target,
            reason: reason.clone(),
        }));
    }
}
