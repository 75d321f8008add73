//! Files: `upload` and `download`, which ask for a transfer, and the file that a message brings. The chat decides who may; the content
//! is none of its business.

use shared::client_msg::{Download, Upload};
use shared::{Attachment, Code, Millis, Refusal};

use super::{CommandResult, Requester};
use crate::chat::Chat;
use crate::chat::effect::{Effect, Query};

impl Chat {
    pub(super) fn upload(&mut self, now: Millis, requester: &Requester, upload: Upload) -> CommandResult {
        self.check_takes_files()?;
        self.check_not_muted(now, requester.uid())?;
        let most = self.rules.limits.file_bytes;
        if upload.bytes > most {
            let why = format!("a file has at most {most} bytes here; send a shorter one");
            return Err(Refusal::new(Code::FileTooLarge, why));
        }
        self.effects.push(Effect::Upload {
            conn: requester.conn,
            id: requester.id.clone(),
            uid: requester.uid(),
            upload: Box::new(upload),
        });
        Ok(())
    }

    /// Whoever may read the message may fetch its file; it is read as a page is.
    pub(super) fn download(&mut self, requester: &Requester, download: Download) -> CommandResult {
        let Download { room, of } = download;
        self.check_member(requester, &room)?;
        let read_from = self.read_limit_of(requester, &room);
        let query = Query::File { room, of, read_from };
        self.effects.push(Effect::Read { conn: requester.conn, id: requester.id.clone(), query });
        Ok(())
    }

    /// Refuses a new message with a file whose sender has not sent the content.
    pub(super) fn check_file(&self, file: &Attachment, held: Option<u64>) -> CommandResult {
        self.check_takes_files()?;
        match held {
            None => Err(Refusal::new(
                Code::NoSuchFile,
                "the content of this file is not here, or not from you; send it with upload, then the message again",
            )),
            Some(bytes) if bytes != file.bytes => {
                let why = format!("the content with this hash has {bytes} bytes; say so");
                Err(Refusal::new(Code::BadRequest, why))
            }
            Some(_) => Ok(()),
        }
    }

    fn check_takes_files(&self) -> CommandResult {
        if self.rules.limits.file_bytes > 0 {
            return Ok(());
        }
        Err(Refusal::new(Code::Forbidden, "this server takes no files; ask its operator for `--files on`"))
    }
}
