//! What a terminal sends, as events: a streaming parser over bytes, cut anywhere.
//!
//! `frame` finds where one key or control sequence ends, `meaning` says what a whole one is (xterm's, the Linux
//! console's and the kitty keyboard protocol's key codes, by the crate `terminput`). This file keeps what is unfinished
//! until more bytes come, and collects bracketed pastes.
//!
//! The streaming parsers that were tried lose or invent input in cases that happen: `termina` 0.4 waits for the end of
//! a reply it does not know (`ESC [ > 41 ; 354 ; 0 c`) and swallows what is typed meanwhile, and reads Esc followed by
//! an arrow key in one read as typed text; `termwiz` 0.23 types unknown replies into the draft and panics at invalid
//! UTF-8 in a paste.

mod frame;
mod meaning;
#[cfg(test)]
mod tests;

use std::time::Duration;

use self::frame::{ESC, Frame, frame};
use self::meaning::meaning;
use crate::event::{Code, Event, Key};

const PASTE_BEGIN: &[u8] = b"\x1b[200~";
const PASTE_END: &[u8] = b"\x1b[201~";
/// An Esc after which nothing comes for this long is the Esc key. The rest of a control sequence comes sooner, even over
/// a slow line, since terminals write a sequence at once; a person who waits this long notices nothing.
const ESCAPE_WAIT: Duration = Duration::from_millis(40);
/// What came of a paste is shown when nothing more comes for this long. Slow lines pause for less.
const PASTE_WAIT: Duration = Duration::from_secs(1);
/// A control sequence this long is none; what came of it is dropped. Replies of terminals stay far below.
const MAX_SEQUENCE: usize = 4096;
/// A paste this long is handed on in pieces, so that one that never ends costs no more memory than this.
const MAX_PASTE: usize = 2 * 1024 * 1024;

/// Turns bytes from a terminal into events.
#[derive(Debug, Default)]
pub struct Parser {
    /// The beginning of a sequence or of a UTF-8 character.
    pending: Vec<u8>,
    /// What was pasted so far, while a paste is under way.
    paste: Option<Vec<u8>>,
}

impl Parser {
    /// Takes in bytes and appends the events they complete.
    pub fn feed(&mut self, mut bytes: &[u8], events: &mut Vec<Event>) {
        while !bytes.is_empty() {
            bytes = if self.paste.is_some() {
                self.feed_paste(bytes, events)
            } else {
                self.feed_keys(bytes, events)
            };
        }
    }

    /// How long nothing may follow until [`Parser::flush`] is to be called, if ever: only time tells the Esc key from the
    /// beginning of a control sequence.
    #[must_use]
    pub fn patience(&self) -> Option<Duration> {
        match &self.paste {
            Some(paste) => (!paste.is_empty()).then_some(PASTE_WAIT),
            None => (self.pending.first() == Some(&ESC)).then_some(ESCAPE_WAIT),
        }
    }

    /// Nothing followed for a while: what is there is all there is.
    ///
    /// A lone Esc is the Esc key, Esc with a character is Alt, and the beginning of a longer sequence is dropped. A
    /// paste stays one, since a slow line may pause in it, and its rest must not be taken for keys that send; but what
    /// came of it is handed on, and an Esc alone ends it, in case its end was lost.
    pub fn flush(&mut self, events: &mut Vec<Event>) {
        if let Some(mut paste) = self.paste.take() {
            let is_over = paste.last() == Some(&ESC);
            if is_over {
                paste.pop();
            }
            let rest = push_paste(&paste, !is_over, events);
            self.paste = (!is_over).then_some(rest);
            return;
        }
        if self.pending.first() != Some(&ESC) {
            return;
        }
        match std::mem::take(&mut self.pending).as_slice() {
            [ESC, ESC] => events.extend([Key::plain(Code::Esc), Key::plain(Code::Esc)].map(Event::Key)),
            [ESC] => events.push(Event::Key(Key::plain(Code::Esc))),
            // Introducers of control sequences are characters, too.
            [ESC, c @ 0x20..0x7f] => {
                events.push(Event::Key(Key { alt: true, ..Key::plain(Code::Char(char::from(*c))) }.normal()));
            }
            _ => {}
        }
    }

    /// Keys and sequences, up to the beginning of a paste; returns what was not looked at.
    fn feed_keys<'a>(&mut self, bytes: &'a [u8], events: &mut Vec<Event>) -> &'a [u8] {
        let held = self.pending.len();
        self.pending.extend_from_slice(bytes);
        let pending = std::mem::take(&mut self.pending);
        let mut at = 0;
        while let Some(rest) = pending.get(at..).filter(|rest| !rest.is_empty()) {
            match frame(rest) {
                Frame::Whole(length) => {
                    at += length;
                    let sequence = rest.get(..length).unwrap_or_default();
                    if sequence == PASTE_BEGIN {
                        self.paste = Some(Vec::new());
                        // It ends in these bytes: it was not whole before.
                        return bytes.get(at - held..).unwrap_or_default();
                    }
                    events.extend(meaning(sequence));
                }
                Frame::Broken(length) => at += length,
                Frame::Partial if rest.len() >= MAX_SEQUENCE => at = pending.len(),
                Frame::Partial => break,
            }
        }
        self.pending = pending;
        self.pending.drain(..at);
        &[]
    }

    /// The text of a paste, up to its end; returns what was not looked at.
    fn feed_paste<'a>(&mut self, bytes: &'a [u8], events: &mut Vec<Event>) -> &'a [u8] {
        let mut paste = self.paste.take().unwrap_or_default();
        let held = paste.len();
        paste.extend_from_slice(bytes);
        // The end may have begun in what is held; all before that was searched already.
        let from = held.saturating_sub(PASTE_END.len() - 1);
        let tail = paste.get(from..).unwrap_or_default();
        if let Some(end) = tail.windows(PASTE_END.len()).position(|window| window == PASTE_END) {
            let end = from + end;
            push_paste(paste.get(..end).unwrap_or_default(), false, events);
            return bytes.get(end + PASTE_END.len() - held..).unwrap_or_default();
        }
        if paste.len() >= MAX_PASTE {
            paste = push_paste(&paste, true, events);
        }
        self.paste = Some(paste);
        &[]
    }
}

/// Appends pasted text, and returns what of it is held back: where more may follow, the beginning of a character, of the
/// paste's end, or of a line end (CR LF).
fn push_paste(paste: &[u8], more_may_follow: bool, events: &mut Vec<Event>) -> Vec<u8> {
    let mut end = paste.len();
    if more_may_follow {
        let partial = std::str::from_utf8(paste).err().filter(|error| error.error_len().is_none());
        end = partial.map_or(end, |error| error.valid_up_to());
        let begun = (1..PASTE_END.len()).rev().find(|&length| paste.ends_with(&PASTE_END[..length]));
        end -= begun.unwrap_or(usize::from(paste.ends_with(b"\r")));
    }
    let (text, rest) = paste.split_at(end);
    if !text.is_empty() {
        events.push(Event::Paste(String::from_utf8_lossy(text).into_owned()));
    }
    rest.to_vec()
}
