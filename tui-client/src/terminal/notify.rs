//! Notices on the desktop as a terminal takes them, and the bell for one that takes none. Which way a terminal takes is known
//! by what it answers when it is asked for its name (XTVERSION), before that by its environment.
//!
//! Inside tmux the terminal around it is not reached by these bytes, unless tmux lets them pass ([`through_tmux`]).

use std::io::Write as _;

use base64ct::{Base64, Encoding as _};

use crate::effect::DesktopNotice;

/// How a terminal takes a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeWay {
    /// By the bell, which it makes heard or seen as its person has set it.
    Bell,
    /// By iTerm2's sequence: one text.
    Osc9,
    /// By that of rxvt-unicode: title and text.
    Osc777,
    /// By that of kitty: title and text, and a later notice takes the place of the one before.
    Osc99,
}

/// The bell.
pub const BELL: &[u8] = b"\x07";

impl NoticeWay {
    /// By the values of `TERM` and `TERM_PROGRAM`. The second does not pass through ssh, and those that come with neither are
    /// asked.
    #[must_use]
    pub fn of(term: &str, program: &str) -> Self {
        match (term, program) {
            // Their answers would be those of the terminal within.
            _ if term.starts_with("tmux") || term.starts_with("screen") => Self::Bell,
            ("xterm-kitty", _) => Self::Osc99,
            ("foot" | "foot-extra" | "xterm-ghostty" | "wezterm", _) | (_, "ghostty" | "WezTerm") => {
                Self::Osc777
            }
            (_, "iTerm.app") => Self::Osc9,
            _ => Self::Bell,
        }
    }

    /// By what a terminal calls itself, where that is one whose way is known.
    #[must_use]
    pub fn of_version(version: &str) -> Option<Self> {
        let name = version.split([' ', '(']).next().unwrap_or_default().to_ascii_lowercase();
        match name.as_str() {
            "kitty" => Some(Self::Osc99),
            "foot" | "ghostty" | "wezterm" => Some(Self::Osc777),
            "iterm2" => Some(Self::Osc9),
            _ => None,
        }
    }

    /// A notice as bytes.
    #[must_use]
    pub fn bytes(self, notice: &DesktopNotice) -> Vec<u8> {
        let DesktopNotice { title, text } = notice;
        let mut bytes = Vec::new();
        // A Vec takes everything.
        let written = match self {
            Self::Bell => bytes.write_all(BELL),
            // A text that begins with a number and a semicolon would be something else (a progress bar).
            Self::Osc9 => write!(bytes, "\x1b]9;{}: {text}\x1b\\", title.replace(';', ",")),
            Self::Osc777 => write!(bytes, "\x1b]777;notify;{};{text}\x1b\\", title.replace(';', ",")),
            Self::Osc99 => write!(
                bytes,
                "\x1b]99;i=chinwag:d=0:e=1:p=title;{}\x1b\\\x1b]99;i=chinwag:d=1:e=1:o=unfocused:p=body;{}\x1b\\",
                Base64::encode_string(title.as_bytes()),
                Base64::encode_string(text.as_bytes())
            ),
        };
        written.ok();
        bytes
    }
}

/// The same bytes for the terminal around tmux, which takes them where `allow-passthrough` is on.
#[must_use]
pub fn through_tmux(bytes: &[u8]) -> Vec<u8> {
    let mut wrapped = b"\x1bPtmux;".to_vec();
    for byte in bytes {
        if *byte == 0x1b {
            wrapped.push(0x1b);
        }
        wrapped.push(*byte);
    }
    wrapped.extend(b"\x1b\\");
    wrapped
}

/// The bytes for a terminal around tmux, by what tmux says of itself: whether it lets bytes pass (`allow-passthrough`), whether
/// our window is the one that is seen, and what the terminal around it is called (`client_termname`), apart by blanks. The
/// bell where one of them is not known to work: tmux passes that on and marks the window.
#[must_use]
pub fn around_tmux(said: &str, notice: &DesktopNotice) -> Vec<u8> {
    let mut words = said.split_whitespace();
    let passes = match (words.next(), words.next()) {
        (Some("all"), Some(_)) | (Some("on"), Some("1")) => true,
        (Some(_) | None, _) => false,
    };
    let way = NoticeWay::of(words.next().unwrap_or_default(), "");
    if passes && way != NoticeWay::Bell { through_tmux(&way.bytes(notice)) } else { BELL.to_vec() }
}

#[cfg(test)]
mod tests {
    use super::{NoticeWay, around_tmux};
    use crate::effect::DesktopNotice;

    fn notice() -> DesktopNotice {
        DesktopNotice { title: "민수 · dev;2".into(), text: "kim; hi".into() }
    }

    #[test]
    fn each_terminal_is_told_in_its_own_way() {
        for (term, program, way) in [
            ("xterm-kitty", "", NoticeWay::Osc99),
            ("foot", "", NoticeWay::Osc777),
            ("xterm-256color", "WezTerm", NoticeWay::Osc777),
            ("xterm-256color", "iTerm.app", NoticeWay::Osc9),
            ("xterm-256color", "Apple_Terminal", NoticeWay::Bell),
            ("tmux-256color", "iTerm.app", NoticeWay::Bell),
            ("screen", "", NoticeWay::Bell),
            ("linux", "", NoticeWay::Bell),
        ] {
            assert_eq!(NoticeWay::of(term, program), way, "{term} {program}");
        }
        for (version, way) in [
            ("kitty(0.35.2)", Some(NoticeWay::Osc99)),
            ("foot(1.17.2)", Some(NoticeWay::Osc777)),
            ("WezTerm 20240203-110809-5046fc22", Some(NoticeWay::Osc777)),
            ("ghostty 1.0.1", Some(NoticeWay::Osc777)),
            ("iTerm2 3.5.1", Some(NoticeWay::Osc9)),
            ("XTerm(388)", None),
            ("tmux 3.3a", None),
        ] {
            assert_eq!(NoticeWay::of_version(version), way, "{version}");
        }
    }

    #[test]
    fn a_notice_has_the_form_its_way_asks_for() {
        let text = |way: NoticeWay| String::from_utf8(way.bytes(&notice())).unwrap();
        assert_eq!(text(NoticeWay::Bell), "\x07");
        assert_eq!(text(NoticeWay::Osc9), "\x1b]9;민수 · dev,2: kim; hi\x1b\\");
        assert_eq!(text(NoticeWay::Osc777), "\x1b]777;notify;민수 · dev,2;kim; hi\x1b\\");
        assert_eq!(
            text(NoticeWay::Osc99),
            "\x1b]99;i=chinwag:d=0:e=1:p=title;66+87IiYIMK3IGRldjsy\x1b\\\x1b]99;i=chinwag:d=1:e=1:o=unfocused:p=body;a2ltOyBoaQ==\x1b\\"
        );
    }

    #[test]
    fn tmux_passes_a_notice_on_only_where_that_is_known_to_work() {
        let wrapped = b"\x1bPtmux;\x1b\x1b]777;notify;".to_vec();
        for (said, passes) in [
            ("on 1 foot", true),
            ("all 0 foot", true),
            ("on 0 foot", false),
            ("off 1 foot", false),
            ("on 1 xterm-256color", false),
            ("on 1", false),
            ("1 foot", false),
            ("", false),
        ] {
            let bytes = around_tmux(said, &notice());
            assert_eq!(bytes.starts_with(&wrapped), passes, "{said}");
            assert_eq!(bytes == b"\x07", !passes, "{said}");
        }
    }
}
