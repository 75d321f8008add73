//! The answers to what was asked: each goes to the command it belongs to.

use shared::client_msg::ListRooms;
use shared::server_msg::{Answer, ListedRoom, User};
use shared::{ClientMsg, Code, Name, Refusal, RoomName, Seq};

use crate::irc::line::Line;
use crate::irc::msgid;
use crate::irc::names::HOST;
use crate::irc::numeric::{
    ERR_BADCHANNELKEY, ERR_INVITEONLYCHAN, ERR_NOSUCHNICK, RPL_AWAY, RPL_ENDOFWHOIS, RPL_INVITING, RPL_LIST,
    RPL_LISTEND, RPL_NOWAWAY, RPL_UNAWAY, RPL_WHOISACCOUNT, RPL_WHOISCHANNELS, RPL_WHOISIDLE,
    RPL_WHOISOPERATOR, RPL_WHOISSERVER, RPL_WHOISUSER, RPL_YOUREOPER,
};
use crate::irc::refusal_texts::{BAD_KEY, INVITE_ONLY, NO_SUCH_NICK};
use crate::irc::session::caps::Cap;
use crate::irc::session::listing::Listing;
use crate::irc::session::pending::{Purpose, Resolve, Subject};
use crate::irc::session::rooms::{channel, room_of};
use crate::irc::session::state::State;
use crate::irc::session::users::account;

/// A request was carried out.
pub(super) fn ok(state: &mut State, answer: Answer) {
    let Some(asked) = answer.id.as_ref().and_then(|id| state.pending.take(id)) else { return };
    state.pending.current = Some(asked.task);
    let mut stays_open = false;
    match asked.purpose {
        Purpose::Command(subject) => stays_open = await_event(state, asked.task, &subject, answer.seq),
        Purpose::Join(room, _) => {
            let room = answer.room.clone().unwrap_or(room);
            if let Some(told) = &answer.state {
                state.take_room(told, told.head);
                state.enter(&room);
            }
        }
        Purpose::Part(room, why) => {
            state.rooms.remove(&room);
            state.parted(&room, &why);
        }
        Purpose::Ping(mark) => {
            let line = state.pong_line(&mark);
            state.reply(line);
        }
        Purpose::Send(nonce) => sent(state, &nonce, &answer),
        Purpose::Resolve(resolve) => resolved(state, *resolve, answer.users.as_deref()),
        Purpose::Away(true) => state.numeric(RPL_NOWAWAY, ["You have been marked as being away"]),
        Purpose::Away(false) => state.numeric(RPL_UNAWAY, ["You are no longer marked as being away"]),
        Purpose::Oper => {
            state.numeric(RPL_YOUREOPER, ["You are now an IRC operator"]);
            let mode = Line::new("MODE", [state.nick(), "+o"]).from(state.server());
            state.reply(mode);
        }
        Purpose::AwayWhy(uid) => {
            let absent =
                answer.users.as_deref().and_then(<[User]>::first).and_then(|user| user.absent.clone());
            state.tell_away(uid, absent.map(|absence| absence.why.to_string()));
        }
        Purpose::List(listing) => listed(state, &listing, &answer),
        Purpose::Whois(nick) => whois(state, &nick, answer.users.as_deref()),
        Purpose::Invite(nick, room) => state.numeric(RPL_INVITING, [nick, channel(&room)]),
        Purpose::History(gathering) => state.on_history(gathering, &answer),
        Purpose::HistoryWith(with) => {
            let uid = answer.users.as_deref().and_then(<[User]>::first).map(|user| user.member.uid);
            let room = uid.and_then(|uid| state.direct_room(uid));
            state.gather(room, &with.command, &with.target, with.wanted);
        }
        Purpose::Targets(looked) => {
            let (room, mut targets) = *looked;
            targets.take(room, answer.events.as_deref().unwrap_or_default());
            state.next_target(targets);
        }
        Purpose::Redact(redaction) => {
            let subject = Subject::room("REDACT", &redaction.room);
            stays_open = await_event(state, asked.task, &subject, answer.seq);
        }
        Purpose::Mark(page) => state.on_mark_page(page, &answer),
        Purpose::Missed(room) => {
            state.on_missed(&room, &answer.events.unwrap_or_default(), answer.more.unwrap_or_default());
        }
        Purpose::Replay(room, seen) => {
            let events = answer.events.unwrap_or_default();
            state.on_replay(&room, seen, &events, answer.more.unwrap_or_default());
        }
    }
    state.pending.current = None;
    if !stays_open {
        state.close(asked.task);
    }
}

/// A request was refused.
pub(super) fn refused(state: &mut State, refusal: &Refusal) {
    let asked = refusal.id.as_ref().and_then(|id| state.pending.take(id));
    let Some(asked) = asked else {
        // About a line that could not be read, which would be a fault of this program.
        return state.notice(refusal.message.clone());
    };
    state.pending.current = Some(asked.task);
    match asked.purpose {
        Purpose::Command(subject) => state.refuse(&subject, refusal),
        Purpose::Join(room, with_key) if refusal.code == Code::NoSuchRoom => {
            let (digits, why) =
                if with_key { (ERR_BADCHANNELKEY, BAD_KEY) } else { (ERR_INVITEONLYCHAN, INVITE_ONLY) };
            state.numeric(digits, [channel(&room).as_str(), why]);
        }
        Purpose::Join(room, _) => state.refuse(&Subject::room("JOIN", &room), refusal),
        Purpose::Part(room, _) => state.refuse(&Subject::room("PART", &room), refusal),
        Purpose::Ping(_) => state.refuse(&Subject::of("PING"), refusal),
        Purpose::Send(nonce) => not_sent(state, &nonce, refusal),
        Purpose::Resolve(resolve) if !resolve.message.notice => {
            state.refuse(&Subject::of("PRIVMSG").and_nick(&resolve.nick), refusal);
        }
        Purpose::Away(_) => state.refuse(&Subject::of("AWAY"), refusal),
        Purpose::Oper => state.refuse(&Subject::of("OPER"), refusal),
        Purpose::List(_) => {
            state.refuse(&Subject::of("LIST"), refusal);
            state.numeric(RPL_LISTEND, ["End of /LIST"]);
        }
        Purpose::Whois(nick) => {
            state.refuse(&Subject::of("WHOIS").and_nick(&nick), refusal);
            state.numeric(RPL_ENDOFWHOIS, [nick.as_str(), "End of /WHOIS list"]);
        }
        Purpose::Invite(nick, room) => {
            let refused = Subject::room("INVITE", &room).and_nick(&nick);
            state.refuse(&refused, refusal);
        }
        Purpose::History(gathering) => {
            let why = refusal.message.as_str();
            state.fail("CHATHISTORY", "MESSAGE_ERROR", &["*", &gathering.target], why);
        }
        Purpose::HistoryWith(with) => state.gather(None, &with.command, &with.target, with.wanted),
        // A room that one has left meanwhile has none.
        Purpose::Targets(looked) => state.next_target(looked.1),
        Purpose::Redact(redaction) => state.refuse_redaction(&redaction, refusal),
        Purpose::AwayWhy(uid) => state.tell_away(uid, None),
        Purpose::Resolve(_) | Purpose::Mark(_) => {}
        Purpose::Missed(room) | Purpose::Replay(room, _) => state.on_missed_refused(&room),
    }
    state.pending.current = None;
    state.close(asked.task);
}

/// The event that a request became tells the client. Whether it is still to come.
fn await_event(state: &mut State, task: u64, subject: &Subject, seq: Option<Seq>) -> bool {
    let Some(seq) = seq else { return false };
    let came = match &subject.room {
        Some(room) => state.rooms.get(room).is_none_or(|room| room.seen >= seq),
        // A new name is told in each room: it came if one has it.
        None if subject.command == "NICK" => {
            let wanted = subject.nick.as_deref().and_then(|nick| Name::parse(nick).ok());
            wanted.is_some_and(|wanted| wanted.as_str() == state.nick())
        }
        None => state.rooms.get(&RoomName::lobby()).is_none_or(|lobby| lobby.seen >= seq),
    };
    if !came {
        state.pending.awaited.insert(seq, task);
    }
    !came
}

/// A message was stored. Its event tells everybody, the client itself among them where it wants that.
fn sent(state: &mut State, nonce: &shared::Nonce, answer: &Answer) {
    let Some(sent) = state.pending.sent.get_mut(nonce) else { return };
    sent.answered = true;
    if let (Some(absence), Some(_)) = (&answer.absent, sent.to) {
        let why = if absence.why.is_empty() { "away".to_owned() } else { absence.why.to_string() };
        let target = sent.target.clone();
        if !sent.message.notice {
            state.numeric(RPL_AWAY, [target, why]);
        }
    }
    // One that was said before, by another connection: its event came then, and will not come again.
    let Some(sent) = state.pending.sent.get(nonce) else { return };
    let room = answer.room.clone().or_else(|| room_of(&sent.target));
    let seen = room.and_then(|room| state.rooms.get(&room)).map(|room| room.seen);
    let (Some(seq), Some(seen)) = (answer.seq, seen) else { return };
    if seen < seq {
        return;
    }
    let Some(sent) = state.pending.sent.remove(nonce) else { return };
    if state.caps.has(Cap::EchoMessage) {
        state.echo(&sent, seq);
        state.close(sent.task);
    }
}

fn not_sent(state: &mut State, nonce: &shared::Nonce, refusal: &Refusal) {
    let Some(sent) = state.pending.sent.remove(nonce) else { return };
    if !sent.message.notice {
        let subject = match room_of(&sent.target) {
            Some(room) => Subject::room("PRIVMSG", &room),
            None => Subject::of("PRIVMSG").and_nick(&sent.target),
        };
        state.refuse(&subject, refusal);
    }
    if state.caps.has(Cap::EchoMessage) {
        state.close(sent.task);
    }
}

/// Somebody who is not here was looked for, to say something to them.
fn resolved(state: &mut State, resolve: Resolve, users: Option<&[User]>) {
    let Resolve { nick, message } = resolve;
    match users.and_then(<[User]>::first) {
        Some(user) => {
            let (uid, name) = (user.member.uid, user.member.name.to_string());
            state.say_directly(uid, &name, message);
        }
        None if message.notice => {}
        None => state.numeric(ERR_NOSUCHNICK, [nick.as_str(), NO_SUCH_NICK]),
    }
}

fn listed(state: &mut State, listing: &Listing, answer: &Answer) {
    let rooms = answer.rooms.as_deref().unwrap_or_default();
    for ListedRoom { name, topic, people, .. } in rooms {
        let wanted = (listing.only.is_empty() || listing.only.contains(name))
            && listing.more_than.is_none_or(|least| *people > least)
            && listing.fewer_than.is_none_or(|most| *people < most);
        if wanted {
            state.numeric(RPL_LIST, [channel(name), people.to_string(), topic.to_string()]);
        }
    }
    match rooms.last().filter(|_| answer.more == Some(true)) {
        Some(last) => {
            let page = ListRooms { after: Some(last.name.clone()), ..ListRooms::default() };
            state.ask(ClientMsg::Rooms(page), Purpose::List(Box::new(listing.clone())));
        }
        None => state.numeric(RPL_LISTEND, ["End of /LIST"]),
    }
}

fn whois(state: &mut State, nick: &str, users: Option<&[User]>) {
    let Some(user) = users.and_then(<[User]>::first) else {
        state.numeric(ERR_NOSUCHNICK, [nick, NO_SUCH_NICK]);
        return state.numeric(RPL_ENDOFWHOIS, [nick, "End of /WHOIS list"]);
    };
    let (name, uid) = (user.member.name.to_string(), user.member.uid);
    let realname = if uid == state.uid() { state.registration.realname.clone() } else { name.clone() };
    state.numeric(RPL_WHOISUSER, [name.as_str(), &account(uid), HOST, "*", &realname]);
    // Everybody is in the lobby, and not everybody looks at it.
    let is_hidden = |room: &RoomName| *room == RoomName::lobby() && !state.is_shown(room);
    let rooms = user.rooms.iter().filter(|room| room.pair().is_none() && !is_hidden(room));
    let rooms = rooms.map(|room| {
        let prefix = if state.is_operator(room, uid) { "@" } else { "" };
        format!("{prefix}{}", channel(room))
    });
    let rooms = rooms.collect::<Vec<_>>().join(" ");
    if !rooms.is_empty() {
        state.numeric(RPL_WHOISCHANNELS, [name.as_str(), &rooms]);
    }
    let network = state.network.clone();
    state.numeric(RPL_WHOISSERVER, [name.as_str(), &state.server(), &network]);
    if !user.member.role.is_member() {
        state.numeric(RPL_WHOISOPERATOR, [name.as_str(), "is an IRC operator"]);
    }
    if let Some(absence) = &user.absent {
        let why = if absence.why.is_empty() { "away" } else { absence.why.as_str() };
        state.numeric(RPL_AWAY, [name.as_str(), why]);
    } else if user.member.away {
        state.numeric(RPL_AWAY, [name.as_str(), "not connected"]);
    }
    state.numeric(RPL_WHOISACCOUNT, [name.as_str(), &account(uid), "is logged in as"]);
    if let Some(since) = user.details.as_ref().and_then(|details| details.since) {
        let since = (since / 1000).to_string();
        state.numeric(RPL_WHOISIDLE, [name.as_str(), "0", &since, "seconds idle, signon time"]);
    }
    state.numeric(RPL_ENDOFWHOIS, [name.as_str(), "End of /WHOIS list"]);
}

impl State {
    /// Tells the client a message of its own again.
    pub(in crate::irc::session) fn echo(&mut self, sent: &crate::irc::session::pending::Sent, seq: Seq) {
        let text = sent.message.text.as_str();
        let command = if sent.message.notice { "NOTICE" } else { "PRIVMSG" };
        let lines: Vec<&str> = text.split('\n').filter(|line| !line.is_empty()).collect();
        for text in lines {
            let text = if sent.message.action { format!("\u{1}ACTION {text}\u{1}") } else { text.to_owned() };
            let line = Line::new(command, [sent.target.clone(), text]).tag("msgid", msgid::write(seq));
            let line = self.said_by(self.uid(), self.nick(), line);
            self.reply(line);
        }
    }
}
