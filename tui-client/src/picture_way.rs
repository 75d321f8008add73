//! How pictures are shown: what the person wishes, and how the terminal can.

use clap::ValueEnum;

/// What the person wishes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Pictures {
    /// As well as the terminal says it can; over ssh with half blocks, for bytes are dear there.
    #[default]
    Auto,
    /// The large view by kitty's graphics protocol.
    Kitty,
    /// The large view by iTerm2's sequence.
    Iterm2,
    /// The large view by sixels.
    Sixel,
    /// Everything with half blocks.
    Blocks,
    /// Not at all: a picture is its line, as any file.
    Off,
}

/// How the terminal shows them. In the timeline they are half blocks always, which scroll as text does; this is how one is shown large.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PictureWay {
    /// Not at all: it has too few colours, or they are not wanted.
    #[default]
    None,
    /// Two pixels in each cell, as the colours of an upper half block and of what is behind it.
    Blocks,
    /// By kitty's graphics protocol, placed by cells.
    Kitty,
    /// By iTerm2's sequence.
    Iterm2,
    /// By sixels.
    Sixel,
}
