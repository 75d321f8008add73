//! The manual page and shell completions of `chinwag`, generated from its command line and compared with the kept ones.

#[path = "../../../server/tests/it/manual/page.rs"]
mod page;

use self::page::Section;

#[test]
fn the_manual_and_the_completions_are_those_of_the_command_line() {
    page::check(&tui_client::config::command(), |_| {
        vec![STATUS, SIGNALS, ENVIRONMENT, FILES, EXAMPLES, SEE_ALSO]
    });
}

const STATUS: Section = Section(
    "EXIT STATUS",
    &[
        ("0", "The person left, or with --plain and --json the input ended and everything in it was said."),
        ("1", "It could not start or go on; one line on standard error says why and what to do."),
        ("2", "The command line is wrong."),
    ],
);

const SIGNALS: Section = Section(
    "SIGNALS",
    &[
        ("SIGTERM, SIGHUP", "The terminal is given back, and the program ends."),
        ("SIGTSTP, SIGCONT", "The terminal is given back, and taken again; nothing is lost meanwhile."),
    ],
);

const ENVIRONMENT: Section = Section(
    "ENVIRONMENT",
    &[
        ("LC_ALL, LC_MESSAGES, LANG", "The language of the screen; --lang outweighs them."),
        ("XDG_STATE_HOME, HOME", "Where identities are kept."),
        ("CHINWAG_LOG", "A file to write a log to."),
        ("NO_COLOR, TERM", "What the terminal can show."),
    ],
);

const FILES: Section = Section(
    "FILES",
    &[(
        "~/.local/state/chinwag",
        "What brings your name, colour and rooms back on each server, for your eyes only.",
    )],
);

const EXAMPLES: Section = Section(
    "EXAMPLES",
    &[
        ("chinwag", "Joins the server on this machine."),
        ("chinwag chat.example.net --name kim", "Joins another one, under a name of your own."),
        ("chinwag --host", "Starts a server here and joins it."),
        ("echo 'deploy finished' | chinwag --plain", "Says one thing and leaves."),
    ],
);

const SEE_ALSO: Section = Section("SEE ALSO", &[("chinwagd(1)", "")]);
