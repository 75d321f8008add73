//! How the app speaks to whoever runs it: on a screen with popups, or in lines. It is the answer to "where does this
//! notice, question or prompt go"; `notices.rs` is the one file that acts on it.

/// Where notices, questions and prompts go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutputMode {
    /// A full screen: prompts are popups, and the scrollback shows what happened.
    Screen,
    /// Lines of text or JSON: prompts are not possible, trouble ends the program.
    Lines {
        /// Whether somebody at a terminal answers a question with yes or no before an admin action. A script's command
        /// is done at once.
        confirms: bool,
    },
}
