//! Texts about the command line and the files it refers to.

use super::Lang;
use crate::effect::Exit;
use crate::line_options::Unusable;
use crate::no_effect::NoEffect;

impl Lang {
    /// A file cannot be read; what the system said.
    #[must_use]
    pub fn cannot_read(self, path: &str, why: &str) -> String {
        match self {
            Self::En => format!("cannot read {path}: {why}"),
            Self::Ko => format!("{path} 파일을 읽을 수 없습니다: {why}"),
        }
    }

    /// A file with a password or key has none in its first line.
    #[must_use]
    pub fn no_first_line(self, path: &str) -> String {
        match self {
            Self::En => format!("{path} is empty; its first line should be the password, key or secret"),
            Self::Ko => {
                format!("{path} 파일이 비어 있습니다. 첫 줄에 비밀번호나 키, 비밀 값이 있어야 합니다")
            }
        }
    }

    /// A file that should have the secret of an identity has something else.
    #[must_use]
    pub fn no_secret(self, path: &str) -> String {
        match self {
            Self::En => format!(
                "{path} has no secret in its first line; it is the 43 characters that the operator gave you"
            ),
            Self::Ko => format!(
                "{path} 파일의 첫 줄에 비밀 값이 없습니다. 서버 운영자에게 받은 43자를 그대로 적으세요"
            ),
        }
    }

    /// Only ASCII is shown.
    #[must_use]
    pub fn not_utf8(self) -> &'static str {
        self.pick([
            "This locale is not UTF-8: what is not ASCII is shown as ?. LC_ALL=C.UTF-8 shows it",
            "UTF-8 로캘이 아니어서 ASCII가 아닌 글자는 ? 로 보입니다. LC_ALL=C.UTF-8 로 볼 수 있습니다",
        ])
    }

    /// Standard output takes nothing; what the system said.
    #[must_use]
    pub fn cannot_print(self, why: &str) -> String {
        match self {
            Self::En => format!("cannot write to standard output: {why}"),
            Self::Ko => format!("표준 출력에 쓸 수 없습니다: {why}"),
        }
    }

    /// So many lines were not printed, since nobody read what was printed before them.
    #[must_use]
    pub fn lines_left_out(self, count: usize) -> String {
        match self {
            Self::En if count == 1 => "1 line was not printed here: nobody read what came before it".into(),
            Self::En => format!("{count} lines were not printed here: nobody read what came before them"),
            Self::Ko => format!("앞의 출력을 아무도 읽지 않아 여기서 {count}줄을 출력하지 못했습니다"),
        }
    }

    /// Why the program ends with a status that is not 0; nothing where nobody needs to be told.
    #[must_use]
    pub fn exit_reason(self, exit: &Exit) -> Option<String> {
        Some(match (self, exit) {
            (_, Exit::Done | Exit::Unread) => return None,
            (_, Exit::Failed(why)) => why.clone(),
            (Self::En, Exit::Refused(1)) => "1 thing that was asked for was not done".into(),
            (Self::En, Exit::Refused(count)) => format!("{count} things that were asked for were not done"),
            (Self::Ko, Exit::Refused(count)) => format!("하지 못한 것이 {count}개 있습니다"),
            (Self::En, Exit::Unconnected(why)) if why.is_empty() => "no connection in time".into(),
            (Self::En, Exit::Unconnected(why)) => format!("no connection in time. {why}"),
            (Self::Ko, Exit::Unconnected(why)) => format!("제때 접속하지 못했습니다. {why}"),
            (Self::En, Exit::Unanswered(0)) => "the server did not answer in time".into(),
            (Self::En, Exit::Unanswered(count)) => format!(
                "the server did not answer in time; {count} not known to be stored: kept, and sent once at the next start"
            ),
            (Self::Ko, Exit::Unanswered(0)) => "서버가 제때 답하지 않았습니다".into(),
            (Self::Ko, Exit::Unanswered(count)) => format!(
                "서버가 제때 답하지 않았습니다. 저장되었는지 알 수 없는 메시지 {count}개는 보관했다가 다음에 시작할 때 한 번만 보냅니다"
            ),
        })
    }

    /// A line of the input cannot be sent, and why. Number 0 is none in particular.
    #[must_use]
    pub fn line_unusable(self, number: u64, why: &Unusable) -> String {
        let why = match (self, why) {
            (Self::En, Unusable::Unread(why)) => return format!("the input cannot be read: {why}"),
            (_, Unusable::MessageTooLong(length)) => return self.too_long(*length),
            (Self::Ko, Unusable::Unread(why)) => return format!("입력을 읽을 수 없습니다: {why}"),
            (_, Unusable::NotUtf8) => self.pick(["it is not UTF-8", "UTF-8이 아닙니다"]),
            (_, Unusable::TooLong) => self.pick(["it is too long", "너무 깁니다"]),
            (_, Unusable::ControlChars) => self.pick(["it has control characters", "제어 문자가 있습니다"]),
        };
        match self {
            Self::En => format!("line {number} was not sent: {why}"),
            Self::Ko => format!("{number}번째 줄을 보내지 못했습니다: {why}"),
        }
    }

    /// An option of the command line would have no effect, and what to do.
    #[must_use]
    pub fn no_effect(self, why: NoEffect) -> String {
        match (self, why) {
            (Self::En, NoEffect::OnlyForLines(option)) => {
                format!("{option} is for --plain and --json: add one of them, or leave {option} out")
            }
            (Self::Ko, NoEffect::OnlyForLines(option)) => {
                format!("{option} 옵션은 --plain 이나 --json 과 함께 씁니다. 하나를 더하거나 이 옵션을 빼세요")
            }
            (Self::En, NoEffect::OnlyForScreen(option)) => {
                format!("{option} is for the full screen, which --plain and --json do without: leave it out")
            }
            (Self::Ko, NoEffect::OnlyForScreen(option)) => {
                format!("{option} 옵션은 전체 화면에서만 쓰입니다. --plain 이나 --json 으로 시작할 때는 빼세요")
            }
            (Self::En, NoEffect::ReadsNothing(option)) => {
                format!("--listen reads no input, so {option} would do nothing: leave one of them out")
            }
            (Self::Ko, NoEffect::ReadsNothing(option)) => {
                format!("--listen 은 입력을 읽지 않아 {option} 옵션이 쓰이지 않습니다. 둘 가운데 하나를 빼세요")
            }
            (_, NoEffect::NameOfSeveral) => self
                .pick([
                    "--as names one file, and several are sent: send that one by itself",
                    "--as 는 파일 하나의 이름입니다. 그 파일은 따로 보내세요",
                ])
                .to_owned(),
            (_, NoEffect::TwoFormats) => self
                .pick([
                    "--plain prints text, and --json prints JSON: choose one of them",
                    "--plain 은 글로, --json 은 JSON으로 출력합니다. 둘 가운데 하나만 쓰세요",
                ])
                .to_owned(),
            (_, NoEffect::SeveralForLines) => self
                .pick([
                    "without a screen (--plain, --json) there is one server: start one for each, or leave --plain out",
                    "화면 없이(--plain, --json)는 서버 하나와만 이야기합니다. 서버마다 하나씩 실행하세요",
                ])
                .to_owned(),
            (_, NoEffect::HostOfSeveral) => self
                .pick([
                    "--host takes one address, the one to listen on: go to the others with /server ADDR when it runs",
                    "--host 에는 접속을 기다릴 주소 하나만 씁니다. 다른 서버는 실행한 뒤 /서버 주소로 가세요",
                ])
                .to_owned(),
            (_, NoEffect::HostIsAdmin) => self
                .pick([
                    "with --host you are admin already: leave out --admin-key-file",
                    "--host 로 서버를 열면 이미 관리자입니다. --admin-key-file 을 빼세요",
                ])
                .to_owned(),
            (_, NoEffect::UnixSocket) => self
                .pick([
                    "a Unix socket stays on this machine and is not encrypted, so --tls would do nothing: leave it out",
                    "유닉스 소켓은 이 컴퓨터 안에서만 쓰이고 암호화하지 않아 --tls 가 쓰이지 않습니다. 빼세요",
                ])
                .to_owned(),
            (_, NoEffect::NoPlaceForLog) => self
                .pick([
                    "no home directory is known to keep the log in: name a file with --log=FILE",
                    "로그를 둘 홈 디렉터리를 알 수 없습니다. --log=파일 로 파일 경로를 적으세요",
                ])
                .to_owned(),
        }
    }

    /// The connection was lost before the server answered a command.
    #[must_use]
    pub fn answer_lost(self) -> &'static str {
        self.pick([
            "the connection was lost before an answer came; see whether it was done",
            "답이 오기 전에 연결이 끊겼습니다. 되었는지 확인하세요",
        ])
    }

    /// A line of the configuration file is wrong. `place` is the file and the line; the reason is of the TOML parser.
    #[must_use]
    pub fn bad_setting(self, place: &str, why: &str) -> String {
        match self {
            Self::En => format!("{place}: {why}"),
            Self::Ko => format!("{place}: 설정이 잘못되었습니다: {why}"),
        }
    }
}
