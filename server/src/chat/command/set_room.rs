//! `set_room`: the owner of a room, or a moderator in it, says how it is set up: who may enter, who may speak, the pinned message,
//! the notice, whose it is; and invites people. What changed is one event of the room.

use shared::client_msg::SetRoom;
use shared::server_msg::Invited;
use shared::{Code, Kind, Millis, Refusal, RoomChange, RoomName, Seq, ServerMsg, Uid};

use super::audit_trail::AuditFields;
use super::{CommandResult, Requester, Stored};
use crate::chat::Chat;
use crate::chat::audit::AuditAction;
use crate::chat::effect::{Effect, Record};
use crate::chat::identity::Identity;
use crate::chat::proposal::SecretHash;
use crate::chat::room_settings::{MAX_INVITATIONS, MAX_INVITED, Settings};

impl Chat {
    /// The request has its word only as a hash.
    pub(super) fn set_room(
        &mut self,
        now: Millis,
        requester: &Requester,
        set: &SetRoom,
        word: Option<SecretHash>,
        stored: Stored<'_>,
    ) -> CommandResult {
        self.check_room_power(requester, &set.room)?;
        self.check_not_muted_in(now, requester, &set.room)?;
        let mut settings = self.settings_of(&set.room);
        let change = self.change_of(requester, set, word, &settings, stored)?;
        if change == RoomChange::default() {
            self.reply_ok(requester);
            return Ok(());
        }
        let before = settings.clone();
        if let Some(private) = change.private {
            settings.private = private;
        }
        if change.word.is_some() {
            settings.word = word;
        }
        settings.read_only = change.read_only.unwrap_or(settings.read_only);
        if let Some(owner) = &change.owner {
            settings.owner = Some(owner.uid);
        }
        if let Some(pin) = change.pin {
            settings.pin = Some(pin).filter(|pin| *pin != Seq::ZERO);
        }
        if let Some(notice) = &change.notice {
            settings.notice = Some(notice.clone()).filter(|notice| !notice.is_empty());
        }
        if let Some(invited) = &change.invited {
            settings.invite(invited.uid, requester.uid());
        }
        if before.owner != Some(requester.uid()) {
            self.audit_change(now, requester, &set.room, &change);
        }
        self.set_settings(&set.room, settings);
        let invited = change.invited.as_ref().map(|invited| invited.uid);
        let seq = self.publish(now, &set.room, requester.by.clone(), Kind::SetRoom(Box::new(change)));
        if let Some(uid) = invited {
            self.tell_invited(uid, &set.room);
        }
        self.reply_stored(requester, seq);
        Ok(())
    }

    /// What a request changes of what is set.
    fn change_of(
        &self,
        requester: &Requester,
        set: &SetRoom,
        word: Option<SecretHash>,
        settings: &Settings,
        stored: Stored<'_>,
    ) -> Result<RoomChange, Refusal> {
        let mut change = RoomChange::default();
        let private = if word.is_some() { Some(true) } else { set.private };
        if word.is_some() && set.private == Some(false) {
            return Err(Refusal::new(Code::BadRequest, "an open room has no word; give one of the two"));
        }
        if private.is_some() || set.owner.is_some() {
            check_not_lobby(&set.room)?;
        }
        change.private = private.filter(|private| *private != settings.private);
        if word.is_some() || (private.is_some() && settings.word.is_some()) {
            change.word = Some(word.is_some());
        }
        change.read_only = set.read_only.filter(|read_only| *read_only != settings.read_only);
        if let Some(pin) = set.pin.filter(|pin| *pin != settings.pin.unwrap_or_default()) {
            if pin != Seq::ZERO {
                stored.message()?;
            }
            change.pin = Some(pin);
        }
        let notice = settings.notice.clone().unwrap_or_default();
        change.notice = set.notice.clone().filter(|set| *set != notice);
        if let Some(uid) = set.owner.filter(|uid| settings.owner != Some(*uid)) {
            let inside = self.roster.get(uid).filter(|identity| identity.rooms.contains(&set.room));
            change.owner = Some(inside.ok_or_else(nobody_in_room)?.to_sender());
        }
        if let Some(uid) = set.invite {
            change.invited = self.invitation(requester, &set.room, settings, uid)?;
        }
        Ok(change)
    }

    /// Whom a request invites; nobody if they are invited already.
    fn invitation(
        &self,
        requester: &Requester,
        room: &RoomName,
        settings: &Settings,
        uid: Uid,
    ) -> Result<Option<shared::Sender>, Refusal> {
        let Some(identity) = self.roster.get(uid).filter(|_| uid != requester.uid()) else {
            return Err(Refusal::new(Code::NoSuchUser, "nobody else has this uid; who finds people by name"));
        };
        if identity.rooms.contains(room) {
            return Err(Refusal::new(
                Code::BadRequest,
                "they are in the room already; say something to them",
            ));
        }
        if settings.invited.get(&uid).is_some() {
            return Ok(None);
        }
        let invitations = self.settings_index.invitations(uid).count();
        if invitations >= MAX_INVITATIONS || settings.invited.len() >= MAX_INVITED {
            let many = "too many invitations wait for an answer; try again when some were taken";
            return Err(Refusal::new(Code::RateLimited, many));
        }
        Ok(Some(identity.to_sender()))
    }

    /// Tells somebody who is connected that they are invited to a room.
    fn tell_invited(&mut self, uid: Uid, room: &RoomName) {
        for conn in self.conns_of(uid) {
            if let Some(invited) = self.invited(uid, room) {
                self.tell(conn, ServerMsg::Invited(invited));
            }
        }
    }

    /// The invitations that wait for somebody.
    pub(super) fn invitations(&self, uid: Uid) -> Vec<Invited> {
        let rooms = self.settings_index.invitations(uid);
        rooms.filter_map(|room| self.invited(uid, room)).collect()
    }

    fn invited(&self, uid: Uid, room: &RoomName) -> Option<Invited> {
        let state = self.rooms.get(room)?;
        let by = state.settings.as_ref()?.invited.get(&uid)?;
        let by = self.roster.get(*by).map(Identity::to_sender);
        Some(Invited { room: room.clone(), by, topic: state.topic.clone() })
    }

    fn audit_change(&mut self, now: Millis, requester: &Requester, room: &RoomName, change: &RoomChange) {
        let target = change.owner.as_ref().or(change.invited.as_ref());
        let word = |name: &str, value: String| format!(" {name}={value}");
        let flag = |name, value: Option<bool>| value.map(|value| word(name, value.to_string()));
        let mut detail = format!("room={room}");
        detail.extend(flag("private", change.private));
        detail.extend(flag("word", change.word));
        detail.extend(flag("read_only", change.read_only));
        detail.extend(change.pin.map(|pin| word("pin", pin.to_string())));
        detail.extend(change.owner.as_ref().map(|owner| word("owner", owner.uid.to_string())));
        let reason = change.notice.clone().unwrap_or_default();
        let entry = AuditFields { action: AuditAction::SetRoom, target, reason: &reason, detail };
        self.audit(now, requester, entry);
    }

    /// How a room is set up.
    pub(super) fn settings_of(&self, room: &RoomName) -> Settings {
        self.rooms.get(room).and_then(|state| state.settings.as_deref().cloned()).unwrap_or_default()
    }

    /// Sets a room up otherwise, in the store as well.
    pub(super) fn set_settings(&mut self, room: &RoomName, settings: Settings) {
        self.replace_settings(room, Some(Box::new(settings)));
        self.save_room(room);
    }

    /// Keeps a room's topic and how it is set up.
    pub(super) fn save_room(&mut self, room: &RoomName) {
        let Some(state) = self.rooms.get(room) else { return };
        let (topic, settings) = (state.topic.clone(), state.settings.clone());
        self.effects.push(Effect::Save(Record::Room { name: room.clone(), topic, settings }));
    }
}

/// Refuses what the lobby cannot have: everyone is in it, and it is nobody's.
pub(super) fn check_not_lobby(room: &RoomName) -> CommandResult {
    if *room == RoomName::lobby() {
        let lobby = "everyone is in the lobby, and it belongs to nobody; open a room of your own";
        return Err(Refusal::new(Code::BadRequest, lobby));
    }
    Ok(())
}

/// The refusal of somebody who is not in the room.
pub(super) fn nobody_in_room() -> Refusal {
    Refusal::new(Code::NoSuchUser, "nobody with this uid is in the room; who lists those who are")
}
