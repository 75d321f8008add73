//! Rooms and people as IRC names them: the room `kitchen` is `#kitchen`, a person's nick is their name as it is, and their uid is
//! the user name in `NAME!uUID@chinwag`, which stays when they are called otherwise. Names are in UTF-8 (`UTF8ONLY`); letters of
//! ASCII are compared without case (`CASEMAPPING=ascii`), and beyond that the server keeps names apart that look alike.

use std::borrow::Cow;

use shared::{Name, RoomName, Uid};

/// What stands for everybody's address, which only moderators are told.
pub const HOST: &str = "chinwag";
/// What begins a channel's name (`CHANTYPES`).
pub const CHANNEL_PREFIX: char = '#';

/// Whom or what a line is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A channel.
    Room(RoomName),
    /// A person, by the nick.
    Person(Name),
    /// A person, by the number in `u17` of their source.
    Uid(Uid),
}

/// The channel of a room; `None` for a direct room, which is a query with the other person.
#[must_use]
pub fn channel(room: &RoomName) -> Option<String> {
    room.pair().is_none().then(|| format!("{CHANNEL_PREFIX}{room}"))
}

/// The room of a channel; `None` where no room can be called that.
#[must_use]
pub fn room(channel: &str) -> Option<RoomName> {
    let name = channel.strip_prefix(CHANNEL_PREFIX)?;
    RoomName::parse(name).ok().filter(|room| room.pair().is_none())
}

/// Whether it is written like a channel, a room of this name or not.
#[must_use]
pub fn is_channel(target: &str) -> bool {
    target.starts_with(CHANNEL_PREFIX)
}

/// The user name of a person.
#[must_use]
pub fn user(uid: Uid) -> String {
    format!("u{uid}")
}

/// The person of a user name.
#[must_use]
pub fn uid(user: &str) -> Option<Uid> {
    let digits = user.strip_prefix('u')?;
    let is_plain = !digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|_| is_plain).and_then(Uid::new)
}

/// What a person's lines begin with.
#[must_use]
pub fn source(name: &Name, uid: Uid) -> String {
    format!("{name}!{}@{HOST}", user(uid))
}

/// One target of a line: `#kitchen`, `민수`, or `민수!u9@chinwag`, of which the number counts. `None` where nobody and no room can
/// be called that.
#[must_use]
pub fn target(written: &str) -> Option<Target> {
    if is_channel(written) {
        return room(written).map(Target::Room);
    }
    match written.split_once('!') {
        Some((_, rest)) => {
            let user = rest.split_once('@').map_or(rest, |(user, _)| user);
            uid(user).map(Target::Uid)
        }
        None => Name::parse(written).ok().map(Target::Person),
    }
}

/// The names of a list with commas between them; empty ones are left out, as are those after the first `most`.
pub fn list(written: &str, most: usize) -> impl Iterator<Item = &str> {
    written.split(',').filter(|name| !name.is_empty()).take(most)
}

/// A name as names are compared (`CASEMAPPING=ascii`).
#[must_use]
pub fn fold(name: &str) -> Cow<'_, str> {
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Cow::Owned(name.to_ascii_lowercase());
    }
    Cow::Borrowed(name)
}

/// Whether two names are the same to IRC.
#[must_use]
pub fn is_same(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}

/// Whether a name fits a mask of IRC: `*` stands for any characters, `?` for one.
#[must_use]
pub fn fits(mask: &str, name: &str) -> bool {
    let (mask, name): (Vec<char>, Vec<char>) = (fold(mask).chars().collect(), fold(name).chars().collect());
    let (mut at, mut in_name) = (0, 0);
    // Where the last `*` stands and how far it reaches: only that one need be tried again, so it is never more than the product
    // of both lengths.
    let mut star: Option<(usize, usize)> = None;
    while in_name < name.len() {
        match mask.get(at) {
            Some('*') => {
                star = Some((at, in_name));
                at += 1;
            }
            Some(char) if *char == '?' || Some(char) == name.get(in_name) => {
                at += 1;
                in_name += 1;
            }
            Some(_) | None => {
                let Some((begin, reach)) = star else { return false };
                star = Some((begin, reach + 1));
                at = begin + 1;
                in_name = reach + 1;
            }
        }
    }
    mask.iter().skip(at).all(|char| *char == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Name {
        Name::parse(text).unwrap()
    }

    #[test]
    fn a_room_is_a_channel_and_a_direct_room_is_none() {
        let [kitchen, korean] = ["kitchen", "점심"].map(|room| RoomName::parse(room).unwrap());
        assert_eq!(channel(&kitchen).as_deref(), Some("#kitchen"));
        for named in [&kitchen, &korean] {
            assert_eq!(room(&channel(named).unwrap()).as_ref(), Some(named));
        }
        assert_eq!(room("#KITCHEN"), Some(kitchen));
        assert_eq!(channel(&RoomName::parse("@9:17").unwrap()), None);
        for bad in ["", "#", "kitchen", "##a", "#a b", "#a,b", "#@9:17", "&a", "#a\u{7}"] {
            assert_eq!(room(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn a_target_is_a_channel_a_nick_or_a_source() {
        let uid = Uid::new(9).unwrap();
        assert_eq!(source(&name("민수"), uid), "민수!u9@chinwag");
        assert_eq!(target("민수"), Some(Target::Person(name("민수"))));
        assert_eq!(target("#lobby"), Some(Target::Room(RoomName::lobby())));
        for whole in ["민수!u9@chinwag", "before!u9", "*!u9@*"] {
            assert_eq!(target(whole), Some(Target::Uid(uid)), "{whole}");
        }
        for bad in ["", "@#lobby", "$$*", "a b", "ann!x@y", "ann!u09@chinwag", "#@1:2", "*"] {
            assert_eq!(target(bad), None, "{bad:?}");
        }
        assert_eq!(list("a,,b,c", 2).collect::<Vec<_>>(), ["a", "b"]);
    }

    #[test]
    fn masks_are_compared_without_case_and_in_little_time() {
        assert!(is_same("Ann", "aNN") && !is_same("ann", "anna") && fold("ÄB") == "Äb");
        for (mask, name, does_fit) in [
            ("*", "", true),
            ("a*", "Ann", true),
            ("*n", "ann", true),
            ("a?n", "ann", true),
            ("?", "수", true),
            ("a*b*c", "aXbYc", true),
            ("a*b*c", "aXbY", false),
            ("", "a", false),
            ("ann", "anna", false),
            ("*!u9@*", "민수!u9@chinwag", true),
        ] {
            assert_eq!(fits(mask, name), does_fit, "{mask} {name}");
        }
        assert!(!fits(&"*a".repeat(200), &"a".repeat(150)));
    }
}
