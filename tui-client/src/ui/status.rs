//! Draws the status line: the connection, hints, who is typing, how far up the reader is. Nothing in it is animated: an idle
//! client wakes up for nothing.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use shared::Code;
use shared::server_msg::GoodbyeCode;

use super::composer;
use super::paint;
use super::shorten::shorten;
use super::theme::Theme;
use crate::app::App;
use crate::app::chord;
use crate::app::connection::Status;
use crate::app::popup::Popup;
use crate::app::text_width::truncate;
use crate::app::timeline::Level;
use crate::app::transfers::{Direction, Transfer, TransferState};

/// A round trip longer than this is worth telling, in milliseconds.
const SLOW: u32 = 150;

/// A wait shorter than this is not counted down where there are several addresses, in milliseconds.
const BRIEF: i64 = 250;

/// The bytes of the sign of the connection, with the blank before it.
const SIGN: usize = " ●".len();

/// The columns of it, with the blank after it.
const SHORT: u16 = 3;

/// From these widths on, a file that moves has its pace, and its name.
const WITH_RATE: u16 = 56;
const WITH_NAME: u16 = 30;
/// The most columns for the name of a file that moves.
const MOVING_NAME: u16 = 24;

/// From this width on, the letters after Ctrl-X have words.
const WITH_WORDS: u16 = 72;

/// What the status line says, wherever it stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StatusLine {
    connection: (String, Style),
    /// Of a connection that works the sign is enough, where there is no room otherwise.
    is_online: bool,
    middle: Option<(String, Style)>,
    /// The middle goes by itself and then gives its place to what stands at the right.
    is_passing: bool,
    right: Option<(String, Style)>,
}

impl StatusLine {
    /// What it says of the app.
    #[must_use]
    pub fn of(app: &App, theme: &Theme) -> Self {
        Self {
            connection: connection(app, theme),
            is_online: app.connection().is_online(),
            middle: middle(app, theme),
            is_passing: app.screen().hint().is_some() || app.screen().is_chord_pending(),
            right: right(app, theme),
        }
    }
}

/// Draws the status line.
pub fn render(status: &StatusLine, area: Rect, buf: &mut Buffer, theme: &Theme) {
    let StatusLine { connection: (state, state_style), is_online, middle, is_passing, right } = status;
    let mut spans = vec![(state.as_str(), *state_style), ("  ", theme.status)];
    let mut rest = area;
    if let Some((text, style)) = right {
        let wanted = middle.as_ref().map_or(0, |(text, _)| paint::width(&[(text, theme.status)]));
        if !is_passing || wanted.saturating_add(SHORT + 1 + paint::width(&[(text, *style)])) <= area.width {
            rest = paint::spans_right(&[(text, *style)], area, buf);
        }
    }
    let (text, style) = middle.as_ref().map_or(("", Style::default()), |(text, style)| (text, *style));
    let beside = if text.is_empty() { 0 } else { paint::width(&[("  ", style), (text, style)]) };
    if paint::width(&spans[..1]).saturating_add(beside) > rest.width && *is_online {
        spans = vec![(state.get(..SIGN).unwrap_or_default(), *state_style), (" ", theme.status)];
    }
    let shown = shorten(text, rest.width.saturating_sub(paint::width(&spans)));
    spans.push((&shown, style));
    paint::spans(&spans, rest, buf);
}

/// What stands at the right end, where there is room for it.
fn right(app: &App, theme: &Theme) -> Option<(String, Style)> {
    if let Some((below, style)) = below(app, theme) {
        return Some((format!("{below} "), style));
    }
    // Where no line above the input has room for it.
    if app.draft_length().is_some() && app.panes().input_line.is_empty() {
        return composer::draft_length(app, theme);
    }
    let is_free = app.screen().hint().is_none() && !app.screen().is_chord_pending();
    is_free.then(|| (app.keymap().in_words(format!("{} ", app.lang().help_key())), theme.hint))
}

/// The connection in a few words, never by colour alone.
fn connection(app: &App, theme: &Theme) -> (String, Style) {
    let lang = app.lang();
    match app.status() {
        _ if app.connection().is_leaving() => (format!(" ○ {}", lang.leaving()), theme.connecting),
        Status::Online if app.is_unanswered() && !app.connection().is_stalled(app.now()) => {
            (format!(" ○ {}", lang.no_answer_yet()), theme.connecting)
        }
        Status::Online => {
            let slow = app.connection().lag().filter(|trip| *trip > SLOW);
            let mut text = format!(" ● {}", lang.online_at(app.connection().node()));
            text.extend(slow.map(|trip| format!(" {trip} ms")));
            if app.rooms().is_absent(app.my_uid()) {
                text.extend([" · ", lang.away()]);
            }
            if slow.is_none() && app.session().attention().dnd {
                text.extend([" · ", lang.dnd_status()]);
            }
            (text, theme.online)
        }
        Status::Connecting { attempt: 0 } if !app.is_welcome() => {
            (format!(" ○ {}", lang.connecting(&app.shown_address())), theme.connecting)
        }
        Status::Connecting { .. } => (format!(" ○ {}", lang.reconnecting()), theme.connecting),
        // Another address is tried in a moment.
        Status::Waiting { until, .. } if until - app.now() <= BRIEF && app.has_other_nodes() => {
            (format!(" ○ {}", lang.reconnecting()), theme.connecting)
        }
        Status::Waiting { until, .. } => {
            let seconds = (until - app.now() + 999).max(0) / 1000;
            (format!(" ○ {}", lang.reconnecting_in(seconds)), theme.offline)
        }
        Status::Kicked(goodbye) if goodbye.code == GoodbyeCode::Error(Code::Banned) => {
            (format!(" ○ {}", lang.banned_status()), theme.offline)
        }
        Status::Kicked(goodbye) => {
            let state = lang.removed_status(goodbye.code == GoodbyeCode::Replaced);
            (format!(" ○ {state} · {}", lang.how_to_reconnect()), theme.offline)
        }
        Status::Closed(_) => (format!(" ○ {} · {}", lang.offline(), lang.how_to_reconnect()), theme.offline),
    }
}

/// What is going on: a remark, what waits to be sent, who is writing.
fn middle(app: &App, theme: &Theme) -> Option<(String, Style)> {
    let lang = app.lang();
    if app.screen().is_chord_pending() {
        return Some((
            app.keymap().in_words(lang.chord_prompt(&chord::choices(
                lang,
                app.role(),
                app.screen().size().0 >= WITH_WORDS,
            ))),
            theme.key,
        ));
    }
    if let Some(hint) = app.screen().hint() {
        let style = match hint.level {
            Level::Info => theme.status,
            Level::Warning => theme.warning,
        };
        return Some((hint.text.clone(), style));
    }
    if app.screen().popups().last().is_some_and(Popup::is_sheet) {
        return Some((lang.keys_go_above().to_owned(), theme.key));
    }
    let room = app.rooms().current();
    if let Some(keys) = app.picked_keys() {
        return Some((lang.selection_keys(&keys), theme.key));
    }
    if app.rooms().seeks_oldest() {
        return Some((lang.seeking_oldest().to_owned(), theme.key));
    }
    if app.connection().is_stalled(app.now()) {
        return Some((lang.stalled().to_owned(), theme.warning));
    }
    let unsent = app.outbox().waiting();
    if unsent > 0 && app.session().is_unsaved() {
        return Some((lang.unsent_and_unsaved(unsent), theme.warning));
    }
    if unsent > 0 && !app.connection().is_online() {
        return Some((lang.unsent_count(unsent), theme.pending));
    }
    if !app.connection().is_online() {
        return trouble(app, theme);
    }
    if let Some(moving) = moving(app) {
        return Some((moving, theme.status));
    }
    if !app.settings().show_typing {
        return None;
    }
    let ignored = app.session().ignored();
    let writers = room.roster.writers(app.my_uid()).filter(|member| !ignored.has(member.uid));
    let writers: Vec<&str> = writers.map(|member| member.name.as_str()).collect();
    (!writers.is_empty()).then(|| (lang.typing(&writers), theme.typing))
}

/// The file that moves, and how many others are on their way.
fn moving(app: &App) -> Option<String> {
    let transfers = app.transfers();
    let is_running = |transfer: &&Transfer| matches!(transfer.state, TransferState::Running { .. });
    let first = transfers.under_way().find(is_running).or_else(|| transfers.under_way().next())?;
    let others = transfers.under_way().count() - 1;
    let sign = match first.direction {
        Direction::Send => "↑",
        Direction::Save => "↓",
    };
    // The line of the message has the number of bytes; where there is little room, the percent say most.
    let columns = app.screen().size().0;
    let words = app.transfer_words(first);
    let is_wide = is_running(&first) && columns >= WITH_RATE;
    let state = if is_wide { words.get(1).or(words.first()) } else { words.last() }?;
    let name =
        truncate(first.name.as_str(), if columns >= WITH_RATE { MOVING_NAME } else { MOVING_NAME / 2 });
    let more = if others > 0 { format!(" +{others}") } else { String::new() };
    let name = if columns >= WITH_NAME { format!("{name} ") } else { String::new() };
    Some(format!("{sign} {name}{state}{more}"))
}

/// Why there is no connection, while the next attempt is under way or waited for.
fn trouble(app: &App, theme: &Theme) -> Option<(String, Style)> {
    let connection = app.connection();
    if connection.is_order_stalled() && matches!(app.status(), Status::Connecting { .. }) {
        return Some((app.lang().greeting_waits().to_owned(), theme.warning));
    }
    let why = connection.last_failure().filter(|_| !connection.is_moving_quietly())?;
    match app.status() {
        Status::Connecting { attempt: 1.. } | Status::Waiting { .. } => {
            // Where there is little room, the header or the scrollback has the address.
            let is_wide = app.screen().size().0 >= WITH_WORDS && !app.nodes().has_others();
            let text = if is_wide { format!("{}: {why}", app.shown_address()) } else { why.to_owned() };
            Some((text, theme.pending))
        }
        // The state has named the address.
        Status::Connecting { attempt: 0 } | Status::Online | Status::Kicked(_) | Status::Closed(_) => None,
    }
}

/// How far from the newest message the reader is. That something new is there stands out; having scrolled is no alarm.
fn below(app: &App, theme: &Theme) -> Option<(String, Style)> {
    let timeline = &app.rooms().current().timeline;
    let key = if app.composer().is_empty() { "End" } else { "Ctrl-End" };
    let new = timeline.new_below();
    let style = if new > 0 { theme.count } else { theme.hint };
    (!timeline.at_bottom()).then(|| (app.lang().scrolled_up(new, key), style))
}
