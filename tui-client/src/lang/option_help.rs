//! What `chinwag --help` says of each option, by its name in [`crate::config`].

use super::{Lang, door_help};

/// Each option with its help in English and Korean. What values there are clap adds in English only, so the Korean one says
/// it where the value's name does not.
const OPTIONS: [(&str, [&str; 2]); 30] = [
    (
        "addr",
        [
            "The server, or several of them: HOST, HOST:PORT, [IPv6]:PORT or the path of a Unix socket; HOST1,HOST2,HOST3 for one that has several addresses. Passwords, keys, secrets and codes that are given are for the first one, all else is for each. With --host, the address to listen on",
            "서버. 여럿을 적을 수 있습니다: 호스트, 호스트:포트, [IPv6]:포트, 또는 유닉스 소켓의 경로. 한 서버의 주소가 여럿이면 호스트1,호스트2,호스트3. 함께 준 비밀번호, 키, 비밀 값, 연결 코드는 첫 서버에만 쓰고 나머지 옵션은 모든 서버에 씁니다. --host 와 함께 쓰면 접속을 기다릴 주소",
        ],
    ),
    (
        "name",
        [
            "What to be called; without it the server picks a name, and the same one next time. Another name than that of a client that runs here already is another person; the same, or none, is a further window of the same person",
            "쓸 이름. 없으면 서버가 이름을 정해 주고, 다음에도 그 이름을 씁니다. 여기서 이미 실행 중인 클라이언트와 다른 이름이면 다른 사람이 되고, 같은 이름이거나 없으면 같은 사람의 창을 하나 더 엽니다",
        ],
    ),
    (
        "link",
        [
            "Be who showed this code with /link on another machine; who you were here before you are again with --name",
            "다른 기기에서 /기기연결 로 받은 코드. 그 사람으로 접속합니다. 여기서 쓰던 사람으로는 --name 으로 다시 접속할 수 있습니다",
        ],
    ),
    ("host", ["Start a server in this process and join it", "이 프로그램 안에서 서버를 열고 들어갑니다"]),
    (
        "allow_plaintext",
        [
            "With --host: let other machines connect without TLS",
            "--host 와 함께: 다른 컴퓨터가 TLS 없이 접속하는 것을 허용합니다",
        ],
    ),
    (
        "ssh",
        [
            "With --host: also let people in by ssh at this address, with nothing installed, such as 0.0.0.0:7722",
            "--host 와 함께: 아무것도 설치하지 않고 ssh 로 들어올 수 있게 이 주소에서도 기다립니다. 예: 0.0.0.0:7722",
        ],
    ),
    (
        "tls",
        [
            "When to encrypt, and which servers to trust",
            "언제 암호화하고 어떤 서버를 믿을지: auto 는 이 컴퓨터 안에서는 암호화하지 않고 그 밖에는 trust 와 같음, trust 는 처음 본 키로 서버를 확인, verify 는 인증 기관이 보증하는 이름으로 확인, off 는 암호화하지 않음. CHINWAG_TLS 환경 변수로도 정할 수 있습니다",
        ],
    ),
    (
        "plain",
        [
            "No full screen: read lines from stdin, write lines to stdout; the exit status says whether all was done. From a terminal, what hurts (/kick, /ban, /shutdown) asks for a yes; from a pipe it is done at once",
            "전체 화면 없이 표준 입력에서 한 줄씩 읽고 표준 출력에 한 줄씩 씁니다. 모두 되었는지는 종료 상태로 알 수 있습니다. 강퇴, 차단, 서버 종료는 터미널에서는 한 번 묻고, 파이프에서는 바로 합니다",
        ],
    ),
    (
        "json",
        [
            "Like --plain, with JSON lines on stdout; stdin takes text, commands or JSON requests",
            "--plain 과 같지만 표준 출력에 JSON을 한 줄씩 씁니다. 표준 입력에는 글, 명령어, JSON 요청을 쓸 수 있습니다",
        ],
    ),
    (
        "listen",
        [
            "With --plain or --json: only listen, until a signal ends it; stdin is not read",
            "--plain 이나 --json 과 함께: 시그널로 끝낼 때까지 듣기만 하고 표준 입력은 읽지 않습니다",
        ],
    ),
    (
        "wait",
        [
            "With --plain or --json: how long there may be no connection at the start [default: 10]",
            "--plain 이나 --json 과 함께: 처음에 접속될 때까지 기다릴 시간 [기본값: 10]",
        ],
    ),
    (
        "timeout",
        [
            "With --plain or --json: how long the server may leave something unanswered [default: 30; for ever with --listen or at a terminal]",
            "--plain 이나 --json 과 함께: 서버의 답을 기다릴 시간 [기본값: 30, --listen 이나 터미널에서는 끝없이]",
        ],
    ),
    (
        "long_lines",
        [
            "With --plain or --json: what becomes of a line that is longer than a message may be [default: split]",
            "--plain 이나 --json 과 함께: 메시지 한도보다 긴 줄을 여러 메시지로 나누어 보낼지(split) 보내지 않고 알릴지(refuse) [기본값: split]",
        ],
    ),
    (
        "control_chars",
        [
            "With --plain or --json: what becomes of a line with colours, tabs or other control characters [default: clean]",
            "--plain 이나 --json 과 함께: 색, 탭 같은 제어 문자가 있는 줄에서 그것을 빼고 보낼지(clean) 보내지 않고 알릴지(refuse) [기본값: clean]",
        ],
    ),
    (
        "slash",
        [
            "With --plain or --json: what a line from a pipe is that begins with a slash; with text every line is said as it is, as for a log [default: command]",
            "--plain 이나 --json 과 함께: 파이프에서 온 줄이 /로 시작하면 명령어로 볼지(command), 로그처럼 모든 줄을 그대로 보낼지(text) [기본값: command]",
        ],
    ),
    (
        "one_message",
        [
            "With --plain or --json: all of stdin, up to its end, is one message; one that is too long goes in several, cut between lines, or not at all, as --long-lines says",
            "--plain 이나 --json 과 함께: 표준 입력 전체를 메시지 하나로 보냅니다. 너무 길면 --long-lines 에 따라 줄 사이에서 나누거나 보내지 않습니다",
        ],
    ),
    (
        "to",
        [
            "With --plain, --json or --send: where lines are said from the start; if one cannot get there, nothing is said",
            "--plain, --json 이나 --send 와 함께: 처음부터 글을 보낼 방이나 @사람. 그리로 갈 수 없으면 아무것도 보내지 않습니다",
        ],
    ),
    (
        "send",
        [
            "Send this file to where --to says, or what stdin has with -, and end, as with --plain; several files with several --send",
            "--to 로 정한 곳에 이 파일을, - 이면 표준 입력의 내용을 --plain 처럼 보내고 끝냅니다. 여러 번 쓰면 여러 파일",
        ],
    ),
    (
        "sent_as",
        [
            "With --send: what the file is called there [default: its own name]",
            "--send 와 함께: 받는 쪽에서 보일 파일 이름 [기본값: 원래 이름]",
        ],
    ),
    (
        "caption",
        [
            "With --send: what is said about the file, or the first of them",
            "--send 와 함께: 파일(여럿이면 첫 파일)에 붙일 글",
        ],
    ),
    (
        "downloads",
        [
            "Where /save puts files [default: the system's directory for downloads]",
            "/저장 으로 받은 파일을 둘 폴더 [기본값: 시스템의 다운로드 폴더]",
        ],
    ),
    (
        "password_file",
        [
            "A file with the server's password; with --host, the one that everybody must give",
            "서버의 비밀번호가 있는 파일. --host 와 함께 쓰면 모두가 입력해야 할 비밀번호",
        ],
    ),
    (
        "admin_key_file",
        [
            "A file with the admin key; with it you become admin after joining; `CHINWAG_ADMIN_KEY_FILE` does so too",
            "관리자 키가 있는 파일. 들어간 뒤 관리자가 됩니다. CHINWAG_ADMIN_KEY_FILE 환경 변수로도 정할 수 있습니다",
        ],
    ),
    (
        "secret_file",
        [
            "A file with the secret that the server's operator gave you: with it you are who you were, here and from then on",
            "서버 운영자가 준 비밀 값이 있는 파일. 그것으로 예전의 나로 들어가고, 이 컴퓨터에서는 다음부터도 그렇습니다",
        ],
    ),
    (
        "mouse",
        [
            "Whether the wheel scrolls, and a click opens a room, a person or a message; a drag then needs Shift to select text",
            "마우스 휠로 넘기고, 방이나 사람이나 메시지를 눌러 열지. 그러면 글자를 끌어서 고를 때 Shift를 눌러야 합니다",
        ],
    ),
    (
        "escape_wait",
        [
            "How long after an Esc the rest of a key may come, in milliseconds: 50 by itself, 150 over ssh",
            "Esc 다음에 키의 나머지가 올 때까지 기다릴 시간(밀리초): 보통 50, ssh에서는 150",
        ],
    ),
    (
        "ambiguous_width",
        [
            "How wide the terminal draws characters like ─ and …, whose width Unicode leaves open; it is asked otherwise",
            "유니코드가 너비를 정하지 않은 ─, … 같은 글자를 터미널이 몇 칸으로 그리는지: auto 는 터미널에 묻기, narrow 는 한 칸, wide 는 두 칸(선은 ASCII로 그림)",
        ],
    ),
    (
        "config",
        [
            "A file of lines like `name = \"kim\"`, with the long names of these options; without it, ~/.config/chinwag/config.toml is read if it is there",
            "name = \"kim\" 처럼 옵션의 긴 이름으로 쓴 설정 파일. 없으면 ~/.config/chinwag/config.toml 이 있을 때 읽습니다",
        ],
    ),
    (
        "lang",
        [
            "The language of the screen; the locale of the environment says it otherwise",
            "화면의 언어(en, ko). 없으면 로캘을 따릅니다",
        ],
    ),
    (
        "log",
        [
            "Write a log, to this file or to chinwag.log in the state directory; `CHINWAG_LOG=FILE` does so too",
            "이 파일에, 없으면 상태 디렉터리의 chinwag.log 에 로그를 남깁니다. CHINWAG_LOG=파일 로도 됩니다",
        ],
    ),
];

impl Lang {
    /// The help of an option.
    #[must_use]
    pub fn option_help(self, name: &str) -> Option<&'static str> {
        let mut options = OPTIONS.iter().chain(&door_help::OPTIONS);
        options.find(|(known, _)| *known == name).map(|(_, help)| self.pick(*help))
    }

    /// What the program is.
    #[must_use]
    pub fn about(self) -> &'static str {
        self.pick(["Group chat for the terminal", "터미널에서 함께 이야기하는 채팅"])
    }

    /// What stands below the options.
    #[must_use]
    pub fn usage_examples(self) -> &'static str {
        self.pick([
            "\
Examples:
  chinwag                          join the server on this machine
  chinwag chat.example.net         join another one, on port 7667
  chinwag 10.0.0.5:7000 --name kim join by address, under a name of your own
  chinwag --host                   start a server here and join it
  chinwag --host 0.0.0.0 --ssh 0.0.0.0:7722
                                   the same, for others too, also by ssh
  echo 'done' | chinwag --plain    say one thing and leave",
            "\
예:
  chinwag                          이 컴퓨터의 서버에 들어갑니다
  chinwag chat.example.net         다른 서버에 들어갑니다 (포트 7667)
  chinwag 10.0.0.5:7000 --name kim 주소로, 원하는 이름으로 들어갑니다
  chinwag --host                   여기에 서버를 열고 들어갑니다
  chinwag --host 0.0.0.0 --ssh 0.0.0.0:7722
                                   다른 사람도, ssh 로도 들어올 수 있게 엽니다
  echo '끝' | chinwag --plain      한 마디 하고 나갑니다",
        ])
    }
}
