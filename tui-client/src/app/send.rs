//! What Enter does: the draft is a message or a slash command. A message is shown at once as pending (optimistic send) and
//! put into the outbox; what the outbox may send goes to the server under its nonce. What cannot be sent stays in the draft.

use shared::client_msg::{Delete, Direct, Edit, React, Say};
use shared::text::is_safe;
use shared::{ClientMsg, Code, Line, Millis, Nonce, Refusal, RequestId, Role, RoomName, Text};

use super::command::Command;
use super::composing::Composing;
use super::drafts::holds_key;
use super::popup::Popup;
use super::popup::outcome::Parts;
use super::popup::send_parts::SendParts;
use super::room::{Room, Wish};
use super::timeline::{HowSaid, Level, Timeline};
use super::typed_line::{self, TypedLine};
use super::{App, aliases};
use crate::effect::Effect;
use crate::message_length::{Length, Limit};
use crate::profile::{Act, Unsent};

impl App {
    /// Sends the draft or carries out the command it is. What cannot be done stays in the draft.
    pub(super) fn send(&mut self) {
        let composing = self.rooms.current().composing.as_ref();
        if let Some(of) = composing.and_then(Composing::edited) {
            return self.send_edit(of);
        }
        if self.input.text().trim().is_empty() {
            // Without a draft it is for the message that was picked out.
            if !self.enter_on_picked_file() {
                self.toggle_fold();
            }
            return;
        }
        let text = self.input.text().to_owned();
        if let Some(doubt) = self.doubt_of(&text) {
            return self.hint(doubt, Level::Warning);
        }
        let text = self.take_draft();
        let is_kept = self.is_kept_as_text(&text);
        let done = if is_kept { self.say(&text, false) } else { self.say_or_run(&text) };
        if let Err(why_not) = done {
            self.input.set_text(text);
            self.hint(why_not, Level::Warning);
            if !is_kept {
                self.ask_about_unknown();
            }
        }
    }

    /// Takes the draft away and puts it into the input history, unless it has an admin key in it.
    fn take_draft(&mut self) -> String {
        let text = self.input.text().to_owned();
        if holds_key(&text) {
            self.input.clear();
        } else {
            drop(self.input.take());
        }
        self.rooms.current_mut().told_typing = None;
        text
    }

    /// A line in line mode, or from a pipe.
    pub(super) fn on_line(&mut self, line: &str) {
        if self.answer(line) {
            return;
        }
        let expanded = aliases::expand(line, &self.settings.aliases);
        let line = expanded.as_deref().unwrap_or(line);
        let doubt = if self.is_script() { self.why_not_said(line) } else { self.doubt_of(line) };
        let done = doubt.map_or_else(|| self.say_or_run(line), Err);
        // Who is looked for by name is not found yet: where what follows belongs is not known either.
        let is_looked_for = self.requests.wanted_from(&self.rooms.current().name).is_some();
        let (is_lost, is_done) = (done.is_err() && self.has_no_draft(), done.is_ok());
        if let Err(why_not) = done {
            self.hint(why_not, Level::Warning);
            self.effects.push(Effect::NotDone);
        }
        if is_lost
            && (typed_line::chooses_room(line) || self.is_script() && typed_line::may_choose_room(line))
        {
            self.input.set_astray(true);
        } else if is_done && typed_line::chooses_room(line) {
            self.input.set_astray(is_looked_for);
        }
    }

    /// A line of a program that is said, whatever it begins with.
    pub(super) fn on_text(&mut self, text: &str) {
        if text.trim().is_empty() {
            return;
        }
        if let Err(why_not) = self.say(text, false) {
            self.hint(why_not, Level::Warning);
            self.effects.push(Effect::NotDone);
        }
    }

    /// What to ask before a text is said aloud that may have been meant for somebody else; once for each.
    fn doubt_of(&mut self, text: &str) -> Option<String> {
        let lang = self.lang();
        let name = |command: &Command| lang.pick([command.name, command.korean_name()]);
        let doubt = if let Some((line, command)) = typed_line::command_within(text) {
            lang.command_within(line, name(command))
        } else {
            let addressed = || {
                let (command, person) = typed_line::addressee(text)?;
                let member = self.rooms.everyone().find(person)?;
                (member.uid != self.session.my_uid()).then_some(command)
            };
            let almost = typed_line::almost(text).or_else(|| typed_line::one_slash_too_many(text));
            lang.almost_command(name(almost.or_else(addressed)?))
        };
        (!self.input.ask_once(text)).then_some(doubt)
    }

    /// Why a script's line is not said aloud: nobody can be asked.
    fn why_not_said(&self, line: &str) -> Option<String> {
        let command = typed_line::almost(line)?;
        let name = self.lang().pick([command.name, command.korean_name()]);
        Some(self.lang().almost_command_unsaid(name, line))
    }

    /// No more lines come.
    pub(super) fn on_eof(&mut self) {
        self.connection.end_input();
        self.leave_if_done();
    }

    fn say_or_run(&mut self, text: &str) -> Result<(), String> {
        if text.trim().is_empty() {
            return Ok(());
        }
        let expanded = aliases::expand(text, &self.settings.aliases);
        match typed_line::read(expanded.as_deref().unwrap_or(text)) {
            TypedLine::Say(said) => self.say(said, false),
            TypedLine::Command(line) => {
                self.run_command(line)?;
                // Its answer is seen, as a message of one's own is.
                self.rooms.move_reader(Timeline::to_bottom);
                Ok(())
            }
        }
    }

    /// Says something in the current room.
    pub(super) fn say(&mut self, text: &str, action: bool) -> Result<(), String> {
        let room = self.room_meant(text)?;
        let composing = self.rooms.current().composing.as_ref();
        let reply_to = composing.and_then(Composing::answered);
        self.say_in(room.clone(), text, HowSaid { action, reply_to })?;
        self.answered_in(&room);
        Ok(())
    }

    /// The room that a line is for: the current one, unless it is not known where the line belongs.
    pub(super) fn room_meant(&mut self, line: &str) -> Result<RoomName, String> {
        if self.input.is_astray() {
            if self.input.tell_astray() {
                self.hint(self.lang().room_not_known(), Level::Warning);
            }
            return Err(self.lang().not_sent_astray(line));
        }
        let room = self.rooms.current().name.clone();
        match self.requests.wanted_from(&room) {
            Some(wanted) => Err(self.lang().looks_for(wanted.name.as_str())),
            None => Ok(room),
        }
    }

    /// What the draft answered is answered.
    pub(super) fn answered_in(&mut self, room: &RoomName) {
        if let Some(room) = self.rooms.get_mut(room) {
            room.composing.take_if(|composing| composing.answered().is_some());
        }
    }

    /// Whether we may not speak in a room, as far as is known.
    #[must_use]
    pub fn is_read_only(&self, room: &RoomName) -> bool {
        let settings = self.rooms.get(room).map(|room| &room.settings);
        let is_read_only =
            settings.is_some_and(|set| set.read_only && set.owner != Some(self.session.my_uid()));
        is_read_only && self.is_known_below(Role::Moderator)
    }

    /// Says something in a room: now, or as soon as there is a connection again.
    pub(super) fn say_in(&mut self, room: RoomName, text: &str, how: HowSaid) -> Result<(), String> {
        let lang = self.lang();
        let length = self.message_limit().measure(text);
        if length.over() > 0 {
            return Err(self.offer_parts(room, text, how.action, length));
        }
        let text = Text::parse(text.trim_end()).map_err(|why| lang.not_sent(why.code))?;
        self.may_say_in(&room)?;
        let nonce = self.random.nonce().ok_or_else(|| lang.not_sent(Code::Internal))?;
        let to = room.clone();
        let act = Act::Say { text, action: how.action, reply_to: how.reply_to, file: None };
        let unsent = Unsent { room, nonce, act };
        self.show_pending(&unsent);
        self.outbox.push(unsent);
        let room = self.rooms.current_mut();
        room.timeline.to_bottom();
        room.timeline.set_read(None);
        self.mark_seen();
        if let Some(name) = self.ignored_in(&to) {
            self.hint(lang.writing_to_ignored(name.as_str()), Level::Warning);
        } else if self.connection.status().is_over() {
            self.hint(lang.not_sent_until_reconnect(), Level::Warning);
        } else if !self.connection.is_online() {
            self.hint(lang.not_sent_yet(), Level::Warning);
        }
        Ok(())
    }

    /// Whether something may be said in a room, now or once there is a connection; the error is what to tell the person.
    pub(super) fn may_say_in(&mut self, name: &RoomName) -> Result<(), String> {
        if let Some(why_not) = self.why_not_queue() {
            return Err(why_not.to_owned());
        }
        if let Some(room) = self.rooms.get_mut(name) {
            match room.wish {
                // Whoever goes on talking there stays.
                Some(Wish::Part) => room.wish = Some(Wish::Join),
                None if !room.joined && self.session.is_welcome() => {
                    return Err(self.lang().not_sent(Code::NotMember));
                }
                Some(Wish::Join) | None => {}
            }
        }
        if self.is_read_only(name) { Err(self.lang().room_is_read_only().to_owned()) } else { Ok(()) }
    }

    /// How long a message may be.
    #[must_use]
    pub fn message_limit(&self) -> Limit {
        let limits = self.session.limits();
        Limit {
            bytes: limits.text_bytes.clamp(1, Text::MAX_BYTES),
            lines: limits.text_lines.clamp(1, Text::MAX_LINES),
        }
    }

    /// The length of the draft, once the limit is near.
    #[must_use]
    pub fn draft_length(&self) -> Option<Length> {
        let said = match typed_line::read(self.input.text()) {
            TypedLine::Say(said) | TypedLine::Command(said) => said,
        };
        Some(self.message_limit().measure(said)).filter(|length| length.is_near())
    }

    /// Offers to send in parts what is too long for one message. Says why it was not sent.
    fn offer_parts(&mut self, room: RoomName, text: &str, action: bool, length: Length) -> String {
        let texts = self.message_limit().split(text);
        let now = self.now;
        let ask = |_: &mut Self| {
            Popup::SendParts(Box::new(SendParts::new(Parts { room, texts, action }, length, now)))
        };
        // Without a screen the caller decides what becomes of it.
        self.prompt(ask, |_| Ok(())).ok();
        self.lang().too_long(length)
    }

    /// The person wants the draft sent in parts.
    pub(super) fn send_parts(&mut self, parts: Parts) {
        let Parts { room, texts, action } = parts;
        let composing = self.rooms.get(&room).and_then(|room| room.composing.as_ref());
        let mut reply_to = composing.and_then(Composing::answered);
        for text in texts {
            let how = HowSaid { action, reply_to: reply_to.take() };
            if let Err(why_not) = self.say_in(room.clone(), &text, how) {
                return self.hint(why_not, Level::Warning);
            }
        }
        self.answered_in(&room);
        drop(self.take_draft());
        self.go_to(&room);
    }

    /// Shows a message of ours from now on, as pending.
    pub(super) fn show_pending(&mut self, unsent: &Unsent) {
        // Until the server has it, an edited message says what it said.
        let Unsent { room, nonce, act: Act::Say { text, action, reply_to, file } } = unsent else { return };
        let Some(from) = self.session.sender() else { return };
        if let Some(room) = self.rooms.get_mut(room) {
            let how = HowSaid { action: *action, reply_to: *reply_to };
            room.timeline.add_pending(nonce.clone(), &from, text.clone(), self.now, how);
            if let Some(content) = file.as_ref().and_then(|file| file.content.as_ref()) {
                room.timeline.attach(nonce, content.file.clone());
            }
        }
    }

    /// Sends what may be sent now.
    pub(super) fn send_outbox(&mut self) {
        // What comes with the resume may show that some of it is stored already. At the start that may be long.
        let waits = self.connection.is_resuming() && !self.connection.is_resuming_start();
        if !self.connection.is_online() || waits || self.connection.is_leaving() {
            return;
        }
        let may = |name: &RoomName| self.rooms.get(name).is_none_or(Room::takes_messages);
        while let Some(unsent) = self.outbox.next_to_send(self.now, may) {
            if self.is_done_already(&unsent) {
                self.outbox.remove(&unsent.nonce);
                continue;
            }
            let id = RequestId::parse(unsent.nonce.as_str()).ok();
            let msg = self.request_of(unsent);
            self.effects.push(Effect::Send(shared::Request { id, msg }));
        }
    }

    fn request_of(&self, unsent: Unsent) -> ClientMsg {
        let Unsent { room, nonce, act } = unsent;
        let (text, action, reply_to, file) = match act {
            Act::Say { text, action, reply_to, file } => (text, action, reply_to, file),
            Act::Edit { edits: of, text } => return ClientMsg::Edit(Edit { room, of, text, nonce }),
            Act::Delete { deletes: of } => {
                return ClientMsg::Delete(Delete { room, of, nonce, reason: Line::default() });
            }
            Act::React { reacts: of, with, off } => {
                return ClientMsg::React(React { room, of, with, off });
            }
        };
        let file = file.and_then(|file| file.content).map(|content| Box::new(content.file));
        let me = self.session.my_uid();
        match room.pair() {
            Some((one, other)) => {
                let uid = if one == me { other } else { one };
                ClientMsg::Direct(Direct { uid, text, nonce, action, reply_to, file })
            }
            None => ClientMsg::Say(Say { room, text, nonce, action, reply_to, file }),
        }
    }

    /// The server refused a message: it stays visible, with the reason.
    pub(super) fn fail_message(&mut self, nonce: &Nonce, refusal: &Refusal, until: Option<Millis>) {
        let why = refusal.code;
        let Some(Unsent { room, act, .. }) = self.outbox.fail(nonce, why).cloned() else { return };
        let Some(text) = act.text() else {
            drop(self.outbox.remove(nonce));
            return self.tell_unchanged(refusal);
        };
        let detail = self.detail_of(refusal, text);
        if act.of().is_some() {
            return self.fail_edit(nonce, refusal, detail);
        }
        if let Some(room) = self.rooms.get_mut(&room) {
            room.timeline.fail(nonce, why, until);
            if let Some(detail) = &detail {
                room.timeline.explain_failure(nonce, detail);
            }
        }
        let lang = self.lang();
        let until = until.map(|until| lang.moment(until, self.now, &self.times));
        let why = detail.unwrap_or_else(|| lang.not_sent_until(why, until.as_deref()));
        self.hint(format!("{why} · {}", lang.how_to_retry()), Level::Warning);
        self.effects.push(Effect::NotDone);
    }

    /// The server did not change a message, which stays as it is. What was written is among the lines sent before.
    fn fail_edit(&mut self, nonce: &Nonce, refusal: &Refusal, detail: Option<String>) {
        drop(self.outbox.remove(nonce));
        let lang = self.lang();
        let why = if refusal.code == Code::UnknownType {
            lang.server_cannot().to_owned()
        } else {
            detail.unwrap_or_else(|| lang.not_edited(refusal.code))
        };
        self.hint(why, Level::Warning);
        self.effects.push(Effect::NotDone);
    }

    /// What the code alone does not say of a text that the server does not take: which limit it is beyond and by how much.
    /// Where the limits it told do not explain it, its own words.
    fn detail_of(&self, refusal: &Refusal, text: &Text) -> Option<String> {
        if let (Code::FileTooLarge, Some(wait)) = (refusal.code, refusal.retry_ms) {
            return Some(self.lang().sent_enough_today(wait));
        }
        if !matches!(refusal.code, Code::TooLong | Code::TextInvalid) {
            return None;
        }
        let length = self.message_limit().measure(text.as_str());
        if length.over() > 0 {
            return Some(self.lang().too_long(length));
        }
        let said: String = refusal.message.chars().filter(|c| is_safe(*c)).take(Line::MAX_BYTES).collect();
        (!said.trim().is_empty()).then(|| self.lang().not_sent_said(said.trim()))
    }
}
