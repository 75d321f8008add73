//! Logging in: the outcome of what the shell found out, and what follows from it.

use shared::Secret;

use super::registration::Login;
use super::state::State;
use crate::irc::numeric::ERR_SASLFAIL;

/// Whose credentials they were.
#[derive(Debug)]
pub enum LoginOutcome {
    /// Those of whoever has this secret.
    Known(Secret),
    /// Nobody's; why, for the person.
    Refused(String),
}

impl State {
    /// Whether a log-in is being looked at: nothing else is taken meanwhile.
    pub(crate) fn is_logging_in(&self) -> bool {
        matches!(self.registration.login, Login::Asked)
    }

    pub(crate) fn on_login(&mut self, outcome: LoginOutcome) {
        match outcome {
            LoginOutcome::Known(secret) => self.registration.login = Login::Known(secret),
            LoginOutcome::Refused(why) => {
                self.registration.login = Login::Guest;
                self.numeric(ERR_SASLFAIL, [format!("SASL authentication failed: {why}")]);
            }
        }
        self.try_to_greet();
    }
}
