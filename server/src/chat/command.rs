//! The verbs of the chat, one file each, and the one place that says which request is which verb.
//! It must not carry anything out itself.

mod announce;
mod audit_trail;
mod auth;
mod ban;
mod bans;
mod clock_stepped;
mod connection_lost;
mod creation;
mod deferred;
mod direct;
mod history;
mod join;
mod kick;
mod mute;
mod operate;
mod part;
mod permission;
mod quit;
mod rename;
mod role;
mod sanctions;
mod say;
mod shutdown;
mod stop;
mod tick;
mod topic;
mod typing;
mod unban;
mod unmute;
mod who;

pub(super) mod hello;

use shared::{
    ClientMsg, Code, Kind, Millis, Refusal, RequestId, Role, RoomName, Sender, ServerMsg, Text, Uid,
};

use super::Chat;
use super::conn_id::ConnId;
use super::dedupe::Said;
use super::proposal::Asked;

/// Who asks, and what they call the request.
#[derive(Clone, Debug)]
pub(super) struct Asker {
    pub(super) conn: ConnId,
    pub(super) by: Sender,
    pub(super) role: Role,
    /// The Unix user, where it is the one who runs the server.
    pub(super) unix: Option<u32>,
    pub(super) id: Option<RequestId>,
}

/// What a verb comes to: nothing more to say, or a refusal.
pub(super) type Outcome = Result<(), Refusal>;

impl Chat {
    /// Takes a request: it is carried out, unless it has to wait for a nonce to be looked up.
    pub(super) fn request(&mut self, now: Millis, request: Asked) {
        let conn = request.conn;
        let Some(uid) = self.roster.by_conn(conn).map(|identity| identity.uid) else { return };
        if let Some(request) = self.defer_request(uid, request) {
            self.carry_out(now, uid, request, None);
        }
    }

    /// Carries out a request of an identity, and answers it if it is refused. `before` is the message that has its nonce
    /// already, as the store says.
    fn carry_out(&mut self, now: Millis, uid: Uid, request: Asked, before: Option<&Said>) {
        let Asked { conn, id, msg } = request;
        let Some(asker) = self.asker(uid, conn, id) else { return };
        let outcome = match msg {
            ClientMsg::Hello(_) => Err(Refusal::new(Code::BadRequest, "you are welcome already")),
            ClientMsg::Say(say) => self.say(now, &asker, say, before),
            ClientMsg::Direct(direct) => self.direct(now, &asker, direct, before),
            ClientMsg::Join(join) => self.join(now, &asker, join.room),
            ClientMsg::Part(part) => self.part(now, &asker, &part.room),
            ClientMsg::Rename(rename) => self.rename(now, &asker, &rename.name),
            ClientMsg::Topic(topic) => self.topic(now, &asker, topic),
            ClientMsg::Who(who) => self.who(now, &asker, who),
            ClientMsg::History(history) => self.history(&asker, history),
            ClientMsg::Search(search) => self.search(&asker, search),
            ClientMsg::Typing(typing) => self.typing(now, &asker, typing.room),
            ClientMsg::Ping(_) => {
                self.ping(&asker);
                Ok(())
            }
            ClientMsg::Pong(_) => Ok(()),
            ClientMsg::Quit(quit) => {
                self.quit(now, &asker, quit.quiet);
                Ok(())
            }
            ClientMsg::Kick(kick) => self.kick(now, &asker, kick),
            ClientMsg::Role(grant) => self.set_role(now, &asker, grant),
            ClientMsg::Announce(announce) => self.announce(now, &asker, announce.text),
            ClientMsg::Shutdown(shutdown) => self.shutdown(now, &asker, shutdown),
            // The key of `auth` is checked in admission; it never comes this far.
            ClientMsg::Auth(_) => Err(Refusal::new(Code::AuthFailed, "this server takes no keys")),
            ClientMsg::Bans(_) => self.bans(now, &asker),
            ClientMsg::Ban(ban) => self.ban(now, &asker, ban),
            ClientMsg::Unban(unban) => self.unban(now, &asker, unban.uid),
            ClientMsg::Mute(mute) => self.mute(now, &asker, mute),
            ClientMsg::Unmute(unmute) => self.unmute(now, &asker, unmute.uid),
        };
        if let Err(refusal) = outcome {
            self.reply(conn, ServerMsg::Error(refusal.to(asker.id)));
        }
    }

    /// An identity that asks for something over a connection.
    fn asker(&self, uid: Uid, conn: ConnId, id: Option<RequestId>) -> Option<Asker> {
        let identity = self.roster.get(uid)?;
        Some(Asker { conn, by: identity.to_sender(), role: identity.role, unix: None, id })
    }

    /// Whoever speaks over a connection.
    fn asker_on(&self, conn: ConnId, id: Option<RequestId>) -> Option<Asker> {
        self.asker(self.roster.by_conn(conn)?.uid, conn, id)
    }

    fn ping(&mut self, asker: &Asker) {
        self.reply(asker.conn, ServerMsg::Pong(shared::client_msg::Empty {}));
        self.done(asker);
    }

    /// Answers `ok`, if the request wants an answer.
    fn done(&mut self, asker: &Asker) {
        if asker.id.is_some() {
            self.reply(asker.conn, ServerMsg::done(asker.id.clone()));
        }
    }

    /// Answers `ok` with the place of the event it became, if the request wants an answer.
    fn stored(&mut self, asker: &Asker, seq: shared::Seq) {
        if asker.id.is_some() {
            self.reply(asker.conn, ServerMsg::stored(asker.id.clone(), seq));
        }
    }

    fn need_member(&self, asker: &Asker, room: &RoomName) -> Outcome {
        if asker.is_operator() && room.pair().is_none() && self.rooms.contains_key(room) {
            return Ok(());
        }
        let inside = self.roster.get(asker.uid()).is_some_and(|identity| identity.rooms.contains(room));
        if inside {
            return Ok(());
        }
        let hidden = room.pair().is_some() || !self.rooms.contains_key(room);
        Err(if hidden {
            Refusal::new(Code::NoSuchRoom, format!("there is no room \"{room}\""))
        } else {
            Refusal::new(Code::NotMember, format!("you are not in \"{room}\"; join it first"))
        })
    }
}

impl Asker {
    pub(super) fn uid(&self) -> Uid {
        self.by.uid
    }

    /// Whether it is the one who runs the server: here as nobody, above everybody.
    fn is_operator(&self) -> bool {
        self.by.uid == Uid::ZERO
    }
}

/// What a message is, said or done.
fn message(text: Text, action: bool) -> Kind {
    if action { Kind::Action(text) } else { Kind::Message(text) }
}
