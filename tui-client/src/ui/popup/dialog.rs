//! Draws the dialog for an action of a moderator or admin, one step at a time.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::sheet;
use crate::admin_action::{AdminAction, Step};
use crate::app::panes::{Panes, cut_bottom, cut_top};
use crate::app::popup::context::Context;
use crate::app::popup::dialog::Dialog;
use crate::app::popup::dialog::candidates::Candidate;
use crate::ui::paint;
use crate::ui::roster::sign;
use crate::ui::shorten::shorten;
use crate::ui::theme::Theme;

/// The most people shown at a time.
const PEOPLE: usize = 8;
/// The rows an announcement is written in.
const TEXT_ROWS: u16 = 3;

/// Draws the step that is asked now. Returns where the caret goes, where something is typed.
pub(super) fn draw(
    ctx: &Context<'_>,
    dialog: &Dialog,
    panes: &Panes,
    buf: &mut Buffer,
    theme: &Theme,
) -> Option<Position> {
    let lang = ctx.lang;
    let name = dialog.subject.as_ref().map(|subject| subject.name.as_str());
    let title = lang.action_title(dialog.action, name.filter(|_| dialog.step != Step::Subject));
    let keys = lang.step_keys(dialog.action, dialog.step, dialog.is_first());
    let error = dialog.error_text(ctx);
    // Found once a frame: it goes through everybody.
    let candidates = if dialog.step == Step::Subject { dialog.candidates(ctx) } else { Vec::new() };
    let wanted = height(ctx, dialog, candidates.len(), buf.area.width) + u16::from(error.is_some());
    let mut area = sheet::lay(&title, &keys, wanted, panes, buf, theme);
    // What is wrong is said even where there is room for little else.
    let mut last = match &error {
        Some(_) if area.height > 1 => cut_bottom(&mut area, 1),
        Some(_) | None => Rect::default(),
    };
    if dialog.step != Step::Confirm && area.height > 1 {
        paint::text(lang.step_question(dialog.action, dialog.step), cut_top(&mut area, 1), buf, theme.hint);
    }
    let caret = match dialog.step {
        Step::Subject => draw_candidates(ctx, dialog, &candidates, &mut area, buf, theme),
        Step::Duration => draw_durations(ctx, dialog, &mut area, buf, theme),
        Step::StopOrRestart => draw_stop_or_restart(ctx, dialog, &mut area, buf, theme),
        Step::Reason => sheet::field(&dialog.reason, 1, &mut area, buf, theme),
        Step::Text => sheet::field(&dialog.text, TEXT_ROWS.min(area.height), &mut area, buf, theme),
        Step::Confirm => draw_question(ctx, dialog, &mut area, buf, theme),
    };
    if let Some(error) = error {
        if last.is_empty() {
            last = cut_top(&mut area, 1);
        }
        paint::text(&shorten(&error, last.width), last, buf, theme.warning);
    }
    caret
}

/// How many rows a step takes.
fn height(ctx: &Context<'_>, dialog: &Dialog, candidates: usize, width: u16) -> u16 {
    let short = |rows: usize| u16::try_from(rows).unwrap_or(u16::MAX);
    match dialog.step {
        Step::Subject => 2 + short(candidates.clamp(1, PEOPLE)),
        Step::Reason => 2,
        Step::Text => 1 + TEXT_ROWS,
        Step::StopOrRestart => 3,
        Step::Duration => {
            2 + short(dialog.action.offered_durations().len()) + u16::from(dialog.action == AdminAction::Ban)
        }
        Step::Confirm => {
            let inside = width.saturating_sub(2);
            let more = [reason(ctx, dialog), dialog.news(ctx)];
            let rows = more.iter().flatten().map(|text| sheet::height(text, inside)).sum::<u16>();
            let field = if dialog.field().is_some() { 2 } else { 0 };
            sheet::height(&dialog.question(ctx), inside) + rows + field
        }
    }
}

fn draw_candidates(
    ctx: &Context<'_>,
    dialog: &Dialog,
    candidates: &[Candidate],
    area: &mut Rect,
    buf: &mut Buffer,
    theme: &Theme,
) -> Option<Position> {
    let caret = sheet::field(&dialog.query, 1, area, buf, theme);
    if candidates.is_empty() {
        paint::text(ctx.lang.nothing_found(), cut_top(area, 1), buf, theme.hint);
    }
    let at = dialog.picked_at(candidates);
    let fits = usize::from(area.height);
    let first = (at + 1).saturating_sub(fits);
    for (index, candidate) in candidates.iter().enumerate().skip(first).take(fits) {
        let is_selected = index == at && candidate.ineligible.is_none();
        draw_candidate(ctx, dialog, candidate, is_selected, cut_top(area, 1), buf, theme);
    }
    caret
}

fn draw_candidate(
    ctx: &Context<'_>,
    dialog: &Dialog,
    candidate: &Candidate,
    is_selected: bool,
    row: Rect,
    buf: &mut Buffer,
    theme: &Theme,
) {
    let lang = ctx.lang;
    let mut name = theme.person(candidate.subject.style, false);
    if candidate.away || candidate.ineligible.is_some() {
        name = name.patch(theme.member_away);
    }
    let mut notes = Vec::new();
    if let Some(why) = candidate.ineligible {
        notes.push(lang.ineligible(why));
    } else if !candidate.role.is_member() {
        notes.push(lang.role(candidate.role).to_owned());
    }
    if candidate.away {
        notes.push(lang.away().to_owned());
    }
    if let Some(until) = candidate.sanctioned {
        let until = until.map(|until| lang.moment(until, ctx.now, ctx.times));
        notes.push(lang.already_sanctioned(dialog.action, until.as_deref()));
    }
    let notes = format!("  {}", notes.join(" · "));
    let mark = if is_selected { "›" } else { " " };
    let spans = [
        (mark, theme.prompt),
        (sign(candidate.role, false), theme.role),
        (candidate.subject.name.as_str(), name),
        (notes.as_str(), theme.hint),
    ];
    paint::spans(&spans, row, buf);
    if is_selected {
        paint::restyle(row, buf, theme.popup_selected);
    }
}

fn draw_durations(
    ctx: &Context<'_>,
    dialog: &Dialog,
    area: &mut Rect,
    buf: &mut Buffer,
    theme: &Theme,
) -> Option<Position> {
    let lang = ctx.lang;
    let caret = sheet::field(&dialog.duration, 1, area, buf, theme);
    if dialog.action == AdminAction::Ban {
        let row = cut_bottom(area, 1);
        let (mark, style) = if dialog.address { ("  [x] ", theme.danger) } else { ("  [ ] ", theme.popup) };
        paint::spans(&[(mark, style), (lang.ban_address_too(), style)], row, buf);
    }
    // What is typed counts instead of what is offered.
    let own = !dialog.duration.is_empty();
    let fits = usize::from(area.height);
    let first = (dialog.at + 1).saturating_sub(fits);
    for (at, seconds) in dialog.action.offered_durations().iter().enumerate().skip(first).take(fits) {
        let row = cut_top(area, 1);
        draw_choice(
            &lang.offered_duration(dialog.action, *seconds),
            at == dialog.at && !own,
            own,
            row,
            buf,
            theme,
        );
    }
    caret
}

fn draw_stop_or_restart(
    ctx: &Context<'_>,
    dialog: &Dialog,
    area: &mut Rect,
    buf: &mut Buffer,
    theme: &Theme,
) -> Option<Position> {
    for restart in [false, true] {
        let row = cut_top(area, 1);
        draw_choice(ctx.lang.stop_or_restart(restart), restart == dialog.restart, false, row, buf, theme);
    }
    None
}

fn draw_choice(text: &str, is_selected: bool, is_quiet: bool, row: Rect, buf: &mut Buffer, theme: &Theme) {
    let style = if is_quiet { theme.hint } else { theme.popup };
    let mark = if is_selected { "› " } else { "  " };
    let taken = paint::spans(&[(mark, theme.prompt), (text, style)], row, buf);
    if is_selected {
        paint::restyle(Rect { width: row.width.min(taken + 1), ..row }, buf, theme.popup_selected);
    }
}

fn draw_question(
    ctx: &Context<'_>,
    dialog: &Dialog,
    area: &mut Rect,
    buf: &mut Buffer,
    theme: &Theme,
) -> Option<Position> {
    paint::words(&dialog.question(ctx), area, buf, theme.danger);
    if let Some(reason) = reason(ctx, dialog) {
        paint::words(&reason, area, buf, theme.popup);
    }
    if let Some(news) = dialog.news(ctx) {
        paint::words(&news, area, buf, theme.warning);
    }
    let field = dialog.field()?;
    let label = ctx.lang.type_server_name(&ctx.server_name());
    paint::text(&label, cut_top(area, 1), buf, theme.hint);
    sheet::field(field, 1, area, buf, theme)
}

/// What was given as the reason, or what is to be announced.
fn reason(ctx: &Context<'_>, dialog: &Dialog) -> Option<String> {
    if dialog.action == AdminAction::Announce {
        return Some(format!("“{}”", dialog.text.text().trim()));
    }
    let reason = dialog.reason.text().trim();
    (!reason.is_empty()).then(|| ctx.lang.reason_is(reason))
}
