//! `USERHOST` and `ISON`: who of some people is here.

use crate::irc::line::Line;
use crate::irc::names::HOST;
use crate::irc::numeric::{RPL_ISON, RPL_USERHOST};
use crate::irc::session::state::State;
use crate::irc::session::users::account;

/// The most nicks that `USERHOST` takes.
const MOST: usize = 5;

pub(super) fn run(state: &mut State, line: &Line) {
    let shown = line.params.iter().take(MOST).filter_map(|nick| {
        let (uid, person) = state.users.named(nick)?;
        let operator = if person.role.is_member() { "" } else { "*" };
        let away = if person.is_away() { '-' } else { '+' };
        Some(format!("{}{operator}={away}{}@{}", person.name, account(uid), HOST))
    });
    let shown = shown.collect::<Vec<_>>().join(" ");
    state.numeric(RPL_USERHOST, [shown]);
}

pub(super) fn ison(state: &mut State, line: &Line) {
    let nicks = line.params.iter().flat_map(|param| param.split_ascii_whitespace());
    let here = nicks.filter_map(|nick| state.users.named(nick)).map(|(_, person)| person.name.to_string());
    let here = here.collect::<Vec<_>>().join(" ");
    state.numeric(RPL_ISON, [here]);
}
