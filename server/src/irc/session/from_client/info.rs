//! `ADMIN`, `INFO`, `LINKS`, `TIME` and `VERSION`: about the server.

use super::motd::is_here;
use crate::irc::line::Line;
use crate::irc::numeric::{
    ERR_NOSUCHSERVER, RPL_ADMINLOC1, RPL_ADMINME, RPL_ENDOFINFO, RPL_ENDOFLINKS, RPL_INFO, RPL_LINKS,
    RPL_TIME, RPL_VERSION,
};
use crate::irc::session::state::State;
use crate::utc;

/// Whether the command is about another server, of which there is none.
fn is_elsewhere(state: &mut State, line: &Line) -> bool {
    let Some(server) = line.param(0).filter(|server| !is_here(state, server)) else { return false };
    state.numeric(ERR_NOSUCHSERVER, [server, "No such server"]);
    true
}

pub(super) fn admin(state: &mut State, line: &Line) {
    if is_elsewhere(state, line) {
        return;
    }
    let network = state.network.clone();
    state.numeric(RPL_ADMINME, [state.server().as_str(), "Administrative info"]);
    state.numeric(RPL_ADMINLOC1, [format!("{network}: ask the moderators, whom /names shows with @")]);
}

pub(super) fn info(state: &mut State, line: &Line) {
    if is_elsewhere(state, line) {
        return;
    }
    let version = state.version.clone();
    state.numeric(RPL_INFO, [format!("chinwagd {version}: group chat for the terminal, spoken to over IRC")]);
    state.numeric(RPL_INFO, [format!("This server was started {}", state.setup.created)]);
    state.numeric(RPL_ENDOFINFO, ["End of /INFO list"]);
}

pub(super) fn links(state: &mut State, _: &Line) {
    let network = state.network.clone();
    state.numeric(RPL_LINKS, [state.server(), state.server(), format!("0 {network}")]);
    state.numeric(RPL_ENDOFLINKS, ["*", "End of /LINKS list"]);
}

pub(super) fn time(state: &mut State, line: &Line) {
    if !is_elsewhere(state, line) {
        let now = utc::text(state.now);
        state.numeric(RPL_TIME, [state.server().as_str(), now.as_str()]);
    }
}

pub(super) fn version(state: &mut State, line: &Line) {
    if !is_elsewhere(state, line) {
        let version = format!("chinwagd-{}", state.version);
        state.numeric(RPL_VERSION, [version.as_str(), &state.server(), "over IRC"]);
        state.isupport();
    }
}
