//! Retrying a message the server refused (`/retry`): send it again, take it back into the draft to edit it, or drop it.

use shared::Code;

use super::App;
use super::path_argument::write_path;
use super::timeline::HowSaid;
use super::typed_line;
use crate::profile::{Act, Unsent};

impl App {
    /// Sends the last refused message of this room again. It keeps its nonce, unless that was what was wrong with it:
    /// should it have been stored after all, it is not said twice.
    pub(super) fn retry(&mut self) -> Result<(), String> {
        let (mut unsent, why) = self.take_failed()?;
        if why == Code::NonceConflict
            && let Act::Say { text, action, reply_to, file: None } = &unsent.act
        {
            let how = HowSaid { action: *action, reply_to: *reply_to };
            return self.say_in(unsent.room, text.as_str(), how);
        }
        if why == Code::NonceConflict {
            unsent.nonce = self.random.nonce().ok_or_else(|| self.lang().not_sent(Code::Internal))?;
        }
        self.show_pending(&unsent);
        self.outbox.push(unsent);
        Ok(())
    }

    /// The last refused message of this room, off the screen and out of the outbox.
    fn take_failed(&mut self) -> Result<(Unsent, Code), String> {
        let nothing = self.lang().nothing_to_retry();
        let room = self.rooms.current_mut();
        let (unsent, why) = self.outbox.take_failed(&room.name).ok_or(nothing)?;
        room.timeline.drop_pending(&unsent.nonce);
        Ok((unsent, why))
    }

    /// Takes the last refused message of this room back: into the draft, or away.
    pub(super) fn take_back(&mut self, edit: bool) -> Result<(), String> {
        let (unsent, _) = self.take_failed()?;
        self.file_is_said(&unsent);
        if edit {
            self.input.set_text(as_typed(&unsent));
        }
        Ok(())
    }
}

/// A message as it has to be typed to be said.
pub(super) fn as_typed(unsent: &Unsent) -> String {
    match &unsent.act {
        Act::Edit { edits: of, text } => format!("/edit {of} {text}"),
        Act::Delete { deletes: of } => format!("/delete {of}"),
        Act::React { reacts: of, with, .. } => format!("/react {of} {with}"),
        Act::Say { text, file: Some(file), .. } => {
            let path = file.path.to_string_lossy();
            let is_name = file.path.file_name().is_some_and(|name| name.to_string_lossy() == text.as_str());
            let caption = if is_name { "" } else { text.as_str() };
            format!("/send {} {caption}", write_path(&path)).trim_end().to_owned()
        }
        Act::Say { text, action: true, .. } => format!("/me {text}"),
        Act::Say { text, .. } if typed_line::is_command(text.as_str()) => format!("/{text}"),
        Act::Say { text, .. } => text.to_string(),
    }
}
