//! Ignoring people: `/ignore`, `/unignore`, and what follows from it in the rooms. Whom somebody ignores and what of them is
//! hidden is in [`Ignored`].

use std::sync::Arc;

use shared::client_msg::Who;
use shared::server_msg::{Form, RoomState, User};
use shared::{ClientMsg, Event, Kind, Line, Name, RoomName, RoomSettings, Seq, Uid};

use super::App;
use super::pending_requests::Purpose;
use super::timeline::Level;
use crate::effect::Effect;
use crate::profile::Ignored;

/// Commands.
impl App {
    pub(super) fn run_ignore(&mut self, args: &str) -> Result<(), String> {
        if args.is_empty() {
            self.tell_ignored();
            return Ok(());
        }
        match (Uid::parse_written(args), self.find_subject(args), Name::parse(args.trim_start_matches('@'))) {
            (None, Err(_), Ok(name)) if self.connection.is_online() => {
                // They may not be here.
                let who = Who::named(name.clone());
                self.request(Purpose::Ignore(name), ClientMsg::Who(who));
                Ok(())
            }
            (_, found, _) => {
                let found = found?;
                self.ignore(found.uid, found.name)
            }
        }
    }

    pub(super) fn run_unignore(&mut self, args: &str) -> Result<(), String> {
        let uid = self.session.ignored().find(args).ok_or_else(|| self.lang().nobody_ignored(args))?;
        self.unignore(uid);
        Ok(())
    }

    /// The server says who has the name.
    pub(super) fn on_ignore_found(&mut self, name: &Name, users: Vec<User>) {
        let found = users.into_iter().next().map(|user| user.member);
        let found = found.ok_or_else(|| self.lang().nobody_has_name(name.as_str()));
        if let Err(why_not) = found.and_then(|member| self.ignore(member.uid, member.name)) {
            self.hint(why_not, Level::Warning);
            self.effects.push(Effect::NotDone);
        }
    }

    /// Ignores a member of the list, or undoes that.
    pub(super) fn ignore_or_not(&mut self, uid: Uid) {
        if self.session.ignored().has(uid) {
            return self.unignore(uid);
        }
        let name = self.rooms.current().roster.get(uid).map(|member| member.name.clone());
        if let Some(Err(why_not)) = name.map(|name| self.ignore(uid, name)) {
            self.hint(why_not, Level::Warning);
        }
    }

    fn ignore(&mut self, uid: Uid, name: Name) -> Result<(), String> {
        let lang = self.lang();
        if uid == self.my_uid() {
            return Err(lang.that_is_you().to_owned());
        }
        let (text, now) = (lang.now_ignored(name.as_str()), self.now);
        if !self.session.change_ignored(|ignored| ignored.add(uid, name, now)) {
            return Err(lang.too_many_ignored(Ignored::MOST));
        }
        self.share_ignored();
        if let Some(called) = self.session.called() {
            for room in self.rooms.list_mut() {
                room.uncount(uid, called);
            }
        }
        self.hint(text, Level::Info);
        Ok(())
    }

    fn unignore(&mut self, uid: Uid) {
        let now = self.now;
        let Some(name) = self.session.ignored().name_of(uid).cloned() else { return };
        self.session.change_ignored(|ignored| ignored.lift(uid, now));
        self.share_ignored();
        let direct = RoomName::direct(self.my_uid(), uid);
        if let Some(state) = self.rooms.take_held(&direct) {
            self.enter_room(&state, false);
            let room = self.direct_room(uid);
            let me = self.my_uid();
            if let Some(room) = self.rooms.get_mut(&room) {
                room.know(uid, &name, me);
            }
        }
        self.hint(self.lang().not_ignored_any_more(name.as_str()), Level::Info);
    }

    fn tell_ignored(&mut self) {
        let lang = self.lang();
        let ignored = self.session.ignored();
        let mut text = lang.ignored_count(ignored.people().count());
        for (uid, choice) in ignored.people() {
            let since = lang.ignored_since(&lang.moment(choice.since, self.now, &self.times));
            text.extend(["\n  ", choice.name.as_str(), &format!(" · #{uid} · "), &since]);
        }
        self.notice(&text, Level::Info);
    }
}

/// What follows from it.
impl App {
    /// The rooms show what is shown of whom from now on.
    pub(super) fn share_ignored(&mut self) {
        self.rooms.set_ignored(Arc::new(self.session.ignored().clone()));
    }

    /// Somebody who is ignored may be called otherwise by now: the list names them as they were called last.
    pub(super) fn note_ignored(&mut self, event: &Event) {
        let name = if let Kind::Rename(name) = &event.kind { name } else { &event.from.name };
        let uid = event.from.uid;
        if self.session.ignored().is_renamed(uid, name) {
            self.session.change_ignored(|ignored| ignored.rename(uid, name));
        }
    }

    /// Somebody who is ignored talks to us, where no room with them is listed: it is not listed for that.
    pub(super) fn hold_direct_room(&mut self, name: &RoomName, head: Seq) {
        self.rooms.hold(RoomState {
            name: name.clone(),
            topic: Line::default(),
            head,
            members: Vec::new(),
            more: false,
            read: None,
            settings: RoomSettings::default(),
            form: Form::Full,
        });
    }

    /// Who is ignored and is the other person of a room.
    pub(super) fn ignored_in(&self, room: &RoomName) -> Option<&Name> {
        let (one, other) = room.pair()?;
        let ignored = self.session.ignored();
        ignored.name_of(one).or_else(|| ignored.name_of(other))
    }
}
