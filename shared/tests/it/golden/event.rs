//! The events of `event.jsonl`, in its order.

use shared::event::{Act, Announcement, Countdown, Delete, Edit, Event, Kind, Leave, React, Sender};
use shared::reaction::Reactions;
use shared::{
    Attachment, FileHasher, Line, Name, Nonce, Picture, Preview, Reaction, Role, RoomChange, RoomName, Seq,
    Style, Text, Uid,
};

pub(crate) fn values() -> Vec<Event> {
    let act = |reason, until| Act {
        target: other(),
        reason: Line::parse(reason).unwrap(),
        until,
        room_only: false,
    };
    let text = |text| Text::parse(text).unwrap();
    let stop = |words, in_ms: Option<u64>| {
        let countdown = Countdown { in_ms, restart: in_ms.is_some(), reason: Line::default(), by: None };
        Kind::Announce(Announcement { text: text(words), countdown: Some(countdown) })
    };
    let mut values = vec![
        Event { nonce: Some(Nonce::parse("n1").unwrap()), ..event(Kind::Message(text("hi"))) },
        Event { nonce: Some(Nonce::parse("n2").unwrap()), ..event(Kind::Action(text("waves\n👋🏽"))) },
    ];
    let kinds = [
        Kind::Message(text("from before nonces")),
        Kind::Join,
        Kind::Leave(Leave::Quit),
        Kind::Leave(Leave::Part),
        Kind::Leave(Leave::Lost),
        Kind::Leave(Leave::Unknown),
        Kind::Rename(Name::parse("민수").unwrap()),
        Kind::Topic(Line::parse("점심").unwrap()),
        Kind::Topic(Line::default()),
        Kind::Kick(act("", None)),
        Kind::Kick(act("spam", None)),
        Kind::Ban(act("", None)),
        Kind::Ban(act("spam", Some(1_763_643_600_123))),
        Kind::Mute(act("", None)),
        Kind::Mute(act("spam", Some(1_763_640_060_123))),
        Kind::Announce(text("the cake is here").into()),
        stop("the server restarts in 30 s", Some(30_000)),
        stop("the shutdown is called off", None),
        Kind::Role(other(), Role::Member),
        Kind::Role(other(), Role::Moderator),
        Kind::Role(other(), Role::Admin),
        Kind::Unknown,
    ];
    values.extend(kinds.map(event));
    values.extend(changes());
    values.extend(set_up());
    let nonce = || Some(Nonce::parse("n7").unwrap());
    let file = |file| Some(Box::new(file));
    let said = |words| event(Kind::Message(text(words)));
    values.push(Event { nonce: nonce(), file: file(attachment()), ..said("hello.txt") });
    values.push(Event { nonce: nonce(), file: file(picture()), ..said("the cat") });
    values
}

/// A message that was answered, changed and reacted to, and what does that.
fn changes() -> Vec<Event> {
    let text = |text| Text::parse(text).unwrap();
    let (of, nonce) = (Seq::new(811).unwrap(), Some(Nonce::parse("n3").unwrap()));
    let react = |off| event(Kind::React(React { of, with: thumb(), off }));
    let delete = |reason| Kind::Delete(Delete { of, reason: Line::parse(reason).unwrap() });
    let mut reactions = Reactions::default();
    for uid in [17, 9] {
        reactions.set(Uid::new(uid).unwrap(), &thumb(), false);
    }
    let edited = Some(1_763_640_060_123);
    vec![
        Event { reply_to: Some(of), nonce: nonce.clone(), ..event(Kind::Message(text("yes"))) },
        Event {
            reply_to: Some(of),
            edited,
            reactions,
            nonce: nonce.clone(),
            ..event(Kind::Action(text("nods")))
        },
        Event { nonce: nonce.clone(), ..event(Kind::Edit(Edit { of, text: Some(text("hi all")) })) },
        Event { nonce: nonce.clone(), ..event(Kind::Edit(Edit { of, text: None })) },
        Event { nonce: nonce.clone(), ..event(delete("")) },
        Event { nonce, ..event(delete("spam")) },
        event(Kind::Deleted(None)),
        event(Kind::Deleted(Some(Box::new(other())))),
        react(false),
        react(true),
    ]
}

/// What is done to one room.
fn set_up() -> Vec<Event> {
    let act = |until| Act { target: other(), reason: Line::default(), until, room_only: true };
    let set = |changed| event(Kind::SetRoom(Box::new(changed)));
    vec![
        set(RoomChange { private: Some(false), word: Some(false), ..RoomChange::default() }),
        set(RoomChange {
            owner: Some(other()),
            private: Some(true),
            word: Some(true),
            read_only: Some(true),
            pin: Some(Seq::new(811).unwrap()),
            notice: Some(Line::parse("wash your cup").unwrap()),
            invited: Some(other()),
        }),
        event(Kind::Kick(act(None))),
        event(Kind::Mute(act(Some(1_763_640_060_123)))),
    ]
}

pub(crate) fn attachment() -> Attachment {
    let (sha256, _) = FileHasher::of(b"hello\n");
    let (name, media_type) = ("hello.txt".parse().unwrap(), "text/plain".parse().unwrap());
    Attachment { name, bytes: 6, sha256, media_type, picture: None }
}

pub(crate) fn picture() -> Attachment {
    let preview = Preview::new(2, vec![16, 231, 196, 21]).unwrap();
    let picture = Picture { width: 800, height: 600, preview: Some(preview) };
    let (name, media_type) = ("고양이.png".parse().unwrap(), "image/png".parse().unwrap());
    Attachment { name, bytes: 123_456, media_type, picture: Some(picture), ..attachment() }
}

fn thumb() -> Reaction {
    Reaction::parse("👍").unwrap()
}

pub(crate) fn event(kind: Kind) -> Event {
    let from = Sender {
        uid: Uid::new(17).unwrap(),
        name: Name::parse("calm-otter").unwrap(),
        style: Style::new(6, false).unwrap(),
    };
    let place = (Seq::new(812).unwrap(), Seq::new(813).unwrap());
    Event::new(RoomName::lobby(), place, 1_763_640_000_123, from, kind)
}

fn other() -> Sender {
    Sender {
        uid: Uid::new(9).unwrap(),
        name: Name::parse("bold-fox").unwrap(),
        style: Style::new(9, true).unwrap(),
    }
}
