//! The numbers and tokens that name things on the wire: [`Seq`], [`Uid`], [`RequestId`], [`ServerId`], [`WindowId`], and
//! [`Nonce`], the idempotency key of a message.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::code::{Code, Invalid};
use crate::newtype::{shown_string, wire_string};

/// Milliseconds since 1970-01-01T00:00:00Z, by the server's clock.
pub type Millis = i64;

/// The largest number a JSON reader in any language keeps exactly (2^53 − 1, RFC 8259 section 6).
const MAX_EXACT: u64 = (1 << 53) - 1;

macro_rules! wire_number {
    ($(#[$doc:meta])* $type:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "u64")]
        pub struct $type(u64);

        impl $type {
            /// Zero: before the first.
            pub const ZERO: Self = Self(0);

            /// Makes one of a number of at most 2^53 − 1.
            #[must_use]
            pub const fn new(number: u64) -> Option<Self> {
                if number <= MAX_EXACT { Some(Self(number)) } else { None }
            }

            /// The number.
            #[must_use]
            pub const fn get(self) -> u64 {
                self.0
            }

            /// The one after it; stays at the largest.
            #[must_use]
            pub const fn next(self) -> Self {
                if self.0 < MAX_EXACT { Self(self.0 + 1) } else { self }
            }

            /// The number as `SQLite` keeps it.
            #[must_use]
            #[expect(clippy::cast_possible_wrap, reason = "at most 2^53 - 1")]
            pub const fn to_i64(self) -> i64 {
                self.0 as i64
            }
        }

        impl TryFrom<u64> for $type {
            type Error = Invalid;

            fn try_from(number: u64) -> Result<Self, Invalid> {
                Self::new(number).ok_or_else(|| Invalid::new(Code::BadRequest, "numbers go up to 9007199254740991"))
            }
        }

        impl TryFrom<i64> for $type {
            type Error = Invalid;

            fn try_from(number: i64) -> Result<Self, Invalid> {
                let number = u64::try_from(number);
                number.map_err(|_| Invalid::new(Code::BadRequest, "the number is negative"))?.try_into()
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

wire_number! {
    /// The place of an event in the server's order: strictly increasing, not dense, one sequence for all rooms.
    Seq
}
wire_number! {
    /// An identity: it keeps its number for ever, whatever its name is.
    Uid
}

impl Uid {
    /// Reads a uid as a person writes it: `#17`. Without the `#` it is a name, for a name may be all digits; and it has one
    /// form only, without leading zeros.
    #[must_use]
    pub fn parse_written(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#')?;
        let is_plain = !digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit());
        digits.parse().ok().filter(|_| is_plain).and_then(Self::new)
    }
}

/// What a client calls its request; the answer repeats it. 1 to 64 printable ASCII characters without spaces.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(Arc<str>);

impl RequestId {
    /// Checks the length and that it is printable ASCII without spaces.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        token(raw, "id").map(Self)
    }
}

wire_string!(RequestId);
shown_string!(RequestId);

/// The idempotency key of a message, made by the client and unique per identity: the same nonce is the same message. 1 to
/// 64 printable ASCII characters without spaces.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Nonce(Arc<str>);

impl Nonce {
    /// Checks the length and that it is printable ASCII without spaces.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        token(raw, "nonce").map(Self)
    }
}

wire_string!(Nonce);
shown_string!(Nonce);

/// Which server: made once with its store, and as old as the identities in it. Told, not proved. 1 to 64 printable ASCII
/// characters without spaces.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServerId(Arc<str>);

impl ServerId {
    /// Checks the length and that it is printable ASCII without spaces.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        token(raw, "id").map(Self)
    }
}

wire_string!(ServerId);
shown_string!(ServerId);

/// One of the windows in which a person is here at the same time: made by the client, another one in each running program,
/// the same whenever that one comes back. 1 to 64 printable ASCII characters without spaces.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WindowId(Arc<str>);

impl WindowId {
    /// Checks the length and that it is printable ASCII without spaces.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        token(raw, "window").map(Self)
    }
}

wire_string!(WindowId);
shown_string!(WindowId);

fn token(raw: &str, what: &str) -> Result<Arc<str>, Invalid> {
    if (1..=64).contains(&raw.len()) && raw.bytes().all(|b| b.is_ascii_graphic()) {
        return Ok(raw.into());
    }
    Err(Invalid::new(
        Code::BadRequest,
        format!("{what} must be 1 to 64 printable ASCII characters without spaces"),
    ))
}
