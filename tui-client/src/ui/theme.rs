//! The theme: every colour and style the client draws with. Nothing is said by colour alone: whatever has a colour here has a
//! word, a sign or an attribute as well.
//!
//! Colours are those of the terminal's own palette, whose owner made them readable on the background they chose.
//! What is quiet is dim in the foreground's colour, since no palette grey is readable on every background.
//! Red is for what went wrong or cannot be undone, and for nothing else.

use ratatui::style::{Color, Modifier, Style};

use crate::settings::look::ThemeName;

/// A style for each thing on the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Theme {
    /// Whether people's own colours are shown.
    colored: bool,

    /// The line at the top.
    pub header: Style,
    /// The room's name in it.
    pub header_room: Style,
    /// The topic in it.
    pub header_topic: Style,
    /// The line above the input.
    pub status: Style,
    /// The connection in it, while it is well.
    pub online: Style,
    /// The connection in it, while it is being made.
    pub connecting: Style,
    /// The connection in it, while there is none.
    pub offline: Style,
    /// Somebody who is typing.
    pub typing: Style,
    /// Lines between panes.
    pub border: Style,
    /// The title of a pane.
    pub title: Style,

    /// A room.
    pub room: Style,
    /// The room that is shown.
    pub room_current: Style,
    /// A room with something new.
    pub room_unread: Style,
    /// A room where one was mentioned.
    pub room_mention: Style,
    /// How much is new.
    pub count: Style,

    /// What every name has, beside its colour.
    pub name: Style,
    /// What the reader's own name has more.
    pub own_name: Style,
    /// A member who is away.
    pub member_away: Style,
    /// The sign of a role.
    pub role: Style,

    /// The time of a message.
    pub time: Style,
    /// The line between names and texts.
    pub gutter: Style,
    /// A message.
    pub text: Style,
    /// An action: `/me`.
    pub action: Style,
    /// Somebody joined, left or was renamed.
    pub event: Style,
    /// An announcement's heading.
    pub announcement: Style,
    /// Bold text in a message.
    pub bold: Style,
    /// Italic text in it.
    pub italic: Style,
    /// Code in it, which has its backticks or a line beside it as well.
    pub code: Style,
    /// What is quoted in it, which has `>` beside it as well.
    pub quote: Style,
    /// A link.
    pub link: Style,
    /// One's name in a message.
    pub mention: Style,
    /// The sign of a message with one's name.
    pub mention_mark: Style,
    /// A message on its way.
    pub pending: Style,
    /// The sign of a message that was not sent, and why.
    pub failed: Style,
    /// What the client says.
    pub notice: Style,
    /// What the client warns of.
    pub warning: Style,
    /// The separator of a day and the like.
    pub separator: Style,
    /// The separator above what is new.
    pub unread: Style,
    /// The selection.
    pub selection: Style,

    /// What stands before the input.
    pub prompt: Style,
    /// The input.
    pub input: Style,
    /// What stands in an empty input.
    pub placeholder: Style,
    /// A popup.
    pub popup: Style,
    /// Its title.
    pub popup_title: Style,
    /// The line of a popup that Enter takes.
    pub popup_selected: Style,
    /// The letters of a choice that were typed.
    pub popup_match: Style,
    /// A key in a hint.
    pub key: Style,
    /// The words of a hint.
    pub hint: Style,
    /// The question before something that cannot be undone.
    pub danger: Style,
}

impl Default for Theme {
    fn default() -> Self {
        Self::ansi()
    }
}

impl Theme {
    /// The one of a name, where the terminal has colours or not.
    #[must_use]
    pub fn named(name: ThemeName, has_color: bool) -> Self {
        match name {
            ThemeName::HighContrast if has_color => Self::undimmed().in_color(),
            ThemeName::HighContrast => Self::undimmed(),
            ThemeName::Auto | ThemeName::Dark | ThemeName::Light if has_color => Self::ansi(),
            ThemeName::Auto | ThemeName::Dark | ThemeName::Light | ThemeName::None => Self::plain(),
        }
    }

    /// The sixteen colours of the terminal.
    #[must_use]
    pub fn ansi() -> Self {
        Self::plain().in_color()
    }

    fn in_color(self) -> Self {
        let plain = self;
        Self {
            colored: true,
            header_room: plain.header_room.fg(Color::Cyan),
            online: plain.online.fg(Color::Green),
            offline: plain.offline.fg(Color::Red),
            room_mention: plain.room_mention.fg(Color::Magenta),
            role: plain.role.fg(Color::Green),
            announcement: plain.announcement.fg(Color::Magenta),
            code: plain.code.fg(Color::Yellow),
            link: plain.link.fg(Color::Cyan),
            mention: plain.mention.fg(Color::Magenta),
            mention_mark: plain.mention_mark.fg(Color::Magenta),
            failed: plain.failed.fg(Color::Red),
            warning: plain.warning.fg(Color::Red),
            unread: plain.unread.fg(Color::Cyan),
            prompt: plain.prompt.fg(Color::Cyan),
            popup_title: plain.popup_title.fg(Color::Cyan),
            popup_match: plain.popup_match.fg(Color::Cyan),
            danger: plain.danger.fg(Color::Red),
            ..plain
        }
    }

    /// No colours, for `NO_COLOR` (<https://no-color.org>): bold, dim, underlined and reversed only.
    #[must_use]
    pub fn plain() -> Self {
        Self::with_quiet(Style::new().add_modifier(Modifier::DIM))
    }

    /// The same with nothing dim, for which no terminal promises a contrast.
    fn undimmed() -> Self {
        Self::with_quiet(Style::new())
    }

    /// No colours, and this for what is quiet.
    fn with_quiet(dim: Style) -> Self {
        let normal = Style::new();
        let with = |modifier| normal.add_modifier(modifier);
        let bold = with(Modifier::BOLD);
        let (underlined, reversed) = (with(Modifier::UNDERLINED), with(Modifier::REVERSED));
        Self {
            colored: false,
            header: normal,
            header_room: bold,
            header_topic: dim,
            status: dim,
            online: normal,
            connecting: bold,
            offline: bold,
            typing: dim,
            border: dim,
            title: bold,
            room: normal,
            room_current: reversed,
            room_unread: bold,
            room_mention: bold,
            count: bold,
            name: normal,
            own_name: bold,
            member_away: dim,
            role: bold,
            time: dim,
            gutter: dim,
            text: normal,
            action: with(Modifier::ITALIC),
            event: dim,
            announcement: bold,
            bold,
            italic: with(Modifier::ITALIC),
            code: normal,
            quote: dim,
            link: underlined,
            mention: bold,
            mention_mark: bold,
            pending: dim,
            failed: bold,
            notice: dim,
            warning: bold,
            separator: dim,
            unread: bold,
            selection: reversed,
            prompt: bold,
            input: normal,
            placeholder: dim,
            popup: normal,
            popup_title: bold,
            popup_selected: reversed,
            popup_match: underlined,
            key: bold,
            hint: dim,
            danger: bold,
        }
    }

    /// How somebody's name looks: in their own colour, perhaps underlined; the reader's own is bold as well.
    #[must_use]
    pub fn person(&self, style: shared::Style, is_own: bool) -> Style {
        let mut look = if is_own { self.name.patch(self.own_name) } else { self.name };
        if self.colored {
            look = look.fg(Color::Indexed(style.color()));
        }
        if style.underline() { look.add_modifier(Modifier::UNDERLINED) } else { look }
    }
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum as _;
    use ratatui::style::{Color, Modifier, Style};

    use super::{Theme, ThemeName};

    #[test]
    fn a_person_has_their_own_colour_and_line() {
        let theme = Theme::default();
        let look = theme.person(shared::Style::new(6, true).unwrap(), false);
        assert_eq!(look, Style::new().fg(Color::Indexed(6)).add_modifier(Modifier::UNDERLINED));
        let own = theme.person(shared::Style::new(13, false).unwrap(), true);
        assert_eq!(own, Style::new().fg(Color::Indexed(13)).add_modifier(Modifier::BOLD));
    }

    #[test]
    fn without_colour_there_is_none() {
        assert!(!has(&Theme::plain()).0 && has(&Theme::ansi()).0);
        let look = Theme::plain().person(shared::Style::new(6, true).unwrap(), false);
        assert_eq!(look, Style::new().add_modifier(Modifier::UNDERLINED));
    }

    /// Whether a theme has a colour, and whether something is dim in it.
    fn has(theme: &Theme) -> (bool, bool) {
        let shown = format!("{theme:?}");
        (
            [".cyan()", ".red()", ".green()", ".magenta()"].iter().any(|color| shown.contains(color)),
            shown.contains(".dim()"),
        )
    }

    #[test]
    fn each_theme_has_what_its_name_says() {
        for name in ThemeName::value_variants().iter().copied() {
            let dims = name != ThemeName::HighContrast;
            assert_eq!(has(&Theme::named(name, false)), (false, dims), "{name:?}");
            assert_eq!(has(&Theme::named(name, true)), (name != ThemeName::None, dims), "{name:?}");
        }
    }

    #[test]
    fn red_is_for_what_went_wrong_or_cannot_be_undone() {
        let theme = Theme::ansi();
        let red = |style: &Style| style.fg == Some(Color::Red);
        let calm =
            [theme.unread, theme.connecting, theme.count, theme.hint, theme.separator, theme.popup_title];
        assert!(!calm.iter().any(red));
        assert!([theme.failed, theme.warning, theme.offline, theme.danger].iter().all(red));
    }

    #[test]
    fn what_has_a_colour_has_more() {
        // Take the colours away and every style that had one must still differ from plain text, except where a sign
        // or a word says the same: the connection is always named.
        let theme = Theme::ansi();
        let colored = [
            theme.header_room,
            theme.offline,
            theme.connecting,
            theme.room_mention,
            theme.role,
            theme.announcement,
            theme.link,
            theme.mention,
            theme.mention_mark,
            theme.failed,
            theme.warning,
            theme.unread,
            theme.prompt,
            theme.danger,
        ];
        assert!(colored.iter().all(|style| !style.add_modifier.is_empty()));
    }
}
