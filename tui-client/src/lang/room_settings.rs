//! Texts of rooms that are set up otherwise than most: private, read-only, with an owner, a pinned message or a notice.

use shared::{RoomChange, RoomSettings, Seq};

use super::Lang;
use super::particle::Particle;

impl Lang {
    /// Somebody is known, maybe, and is not in the room.
    #[must_use]
    pub fn not_in_this_room(self) -> &'static str {
        self.pick([
            "they are not in this room; /invite NAME asks them in",
            "이 방에 없는 사람입니다. /초대 이름으로 부를 수 있습니다",
        ])
    }

    /// What changed about a room.
    #[must_use]
    pub fn room_changed(self, by: &str, change: &RoomChange) -> String {
        let RoomChange { owner, private, word, read_only, pin, notice, invited } = change;
        let either = |value: &Option<bool>, yes: [&'static str; 2], no: [&'static str; 2]| {
            value.map(|value| self.pick(if value { yes } else { no }).to_owned())
        };
        let private = match (private, word) {
            (None, Some(true)) => {
                Some(self.pick(["gave the room another word", "방의 암호를 바꿨습니다"]).to_owned())
            }
            (None, Some(false)) => {
                Some(self.pick(["took the room's word away", "방의 암호를 없앴습니다"]).to_owned())
            }
            (Some(true), Some(true)) => Some(
                self.pick([
                    "made the room private: by invitation or word",
                    "방을 비공개로 바꿨습니다 (초대 또는 암호)",
                ])
                .to_owned(),
            ),
            (_, _) => either(
                private,
                ["made the room private: by invitation", "방을 비공개로 바꿨습니다 (초대)"],
                ["opened the room to everybody", "방을 공개했습니다"],
            ),
        };
        let read_only = either(
            read_only,
            ["made the room read-only", "방을 읽기 전용으로 바꿨습니다"],
            ["let everybody speak in the room", "누구나 말할 수 있게 했습니다"],
        );
        let pin = pin.map(|pin| {
            let pinned =
                ["pinned a message (/pin goes to it)", "메시지를 고정했습니다 (/고정으로 볼 수 있습니다)"];
            self.pick(if pin == Seq::ZERO {
                ["unpinned the message", "고정을 풀었습니다"]
            } else {
                pinned
            })
            .to_owned()
        });
        let notice = notice.as_ref().map(|notice| match (self, notice.is_empty()) {
            (Self::En, true) => "cleared the notice".to_owned(),
            (Self::Ko, true) => "안내문을 지웠습니다".to_owned(),
            (Self::En, false) => format!("set the notice for newcomers: {notice}"),
            (Self::Ko, false) => format!("안내문을 정했습니다: {notice}"),
        });
        let owner = owner.as_ref().map(|owner| match self {
            Self::En => format!("gave the room to {}", owner.name),
            Self::Ko => format!("{}님을 방장으로 정했습니다", owner.name),
        });
        let invited = invited.as_ref().map(|invited| match self {
            Self::En => format!("invited {}", invited.name),
            Self::Ko => format!("{}님을 초대했습니다", invited.name),
        });
        let all: Vec<_> = [private, read_only, pin, notice, owner, invited].into_iter().flatten().collect();
        match self {
            Self::En => format!("{by} {}", all.join(", ")),
            Self::Ko => format!("{} {}", Self::doer(by), all.join(", ")),
        }
    }

    /// Somebody was removed from a room.
    #[must_use]
    pub fn removed(self, by: &str, target: &str) -> String {
        match self {
            Self::En => format!("{by} removed {target} from the room"),
            Self::Ko => format!("{} {target}님을 방에서 내보냈습니다", Self::doer(by)),
        }
    }

    /// Somebody may not speak in a room, without end or until a time; or may again.
    #[must_use]
    pub fn silenced(self, by: &str, target: &str, until: Option<&str>, lifted: bool) -> String {
        let doer = Self::doer(by);
        match (self, until, lifted) {
            (Self::En, _, true) => format!("{by} lets {target} speak in this room again"),
            (Self::En, None, false) => format!("{by} silenced {target} in this room for good"),
            (Self::En, Some(until), false) => format!("{by} silenced {target} in this room until {until}"),
            (Self::Ko, _, true) => format!("{doer} 이 방에서 {target}님의 발언을 다시 허용했습니다"),
            (Self::Ko, None, false) => {
                format!("{doer} 이 방에서 {target}님의 발언을 막았습니다 (무기한)")
            }
            (Self::Ko, Some(until), false) => {
                format!("{doer} 이 방에서 {target}님의 발언을 {until}까지 막았습니다")
            }
        }
    }

    /// Somebody invites us to a room.
    #[must_use]
    pub fn invited(self, by: Option<&str>, room: &str, topic: &str) -> String {
        let topic = if topic.is_empty() { String::new() } else { format!(" ({topic})") };
        match (self, by) {
            (Self::En, Some(by)) => format!("{by} invites you to {room}{topic}; /join {room} enters it"),
            (Self::En, None) => format!("you are invited to {room}{topic}; /join {room} enters it"),
            (Self::Ko, by) => {
                let to = Particle::To.after(room);
                let by = by.map(|by| format!("{} ", Self::doer(by))).unwrap_or_default();
                format!("{by}{room}{topic} 방에 초대했습니다. /입장 {room} {to} 들어갑니다")
            }
        }
    }

    /// We were removed from a room; into a private one only another invitation leads back.
    #[must_use]
    pub fn removed_from_room(self, by: &str, room: &str, reason: &str, private: bool) -> String {
        let reason = if reason.is_empty() { String::new() } else { format!(": {reason}") };
        let back = if private {
            self.pick(["; an invitation lets you in again", ". 다시 들어가려면 초대를 받아야 합니다"])
        } else {
            ""
        };
        match self {
            Self::En => format!("{by} removed you from {room}{reason}{back}"),
            Self::Ko => format!("{} 나를 {room} 방에서 내보냈습니다{reason}{back}", Self::doer(by)),
        }
    }

    /// A private room, or one that is not there, did not let us in: whether a word was given with the wish.
    #[must_use]
    pub fn not_let_into(self, room: &str, with_word: bool) -> String {
        match (self, with_word) {
            (Self::En, false) => {
                format!("could not enter {room}: it is private; ask for an invitation, or /join {room} WORD")
            }
            (Self::En, true) => {
                format!("could not enter {room}: the word does not open it; ask for an invitation")
            }
            (Self::Ko, false) => {
                format!("{room} 방은 비공개라 들어갈 수 없습니다. 초대를 받거나 /입장 {room} 암호")
            }
            (Self::Ko, true) => {
                format!("{room} 방은 이 암호로 들어갈 수 없습니다. 초대를 받으면 들어갈 수 있습니다")
            }
        }
    }

    /// What newcomers to a room are told.
    #[must_use]
    pub fn room_notice(self, notice: &str) -> String {
        match self {
            Self::En => format!("notice: {notice}"),
            Self::Ko => format!("안내: {notice}"),
        }
    }

    /// A room that only those enter who were invited or know its word.
    #[must_use]
    pub fn private_room(self) -> &'static str {
        self.pick(["private", "비공개"])
    }

    /// A room in which only its owner and moderators speak.
    #[must_use]
    pub fn read_only_room(self) -> &'static str {
        self.pick(["read-only", "읽기 전용"])
    }

    /// Beside the name of a room in a list: that it is private, or that only some speak there; empty for neither.
    #[must_use]
    pub fn room_mark(self, settings: &RoomSettings) -> &'static str {
        match (settings.private, settings.read_only) {
            (false, false) => "",
            (true, false) => self.pick(["[p]", "[비]"]),
            (false, true) => self.pick(["[r]", "[읽]"]),
            (true, true) => self.pick(["[pr]", "[비읽]"]),
        }
    }

    /// The same in words.
    #[must_use]
    pub fn room_access(self, private: bool, read_only: bool) -> String {
        let words = [(private, self.private_room()), (read_only, self.read_only_room())];
        let words: Vec<_> = words.into_iter().filter_map(|(is_so, word)| is_so.then_some(word)).collect();
        words.join(" · ")
    }

    /// Whose room it is, beside their name.
    #[must_use]
    pub fn owner(self) -> &'static str {
        self.pick(["owner", "방장"])
    }

    /// A room that is ours, in the list of rooms.
    #[must_use]
    pub fn own_room(self) -> &'static str {
        self.pick(["yours", "내 방"])
    }

    /// Where one cannot write, before anything is typed.
    #[must_use]
    pub fn cannot_write_here(self) -> &'static str {
        self.pick([
            "read-only: its owner and moderators write here",
            "읽기 전용: 방장과 관리자만 쓸 수 있습니다",
        ])
    }

    /// What is typed in a read-only room is not sent.
    #[must_use]
    pub fn room_is_read_only(self) -> &'static str {
        self.pick([
            "not sent: only the owner of this room and moderators speak here",
            "보내지 못함: 이 방에서는 방장과 관리자만 말할 수 있습니다",
        ])
    }

    /// Only the owner of a room does this, or a moderator.
    #[must_use]
    pub fn needs_room_power(self) -> &'static str {
        self.pick([
            "only the owner of this room or a moderator may do this, and not to one another",
            "이 방의 방장이나 관리자만, 자기보다 권한이 낮은 사람에게만 할 수 있습니다",
        ])
    }

    /// A direct conversation is not set up.
    #[must_use]
    pub fn not_in_direct_rooms(self) -> &'static str {
        self.pick([
            "this is for rooms, not for a direct conversation",
            "일대일 대화가 아닌 방에서만 할 수 있습니다",
        ])
    }

    /// A room has no pinned message.
    #[must_use]
    pub fn nothing_pinned(self) -> &'static str {
        self.pick([
            "nothing is pinned in this room; /pin ^ pins the newest message",
            "고정된 메시지가 없습니다. /고정 ^로 마지막 메시지를 고정합니다",
        ])
    }

    /// Before the pinned message, in the header.
    #[must_use]
    pub fn pinned(self) -> &'static str {
        self.pick(["pinned:", "고정:"])
    }

    /// A room's word is not valid.
    #[must_use]
    pub fn bad_word(self) -> &'static str {
        self.pick(["a room's word has 1 to 100 bytes", "방의 암호는 1~100바이트입니다"])
    }
}
