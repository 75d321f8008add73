//! `PASS`: the server's password, or a log-in by one's secret or as `NAME:WORD`.

use shared::Secret;

use crate::irc::line::Line;
use crate::irc::numeric::ERR_ALREADYREGISTERED;
use crate::irc::session::output::Credentials;
use crate::irc::session::registration::Login;
use crate::irc::session::sasl::MAX_PASSES;
use crate::irc::session::state::{Phase, State};

pub(super) fn run(state: &mut State, line: &Line) {
    if state.phase != Phase::Registering {
        return state.numeric(ERR_ALREADYREGISTERED, ["You may not reregister"]);
    }
    let Some(pass) = line.params.last().cloned() else { return };
    // What of it is a log-in only the shell can tell.
    let may_be_login = Secret::parse(&pass).is_ok() || pass.contains(':');
    let is_free = state.registration.exchange.is_none() && matches!(state.registration.login, Login::Guest);
    if may_be_login && is_free && state.registration.passes < MAX_PASSES {
        state.registration.passes += 1;
        state.log_in(Credentials::Pass(pass.clone()), true);
    }
    state.registration.pass = Some(pass);
}
