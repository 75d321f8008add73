//! What each kind of proposal does: the requests of clients, one file for each verb, which returns a refusal or answers by itself; what
//! happens without a request (`tick`, `node`, `connection_lost`, `not_welcomed`, `clock_stepped`, `stop`); and what several verbs need (`permission`,
//! `creation`, `sanctions`, `audit_trail`, `nonce_lookup`).

mod absent;
mod announce;
mod audit_trail;
mod auth;
mod ban;
mod bans;
mod clock_stepped;
mod connection_lost;
mod creation;
mod delete;
mod direct;
mod edit;
mod free_name;
mod history;
mod join;
mod kick;
mod limits;
mod link;
mod mute;
mod new_secret;
mod node;
mod nonce_lookup;
mod not_welcomed;
mod operate;
mod part;
mod permission;
mod quit;
mod react;
mod rename;
mod role;
mod room_moderation;
mod rooms;
mod sanctions;
mod say;
mod set_machine;
mod set_room;
mod shutdown;
mod stop;
mod tick;
mod topic;
mod transfer;
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
use super::message_lookup::MessageAnswer;
use super::proposal::Proposal;
use super::proposed_request::ProposedRequest;

/// Who makes a request, over which connection, and the id to answer it with.
#[derive(Clone, Debug)]
pub(super) struct Requester {
    pub(super) conn: ConnId,
    pub(super) by: Sender,
    pub(super) role: Role,
    /// The Unix user, if it is the operator.
    pub(super) unix: Option<u32>,
    pub(super) id: Option<RequestId>,
}

/// What is known of a request beside what it says.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Stored<'a> {
    /// The message with the same nonce, where it found one.
    before: Option<&'a Said>,
    /// The message that the request changes.
    message: Option<&'a MessageAnswer>,
    /// The length of the content that its file names, where the requester has sent that.
    held: Option<u64>,
}

impl Stored<'_> {
    /// Who said the message that the request changes, and how many reactions it has.
    fn message(&self) -> Result<(&shared::Sender, u32), Refusal> {
        // One that was not looked for is in a room they have entered since.
        self.message.unwrap_or(&MessageAnswer::Unknown).found()
    }
}

/// The result of a verb; `Ok` means that it has answered the request.
pub(super) type CommandResult = Result<(), Refusal>;

impl Chat {
    /// Carries out a request, or defers it while a nonce is looked up.
    pub(super) fn request(&mut self, now: Millis, request: ProposedRequest) {
        let conn = request.conn;
        let Some(uid) = self.roster.by_conn(conn).map(|identity| identity.uid) else { return };
        if let Some(request) = self.defer_request(uid, request) {
            self.carry_out(now, uid, request, Stored::default());
        }
    }

    /// Carries out a request of an identity, and answers with the refusal if there is one.
    fn carry_out(&mut self, now: Millis, uid: Uid, request: ProposedRequest, stored: Stored<'_>) {
        let ProposedRequest { conn, id, msg, word, held } = request;
        let stored = Stored { held, ..stored };
        let Some(requester) = self.requester(uid, conn, id) else { return };
        let outcome = match msg {
            ClientMsg::Hello(_) | ClientMsg::Identify(_) => {
                Err(Refusal::new(Code::BadRequest, "you are welcome already; go on with requests"))
            }
            ClientMsg::Say(say) => self.say(now, &requester, say, stored),
            ClientMsg::Direct(direct) => self.direct(now, &requester, direct, stored),
            ClientMsg::Edit(edit) => self.edit(now, &requester, edit, stored),
            ClientMsg::Delete(delete) => self.delete(now, &requester, delete, stored),
            ClientMsg::React(react) => self.react(now, &requester, react, stored),
            ClientMsg::Join(join) => self.join(now, &requester, join.room, word),
            ClientMsg::Part(part) => self.part(now, &requester, &part.room),
            ClientMsg::Rename(rename) => self.rename(now, &requester, &rename.name),
            ClientMsg::Topic(topic) => self.topic(now, &requester, topic),
            ClientMsg::SetRoom(set) => self.set_room(now, &requester, &set, word, stored),
            ClientMsg::RoomKick(kick) => self.room_kick(now, &requester, kick),
            ClientMsg::RoomMute(mute) => self.room_mute(now, &requester, mute),
            ClientMsg::RoomUnmute(who) => self.room_unmute(now, &requester, &who),
            ClientMsg::Who(who) => self.who(now, &requester, who),
            ClientMsg::History(history) => self.history(&requester, history),
            ClientMsg::Search(search) => self.search(&requester, search),
            ClientMsg::Typing(typing) => self.typing(now, &requester, typing.room),
            ClientMsg::Ping(_) => {
                self.ping(&requester);
                Ok(())
            }
            ClientMsg::Pong(_) => Ok(()),
            ClientMsg::Quit(quit) => {
                self.quit(now, &requester, quit.quiet);
                Ok(())
            }
            ClientMsg::Kick(kick) => self.kick(now, &requester, kick),
            ClientMsg::Role(grant) => self.set_role(now, &requester, grant),
            ClientMsg::Announce(announce) => self.announce(now, &requester, announce.text),
            ClientMsg::Shutdown(shutdown) => self.shutdown(now, &requester, shutdown),
            // Admission checks keys and proposes `Granted`; `auth` itself is never proposed.
            ClientMsg::Auth(_) => Err(Refusal::new(
                Code::AuthFailed,
                "this server takes no keys; ask whoever runs it for a role",
            )),
            ClientMsg::Bans(_) => self.bans(now, &requester),
            ClientMsg::Ban(ban) => self.ban(now, &requester, ban),
            ClientMsg::Unban(unban) => self.unban(now, &requester, unban.uid),
            ClientMsg::Mute(mute) => self.mute(now, &requester, mute),
            ClientMsg::Unmute(unmute) => self.unmute(now, &requester, unmute.uid),
            ClientMsg::Rooms(wanted) => {
                self.list_rooms(&requester, &wanted);
                Ok(())
            }
            ClientMsg::FreeName(free) => self.take_name_away(now, &requester, &free.name),
            ClientMsg::Limits(wanted) => self.limits(now, &requester, &wanted),
            // Admission makes the code and proposes its hash; `link` itself is never proposed.
            ClientMsg::Link(_) => Err(Refusal::new(Code::Internal, "the server made no code; try again")),
            // Admission makes the secret and proposes its hash.
            ClientMsg::IrcPassword(_) | ClientMsg::IrcCertificate(_) => {
                Err(Refusal::new(Code::Internal, "the server made no secret; try again"))
            }
            ClientMsg::Machines(_) => {
                self.machines(&requester);
                Ok(())
            }
            ClientMsg::Unlink(unlink) => self.unlink(now, &requester, unlink),
            ClientMsg::Read(read) => self.read_to(&requester, read),
            ClientMsg::Absent(absent) => self.absent(now, &requester, absent),
            ClientMsg::Upload(upload) => self.upload(now, &requester, upload),
            ClientMsg::Download(download) => self.download(&requester, download),
            // Admission refuses it: it has a connection of its own.
            ClientMsg::Transfer(_) => {
                Err(Refusal::new(Code::BadRequest, "a transfer has its own connection"))
            }
        };
        if let Err(refusal) = outcome {
            self.tell(conn, ServerMsg::Error(refusal.to(requester.id)));
        }
    }

    /// Answers what only asks something, whatever waits.
    pub(super) fn answer_read(&mut self, read: Proposal) {
        if let Proposal::Request(asked) = read {
            if let Some(uid) = self.roster.by_conn(asked.conn).map(|identity| identity.uid) {
                self.carry_out(self.now, uid, *asked, Stored::default());
            }
        } else if let Proposal::Operate(operated) = read {
            self.carry_out_operation(self.now, *operated, Stored::default());
        }
    }

    /// An identity as the requester over a connection.
    fn requester(&self, uid: Uid, conn: ConnId, id: Option<RequestId>) -> Option<Requester> {
        let identity = self.roster.get(uid)?;
        Some(Requester { conn, by: identity.to_sender(), role: identity.role, unix: None, id })
    }

    /// The identity of a connection as the requester.
    fn requester_on(&self, conn: ConnId, id: Option<RequestId>) -> Option<Requester> {
        self.requester(self.roster.by_conn(conn)?.uid, conn, id)
    }

    fn ping(&mut self, requester: &Requester) {
        self.tell(requester.conn, ServerMsg::Pong(shared::client_msg::Empty {}));
        self.reply_ok(requester);
    }

    /// Answers `ok`, if the request has an id.
    fn reply_ok(&mut self, requester: &Requester) {
        if requester.id.is_some() {
            self.tell(requester.conn, ServerMsg::done(requester.id.clone()));
        }
    }

    /// Answers `ok` with the seq of the event, if the request has an id.
    fn reply_stored(&mut self, requester: &Requester, seq: shared::Seq) {
        if requester.id.is_some() {
            self.tell(requester.conn, ServerMsg::stored(requester.id.clone(), seq));
        }
    }

    /// Refuses a room the requester is not in. A direct or private room of others is refused as if it did not exist.
    fn check_member(&self, requester: &Requester, room: &RoomName) -> CommandResult {
        if requester.is_operator() && room.pair().is_none() && self.rooms.contains_key(room) {
            return Ok(());
        }
        self.check_inside(requester.uid(), room)
    }

    /// Refuses what was read of rooms for somebody who has left one of them since it was asked for.
    pub fn check_still_reads(&self, uid: Uid, rooms: &[RoomName]) -> CommandResult {
        rooms.iter().try_for_each(|room| self.check_inside(uid, room))
    }

    fn is_inside(&self, uid: Uid, room: &RoomName) -> bool {
        self.roster.get(uid).is_some_and(|identity| identity.rooms.contains(room))
    }

    /// Whether a room does not exist for somebody: it is a direct or private one of others, or there is none.
    fn is_hidden(&self, uid: Uid, room: &RoomName) -> bool {
        let is_known = || self.rooms.get(room).is_some_and(|state| state.is_known_to(uid));
        !self.is_inside(uid, room) && (room.pair().is_some() || !is_known())
    }

    fn check_inside(&self, uid: Uid, room: &RoomName) -> CommandResult {
        if self.is_inside(uid, room) {
            return Ok(());
        }
        Err(if self.is_hidden(uid, room) {
            Refusal::new(Code::NoSuchRoom, "there is no room by this name; join opens it")
        } else {
            Refusal::new(Code::NotMember, "you are not in this room; join it first")
        })
    }
}

impl Requester {
    pub(super) fn uid(&self) -> Uid {
        self.by.uid
    }

    /// Whether it is the operator, who has no identity and may act on everybody.
    fn is_operator(&self) -> bool {
        self.by.uid == Uid::ZERO
    }
}

/// The event of a message: spoken, or an action (`/me`).
fn message_kind(text: Text, action: bool) -> Kind {
    if action { Kind::Action(text) } else { Kind::Message(text) }
}
