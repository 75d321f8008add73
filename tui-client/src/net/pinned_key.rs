//! Pinning the next key that a server announces (`next_key` of its welcome): a line of the file of known hosts, and what becomes
//! of a server's lines then. Both keys are accepted for a time, then the next one alone.

use shared::Fingerprint;

use crate::address::Address;

/// How long an announced key is accepted after it was announced last, in seconds.
const NEXT_S: i64 = 90 * DAY_S;
/// How long the key before it is accepted after the announced one was shown, in seconds.
const OLD_S: i64 = 30 * DAY_S;
/// From how much less than that on an announcement is written again, in seconds, so that not every connection writes.
const REFRESH_S: i64 = 7 * DAY_S;
const DAY_S: i64 = 24 * 60 * 60;

/// What stands before the end of a key that was announced, and of the one before it.
const NEXT: &str = "next";
const OLD: &str = "old";
const UNTIL: &str = "until=";

/// A line with a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PinnedKey {
    address: String,
    pub(super) key: Fingerprint,
    /// What follows it: what a person wrote, or for how long it holds.
    rest: String,
}

impl PinnedKey {
    pub(super) fn new(address: &Address, key: &Fingerprint, rest: String) -> Self {
        Self { address: address.to_string().to_lowercase(), key: key.clone(), rest }
    }

    /// A line about this server, if it is one.
    pub(super) fn of(line: &str, address: &Address) -> Option<Self> {
        let mut words = line.split_whitespace();
        let host = words.next().filter(|host| host.eq_ignore_ascii_case(&address.to_string()))?;
        let key = words.next()?.parse().ok()?;
        Some(Self { address: host.to_owned(), key, rest: words.collect::<Vec<_>>().join(" ") })
    }

    /// Until when it holds, in seconds since 1970; for good without it.
    fn until(&self) -> Option<i64> {
        self.rest.split(' ').find_map(|word| word.strip_prefix(UNTIL)?.parse().ok())
    }

    pub(super) fn is_over(&self, now: i64) -> bool {
        self.until().is_some_and(|until| until <= now)
    }

    /// Whether it was pinned for a time in this role, and not by a person.
    fn is(&self, role: &str) -> bool {
        self.until().is_some() && self.rest.split(' ').next() == Some(role)
    }

    fn pinned(self, role: &str, until: i64) -> Self {
        Self { rest: format!("{role} {UNTIL}{until}"), ..self }
    }
}

pub(super) fn push_line(text: &mut String, line: &PinnedKey) {
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    let PinnedKey { address, key, rest } = line;
    text.push_str(format!("{address} {key} {rest}").trim_end());
    text.push('\n');
}

/// The file after a server was verified by the key `shown` and announced the key `next`, or none.
pub(super) fn followed(
    text: &str,
    address: &Address,
    shown: &Fingerprint,
    next: Option<&Fingerprint>,
    now: i64,
) -> String {
    let ours = || text.lines().filter_map(|line| PinnedKey::of(line, address));
    let changed = ours().any(|pinned| pinned.key == *shown && pinned.is(NEXT));
    let has_next = next.is_none_or(|next| next == shown || ours().any(|pinned| pinned.key == *next));
    let mut new = String::new();
    for line in text.lines() {
        match PinnedKey::of(line, address) {
            None => new.extend([line, "\n"]),
            Some(pinned) => {
                let kept = kept(pinned.clone(), shown, next, changed, now);
                match kept {
                    Some(kept) if kept == pinned => new.extend([line, "\n"]),
                    Some(kept) => push_line(&mut new, &kept),
                    None => {}
                }
            }
        }
    }
    if let Some(next) = next.filter(|_| !has_next) {
        let pinned = PinnedKey::new(address, next, String::new());
        push_line(&mut new, &pinned.pinned(NEXT, now.saturating_add(NEXT_S)));
    }
    // What a person wrote stays as it is, its last line end included.
    if new.trim_end_matches('\n') == text.trim_end_matches('\n') { text.to_owned() } else { new }
}

/// What becomes of one key.
fn kept(
    pinned: PinnedKey,
    shown: &Fingerprint,
    next: Option<&Fingerprint>,
    changed: bool,
    now: i64,
) -> Option<PinnedKey> {
    if pinned.key == *shown {
        let for_good = pinned.is(NEXT) || pinned.is(OLD);
        return Some(if for_good { PinnedKey { rest: String::new(), ..pinned } } else { pinned });
    }
    if pinned.is_over(now) {
        return None;
    }
    if next == Some(&pinned.key) {
        let short = pinned.until().is_some_and(|until| until < now.saturating_add(NEXT_S - REFRESH_S));
        let again = short || pinned.is(OLD);
        return Some(if again { pinned.pinned(NEXT, now.saturating_add(NEXT_S)) } else { pinned });
    }
    match pinned.until() {
        // It was announced and is not any more.
        Some(_) if pinned.is(NEXT) => None,
        None if changed => Some(pinned.pinned(OLD, now.saturating_add(OLD_S))),
        Some(_) | None => Some(pinned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(seed: &str) -> Fingerprint {
        Fingerprint::of(seed.as_bytes())
    }

    /// The file with the fingerprints of the letters a, b and c written as these.
    fn shown(text: &str) -> String {
        ["a", "b", "c"].iter().fold(text.to_owned(), |text, name| text.replace(key(name).as_str(), name))
    }

    /// The file after the server showed a key and announced one or none, at these days.
    #[track_caller]
    fn check(before: &str, happens: &[(&str, &str, i64)], after: &str) {
        let address = "chat.example:7667".parse().unwrap();
        let mut text = ["a", "b", "c"].iter().fold(before.to_owned(), |text, name| {
            text.replace(&format!(" {name}"), &format!(" {}", key(name)))
        });
        for (showed, next, day) in happens {
            let next = (!next.is_empty()).then(|| key(next));
            text = followed(&text, &address, &key(showed), next.as_ref(), day * DAY_S);
        }
        assert_eq!(shown(&text), after, "{happens:?}");
    }

    #[test]
    fn a_key_that_is_announced_is_accepted_too_and_then_alone() {
        let day = |n: i64| n * DAY_S;
        let (one, next) =
            ("chat.example:7667 a\n", |n| format!("chat.example:7667 b next until={}\n", day(n)));
        check(one, &[("a", "b", 0)], &format!("{one}{}", next(90)));
        check(one, &[("a", "b", 0), ("a", "b", 3)], &format!("{one}{}", next(90)));
        check(one, &[("a", "b", 0), ("a", "b", 20)], &format!("{one}{}", next(110)));
        check(one, &[("a", "b", 0), ("a", "", 1)], one);
        let both = format!("chat.example:7667 a old until={}\nchat.example:7667 b\n", day(40));
        check(one, &[("a", "b", 0), ("b", "", 10)], &both);
        check(one, &[("a", "b", 0), ("b", "b", 10), ("b", "", 20)], &both);
        check(one, &[("a", "b", 0), ("b", "", 10), ("b", "", 41)], "chat.example:7667 b\n");
        // Set back to the old key, which announces it again.
        let back = format!("{one}{}", "chat.example:7667 b\n");
        check(one, &[("a", "b", 0), ("b", "", 10), ("a", "", 11)], &back);
    }

    #[test]
    fn what_a_person_wrote_and_other_servers_stay() {
        let text = "# mine\n\nother:7667 a\nCHAT.example:7667 a # by hand\nnonsense";
        check(text, &[("a", "", 0)], text);
        check(text, &[("a", "a", 0)], text);
        let after = format!("{text}\nchat.example:7667 b next until={}\n", 90 * DAY_S);
        check(text, &[("a", "b", 0)], &after);
        let two = "chat.example:7667 a\nchat.example:7667 b # until=they-say\n";
        check(two, &[("b", "", 0), ("a", "", 1000)], two);
    }

    #[test]
    fn a_key_holds_until_its_end() {
        let address = "h:1".parse().unwrap();
        let pinned = |rest: &str| PinnedKey::of(&format!("h:1 {} {rest}", key("a")), &address).unwrap();
        assert!(!pinned("next until=5").is_over(4) && pinned("next until=5").is_over(5));
        assert!(!pinned("").is_over(i64::MAX) && !pinned("# old until=soon").is_over(i64::MAX));
    }
}
