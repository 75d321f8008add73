//! Texts of slash commands: usage, why one cannot be carried out, their answers.

use super::Lang;
use super::particle::Particle;

impl Lang {
    /// There is no such command; perhaps another one was meant.
    #[must_use]
    pub fn unknown_command(self, name: &str, meant: Option<&str>) -> String {
        match (self, meant) {
            (Self::En, Some(meant)) => format!("there is no /{name}; /{meant}? //{name} says it"),
            (Self::En, None) => format!("there is no /{name}; /help lists them, //{name} says it"),
            (Self::Ko, Some(meant)) => {
                let to = Particle::To.after(name);
                format!("/{name} 명령어는 없습니다. 혹시 /{meant} 인가요? //{name} {to} 그대로 보냅니다")
            }
            (Self::Ko, None) => {
                let to = Particle::To.after(name);
                format!("/{name} 명령어는 없습니다. /도움말을 보거나 //{name} {to} 그대로 보내세요")
            }
        }
    }

    /// A line of a message would be a command if it stood alone.
    #[must_use]
    pub fn command_within(self, line: usize, command: &str) -> String {
        match self {
            Self::En => format!("line {line} is a command, /{command}; Enter again says all of it as text"),
            Self::Ko => {
                format!(
                    "{line}번째 줄이 /{command} 명령어입니다. 모두 메시지로 보내려면 Enter를 한 번 더 누르세요"
                )
            }
        }
    }

    /// A message looks like a command, which may be meant for somebody else.
    #[must_use]
    pub fn almost_command(self, command: &str) -> String {
        match self {
            Self::En => format!("this is almost /{command}; Enter again says it aloud as it is"),
            Self::Ko => {
                format!("/{command} 명령어와 비슷합니다. 이대로 모두에게 보내려면 Enter를 한 번 더 누르세요")
            }
        }
    }

    /// The same of a script's line, which is not said.
    #[must_use]
    pub fn almost_command_unsaid(self, command: &str, line: &str) -> String {
        match self {
            Self::En => {
                format!("this is almost /{command}, so it is not said aloud (--slash text says it): {line}")
            }
            Self::Ko => {
                format!(
                    "/{command} 명령어와 비슷해서 보내지 않았습니다 (--slash text 를 쓰면 보냅니다): {line}"
                )
            }
        }
    }

    /// A command was given no arguments.
    #[must_use]
    pub fn usage(self, usage: &str) -> String {
        match self {
            Self::En => format!("write it as {usage}"),
            Self::Ko => format!("이렇게 씁니다: {usage}"),
        }
    }

    /// A command needs a connection.
    #[must_use]
    pub fn needs_connection(self) -> &'static str {
        self.pick(["not connected; try again once we are", "접속되어 있지 않습니다. 접속된 뒤에 다시 하세요"])
    }

    /// The server declined a request.
    #[must_use]
    pub fn request_declined(self, why: &str) -> String {
        match self {
            Self::En => format!("not done: {why}"),
            Self::Ko => format!("하지 못했습니다: {why}"),
        }
    }

    /// The server declined an act of a moderator or admin, in its own words, which are English.
    #[must_use]
    pub fn act_declined(self, said: &str) -> String {
        match self {
            Self::En => format!("not done: {said}"),
            Self::Ko => format!("하지 못했습니다. 서버가 영어로 알린 이유: {said}"),
        }
    }

    /// A room did not let us in, and so many messages for it were not sent.
    #[must_use]
    pub fn not_entered(self, room: &str, why: &str, unsent: usize) -> String {
        let (to, kept) = (Particle::To.after(room), self.kept_unsent(unsent));
        match self {
            Self::En => format!("could not enter {room}: {why}{kept}; /join {room} tries again"),
            Self::Ko => {
                format!("{room} 방에 들어가지 못했습니다: {why}{kept}. /입장 {room} {to} 다시 시도합니다")
            }
        }
    }

    /// So many messages for a room that did not let us in are not sent.
    #[must_use]
    pub fn kept_unsent(self, unsent: usize) -> String {
        match (self, unsent) {
            (_, 0) => String::new(),
            (Self::En, _) => format!("; {unsent} not sent, kept here"),
            (Self::Ko, _) => format!(". 보내지 못한 메시지 {unsent}개는 여기 남아 있습니다"),
        }
    }

    /// A room was not left.
    #[must_use]
    pub fn not_left(self, room: &str, why: &str) -> String {
        match self {
            Self::En => format!("could not leave {room}: {why}"),
            Self::Ko => format!("{room} 방에서 나가지 못했습니다: {why}"),
        }
    }

    /// Nobody here has this name.
    #[must_use]
    pub fn nobody_called(self, name: &str) -> String {
        match self {
            Self::En => format!("nobody here is called {name}; /who lists who is here"),
            Self::Ko => format!("{name}님을 찾을 수 없습니다. /사용자로 누가 있는지 볼 수 있습니다"),
        }
    }

    /// One cannot talk to oneself.
    #[must_use]
    pub fn that_is_you(self) -> &'static str {
        self.pick(["that is you", "자기 자신입니다"])
    }

    /// A room's name is not valid.
    #[must_use]
    pub fn bad_room_name(self) -> &'static str {
        self.pick([
            "a room's name is 1 to 32 letters, digits, '-', '_' or '.'",
            "방 이름은 1~32칸이고 글자, 숫자, '-', '_', '.'만 쓸 수 있습니다",
        ])
    }

    /// The lobby cannot be left.
    #[must_use]
    pub fn cannot_leave_lobby(self) -> &'static str {
        self.pick([
            "nobody leaves the lobby; /quit leaves the server",
            "로비에서는 나갈 수 없습니다. /종료로 서버에서 나갑니다",
        ])
    }

    /// The topic of a room.
    #[must_use]
    pub fn topic_is(self, topic: &str) -> String {
        match (self, topic.is_empty()) {
            (Self::En, true) => "there is no topic; /topic TEXT sets one".into(),
            (Self::Ko, true) => "주제가 없습니다. /주제 글로 정할 수 있습니다".into(),
            (Self::En, false) => format!("topic: {topic}"),
            (Self::Ko, false) => format!("주제: {topic}"),
        }
    }

    /// The heading of the list of connected people, or of those in a room.
    #[must_use]
    pub fn user_count(self, count: usize, room: Option<&str>) -> String {
        match (self, room) {
            (Self::En, None) => format!("{count} connected:"),
            (Self::Ko, None) => format!("{count}명 접속 중:"),
            (Self::En, Some(room)) => format!("{count} in {room}:"),
            (Self::Ko, Some(room)) => format!("{room} 방에 {count}명:"),
        }
    }

    /// The admin key is asked for or given, and changes nothing.
    #[must_use]
    pub fn already_admin(self) -> &'static str {
        self.pick(["you are an admin already", "이미 관리자입니다"])
    }

    /// The full screen was wanted without a terminal.
    #[must_use]
    pub fn no_terminal(self) -> &'static str {
        self.pick([
            "this is not a terminal; --plain or --json work without one",
            "터미널이 아닙니다. --plain 이나 --json 은 터미널 없이도 쓸 수 있습니다",
        ])
    }
    /// The terminal cannot place a cursor.
    #[must_use]
    pub fn no_screen(self) -> &'static str {
        self.pick([
            "this terminal (TERM) has no full screen; going on in lines, as with --plain",
            "이 터미널(TERM)은 전체 화면을 쓸 수 없어 --plain 처럼 한 줄씩 보여 드립니다",
        ])
    }
}
