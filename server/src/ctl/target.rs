//! The target of a verb: a uid, written `#17`, or the name of somebody here. Digits alone are a name, for anybody may be
//! called `17`, and an operator must not hit the wrong person. The request goes by uid; a name that is not exactly one
//! person's is an error that suggests similar names (Levenshtein distance).

use std::convert::Infallible;
use std::str::FromStr;

use anyhow::{Result, bail};
use serde_json::{Value, json};

use shared::server_msg::{Sanction, SanctionKind, User};
use shared::{Name, Uid};

use super::socket_client::SocketClient;

/// How many names are suggested.
const CLOSE: usize = 5;

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// `#17`.
    Uid(Uid),
    /// A name.
    Name(String),
}

impl FromStr for Target {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Uid::parse_written(text).map_or_else(|| Self::Name(text.to_owned()), Self::Uid))
    }
}

/// Somebody who was found.
pub(super) type Found = (Uid, Option<Name>);

impl Target {
    /// Finds somebody who is here, or away and expected back.
    pub(super) fn here(&self, client: &mut SocketClient) -> Result<Found> {
        self.among_present(client, "here")
    }

    fn among_present(&self, client: &mut SocketClient, what: &str) -> Result<Found> {
        let users: Vec<User> = serde_json::from_value(Value::Array(client.everybody(None)?))?;
        let known: Vec<(Uid, Name)> =
            users.into_iter().map(|user| (user.member.uid, user.member.name)).collect();
        self.among(&known, what, "chinwagd ctl who")
    }

    /// Finds somebody who is here, or whoever else has the name.
    pub(super) fn anyone(&self, client: &mut SocketClient) -> Result<Found> {
        let error = match (self.among_present(client, "here or was"), self) {
            (Err(error), Self::Name(name)) if Name::parse(name).is_ok() => error,
            (found, _) => return found,
        };
        let Self::Name(name) = self else { return Err(error) };
        let users: Result<Vec<User>> = client.ask_for(&json!({"type": "who", "name": name}), "users");
        match users.ok().and_then(|users| users.into_iter().next()) {
            Some(user) => Ok((user.member.uid, Some(user.member.name))),
            // Whom one may have meant among those who are here.
            None => Err(error),
        }
    }

    /// Finds somebody who is banned, or muted.
    pub(super) fn sanctioned(&self, client: &mut SocketClient, kind: SanctionKind) -> Result<Found> {
        let sanctions: Vec<Sanction> = client.ask_for(&json!({"type": "bans"}), "bans")?;
        let of_kind = sanctions.into_iter().filter(|sanction| sanction.kind == kind);
        let known: Vec<(Uid, Name)> = of_kind.map(|of| (of.target.uid, of.target.name)).collect();
        let what = if kind == SanctionKind::Mute { "muted" } else { "banned" };
        self.among(&known, what, "chinwagd ctl bans")
    }

    /// Finds somebody among these.
    pub(super) fn among(&self, known: &[(Uid, Name)], what: &str, list: &str) -> Result<Found> {
        let wanted = match self {
            // Somebody by uid need not be among them: the server knows more people than are here.
            Self::Uid(uid) => {
                let name = known.iter().find(|(known, _)| known == uid).map(|(_, name)| name.clone());
                return Ok((*uid, name));
            }
            Self::Name(name) => folded(name),
        };
        let same: Vec<_> = known.iter().filter(|(_, name)| folded(name.as_str()) == wanted).collect();
        match same.as_slice() {
            [(uid, name)] => Ok((*uid, Some(name.clone()))),
            [] if Uid::parse_written(&format!("#{wanted}")).is_some() => {
                bail!("nobody called \"{wanted}\" is {what}; the person with that number is '#{wanted}'")
            }
            [] => {
                let close: Vec<_> =
                    known.iter().filter(|(_, name)| is_close(name.as_str(), &wanted)).collect();
                if close.is_empty() {
                    bail!("nobody called \"{wanted}\" is {what}; `{list}` lists everybody who is");
                }
                bail!("nobody called \"{wanted}\" is {what}; did you mean {}?", listed(&close))
            }
            several => {
                bail!("several people called \"{wanted}\" are {what}; say which by uid: {}", listed(several))
            }
        }
    }
}

fn listed(people: &[&(Uid, Name)]) -> String {
    people.iter().take(CLOSE).map(|(uid, name)| format!("{name} (#{uid})")).collect::<Vec<_>>().join(", ")
}

/// Upper and lower case are the same, and so are the ways to write a syllable.
fn folded(name: &str) -> String {
    let name = Name::parse(name).map_or_else(|_| name.to_owned(), |name| name.as_str().to_owned());
    name.to_lowercase()
}

/// Whether one is part of the other, or they differ in few letters.
fn is_close(name: &str, wanted: &str) -> bool {
    let name = name.to_lowercase();
    name.contains(wanted) || wanted.contains(&name) || distance(&name, wanted) <= wanted.chars().count() / 3
}

/// How many letters must be changed, added or left out (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, a) in a.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, b) in b.iter().enumerate() {
            let changed = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(who: &str, want: &str) {
        let known = [
            (1_i64, "ann"),
            (2, "엄격한-수달"),
            (3, "calm-otter"),
            (4, "Bea"),
            (5, "twin"),
            (6, "twin"),
            (7, "06"),
        ];
        let known = known.map(|(uid, name)| (Uid::try_from(uid).unwrap(), Name::parse(name).unwrap()));
        let who: Target = who.parse().unwrap();
        let found = who.among(&known, "here", "list");
        let shown = found.map_or_else(|error| error.to_string(), |(uid, _)| uid.to_string());
        assert!(shown.contains(want), "{shown}");
    }

    #[test]
    fn a_person_is_a_uid_or_exactly_one_name() {
        check("#3", "3");
        check("#99", "99");
        check("06", "7");
        check("6", "nobody called \"6\" is here; the person with that number is '#6'");
        check("#06", "nobody called \"#06\"");
        check("ANN", "1");
        check("bea", "4");
        check("엄격한-수달", "2");
        check("calm-oter", "did you mean calm-otter (#3)?");
        check("수달", "did you mean 엄격한-수달 (#2)?");
        check("nobody-like-this", "`list` lists");
        check("twin", "by uid: twin (#5), twin (#6)");
    }
}
