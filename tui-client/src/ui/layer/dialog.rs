//! Draws an act of a moderator or admin, one step at a time. It must not decide what comes next.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::sheet;
use crate::app::App;
use crate::app::layer::dialog::{Dialog, Person, Step, Verb};
use crate::app::panes::{Panes, cut_bottom, cut_top};
use crate::ui::paint;
use crate::ui::roster::sign;
use crate::ui::theme::Theme;

/// The most people shown at a time.
const PEOPLE: usize = 8;
/// The rows an announcement is written in.
const WORDS: u16 = 3;

/// Draws the step that is asked now. Returns where the caret goes, where something is typed.
pub(super) fn draw(
    app: &App,
    dialog: &Dialog,
    panes: &Panes,
    buf: &mut Buffer,
    theme: &Theme,
) -> Option<Position> {
    let lang = app.lang();
    let name = dialog.whom.as_ref().map(|whom| whom.name.as_str());
    let title = lang.act_title(dialog.verb, name.filter(|_| dialog.step != Step::Who));
    let keys = lang.step_keys(dialog.verb, dialog.step, dialog.is_first());
    let trouble = dialog.trouble(app);
    let wanted = height(app, dialog, buf.area.width) + u16::from(trouble.is_some());
    let mut area = sheet::lay(&title, &keys, wanted, panes, buf, theme);
    // What is wrong is said even where there is room for little else.
    let mut last = match &trouble {
        Some(_) if area.height > 1 => cut_bottom(&mut area, 1),
        Some(_) | None => Rect::default(),
    };
    if dialog.step != Step::Sure && area.height > 1 {
        paint::text(lang.step(dialog.verb, dialog.step), cut_top(&mut area, 1), buf, theme.hint);
    }
    let caret = match dialog.step {
        Step::Who => draw_people(app, dialog, &mut area, buf, theme),
        Step::Long => draw_spans(app, dialog, &mut area, buf, theme),
        Step::What => draw_what(app, dialog, &mut area, buf, theme),
        Step::Why => sheet::field(&dialog.reason, 1, &mut area, buf, theme),
        Step::Words => sheet::field(&dialog.words, WORDS.min(area.height), &mut area, buf, theme),
        Step::Sure => draw_question(app, dialog, &mut area, buf, theme),
    };
    if let Some(trouble) = trouble {
        if last.is_empty() {
            last = cut_top(&mut area, 1);
        }
        paint::text(&trouble, last, buf, theme.warning);
    }
    caret
}

/// How many rows a step takes.
fn height(app: &App, dialog: &Dialog, width: u16) -> u16 {
    let short = |rows: usize| u16::try_from(rows).unwrap_or(u16::MAX);
    match dialog.step {
        Step::Who => 2 + short(dialog.people(app).len().clamp(1, PEOPLE)),
        Step::Why => 2,
        Step::Words => 1 + WORDS,
        Step::What => 3,
        Step::Long => 2 + short(dialog.verb.spans().len()) + u16::from(dialog.verb == Verb::Ban),
        Step::Sure => {
            let inside = width.saturating_sub(2);
            let more = [reason(app, dialog), dialog.news(app)];
            let rows = more.iter().flatten().map(|text| sheet::height(text, inside)).sum::<u16>();
            let field = if dialog.field().is_some() { 2 } else { 0 };
            sheet::height(&dialog.question(app), inside) + rows + field
        }
    }
}

fn draw_people(
    app: &App,
    dialog: &Dialog,
    area: &mut Rect,
    buf: &mut Buffer,
    theme: &Theme,
) -> Option<Position> {
    let caret = sheet::field(&dialog.query, 1, area, buf, theme);
    let people = dialog.people(app);
    if people.is_empty() {
        paint::text(app.lang().nothing_found(), cut_top(area, 1), buf, theme.hint);
    }
    let at = dialog.picked_at(&people);
    let fits = usize::from(area.height);
    let first = (at + 1).saturating_sub(fits);
    for (index, person) in people.iter().enumerate().skip(first).take(fits) {
        let is_picked = index == at && person.bar.is_none();
        draw_person(app, dialog, person, is_picked, cut_top(area, 1), buf, theme);
    }
    caret
}

fn draw_person(
    app: &App,
    dialog: &Dialog,
    person: &Person,
    is_picked: bool,
    row: Rect,
    buf: &mut Buffer,
    theme: &Theme,
) {
    let lang = app.lang();
    let mut name = theme.person(person.whom.style, false);
    if person.away || person.bar.is_some() {
        name = name.patch(theme.member_away);
    }
    let mut notes = Vec::new();
    if let Some(bar) = person.bar {
        notes.push(lang.bar(bar));
    } else if !person.role.is_member() {
        notes.push(lang.role(person.role).to_owned());
    }
    if person.away {
        notes.push(lang.away().to_owned());
    }
    if let Some(until) = person.held {
        let until = until.map(|until| lang.moment(until, app.now(), app.offset_minutes()));
        notes.push(lang.lift_it(dialog.verb, until.as_deref()));
    }
    let notes = format!("  {}", notes.join(" · "));
    let mark = if is_picked { "›" } else { " " };
    let spans = [
        (mark, theme.prompt),
        (sign(person.role), theme.role),
        (person.whom.name.as_str(), name),
        (notes.as_str(), theme.hint),
    ];
    paint::spans(&spans, row, buf);
    if is_picked {
        buf.set_style(row, theme.popup_selected);
    }
}

fn draw_spans(
    app: &App,
    dialog: &Dialog,
    area: &mut Rect,
    buf: &mut Buffer,
    theme: &Theme,
) -> Option<Position> {
    let lang = app.lang();
    let caret = sheet::field(&dialog.span, 1, area, buf, theme);
    if dialog.verb == Verb::Ban {
        let row = cut_bottom(area, 1);
        let (mark, style) = if dialog.address { ("  [x] ", theme.danger) } else { ("  [ ] ", theme.popup) };
        paint::spans(&[(mark, style), (lang.address_too(), style)], row, buf);
    }
    // What is typed counts instead of what is offered.
    let own = !dialog.span.is_empty();
    let fits = usize::from(area.height);
    let first = (dialog.at + 1).saturating_sub(fits);
    for (at, seconds) in dialog.verb.spans().iter().enumerate().skip(first).take(fits) {
        let row = cut_top(area, 1);
        draw_choice(&lang.offered(dialog.verb, *seconds), at == dialog.at && !own, own, row, buf, theme);
    }
    caret
}

fn draw_what(
    app: &App,
    dialog: &Dialog,
    area: &mut Rect,
    buf: &mut Buffer,
    theme: &Theme,
) -> Option<Position> {
    for restart in [false, true] {
        let row = cut_top(area, 1);
        draw_choice(app.lang().what(restart), restart == dialog.restart, false, row, buf, theme);
    }
    None
}

fn draw_choice(text: &str, is_picked: bool, is_quiet: bool, row: Rect, buf: &mut Buffer, theme: &Theme) {
    let style = if is_quiet { theme.hint } else { theme.popup };
    let mark = if is_picked { "› " } else { "  " };
    let taken = paint::spans(&[(mark, theme.prompt), (text, style)], row, buf);
    if is_picked {
        buf.set_style(Rect { width: row.width.min(taken + 1), ..row }, theme.popup_selected);
    }
}

fn draw_question(
    app: &App,
    dialog: &Dialog,
    area: &mut Rect,
    buf: &mut Buffer,
    theme: &Theme,
) -> Option<Position> {
    paint::words(&dialog.question(app), area, buf, theme.danger);
    if let Some(reason) = reason(app, dialog) {
        paint::words(&reason, area, buf, theme.popup);
    }
    if let Some(news) = dialog.news(app) {
        paint::words(&news, area, buf, theme.warning);
    }
    let field = dialog.field()?;
    let label = app.lang().type_server_name(&app.server_name());
    paint::text(&label, cut_top(area, 1), buf, theme.hint);
    sheet::field(field, 1, area, buf, theme)
}

/// What was given as the reason, or what is to be announced.
fn reason(app: &App, dialog: &Dialog) -> Option<String> {
    if dialog.verb == Verb::Announce {
        return Some(format!("“{}”", dialog.words.text().trim()));
    }
    let reason = dialog.reason.text().trim();
    (!reason.is_empty()).then(|| app.lang().reason_is(reason))
}
