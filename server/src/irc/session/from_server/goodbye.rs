//! The server ends the connection.

use shared::server_msg::{Goodbye, GoodbyeCode};

use crate::irc::line::Line;
use crate::irc::numeric::ERR_YOUREBANNEDCREEP;
use crate::irc::session::state::{Phase, State};
use shared::Code;

impl State {
    pub(super) fn on_goodbye(&mut self, goodbye: &Goodbye) {
        // A greeting that was refused for the name: the client may try another.
        if self.phase == Phase::Registering {
            return;
        }
        if goodbye.code == GoodbyeCode::Error(Code::Banned) {
            self.numeric(ERR_YOUREBANNEDCREEP, [goodbye.message.as_str()]);
        }
        let reason = goodbye.reason.as_str();
        let why = if reason.is_empty() {
            goodbye.message.clone()
        } else {
            format!("{}: {reason}", goodbye.message)
        };
        if let (GoodbyeCode::Kicked, Some(by)) = (goodbye.code, &goodbye.by) {
            let target = self.nick().to_owned();
            let kill = Line::new("KILL", [target, format!("{by}: {reason}")]).from(self.server());
            self.send(kill);
        }
        self.end(&why);
    }
}
