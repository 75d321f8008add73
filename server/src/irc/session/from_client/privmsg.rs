//! `PRIVMSG` and `NOTICE`: to rooms and to persons. The chat has one kind of message, so a notice is a message like any other,
//! but that nobody is told when it is refused.

use shared::client_msg::{Direct, Say, Who};
use shared::{ClientMsg, Name, RoomName, Text, Uid};

use crate::irc::formatting::strip;
use crate::irc::isupport::MAX_TARGETS;
use crate::irc::line::Line;
use crate::irc::msgid;
use crate::irc::numeric::{
    ERR_NORECIPIENT, ERR_NOSUCHCHANNEL, ERR_NOSUCHNICK, ERR_NOTEXTTOSEND, ERR_TOOMANYTARGETS,
};
use crate::irc::refusal_texts::{NO_SUCH_CHANNEL, NO_SUCH_NICK};
use crate::irc::session::caps::Cap;
use crate::irc::session::outgoing::Outgoing;
use crate::irc::session::pending::{Purpose, Resolve, Sent};
use crate::irc::session::rooms::{channel, room_of};
use crate::irc::session::state::State;
use crate::irc::split::as_action;

pub(super) fn run(state: &mut State, line: &Line) {
    say(state, line, false);
}

pub(super) fn notice(state: &mut State, line: &Line) {
    say(state, line, true);
}

fn say(state: &mut State, line: &Line, notice: bool) {
    let command = if notice { "NOTICE" } else { "PRIVMSG" };
    let Some(targets) = line.param(0).filter(|targets| !targets.is_empty()) else {
        return complain(state, notice, ERR_NORECIPIENT, &[&format!("No recipient given ({command})")]);
    };
    let Some(text) = line.param(1).filter(|text| !text.is_empty()) else {
        return complain(state, notice, ERR_NOTEXTTOSEND, &["No text to send"]);
    };
    let (text, action) = match as_action(text) {
        Some(done) => (done, true),
        // Nobody on the other side would answer another request of CTCP.
        None if text.starts_with('\u{1}') => return,
        None => (text, false),
    };
    let targets: Vec<&str> = targets.split(',').filter(|target| !target.is_empty()).collect();
    if targets.len() > MAX_TARGETS {
        return complain(
            state,
            notice,
            ERR_TOOMANYTARGETS,
            &[line.param(0).unwrap_or_default(), "Too many targets"],
        );
    }
    let text = match Text::parse(&strip(text)) {
        Ok(text) => text,
        Err(_) if notice => return,
        Err(why) => return state.fail(command, "INVALID_TEXT", &targets, &why.why),
    };
    let reply_to = line.tag_value("+draft/reply").or(line.tag_value("+reply")).and_then(msgid::parse);
    for (part, target) in targets.into_iter().enumerate() {
        let Some(nonce) = state.nonce(line, part) else { continue };
        let message = Outgoing { text: text.clone(), action, notice, nonce, reply_to };
        state.say_to(target, message);
    }
}

fn complain(state: &mut State, notice: bool, digits: &str, params: &[&str]) {
    if !notice {
        state.numeric(digits, params.iter().copied());
    }
}

impl State {
    /// Says something to `#room` or a nick.
    pub(in crate::irc::session) fn say_to(&mut self, target: &str, message: Outgoing) {
        let notice = message.notice;
        if target.starts_with('#') {
            match room_of(target) {
                Some(room) => self.say_in(room, message),
                None => complain(self, notice, ERR_NOSUCHCHANNEL, &[target, NO_SUCH_CHANNEL]),
            }
        } else if let Some((uid, person)) = self.users.named(target) {
            let nick = person.name.to_string();
            if uid == self.uid() {
                self.say_to_self(&message);
            } else {
                self.say_directly(uid, &nick, message);
            }
        } else if let Ok(name) = Name::parse(target) {
            // Somebody who is not here can be written to all the same.
            let resolve = Resolve { nick: target.to_owned(), message };
            self.ask(ClientMsg::Who(Who::named(name)), Purpose::Resolve(Box::new(resolve)));
        } else {
            complain(self, notice, ERR_NOSUCHNICK, &[target, NO_SUCH_NICK]);
        }
    }

    fn say_in(&mut self, room: RoomName, message: Outgoing) {
        let Outgoing { text, action, nonce, reply_to, .. } = message.clone();
        self.note_sent(channel(&room), None, message);
        let say = Say { room, text, nonce: nonce.clone(), action, reply_to, file: None };
        self.ask(ClientMsg::Say(say), Purpose::Send(nonce));
    }

    pub(in crate::irc::session) fn say_directly(&mut self, uid: Uid, nick: &str, message: Outgoing) {
        let Outgoing { text, action, nonce, reply_to, .. } = message.clone();
        self.note_sent(nick.to_owned(), Some(uid), message);
        let direct = Direct { uid, text, nonce: nonce.clone(), action, reply_to, file: None };
        self.ask(ClientMsg::Direct(direct), Purpose::Send(nonce));
    }

    fn say_to_self(&mut self, message: &Outgoing) {
        let text = if message.action {
            format!("\u{1}ACTION {}\u{1}", message.text)
        } else {
            message.text.to_string()
        };
        let command = if message.notice { "NOTICE" } else { "PRIVMSG" };
        let lines = text.split('\n').map(|text| Line::new(command, [self.nick(), text])).collect();
        self.tell_self(lines);
    }

    /// What one sends to oneself comes back, and is kept nowhere: it is the answer, and with `echo-message` arrives once more.
    pub(super) fn tell_self(&mut self, lines: Vec<Line>) {
        let said = |line| self.said_by(self.uid(), self.nick(), line);
        let lines: Vec<Line> = lines.into_iter().map(said).collect();
        let arriving = if self.caps.has(Cap::EchoMessage) { lines.clone() } else { Vec::new() };
        for line in lines {
            self.reply(line);
        }
        for line in arriving {
            self.send(line);
        }
    }

    /// The message is to come back as an event.
    fn note_sent(&mut self, target: String, to: Option<Uid>, message: Outgoing) {
        let task = self.pending.current.unwrap_or_default();
        let nonce = message.nonce.clone();
        // The command is answered by what comes back.
        if self.caps.has(Cap::EchoMessage)
            && let Some(open) = self.pending.tasks.get_mut(&task)
        {
            open.open += 1;
        }
        self.pending.sent.insert(nonce, Sent { task, target, to, message, answered: false });
    }
}
