//! What Enter does: the draft is a message or a command. Nothing that was typed is lost: what cannot be sent stays in the
//! draft. It must not know the commands.

use shared::client_msg::{Direct, Say};
use shared::{ClientMsg, Code, Millis, Nonce, RequestId, RoomName, Text};

use super::App;
use super::command;
use super::outbox;
use super::timeline::Level;
use crate::effect::Effect;
use crate::profile::Unsent;

impl App {
    /// Sends the draft or carries out the command it is. What cannot be done stays in the draft.
    pub(super) fn send(&mut self) {
        if self.composer.text().trim().is_empty() {
            return;
        }
        let text = self.take_draft();
        if let Err(complaint) = self.submit(&text) {
            self.composer.set_text(text);
            self.remark(complaint, Level::Warning);
        }
        self.dirty.frame = true;
    }

    /// Takes the draft away. It can be recalled, but for a key: that should not stay around.
    fn take_draft(&mut self) -> String {
        let text = self.composer.text().to_owned();
        if is_key(&text) {
            self.composer.clear();
        } else {
            drop(self.composer.take());
        }
        self.rooms.current_mut().told_typing = None;
        text
    }

    /// A line without a composer.
    pub(super) fn on_line(&mut self, line: &str) {
        if self.answer(line) {
            return;
        }
        if let Err(complaint) = self.submit(line) {
            self.remark(complaint, Level::Warning);
        }
    }

    /// No more lines come.
    pub(super) fn on_eof(&mut self) {
        self.ended = true;
        self.leave_if_done();
    }

    fn submit(&mut self, text: &str) -> Result<(), String> {
        if text.trim().is_empty() {
            return Ok(());
        }
        match text.strip_prefix('/') {
            Some(said) if said.starts_with('/') => self.say(said, false),
            Some(line) => command::run(self, line),
            None => self.say(text, false),
        }
    }

    /// Says something in the room that is looked at.
    pub(super) fn say(&mut self, text: &str, action: bool) -> Result<(), String> {
        let room = self.rooms.current().name.clone();
        self.say_in(room, text, action)
    }

    /// Says something in a room: now, or as soon as there is a connection again.
    pub(super) fn say_in(&mut self, room: RoomName, text: &str, action: bool) -> Result<(), String> {
        let lang = self.lang();
        let too_long = text.len() > self.limits.text_bytes || text.lines().count() > self.limits.text_lines;
        let text = Text::parse(text.trim_end()).map_err(|why| lang.not_sent(why.code))?;
        if too_long {
            return Err(lang.not_sent(Code::TooLong));
        }
        if self.is_welcome() && !self.rooms.get(&room).is_some_and(|room| room.joined) {
            return Err(lang.not_sent(Code::NotMember));
        }
        let nonce = self.dice.nonce().ok_or_else(|| lang.not_sent(Code::Internal))?;
        let unsent = outbox::unsent(room, nonce, text, action);
        self.show_pending(&unsent);
        self.outbox.push(unsent);
        self.dirty.profile = true;
        let room = self.rooms.current_mut();
        room.timeline.to_bottom();
        room.timeline.set_read(None);
        self.look();
        if !self.link.is_online() {
            self.remark(lang.not_sent_yet().into(), Level::Warning);
        }
        Ok(())
    }

    /// Shows a message of ours from now on, as pending.
    pub(super) fn show_pending(&mut self, unsent: &Unsent) {
        let Unsent { room, nonce, text, action } = unsent;
        // Before the first welcome there is nobody to show it as; the welcome shows it.
        let Some(me) = &self.me else { return };
        let from = shared::Sender { uid: me.uid, name: me.name.clone(), style: me.style };
        if let Some(room) = self.rooms.get_mut(room) {
            room.timeline.add_pending(nonce.clone(), &from, text.clone(), *action, self.now);
        }
    }

    /// Sends what may be sent now.
    pub(super) fn pump(&mut self) {
        // What comes with the resume may show that some of it is stored already.
        if !self.link.is_online() || self.resuming || self.leaving.is_some() {
            return;
        }
        while let Some(unsent) = self.outbox.next_to_send(self.now) {
            let id = RequestId::parse(unsent.nonce.as_str()).ok();
            let msg = self.request_of(unsent);
            self.effects.push(Effect::Send(shared::Request { id, msg }));
        }
    }

    fn request_of(&self, unsent: Unsent) -> ClientMsg {
        let Unsent { room, nonce, text, action } = unsent;
        let me = self.my_uid();
        match room.pair() {
            Some((one, other)) => {
                let uid = if one == me { other } else { one };
                ClientMsg::Direct(Direct { uid, text, nonce, action })
            }
            None => ClientMsg::Say(Say { room, text, nonce, action }),
        }
    }

    /// The server refused a message: it stays visible, with the reason.
    pub(super) fn fail(&mut self, nonce: &Nonce, why: Code, until: Option<Millis>) {
        let Some(room) = self.outbox.fail(nonce, why).map(|unsent| unsent.room.clone()) else { return };
        if let Some(room) = self.rooms.get_mut(&room) {
            room.timeline.fail(nonce, why, until);
        }
        let lang = self.lang();
        let until = until.map(|until| lang.moment(until, self.now, self.setup.offset_minutes));
        let why = lang.not_sent_until(why, until.as_deref());
        self.remark(format!("{why} · {}", lang.how_to_retry()), Level::Warning);
    }

    /// Sends the last refused message of this room again. It keeps its nonce, unless that was what was wrong with it:
    /// should it have been stored after all, it is not said twice.
    pub(super) fn retry(&mut self) -> Result<(), String> {
        let (unsent, why) = self.take_failed()?;
        if why == Code::NonceConflict {
            return self.say_in(unsent.room, unsent.text.as_str(), unsent.action);
        }
        self.show_pending(&unsent);
        self.outbox.push(unsent);
        self.dirty.profile = true;
        Ok(())
    }

    /// The last refused message of this room, off the screen and out of the outbox.
    fn take_failed(&mut self) -> Result<(Unsent, Code), String> {
        let nothing = self.lang().nothing_to_retry();
        let room = self.rooms.current_mut();
        let (unsent, why) = self.outbox.take_failed(&room.name).ok_or(nothing)?;
        room.timeline.drop_pending(&unsent.nonce);
        Ok((unsent, why))
    }

    /// Takes the last refused message of this room back: into the draft, or away.
    pub(super) fn take_back(&mut self, edit: bool) -> Result<(), String> {
        let (unsent, _) = self.take_failed()?;
        if edit {
            let text = if unsent.action { format!("/me {}", unsent.text) } else { unsent.text.to_string() };
            self.composer.set_text(text);
        }
        self.dirty.profile = true;
        Ok(())
    }

    /// Somebody by name: in this room first, then anywhere.
    pub(super) fn find_person(&self, name: &str) -> Result<shared::Uid, String> {
        let here = self.rooms.current().roster.find(name);
        let anywhere = || self.rooms.list().iter().find_map(|room| room.roster.find(name));
        // People one has talked to are found though they are not connected.
        let title = format!("@{}", name.trim_start_matches('@'));
        let me = self.my_uid();
        let direct =
            || self.rooms.list().iter().find(|room| room.title(me) == title).and_then(|room| room.other(me));
        let found = here.or_else(anywhere).map(|member| member.uid).or_else(direct);
        found.ok_or_else(|| self.lang().nobody_called(name))
    }

    /// Looks at the direct room with somebody, made now if need be.
    pub(super) fn open_direct(&mut self, uid: shared::Uid) {
        let me = self.my_uid();
        if uid == me {
            let text = self.lang().that_is_you().to_owned();
            return self.remark(text, Level::Info);
        }
        let name = self.direct_room(uid);
        if let Some(at) = self.rooms.index_of(&name) {
            self.go(at);
        }
    }

    /// The direct room with somebody, with what is known of them.
    pub(super) fn direct_room(&mut self, uid: shared::Uid) -> RoomName {
        let me = self.my_uid();
        let name = RoomName::direct(me, uid);
        let known =
            [me, uid].map(|uid| self.rooms.list().iter().find_map(|room| room.roster.get(uid).cloned()));
        let room = self.rooms.ensure(&name);
        room.joined = true;
        for member in known.into_iter().flatten() {
            if room.roster.get(member.uid).is_none() {
                room.roster.put(member);
            }
        }
        self.restore_draft(&name);
        name
    }
}

/// Whether a draft has a key in it, which should not stay around.
pub(super) fn is_key(text: &str) -> bool {
    let word = text.split_whitespace().next().unwrap_or_default();
    word.strip_prefix('/').and_then(command::find).is_some_and(|command| command.name == "admin")
}
