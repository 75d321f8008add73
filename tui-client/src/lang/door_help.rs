//! What `chinwag ssh-door --help` says of each option, by its name in [`crate::config`].

use super::Lang;

/// Each option with its help in English and Korean.
pub(super) const OPTIONS: [(&str, [&str; 2]); 13] = [
    (
        "ssh_listen",
        [
            "Where people come in by ssh, an IP address with a port or without; several by commas [default: 127.0.0.1:7722]",
            "ssh 접속을 기다릴 IP 주소와 포트. 쉼표로 여럿을 적을 수 있습니다 [기본값: 127.0.0.1:7722]",
        ],
    ),
    (
        "ssh_server",
        [
            "The Unix socket of the server, which must trust this user; of several nodes on this machine all, with commas between, and who loses one goes on at the next: proxy-from = [\"unix:USER\"] in its chinwagd.toml",
            "서버의 유닉스 소켓. 이 컴퓨터에 노드가 여럿이면 쉼표로 모두 적습니다. 하나가 죽으면 다음 노드로 이어집니다. 서버의 chinwagd.toml 에 proxy-from = [\"unix:사용자\"] 로 이 사용자를 믿게 해야 합니다",
        ],
    ),
    (
        "ssh_state_dir",
        [
            "Where the host key and what is remembered for each person's key are kept [default: $STATE_DIRECTORY, or ssh-door in the state directory of chinwag]",
            "호스트 키와 사람마다의 상태를 둘 폴더 [기본값: $STATE_DIRECTORY, 또는 chinwag 상태 디렉터리의 ssh-door]",
        ],
    ),
    (
        "ssh_host_key_file",
        [
            "The host key, in the format of OpenSSH [default: one made at the first start, in the state directory]",
            "OpenSSH 형식의 호스트 키 [기본값: 처음 시작할 때 상태 폴더에 만든 것]",
        ],
    ),
    (
        "ssh_guests",
        [
            "Whether people without a key may come in, as `ssh guest@HOST`, under a random name",
            "키가 없는 사람도 ssh guest@호스트 로 임의의 이름을 받아 들어오게 할지 (on, off)",
        ],
    ),
    (
        "ssh_admins",
        [
            "A file that says whose keys are admins': lines as in authorized_keys, or fingerprints (SHA256:…). SIGHUP reads it again",
            "관리자의 키를 적은 파일: authorized_keys 같은 줄이나 SHA256: 으로 시작하는 지문. SIGHUP 을 받으면 다시 읽습니다",
        ],
    ),
    (
        "ssh_admin_key_file",
        [
            "A file with the server's admin key, which is shown for these",
            "이들을 위해 쓸, 서버의 관리자 키가 든 파일",
        ],
    ),
    (
        "ssh_keys_max",
        [
            "For how many keys it is remembered who they are; whoever comes later is somebody new each time",
            "기억할 키의 수. 그 뒤에 온 사람은 올 때마다 새 사람이 됩니다",
        ],
    ),
    ("ssh_sessions_max", ["The most sessions at once", "동시에 열 수 있는 세션의 수"]),
    (
        "ssh_sessions_per_address",
        [
            "The most sessions at once from one address, loopback exempt",
            "한 주소에서 동시에 열 수 있는 세션의 수. 이 컴퓨터는 예외입니다",
        ],
    ),
    (
        "ssh_sessions_per_key",
        ["The most sessions at once of one key", "키 하나로 동시에 열 수 있는 세션의 수"],
    ),
    (
        "ssh_idle",
        [
            "End a session after so many minutes without a key from its person; 0 never does",
            "아무 키도 누르지 않은 세션을 이만큼 뒤에 끝냅니다. 0 이면 끝내지 않습니다",
        ],
    ),
    ("ssh_lang", ["The language of this help", "이 도움말의 언어(en, ko)"]),
];

impl Lang {
    /// What the subcommand is.
    #[must_use]
    pub fn about_ssh_door(self) -> &'static str {
        self.pick([
            "Let people in by ssh, with nothing installed: a service beside chinwagd",
            "아무것도 설치하지 않은 사람도 ssh 로 들어오게 합니다: chinwagd 곁에서 도는 서비스",
        ])
    }

    /// What stands below its options.
    #[must_use]
    pub fn ssh_door_examples(self) -> &'static str {
        self.pick([
            "\
Every option but --lang has a variable: --keys-max is CHINWAG_SSH_KEYS_MAX.

Examples:
  chinwag ssh-door --listen 0.0.0.0:7722
  ssh -p 7722 chat.example.net              the screen
  ssh -p 7722 kim@chat.example.net          under a name of your own, the first time
  ssh -p 7722 chat.example.net help         what goes without a screen",
            "\
--lang 말고는 모든 옵션을 환경 변수로도 정할 수 있습니다: --keys-max 는 CHINWAG_SSH_KEYS_MAX.

예:
  chinwag ssh-door --listen 0.0.0.0:7722
  ssh -p 7722 chat.example.net              화면으로 들어갑니다
  ssh -p 7722 kim@chat.example.net          처음에 원하는 이름으로 들어갑니다
  ssh -p 7722 chat.example.net help         화면 없이 할 수 있는 것을 봅니다",
        ])
    }
}
