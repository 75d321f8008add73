//! Texts of a room in which nobody has said anything yet.

use shared::RoomSettings;

use super::Lang;
use crate::address::Address;

impl Lang {
    /// In the lobby, with so many others.
    #[must_use]
    pub fn first_in_lobby(self, me: &str, others: usize) -> String {
        match (self, others) {
            (Self::En, 0) => {
                format!("Group chat in the terminal. You are {me}, and nobody else is here yet.")
            }
            (Self::En, 1) => format!("Group chat in the terminal. You are {me}, and 1 other is here."),
            (Self::En, _) => {
                format!("Group chat in the terminal. You are {me}, and {others} others are here.")
            }
            (Self::Ko, 0) => {
                format!("터미널에서 여럿이 이야기하는 곳입니다. 내 이름은 {me}, 아직 혼자입니다.")
            }
            (Self::Ko, _) => {
                format!("터미널에서 여럿이 이야기하는 곳입니다. 내 이름은 {me}, 다른 {others}명이 있습니다.")
            }
        }
    }

    /// How others come to this server.
    #[must_use]
    pub fn how_others_join(self, address: &Address) -> String {
        let command =
            if *address == Address::default() { "chinwag".to_owned() } else { format!("chinwag {address}") };
        match (self, address.is_local()) {
            (Self::En, true) => format!("Others on this machine join with: {command}"),
            (Self::En, false) => format!("Others join with: {command}"),
            (Self::Ko, true) => format!("이 컴퓨터의 다른 사람은 이렇게 들어옵니다: {command}"),
            (Self::Ko, false) => format!("다른 사람은 이렇게 들어옵니다: {command}"),
        }
    }

    /// In another room.
    #[must_use]
    pub fn first_in_room(self, room: &str, settings: &RoomSettings) -> String {
        match (self, settings.private, settings.word) {
            (Self::En, false, _) => format!("Nothing was said here yet. Others come in with /join {room}"),
            (Self::En, true, true) => format!(
                "Nothing was said here yet. Others come in with /join {room} WORD, or once you /invite NAME them"
            ),
            (Self::En, true, false) => {
                "Nothing was said here yet. Others come in once you /invite NAME them".to_owned()
            }
            (Self::Ko, false, _) => {
                format!("아직 아무 말도 없습니다. 다른 사람은 이렇게 들어옵니다: /입장 {room}")
            }
            (Self::Ko, true, true) => format!(
                "아직 아무 말도 없습니다. 다른 사람은 /입장 {room} 암호로, 또는 /초대 이름으로 부르면 들어옵니다"
            ),
            (Self::Ko, true, false) => {
                "아직 아무 말도 없습니다. 다른 사람은 /초대 이름으로 불러야 들어옵니다".to_owned()
            }
        }
    }

    /// In a direct room.
    #[must_use]
    pub fn first_in_direct(self, name: &str) -> String {
        match self {
            Self::En => format!("Only you and {name} read what is said here."),
            Self::Ko => format!("여기서 하는 말은 나와 {name}님만 봅니다."),
        }
    }

    /// The keys and commands to begin with.
    #[must_use]
    pub fn first_keys(self) -> &'static str {
        self.pick([
            "F1 help · /nick NAME another name · /quit leaves",
            "F1 도움말 · /이름 새이름 이름 바꾸기 · /종료 나가기",
        ])
    }
}
