//! Pasted text: between the brackets of a terminal that sends them (DECSET 2004), or without, as several lines that come at once.
//!
//! A paste whose end does not come takes nobody's keys away: after a second of silence, or at Ctrl-C, what came is handed
//! on and keys are keys. From then on, until the end comes or the person goes on, only time tells its late rest from keys:
//! several characters with a line end among them that come together are no typing, and are pasted, never sent.

use std::time::Duration;

use super::frame::{ESC, Frame, frame};
use super::trickle;

pub(super) const PASTE_BEGIN: &[u8] = b"\x1b[200~";
pub(super) const PASTE_END: &[u8] = b"\x1b[201~";
/// What came of a paste is handed on when nothing more comes for this long. Slow lines pause for less.
pub(super) const PASTE_WAIT: Duration = Duration::from_secs(1);
/// A paste this long is handed on in pieces, so that one that never ends costs no more memory than this.
pub(super) const MAX_PASTE: usize = 2 * 1024 * 1024;
/// Ctrl-C.
const INTERRUPT: u8 = 0x03;

/// A paste under way.
#[derive(Debug)]
pub(super) struct Paste {
    kind: Kind,
    /// What was not handed on yet.
    pub(super) held: Vec<u8>,
    /// The last read was Ctrl-C and nothing else: a key, unless more of the paste follows at once.
    is_interrupted: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Its end is to come.
    Bracketed,
    /// Its end should have come: keys are keys.
    Overdue,
    /// Ctrl-C ended it: somebody is at the keyboard, and may type a line at once.
    Interrupted,
    /// It has no brackets: it goes on as long as bytes come at once.
    Unbracketed,
    /// What is held begins with Enter, in text that comes faster than anybody types: another line end will show that it is
    /// pasted, and silence that it was typed.
    Trickled,
}

/// Text that was pasted.
pub(super) struct Pasted {
    /// It, with U+FFFD for what is no character.
    pub(super) text: String,
    /// Whether all of it was characters.
    pub(super) is_utf8: bool,
}

/// What became of some bytes.
pub(super) struct Fed<'a> {
    pub(super) pasted: Option<Pasted>,
    pub(super) goes_on: bool,
    /// What comes after the paste.
    pub(super) rest: &'a [u8],
}

/// What became of the silence.
pub(super) struct Flushed {
    pub(super) pasted: Option<Pasted>,
    pub(super) goes_on: bool,
    /// What was held and was typed after all.
    pub(super) keys: Vec<u8>,
}

/// Whether one read is a paste without its beginning: text with several line ends, or with the end of a paste. Enter before
/// the text is a key: it sends what was written before.
pub(super) fn is_unbracketed(bytes: &[u8]) -> bool {
    let begin = find(bytes, PASTE_BEGIN).unwrap_or(bytes.len());
    let before = bytes.get(..begin).unwrap_or_default();
    let text = before.iter().position(|byte| !matches!(byte, b'\r' | b'\n')).and_then(|at| before.get(at..));
    find(before, PASTE_END).is_some_and(|end| end > 0)
        || text.is_some_and(|text| has_text(text) && line_ends(text) > 1)
}

impl Paste {
    pub(super) fn bracketed() -> Self {
        Self { kind: Kind::Bracketed, held: Vec::new(), is_interrupted: false }
    }

    /// One that began with these bytes, half a character.
    pub(super) fn unbracketed(held: Vec<u8>) -> Self {
        Self { kind: Kind::Unbracketed, held, is_interrupted: false }
    }

    /// One that may have begun with the text before, and goes on with the end of its line.
    pub(super) fn trickled() -> Self {
        Self { kind: Kind::Trickled, held: Vec::new(), is_interrupted: false }
    }

    /// Whether what is held was typed, as these bytes show: a key that is a sequence, or a paste with brackets.
    pub(super) fn was_typed_before(&self, bytes: &[u8]) -> bool {
        self.kind == Kind::Trickled && !self.has_lines() && bytes.contains(&ESC)
    }

    /// Takes one read.
    pub(super) fn feed<'a>(&mut self, bytes: &'a [u8]) -> Fed<'a> {
        let held = self.held.len();
        self.held.extend_from_slice(bytes);
        self.is_interrupted = bytes == [INTERRUPT];
        // The bracket may have begun in what is held; all before that was searched already.
        let from = held.saturating_sub(PASTE_END.len() - 1);
        let tail = self.held.get(from..).unwrap_or_default();
        let begins = find(tail, PASTE_BEGIN).filter(|_| self.kind != Kind::Bracketed);
        let at = [find(tail, PASTE_END), begins].into_iter().flatten().min().map(|at| from + at);
        if let Some(at) = at {
            // Both brackets are of one length, and whichever it is was not whole before these bytes.
            let goes_on = self.held.get(at..).is_some_and(|held| held.starts_with(PASTE_BEGIN));
            let rest = bytes.get(at + PASTE_END.len() - held..).unwrap_or_default();
            self.held.truncate(at);
            self.kind = Kind::Bracketed;
            return Fed { pasted: self.hand_on(false), goes_on, rest };
        }
        let pasted = if self.held.len() >= MAX_PASTE { self.hand_on(true) } else { None };
        Fed { pasted, goes_on: true, rest: &[] }
    }

    /// How long nothing may follow until [`Paste::flush`], if ever.
    pub(super) fn patience(&self, escape_wait: Duration) -> Option<Duration> {
        match self.kind {
            Kind::Bracketed if self.is_interrupted => Some(escape_wait),
            Kind::Bracketed => Some(PASTE_WAIT),
            Kind::Trickled if !self.has_lines() => Some(trickle::SOON),
            Kind::Unbracketed | Kind::Trickled => Some(escape_wait),
            Kind::Overdue | Kind::Interrupted => {
                (!self.is_half()).then_some(escape_wait).filter(|_| !self.held.is_empty())
            }
        }
    }

    /// Nothing followed for that long.
    pub(super) fn flush(&mut self) -> Flushed {
        let nothing = Flushed { pasted: None, goes_on: true, keys: Vec::new() };
        match self.kind {
            Kind::Bracketed => {
                self.kind = if self.is_interrupted { Kind::Interrupted } else { Kind::Overdue };
                if self.is_interrupted {
                    self.held.pop();
                }
                Flushed { pasted: self.hand_on(true), ..nothing }
            }
            Kind::Unbracketed if self.is_pasted() => {
                let pasted = self.hand_on(true);
                Flushed { pasted, ..nothing }
            }
            Kind::Trickled if self.has_lines() => {
                self.kind = Kind::Unbracketed;
                let pasted = self.hand_on(true);
                Flushed { pasted, ..nothing }
            }
            Kind::Unbracketed | Kind::Trickled => {
                Flushed { goes_on: false, keys: std::mem::take(&mut self.held), ..nothing }
            }
            Kind::Overdue | Kind::Interrupted if self.is_half() => nothing,
            Kind::Overdue | Kind::Interrupted if self.is_pasted() => {
                let pasted = self.hand_on(true);
                Flushed { pasted, ..nothing }
            }
            Kind::Overdue | Kind::Interrupted => {
                let keys = std::mem::take(&mut self.held);
                // Text may be its late rest; any other key shows that the person goes on.
                Flushed { goes_on: keys.iter().all(|byte| *byte >= 0x20 && *byte != 0x7f), keys, ..nothing }
            }
        }
    }

    /// Whether what is held came together because it was pasted, and not typed: several characters, and a line end.
    fn is_pasted(&self) -> bool {
        let characters = String::from_utf8_lossy(&self.held).chars().filter(|c| !c.is_control()).count();
        let least = if self.kind == Kind::Interrupted { 2 } else { 1 };
        characters > 1 && line_ends(&self.held) >= least
    }

    /// Whether what is held has text and several line ends.
    fn has_lines(&self) -> bool {
        has_text(&self.held) && line_ends(&self.held) > 1
    }

    /// Whether all that is held is the beginning of a character or of a bracket, which says nothing by itself.
    fn is_half(&self) -> bool {
        let is_introducer = matches!(self.held.as_slice(), [ESC] | [ESC, _]);
        !self.held.is_empty() && frame(&self.held) == Frame::Partial && !is_introducer
    }

    /// Hands the text on. What is half there is held back, where more may follow.
    fn hand_on(&mut self, more_may_follow: bool) -> Option<Pasted> {
        let end = if more_may_follow { half_end(&self.held) } else { self.held.len() };
        let rest = self.held.split_off(end);
        let text = std::mem::replace(&mut self.held, rest);
        let pasted = match String::from_utf8(text) {
            Ok(text) => Pasted { text, is_utf8: true },
            Err(error) => {
                let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
                Pasted { text, is_utf8: false }
            }
        };
        (!pasted.text.is_empty()).then_some(pasted)
    }
}

/// Where the half of a character, of a control sequence or of the paste's end begins, with which some bytes end.
fn half_end(bytes: &[u8]) -> usize {
    /// No sequence that is worth waiting for is longer.
    const LONGEST: usize = 32;
    let from = bytes.len().saturating_sub(LONGEST);
    let tail = bytes.get(from..).unwrap_or_default();
    let is_half = |at: &usize| tail.get(*at..).is_some_and(|rest| frame(rest) == Frame::Partial);
    let begun = tail.iter().rposition(|byte| *byte == ESC).filter(is_half);
    let partial = std::str::from_utf8(bytes).err().filter(|error| error.error_len().is_none());
    begun.map(|at| from + at).or(partial.map(|error| error.valid_up_to())).unwrap_or(bytes.len())
}

fn has_text(bytes: &[u8]) -> bool {
    bytes.iter().any(|byte| *byte > 0x20 && *byte != 0x7f)
}

/// How many lines end, by CR, LF or both.
fn line_ends(bytes: &[u8]) -> usize {
    let ends = bytes.iter().filter(|byte| matches!(byte, b'\r' | b'\n')).count();
    ends - bytes.windows(2).filter(|pair| pair == b"\r\n").count()
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}
