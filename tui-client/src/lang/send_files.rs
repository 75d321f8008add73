//! Texts of what is asked before files are sent: the question, and what stands in the way.

use shared::FileName;

use super::Lang;

impl Lang {
    /// The title of the question. `to` is the room or, if `is_person`, somebody.
    #[must_use]
    pub fn send_files_title(self, count: usize, to: &str, is_person: bool) -> String {
        let toward = if is_person { "님에게" } else { "에" };
        match (self, count) {
            (Self::En, 1) => format!("Send this file to {to}?"),
            (Self::En, _) => format!("Send these {count} files to {to}?"),
            (Self::Ko, 1) => format!("이 파일을 {to}{toward} 보낼까요?"),
            (Self::Ko, _) => format!("파일 {count}개를 {to}{toward} 보낼까요?"),
        }
    }

    /// One of the files.
    #[must_use]
    pub fn file_to_send(self, name: &FileName, bytes: u64) -> String {
        format!("≡ {name} · {}", self.file_size(bytes))
    }

    /// Those that are not shown.
    #[must_use]
    pub fn more_files(self, count: usize) -> String {
        match self {
            Self::En => format!("… and {count} more"),
            Self::Ko => format!("… 외 {count}개"),
        }
    }

    /// The keys below the question.
    #[must_use]
    pub fn send_files_keys(self) -> &'static str {
        self.pick(["Enter send · Esc keep it as text", "Enter 보내기 · Esc 글로 두기"])
    }

    /// The only key where it cannot be sent.
    #[must_use]
    pub fn keep_as_text_key(self) -> &'static str {
        self.pick(["Esc keep it as text", "Esc 글로 두기"])
    }

    /// Why it cannot be sent: it is longer than the server takes, which may be nothing.
    #[must_use]
    pub fn too_large_to_send(self, limit: u64) -> String {
        let size = self.size_limit(limit);
        match (self, limit) {
            (Self::En, 0) => "This server takes no files.".to_owned(),
            (Self::Ko, 0) => "이 서버는 파일을 받지 않습니다.".to_owned(),
            (Self::En, _) => {
                format!("This server takes files up to {size}: send less, or ask whoever runs it.")
            }
            (Self::Ko, _) => {
                format!("이 서버는 {size}까지 받습니다. 더 작게 보내거나 운영자에게 문의하세요.")
            }
        }
    }

    /// There are more files than are asked about at once.
    #[must_use]
    pub fn too_many_files(self, most: usize) -> String {
        match self {
            Self::En => format!("at most {most} files are sent at once; pack them into one"),
            Self::Ko => format!("한 번에 {most}개까지 보냅니다. 하나로 묶어서 보내세요"),
        }
    }

    /// No name begins as the one that is completed.
    #[must_use]
    pub fn no_such_path(self) -> &'static str {
        self.pick(["no file or folder begins so", "그렇게 시작하는 파일이나 폴더가 없습니다"])
    }

    /// The title of the question before a file is opened.
    #[must_use]
    pub fn open_file_title(self) -> &'static str {
        self.pick(["Open this file?", "이 파일을 열까요?"])
    }

    /// Its keys.
    #[must_use]
    pub fn open_file_keys(self) -> &'static str {
        self.pick(["Enter open · Esc leave it", "Enter 열기 · Esc 그만두기"])
    }

    /// What opens it, and whether it is saved before.
    #[must_use]
    pub fn what_opens(self, with: Option<&str>, is_here: bool) -> String {
        let by = match (self, with) {
            (Self::En, Some(with)) => format!("{with} opens it"),
            (Self::En, None) => "Your desktop opens it".to_owned(),
            (Self::Ko, Some(with)) => format!("{with} 프로그램으로 엽니다"),
            (Self::Ko, None) => "데스크톱이 정한 프로그램으로 엽니다".to_owned(),
        };
        match (self, is_here) {
            (Self::En, true) => format!("{by}. Open only what you expect from whoever sent it."),
            (Self::En, false) => {
                format!("{by} once it is saved. Open only what you expect from whoever sent it.")
            }
            (Self::Ko, true) => format!("{by}. 보낸 사람에게서 기다리던 파일만 여세요."),
            (Self::Ko, false) => format!("먼저 저장한 다음 {by}. 보낸 사람에게서 기다리던 파일만 여세요."),
        }
    }

    /// A file could not be opened; it is saved. Without a reason there is no desktop here.
    #[must_use]
    pub fn file_not_opened(self, path: &str, why: &str) -> String {
        match (self, why) {
            (Self::En, "") => {
                format!("no desktop here to open it; it is saved: {path} · /set open-with PROGRAM")
            }
            (Self::Ko, "") => format!(
                "여기에는 파일을 열 데스크톱이 없습니다. 저장된 곳: {path} · /설정 open-with 프로그램"
            ),
            (Self::En, _) => format!("not opened: {why}; it is saved: {path}"),
            (Self::Ko, _) => format!("열지 못했습니다: {why}. 저장된 곳: {path}"),
        }
    }

    /// The file of a message that the server does not have yet.
    #[must_use]
    pub fn file_not_sent_yet(self) -> &'static str {
        self.pick(["it is not sent yet", "아직 보내지 않은 파일입니다"])
    }

    /// The file was saved already.
    #[must_use]
    pub fn is_saved_already(self, path: &str, key: &str) -> String {
        match self {
            Self::En => format!("saved already: {path}; {key} again saves another copy"),
            Self::Ko => format!("이미 저장했습니다: {path}. 하나 더 저장하려면 {key} 한 번 더"),
        }
    }

    /// The file was saved.
    #[must_use]
    pub fn saved_to(self, path: &str) -> String {
        match self {
            Self::En => format!("saved to {path}"),
            Self::Ko => format!("{path}에 저장했습니다"),
        }
    }

    /// There is nothing to stop.
    #[must_use]
    pub fn file_rests(self) -> &'static str {
        self.pick(["that file is not on its way", "전송 중인 파일이 아닙니다"])
    }

    /// What a second press of the key does.
    #[must_use]
    pub fn cancel_again(self, name: &str, key: &str) -> String {
        match self {
            Self::En => format!("{key} again cancels {name}: what was moved of it is thrown away"),
            Self::Ko => format!("{key} 한 번 더 누르면 {name} 전송을 취소하고 지금까지 옮긴 것을 버립니다"),
        }
    }

    /// It was cancelled.
    #[must_use]
    pub fn transfer_cancelled(self) -> &'static str {
        self.pick(["cancelled", "취소했습니다"])
    }

    /// The message may be stored already.
    #[must_use]
    pub fn too_late_to_cancel(self) -> &'static str {
        self.pick([
            "too late: the server has it; delete the message instead",
            "이미 서버에 있습니다. 메시지를 삭제하세요",
        ])
    }

    /// The title of the list of transfers.
    #[must_use]
    pub fn transfers_title(self) -> &'static str {
        self.pick(["Files on their way", "파일 전송"])
    }

    /// There are none.
    #[must_use]
    pub fn nothing_moves(self) -> &'static str {
        self.pick(["none; /send PATH sends a file", "없습니다. 파일을 보내려면 /보내기 경로"])
    }

    /// The only key below an empty list.
    #[must_use]
    pub fn close_key(self) -> &'static str {
        self.pick(["Esc close", "Esc 닫기"])
    }

    /// The keys below the list: what Enter does with the selected one, if anything (`true`: it stops it), and whether it can be opened.
    #[must_use]
    pub fn transfer_keys(self, enter: Option<bool>, opens: bool) -> String {
        let enter = enter.map(|stops| {
            self.pick(if stops { ["Enter stop", "Enter 멈추기"] } else { ["Enter go on", "Enter 잇기"] })
        });
        let open = opens.then(|| self.pick(["o open", "o 열기"]));
        let cancel = match enter {
            Some(_) => self.pick(["c cancel", "c 취소"]),
            None => self.pick(["c remove", "c 빼기"]),
        };
        let keys = enter.into_iter().chain(open).chain([cancel, self.close_key()]);
        keys.collect::<Vec<_>>().join(" · ")
    }

    /// The server has the file.
    #[must_use]
    pub fn is_sent_word(self) -> &'static str {
        self.pick(["sent", "보냄"])
    }
}
