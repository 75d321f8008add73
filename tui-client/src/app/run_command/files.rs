//! Commands about files: `/send`, `/save`, `/transfers`. A file to be saved is named by its message, as in [`super::messages`], only
//! that files are counted; a transfer by the number that its list has.

use std::collections::BTreeSet;
use std::path::PathBuf;

use shared::Seq;

use crate::app::App;
use crate::app::action::PopupKind;
use crate::app::command::split;
use crate::app::path_argument::read_path;
use crate::app::popup::Popup;
use crate::app::timeline::Level;
use crate::transfer::TransferId;

/// What is done to a transfer, in English and Korean.
const STOP: [&str; 3] = ["stop", "멈춤", "멈추기"];
const RESUME: [&str; 3] = ["resume", "계속", "계속하기"];
const CANCEL: [&str; 3] = ["cancel", "취소", "취소하기"];

impl App {
    pub(super) fn run_send(&mut self, args: &str) -> Result<(), String> {
        let (path, caption) = read_path(args);
        if path.is_empty() {
            return Err(self.usage("send"));
        }
        let room = self.room_meant(&format!("/send {args}"))?;
        self.send_file(path.into(), &room, caption).map(|_| ())
    }

    pub(super) fn run_save(&mut self, args: &str) -> Result<(), String> {
        let (named, rest) = split(args);
        let number = named.parse().ok().and_then(Seq::new).filter(|seq| *seq > Seq::ZERO);
        let (of, dir) = match (number, named.strip_prefix('^')) {
            (Some(seq), _) => (seq, rest),
            (None, Some(back)) => {
                let back = if back.is_empty() { Ok(1) } else { back.parse() };
                let back: usize = back.map_err(|_| self.usage("save"))?;
                (self.newest_file(back)?, rest)
            }
            (None, None) => (self.newest_file(1)?, args),
        };
        let (dir, more) = read_path(dir);
        if !more.is_empty() {
            return Err(self.usage("save"));
        }
        let dir = (!dir.is_empty()).then(|| PathBuf::from(dir));
        // Numbers are those of the whole server.
        let has_file = |room: &&crate::app::room::Room| {
            room.timeline.facts(of).is_some_and(|facts| facts.file.is_some())
        };
        match self.rooms.list().iter().find(has_file).map(|room| room.name.clone()) {
            Some(room) => self.save_file(&room, of, dir).map(|_| ()),
            None => self.look_for_file(of, dir),
        }
    }

    fn newest_file(&self, back: usize) -> Result<Seq, String> {
        let room = self.rooms().current();
        let known: BTreeSet<Seq> = room.timeline.files().chain(room.recalled_files.iter().copied()).collect();
        let found = back.checked_sub(1).and_then(|newer| known.into_iter().nth_back(newer));
        found.ok_or_else(|| self.lang().no_file_there().to_owned())
    }

    pub(super) fn run_transfers(&mut self, args: &str) -> Result<(), String> {
        let (act, number) = split(args);
        if act.is_empty() {
            let open = |_: &mut Self| Popup::of_kind(PopupKind::Transfers);
            return self.prompt(open, |app| {
                app.list_transfers();
                Ok(())
            });
        }
        let usage = self.usage("transfers");
        let id = number.trim().parse().map(TransferId).map_err(|_| usage.clone())?;
        let is = |names: [&str; 3]| names.iter().any(|name| act.eq_ignore_ascii_case(name));
        if self.transfers.get(id).is_none() {
            return Err(self.lang().no_such_transfer().to_owned());
        }
        let done = if is(STOP) {
            self.stop_transfer(id)
        } else if is(RESUME) {
            self.resume_transfer(id)
        } else if is(CANCEL) {
            self.cancel_transfer(id)
        } else {
            return Err(usage);
        };
        if done { Ok(()) } else { Err(self.lang().transfer_has_ended().to_owned()) }
    }

    fn list_transfers(&mut self) {
        let lang = self.lang();
        let lines: Vec<String> =
            self.transfers.list().iter().map(|transfer| self.transfer_line(transfer)).collect();
        let text = if lines.is_empty() { lang.no_transfers().to_owned() } else { lines.join("\n") };
        self.notice(&text, Level::Info);
    }
}
