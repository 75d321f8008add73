//! `room_kick`, `room_mute` and `room_unmute`: what the owner of a room, or a moderator in it, does to somebody in that room alone.
//! Requests of their own, because a server that does not know them must not take them for `kick` and `mute` on the server.

use shared::client_msg::{RoomKick, RoomMute, RoomUid};
use shared::event::Act;
use shared::server_msg::Parted;
use shared::{Code, Kind, Line, Millis, Refusal, RoomName, Seq, ServerMsg, Uid};

use super::audit_trail::AuditFields;
use super::sanctions::expiry;
use super::set_room::{check_not_lobby, nobody_in_room};
use super::{CommandResult, Requester};
use crate::chat::Chat;
use crate::chat::audit::AuditAction;
use crate::chat::effect::{Effect, Record};
use crate::chat::room_settings::MAX_MUTED;

impl Chat {
    pub(super) fn room_kick(&mut self, now: Millis, requester: &Requester, kick: RoomKick) -> CommandResult {
        let RoomKick { room, uid, reason } = kick;
        self.check_room_power(requester, &room)?;
        self.check_not_muted_in(now, requester, &room)?;
        check_not_lobby(&room)?;
        let mut settings = self.settings_of(&room);
        let is_invited = settings.invited.get(&uid).is_some();
        let act = if is_invited { None } else { Some(self.act_on(requester, &room, uid, reason)?) };
        settings.remove(uid, self.rooms.get(&room).map_or(Seq::ZERO, |state| state.head));
        self.set_settings(&room, settings);
        let Some(act) = act else {
            // They have not come yet: the invitation is withdrawn, of which they are not told.
            self.reply_ok(requester);
            return Ok(());
        };
        self.audit_act(now, requester, AuditAction::RoomKick, &room, &act);
        let parted =
            Parted { room: room.clone(), by: Some(requester.by.name.clone()), reason: act.reason.clone() };
        for conn in self.conns_of(uid) {
            self.effects.push(Effect::Unfollow { conn, room: room.clone() });
            self.tell(conn, ServerMsg::Parted(parted.clone()));
        }
        self.leave(uid, &room);
        self.publish(now, &room, requester.by.clone(), Kind::Kick(act));
        self.reply_ok(requester);
        Ok(())
    }

    pub(super) fn room_mute(&mut self, now: Millis, requester: &Requester, mute: RoomMute) -> CommandResult {
        let RoomMute { room, uid, reason, for_s } = mute;
        self.check_room_power(requester, &room)?;
        self.check_not_muted_in(now, requester, &room)?;
        let act = self.act_on(requester, &room, uid, reason)?;
        let act = Act { until: expiry(now, for_s)?, ..act };
        let mut settings = self.settings_of(&room);
        let over: Vec<Uid> = settings.muted.iter().map(|(uid, _)| *uid).collect();
        for uid in over.into_iter().filter(|uid| settings.mute(*uid, now).is_none()).collect::<Vec<_>>() {
            settings.muted.remove(&uid);
        }
        if settings.muted.len() >= MAX_MUTED && settings.muted.get(&uid).is_none() {
            let full = format!("{MAX_MUTED} people are muted in the room; let some speak first");
            return Err(Refusal::new(Code::RateLimited, full));
        }
        settings.muted.insert(uid, act.until);
        self.set_settings(&room, settings);
        self.audit_act(now, requester, AuditAction::RoomMute, &room, &act);
        self.publish(now, &room, requester.by.clone(), Kind::Mute(act));
        self.reply_ok(requester);
        Ok(())
    }

    pub(super) fn room_unmute(&mut self, now: Millis, requester: &Requester, who: &RoomUid) -> CommandResult {
        let RoomUid { room, uid } = who;
        self.check_room_power(requester, room)?;
        self.check_not_muted_in(now, requester, room)?;
        let act = self.act_on(requester, room, *uid, Line::default())?;
        let mut settings = self.settings_of(room);
        if settings.mute(*uid, now).is_none() {
            return Err(Refusal::new(
                Code::BadRequest,
                "they are not muted in this room; bans lists who is everywhere",
            ));
        }
        settings.muted.remove(uid);
        self.set_settings(room, settings);
        self.audit_act(now, requester, AuditAction::RoomUnmute, room, &act);
        self.publish(now, room, requester.by.clone(), Kind::Mute(Act { until: Some(now), ..act }));
        self.reply_ok(requester);
        Ok(())
    }

    /// What is done to somebody who is in the room, here or not, by somebody who may do it.
    fn act_on(&self, requester: &Requester, room: &RoomName, uid: Uid, reason: Line) -> Result<Act, Refusal> {
        let target = self.roster.get(uid).filter(|identity| identity.rooms.contains(room));
        let target = target.ok_or_else(nobody_in_room)?.to_sender();
        self.check_outranks(requester, room, uid)?;
        Ok(Act { target, reason, until: None, room_only: true })
    }

    fn audit_act(
        &mut self,
        now: Millis,
        requester: &Requester,
        action: AuditAction,
        room: &RoomName,
        act: &Act,
    ) {
        let detail = format!("room={room}");
        self.audit(
            now,
            requester,
            AuditFields { action, target: Some(&act.target), reason: &act.reason, detail },
        );
    }

    /// Takes somebody out of a room.
    pub(super) fn leave(&mut self, uid: Uid, room: &RoomName) {
        if let Some(state) = self.rooms.get_mut(room) {
            state.leave(uid);
        }
        self.roster.remove_room(uid, room);
        let (room, since) = (room.clone(), Seq::ZERO);
        self.effects.push(Effect::Save(Record::Member { uid, room, inside: false, since }));
    }
}
