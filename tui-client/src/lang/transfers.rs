//! Texts of files on their way: how a transfer stands, and why one failed.

use std::path::Path;

use shared::{Attachment, Seq};

use super::Lang;
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
            "there is no file there; /save NUMBER names a message, /save ^2 the second newest file here",
            "거기에는 파일이 없습니다. /저장 번호 는 그 메시지의 파일, /저장 ^2 는 두 번째로 새로운 파일입니다",
        ])
    }

    /// A file in a line of text, and how it is saved.
    #[must_use]
    pub fn file_to_save(self, file: &Attachment, of: Seq) -> String {
        let size = self.file_size(file.bytes);
        let sign = self.pick(["file", "파일"]);
        let save = self.pick(["/save", "/저장"]);
        let picture = file.picture.as_ref().map(|picture| format!(" {}×{}", picture.width, picture.height));
        let picture = picture.unwrap_or_default();
        format!("[{sign}] {} · {size} · {}{picture} · {save} {of}", file.name, file.media_type)
    }

    /// No transfer has the number.
    #[must_use]
    pub fn no_such_transfer(self) -> &'static str {
        self.pick([
            "no file on its way has that number; /transfers lists them",
            "그런 번호의 전송이 없습니다. /전송 으로 볼 수 있습니다",
        ])
    }

    /// What was to be done to a transfer cannot be any more.
    #[must_use]
    pub fn transfer_has_ended(self) -> &'static str {
        self.pick([
            "that cannot be done to it any more; /transfers says how it stands",
            "이제는 할 수 없습니다. /전송 으로 상태를 볼 수 있습니다",
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
            TransferFailure::File(problem) => self.file_problem(problem),
        }
    }

    /// Why a file cannot be read or written.
    #[must_use]
    pub fn file_problem(self, problem: &FileProblem) -> String {
        let path = shown(&problem.path);
        match (&problem.why, self) {
            (FileTrouble::Missing, Self::En) => format!("there is no file {path}"),
            (FileTrouble::Missing, Self::Ko) => format!("파일이 없습니다: {path}"),
            (FileTrouble::Folder, Self::En) => {
                format!(
                    "{path} is a folder; send a file, or the folder packed: tar c {path} | chinwag --send - --as NAME.tar --to ROOM"
                )
            }
            (FileTrouble::Folder, Self::Ko) => {
                format!(
                    "{path} 은(는) 폴더입니다. 파일을 보내거나 묶어서 보내세요: tar c {path} | chinwag --send - --as 이름.tar --to 방"
                )
            }
            (FileTrouble::Special, Self::En) => format!("{path} is no regular file"),
            (FileTrouble::Special, Self::Ko) => format!("{path} 은(는) 일반 파일이 아닙니다"),
            (FileTrouble::Denied, Self::En) => format!("{path}: no permission"),
            (FileTrouble::Denied, Self::Ko) => format!("{path}: 권한이 없습니다"),
            (FileTrouble::TooLarge { bytes, limit }, Self::En) => format!(
                "{path} has {}, and this server takes files of at most {}",
                self.file_size(*bytes),
                self.file_size(*limit)
            ),
            (FileTrouble::TooLarge { bytes, limit }, Self::Ko) => format!(
                "{path}: {} 입니다. 이 서버는 {}까지 받습니다",
                self.file_size(*bytes),
                self.file_size(*limit)
            ),
            (FileTrouble::Full, Self::En) => format!("{path}: the disk is full"),
            (FileTrouble::Full, Self::Ko) => format!("{path}: 디스크가 가득 찼습니다"),
            (FileTrouble::DamagedPicture, Self::En) => format!(
                "{path} is a damaged picture, and what the camera noted in it cannot be left out; /set picture-metadata keep sends it as it is"
            ),
            (FileTrouble::DamagedPicture, Self::Ko) => format!(
                "{path} 은(는) 손상된 사진이라 촬영 정보를 뺄 수 없습니다. /설정 picture-metadata keep 으로 그대로 보낼 수 있습니다"
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
                "다운로드 폴더가 없습니다. /저장 번호 폴더 또는 /설정 downloads 폴더 로 정하세요".to_owned()
            }
            (FileTrouble::System(said), _) => format!("{path}: {said}"),
        }
    }
}

fn shown(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
