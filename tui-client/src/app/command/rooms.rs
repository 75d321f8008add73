//! Commands about rooms. They must not enter or leave one before the server says so.

use shared::client_msg::{RoomOnly, Topic};
use shared::{ClientMsg, Line, RoomName};

use super::super::App;
use super::super::request::Asked;
use super::super::timeline::Level;
use super::{need_online, usage};

pub(super) fn join(app: &mut App, args: &str) -> Result<(), String> {
    if args.is_empty() {
        return Err(usage(app, "join"));
    }
    let room = parse(app, args)?;
    if app.rooms().get(&room).is_some_and(|room| room.joined) && app.is_welcome() {
        app.go_to(&room);
        return Ok(());
    }
    need_online(app)?;
    app.ask(Asked::Join(room.clone()), ClientMsg::Join(RoomOnly { room }));
    Ok(())
}

pub(super) fn part(app: &mut App, args: &str) -> Result<(), String> {
    let room = if args.is_empty() { app.rooms().current().name.clone() } else { parse(app, args)? };
    if room == RoomName::lobby() {
        return Err(app.lang().lobby_is_for_all().to_owned());
    }
    need_online(app)?;
    app.ask(Asked::Part(room.clone()), ClientMsg::Part(RoomOnly { room }));
    Ok(())
}

pub(super) fn topic(app: &mut App, args: &str) -> Result<(), String> {
    let current = app.rooms().current();
    if args.is_empty() {
        let text = app.lang().topic_is(current.topic.as_str());
        app.notice(&text, Level::Info);
        return Ok(());
    }
    let room = current.name.clone();
    need_online(app)?;
    let topic = if args == "-" { "" } else { args };
    let topic = Line::parse(topic).map_err(|why| app.lang().refusal(why.code).to_owned())?;
    app.ask(Asked::Topic, ClientMsg::Topic(Topic { room, topic }));
    Ok(())
}

fn parse(app: &App, name: &str) -> Result<RoomName, String> {
    let room = RoomName::parse(name.trim_start_matches('#')).ok().filter(|room| room.pair().is_none());
    room.ok_or_else(|| app.lang().bad_room_name().to_owned())
}
