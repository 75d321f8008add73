//! The server is stopped from outside the chat: by a signal, or by the process that hosts it.

use shared::Line;

use crate::chat::Chat;
use crate::chat::effect::Effect;

impl Chat {
    pub(in crate::chat) fn stop(&mut self, restart: bool) {
        self.effects.push(Effect::Stop { reason: Line::default(), by: None, restart, reconnect: true });
    }
}
