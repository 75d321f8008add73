//! `join`: enters a room, creating it if there is none. Direct rooms are opened by `direct`.

use shared::server_msg::{Answer, Joined};
use shared::{Code, Kind, Millis, Refusal, RoomName, Seq, ServerMsg, Uid};

use super::{CommandResult, Requester};
use crate::chat::creation_limit::Guesser;
use crate::chat::effect::{Effect, Record};
use crate::chat::proposal::SecretHash;
use crate::chat::{Chat, list_size};

impl Chat {
    /// The word of the room comes as a hash, if there is one.
    pub(super) fn join(
        &mut self,
        now: Millis,
        requester: &Requester,
        room: RoomName,
        word: Option<SecretHash>,
    ) -> CommandResult {
        let Some(identity) = self.roster.get(requester.uid()) else { return Ok(()) };
        let mut entered = None;
        if !identity.rooms.contains(&room) {
            if room.pair().is_some() {
                return Err(Refusal::new(Code::NoSuchRoom, "a direct room is not joined; use direct"));
            }
            self.check_rooms_of(requester.uid())?;
            self.check_may_enter(now, requester, &room, word)?;
            if !self.rooms.contains_key(&room) {
                self.check_new_room(now, requester.uid(), &room)?;
            }
            entered = Some((room.clone(), self.enter(now, requester, &room)));
        }
        if requester.id.is_some() {
            let state = self.room_state(&room, list_size::MOST);
            let answer = Answer { id: requester.id.clone(), room: Some(room), state, ..Answer::default() };
            self.tell(requester.conn, ServerMsg::Ok(Box::new(answer)));
        }
        // After the answer: the room's ring may begin later already, and a gap in a room that the client is not in yet says nothing to it.
        if let Some((room, after)) = entered {
            self.follow(requester.uid(), &room, after);
        }
        Ok(())
    }

    /// Returns the event of it, after which the room is to be followed.
    fn enter(&mut self, now: Millis, requester: &Requester, room: &RoomName) -> Seq {
        let uid = requester.uid();
        self.settle_owner(uid, room);
        self.roster.add_room(uid, room);
        let from = requester.by.clone();
        self.rooms.entry(room.clone()).or_default().enter(uid);
        let after = self.publish(now, room, from, Kind::Join);
        self.note_entry(requester.uid(), room, after);
        self.tell_other_windows(requester, |chat| {
            let state = chat.room_state(room, list_size::MOST)?;
            Some(ServerMsg::Joined(Box::new(Joined { state })))
        });
        after
    }

    /// Whoever opens a room owns it, and so does whoever enters one that nobody belongs to and whose owner is not known any more.
    /// An invitation that is taken is used up, and a removal is over.
    fn settle_owner(&mut self, uid: Uid, room: &RoomName) {
        let mut settings = self.settings_of(room);
        let has_owner = settings.owner.is_some_and(|owner| self.roster.get(owner).is_some());
        let opens = !has_owner && !self.roster.is_anybodys(room);
        if opens {
            settings.owner = Some(uid);
        }
        if settings.enter(uid) || opens {
            self.set_settings(room, settings);
        }
    }

    /// Refuses who may not enter a private room like a room that is not there. With a word nothing is made, so that whether the
    /// word was wrong or there is no such room cannot be told apart.
    fn check_may_enter(
        &mut self,
        now: Millis,
        requester: &Requester,
        room: &RoomName,
        word: Option<SecretHash>,
    ) -> CommandResult {
        let guesser = word.map(|_| self.guesser(requester));
        let now_ms = u64::try_from(now).unwrap_or(0);
        if let Some(wait) = guesser.and_then(|guesser| self.creation.guesses.wait(&guesser, now_ms)) {
            let many = "too many wrong words of rooms came from where you are; wait and try again";
            return Err(Refusal::new(Code::RateLimited, many).retry_after(wait));
        }
        let may_enter = match self.rooms.get(room) {
            None => word.is_none(),
            Some(state) if state.is_known_to(requester.uid()) => true,
            Some(state) => word
                .zip(state.settings.as_ref())
                .is_some_and(|(word, settings)| settings.lets_in(requester.uid(), word)),
        };
        if may_enter {
            return Ok(());
        }
        if let Some(guesser) = guesser {
            self.creation.guesses.charge(guesser, 1, now_ms);
        }
        Err(Refusal::new(
            Code::NoSuchRoom,
            "there is no room by this name that you may enter; try another name",
        ))
    }

    fn guesser(&self, requester: &Requester) -> Guesser {
        let identity = self.roster.get(requester.uid());
        let seen = identity.and_then(|identity| identity.seen_on(requester.conn));
        let from = seen.and_then(|seen| seen.origin.limit_key());
        from.map_or(Guesser::Person(requester.uid()), Guesser::From)
    }

    /// Tells the other connections of the requester what this one did.
    pub(super) fn tell_other_windows(
        &mut self,
        requester: &Requester,
        what: impl FnOnce(&Self) -> Option<ServerMsg>,
    ) {
        let mut others = self.conns_of(requester.uid());
        others.retain(|conn| *conn != requester.conn);
        if others.is_empty() {
            return;
        }
        if let Some(msg) = what(self) {
            for conn in others {
                self.tell(conn, msg.clone());
            }
        }
    }

    /// Keeps that somebody belongs to a room since this event.
    pub(super) fn note_entry(&mut self, uid: Uid, room: &RoomName, since: Seq) {
        if let Some(identity) = self.roster.get_mut(uid) {
            // The name that is there already is shared.
            let room = identity.rooms.iter().find(|one| *one == room).unwrap_or(room);
            identity.since.insert(room.clone(), since);
        }
        self.effects.push(Effect::Save(Record::Member { uid, room: room.clone(), inside: true, since }));
    }
}
