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
        let size = self.file_size(limit);
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

    /// A directory cannot be sent.
    #[must_use]
    pub fn folder_not_sent(self) -> &'static str {
        self.pick([
            "a folder is not sent as it is; pack it first: tar czf folder.tar.gz FOLDER",
            "폴더는 그대로 보낼 수 없습니다. 먼저 묶으세요: tar czf folder.tar.gz 폴더",
        ])
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
}
