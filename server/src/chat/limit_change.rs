//! Another value for a limit of the running server, as an admin gives it: which limits can be changed, and what values they
//! take. The configuration uses the same ranges.

use serde::{Deserialize, Serialize};

use super::rules::Rules;
use crate::byte_size::ByteSize;
use crate::token_bucket::{PerHour, PerMinute};

/// The most that `max-users` may be.
pub const MOST_USERS: i64 = 100_000;
/// The most that `max-rooms` may be.
pub const MOST_ROOMS: i64 = 1_000_000;
/// The most that `max-rooms-each` may be.
pub const MOST_ROOMS_EACH: i64 = 10_000;

/// The names of the limits, as the configuration has them.
pub mod setting {
    /// [`super::LimitChange::MaxUsers`].
    pub const MAX_USERS: &str = "max-users";
    /// [`super::LimitChange::MaxPerAddress`].
    pub const MAX_PER_ADDRESS: &str = "max-per-address";
    /// [`super::LimitChange::JoinsPerAddress`].
    pub const JOINS_PER_ADDRESS: &str = "joins-per-address";
    /// [`super::LimitChange::NewIdentities`].
    pub const NEW_IDENTITIES: &str = "new-identities";
    /// [`super::LimitChange::MaxRooms`].
    pub const MAX_ROOMS: &str = "max-rooms";
    /// [`super::LimitChange::MaxRoomsEach`].
    pub const MAX_ROOMS_EACH: &str = "max-rooms-each";
    /// [`super::LimitChange::NewRooms`].
    pub const NEW_ROOMS: &str = "new-rooms";
    /// [`super::LimitChange::FileMax`].
    pub const FILE_MAX: &str = "file-max";
    /// [`super::LimitChange::FilesTotal`].
    pub const FILES_TOTAL: &str = "files-total";
    /// [`super::LimitChange::FilesPerDay`].
    pub const FILES_PER_DAY: &str = "files-per-day";
}

/// A limit and its new value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
#[expect(missing_docs, reason = "each is the setting of its name")]
pub enum LimitChange {
    MaxUsers(u32),
    MaxPerAddress(u32),
    JoinsPerAddress(PerMinute),
    NewIdentities(PerHour),
    MaxRooms(u32),
    MaxRoomsEach(u32),
    NewRooms(PerHour),
    FileMax(ByteSize),
    FilesTotal(ByteSize),
    FilesPerDay(ByteSize),
}

/// The form it is written in, in proposals.
#[derive(Serialize, Deserialize)]
struct Written {
    setting: String,
    value: String,
}

impl LimitChange {
    /// Reads a limit and its value; the error says what is wrong, without repeating either.
    ///
    /// # Errors
    /// When there is no such limit, or the value is not one of it.
    pub fn parse(name: &str, value: &str) -> Result<Self, String> {
        let number = |most: i64| {
            let number =
                value.parse::<u32>().ok().filter(|number| *number >= 1 && i64::from(*number) <= most);
            number.ok_or_else(|| format!("{name} is a number from 1 to {most}; give one"))
        };
        let size =
            || value.parse::<ByteSize>().map_err(|_| format!("{name} is a number of bytes; give 100M, say"));
        Ok(match name {
            setting::MAX_USERS => Self::MaxUsers(number(MOST_USERS)?),
            setting::MAX_PER_ADDRESS => Self::MaxPerAddress(number(i64::from(u32::MAX))?),
            setting::JOINS_PER_ADDRESS => Self::JoinsPerAddress(value.parse().map_err(|_| pace(name))?),
            setting::NEW_IDENTITIES => Self::NewIdentities(value.parse().map_err(|_| pace(name))?),
            setting::MAX_ROOMS => Self::MaxRooms(number(MOST_ROOMS)?),
            setting::MAX_ROOMS_EACH => Self::MaxRoomsEach(number(MOST_ROOMS_EACH)?),
            setting::NEW_ROOMS => Self::NewRooms(value.parse().map_err(|_| pace(name))?),
            setting::FILE_MAX => Self::FileMax(size()?),
            setting::FILES_TOTAL => Self::FilesTotal(size()?),
            setting::FILES_PER_DAY => Self::FilesPerDay(size()?),
            _ => return Err("no limit has this name; a request without fields lists them".to_owned()),
        })
    }

    /// The name of the limit.
    #[must_use]
    pub fn setting(self) -> &'static str {
        match self {
            Self::MaxUsers(_) => setting::MAX_USERS,
            Self::MaxPerAddress(_) => setting::MAX_PER_ADDRESS,
            Self::JoinsPerAddress(_) => setting::JOINS_PER_ADDRESS,
            Self::NewIdentities(_) => setting::NEW_IDENTITIES,
            Self::MaxRooms(_) => setting::MAX_ROOMS,
            Self::MaxRoomsEach(_) => setting::MAX_ROOMS_EACH,
            Self::NewRooms(_) => setting::NEW_ROOMS,
            Self::FileMax(_) => setting::FILE_MAX,
            Self::FilesTotal(_) => setting::FILES_TOTAL,
            Self::FilesPerDay(_) => setting::FILES_PER_DAY,
        }
    }

    /// Its value, as the configuration writes it.
    #[must_use]
    pub fn value(self) -> String {
        match self {
            Self::MaxUsers(number)
            | Self::MaxPerAddress(number)
            | Self::MaxRooms(number)
            | Self::MaxRoomsEach(number) => number.to_string(),
            Self::JoinsPerAddress(pace) => pace.to_string(),
            Self::NewIdentities(pace) | Self::NewRooms(pace) => pace.to_string(),
            Self::FileMax(size) | Self::FilesTotal(size) | Self::FilesPerDay(size) => size.to_string(),
        }
    }

    /// Changes the chat's rules, as far as it is one of them.
    pub(super) fn apply(self, rules: &mut Rules) {
        match self {
            Self::MaxUsers(number) => rules.max_users = usize::try_from(number).unwrap_or(usize::MAX),
            Self::NewIdentities(pace) => rules.creation.new_identities = pace,
            Self::MaxRooms(number) => rules.creation.rooms = number,
            Self::MaxRoomsEach(number) => rules.creation.rooms_each = number,
            Self::NewRooms(pace) => rules.creation.new_rooms = pace,
            Self::FileMax(size) => rules.limits.file_bytes = if rules.files_off { 0 } else { size.0 },
            // The listener's, and that of the transfers.
            Self::MaxPerAddress(_)
            | Self::JoinsPerAddress(_)
            | Self::FilesTotal(_)
            | Self::FilesPerDay(_) => {}
        }
    }
}

fn pace(name: &str) -> String {
    format!("{name} is written BURST/RATE or off; give 20/60, say")
}

impl TryFrom<Written> for LimitChange {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        Self::parse(&written.setting, &written.value)
    }
}

impl From<LimitChange> for Written {
    fn from(change: LimitChange) -> Self {
        Self { setting: change.setting().to_owned(), value: change.value() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_read_and_written_as_in_the_configuration() {
        for (name, value) in [
            ("max-users", "2000"),
            ("max-per-address", "200"),
            ("joins-per-address", "off"),
            ("new-identities", "200/100"),
            ("max-rooms", "5"),
            ("max-rooms-each", "5"),
            ("new-rooms", "20/60"),
            ("file-max", "100M"),
            ("files-total", "10G"),
            ("files-per-day", "0"),
        ] {
            let change = LimitChange::parse(name, value).unwrap();
            assert_eq!((change.setting(), change.value().as_str()), (name, value));
        }
        for (name, value) in [
            ("max-users", "0"),
            ("max-users", "100001"),
            ("max-users", "many"),
            ("new-rooms", "5"),
            ("joins-per-address", ""),
            ("wrong-guesses", "off"),
            ("file-max", "much"),
            ("", ""),
        ] {
            assert!(LimitChange::parse(name, value).is_err(), "{name} {value}");
        }
    }
}
