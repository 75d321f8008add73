//! The member lists of rooms as text, as they were told last. When a crowd joins, each newcomer's list is the one before and one
//! more: only what differs is encoded again, the rest is copied.

use bytes::Bytes;

use shared::codec::to_line;
use shared::server_msg::{Form, Member, RoomState, with_members};
use shared::{RoomName, ServerMsg};

/// The most lists that are kept: of the rooms, and in the forms, that were told last.
const MOST: usize = 8;

/// The lists, the one told last at the end.
#[derive(Debug, Default)]
pub(super) struct MemberLists(Vec<MemberList>);

/// The list of a room in one form.
#[derive(Debug)]
struct MemberList {
    room: RoomName,
    form: Form,
    /// Who is in it, each with the place where their text ends.
    members: Vec<(Member, usize)>,
    /// The members' texts, with commas between them.
    text: Vec<u8>,
    /// Whether it was told since it was last asked whether it was.
    is_used: bool,
}

impl MemberLists {
    /// The line of a message. Its rooms lose their members.
    pub(super) fn encode(&mut self, msg: &mut ServerMsg) -> Bytes {
        let mut told = rooms_of(msg)
            .iter_mut()
            .map(|room| (room.name.clone(), room.form, std::mem::take(&mut room.members)))
            .collect::<Vec<_>>()
            .into_iter();
        let line = to_line(msg);
        if told.len() == 0 {
            return line;
        }
        let append = |whole: &mut Vec<u8>| {
            if let Some((room, form, members)) = told.next() {
                let text = self.list(room, form).up_to_date(&members);
                // All that is to come, or the line's memory would double for what stands behind the list.
                whole.reserve_exact(text.len() + line.len());
                whole.extend_from_slice(text);
            }
        };
        with_members(&line, append).into()
    }

    /// Lets go of the lists that were not told since this was called last.
    pub(super) fn forget_unused(&mut self) {
        self.0.retain_mut(|list| std::mem::take(&mut list.is_used));
    }

    /// The list of a room in this form, or an empty one in place of the one that was told longest ago.
    fn list(&mut self, room: RoomName, form: Form) -> &mut MemberList {
        let kept = self.0.iter().position(|list| list.form == form && list.room == room);
        let list = if let Some(at) = kept {
            self.0.remove(at)
        } else {
            if self.0.len() == MOST {
                self.0.remove(0);
            }
            MemberList { room, form, members: Vec::new(), text: Vec::new(), is_used: true }
        };
        self.0.push_mut(list)
    }
}

impl MemberList {
    /// Its text with these members: what they begin with in common with those it had stays.
    fn up_to_date(&mut self, members: &[Member]) -> &[u8] {
        self.is_used = true;
        let same = self.members.iter().zip(members).take_while(|((had, _), member)| had == *member).count();
        self.members.truncate(same);
        self.text.truncate(self.members.last().map_or(0, |(_, end)| *end));
        for member in &members[same..] {
            if !self.text.is_empty() {
                self.text.push(b',');
            }
            member.append(&mut self.text, self.form);
            self.members.push((member.clone(), self.text.len()));
        }
        &self.text
    }
}

/// The rooms that a message tells of, with their members.
fn rooms_of(msg: &mut ServerMsg) -> &mut [RoomState] {
    if let ServerMsg::Welcome(welcome) = msg {
        &mut welcome.rooms
    } else if let ServerMsg::Ok(answer) = msg {
        answer.state.as_mut_slice()
    } else if let ServerMsg::Joined(joined) = msg {
        std::slice::from_mut(&mut joined.state)
    } else {
        &mut []
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use shared::server_msg::{Answer, Joined};
    use shared::{Line, Role, RoomSettings, Style, Uid};

    use super::*;

    /// What may be about a member, as a number each: who, name, role, away.
    type Somebody = (u8, u8, bool, bool);

    fn member((uid, name, is_moderator, away): Somebody) -> Member {
        Member {
            uid: Uid::new(u64::from(uid) + 1).unwrap(),
            name: format!("{}-{name}", if name % 2 == 0 { "calm-otter" } else { "지민" }).parse().unwrap(),
            style: Style::ALL[0],
            role: if is_moderator { Role::Moderator } else { Role::Member },
            away,
        }
    }

    fn room((room, is_compact, members): (u8, bool, Vec<Somebody>)) -> RoomState {
        // What a list without members looks like in a line.
        let no_members: Line = r#""members":[],"members":[]"#.parse().unwrap();
        RoomState {
            name: format!("r{room}").parse().unwrap(),
            topic: no_members.clone(),
            settings: RoomSettings { notice: no_members, ..RoomSettings::default() },
            head: shared::Seq::ZERO,
            members: members.into_iter().map(member).collect(),
            more: false,
            read: None,
            form: if is_compact { Form::Compact } else { Form::Full },
        }
    }

    fn a_room() -> impl Strategy<Value = RoomState> {
        let somebody = (0..4_u8, 0..3_u8, any::<bool>(), any::<bool>());
        (0..12_u8, any::<bool>(), prop::collection::vec(somebody, 0..6)).prop_map(room)
    }

    fn a_message() -> impl Strategy<Value = ServerMsg> {
        let answer = |state| ServerMsg::Ok(Box::new(Answer { state, ..Answer::default() }));
        prop_oneof![
            prop::option::of(a_room()).prop_map(answer),
            a_room().prop_map(|state| ServerMsg::Joined(Box::new(Joined { state }))),
        ]
    }

    proptest! {
        #[test]
        fn the_line_is_the_one_that_is_encoded_anew(msgs in prop::collection::vec(a_message(), 1..40)) {
            let mut lists = MemberLists::default();
            for mut msg in msgs {
                let anew = to_line(&msg);
                prop_assert_eq!(lists.encode(&mut msg), anew);
            }
        }

        #[test]
        fn several_rooms_of_one_message_keep_their_order(rooms in prop::collection::vec(a_room(), 0..5)) {
            let line = r#"{"protocol":1,"server":{"name":"x","version":"1"},"you":{"uid":1,"name":"ab","style":{"color":1}},"rooms":[],"durability":"disk"}"#;
            let mut welcome: shared::server_msg::Welcome = serde_json::from_str(line).unwrap();
            welcome.rooms = rooms;
            let mut msg = ServerMsg::Welcome(Box::new(welcome));
            let anew = to_line(&msg);
            prop_assert_eq!(MemberLists::default().encode(&mut msg), anew);
        }
    }

    #[test]
    fn what_is_not_told_any_more_is_forgotten() {
        let mut lists = MemberLists::default();
        for number in 0..11 {
            lists.encode(&mut ServerMsg::Joined(Box::new(Joined { state: room((number, true, vec![])) })));
        }
        assert_eq!(lists.0.len(), MOST);
        lists.forget_unused();
        lists.encode(&mut ServerMsg::Joined(Box::new(Joined { state: room((9, true, vec![])) })));
        lists.forget_unused();
        assert_eq!(lists.0.iter().map(|list| list.room.as_str()).collect::<Vec<_>>(), ["r9"]);
        lists.forget_unused();
        assert!(lists.0.is_empty());
    }
}
