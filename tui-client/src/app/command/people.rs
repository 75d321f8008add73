//! Commands about people: names, talk, who is here. They must not change what is shown before the server answers.

use shared::client_msg::{Rename, Who};
use shared::{ClientMsg, Name, RoomName};

use super::super::App;
use super::super::link::{Closed, Link};
use super::super::request::Asked;
use super::{need_online, split, usage};

pub(super) fn nick(app: &mut App, args: &str) -> Result<(), String> {
    if args.is_empty() {
        return Err(usage(app, "nick"));
    }
    let name = Name::parse(args).map_err(|why| app.lang().refusal(why.code).to_owned())?;
    if matches!(app.link(), Link::Closed(Closed::Refused(_))) {
        // The server did not let us in under the other name.
        app.setup.name = Some(name);
        app.reconnect();
        return Ok(());
    }
    need_online(app)?;
    app.ask(Asked::Rename(name.clone()), ClientMsg::Rename(Rename { name }));
    Ok(())
}

pub(super) fn me(app: &mut App, args: &str) -> Result<(), String> {
    if args.is_empty() { Err(usage(app, "me")) } else { app.say(args, true) }
}

pub(super) fn msg(app: &mut App, args: &str) -> Result<(), String> {
    let (name, text) = split(args);
    if name.is_empty() {
        return Err(usage(app, "msg"));
    }
    let uid = app.find_person(name)?;
    if uid == app.my_uid() {
        return Err(app.lang().that_is_you().to_owned());
    }
    let room = app.direct_room(uid);
    if !text.is_empty() {
        app.say_in(room.clone(), text, false)?;
    }
    app.go_to(&room);
    Ok(())
}

pub(super) fn whois(app: &mut App, args: &str) -> Result<(), String> {
    if args.is_empty() {
        return Err(usage(app, "whois"));
    }
    need_online(app)?;
    let uid = app.whom(args)?.uid;
    app.ask_whois(uid);
    Ok(())
}

pub(super) fn who(app: &mut App, args: &str) -> Result<(), String> {
    need_online(app)?;
    let room = if args.is_empty() {
        None
    } else {
        let name = args.trim_start_matches('#');
        Some(RoomName::parse(name).map_err(|why| app.lang().refusal(why.code).to_owned())?)
    };
    app.ask(Asked::Who, ClientMsg::Who(Who { room, uid: None }));
    Ok(())
}
