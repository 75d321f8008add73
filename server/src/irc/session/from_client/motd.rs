//! `MOTD`: the message of the day, with what a newcomer from IRC must know behind it.

use crate::irc::line::Line;
use crate::irc::numeric::{ERR_NOSUCHSERVER, RPL_ENDOFMOTD, RPL_MOTD, RPL_MOTDSTART};
use crate::irc::session::state::State;

/// What is said behind the operator's own words.
const HINT: &str = "Everybody meets in #lobby: /join #lobby";
/// How many bytes of it stand in one line.
const LINE_BYTES: usize = 400;

pub(super) fn run(state: &mut State, line: &Line) {
    match line.param(0) {
        Some(server) if !is_here(state, server) => {
            state.numeric(ERR_NOSUCHSERVER, [server, "No such server"]);
        }
        Some(_) | None => state.motd(),
    }
}

/// Whether a parameter means this server.
pub(super) fn is_here(state: &State, server: &str) -> bool {
    server.eq_ignore_ascii_case(&state.server()) || server == "*" || server.eq_ignore_ascii_case(state.nick())
}

impl State {
    /// 375, 372 and 376.
    pub(in crate::irc::session) fn motd(&mut self) {
        self.numeric(RPL_MOTDSTART, [format!("- {} Message of the day - ", self.server())]);
        let motd = std::mem::take(&mut self.motd);
        for line in motd.lines().chain([HINT]) {
            for part in cut(line) {
                self.numeric(RPL_MOTD, [format!("- {part}")]);
            }
        }
        self.motd = motd;
        self.numeric(RPL_ENDOFMOTD, ["End of /MOTD command"]);
    }
}

/// A line in parts that fit, without control characters.
fn cut(line: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    for char in line.chars().filter(|char| !char.is_control()) {
        if parts.last().is_some_and(|part| part.len() >= LINE_BYTES) {
            parts.push(String::new());
        }
        if let Some(part) = parts.last_mut() {
            part.push(char);
        }
    }
    parts
}
