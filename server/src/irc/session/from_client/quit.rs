//! `QUIT`.

use shared::ClientMsg;
use shared::client_msg::Quit;

use crate::irc::line::Line;
use crate::irc::session::output::Action;
use crate::irc::session::state::{Phase, State};

pub(super) fn run(state: &mut State, line: &Line) {
    if state.phase == Phase::Registered {
        let quit = ClientMsg::Quit(Quit { quiet: false });
        state.out.actions.push(Action::Ask(Box::new(shared::Request::unnamed(quit))));
    }
    let why = line.param(0).filter(|why| !why.is_empty()).unwrap_or("client quit").to_owned();
    state.end(&why);
}
