//! What the client says: the table of the commands. Each is in the file of its name, those of one kind are together.

mod away;
mod cap;
mod chathistory;
mod info;
mod invite;
mod join;
mod kick;
mod list;
mod lusers;
mod mode;
mod monitor;
mod motd;
mod names;
mod nick;
mod oper;
mod part;
mod pass;
mod ping;
mod privmsg;
mod quit;
mod redact;
mod tagmsg;
mod topic;
mod user;
mod userhost;
mod who;
mod whois;

use super::caps::Cap;
use super::client_batch::Taken;
use super::sasl::authenticate;
use super::state::{Phase, State};
use crate::irc::line::Line;
use crate::irc::numeric::{ERR_NEEDMOREPARAMS, ERR_NOTREGISTERED, ERR_UNKNOWNCOMMAND};
use crate::irc::refusal_texts::NOT_REGISTERED;

/// A command.
struct Command {
    name: &'static str,
    /// How many parameters it needs.
    params: usize,
    /// When it may be said.
    when: When,
    run: fn(&mut State, &Line),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum When {
    /// Always.
    Always,
    /// Once the client is in.
    Registered,
}

const fn command(name: &'static str, params: usize, when: When, run: fn(&mut State, &Line)) -> Command {
    Command { name, params, when, run }
}

use When::{Always, Registered};

/// Every command.
const COMMANDS: &[Command] = &[
    command("ADMIN", 0, Registered, info::admin),
    command("AUTHENTICATE", 1, Always, authenticate),
    command("AWAY", 0, Registered, away::run),
    command("CAP", 1, Always, cap::run),
    command("CHATHISTORY", 0, Registered, chathistory::run),
    command("INFO", 0, Registered, info::info),
    command("INVITE", 2, Registered, invite::run),
    command("ISON", 1, Registered, userhost::ison),
    command("JOIN", 1, Registered, join::run),
    command("KICK", 2, Registered, kick::run),
    command("KILL", 1, Registered, oper::kill),
    command("LINKS", 0, Registered, info::links),
    command("LIST", 0, Registered, list::run),
    command("LUSERS", 0, Registered, lusers::run),
    command("MARKREAD", 0, Registered, State::markread),
    command("MODE", 1, Registered, mode::run),
    command("MONITOR", 1, Registered, monitor::run),
    command("MOTD", 0, Registered, motd::run),
    command("NAMES", 0, Registered, names::run),
    command("NICK", 0, Always, nick::run),
    command("NOTICE", 0, Registered, privmsg::notice),
    command("OPER", 2, Registered, oper::oper),
    command("PART", 1, Registered, part::run),
    command("PASS", 1, Always, pass::run),
    command("PING", 1, Always, ping::ping),
    command("PONG", 0, Always, ping::pong),
    command("PRIVMSG", 0, Registered, privmsg::run),
    command("QUIT", 0, Always, quit::run),
    command("REDACT", 0, Registered, redact::run),
    command("SETNAME", 1, Registered, user::setname),
    command("TAGMSG", 1, Registered, tagmsg::run),
    command("TIME", 0, Registered, info::time),
    command("TOPIC", 1, Registered, topic::run),
    command("USER", 4, Always, user::run),
    command("USERHOST", 1, Registered, userhost::run),
    command("VERSION", 0, Registered, info::version),
    command("WALLOPS", 1, Registered, oper::wallops),
    command("WHO", 0, Registered, who::run),
    command("WHOIS", 1, Registered, whois::run),
    command("WHOWAS", 1, Registered, whois::whowas),
];

/// How other protocols begin. What follows is somebody else's: a browser that a web page makes send a form here has what the
/// page wants said in the body, and a proxy that the server was not told of speaks for others.
const OTHER_PROTOCOLS: [&str; 10] =
    ["CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PROXY", "PUT", "TRACE"];

/// Those that may be under way together: whatever else is said waits until they are answered.
const SENDS: [&str; 3] = ["PRIVMSG", "NOTICE", "TAGMSG"];

/// Whether a command waits until all before it are answered.
pub(super) fn waits(line: &Line) -> bool {
    !SENDS.contains(&line.command.as_str())
}

/// Carries out a command.
pub(super) fn run(state: &mut State, line: &Line) {
    let Taken::Run(line) = state.take_into_batch(line) else { return };
    let line = &line;
    let label = line.tag_value("label").filter(|label| !label.is_empty() && label.len() <= 64);
    let label = label.filter(|_| state.caps.has(Cap::LabeledResponse)).map(ToOwned::to_owned);
    let task = state.pending.begin(label, waits(line));
    dispatch(state, line);
    // A greeting that was sent begins anew.
    if state.pending.current == Some(task) {
        state.pending.current = None;
    }
    state.finish(task);
}

fn dispatch(state: &mut State, line: &Line) {
    let name = line.command.as_str();
    let known = COMMANDS.iter().find(|command| command.name == name);
    match known {
        _ if state.phase == Phase::Ended => {}
        Some(command) if command.when == Registered && state.phase != Phase::Registered => {
            state.numeric(ERR_NOTREGISTERED, [NOT_REGISTERED]);
        }
        None if state.phase != Phase::Registered && OTHER_PROTOCOLS.contains(&name) => {
            state.end("this is a port for IRC clients");
        }
        None if state.phase != Phase::Registered => {
            state.numeric(ERR_NOTREGISTERED, [NOT_REGISTERED]);
        }
        None => state.numeric(ERR_UNKNOWNCOMMAND, [name, "Unknown command"]),
        Some(command) if line.params.len() < command.params => {
            state.numeric(ERR_NEEDMOREPARAMS, [name, "Not enough parameters"]);
        }
        Some(command) => (command.run)(state, line),
    }
}
