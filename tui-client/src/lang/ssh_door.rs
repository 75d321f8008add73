//! What is told to people who come by ssh, beside the screen.

use super::Lang;

impl Lang {
    /// What is told before the login to those who may have no key. Their language is not known by then. One line, for a command's
    /// standard error has it, too. ASCII alone: `OpenSSH` shows anything else in octal where the locale is not of UTF-8.
    #[must_use]
    pub const fn ssh_banner(guests: bool) -> &'static str {
        if guests {
            "No ssh key? Come in as guest: ssh guest@... (with the same host and port), or make a key: ssh-keygen -t ed25519\r\n"
        } else {
            "Your ssh key is who you are here. Have you none, make one: ssh-keygen -t ed25519\r\n"
        }
    }

    /// The door stops; the terminal has been given back.
    #[must_use]
    pub const fn ssh_door_stops(self) -> &'static str {
        self.pick([
            "this server's ssh door stops; what you have written is kept. Connect again in a moment",
            "이 서버의 ssh 입구를 닫습니다. 쓰던 글은 보관됩니다. 잠시 뒤에 다시 접속하세요",
        ])
    }

    /// A fault of ours ended the session.
    #[must_use]
    pub const fn ssh_session_fault(self) -> &'static str {
        self.pick([
            "your session ended by a fault of this program; connect again",
            "이 프로그램의 오류로 연결이 끝났습니다. 다시 접속하세요",
        ])
    }

    /// There are as many sessions as there may be.
    #[must_use]
    pub const fn ssh_door_full(self) -> &'static str {
        self.pick([
            "there are as many people here by ssh as there may be; try again later",
            "ssh로 들어올 수 있는 인원이 가득 찼습니다. 나중에 다시 접속하세요",
        ])
    }

    /// There are as many sessions from one address as there may be.
    #[must_use]
    pub const fn ssh_address_full(self) -> &'static str {
        self.pick([
            "there are as many sessions from your address as there may be; leave one first",
            "이 주소에서 열 수 있는 연결이 가득 찼습니다. 먼저 하나를 끝내세요",
        ])
    }

    /// There are as many sessions with one key as there may be.
    #[must_use]
    pub const fn ssh_key_full(self) -> &'static str {
        self.pick([
            "there are as many sessions with your key as there may be; leave one first",
            "이 키로 열 수 있는 연결이 가득 찼습니다. 먼저 하나를 끝내세요",
        ])
    }

    /// sftp, scp and the like.
    #[must_use]
    pub const fn ssh_no_subsystem(self) -> &'static str {
        self.pick([
            "no sftp or scp here; `ssh HOST help` says how files are sent",
            "여기서는 sftp와 scp를 쓸 수 없습니다. 파일 보내는 방법: `ssh HOST help`",
        ])
    }

    /// Nothing was typed for as long as the operator lets people stay so.
    #[must_use]
    pub const fn ssh_idle(self) -> &'static str {
        self.pick([
            "you have typed nothing for a long time, so the session ends; connect again when you like",
            "오랫동안 입력이 없어 연결을 끝냅니다. 언제든 다시 접속하세요",
        ])
    }
}
