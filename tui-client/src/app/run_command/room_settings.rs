//! Commands about how a room is set up, and about somebody in that room alone: `/invite`, `/private`, `/pin`, `/remove`, …. They
//! concern the room on the screen; the event that the server publishes tells that it was done.

use shared::client_msg::{SetRoom, Who};
use shared::server_msg::User;
use shared::{ClientMsg, Line, Name, RoomName, Seq, Uid, Word};

use crate::app::App;
use crate::app::command::split;
use crate::app::duration;
use crate::app::pending_requests::{Purpose, RoomAct};
use crate::app::timeline::Level;
use crate::effect::Effect;

impl App {
    pub(super) fn run_invite(&mut self, args: &str) -> Result<(), String> {
        self.act_in_room("invite", args, RoomAct::Invite)
    }

    pub(super) fn run_private(&mut self, args: &str) -> Result<(), String> {
        let room = self.own_room("private", "-")?;
        let word = (!args.is_empty()).then(|| Word::parse(args)).transpose();
        let word = word.map_err(|_| self.lang().bad_word().to_owned())?;
        self.set_room(SetRoom { private: Some(true), word, ..SetRoom::new(room) });
        Ok(())
    }

    pub(super) fn run_open(&mut self) -> Result<(), String> {
        let room = self.own_room("open", "-")?;
        self.set_room(SetRoom { private: Some(false), ..SetRoom::new(room) });
        Ok(())
    }

    pub(super) fn run_read_only(&mut self, args: &str) -> Result<(), String> {
        let read_only = match args {
            "" | "on" | "켜기" => true,
            "off" | "끄기" => false,
            _ => return Err(self.usage("read-only")),
        };
        let room = self.own_room("read-only", "-")?;
        self.set_room(SetRoom { read_only: Some(read_only), ..SetRoom::new(room) });
        Ok(())
    }

    pub(super) fn run_notice(&mut self, args: &str) -> Result<(), String> {
        let room = self.own_room("notice", args)?;
        let text = if args == "-" { "" } else { args };
        let notice = Line::parse(text).map_err(|why| self.lang().refusal(why.code))?;
        self.set_room(SetRoom { notice: Some(notice), ..SetRoom::new(room) });
        Ok(())
    }

    /// Without arguments it goes to the pinned message; lines have it printed.
    pub(super) fn run_pin(&mut self, args: &str) -> Result<(), String> {
        if !args.is_empty() {
            let (of, rest) = self.named_message(args, "pin", None)?;
            return if rest.is_empty() { self.pin(of) } else { Err(self.usage("pin")) };
        }
        let room = self.rooms().current();
        let Some(pin) = room.settings.pin else {
            return Err(self.lang().nothing_pinned().to_owned());
        };
        let name = room.name.clone();
        if self.has_screen() {
            self.show_message(&name, pin, "");
            return Ok(());
        }
        self.need_online()?;
        self.request_message(&name, pin);
        Ok(())
    }

    pub(super) fn run_unpin(&mut self) -> Result<(), String> {
        self.pin(Seq::ZERO)
    }

    pub(super) fn run_owner(&mut self, args: &str) -> Result<(), String> {
        self.act_in_room("owner", args, RoomAct::Owner)
    }

    pub(super) fn run_remove(&mut self, args: &str) -> Result<(), String> {
        let (name, reason) = split(args);
        let reason = self.reason_of(reason)?;
        self.act_in_room("remove", name, RoomAct::Remove(reason))
    }

    pub(super) fn run_silence(&mut self, args: &str) -> Result<(), String> {
        let (name, rest) = split(args);
        let (word, after) = split(rest);
        let for_s = duration::parse(word);
        if for_s.is_none() && duration::is_meant(word) {
            return Err(self.lang().no_duration().to_owned());
        }
        let reason = self.reason_of(if for_s.is_some() { after } else { rest })?;
        self.act_in_room("silence", name, RoomAct::Silence(reason, for_s))
    }

    pub(super) fn run_unsilence(&mut self, args: &str) -> Result<(), String> {
        self.act_in_room("unsilence", args, RoomAct::Unsilence)
    }

    /// Pins a message of the room on the screen, or none.
    pub(in crate::app) fn pin(&mut self, of: Seq) -> Result<(), String> {
        let room = self.own_room("pin", "-")?;
        self.set_room(SetRoom { pin: Some(of), ..SetRoom::new(room) });
        Ok(())
    }

    fn set_room(&mut self, set: SetRoom) {
        self.request(Purpose::SetRoom, ClientMsg::SetRoom(Box::new(set)));
    }

    /// The room on the screen, where something can be set up; `args` must not be missing.
    pub(super) fn own_room(&mut self, command: &str, args: &str) -> Result<RoomName, String> {
        if args.is_empty() {
            return Err(self.usage(command));
        }
        self.need_online()?;
        let room = self.room_meant(&format!("/{command}"))?;
        if room.pair().is_some() {
            return Err(self.lang().not_in_direct_rooms().to_owned());
        }
        Ok(room)
    }

    /// Does something to somebody in the room on the screen; who is not known here, the server is asked for by name.
    fn act_in_room(&mut self, command: &str, who: &str, act: RoomAct) -> Result<(), String> {
        let room = self.own_room(command, who)?;
        let name = who.trim_start_matches('@');
        match (Uid::parse_written(who).map_or_else(|| self.find_person(name), Ok), Name::parse(name)) {
            (Ok(uid), _) => self.request(Purpose::SetRoom, act.on(room, uid)),
            (Err(_), Ok(name)) => {
                let who = Who::named(name.clone());
                self.request(Purpose::RoomAct(Box::new((room, name, act))), ClientMsg::Who(who));
            }
            (Err(why), Err(_)) => return Err(why),
        }
        Ok(())
    }

    /// The server says who has the name.
    pub(in crate::app) fn on_room_act(
        &mut self,
        (room, name, act): (RoomName, Name, RoomAct),
        users: &[User],
    ) {
        if let Some(user) = users.first() {
            return self.request(Purpose::SetRoom, act.on(room, user.member.uid));
        }
        let text = self.lang().nobody_has_name(name.as_str());
        self.notice(&text, Level::Warning);
        self.effects.push(Effect::NotDone);
        self.leave_if_done();
    }

    fn reason_of(&self, reason: &str) -> Result<Line, String> {
        Line::parse(reason).map_err(|why| self.lang().refusal(why.code))
    }

    /// Somebody invites us to a room.
    pub(in crate::app) fn on_invited(&mut self, invited: &shared::server_msg::Invited) {
        if invited.by.as_ref().is_some_and(|by| self.session.ignored().has(by.uid)) {
            return;
        }
        let by = invited.by.as_ref().map(|by| self.lang().person_name(by.uid, &by.name).to_owned());
        let text = self.lang().invited(by.as_deref(), invited.room.as_str(), invited.topic.as_str());
        self.notice(&text, Level::Info);
    }
}
