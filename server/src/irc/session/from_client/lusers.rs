//! `LUSERS`: how many people there are.

use crate::irc::line::Line;
use crate::irc::numeric::{
    RPL_GLOBALUSERS, RPL_LOCALUSERS, RPL_LUSERCHANNELS, RPL_LUSERCLIENT, RPL_LUSERME, RPL_LUSEROP,
};
use crate::irc::session::state::State;

pub(super) fn run(state: &mut State, _: &Line) {
    state.lusers();
}

impl State {
    pub(in crate::irc::session) fn lusers(&mut self) {
        let people = self.users.len();
        let operators = self.users.iter().filter(|(_, person)| !person.role.is_member()).count();
        let rooms = self.rooms.keys().filter(|name| name.pair().is_none()).count();
        self.numeric(RPL_LUSERCLIENT, [format!("There are {people} users and 0 invisible on 1 servers")]);
        self.numeric(RPL_LUSEROP, [&operators.to_string(), "operator(s) online"]);
        self.numeric(RPL_LUSERCHANNELS, [&rooms.to_string(), "channels formed"]);
        self.numeric(RPL_LUSERME, [format!("I have {people} clients and 0 servers")]);
        let (count, most) = (people.to_string(), self.users.most().to_string());
        for (digits, of) in [(RPL_LOCALUSERS, "local"), (RPL_GLOBALUSERS, "global")] {
            let text = format!("Current {of} users {people}, max {most}");
            self.numeric(digits, [count.as_str(), &most, &text]);
        }
    }
}
