//! Texts of files on their way: how a transfer stands, and why one failed.

use std::ffi::OsStr;
use std::path::Path;

use shared::{Attachment, Seq};

use super::Lang;
use super::particle::Particle;
use crate::transfer::{FileProblem, FileTrouble, TransferFailure};

impl Lang {
    /// The server takes no files.
    #[must_use]
    pub fn no_files_here(self) -> &'static str {
        self.pick(["not sent: this server takes no files", "보내지 못함: 이 서버는 파일을 받지 않습니다"])
    }

    /// What was to be saved is no message with a file, as far as is known.
    #[must_use]
    pub fn no_file_there(self) -> &'static str {
        self.pick([
            "there is no file there; /history shows the messages with files, and /save NUMBER saves that of one",
            "거기에는 파일이 없습니다. /기록으로 파일이 있는 메시지를 보고 /저장 번호로 저장하세요",
        ])
    }

    /// A file in a line of text, and how it is saved.
    #[must_use]
    pub fn file_to_save(self, file: &Attachment, of: Seq) -> String {
        let size = self.file_size(file.bytes);
        let sign = self.pick(["file", "파일"]);
        let save = self.pick(["/save", "/저장"]);
        let kind = self.file_kind(file).map(|kind| format!(" · {kind}")).unwrap_or_default();
        format!("[{sign}] {} · {size}{kind} · {save} {of}", file.name)
    }

    /// No transfer has the number.
    #[must_use]
    pub fn no_such_transfer(self) -> &'static str {
        self.pick([
            "no file on its way has that number; /transfers lists them",
            "그런 번호의 전송이 없습니다. /전송으로 볼 수 있습니다",
        ])
    }

    /// What was to be done to a transfer cannot be any more.
    #[must_use]
    pub fn transfer_has_ended(self) -> &'static str {
        self.pick([
            "that cannot be done to it any more; /transfers says how it stands",
            "이제는 할 수 없습니다. /전송으로 상태를 볼 수 있습니다",
        ])
    }

    /// There are none.
    #[must_use]
    pub fn no_transfers(self) -> &'static str {
        self.pick(["no files are on their way", "오가는 파일이 없습니다"])
    }

    /// Why a transfer failed.
    #[must_use]
    pub fn transfer_failure(self, why: &TransferFailure) -> String {
        match why {
            TransferFailure::Refused(code) => self.not_sent(*code),
            TransferFailure::DailyLimit { wait } => self.sent_enough_today(*wait),
            TransferFailure::File(problem) => self.file_problem(problem),
        }
    }

    /// The person has sent as much as one may in a day, and may go on after so many milliseconds.
    #[must_use]
    pub fn sent_enough_today(self, wait: u64) -> String {
        // In whole minutes and, when it is long, in whole hours: never too early.
        let minutes = wait.div_ceil(60_000).max(1);
        let minutes = if minutes > 60 { minutes.div_ceil(60) * 60 } else { minutes };
        let wait = self.duration(minutes * 60);
        match self {
            Self::En => {
                format!("not sent: you have sent as much as one may in a day here; go on in {wait}")
            }
            Self::Ko => {
                format!(
                    "보내지 못함: 이 서버에서 하루에 보낼 수 있는 만큼 다 보냈습니다. {wait} 뒤에 다시 보내세요"
                )
            }
        }
    }

    /// A directory is not sent; how it is packed.
    #[must_use]
    pub fn folder_not_sent(self, path: &Path) -> String {
        let name =
            path.file_name().map_or_else(|| self.pick(["folder", "폴더"]).into(), OsStr::to_string_lossy);
        let pack = format!("tar czf {} {}", quoted(&format!("{name}.tar.gz")), quoted(&shown(path)));
        match self {
            Self::En => format!("{name} is a folder; pack it, then send that: {pack}"),
            Self::Ko => {
                format!("{} 폴더입니다. 묶은 다음 그 파일을 보내세요: {pack}", Particle::Topic.on(&name))
            }
        }
    }

    /// A file is longer than the server takes; how long it is, where that is known.
    fn file_too_large(self, path: &str, bytes: Option<u64>, limit: u64) -> String {
        let limit = self.size_limit(limit);
        let size = bytes.map(|bytes| self.file_size(bytes));
        match (self, size) {
            (Self::En, Some(size)) => {
                format!("{path} has {size}, and this server takes files of at most {limit}")
            }
            (Self::En, None) => {
                format!("{path} has more than {limit}, and this server takes files of at most {limit}")
            }
            (Self::Ko, Some(size)) => format!("{path}: {size} 입니다. 이 서버는 {limit}까지 받습니다"),
            (Self::Ko, None) => format!("{path}: {limit} 넘게 들어 있습니다. 이 서버는 {limit}까지 받습니다"),
        }
    }

    /// Why a file cannot be read or written.
    #[must_use]
    pub fn file_problem(self, problem: &FileProblem) -> String {
        let path = shown(&problem.path);
        match (&problem.why, self) {
            (FileTrouble::Missing, Self::En) => format!("there is no file {path}"),
            (FileTrouble::Missing, Self::Ko) => format!("파일이 없습니다: {path}"),
            (FileTrouble::Folder, _) => self.folder_not_sent(&problem.path),
            (FileTrouble::Special, Self::En) => format!("{path} is no regular file"),
            (FileTrouble::Special, Self::Ko) => format!("{} 일반 파일이 아닙니다", Particle::Topic.on(&path)),
            (FileTrouble::Denied, Self::En) => format!("{path}: no permission"),
            (FileTrouble::Denied, Self::Ko) => format!("{path}: 권한이 없습니다"),
            (FileTrouble::TooLarge { bytes, limit }, _) => self.file_too_large(&path, *bytes, *limit),
            (FileTrouble::Full, Self::En) => format!("{path}: the disk is full"),
            (FileTrouble::Full, Self::Ko) => format!("{path}: 디스크가 가득 찼습니다"),
            (FileTrouble::DamagedPicture, Self::En) => format!(
                "{path} is a damaged picture, and what the camera noted in it cannot be left out; /set picture-metadata keep sends it as it is"
            ),
            (FileTrouble::DamagedPicture, Self::Ko) => format!(
                "{} 손상된 사진이라 촬영 정보를 뺄 수 없습니다. /설정 picture-metadata keep으로 그대로 보낼 수 있습니다",
                Particle::Topic.on(&path)
            ),
            (FileTrouble::Changing, Self::En) => {
                format!("{path} goes on changing while it is read; send it again once nothing writes to it")
            }
            (FileTrouble::Changing, Self::Ko) => {
                format!("{path}: 읽는 동안 내용이 계속 바뀝니다. 다 쓰인 뒤에 다시 보내세요")
            }
            (FileTrouble::WrongContent, Self::En) => {
                format!("{path}: what the server sent is not the file; ask its sender to send it again")
            }
            (FileTrouble::WrongContent, Self::Ko) => {
                format!(
                    "{path}: 서버가 보낸 내용이 그 파일과 다릅니다. 보낸 사람에게 다시 보내 달라고 하세요"
                )
            }
            (FileTrouble::NoPlace, Self::En) => {
                "there is no folder for downloads; name one: /save N DIR, or /set downloads DIR".to_owned()
            }
            (FileTrouble::NoPlace, Self::Ko) => {
                "다운로드 폴더가 없습니다. /저장 번호 폴더 또는 /설정 downloads 폴더로 정하세요".to_owned()
            }
            (FileTrouble::System(said), _) => format!("{path}: {said}"),
        }
    }
}

/// A word as a shell reads it.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "/._-~+,".contains(c);
    if word.chars().all(is_plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}

fn shown(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::Lang;
    use crate::transfer::{FileProblem, FileTrouble};

    fn told(lang: Lang, path: &str, why: FileTrouble) -> String {
        lang.file_problem(&FileProblem { path: path.into(), why })
    }

    #[test]
    fn what_is_told_of_a_folder_can_be_copied() {
        let told = Lang::En.folder_not_sent(Path::new("/home/kim/my cat's"));
        assert!(told.ends_with(r"tar czf 'my cat'\''s.tar.gz' '/home/kim/my cat'\''s'"), "{told}");
        assert_eq!(
            Lang::Ko.folder_not_sent(Path::new("/tmp/사진")),
            "사진은 폴더입니다. 묶은 다음 그 파일을 보내세요: tar czf 사진.tar.gz /tmp/사진"
        );
    }

    #[test]
    fn a_limit_is_written_as_the_server_writes_it() {
        for (bytes, text) in [
            (100 << 20, "100M"),
            (10 << 10, "10K"),
            (2 << 30, "2G"),
            (1_000, "1.0 KB"),
            (10_000_000_000, "10 GB"),
        ] {
            assert_eq!(Lang::En.size_limit(bytes), text);
        }
        let known = told(Lang::En, "/a", FileTrouble::TooLarge { bytes: Some(20_000), limit: 10_240 });
        assert_eq!(known, "/a has 20 KB, and this server takes files of at most 10K");
        let unknown = told(Lang::En, "t.bin", FileTrouble::TooLarge { bytes: None, limit: 10_240 });
        assert!(unknown.starts_with("t.bin has more than 10K"), "{unknown}");
    }

    #[test]
    fn particles_follow_the_name() {
        assert_eq!(told(Lang::Ko, "/dev/민수", FileTrouble::Special), "/dev/민수는 일반 파일이 아닙니다");
        assert_eq!(told(Lang::Ko, "/dev/사람", FileTrouble::Special), "/dev/사람은 일반 파일이 아닙니다");
    }

    #[test]
    fn the_end_of_the_daily_limit_is_never_told_too_early() {
        for (wait, text) in [(1, "1 minute"), (60 * 60_000, "1 hour"), (4 * 3_600_000 + 1, "5 hours")] {
            let told = Lang::En.sent_enough_today(wait);
            assert!(told.ends_with(&format!("in a day here; go on in {text}")), "{told}");
        }
        assert!(Lang::Ko.sent_enough_today(3 * 3_600_000).contains("3시간 뒤에"));
    }
}
