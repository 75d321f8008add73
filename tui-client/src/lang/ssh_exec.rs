//! Texts of commands over ssh: what there is, and why something was not done.

use shared::server_msg::Absence;
use shared::{Attachment, Code, Refusal, RoomName, Seq};

use super::Lang;

impl Lang {
    /// What `ssh HOST help` says.
    #[must_use]
    pub fn ssh_commands(self, destination: &str) -> String {
        let commands = self.pick([
            "Over ssh, without installing anything:
  ssh {host}                        the chat, on the whole screen
  ssh {host} who                    who is here
  ssh {host} rooms                  the rooms
  ssh {host} say ROOM [TEXT]        say something; without a text what standard input has: one message
  ssh {host} msg NAME [TEXT]        the same to one person
  ssh {host} tail ROOM [N] [-f]     the last N messages (20); with -f also what follows; @NAME: with one person
  ssh {host} send ROOM NAME < FILE  send a file
  ssh {host} get ROOM SEQ > FILE    fetch the file of a message
  ssh {host} link CODE              be who showed this code with /link on another machine
  ssh {host} plain | json           lines in and lines out; JSON
  ssh {host} help                   this

--json gives JSON lines: who --json, say --json ROOM TEXT. The exit status is 0 when it was done, 1 when it was not, 2 when
it is no command.
A key of yours is who you are: the same key is the same person. Without one: ssh guest@…",
            "아무것도 설치하지 않고 ssh 로:
  ssh {host}                        전체 화면으로 채팅
  ssh {host} 사용자                 누가 있는지 (who)
  ssh {host} 방목록                 방 목록 (rooms)
  ssh {host} 말 방 [글]             말하기. 글이 없으면 표준 입력 전체가 한 메시지 (say)
  ssh {host} 귓속말 이름 [글]       한 사람에게 말하기 (msg)
  ssh {host} 보기 방 [개수] [-f]    마지막 메시지(20개). -f 는 새 메시지도 계속, @이름 은 그 사람과 나눈 대화 (tail)
  ssh {host} 보내기 방 이름 < 파일  파일 보내기 (send)
  ssh {host} 받기 방 번호 > 파일    메시지의 파일 받기 (get)
  ssh {host} 기기연결 코드          다른 기기에서 /기기연결 로 받은 코드의 사람이 되기 (link)
  ssh {host} plain | json           줄 단위 입출력, JSON
  ssh {host} 도움말                 이 도움말 (help)

--json 을 쓰면 JSON으로 답합니다: who --json, 말 --json 방 글. 종료 상태는 되었으면 0, 되지 않았으면 1, 없는 명령이면 2 입니다.
키가 곧 사람입니다. 같은 키는 같은 사람입니다. 키가 없으면 ssh guest@…",
        ]);
        commands.replace("{host}", destination)
    }

    /// A command cannot be read.
    #[must_use]
    pub fn ssh_unreadable(self) -> &'static str {
        self.pick([
            "the command cannot be read: a quote in it does not end, or it is not UTF-8",
            "명령을 읽을 수 없습니다. 따옴표가 닫히지 않았거나 UTF-8이 아닙니다",
        ])
    }

    /// There is no such command.
    #[must_use]
    pub fn ssh_unknown(self, name: &str) -> String {
        // Enough to know it again.
        let shown: String = name.chars().take(40).collect();
        let name = if shown.len() < name.len() { format!("{shown}…") } else { shown };
        match self {
            Self::En => {
                format!("there is no command \"{name}\" here, and no shell; `help` lists the commands")
            }
            Self::Ko => {
                format!("\"{name}\" 명령은 없습니다. 여기에는 셸이 없습니다. 도움말 로 명령을 볼 수 있습니다")
            }
        }
    }

    /// How a command is written.
    #[must_use]
    pub fn ssh_usage(self, usage: [&'static str; 2]) -> String {
        let usage = self.pick(usage);
        match self {
            Self::En => format!("usage: {usage}"),
            Self::Ko => format!("이렇게 씁니다: {usage}"),
        }
    }

    /// There is no connection to the server. How this machine reaches it is nobody's concern who is elsewhere.
    #[must_use]
    pub fn ssh_unconnected(self) -> &'static str {
        self.pick([
            "the chat cannot be reached; try again later",
            "채팅 서버에 닿을 수 없습니다. 나중에 다시 해 보세요",
        ])
    }

    /// The server is not reached so far.
    #[must_use]
    pub fn ssh_waits(self) -> &'static str {
        self.pick([
            "the chat is not reached; waiting for it, up to 10 seconds",
            "채팅 서버에 닿지 않습니다. 10초까지 기다립니다",
        ])
    }

    /// What the server does not want, and what to do about it by commands as they are said over ssh.
    #[must_use]
    pub fn ssh_refusal(self, refusal: &Refusal) -> String {
        let advice = if refusal.setting.is_some() {
            None
        } else if refusal.code == Code::NoSuchRoom {
            Some(["`rooms` lists those there are", "방목록 으로 있는 방을 볼 수 있습니다"])
        } else if refusal.code == Code::NoSuchUser {
            Some(["`who` lists who is here", "사용자 로 누가 있는지 볼 수 있습니다"])
        } else {
            None
        };
        match advice {
            Some(advice) => self.reason_and_advice(self.refusal_reason(refusal.code), self.pick(advice)),
            None => self.server_refusal(refusal),
        }
    }

    /// A message without a file.
    #[must_use]
    pub fn ssh_brings_no_file(self, seq: Seq) -> String {
        match self {
            Self::En => format!("message {seq} brings no file; `tail` shows which do, with the number"),
            Self::Ko => {
                format!("{seq}번 메시지에는 파일이 없습니다. 보기 로 파일과 그 번호를 볼 수 있습니다")
            }
        }
    }

    /// Too much is being sent at once.
    #[must_use]
    pub fn ssh_spool_full(self) -> &'static str {
        self.pick([
            "others are sending too much at the moment; nothing was sent, try again later",
            "지금 보내는 파일이 너무 많아 보내지 않았습니다. 나중에 다시 해 보세요",
        ])
    }

    /// The server has not answered.
    #[must_use]
    pub fn ssh_unanswered(self) -> &'static str {
        self.pick([
            "the server did not answer; see whether it was done",
            "서버가 답하지 않았습니다. 되었는지 확인하세요",
        ])
    }

    /// Nobody has this name.
    #[must_use]
    pub fn ssh_nobody(self, name: &str) -> String {
        match self {
            Self::En => format!("nobody is called {name}; `who` lists who is here"),
            Self::Ko => format!("{name} 이름을 쓰는 사람이 없습니다. 사용자 로 누가 있는지 볼 수 있습니다"),
        }
    }

    /// There is no text.
    #[must_use]
    pub fn ssh_nothing_to_say(self) -> &'static str {
        self.pick(["there is nothing to say: the text is empty", "보낼 글이 없습니다"])
    }

    /// The text is not UTF-8.
    #[must_use]
    pub fn ssh_text_not_utf8(self) -> &'static str {
        self.pick([
            "the text is not UTF-8; nothing was said. `send` sends any bytes as a file",
            "글이 UTF-8이 아니어서 보내지 않았습니다. 보내기 는 아무 파일이나 보냅니다",
        ])
    }

    /// The text is longer than is read.
    #[must_use]
    pub fn ssh_text_too_long(self, bytes: u64) -> String {
        match self {
            Self::En => {
                format!("the text has more than {bytes} bytes; nothing was said. `send` sends it as a file")
            }
            Self::Ko => {
                format!("글이 {bytes}바이트를 넘어 보내지 않았습니다. 보내기 로 파일로 보낼 수 있습니다")
            }
        }
    }

    /// The server takes no file of this length.
    #[must_use]
    pub fn ssh_file_too_long(self, bytes: u64) -> String {
        match (self, bytes) {
            (Self::En, 0) => "this server takes no files".to_owned(),
            (Self::En, _) => {
                format!("the file is longer than this server takes ({bytes} bytes); nothing was sent")
            }
            (Self::Ko, 0) => "이 서버는 파일을 받지 않습니다".to_owned(),
            (Self::Ko, _) => format!("파일이 서버의 한도({bytes}바이트)보다 커서 보내지 않았습니다"),
        }
    }

    /// The door has no room for what is to be sent.
    #[must_use]
    pub fn ssh_no_space(self) -> &'static str {
        self.pick([
            "there is no space left here for the file; tell whoever runs this",
            "파일을 받아 둘 공간이 없습니다. 서버 운영자에게 알려 주세요",
        ])
    }

    /// A file was not moved; what the system said.
    #[must_use]
    pub fn ssh_not_moved(self, why: &str) -> String {
        match self {
            Self::En => format!("the file did not get through ({why}); try again"),
            Self::Ko => format!("파일을 옮기지 못했습니다({why}). 다시 해 보세요"),
        }
    }

    /// The file of a message, and how it is fetched.
    #[must_use]
    pub fn ssh_file(self, file: &Attachment, room: &RoomName, seq: Seq) -> String {
        let (name, bytes) = (file.name.as_str(), file.bytes);
        match self {
            Self::En => format!("[file] {name} · {bytes} bytes · get {room} {seq}"),
            Self::Ko => format!("[파일] {name} · {bytes}바이트 · 받기 {room} {seq}"),
        }
    }

    /// That somebody is away, and why.
    #[must_use]
    pub fn ssh_absent(self, absent: &Absence) -> String {
        let away = self.pick(["away", "자리 비움"]);
        if absent.why.is_empty() { away.to_owned() } else { format!("{away}: {}", absent.why.as_str()) }
    }

    /// How many people there are.
    #[must_use]
    pub fn ssh_people(self, count: usize) -> String {
        match (self, count) {
            (Self::En, 1) => "1 person".to_owned(),
            (Self::En, _) => format!("{count} people"),
            (Self::Ko, _) => format!("{count}명"),
        }
    }
}
