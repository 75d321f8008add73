//! Titles and labels of panes and popups.

use super::Lang;

impl Lang {
    /// How many members the room has.
    #[must_use]
    pub fn members_here(self, count: usize) -> String {
        match self {
            Self::En => format!("{count} here"),
            Self::Ko => format!("{count}명"),
        }
    }

    /// In place of the topic, while a room is being entered.
    #[must_use]
    pub fn entering(self) -> &'static str {
        self.pick(["entering…", "들어가는 중…"])
    }

    /// In place of the topic of a room that did not let us in.
    #[must_use]
    pub fn not_in_room(self) -> &'static str {
        self.pick(["you are not in this room", "이 방에 들어가 있지 않습니다"])
    }

    /// The title of the members.
    #[must_use]
    pub fn members_title(self) -> &'static str {
        self.pick(["Members", "참여자"])
    }

    /// The title of the rooms.
    #[must_use]
    pub fn rooms_title(self) -> &'static str {
        self.pick(["Rooms", "방"])
    }

    /// The keys below the list of rooms to choose from.
    #[must_use]
    pub fn room_keys(self) -> &'static str {
        self.pick(["Enter go there · Esc close", "Enter 들어가기 · Esc 닫기"])
    }

    /// In the list of rooms, beside how much is new in those out of sight.
    #[must_use]
    pub fn more_rooms(self) -> &'static str {
        self.pick(["more", "더 있음"])
    }

    /// The heading above what one needs first.
    #[must_use]
    pub fn first_title(self) -> &'static str {
        self.pick(["To begin with", "먼저 알아 둘 것"])
    }

    /// At the edge of the help where there is more of it.
    #[must_use]
    pub fn more_below(self) -> &'static str {
        self.pick(["↓ more: PgDn", "↓ 더 있음: PgDn"])
    }

    /// The same above.
    #[must_use]
    pub fn more_above(self) -> &'static str {
        self.pick(["↑ more: PgUp", "↑ 더 있음: PgUp"])
    }

    /// The heading above the commands.
    #[must_use]
    pub fn commands_title(self) -> &'static str {
        self.pick(["Commands", "명령어"])
    }

    /// The heading above the keys.
    #[must_use]
    pub fn keys_title(self) -> &'static str {
        self.pick(["Keys", "단축키"])
    }

    /// The title of the help.
    #[must_use]
    pub fn help_title(self) -> &'static str {
        self.pick(["Help (Esc closes)", "도움말 (Esc 닫기)"])
    }

    /// The label before the query of the history search.
    #[must_use]
    pub fn history_search_label(self) -> &'static str {
        self.pick(["search sent", "보낸 메시지 찾기"])
    }

    /// Nothing was found.
    #[must_use]
    pub fn nothing_found(self) -> &'static str {
        self.pick(["nothing found", "찾은 것이 없습니다"])
    }

    /// The member is oneself.
    #[must_use]
    pub fn you(self) -> &'static str {
        self.pick(["you", "나"])
    }
}
