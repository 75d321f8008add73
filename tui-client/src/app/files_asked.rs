//! The open question about files of this machine, and what it is for.

/// What was asked about files last.
#[derive(Debug, Default)]
pub struct LocalFiles {
    /// How many questions there were.
    pub(super) count: u64,
    /// The open one.
    pub(super) asked: Option<Asked>,
    /// The draft that is to be text, though it is nothing but paths: it is not asked about again while it stands there.
    pub(super) kept: Option<String>,
}

/// An open question.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) number: u64,
    /// The draft it was asked for.
    pub(super) draft: String,
    pub(super) what_for: WhatFor,
}

#[derive(Debug)]
pub(super) enum WhatFor {
    /// Whether to send what these paths name.
    Sending,
    /// To complete a path.
    Completing {
        /// Where in the draft the path begins, and where the caret was.
        word: (usize, usize),
        /// The directory as it was typed, without quotes.
        dir: String,
        forward: bool,
    },
}
