//! Texts about the client itself: hints in the status line, panes and popups, slash commands.

use shared::Role;

use super::Lang;

impl Lang {
    /// The English or the Korean one of two texts.
    #[must_use]
    pub const fn pick(self, [english, korean]: [&'static str; 2]) -> &'static str {
        match self {
            Self::En => english,
            Self::Ko => korean,
        }
    }
}

/// Hints.
impl Lang {
    /// After Ctrl-C on a draft.
    #[must_use]
    pub fn draft_cleared(self) -> &'static str {
        self.pick(["draft cleared; Ctrl-_ brings it back", "입력을 지웠습니다. Ctrl-_ 로 되돌립니다"])
    }

    /// After Ctrl-C on an empty draft.
    #[must_use]
    pub fn again_to_leave(self) -> &'static str {
        self.pick(["press Ctrl-C again to leave", "Ctrl-C를 한 번 더 누르면 나갑니다"])
    }

    /// After copying.
    #[must_use]
    pub fn copied(self) -> &'static str {
        self.pick(["copied", "복사했습니다"])
    }

    /// While a message is picked out.
    #[must_use]
    pub fn selection_keys(self) -> &'static str {
        self.pick(["y copy · r answer · Esc done", "y 복사 · r 답하기 · Esc 끝"])
    }

    /// Looking for a message that names one, where there is none.
    #[must_use]
    pub fn no_mention(self) -> &'static str {
        self.pick(["nothing more here names you", "여기에는 나를 부른 글이 더 없습니다"])
    }

    /// Reconnecting while connected.
    #[must_use]
    pub fn is_online(self) -> &'static str {
        self.pick(["the connection is fine", "이미 접속되어 있습니다"])
    }

    /// After a message was refused.
    #[must_use]
    pub fn how_to_retry(self) -> &'static str {
        self.pick([
            "/retry sends it again, /retry edit brings it back",
            "/다시 로 다시 보내고 /다시 edit 으로 고칩니다",
        ])
    }

    /// Nothing was refused here.
    #[must_use]
    pub fn nothing_to_retry(self) -> &'static str {
        self.pick(["nothing here was refused", "거절된 글이 없습니다"])
    }

    /// How many are writing.
    #[must_use]
    pub fn writing(self, names: &[&str]) -> String {
        match (self, names) {
            (_, []) => String::new(),
            (Self::En, [one]) => format!("{one} is writing…"),
            (Self::En, [one, two]) => format!("{one} and {two} are writing…"),
            (Self::En, _) => format!("{} people are writing…", names.len()),
            (Self::Ko, [one]) => format!("{one}님이 쓰는 중…"),
            (Self::Ko, [one, two]) => format!("{one}님, {two}님이 쓰는 중…"),
            (Self::Ko, _) => format!("{}명이 쓰는 중…", names.len()),
        }
    }

    /// What stands in an empty input.
    #[must_use]
    pub fn placeholder(self, welcome: bool) -> &'static str {
        if welcome {
            self.pick(["write something, or /help", "글을 쓰거나 /도움말"])
        } else {
            self.pick(["you can write already", "미리 써 두셔도 됩니다"])
        }
    }

    /// How many rows a draft has that is longer than its box.
    #[must_use]
    pub fn more_rows(self, rows: usize) -> String {
        match self {
            Self::En => format!("{rows} rows"),
            Self::Ko => format!("{rows}줄"),
        }
    }

    /// How to find help.
    #[must_use]
    pub fn help_key(self) -> &'static str {
        self.pick(["F1 help", "F1 도움말"])
    }

    /// How to get down to the newest message.
    #[must_use]
    pub fn scrolled_up(self, count: usize, key: &str) -> String {
        match (self, count) {
            (Self::En, 0) => format!("scrolled up ({key})"),
            (Self::Ko, 0) => format!("위를 보는 중 ({key})"),
            (Self::En, _) => format!("{count} new below ({key})"),
            (Self::Ko, _) => format!("아래에 새 글 {count}개 ({key})"),
        }
    }
}

/// Panes and popups.
impl Lang {
    /// How many are in the room.
    #[must_use]
    pub fn members_here(self, count: usize) -> String {
        match self {
            Self::En => format!("{count} here"),
            Self::Ko => format!("{count}명"),
        }
    }

    /// Above the members.
    #[must_use]
    pub fn members(self) -> &'static str {
        self.pick(["Members", "참여자"])
    }

    /// Above the rooms.
    #[must_use]
    pub fn rooms(self) -> &'static str {
        self.pick(["Rooms", "방"])
    }

    /// Above the commands.
    #[must_use]
    pub fn commands(self) -> &'static str {
        self.pick(["Commands", "명령어"])
    }

    /// Above the keys.
    #[must_use]
    pub fn keys(self) -> &'static str {
        self.pick(["Keys", "단축키"])
    }

    /// The title of the help.
    #[must_use]
    pub fn help_title(self) -> &'static str {
        self.pick(["Help (Esc closes)", "도움말 (Esc 닫기)"])
    }

    /// Before the search for a line sent before.
    #[must_use]
    pub fn history_search(self) -> &'static str {
        self.pick(["search sent", "보낸 글 찾기"])
    }

    /// Nothing fits.
    #[must_use]
    pub fn nothing_found(self) -> &'static str {
        self.pick(["nothing found", "찾는 것이 없습니다"])
    }

    /// Somebody's connection is lost.
    #[must_use]
    pub fn away(self) -> &'static str {
        self.pick(["away", "자리 비움"])
    }

    /// The member is oneself.
    #[must_use]
    pub fn yourself(self) -> &'static str {
        self.pick(["you", "나"])
    }
}

/// Commands.
impl Lang {
    /// There is no such command.
    #[must_use]
    pub fn unknown_command(self, name: &str) -> String {
        match self {
            Self::En => format!("there is no /{name}; /help lists them, //{name} says it"),
            Self::Ko => format!("/{name} 명령어는 없습니다. /도움말 을 보거나 //{name} 로 그대로 말하세요"),
        }
    }

    /// A command needs something.
    #[must_use]
    pub fn usage(self, usage: &str) -> String {
        match self {
            Self::En => format!("write it as {usage}"),
            Self::Ko => format!("이렇게 씁니다: {usage}"),
        }
    }

    /// A command needs the server.
    #[must_use]
    pub fn needs_connection(self) -> &'static str {
        self.pick(["not connected; try again once we are", "접속되어 있지 않습니다. 접속된 뒤에 다시 하세요"])
    }

    /// The server declined a request.
    #[must_use]
    pub fn not_done(self, why: &str) -> String {
        match self {
            Self::En => format!("not done: {why}"),
            Self::Ko => format!("하지 못했습니다: {why}"),
        }
    }

    /// A room we were in does not take us back.
    #[must_use]
    pub fn room_lost(self, room: &str, why: &str) -> String {
        match self {
            Self::En => format!("could not come back to {room}: {why}"),
            Self::Ko => format!("{room} 방에 다시 들어가지 못했습니다: {why}"),
        }
    }

    /// Nobody here has this name.
    #[must_use]
    pub fn nobody_called(self, name: &str) -> String {
        match self {
            Self::En => format!("nobody here is called {name}"),
            Self::Ko => format!("{name}님을 찾을 수 없습니다"),
        }
    }

    /// One cannot talk to oneself.
    #[must_use]
    pub fn that_is_you(self) -> &'static str {
        self.pick(["that is you", "자기 자신입니다"])
    }

    /// A room's name is not one.
    #[must_use]
    pub fn bad_room_name(self) -> &'static str {
        self.pick([
            "a room's name is 1 to 32 letters, digits, '-', '_' or '.'",
            "방 이름은 1~32칸의 글자, 숫자, '-', '_', '.' 입니다",
        ])
    }

    /// The lobby cannot be left.
    #[must_use]
    pub fn lobby_is_for_all(self) -> &'static str {
        self.pick([
            "nobody leaves the lobby; /quit leaves the server",
            "로비에서는 나갈 수 없습니다. /종료 로 서버에서 나갑니다",
        ])
    }

    /// What a room is about.
    #[must_use]
    pub fn topic_is(self, topic: &str) -> String {
        match (self, topic.is_empty()) {
            (Self::En, true) => "there is no topic; /topic TEXT sets one".into(),
            (Self::Ko, true) => "주제가 없습니다. /주제 글 로 정합니다".into(),
            (Self::En, false) => format!("topic: {topic}"),
            (Self::Ko, false) => format!("주제: {topic}"),
        }
    }

    /// Above the list of people.
    #[must_use]
    pub fn users(self, count: usize) -> String {
        match self {
            Self::En => format!("{count} connected:"),
            Self::Ko => format!("{count}명 접속 중:"),
        }
    }

    /// Our role changed by key.
    #[must_use]
    pub fn role_now(self, role: Role) -> String {
        match self {
            Self::En => format!("you are {} now", self.role(role)),
            Self::Ko => format!("이제 {}입니다", self.role(role)),
        }
    }
}

/// Without a screen.
impl Lang {
    /// Neither a terminal nor `--plain`.
    #[must_use]
    pub fn no_terminal(self) -> &'static str {
        self.pick([
            "this is not a terminal; --plain or --json work without one",
            "터미널이 아닙니다. --plain 이나 --json 은 터미널 없이 됩니다",
        ])
    }
}
