//! Whether text comes a few bytes at a time, each read soon after the one before, as a paste does over a serial line or a
//! slow network. Its lines would be sent one by one: [`super::paste`] holds an Enter back in such text, until another line
//! end shows that it is a paste, or a moment of silence that it was typed.
//!
//! Nobody types so fast that whole lines come within [`SOON`] a key, so a person never waits, and neither does a program
//! that types lines into a terminal (`tmux send-keys 'text' Enter`): it writes the text of a line at once, and here text has
//! to be cut between two reads.

use std::time::Duration;

use shared::Millis;

use super::frame::ESC;

/// Two reads this close to each other were not typed. The fastest keystrokes of one hand after another are 20 to 30 ms apart,
/// a line of 9600 baud has a byte each millisecond, and eight of them at a time with the usual buffer of its port.
pub(super) const SOON: Duration = Duration::from_millis(10);

/// What is known of the last reads.
#[derive(Debug, Default)]
pub(super) struct Trickle {
    /// When the last one came.
    last: Option<Millis>,
    /// Whether it ended within the text of a line.
    ends_in_text: bool,
    /// Text was cut between two reads that came one soon after the other, and so has each read since.
    is_seen: bool,
}

impl Trickle {
    /// Bytes were read at this time.
    pub(super) fn note(&mut self, now: Millis, bytes: &[u8]) {
        let is_text = |byte: &u8| *byte >= 0x20 && *byte != 0x7f;
        let soon = 0..=i64::try_from(SOON.as_millis()).unwrap_or_default();
        let is_soon = self.last.is_some_and(|last| soon.contains(&(now - last)));
        let cuts_text = self.ends_in_text && bytes.first().is_some_and(is_text);
        self.is_seen = is_soon && (self.is_seen || cuts_text);
        self.ends_in_text = bytes.last().is_some_and(is_text);
        self.last = Some(now);
    }

    /// Where an Enter is that may be the end of a line in a paste: the first one, if no key that is a sequence comes before.
    pub(super) fn line_end(&self, bytes: &[u8]) -> Option<usize> {
        let at = bytes.iter().position(|byte| matches!(*byte, b'\r' | ESC)).filter(|_| self.is_seen)?;
        (bytes.get(at) == Some(&b'\r')).then_some(at)
    }
}
