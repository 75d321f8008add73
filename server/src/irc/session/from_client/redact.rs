//! `REDACT`: a message is deleted (`draft/message-redaction`).

use shared::client_msg::Delete;
use shared::{ClientMsg, Code, Refusal};

use crate::irc::line::Line;
use crate::irc::msgid;
use crate::irc::names::{self, Target};
use crate::irc::session::pending::{Purpose, Redaction};
use crate::irc::session::state::State;

pub(super) fn run(state: &mut State, line: &Line) {
    let (Some(target), Some(id)) = (line.param(0), line.param(1)) else {
        return state.fail("REDACT", "NEED_MORE_PARAMS", &[], "say in which channel, and which message");
    };
    let room = match names::target(target) {
        Some(Target::Room(room)) => Some(room),
        Some(Target::Person(name)) => {
            let uid = state.users.named(name.as_str()).map(|(uid, _)| uid);
            uid.and_then(|uid| state.direct_room(uid))
        }
        Some(Target::Uid(uid)) => state.direct_room(uid),
        None => None,
    };
    let Some(room) = room.filter(|room| state.rooms.contains_key(room)) else {
        return state.fail("REDACT", "INVALID_TARGET", &[target], "you are not in this channel");
    };
    let Some(of) = msgid::parse(id) else {
        return state.fail("REDACT", "UNKNOWN_MSGID", &[target, id], "there is no such message");
    };
    let reason = line.param(2).unwrap_or_default();
    let Ok(reason) = shared::Line::parse(reason) else {
        return state.fail("REDACT", "INVALID_REASON", &[target, id], "the reason is too long");
    };
    let Some(nonce) = state.nonce(line, 0) else { return };
    let redaction = Redaction { target: target.to_owned(), msgid: id.to_owned(), room: room.clone() };
    let delete = Delete { room, of, nonce, reason };
    state.ask(ClientMsg::Delete(delete), Purpose::Redact(Box::new(redaction)));
}

impl State {
    /// A deletion was refused.
    pub(in crate::irc::session) fn refuse_redaction(&mut self, redaction: &Redaction, refusal: &Refusal) {
        let Redaction { target, msgid, .. } = redaction;
        let is_gone = refusal.code == Code::NoSuchMessage;
        let (code, about): (&str, &[&str]) = if is_gone {
            ("UNKNOWN_MSGID", &[target, msgid])
        } else if matches!(refusal.code, Code::NoSuchRoom | Code::NotMember) {
            ("INVALID_TARGET", &[target])
        } else if matches!(refusal.code, Code::Forbidden | Code::Muted) {
            ("REDACT_FORBIDDEN", &[target, msgid])
        } else {
            ("INTERNAL_ERROR", &[target, msgid])
        };
        self.fail("REDACT", code, about, &refusal.message);
    }
}
