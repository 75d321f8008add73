//! The prompt for the admin key, for the server's password, or for a word for IRC clients. What is typed is nowhere else: not in the draft, its history, the profile, a log or on the
//! screen, which shows dots; it is dropped with the prompt on Enter.

use std::fmt;

use shared::client_msg::{Auth, IrcPassword};
use shared::{ClientMsg, Line, LoginWord};

use super::context::Context;
use super::outcome::{Choice, Outcome};
use super::text_field::TextField;
use crate::app::pending_requests::Purpose;
use crate::event::{Code, Key};

/// The longest key that is taken, in characters; what the server reads in a line is longer.
const LONGEST: usize = 512;

/// What is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Wanted {
    /// The admin key.
    #[default]
    AdminKey,
    /// The password of a server that does not let us in without.
    Password {
        /// Whether one was given already, which was wrong.
        was_wrong: bool,
    },
    /// A word to log in with from IRC clients.
    IrcWord {
        /// Whether the one that was given will not do.
        was_bad: bool,
    },
}

/// The prompt.
#[derive(Default)]
pub struct UnseenPrompt {
    field: TextField,
    wanted: Wanted,
    /// With a word for IRC: what this machine is called.
    machine: Line,
}

impl fmt::Debug for UnseenPrompt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UnseenPrompt(…)")
    }
}

impl UnseenPrompt {
    /// A prompt for the server's password.
    #[must_use]
    pub fn password(was_wrong: bool) -> Self {
        Self { wanted: Wanted::Password { was_wrong }, ..Self::default() }
    }

    /// A prompt for a word to log in with from IRC clients, on a machine of this name.
    #[must_use]
    pub fn irc_word(machine: Line) -> Self {
        Self { wanted: Wanted::IrcWord { was_bad: false }, machine, ..Self::default() }
    }

    /// What is asked for.
    #[must_use]
    pub fn wanted(&self) -> Wanted {
        self.wanted
    }

    /// How many characters were typed.
    #[must_use]
    pub fn len(&self) -> usize {
        self.field.text().chars().count()
    }

    /// Whether nothing was typed yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.field.is_empty()
    }

    /// How many characters stand before the caret.
    #[must_use]
    pub fn caret(&self) -> usize {
        self.field.text().get(..self.field.composer().caret()).unwrap_or_default().chars().count()
    }

    pub(super) fn on_key(&mut self, key: Key, ctx: &Context<'_>) -> Outcome {
        if key.code == Code::Enter {
            return self.send(ctx);
        }
        if key.typed().is_none() || self.len() < LONGEST {
            self.field.on_key(key, ctx.keymap);
        }
        Outcome::Kept
    }

    pub(super) fn on_paste(&mut self, text: &str) {
        let room = LONGEST - self.len().min(LONGEST);
        let key: String = text.trim().chars().filter(|c| !c.is_control()).take(room).collect();
        self.field.on_paste(&key);
    }

    fn send(&mut self, ctx: &Context<'_>) -> Outcome {
        if self.is_empty() {
            return Outcome::Closed;
        }
        if !matches!(self.wanted, Wanted::Password { .. }) && !ctx.online {
            return Outcome::Kept;
        }
        let key = std::mem::take(&mut self.field).text().to_owned();
        let request = match self.wanted {
            Wanted::Password { .. } => return Outcome::Chosen(Choice::Password(key)),
            Wanted::AdminKey => (Purpose::Auth, ClientMsg::Auth(Auth { key })),
            Wanted::IrcWord { .. } => match LoginWord::parse(&key) {
                Ok(word) if !word.is_empty() => {
                    let machine = self.machine.clone();
                    (Purpose::IrcPassword(true), ClientMsg::IrcPassword(IrcPassword { word, machine }))
                }
                Ok(_) | Err(_) => {
                    self.wanted = Wanted::IrcWord { was_bad: true };
                    return Outcome::Kept;
                }
            },
        };
        Outcome::Chosen(Choice::Request(Box::new(request)))
    }
}
