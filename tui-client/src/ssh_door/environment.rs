//! What a client says of where its person sits: the few variables that are taken of its environment, the kind of the terminal and
//! its size. Anybody can send anything, so every value is bounded, and a value that makes no sense counts as not sent.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;

use jiff::tz::TimeZone;

use super::limits::VARIABLE;
use crate::lang::Lang;
use crate::locale;
use crate::terminal::Size;
use crate::terminal::modes::{self, Capabilities, Wishes};

/// The variables that are taken beside `LC_*`.
const TAKEN: [&str; 7] = ["LANG", "LC_ALL", "LC_CTYPE", "LC_MESSAGES", "COLORTERM", "NO_COLOR", "TZ"];
/// The size where a client does not know it.
const USUAL: Size = Size { columns: 80, rows: 24 };
/// The largest: a larger one would be a frame of megabytes.
const LARGEST: Size = Size { columns: 500, rows: 300 };

/// The environment of one session.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Environment {
    vars: BTreeMap<&'static str, String>,
}

impl Environment {
    /// Takes a variable. Says whether it is one that is taken.
    pub(super) fn set(&mut self, name: &str, value: &str) -> bool {
        let Some(&name) = TAKEN.iter().find(|known| **known == name) else { return false };
        let is_good = value.len() <= VARIABLE && !value.chars().any(char::is_control);
        if is_good {
            self.vars.insert(name, value.to_owned());
        }
        is_good
    }

    /// The kind of its terminal, as `pty-req` has it.
    pub(super) fn set_term(&mut self, term: &str) {
        if term.len() <= VARIABLE && term.chars().all(|c| c.is_ascii_graphic()) {
            self.vars.insert("TERM", term.to_owned());
        }
    }

    fn var(&self, name: &str) -> String {
        self.vars.get(name).cloned().unwrap_or_default()
    }

    fn os_var(&self, name: &str) -> Option<OsString> {
        self.vars.get(name).map(OsString::from)
    }

    /// The language.
    #[must_use]
    pub fn lang(&self) -> Lang {
        locale::lang(&|name| self.os_var(name))
    }

    /// Whether its terminal shows UTF-8.
    #[must_use]
    pub fn is_utf8(&self) -> bool {
        locale::is_utf8(&|name| self.os_var(name))
    }

    /// Whether colours are unwanted.
    #[must_use]
    pub fn no_color(&self) -> bool {
        !self.var("NO_COLOR").is_empty()
    }

    /// The time zone, by name or as POSIX writes it; that of this machine where the client says none.
    #[must_use]
    pub fn zone(&self) -> TimeZone {
        let text = self.var("TZ");
        let text = text.strip_prefix(':').unwrap_or(&text);
        let is_name = !text.is_empty() && !text.starts_with('/') && !text.contains("..");
        let zone = is_name.then(|| TimeZone::get(text).or_else(|_| TimeZone::posix(text)).ok());
        zone.flatten().unwrap_or_else(zone_of_machine)
    }

    /// What its terminal can do.
    #[must_use]
    pub fn capabilities(&self, wishes: Wishes) -> Capabilities {
        let var = |name: &str| match name {
            "SSH_CONNECTION" => "ssh".to_owned(),
            _ => self.var(name),
        };
        Capabilities::of_environment(&var, wishes)
    }

    /// Whether a full screen can be shown.
    #[must_use]
    pub fn has_screen(&self) -> bool {
        modes::has_cursor_addressing(&self.var("TERM"))
    }
}

/// The zone that this machine is set to; UTC where that is not known. The door's own `TZ` is its operator's.
fn zone_of_machine() -> TimeZone {
    let target = fs::canonicalize("/etc/localtime").unwrap_or_default();
    let target = target.to_string_lossy();
    let zone = target.split_once("zoneinfo/").and_then(|(_, name)| TimeZone::get(name).ok());
    zone.unwrap_or(TimeZone::UTC)
}

/// A size that can be drawn, whatever the client says.
#[must_use]
pub(super) fn size(columns: u32, rows: u32) -> Size {
    if columns == 0 || rows == 0 {
        return USUAL;
    }
    let within = |asked: u32, largest: u16| u16::try_from(asked).unwrap_or(u16::MAX).min(largest);
    Size { columns: within(columns, LARGEST.columns), rows: within(rows, LARGEST.rows) }
}

#[cfg(test)]
mod tests {
    use super::{Environment, size};
    use crate::ambiguous_width::AmbiguousWidth;
    use crate::lang::Lang;
    use crate::terminal::Size;
    use crate::terminal::modes::Wishes;

    const WISHES: Wishes = Wishes { mouse: true, escape_wait: None, ambiguous_width: AmbiguousWidth::Auto };

    fn environment(vars: &[(&str, &str)]) -> Environment {
        let mut environment = Environment::default();
        for (name, value) in vars {
            environment.set(name, value);
        }
        environment
    }

    #[test]
    fn what_is_not_asked_for_is_not_taken() {
        let mut environment = Environment::default();
        for name in ["PATH", "LD_PRELOAD", "HOME", "EDITOR", "TERM", "LC_TIME", "SSH_CONNECTION", ""] {
            assert!(!environment.set(name, "x"), "{name}");
        }
        assert!(!environment.set("LANG", &"x".repeat(129)) && !environment.set("TZ", "a\x1bb"));
        environment.set_term("xterm\x1b]0;x\x07");
        assert_eq!(environment, Environment::default());
        assert!(environment.set("LANG", "ko_KR.UTF-8"));
    }

    #[test]
    fn language_and_characters_follow_the_locale() {
        assert_eq!(environment(&[("LANG", "ko_KR.UTF-8")]).lang(), Lang::Ko);
        assert_eq!(environment(&[("LANG", "ko_KR.UTF-8"), ("LC_ALL", "C")]).lang(), Lang::En);
        assert!(environment(&[]).is_utf8() && !environment(&[("LC_ALL", "C")]).is_utf8());
    }

    #[test]
    fn a_zone_is_a_name_or_posix_and_never_a_path() {
        let zone = |text| environment(&[("TZ", text)]).zone();
        assert_eq!(zone("Asia/Seoul").iana_name(), Some("Asia/Seoul"));
        assert_eq!(zone(":Asia/Seoul").iana_name(), Some("Asia/Seoul"));
        let offset = zone("KST-9").to_offset(jiff::Timestamp::UNIX_EPOCH);
        assert_eq!(offset.seconds(), 9 * 3600);
        for path in ["/etc/passwd", "../../etc/passwd", "", "No/Where"] {
            assert_eq!(zone(path), super::zone_of_machine(), "{path}");
        }
    }

    #[test]
    fn a_size_can_always_be_drawn() {
        for ((columns, rows), drawn) in [
            ((120, 40), (120, 40)),
            ((0, 0), (80, 24)),
            ((0, 40), (80, 24)),
            ((1, 1), (1, 1)),
            ((u32::MAX, 70_000), (500, 300)),
        ] {
            assert_eq!(size(columns, rows), Size { columns: drawn.0, rows: drawn.1 }, "{columns}x{rows}");
        }
    }

    #[test]
    fn a_terminal_is_known_by_what_its_client_sends() {
        let mut kitty = environment(&[]);
        kitty.set_term("xterm-kitty");
        let capabilities = kitty.capabilities(WISHES);
        assert!(capabilities.kitty_keyboard && capabilities.is_remote && capabilities.many_colors);
        let mut plain = environment(&[("NO_COLOR", "1")]);
        plain.set_term("dumb");
        assert!(!plain.has_screen() && plain.no_color() && !plain.capabilities(WISHES).color);
        let mut xterm = environment(&[("COLORTERM", "truecolor")]);
        xterm.set_term("xterm");
        assert!(xterm.has_screen() && xterm.capabilities(WISHES).many_colors);
    }
}
