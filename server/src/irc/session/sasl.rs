//! SASL: `AUTHENTICATE` with `PLAIN` (RFC 4616) and `EXTERNAL` (RFC 4422, appendix A), in chunks of 400 bytes
//! (<https://ircv3.net/specs/extensions/sasl-3.1>), and what follows from what the shell found out.

use shared::{Name, Secret, Uid};

use super::caps::Cap;
use super::output::{Action, Credentials};
use super::registration::Login;
use super::sasl_exchange::{Exchange, Mechanism};
use super::state::{Phase, State};
use super::users::{account, mask};
use crate::irc::line::Line;
use crate::irc::numeric::{
    ERR_ALREADYREGISTERED, ERR_PASSWDMISMATCH, ERR_SASLABORTED, ERR_SASLALREADY, ERR_SASLFAIL,
    ERR_SASLTOOLONG, RPL_LOGGEDIN, RPL_SASLMECHS, RPL_SASLSUCCESS,
};

/// A line that has this many bytes is followed by another.
const CHUNK_BYTES: usize = 400;
/// The most bytes of an answer in base64: the longest word and two names have less.
const MAX_BYTES: usize = 1600;
/// After so many log-ins that failed a connection ends.
const MAX_FAILED: u32 = 4;
/// How often a `PASS` may be looked at as a log-in.
pub(super) const MAX_PASSES: u32 = 4;

/// Whose credentials they were.
#[derive(Debug)]
pub enum LoginOutcome {
    /// Somebody's, who is welcomed by this secret.
    Known {
        /// Whose.
        uid: Uid,
        /// What they are called.
        name: Name,
        /// Their secret.
        secret: Secret,
    },
    /// Nobody's; why, for the person.
    Refused(String),
    /// None at all: the `PASS` is the server's password, or nothing that is known here.
    NoCredentials,
}

/// `AUTHENTICATE`.
pub(super) fn authenticate(state: &mut State, line: &Line) {
    let param = line.param(0).unwrap_or_default();
    if matches!(state.registration.login, Login::Known(_)) {
        return state.numeric(ERR_SASLALREADY, ["You have already authenticated"]);
    }
    if state.phase != Phase::Registering {
        return state.numeric(ERR_ALREADYREGISTERED, ["You may not reregister; connect again to log in"]);
    }
    if !state.caps.has(Cap::Sasl) {
        return state
            .numeric(ERR_SASLFAIL, ["SASL authentication failed: request the capability sasl first"]);
    }
    let Some(mut exchange) = state.registration.exchange.take() else { return state.begin_sasl(param) };
    if param == "*" {
        return state.numeric(ERR_SASLABORTED, ["SASL authentication aborted"]);
    }
    if param.len() > CHUNK_BYTES {
        return state.numeric(ERR_SASLTOOLONG, ["SASL message too long"]);
    }
    if exchange.answer.len() + param.len() > MAX_BYTES {
        return state.fail_sasl("the answer is too long");
    }
    if param != "+" {
        exchange.answer.push_str(param);
    }
    if param.len() == CHUNK_BYTES {
        state.registration.exchange = Some(exchange);
        return;
    }
    match exchange.credentials() {
        Some(credentials) => state.log_in(credentials, false),
        None => state.fail_sasl("the answer is not what the mechanism wants"),
    }
}

impl State {
    /// Whether a log-in is being looked at: nothing else is taken meanwhile.
    pub(crate) fn is_logging_in(&self) -> bool {
        matches!(self.registration.login, Login::Asked { .. })
    }

    /// Has the shell find out whose these are.
    pub(crate) fn log_in(&mut self, credentials: Credentials, by_pass: bool) {
        self.registration.login = Login::Asked { by_pass };
        self.out.actions.push(Action::LogIn(credentials));
    }

    /// The client ends the negotiation in the middle of an exchange.
    pub(crate) fn abort_sasl(&mut self) {
        if self.registration.exchange.take().is_some() {
            self.numeric(ERR_SASLABORTED, ["SASL authentication aborted"]);
        }
    }

    pub(crate) fn on_login(&mut self, outcome: LoginOutcome) {
        let by_pass = matches!(self.registration.login, Login::Asked { by_pass: true });
        self.registration.login = Login::Guest;
        match outcome {
            LoginOutcome::Known { uid, name, secret } => {
                self.registration.login = Login::Known(secret);
                if by_pass {
                    self.registration.pass = None;
                }
                let (mask, text) = (mask(name.as_str(), uid), format!("You are now logged in as {name}"));
                self.numeric(RPL_LOGGEDIN, [mask, account(uid), text]);
                if !by_pass {
                    self.numeric(RPL_SASLSUCCESS, ["SASL authentication successful"]);
                }
            }
            LoginOutcome::Refused(why) if by_pass => {
                // As a stranger they would say to everybody what they meant to say as themselves.
                self.numeric(ERR_PASSWDMISMATCH, ["Password incorrect"]);
                self.end(&why);
            }
            LoginOutcome::Refused(why) => self.fail_sasl(&why),
            LoginOutcome::NoCredentials => {}
        }
        self.try_to_greet();
    }

    fn begin_sasl(&mut self, mechanism: &str) {
        if mechanism == "*" {
            return self.numeric(ERR_SASLABORTED, ["SASL authentication aborted"]);
        }
        let Some(mechanism) = Mechanism::parse(mechanism, &self.caps.mechanisms) else {
            let offered = self.caps.mechanisms.join(",");
            self.numeric(RPL_SASLMECHS, [offered.as_str(), "are available SASL mechanisms"]);
            return self.fail_sasl("there is no such mechanism");
        };
        self.registration.exchange = Some(Exchange { mechanism, answer: String::new() });
        self.reply(Line::new("AUTHENTICATE", ["+"]).from(self.server()));
    }

    fn fail_sasl(&mut self, why: &str) {
        self.numeric(ERR_SASLFAIL, [format!("SASL authentication failed: {why}")]);
        self.registration.failed_logins += 1;
        if self.registration.failed_logins >= MAX_FAILED {
            self.end("too many log-ins failed");
        }
    }
}
