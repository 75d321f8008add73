//! Why an option of the command line would have no effect. The configuration finds it, `lang` has the words.

/// Why an option would have no effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoEffect {
    /// It is about lines, and there is a screen.
    OnlyForLines(&'static str),
    /// It is about a screen, and there are lines.
    OnlyForScreen(&'static str),
    /// It is about input, and `--listen` reads none.
    ReadsNothing(&'static str),
    /// One name for several files.
    NameOfSeveral,
    /// `--plain` and `--json` at once.
    TwoFormats,
    /// Several servers without a screen.
    SeveralForLines,
    /// Several servers, one of them in this process.
    HostOfSeveral,
    /// An admin key beside `--host`.
    HostIsAdmin,
    /// `--tls` for a Unix socket.
    UnixSocket,
    /// `--log` without a file, and no directory to put one in.
    NoPlaceForLog,
}
