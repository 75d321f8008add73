//! Files of this machine before they are sent: paths are completed by Tab, and a path that was dropped or pasted alone into the empty
//! draft asks whether to send the file. Nothing is looked at here: a question goes out as an effect, the answer comes as an
//! event, and counts only where the draft is still the one it was asked for. So no text is lost, and nothing is sent unasked.

use std::path::PathBuf;

use shared::{Millis, RoomName};

use super::App;
use super::command::{self, Takes};
use super::completion::Completion;
use super::composing::Composing;
use super::files_asked::{Asked, WhatFor};
use super::path_argument::write_path;
use super::path_text;
use super::popup::Popup;
use super::popup::send_files::SendFiles;
use super::timeline::Level;
use super::typed_line::{self, TypedLine};
use super::{aliases, composer};
use crate::effect::Effect;
use crate::local_files::{FilesAsked, FilesFound, LocalFile, LocalKind};
use crate::place::NotHere;

impl App {
    /// Whether a text was dropped or pasted into this draft that may be paths; asks what is there.
    pub(super) fn ask_about_paste(&mut self, was_empty: bool) {
        let is_edit = self.rooms.current().composing.as_ref().and_then(Composing::edited).is_some();
        if was_empty && !is_edit {
            self.ask_about_draft();
        }
    }

    /// Asks what is there, if the draft is nothing but paths. Nothing is asked without a screen, or where that is not wished.
    pub(super) fn ask_about_draft(&mut self) {
        let takes_none = self.session.is_welcome() && self.session.limits().file_bytes == 0;
        if !self.settings.ask_to_send || !self.has_screen() || takes_none {
            return;
        }
        let readings = path_text::readings(self.input.text());
        if !readings.is_empty() && !self.tell_not_here(NotHere::Send, None) {
            self.ask_files(FilesAsked::Look(readings), WhatFor::Sending);
        }
    }

    /// The same, if it begins like a command and is none.
    pub(super) fn ask_about_unknown(&mut self) {
        let is_unknown = |line: &str| matches!(typed_line::read(line), TypedLine::Command(name) if command::of_line(name).is_none());
        if is_unknown(self.input.text()) {
            self.ask_about_draft();
        }
    }

    /// Begins to complete a path, if the word before the caret is one. Says whether it is.
    pub(super) fn complete_path(&mut self, forward: bool) -> bool {
        let (text, caret) = (self.input.text(), self.input.composer().caret());
        let Some((start, typed)) =
            path_word(text, caret, |line| aliases::expand(line, &self.settings.aliases))
        else {
            return false;
        };
        let cut = typed.rfind('/').map_or(0, |slash| slash + 1);
        let (dir, prefix) = typed.split_at(cut);
        // As a Unix shell completes a `~` alone.
        let (dir, prefix) = if typed == "~" { ("~/", "") } else { (dir, prefix) };
        let (dir, prefix) = (dir.to_owned(), prefix.to_owned());
        let what_for = WhatFor::Completing { word: (start, caret), dir: dir.clone(), forward };
        self.ask_files(FilesAsked::List { dir, prefix }, what_for);
        true
    }

    fn ask_files(&mut self, asked: FilesAsked, what_for: WhatFor) {
        if self.place().is_elsewhere() {
            return;
        }
        self.local_files.count += 1;
        let number = self.local_files.count;
        let draft = self.input.text().to_owned();
        self.local_files.asked = Some(Asked { number, draft, what_for });
        self.effects.push(Effect::AskFiles(number, asked));
    }

    /// What is there was found out.
    pub(super) fn on_files_found(&mut self, number: u64, found: FilesFound) {
        let is_open = |asked: &mut Asked| asked.number == number;
        let Some(Asked { draft, what_for, .. }) = self.local_files.asked.take_if(is_open) else { return };
        if self.input.text() != draft || !self.screen.popups().is_empty() {
            return;
        }
        match (what_for, found) {
            (WhatFor::Sending, FilesFound::Looked(files)) => self.offer_to_send(&files),
            (WhatFor::Completing { word: (start, caret), dir, forward }, FilesFound::Listed(names))
                if self.input.composer().caret() == caret =>
            {
                let drawn = names.into_iter().filter(|name| composer::is_clean(name));
                let candidates: Vec<String> =
                    drawn.map(|name| write_path(&format!("{dir}{name}"))).map(with_space).collect();
                let Some(last) = candidates.len().checked_sub(1) else {
                    return self.hint(self.lang().no_such_path(), Level::Info);
                };
                let at = if forward { 0 } else { last };
                self.input.put_completion(Completion { start, candidates, at });
            }
            (WhatFor::Sending | WhatFor::Completing { .. }, _) => {}
        }
    }

    /// The person wants the paths in the draft as text.
    pub(super) fn keep_as_text(&mut self) {
        self.local_files.kept = Some(self.input.text().to_owned());
    }

    /// Whether this draft is text because the person said so.
    pub(super) fn is_kept_as_text(&self, draft: &str) -> bool {
        self.local_files.kept.as_deref() == Some(draft)
    }

    /// Another draft is asked about again, and so is this one when it comes back.
    pub(super) fn forget_kept_text(&mut self) {
        if self.local_files.kept.as_deref().is_some_and(|kept| kept != self.input.text()) {
            self.local_files.kept = None;
        }
    }

    /// The person wants these files sent. The draft had their paths.
    pub(super) fn send_dropped(&mut self, room: &RoomName, paths: Vec<PathBuf>) {
        self.input.clear();
        for path in paths {
            if let Err(why_not) = self.send_file(path, room, "") {
                return self.hint(why_not, Level::Warning);
            }
        }
    }

    fn offer_to_send(&mut self, files: &[LocalFile]) {
        let lang = self.lang();
        if let Some(folder) = files.iter().find(|file| file.kind == LocalKind::Folder) {
            return self.hint(lang.folder_not_sent(&folder.path), Level::Info);
        }
        let sized = |file: &LocalFile| match file.kind {
            LocalKind::File(bytes) => Some((file.path.clone(), bytes)),
            LocalKind::Folder | LocalKind::Special => None,
        };
        let Some(files) = files.iter().map(sized).collect::<Option<Vec<_>>>() else { return };
        if files.is_empty() {
            return;
        }
        if files.len() > SendFiles::MOST {
            return self.hint(lang.too_many_files(SendFiles::MOST), Level::Warning);
        }
        let room = self.rooms.current().name.clone();
        let limit = self.session.limits().file_bytes;
        let limit = self.session.is_welcome().then_some(limit);
        let now: Millis = self.now;
        self.screen.clear_hint();
        self.screen.push_popup(Popup::SendFiles(Box::new(SendFiles::new(room, files, limit, now))));
    }
}

/// A name that is complete is followed by what comes next.
fn with_space(path: String) -> String {
    if path.ends_with('/') { path } else { path + " " }
}

/// The path before the caret that a command takes: where it begins, and it without its quotes.
fn path_word(text: &str, caret: usize, expand: impl Fn(&str) -> Option<String>) -> Option<(usize, String)> {
    let before = text.get(..caret)?;
    // How much of the line stands after such a command.
    let args_of = |line: &str| match typed_line::read(line) {
        TypedLine::Command(command) => {
            let (found, args) = command::of_line(command)?;
            (found.takes == Takes::Path).then(|| args.trim_end().len())
        }
        TypedLine::Say(_) => None,
    };
    let begun = before.trim_end().len();
    let args = match args_of(before) {
        Some(args) => begun.checked_sub(args)?,
        // What stands after an alias is its own.
        None => args_of(&expand(before)?).and_then(|_| before.find(char::is_whitespace))?,
    };
    let after = before.get(args..)?;
    let (words, is_open) = path_text::words(after);
    match (words.as_slice(), is_open) {
        ([word], true) => Some((args + word.start, word.text.clone())),
        ([], _) if before.ends_with(char::is_whitespace) => Some((caret, String::new())),
        // What follows is said about it.
        _ => None,
    }
}
