//! The bytes that take a terminal and give it back: alternate screen, bracketed paste, focus reports, mouse wheel, kitty
//! keyboard protocol, window title. Pure: what a terminal can do comes in as a value, from its own environment and not
//! from this process's.

use std::time::Duration;

use super::encode::END_FRAME;
use super::notify::NoticeWay;
use super::parse::{ESCAPE_WAIT, ESCAPE_WAIT_REMOTE};
use crate::ambiguous_width::AmbiguousWidth;

/// What a terminal can do, and what its person wants of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a yes or no about the terminal")]
pub struct Capabilities {
    /// It is known to speak the kitty keyboard protocol, which tells Ctrl-H from Backspace and Esc from Alt.
    pub kitty_keyboard: bool,
    /// Colours are wanted.
    pub color: bool,
    /// The mouse's wheel and clicks are ours; a drag then needs Shift to select text.
    pub mouse: bool,
    /// How long after an Esc its rest may come.
    pub escape_wait: Duration,
    /// How wide it draws ambiguous characters.
    pub ambiguous_width: AmbiguousWidth,
    /// It has 256 colours.
    pub many_colors: bool,
    /// It can be asked for its background, or takes no notice of the question.
    pub knows_background: bool,
    /// Its background, as far as that is known without asking.
    pub background: Option<[u8; 3]>,
    /// It takes hyperlinks (OSC 8), or takes no notice of them.
    pub hyperlinks: bool,
    /// It is a terminal within another one (tmux, screen), which may keep a copied text to itself.
    pub is_multiplexer: bool,
    /// How it takes notices, as far as that is known without asking.
    pub notices: NoticeWay,
    /// It is reached over a network, where bytes are dear.
    pub is_remote: bool,
}

/// What a person wants of it; the rest follows from the environment.
#[derive(Clone, Copy, Debug)]
pub struct Wishes {
    /// The mouse is ours.
    pub mouse: bool,
    /// How long after an Esc its rest may come, where that was set.
    pub escape_wait: Option<Duration>,
    /// How wide the terminal draws ambiguous characters.
    pub ambiguous_width: AmbiguousWidth,
}

impl Capabilities {
    /// What follows from the value of `TERM` and from whether `NO_COLOR` is set (<https://no-color.org>) where the
    /// terminal is.
    ///
    /// Asking the terminal itself whether it speaks the kitty protocol would mean waiting for an answer that may never
    /// come; inside tmux or screen it depends on their settings.
    #[must_use]
    pub fn of(term: &str, no_color: bool, mouse: bool) -> Self {
        const KITTY: [&str; 6] =
            ["xterm-kitty", "xterm-ghostty", "foot", "foot-extra", "alacritty", "wezterm"];
        let kitty_keyboard = KITTY.contains(&term);
        Self {
            kitty_keyboard,
            color: !no_color,
            mouse,
            escape_wait: ESCAPE_WAIT,
            ambiguous_width: AmbiguousWidth::Auto,
            many_colors: kitty_keyboard || term.contains("256color") || term.contains("direct"),
            knows_background: term != "linux",
            background: None,
            // Where nothing is known of a terminal, as of the console, links might be shown as text.
            hyperlinks: kitty_keyboard || term.starts_with("xterm") || term.starts_with("tmux"),
            is_multiplexer: term.starts_with("tmux") || term.starts_with("screen"),
            notices: NoticeWay::of(term, ""),
            is_remote: false,
        }
    }

    /// What follows from the environment of the terminal, which `var` knows, and from what its person wants. A variable that is
    /// not set is empty.
    #[must_use]
    pub fn of_environment(var: &dyn Fn(&str) -> String, wishes: Wishes) -> Self {
        let is_set = |name| !var(name).is_empty();
        let is_remote = is_set("SSH_CONNECTION") || is_set("SSH_TTY");
        let usual = if is_remote { ESCAPE_WAIT_REMOTE } else { ESCAPE_WAIT };
        let by_name = Self::of(&var("TERM"), is_set("NO_COLOR"), wishes.mouse);
        Self {
            escape_wait: wishes.escape_wait.unwrap_or(usual),
            ambiguous_width: wishes.ambiguous_width,
            many_colors: by_name.many_colors || is_set("COLORTERM"),
            is_multiplexer: by_name.is_multiplexer || is_set("TMUX"),
            background: background_of(&var("COLORFGBG")),
            notices: NoticeWay::of(&var("TERM"), &var("TERM_PROGRAM")),
            is_remote,
            ..by_name
        }
    }
}

/// The background that `COLORFGBG` speaks of (rxvt, Konsole: `15;0`), as black or white.
#[must_use]
pub fn background_of(colorfgbg: &str) -> Option<[u8; 3]> {
    match colorfgbg.rsplit(';').next()?.parse().ok()? {
        0..=6 | 8 => Some([0; 3]),
        7 | 15 => Some([255; 3]),
        _ => None,
    }
}

/// Whether a terminal with this value of `TERM` can place the cursor, which a full screen needs. The names are those whose
/// description has no `cup` (terminfo) and that are in use.
#[must_use]
pub fn has_cursor_addressing(term: &str) -> bool {
    !matches!(
        term,
        "" | "dumb" | "unknown" | "emacs" | "network" | "dialup" | "ethernet" | "printer" | "glasstty"
    )
}

/// Bytes that take the terminal. The window's title is pushed on the terminal's stack (xterm, CSI 22 t). Of the mouse
/// only presses are reported, turns of the wheel among them (modes 1000 and 1006); movement would wake us for nothing.
#[must_use]
pub fn enter(capabilities: Capabilities) -> Vec<u8> {
    let mut bytes = b"\x1b[?1049h\x1b[?2004h\x1b[?1004h".to_vec();
    if capabilities.kitty_keyboard {
        // Only "disambiguate escape codes" and, for those, "report alternate keys", which are the base keys of other
        // layouts: text goes on coming as text.
        bytes.extend(b"\x1b[>5u");
    }
    bytes.extend(b"\x1b[22;2t");
    if capabilities.mouse {
        bytes.extend(mouse(true));
    }
    bytes
}

/// Bytes that have the mouse reported, or not.
#[must_use]
pub fn mouse(is_ours: bool) -> &'static [u8] {
    if is_ours { b"\x1b[?1000h\x1b[?1006h" } else { b"\x1b[?1006l\x1b[?1000l" }
}

/// Bytes that give it back, in whatever state a frame that was cut off left it.
#[must_use]
pub fn leave(capabilities: Capabilities) -> Vec<u8> {
    let mut bytes = Vec::new();
    if capabilities.kitty_keyboard {
        bytes.extend(b"\x1b[<1u");
    }
    bytes.extend(END_FRAME);
    bytes.extend(b"\x1b[23;2t\x1b[?1006l\x1b[?1000l\x1b[?1004l\x1b[?2004l\x1b[0m\x1b[?1049l\x1b[?25h");
    bytes
}

#[cfg(test)]
mod tests {
    use super::{Capabilities, enter, leave};

    #[test]
    fn a_terminal_is_given_back_as_it_was_taken() {
        for capabilities in
            [Capabilities::of("xterm-kitty", false, true), Capabilities::of("xterm", true, false)]
        {
            let mut terminal = vt100::Parser::default();
            let before = terminal.screen().input_mode_formatted();
            terminal.process(&enter(capabilities));
            assert!(terminal.screen().alternate_screen() && terminal.screen().bracketed_paste());
            let reports_mouse = terminal.screen().mouse_protocol_mode() != vt100::MouseProtocolMode::None;
            assert_eq!(reports_mouse, capabilities.mouse);
            terminal.process(b"\x1b[?2026h\x1b[?25l\x1b[1;31mhalf a fra");
            terminal.process(&leave(capabilities));
            assert!(!terminal.screen().alternate_screen() && !terminal.screen().hide_cursor());
            assert_eq!(terminal.screen().input_mode_formatted(), before);
            terminal.process(b"x");
            let cell = terminal.screen().cell(0, 0).unwrap();
            assert_eq!((cell.contents(), cell.fgcolor(), cell.bold()), ("x", vt100::Color::Default, false));
        }
    }

    #[test]
    fn a_terminal_without_a_cursor_to_place_is_known_by_its_name() {
        for (term, has) in [
            ("", false),
            ("dumb", false),
            ("unknown", false),
            ("xterm", true),
            ("linux", true),
            ("vt100", true),
        ] {
            assert_eq!(super::has_cursor_addressing(term), has, "{term}");
        }
    }

    #[test]
    fn links_go_where_they_are_taken() {
        for (term, takes) in [
            ("xterm-256color", true),
            ("foot", true),
            ("tmux-256color", true),
            ("linux", false),
            ("screen", false),
            ("vt220", false),
        ] {
            assert_eq!(Capabilities::of(term, false, false).hyperlinks, takes, "{term}");
        }
    }

    #[test]
    fn the_environment_may_speak_of_the_background() {
        for (value, background) in
            [("15;0", Some([0; 3])), ("0;default;15", Some([255; 3])), ("12;11", None), ("", None)]
        {
            assert_eq!(super::background_of(value), background, "{value}");
        }
    }

    #[test]
    fn the_keyboard_protocol_is_pushed_and_popped_once_where_it_is_spoken() {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        let (kitty, other) = (Capabilities::of("foot", false, true), Capabilities::of("tmux", false, true));
        assert_eq!(text(enter(kitty)).matches("\x1b[>5u").count(), 1);
        assert_eq!(text(leave(kitty)).matches("\x1b[<1u").count(), 1);
        assert!(!text(enter(other)).contains('u') && !text(leave(other)).contains('u'));
    }
}
