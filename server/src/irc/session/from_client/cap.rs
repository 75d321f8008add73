//! `CAP`: which capabilities there are and which are spoken (<https://ircv3.net/specs/extensions/capability-negotiation>).

use crate::irc::line::Line;
use crate::irc::numeric::ERR_INVALIDCAPCMD;
use crate::irc::session::state::{Phase, State};

/// How many bytes of names stand in one line.
const NAMES_BYTES: usize = 400;

pub(super) fn run(state: &mut State, line: &Line) {
    let command = line.param(0).unwrap_or_default().to_ascii_uppercase();
    match command.as_str() {
        "LS" => {
            negotiate(state);
            if line
                .param(1)
                .and_then(|version| version.parse().ok())
                .is_some_and(|version: u32| version >= 302)
            {
                state.caps.knows_values();
            }
            let offered = state.caps.offered();
            list(state, "LS", &offered);
        }
        "LIST" => {
            let spoken = state.caps.spoken();
            list(state, "LIST", &spoken);
        }
        "REQ" => {
            negotiate(state);
            let wish = line.param(1).unwrap_or_default();
            let answer = if state.caps.request(wish) { "ACK" } else { "NAK" };
            reply(state, answer, &[], wish);
        }
        "END" => {
            state.abort_sasl();
            state.registration.negotiating = false;
            state.try_to_greet();
        }
        _ => state.numeric(ERR_INVALIDCAPCMD, [command.as_str(), "Invalid CAP command"]),
    }
}

/// Registration waits for `CAP END` from now on.
fn negotiate(state: &mut State) {
    if state.phase == Phase::Registering {
        state.registration.negotiating = true;
    }
}

/// A list of names, in several lines where the client knows of that.
fn list(state: &mut State, command: &str, names: &[String]) {
    let mut lines = vec![String::new()];
    for name in names {
        if lines.last().is_some_and(|line| line.len() + name.len() > NAMES_BYTES) {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            line.extend([if line.is_empty() { "" } else { " " }, name]);
        }
    }
    let last = lines.pop().unwrap_or_default();
    for line in &lines {
        let more: &[&str] = if state.caps.values { &["*"] } else { &[] };
        reply(state, command, more, line);
    }
    reply(state, command, &[], &last);
}

fn reply(state: &mut State, command: &str, more: &[&str], names: &str) {
    let mut line = Line::new("CAP", [state.nick(), command]).from(state.server());
    line.params.extend(more.iter().chain([&names]).map(|param| (*param).to_owned()));
    state.reply(line);
}
