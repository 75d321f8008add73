//! Commands about people: `/nick`, `/me`, `/msg`, `/whois`, `/who`. What they change is shown when the server answers.

use shared::client_msg::{Rename, Who};
use shared::{ClientMsg, Name, RoomName, Uid};

use crate::app::App;
use crate::app::command::split;
use crate::app::connection::{Closed, Status};
use crate::app::pending_requests::Purpose;
use crate::app::timeline::HowSaid;

impl App {
    pub(super) fn run_nick(&mut self, args: &str) -> Result<(), String> {
        if args.is_empty() {
            return Err(self.usage("nick"));
        }
        let name = Name::parse(args).map_err(|why| self.lang().refusal(why.code))?;
        if matches!(self.status(), Status::Closed(Closed::Refused(_))) {
            // The server did not let us in under the other name.
            self.setup.name = Some(name);
            self.reconnect();
            return Ok(());
        }
        self.need_online()?;
        self.request(Purpose::Rename(name.clone()), ClientMsg::Rename(Rename { name }));
        Ok(())
    }

    pub(super) fn run_me(&mut self, args: &str) -> Result<(), String> {
        if args.is_empty() { Err(self.usage("me")) } else { self.say(args, true) }
    }

    pub(super) fn run_msg(&mut self, args: &str) -> Result<(), String> {
        let (name, text) = split(args);
        if name.is_empty() {
            return Err(self.usage("msg"));
        }
        let uid = match (self.find_person(name), Name::parse(name.trim_start_matches('@'))) {
            (Ok(uid), _) => uid,
            // They may have the name and not be here: the server knows.
            (Err(_), Ok(name)) if !text.is_empty() || !self.has_no_draft() => {
                self.need_online()?;
                return self.request_message_to(name, text);
            }
            (Err(why), _) => return Err(why),
        };
        if uid == self.my_uid() {
            return Err(self.lang().that_is_you().to_owned());
        }
        let room = self.direct_room(uid);
        if !text.is_empty() {
            self.say_in(room.clone(), text, HowSaid::default())?;
        }
        self.go_to(&room);
        Ok(())
    }

    pub(super) fn run_whois(&mut self, args: &str) -> Result<(), String> {
        if args.is_empty() {
            return Err(self.usage("whois"));
        }
        self.need_online()?;
        let known = || self.find_subject(args).ok().map(|found| found.uid);
        if let Some(uid) = Uid::parse_written(args).or_else(known) {
            self.request_whois(uid);
            return Ok(());
        }
        let name = Name::parse(args.trim_start_matches('@')).map_err(|_| self.lang().nobody_called(args))?;
        let who = Who::named(name.clone());
        self.request(Purpose::Whois(Some(name)), ClientMsg::Who(who));
        Ok(())
    }

    pub(super) fn run_who(&mut self, args: &str) -> Result<(), String> {
        self.need_online()?;
        let room = if args.is_empty() {
            None
        } else {
            let name = args.trim_start_matches('#');
            Some(RoomName::parse(name).map_err(|why| self.lang().refusal(why.code))?)
        };
        self.request_who(room, Vec::new());
        Ok(())
    }
}
