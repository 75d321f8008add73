//! How a request is declined: the wire's `error`, with a code for programs and an English sentence for people who read
//! the raw wire. A client shows its own words for the code.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::code::{Code, Invalid};
use crate::id::RequestId;

/// A declined request: the wire's `error`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// The `id` of the request, when it had one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<RequestId>,
    /// The machine-readable reason.
    pub code: Code,
    /// The reason in English, for people at a raw wire; a client translates `code`.
    #[serde(default)]
    pub message: String,
    /// When trying again makes sense, in milliseconds from now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_ms: Option<u64>,
}

impl Refusal {
    /// A refusal that answers no request in particular.
    #[must_use]
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { id: None, code, message: message.into(), retry_ms: None }
    }

    /// The same, as the answer to the request `id`.
    #[must_use]
    pub fn to(mut self, id: Option<RequestId>) -> Self {
        self.id = id;
        self
    }

    /// The same, with when it makes sense to try again, rounded up to the millisecond.
    #[must_use]
    pub fn retry_after(mut self, wait: Duration) -> Self {
        self.retry_ms = Some(u64::try_from(wait.as_micros().div_ceil(1000)).unwrap_or(u64::MAX));
        self
    }

    /// Reads what serde says of a well-formed JSON object that is not the request it claims to be.
    ///
    /// The newtypes put their code in front of their message, so a name that is too long is `name_invalid`
    /// here, not a nameless `bad_request`. serde quotes the value it did not like; that is cut out, since it may be
    /// a password, very long, or an escape sequence.
    #[must_use]
    pub(crate) fn from_json(error: &serde_json::Error) -> Self {
        let said = error.to_string();
        let said = said.rsplit_once(" at line ").map_or(said.as_str(), |(what, _)| what);
        let typed = said.split_once(": ").and_then(|(code, why)| {
            Code::ALL.into_iter().find(|known| known.as_str() == code).map(|code| Self::new(code, why))
        });
        let quotes = ["invalid type: ", "invalid value: ", "unknown variant "];
        let expected = || said.rsplit_once(", expected ").map_or("something else", |(_, what)| what);
        let unquoted = quotes
            .iter()
            .find(|quote| said.starts_with(**quote))
            .map(|_| Self::new(Code::BadRequest, format!("a field is not what it must be: {}", expected())));
        typed.or(unquoted).unwrap_or_else(|| Self::new(Code::BadRequest, said))
    }
}

impl From<Invalid> for Refusal {
    fn from(invalid: Invalid) -> Self {
        Self::new(invalid.code, invalid.why)
    }
}
