//! Commands of moderators and admins. They must not guess whom is meant: a name that is not here is an error.

use shared::client_msg::{Announce, Auth, Kick, Shutdown};
use shared::{ClientMsg, Line, Name, Text};

use super::super::App;
use super::super::request::Asked;
use super::{need_online, split, usage};

pub(super) fn auth(app: &mut App, args: &str) -> Result<(), String> {
    if args.is_empty() {
        return Err(usage(app, "auth"));
    }
    need_online(app)?;
    app.ask(Asked::Auth, ClientMsg::Auth(Auth { key: args.to_owned() }));
    Ok(())
}

pub(super) fn kick(app: &mut App, args: &str) -> Result<(), String> {
    let (name, reason) = split(args);
    if name.is_empty() {
        return Err(usage(app, "kick"));
    }
    need_online(app)?;
    let uid = app.find_person(name)?;
    let reason = Line::parse(reason).map_err(|why| app.lang().refusal(why.code).to_owned())?;
    let name =
        Name::parse(name.trim_start_matches('@')).map_err(|why| app.lang().refusal(why.code).to_owned())?;
    app.ask(Asked::Kick(name), ClientMsg::Kick(Kick { uid, reason }));
    Ok(())
}

pub(super) fn announce(app: &mut App, args: &str) -> Result<(), String> {
    if args.is_empty() {
        return Err(usage(app, "announce"));
    }
    need_online(app)?;
    let text = Text::parse(args).map_err(|why| app.lang().refusal(why.code).to_owned())?;
    app.ask(Asked::Announce, ClientMsg::Announce(Announce { text }));
    Ok(())
}

pub(super) fn shutdown(app: &mut App, args: &str) -> Result<(), String> {
    need_online(app)?;
    let (first, rest) = split(args);
    let (in_s, cancel, reason) = match first.parse() {
        Ok(seconds) => (seconds, false, rest),
        Err(_) if first == "cancel" => (0, true, rest),
        Err(_) => (0, false, args),
    };
    let reason = Line::parse(reason).map_err(|why| app.lang().refusal(why.code).to_owned())?;
    app.ask(Asked::Shutdown, ClientMsg::Shutdown(Shutdown { in_s, reason, restart: false, cancel }));
    Ok(())
}
