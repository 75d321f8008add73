//! Commands of moderators and admins. They must not guess whom is meant: a name that is not here is an error, and what a
//! command says is asked for once more where somebody can answer.

use shared::client_msg::{Auth, Empty};
use shared::server_msg::SanctionKind;
use shared::{ClientMsg, Line, Role, Text};

use super::super::App;
use super::super::layer::Layer;
use super::super::layer::dialog::{Dialog, Verb};
use super::super::request::{Asked, Bans};
use super::super::span;
use super::super::timeline::Level;
use super::{need_online, split, usage};

pub(super) fn admin(app: &mut App, args: &str) -> Result<(), String> {
    if args.is_empty() {
        if !app.setup.has_screen {
            return Err(app.lang().key_needs_screen().to_owned());
        }
        app.open(Layer::key());
        return Ok(());
    }
    need_online(app)?;
    app.ask(Asked::Auth, ClientMsg::Auth(Auth { key: args.to_owned() }));
    if app.setup.has_screen {
        let text = app.lang().key_was_open().to_owned();
        app.remark(text, Level::Warning);
    }
    Ok(())
}

pub(super) fn kick(app: &mut App, args: &str) -> Result<(), String> {
    let Some((mut dialog, reason)) = begin(app, Verb::Kick, args)? else { return Ok(()) };
    set_reason(app, &mut dialog, reason)?;
    app.decide(dialog.sure());
    Ok(())
}

pub(super) fn ban(app: &mut App, args: &str) -> Result<(), String> {
    let Some((mut dialog, rest)) = begin(app, Verb::Ban, args)? else { return Ok(()) };
    let rest = take_span(&mut dialog, rest);
    let (word, after) = split(rest);
    dialog.address = ["address", "주소"].contains(&word);
    let reason = if dialog.address { after } else { rest };
    set_reason(app, &mut dialog, reason)?;
    app.decide(dialog.sure());
    Ok(())
}

pub(super) fn mute(app: &mut App, args: &str) -> Result<(), String> {
    let Some((mut dialog, rest)) = begin(app, Verb::Mute, args)? else { return Ok(()) };
    let reason = take_span(&mut dialog, rest);
    set_reason(app, &mut dialog, reason)?;
    app.decide(dialog.sure());
    Ok(())
}

pub(super) fn unban(app: &mut App, args: &str) -> Result<(), String> {
    lift(app, args, SanctionKind::Ban, "unban")
}

pub(super) fn unmute(app: &mut App, args: &str) -> Result<(), String> {
    lift(app, args, SanctionKind::Mute, "unmute")
}

/// Whom it holds for need not be here: the server is asked who that is.
fn lift(app: &mut App, args: &str, kind: SanctionKind, name: &str) -> Result<(), String> {
    if args.is_empty() {
        return Err(usage(app, name));
    }
    need(app, Role::Moderator)?;
    app.ask(Asked::Bans(Bans::Lift(kind, args.to_owned())), ClientMsg::Bans(Empty {}));
    Ok(())
}

pub(super) fn bans(app: &mut App, _: &str) -> Result<(), String> {
    need(app, Role::Moderator)?;
    if app.setup.has_screen {
        app.ask_bans();
        app.open(Layer::bans());
    } else {
        app.ask(Asked::Bans(Bans::Tell), ClientMsg::Bans(Empty {}));
    }
    Ok(())
}

pub(super) fn role(app: &mut App, args: &str) -> Result<(), String> {
    let (name, word) = split(args);
    let role = match word {
        "member" | "회원" => Role::Member,
        "moderator" | "부관리자" => Role::Moderator,
        "admin" | "관리자" => Role::Admin,
        _ => return Err(usage(app, "role")),
    };
    need(app, Role::Admin)?;
    let whom = app.whom(name)?;
    app.decide(Dialog::about(Verb::Role(role), whom, app.now).sure());
    Ok(())
}

pub(super) fn announce(app: &mut App, args: &str) -> Result<(), String> {
    need(app, Role::Admin)?;
    if args.is_empty() {
        return begin_on_screen(app, Verb::Announce, "announce");
    }
    Text::parse(args).map_err(|why| app.lang().refusal(why.code).to_owned())?;
    let mut dialog = Dialog::new(Verb::Announce, app.now);
    dialog.words.set_text(args.to_owned());
    app.decide(dialog.sure());
    Ok(())
}

pub(super) fn shutdown(app: &mut App, args: &str) -> Result<(), String> {
    need(app, Role::Admin)?;
    let (first, rest) = split(args);
    if ["cancel", "취소"].contains(&first) {
        let mut dialog = Dialog::new(Verb::CallOff, app.now);
        set_reason(app, &mut dialog, rest)?;
        app.decide(dialog);
        return Ok(());
    }
    if args.is_empty() && app.setup.has_screen {
        return begin_on_screen(app, Verb::Shutdown, "shutdown");
    }
    let mut dialog = Dialog::new(Verb::Shutdown, app.now);
    let seconds = first.parse().ok().or_else(|| span::parse(first));
    let rest = if seconds.is_some() { rest } else { args };
    dialog.for_s = Some(seconds.unwrap_or(0));
    let (word, after) = split(rest);
    dialog.restart = ["restart", "재시작"].contains(&word);
    let reason = if dialog.restart { after } else { rest };
    set_reason(app, &mut dialog, reason)?;
    app.decide(dialog.sure());
    Ok(())
}

/// A dialog about whom the arguments begin with, and the rest of them. Without arguments it is opened at its beginning.
fn begin<'a>(app: &mut App, verb: Verb, args: &'a str) -> Result<Option<(Dialog, &'a str)>, String> {
    need(app, Role::Moderator)?;
    let (name, rest) = split(args);
    if name.is_empty() {
        let word = match verb {
            Verb::Kick => "kick",
            Verb::Ban => "ban",
            Verb::Mute
            | Verb::Unban
            | Verb::Unmute
            | Verb::Role(_)
            | Verb::Announce
            | Verb::Shutdown
            | Verb::CallOff => "mute",
        };
        begin_on_screen(app, verb, word)?;
        return Ok(None);
    }
    let whom = app.whom(name)?;
    let lang = app.lang();
    if whom.uid == app.my_uid() {
        return Err(lang.that_is_you().to_owned());
    }
    let rank = app.everyone().get(whom.uid).map(|member| member.role);
    if let Some(rank) = rank.filter(|rank| app.setup.has_screen && *rank >= app.role()) {
        return Err(lang.outranked(whom.name.as_str(), rank));
    }
    Ok(Some((Dialog::about(verb, whom, app.now), rest)))
}

fn begin_on_screen(app: &mut App, verb: Verb, name: &str) -> Result<(), String> {
    if !app.setup.has_screen {
        return Err(usage(app, name));
    }
    app.begin(verb);
    Ok(())
}

/// Takes a length of time off the front of the arguments, if one is there.
fn take_span<'a>(dialog: &mut Dialog, args: &'a str) -> &'a str {
    let (word, rest) = split(args);
    dialog.for_s = span::parse(word);
    if dialog.for_s.is_some() { rest } else { args }
}

fn set_reason(app: &App, dialog: &mut Dialog, reason: &str) -> Result<(), String> {
    Line::parse(reason).map_err(|why| app.lang().refusal(why.code).to_owned())?;
    dialog.reason.set_text(reason.to_owned());
    Ok(())
}

/// Declines what this role may not do. Without a screen the role may still be on its way, and the server decides.
fn need(app: &App, role: Role) -> Result<(), String> {
    need_online(app)?;
    if app.setup.has_screen && app.role() < role {
        return Err(app.lang().needs_role(role));
    }
    Ok(())
}
