//! How a request is declined: the wire's `error`, with a code for programs and an English sentence for people who read
//! the raw wire. A client shows its own words for the code.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::code::{Code, Invalid};
use crate::id::RequestId;
use crate::server_number;
use crate::text::Line;

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
    #[serde(default, deserialize_with = "server_number::optional", skip_serializing_if = "Option::is_none")]
    pub retry_ms: Option<u64>,
    /// The server's setting that is the reason: whoever runs the server may change it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub setting: Option<Line>,
    /// How many that setting allows, where it is a number of what the requester has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
}

impl Refusal {
    /// A refusal that answers no request in particular.
    #[must_use]
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { id: None, code, message: message.into(), retry_ms: None, setting: None, limit: None }
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

    /// The same, with the server's setting that is the reason.
    #[must_use]
    pub fn by_setting(mut self, setting: &str) -> Self {
        self.setting = Line::parse(setting).ok();
        self
    }

    /// The same, with how many that setting allows.
    #[must_use]
    pub fn at_most(mut self, limit: impl Into<u64>) -> Self {
        self.limit = Some(limit.into());
        self
    }

    /// Reads what serde says of a JSON object that is not the request it claims to be.
    ///
    /// The newtypes put their code in front of their message, so a name that is too long is `name_invalid` here, not a
    /// nameless `bad_request`. Of the rest only what is ours is kept: the name of a field, and what belongs there in the
    /// words of the protocol. serde also quotes the value it did not like, which may be a password, very long, or an
    /// escape sequence, and names types of Rust.
    #[must_use]
    pub(crate) fn from_json(error: &serde_json::Error) -> Self {
        let said = error.to_string();
        let said = said.rsplit_once(" at line ").map_or(said.as_str(), |(what, _)| what);
        let typed = said.split_once(": ").and_then(|(code, why)| {
            Code::ALL.into_iter().find(|known| known.as_str() == code).map(|code| Self::new(code, why))
        });
        typed.unwrap_or_else(|| Self::new(Code::BadRequest, describe(said)))
    }
}

impl From<Invalid> for Refusal {
    fn from(invalid: Invalid) -> Self {
        Self::new(invalid.code, invalid.why)
    }
}

/// What serde found wrong with a request, in the words of the protocol.
fn describe(said: &str) -> String {
    for (begins, what) in [("missing field `", "is missing"), ("duplicate field `", "is given twice")] {
        // serde knows no other names than those of our fields.
        if let Some(field) = said.strip_prefix(begins).and_then(|rest| rest.strip_suffix('`')) {
            return format!("the field \"{field}\" {what}");
        }
    }
    let expected = said.rsplit_once(", expected ").map_or("", |(_, expected)| expected);
    let kind = match expected {
        "a string" | "a borrowed string" => "a string",
        "a boolean" => "true or false",
        "u16" | "u64" | "usize" | "i64" | "u32" => "an integer in its range",
        "an array of length 2" | "fewer elements in array" => "a list of two integers",
        "a map" => "an object",
        _ if expected.contains("`moderator`") => "member, moderator or admin",
        _ => return "a field is not what it must be".to_owned(),
    };
    format!("a field is not {kind}, as it must be")
}
