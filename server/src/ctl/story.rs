//! An event as a line for people. It must not print it.

use shared::event::Act;
use shared::{Event, Kind, Millis};

/// What happened, in words; further lines of a message are indented.
pub(super) fn told(event: &Event) -> String {
    let (room, name) = (&event.room, &event.from.name);
    let indented = |text: &str| text.replace('\n', "\n    ");
    let act = |what: &str, act: &Act| {
        let why = if act.reason.is_empty() { String::new() } else { format!(": {}", act.reason) };
        format!("* {name} {what} {}{why}", act.target.name)
    };
    match &event.kind {
        Kind::Message(text) => format!("<{name}> {}", indented(text.as_str())),
        Kind::Action(text) => format!("* {name} {}", indented(text.as_str())),
        Kind::Join => format!("* {name} joined {room}"),
        Kind::Leave(_) => format!("* {name} left"),
        Kind::Rename(to) => format!("* {name} is now {to}"),
        Kind::Topic(topic) => format!("* {name} set the topic: {topic}"),
        Kind::Kick(kick) => act("kicked", kick),
        Kind::Ban(ban) => act(if is_over(event, ban) { "unbanned" } else { "banned" }, ban),
        Kind::Mute(mute) => act(if is_over(event, mute) { "unmuted" } else { "muted" }, mute),
        Kind::Announce(said) => format!("! {name}: {}", indented(said.text.as_str())),
        Kind::Role(target, role) => {
            format!("* {name} made {} {}", target.name, format!("{role:?}").to_lowercase())
        }
        Kind::Unknown => "* something this version does not know".to_owned(),
    }
}

/// A sanction that ended before it began is the end of one.
fn is_over(event: &Event, act: &Act) -> bool {
    act.until.is_some_and(|until| until <= event.at)
}

/// `2026-11-21 08:14:27Z`: the proleptic Gregorian calendar, by Howard Hinnant's `civil_from_days`.
pub(super) fn utc(at: Millis) -> String {
    let (days, second) = (at.div_euclid(86_400_000), at.rem_euclid(86_400_000) / 1000);
    let z = days + 719_468;
    let (era, of_era) = (z.div_euclid(146_097), z.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let (hour, minute) = (second / 3600, second / 60 % 60);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{:02}Z", second % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_in_utc() {
        for (at, want) in [
            (0, "1970-01-01 00:00:00Z"),
            (951_782_399_999, "2000-02-28 23:59:59Z"),
            (951_782_400_000, "2000-02-29 00:00:00Z"),
            (1_795_248_867_000, "2026-11-21 08:14:27Z"),
            (-1, "1969-12-31 23:59:59Z"),
        ] {
            assert_eq!(utc(at), want);
        }
    }

    #[track_caller]
    fn check(kind: &str, want: &str) {
        let event = format!(
            r#"{{"room":"lobby","seq":2,"prev":1,"at":5,"from":{{"uid":1,"name":"calm-otter","style":{{"color":6}}}},{kind}}}"#
        );
        assert_eq!(told(&serde_json::from_str(&event).unwrap()), want);
    }

    #[test]
    fn a_message_of_two_lines_stays_one_entry() {
        check(r#""kind":"message","text":"one\n둘","nonce":"n1""#, "<calm-otter> one\n    둘");
    }

    #[test]
    fn a_ban_is_told_from_its_end() {
        let ban = r#""kind":"ban","target":{"uid":2,"name":"엄격한-수달","style":{"color":2}}"#;
        check(ban, "* calm-otter banned 엄격한-수달");
        check(&format!(r#"{ban},"until":6,"reason":"flood""#), "* calm-otter banned 엄격한-수달: flood");
        check(&format!(r#"{ban},"until":5"#), "* calm-otter unbanned 엄격한-수달");
    }
}
