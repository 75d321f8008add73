//! `MONITOR` (<https://ircv3.net/specs/extensions/monitor>): to be told when some people come and go. Everybody is in the lobby, so
//! the session knows; whose connection is lost for a while has not gone.

use shared::Uid;

use crate::irc::isupport::MAX_MONITORED;
use crate::irc::line::Line;
use crate::irc::names::fold;
use crate::irc::numeric::{ERR_MONLISTFULL, RPL_ENDOFMONLIST, RPL_MONLIST, RPL_MONOFFLINE, RPL_MONONLINE};
use crate::irc::session::state::State;
use crate::irc::session::users::mask;

/// How many bytes of names stand in one line.
const NAMES_BYTES: usize = 350;

pub(super) fn run(state: &mut State, line: &Line) {
    let names: Vec<&str> =
        line.param(1).unwrap_or_default().split(',').filter(|name| !name.is_empty()).collect();
    match line.param(0).unwrap_or_default() {
        "+" => add(state, &names),
        "-" => {
            for name in names {
                state.monitored.remove(&*fold(name));
            }
        }
        "c" | "C" => state.monitored.clear(),
        "l" | "L" => {
            let names: Vec<String> = state.monitored.values().cloned().collect();
            tell(state, RPL_MONLIST, &names);
            state.numeric(RPL_ENDOFMONLIST, ["End of MONITOR list"]);
        }
        "s" | "S" => {
            let names: Vec<String> = state.monitored.values().cloned().collect();
            status(state, &names);
        }
        _ => {}
    }
}

fn add(state: &mut State, names: &[&str]) {
    let mut added = Vec::new();
    for (place, name) in names.iter().enumerate() {
        let key = fold(name).into_owned();
        if state.monitored.contains_key(&key) {
            continue;
        }
        if state.monitored.len() >= MAX_MONITORED {
            let rest = names.get(place..).unwrap_or_default().join(",");
            let most = MAX_MONITORED.to_string();
            state.numeric(ERR_MONLISTFULL, [most.as_str(), &rest, "Monitor list is full"]);
            break;
        }
        state.monitored.insert(key, (*name).to_owned());
        added.push((*name).to_owned());
    }
    status(state, &added);
}

/// Who of these is here.
fn status(state: &mut State, names: &[String]) {
    let (mut here, mut gone) = (Vec::new(), Vec::new());
    for name in names {
        match state.users.named(name) {
            Some((uid, person)) => here.push(mask(person.name.as_str(), uid)),
            None => gone.push(name.clone()),
        }
    }
    tell(state, RPL_MONONLINE, &here);
    tell(state, RPL_MONOFFLINE, &gone);
}

/// A list of names, in as many lines as it takes.
fn tell(state: &mut State, digits: &str, names: &[String]) {
    let mut line = String::new();
    for name in names {
        if !line.is_empty() && line.len() + name.len() > NAMES_BYTES {
            state.numeric(digits, [std::mem::take(&mut line)]);
        }
        line.extend([if line.is_empty() { "" } else { "," }, name]);
    }
    if !line.is_empty() {
        state.numeric(digits, [line]);
    }
}

impl State {
    /// Somebody is here by this name from now on.
    pub(in crate::irc::session) fn tell_came(&mut self, name: &str, uid: Uid) {
        if self.monitored.contains_key(&*fold(name)) {
            self.numeric_by_itself(RPL_MONONLINE, mask(name, uid));
        }
    }

    /// Nobody is here by this name any more.
    pub(in crate::irc::session) fn tell_went(&mut self, name: &str) {
        if self.monitored.contains_key(&*fold(name)) {
            self.numeric_by_itself(RPL_MONOFFLINE, name.to_owned());
        }
    }

    /// A numeric that answers nothing.
    fn numeric_by_itself(&mut self, digits: &str, text: String) {
        let current = self.pending.current.take();
        self.numeric(digits, [text]);
        self.pending.current = current;
    }

    /// Somebody has left the server.
    pub(in crate::irc::session) fn forget(&mut self, uid: Uid) {
        if let Some(person) = self.users.remove(uid) {
            self.tell_went(person.name.as_str());
        }
    }
}
