//! Which messages of the timeline have a file on its way, or one that was saved; the [marks](super::file_mark) say how it stands.

use super::Timeline;
use super::entry::{Body, Entry};
use super::file_mark::{FileMark, MarkOf};

impl Timeline {
    /// These files of the room are on their way, or were saved.
    pub fn mark_files(&mut self, marks: Vec<FileMark>) {
        self.file_marks = marks;
    }

    /// How the file of an entry stands, if anything is to be said of that.
    #[must_use]
    pub fn file_mark(&self, entry: &Entry) -> Option<&FileMark> {
        if self.file_marks.is_empty() {
            return None;
        }
        let nonce = match entry.body() {
            Body::Own(own) => Some(&own.nonce),
            Body::Message(_) | Body::Action(_) | Body::Event(_) | Body::Notice(_) => None,
        };
        let seq = entry.seq();
        self.file_marks.iter().rev().find(|mark| match &mark.of {
            MarkOf::Seq(of) => Some(*of) == seq,
            MarkOf::Nonce(of) => Some(of) == nonce,
        })
    }
}
