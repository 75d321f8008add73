//! `quit`: leaves the server, with an event or quietly; while the identity has another connection, only this one ends. The
//! identity and its secret are kept.

use shared::event::Leave;
use shared::server_msg::{Goodbye, GoodbyeCode, PresenceState};
use shared::{Kind, Line, Millis, Uid};

use super::Requester;
use crate::chat::Chat;
use crate::chat::effect::Effect;
use crate::chat::presence::Presence;

impl Chat {
    pub(super) fn quit(&mut self, now: Millis, requester: &Requester, quiet: bool) {
        self.reply_ok(requester);
        if self.roster.detach(requester.uid(), requester.conn) {
            self.deferred.drop_of(requester.uid(), requester.conn);
        } else {
            if !quiet {
                self.charge_events(now, requester.uid());
            }
            self.leave_server(now, requester.uid(), (!quiet).then_some(&Kind::Leave(Leave::Quit)));
        }
        let goodbye = Goodbye {
            code: GoodbyeCode::Quit,
            message: "goodbye".into(),
            reason: Line::default(),
            by: None,
            until: None,
            reconnect: false,
            after_ms: None,
            try_next: Vec::new(),
        };
        self.effects.push(Effect::Close { conn: requester.conn, goodbye: Box::new(goodbye) });
    }

    /// Takes somebody out of every room and off the list. `line` is published in their rooms; without it only presence is
    /// sent.
    pub(super) fn leave_server(&mut self, now: Millis, uid: Uid, line: Option<&Kind>) {
        let Some(identity) = self.roster.get(uid) else { return };
        let from = identity.to_sender();
        for room in self.roster.rooms_of(uid) {
            if let Some(state) = self.rooms.get_mut(&room) {
                state.leave(uid);
            }
            match line {
                Some(line) if room.pair().is_none() => {
                    self.publish(now, &room, from.clone(), line.clone());
                }
                Some(_) | None => self.presence(uid, Some(room), PresenceState::Gone),
            }
        }
        self.deferred.drop_all(uid);
        self.roster.set_presence(uid, Presence::Gone);
        if let Some(identity) = self.roster.get_mut(uid) {
            identity.left_at = Some(now);
        }
        self.save(uid);
    }
}
