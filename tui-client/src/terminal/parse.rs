//! What a terminal sends, as events: a streaming parser over bytes, cut anywhere.
//!
//! `frame` finds where one key or control sequence ends, `meaning` says what a whole one is (xterm's, the Linux
//! console's and the kitty keyboard protocol's key codes, by the crate `terminput`), `answer` reads what the terminal was
//! asked, `paste` takes text that was pasted, `trickle` notices a paste that comes a few bytes at a time. This file keeps what is unfinished until more bytes come.
//!
//! A read is no unit: a key may come in several, and several keys in one. What only time can tell apart (the Esc key and
//! the beginning of a sequence, a paste and keys) waits for [`Parser::patience`], and then [`Parser::flush`] decides.
//! What was given up on is remembered for a while: its late rest is not typed text.
//!
//! The streaming parsers that were tried lose or invent input in cases that happen: `termina` 0.4 waits for the end of
//! a reply it does not know (`ESC [ > 41 ; 354 ; 0 c`) and swallows what is typed meanwhile, and reads Esc followed by
//! an arrow key in one read as typed text; `termwiz` 0.23 types unknown replies into the draft and panics at invalid
//! UTF-8 in a paste.

mod answer;
mod frame;
mod meaning;
mod paste;
#[cfg(test)]
mod tests;
mod trickle;

use std::time::Duration;

use shared::Millis;

pub use self::answer::Answer;
use self::frame::{ESC, Frame, frame};
use self::meaning::meaning;
use self::paste::{PASTE_BEGIN, Paste, Pasted, is_unbracketed};
use self::trickle::Trickle;
use crate::event::{Code, Event, Key, LocalFailure};

/// An Esc after which nothing comes for this long is the Esc key. The rest of a control sequence comes sooner, since
/// terminals write a sequence at once; a person who waits this long notices nothing.
pub const ESCAPE_WAIT: Duration = Duration::from_millis(50);
/// The same over a network, which may cut a sequence and deliver its rest later.
pub const ESCAPE_WAIT_REMOTE: Duration = Duration::from_millis(150);
/// The rest of a sequence that certainly has begun may take this long, and so may the rest of one that was given up on.
const SEQUENCE_WAIT: Duration = Duration::from_secs(1);
/// A control sequence this long is none; what came of it is dropped. Replies of terminals stay far below.
const MAX_SEQUENCE: usize = 4096;

/// Bytes came that are no character.
const NOT_UTF8: Event = Event::LocalFailure(LocalFailure::InputNotUtf8);

/// Turns bytes from a terminal into events.
#[derive(Debug)]
pub struct Parser {
    escape_wait: Duration,
    /// The beginning of a sequence or of a UTF-8 character.
    pending: Vec<u8>,
    /// How much of `pending` was given up on before and taken for keys: those bytes are none any more.
    spent: usize,
    /// The beginning of a sequence that was given up on a moment ago.
    late: Vec<u8>,
    /// A paste that is under way, or that may have been.
    paste: Option<Paste>,
    trickle: Trickle,
    answers: Vec<Answer>,
}

impl Default for Parser {
    fn default() -> Self {
        Self::new(ESCAPE_WAIT)
    }
}

impl Parser {
    /// A parser that takes an Esc for the Esc key after this long.
    #[must_use]
    pub fn new(escape_wait: Duration) -> Self {
        let (pending, late, answers) = (Vec::new(), Vec::new(), Vec::new());
        Self { escape_wait, pending, spent: 0, late, paste: None, trickle: Trickle::default(), answers }
    }

    /// Takes in the bytes of a read that came at this time, and appends the events they complete.
    pub fn feed_at(&mut self, now: Millis, bytes: &[u8], events: &mut Vec<Event>) {
        self.trickle.note(now, bytes);
        self.feed(bytes, events);
    }

    /// The same of a read that came long after the one before.
    pub fn feed(&mut self, mut bytes: &[u8], events: &mut Vec<Event>) {
        while !bytes.is_empty() {
            bytes = match self.paste.take() {
                Some(paste) if paste.was_typed_before(bytes) => {
                    self.flush_paste(paste, events);
                    bytes
                }
                Some(paste) => self.feed_paste(paste, bytes, events),
                None if !self.is_in_sequence(bytes) && is_unbracketed(bytes) => {
                    self.late.clear();
                    let paste = Paste::unbracketed(std::mem::take(&mut self.pending));
                    self.feed_paste(paste, bytes, events)
                }
                None => match self.trickle.line_end(bytes).filter(|_| !self.is_in_sequence(bytes)) {
                    Some(at) => {
                        let (typed, rest) = bytes.split_at(at);
                        self.feed_keys(typed, events);
                        self.paste = Some(Paste::trickled());
                        rest
                    }
                    None => self.feed_keys(bytes, events),
                },
            };
        }
    }

    /// How long nothing may follow until [`Parser::flush`] is to be called, if ever.
    #[must_use]
    pub fn patience(&self) -> Option<Duration> {
        if let Some(paste) = &self.paste {
            return paste.patience(self.escape_wait);
        }
        match self.pending.as_slice() {
            [] => (!self.late.is_empty()).then_some(SEQUENCE_WAIT),
            [ESC] | [ESC, _] => Some(self.escape_wait),
            [ESC, ..] if self.spent > 0 => Some(self.escape_wait),
            [ESC, ..] => Some(SEQUENCE_WAIT),
            _ => None,
        }
    }

    /// Nothing followed for a while: what is there is all there is.
    ///
    /// A lone Esc is the Esc key, Esc with a character is Alt, and the beginning of a longer sequence is dropped. Of a
    /// paste, what came of it is handed on, and the keys are keys again.
    pub fn flush(&mut self, events: &mut Vec<Event>) {
        if let Some(paste) = self.paste.take() {
            return self.flush_paste(paste, events);
        }
        if self.pending.first() != Some(&ESC) {
            self.late.clear();
            return;
        }
        let pending = std::mem::take(&mut self.pending);
        let spent = std::mem::take(&mut self.spent);
        if spent > 0 {
            // It was no rest of that sequence: what came after it was typed.
            let typed = pending.get(spent..).unwrap_or_default();
            self.feed_keys(typed, events);
            return;
        }
        match pending.as_slice() {
            [ESC, ESC] => events.extend([Key::plain(Code::Esc), Key::plain(Code::Esc)].map(Event::Key)),
            [ESC] => events.push(Event::Key(Key::plain(Code::Esc))),
            // Introducers of control sequences are characters, too.
            [ESC, c @ 0x20..0x7f] => {
                events.push(Event::Key(Key { alt: true, ..Key::plain(Code::Char(char::from(*c))) }.normal()));
            }
            _ => {}
        }
        self.late = pending;
    }

    /// What the terminal has answered since this was asked last.
    pub fn take_answers(&mut self) -> Vec<Answer> {
        std::mem::take(&mut self.answers)
    }

    /// Whether these bytes may be the rest of a sequence.
    fn is_in_sequence(&self, bytes: &[u8]) -> bool {
        let introduces = bytes.first().is_some_and(|byte| is_introducer(*byte));
        self.pending.first() == Some(&ESC) || !self.late.is_empty() && (introduces || self.late.len() > 1)
    }

    /// Keys and sequences, up to the beginning of a paste; returns what was not looked at.
    fn feed_keys<'a>(&mut self, bytes: &'a [u8], events: &mut Vec<Event>) -> &'a [u8] {
        self.continue_late(bytes);
        let held = self.pending.len();
        self.pending.extend_from_slice(bytes);
        let pending = std::mem::take(&mut self.pending);
        let mut at = 0;
        while let Some(rest) = pending.get(at..).filter(|rest| !rest.is_empty()) {
            let length = match frame(rest) {
                Frame::Whole(length) => {
                    let sequence = rest.get(..length).unwrap_or_default();
                    if sequence == PASTE_BEGIN {
                        self.paste = Some(Paste::bracketed());
                        self.spent = 0;
                        // It ends in these bytes: it was not whole before.
                        return bytes.get(at + length - held..).unwrap_or_default();
                    }
                    match answer::answer(sequence) {
                        Some(answer) => self.answers.push(answer),
                        None => events.extend(meaning(sequence)),
                    }
                    length
                }
                // What was given up on is not typed now.
                Frame::Broken(length) => {
                    if rest.first().is_some_and(|byte| !byte.is_ascii()) {
                        events.push(NOT_UTF8);
                    }
                    length.max(self.spent)
                }
                Frame::Partial if rest.len() >= MAX_SEQUENCE => rest.len(),
                Frame::Partial => break,
            };
            self.spent = 0;
            at += length;
        }
        self.pending = pending;
        self.pending.drain(..at);
        &[]
    }

    /// Takes the rest of a sequence that was given up on as what it is, if these bytes are it: a control sequence goes
    /// on, while a character after Esc is one that was typed.
    fn continue_late(&mut self, bytes: &[u8]) {
        let late = std::mem::take(&mut self.late);
        if late.is_empty() {
            return;
        }
        let whole = [late.as_slice(), bytes].concat();
        let introduces = whole.iter().find(|byte| **byte != ESC).is_some_and(|byte| is_introducer(*byte));
        let goes_on = match frame(&whole) {
            Frame::Whole(length) => length > late.len(),
            Frame::Partial => true,
            Frame::Broken(_) => false,
        };
        if introduces && goes_on {
            // Esc and one more may have been keys; more than that was a sequence, and still is.
            self.spent = if late.len() > 2 { 0 } else { late.len() };
            self.pending = late;
        }
    }

    fn feed_paste<'a>(&mut self, mut paste: Paste, bytes: &'a [u8], events: &mut Vec<Event>) -> &'a [u8] {
        let fed = paste.feed(bytes);
        push_pasted(fed.pasted, events);
        self.paste = fed.goes_on.then_some(paste);
        fed.rest
    }

    fn flush_paste(&mut self, mut paste: Paste, events: &mut Vec<Event>) {
        let flushed = paste.flush();
        push_pasted(flushed.pasted, events);
        if !flushed.keys.is_empty() {
            self.feed_keys(&flushed.keys, events);
            self.flush(events);
        }
        // The keys may have begun another one.
        if self.paste.is_none() && flushed.goes_on {
            self.paste = Some(paste);
        }
    }
}

/// A paste, and whether something of it was no character.
fn push_pasted(pasted: Option<Pasted>, events: &mut Vec<Event>) {
    let Some(Pasted { text, is_utf8 }) = pasted else { return };
    events.push(Event::Paste(text));
    if !is_utf8 {
        events.push(NOT_UTF8);
    }
}

/// Whether Esc and this begin a control sequence or string.
fn is_introducer(byte: u8) -> bool {
    b"[O]P_".contains(&byte)
}
